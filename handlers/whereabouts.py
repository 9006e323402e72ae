"""Where it happens: by name, by landmark or by list; offered, never guessed."""

from __future__ import annotations

from dataclasses import replace

from content.routing import OUTSIDE
from content.shelf import Say, Shelf
from handlers.open_route import OPEN
from handlers.reading.places import Candidate, Found
from handlers.report import onward, queue_name, way
from handlers.statement import UNKNOWN, Statement, flow
from handlers.talk import Go, Need, Option, Question, Turn

ABROAD = "abroad"  # a place offered that lies in another country
PLACE = "report.which.place"
BEYOND = {OUTSIDE: Say("report.which.outside"), ABROAD: Say("report.which.abroad")}
NAME = 3  # words of a place name; what is longer tells something, and stays when the place is changed

KOTA_DIGITS = 5  # of a kecamatan's code, "31.75.03", are its kota's
OFFERED = 7  # a list never passes nine: these, "more" or "none", and room for "unknown"


def show_where(draft: Statement, shelf: Shelf) -> Question:
    """What people know a place by, and not their own address."""
    options = (Option("list", Say("report.where.list")), Option("unknown", Say("report.where.unknown")))
    return Question((Say("report.where.ask"), *danger(draft)), options)


def danger(draft: Statement) -> tuple[Say, ...]:
    """The danger line stands beside the place once, unless it was said or all is over."""
    return () if draft.warned or draft.when == "past" else (Say("report.where.danger"),)


