"""Where it happens: by name, by landmark or by list; offered, never guessed."""

from __future__ import annotations

from dataclasses import replace

from content.routing import OUTSIDE
from content.shelf import Say, Shelf
from handlers.reading.places import Candidate, Found
from handlers.report import OPEN, onward, queue_name, way
from handlers.statement import UNKNOWN, Statement, flow
from handlers.talk import Go, Need, Option, Question, Turn

OFFERED = 7  # a list never passes nine: these, "more" or "none", and room for "unknown"


def show_where(draft: Statement, shelf: Shelf) -> Question:
    """The danger line stands here once, unless it was said or all is over."""
    danger = () if draft.warned or draft.when == "past" else (Say("report.where.danger"),)
    options = (Option("list", Say("report.where.list")), Option("unknown", Say("report.where.unknown")))
    return Question((Say("report.where.ask"), *danger), options)


@flow.ask(show=show_where)
def where(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """What is not understood is kept as it was written, and the list is offered."""
    draft = replace(draft, warned=True)
    if turn.choice == "list":
        return Go("kota", replace(draft, page=0))
    if turn.choice == "unknown":
        return settle(replace(draft, kota=UNKNOWN), turn)
    kept = replace(draft, place_words=(*draft.place_words, turn.text))
    if not turn.places:
        return Go("where", kept, notes=(Say("report.where.unclear"),))
    return Go("which", replace(kept, found=tuple(place_code(one) for one in turn.places[:OFFERED])))


def place_code(found: Found) -> str:
    """A place offered, as it is stored; outside Jakarta only that it is."""
    return found.place if isinstance(found, Candidate) else OUTSIDE


def place_label(code: str, shelf: Shelf) -> Say:
    """A place as it is offered: kelurahan, kecamatan, kota."""
    known = shelf.gazetteer.by_code(code)
    if known:
        name = f"{known.name}, {known.kecamatan}, {known.kota}"
        return Say("report.which.place", {"name": name})
    if code == OUTSIDE:
        return Say("report.which.outside")
    for kota in shelf.gazetteer.kota():
        if code == kota.code:
            return Say("report.which.area", {"name": kota.name})
        for kecamatan in shelf.gazetteer.kecamatan(kota.code):
            if code == kecamatan.code:
                return Say("report.which.area", {"name": f"{kecamatan.name}, {kota.name}"})
    raise LookupError(f"{code} is no place of the gazetteer")


def show_which(draft: Statement, shelf: Shelf) -> Question:
    """The places a text may mean, and that it may mean none of them."""
    offered = [Option(code, place_label(code, shelf)) for code in dict.fromkeys(draft.found)]
    return Question((Say("report.which.ask"),), (*offered, Option("none", Say("report.which.none"))))


@flow.ask(show=show_which)
def which(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Words beside the number are a landmark; a new name is looked for again."""
    if turn.choice == "none":
        return Go("kota", replace(draft, page=0))
    if not turn.choice and turn.places:
        kept = (*draft.place_words, turn.text)
        return Go(
            "which",
            replace(draft, place_words=kept, found=tuple(place_code(one) for one in turn.places[:OFFERED])),
        )
    beside = (*draft.place_words, turn.words) if turn.words else draft.place_words
    draft = replace(draft, place_words=beside)
    if not turn.choice:
        return Go("which", draft, notes=(Say("front.choose"),))
    return choose(draft, turn.choice, turn)


def choose(draft: Statement, code: str, turn: Turn) -> Go[Statement] | Need:
    """A kelurahan settles it; a larger area opens its list; outside Jakarta numbers come first."""
    known = turn.shelf.gazetteer.by_code(code)
    if known:
        return settle(replace(draft, kelurahan=known.code, kota=known.kota_code), turn)
    if code == OUTSIDE:
        return Go("outside", replace(draft, kota=OUTSIDE, kelurahan=""))
    if code in {kota.code for kota in turn.shelf.gazetteer.kota()}:
        return Go("kecamatan", replace(draft, kota=code, page=0))
    return Go("kelurahan", replace(draft, kecamatan=code, kota=code[:5], page=0))


def settle(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """The place is known: where its kota is not served, that is said before the story (promise 10)."""
    if OPEN not in turn.found:
        return OPEN
    served = turn.shelf.directory.served(turn.found[OPEN])
    read_by = way(draft, turn)
    if read_by is None:
        return Go("numbers.which", notes=(Say("report.closed"),))
    draft = replace(draft, found=(), kecamatan="", page=0)
    if draft.kota in turn.shelf.directory.kota and draft.kota not in served:
        return onward(draft, Say("report.unserved", {"queue": queue_name(read_by.lead, turn.shelf)}))
    return onward(draft)


def paged(draft: Statement, rows: list[tuple[str, str]]) -> tuple[Option, ...]:
    """One page of a list; `more` turns it, and after the last comes the first."""
    start = draft.page * OFFERED
    page = rows[start : start + OFFERED]
    offered = tuple(Option(code, Say("learn.raw", {"text": name})) for code, name in page)
    return (*offered, Option("more", Say("report.list.more"))) if len(rows) > OFFERED else offered


def turned(draft: Statement, rows: list[tuple[str, str]]) -> Statement:
    """The next page."""
    pages = -(-len(rows) // OFFERED)
    return replace(draft, page=(draft.page + 1) % pages)


def kota_rows(shelf: Shelf) -> list[tuple[str, str]]:
    """The kota, and what is none of them; a kota nobody could name is unknown."""
    return [(area.code, area.name) for area in shelf.gazetteer.kota()]


def show_kota(draft: Statement, shelf: Shelf) -> Question:
    """Six kota, outside, unknown."""
    listed = tuple(Option(code, Say("learn.raw", {"text": name})) for code, name in kota_rows(shelf))
    beyond = (Option(OUTSIDE, Say("report.which.outside")), Option(UNKNOWN, Say("report.where.unknown")))
    return Question((Say("report.kota.ask"),), (*listed, *beyond))


@flow.ask(show=show_kota)
def kota(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """A typed name is looked for as before."""
    if not turn.choice:
        return where(draft, turn)
    if turn.choice == UNKNOWN:
        return settle(replace(draft, kota=UNKNOWN), turn)
    return choose(draft, turn.choice, turn)


def kecamatan_rows(draft: Statement, shelf: Shelf) -> list[tuple[str, str]]:
    """The kecamatan of the chosen kota."""
    return [(area.code, area.name) for area in shelf.gazetteer.kecamatan(draft.kota)]


def show_kecamatan(draft: Statement, shelf: Shelf) -> Question:
    """A page of them; not knowing is an answer."""
    rows = paged(draft, kecamatan_rows(draft, shelf))
    return Question((Say("report.kecamatan.ask"),), (*rows, Option(UNKNOWN, Say("report.where.unknown"))))


@flow.ask(show=show_kecamatan)
def kecamatan(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Unknown keeps the kota: it is enough for the right desk."""
    if turn.choice == "more":
        return Go("kecamatan", turned(draft, kecamatan_rows(draft, turn.shelf)))
    if turn.choice == UNKNOWN:
        return settle(draft, turn)
    return choose(draft, turn.choice, turn) if turn.choice else where(draft, turn)


def kelurahan_rows(draft: Statement, shelf: Shelf) -> list[tuple[str, str]]:
    """The kelurahan of the chosen kecamatan."""
    return [(one.code, one.name) for one in shelf.gazetteer.kelurahan_of(draft.kecamatan)]


def show_kelurahan(draft: Statement, shelf: Shelf) -> Question:
    """A page of them; not knowing is an answer."""
    rows = paged(draft, kelurahan_rows(draft, shelf))
    return Question((Say("report.kelurahan.ask"),), (*rows, Option(UNKNOWN, Say("report.where.unknown"))))


@flow.ask(show=show_kelurahan)
def kelurahan(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Unknown keeps the kota."""
    if turn.choice == "more":
        return Go("kelurahan", turned(draft, kelurahan_rows(draft, turn.shelf)))
    if turn.choice == UNKNOWN:
        return settle(draft, turn)
    return choose(draft, turn.choice, turn) if turn.choice else where(draft, turn)


@flow.ask("hand_on", "enough")
def outside(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Numbers that answer there came first; what is told may still be handed on."""
    if turn.choice == "enough":
        return Go("numbers.which")
    if turn.choice == "hand_on":
        return settle(draft, turn)
    return Go(
        "outside",
        replace(draft, place_words=(*draft.place_words, turn.text)),
        notes=(Say("report.kept"), Say("front.choose")),
    )
