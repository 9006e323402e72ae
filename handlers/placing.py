"""Where somebody is, in as few questions as possible: a few places offered, no lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from content.hotlines import Hotline, Topic, Where, select
from content.routing import OUTSIDE
from content.shelf import Lines, Say, Shelf
from content.vocabulary import Confidence, Hours, Known
from handlers.pins import pinned
from handlers.reading.place_candidates import AREA, Candidate
from handlers.talk import Draft, Option, Turn
from handlers.whereabouts import ABROAD, BEYOND, place_code

OFFERED = 4  # places offered for one text
KOTA_DIGITS = 5  # of a kecamatan's code, "31.75.03", are its kota's


@dataclass(frozen=True, slots=True)
class Placed(Draft):
    """A place as far as it was told; the words are kept as they were written."""

    kelurahan: str = ""
    kota: str = ""  # a kota code, "outside", or nothing
    abroad: str = ""  # "yes", "no", or nothing
    place_words: tuple[str, ...] = ()
    found: tuple[str, ...] = ()  # places offered, by code


P = TypeVar("P", bound=Placed)


def beside(draft: P, turn: Turn) -> P:
    """The draft with words about a place."""
    return replace(draft, place_words=(*draft.place_words, turn.words)) if turn.words else draft


def located(draft: P, turn: Turn) -> P:
    """The draft with the places that the words may mean."""
    found = tuple(dict.fromkeys(place_code(one) for one in turn.places))[:OFFERED]
    return replace(draft, found=found if turn.words or pinned(turn) else ())


def named_in(turn: Turn) -> tuple[str, ...]:
    """The places in Jakarta that words surely name though nobody asked, by code; where one lies in another it goes.

    A place outside may be where somebody comes from, so it is not among them.
    """
    inside = [one for one in turn.places if isinstance(one, Candidate)]
    if not turn.text or turn.pressed or not inside or inside[0].score < AREA:
        return ()
    codes = tuple(dict.fromkeys(one.place for one in inside))
    return tuple(code for code in codes if not code.startswith(f"{codes[0]}."))[:OFFERED]


def offered(draft: Placed, shelf: Shelf) -> tuple[Option, ...]:
    """The places that the words may mean, as options."""
    return tuple(Option(code, place_said(code, shelf)) for code in draft.found)


def place_said(code: str, shelf: Shelf) -> Say:
    """A place by name: kelurahan, kecamatan or kota with what it lies in."""
    return BEYOND.get(code) or Say("report.which.place", {"name": named(code, shelf)})


def named(code: str, shelf: Shelf) -> str:
    """The full name of a kelurahan, kecamatan or kota; LookupError for any other code."""
    known = shelf.gazetteer.by_code(code)
    if known:
        return f"{known.name}, {known.kecamatan}, {known.kota}"
    inside = shelf.gazetteer.kelurahan_of(code)
    if inside:
        return f"{inside[0].kecamatan}, {inside[0].kota}"
    return next(one.name for one in shelf.gazetteer.kota() if one.code == code)


def settled(draft: P, code: str, shelf: Shelf) -> P:
    """The draft with a place that was offered and chosen; of an area larger than a kelurahan the name is kept."""
    if code in BEYOND:
        abroad = "yes" if code == ABROAD else draft.abroad
        return replace(draft, kota=OUTSIDE, kelurahan="", abroad=abroad, found=())
    known = shelf.gazetteer.by_code(code)
    if known:
        return replace(draft, kota=known.kota_code, kelurahan=code, abroad="no", found=())
    words = dict.fromkeys((*draft.place_words, named(code, shelf)))
    return replace(draft, kota=code[:KOTA_DIGITS], kelurahan="", abroad="no", found=(), place_words=tuple(words))


def where_of(draft: Placed) -> Where:
    """Whose numbers answer there; Jakarta where nothing else was said."""
    if draft.abroad == "yes":
        return Where.ABROAD
    return Where.INDONESIA if draft.kota == OUTSIDE else Where.JAKARTA


def answering(where: Where, child: Known, man: Known, shelf: Shelf) -> Lines:
    """The numbers that answer a person there now, the surest ones only; a man is shown none that turns him away."""
    topics = frozenset({Topic.DANGER, Topic.PROTECTION})
    if man is Known.YES or where is Where.ABROAD:
        topics |= {Topic.MIGRANT, Topic.WITNESS}
    found = select(shelf.hotlines, where=where, child=child, man=man, topics=topics)
    sure = (line for line in found if line.number and line.confidence is not Confidence.ONE_SOURCE)
    return Lines(tuple(number_said(line) for line in sure))


def number_said(line: Hotline) -> Say:
    """A name and its number, with its hours where somebody might call in vain at night."""
    key = "help.answers.office" if line.hours is Hours.OFFICE else "affected.number"
    return Say(key, {"name": line.name, "number": line.number or ""})