@flow.ask(show=show_where)
def where(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """What is not understood is kept as it was written, and the list is offered."""
    draft = beside(replace(draft, warned=True), turn)
    if turn.choice == "list":
        return Go("kota", draft)
    if turn.choice == "unknown":
        return settle(draft, UNKNOWN, turn)
    if not turn.places:
        return Go("where", draft, notes=(Say("report.where.unclear"),))
    return Go("which", offering(draft, turn))


def beside(draft: Statement, turn: Turn) -> Statement:
    """The draft with what was written beside a number, or instead of one: a landmark, most of the time."""
    return replace(draft, place_said=tuple(dict.fromkeys((*draft.place_said, turn.words)))) if turn.words else draft


def offering(draft: Statement, turn: Turn) -> Statement:
    """The draft with the places that a text may mean."""
    return replace(draft, found=tuple(dict.fromkeys(place_code(one) for one in turn.places))[:OFFERED])


def place_code(found: Found) -> str:
    """A place offered, as it is stored; of what is not in Jakarta only whether it is in Indonesia."""
    return found.place if isinstance(found, Candidate) else ABROAD if found.abroad else OUTSIDE


def place_label(code: str, shelf: Shelf) -> Say:
    """A place as it is offered: kelurahan, kecamatan, kota."""
    known = shelf.gazetteer.by_code(code)
    if known:
        name = f"{known.name}, {known.kecamatan}, {known.kota}"
        return Say(PLACE, {"name": name})
    if code in BEYOND:
        return BEYOND[code]
    for kota in shelf.gazetteer.kota():
        if code == kota.code:
            return Say("report.which.area", {"name": kota.name})
        for kecamatan in shelf.gazetteer.kecamatan(kota.code):
            if code == kecamatan.code:
                return Say("report.which.area", {"name": f"{kecamatan.name}, {kota.name}"})
    raise LookupError(f"{code} is no place of the gazetteer")


def show_which(draft: Statement, shelf: Shelf) -> Question:
    """The places a text may mean, and that it may mean none of them."""
    offered = tuple(Option(code, place_label(code, shelf)) for code in draft.found)
    return asking(offered, *((Say("report.which.told"), *danger(draft)) if told(draft) else ()))


def told(draft: Statement) -> bool:
    """Whether these places were named in the first words, before anybody asked."""
    return bool(draft.near) and draft.found == draft.near


def asking(offered: tuple[Option, ...], *asked: Say) -> Question:
    """Which of some places is meant; whether it is this one, where a text can mean no other."""
    if len(offered) == 1 and offered[0].label.key == PLACE:
        only = Option(offered[0].name, Say("report.which.only", offered[0].label.values))
        return Question(asked or (Say("report.which.one"),), (only, Option("none", Say("report.which.not"))))
    return Question(asked or (Say("report.which.ask"),), (*offered, Option("none", Say("report.which.none"))))


@flow.ask(show=show_which)
def which(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Words beside the number are a landmark; a new name is looked for again."""
    draft = beside(replace(draft, warned=True), turn)
    if turn.choice == "none":
        return Go("where", replace(draft, found=(), near=())) if told(draft) else Go("kota", draft)
    if not turn.choice and turn.places:
        return Go("which", offering(draft, turn))
    if not turn.choice:
        return Go("which", draft, notes=(Say("front.choose"),))
    return choose(draft, turn.choice, turn)


def choose(draft: Statement, code: str, turn: Turn) -> Go[Statement] | Need:
    """A kelurahan settles it; a larger area opens its list; outside Jakarta numbers come first."""
    known = turn.shelf.gazetteer.by_code(code)
    if known:
        return settle(draft, known.kota_code, turn, known.code)
    if code in BEYOND:
        return Go("outside", draft)
    if code in {kota.code for kota in turn.shelf.gazetteer.kota()}:
        return Go("kecamatan", replace(draft, area=code, page=0))
    return Go("kelurahan", replace(draft, area=code, page=0))


def settle(draft: Statement, kota: str, turn: Turn, kelurahan: str = "") -> Go[Statement] | Need:
    """The place is known: where its kota is not served, that is said before the story (promise 10)."""
    if OPEN not in turn.found:
        return OPEN
    served = turn.shelf.directory.served(turn.found[OPEN])
    told = tuple(words for words in draft.place_words if len(words.split()) > NAME and words not in draft.place_said)
    draft = replace(draft, kelurahan=kelurahan, kota=kota, place_words=draft.place_said, words=(*draft.words, *told))
    read_by = way(draft, turn)
    if read_by is None:
        return Go("numbers.which", draft, notes=(Say("report.closed"),))
    if draft.kota in turn.shelf.directory.kota and draft.kota not in served:
        return onward(draft, Say("report.unserved", {"queue": queue_name(read_by.lead, turn.shelf)}))
    return onward(draft)


def paged(draft: Statement, rows: list[tuple[str, str]]) -> tuple[Option, ...]:
    """One page of a list; `more` turns it, and after the last comes the first."""
    start = draft.page % pages(rows) * OFFERED  # 0 may lead from the end of a long list back to a short one
    page = rows[start : start + OFFERED]
    offered = tuple(Option(code, Say("learn.raw", {"text": name})) for code, name in page)
    return (*offered, Option("more", Say("report.list.more"))) if len(rows) > OFFERED else offered


def turned(draft: Statement, rows: list[tuple[str, str]]) -> Statement:
    """The next page."""
    return replace(draft, page=(draft.page + 1) % pages(rows))


def pages(rows: list[tuple[str, str]]) -> int:
    """How many pages a list has; none is empty."""
    return -(-len(rows) // OFFERED)


def kota_rows(shelf: Shelf) -> list[tuple[str, str]]:
    """The kota in the directory's order, the large ones first."""
    ranks = {code: rank for rank, code in enumerate(shelf.directory.kota)}
    return sorted(
        ((area.code, area.name) for area in shelf.gazetteer.kota()), key=lambda row: ranks.get(row[0], len(ranks))
    )


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
    draft = beside(draft, turn)
    return settle(draft, UNKNOWN, turn) if turn.choice == UNKNOWN else choose(draft, turn.choice, turn)


def kecamatan_rows(draft: Statement, shelf: Shelf) -> list[tuple[str, str]]:
    """The kecamatan of the kota whose list is open."""
    return [(area.code, area.name) for area in shelf.gazetteer.kecamatan(draft.area[:KOTA_DIGITS])]


def show_kecamatan(draft: Statement, shelf: Shelf) -> Question:
    """A page of them; not knowing is an answer."""
    rows = paged(draft, kecamatan_rows(draft, shelf))
    return Question((Say("report.kecamatan.ask"),), (*rows, Option(UNKNOWN, Say("report.where.unknown"))))


@flow.ask(show=show_kecamatan)
def kecamatan(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Unknown keeps the kota: it is enough for the right desk."""
    return listed("kecamatan", kecamatan_rows(draft, turn.shelf), draft, turn)


def kelurahan_rows(draft: Statement, shelf: Shelf) -> list[tuple[str, str]]:
    """The kelurahan of the kecamatan whose list is open."""
    rows = shelf.gazetteer.kelurahan_of(draft.area)
    return [(one.code, one.name) for one in rows]


def show_kelurahan(draft: Statement, shelf: Shelf) -> Question:
    """A page of them; not knowing is an answer."""
    rows = paged(draft, kelurahan_rows(draft, shelf))
    return Question((Say("report.kelurahan.ask"),), (*rows, Option(UNKNOWN, Say("report.where.unknown"))))


@flow.ask(show=show_kelurahan)
def kelurahan(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Unknown keeps the kecamatan by its name: whoever goes there knows where to begin."""
    rows = kelurahan_rows(draft, turn.shelf)
    if turn.choice == UNKNOWN:
        name = turn.shelf.gazetteer.kelurahan_of(draft.area)[0].kecamatan
        draft = replace(draft, place_said=(*draft.place_said, name))
    return listed("kelurahan", rows, draft, turn)


def listed(step: str, rows: list[tuple[str, str]], draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """An answer to a list: another page, not known, one of its rows, or a typed name."""
    if not turn.choice:
        return where(draft, turn)
    draft = beside(draft, turn)
    if turn.choice == "more":
        return Go(step, turned(draft, rows))
    if turn.choice == UNKNOWN:
        return settle(draft, draft.area[:KOTA_DIGITS], turn)
    return choose(draft, turn.choice, turn)


@flow.ask("hand_on", "enough")
def outside(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Numbers that answer there came first; what is told may still be handed on."""
    draft = beside(draft, turn)
    if turn.choice == "enough":
        return Go("numbers.which", draft)
    if turn.choice == "hand_on":
        return settle(draft, OUTSIDE, turn)
    return Go("outside", draft, notes=(Say("report.kept"), Say("front.choose")))
