"""Telephone numbers, chats and pages that answer people, and which of them fit a person and a place."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from content.faults import Gathered
from content.localized import Localized
from content.rows import SOURCED, Row, read_file
from content.vocabulary import Confidence, Hours, Known, Person, person

SAYS_WA = re.compile(r"\b(?:WA|WhatsApp)\b")
FOLDER = Path(__file__).parent / "directory"


class Where(StrEnum):
    """Where the person in need is."""

    JAKARTA = "jakarta"
    INDONESIA = "indonesia"
    ABROAD = "abroad"


class Audience(StrEnum):
    """Whom a service says it is for."""

    EVERYONE = "everyone"
    WOMEN = "women"
    CHILDREN = "children"


class Topic(StrEnum):
    """What a service answers; `DANGER` is what a person in danger is told first."""

    DANGER = "danger"
    PROTECTION = "protection"
    MIGRANT = "migrant"
    WORK = "work"
    WITNESS = "witness"
    ONLINE = "online"
    CRISIS = "crisis"


WELCOMES = {
    Person.CHILD: frozenset({Audience.EVERYONE, Audience.CHILDREN}),
    Person.ADULT_MAN: frozenset({Audience.EVERYONE}),
    Person.WOMAN_OR_UNKNOWN: frozenset({Audience.EVERYONE, Audience.WOMEN, Audience.CHILDREN}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotline:
    """One number or page: `number` as people write it, `dial` and `wa` digits for tel: and wa.me links."""

    id: str
    name: Localized
    note: Localized | None
    number: str | None
    dial: str | None
    wa: str | None
    page: str | None
    hours: Hours
    topic: Topic
    audience: frozenset[Audience]
    where: frozenset[Where]
    source: str
    source_date: str
    confidence: Confidence
    dialled_on: date | None

    @property
    def unconfirmed(self) -> bool:
        """Say whether only one source gives it and nobody has called: the card then says so."""
        return self.confidence is Confidence.ONE_SOURCE and self.dialled_on is None


def load_hotlines(folder: Path = FOLDER) -> tuple[Hotline, ...]:
    """Read hotlines.yaml in its own order; Fault names file, row and field, of all rows that are wrong."""
    hotlines: dict[str, Hotline] = {}
    gathered = Gathered()
    for row in read_file(folder / "hotlines.yaml").each("hotlines"):
        with gathered:
            hotline = _hotline(row)
            if hotline.id in hotlines:
                row.wrong("id", "is there twice")
            hotlines[hotline.id] = hotline
    gathered.end()
    return tuple(hotlines.values())


def select(
    hotlines: tuple[Hotline, ...],
    *,
    where: Where,
    child: Known = Known.UNKNOWN,
    man: Known = Known.UNKNOWN,
    topics: frozenset[Topic] = frozenset(Topic),
) -> tuple[Hotline, ...]:
    """Return what serves this person there, in the file's order: an adult man is not sent to a service
    that is for women and children only."""
    welcomes = WELCOMES[person(child, man)]
    return tuple(line for line in hotlines if where in line.where and line.topic in topics and line.audience & welcomes)


def emergency(hotlines: tuple[Hotline, ...], where: Where) -> tuple[Hotline, ...]:
    """Return what a person in danger calls there."""
    return select(hotlines, where=where, topics=frozenset({Topic.DANGER}))


def _hotline(row: Row) -> Hotline:
    optional = frozenset({"note", "number", "dial", "wa", "page"})
    row.only(SOURCED | {"id", "name", "hours", "topic", "audience", "where"}, optional)
    _check_reachable(row)
    return Hotline(
        id=row.text("id"),
        name=row.localized("name"),
        note=row.localized_or_none("note"),
        number=row.text_or_none("number"),
        dial=row.text_or_none("dial"),
        wa=row.text_or_none("wa"),
        page=row.text_or_none("page"),
        hours=row.word(Hours, "hours"),
        topic=row.word(Topic, "topic"),
        audience=frozenset(row.words(Audience, "audience")),
        where=frozenset(row.words(Where, "where")),
        source=row.text("source"),
        source_date=row.month("source_date"),
        confidence=row.confidence(),
        dialled_on=row.day_or_none("dialled_on"),
    )


def _check_reachable(row: Row) -> None:
    """What is shown and what is dialled must be one number: a slip here sends somebody to a stranger."""
    number, dial, wa = (row.text_or_none(field) for field in ("number", "dial", "wa"))
    if number is None and row.text_or_none("page") is None:
        row.wrong("number", "a number or a page is needed")
    if number is None and (dial or wa):
        row.wrong("number", "is missing beside dial or wa")
    for field, digits in (("dial", dial), ("wa", wa)):
        if digits is not None and (number is None or _international(digits) not in _written(number)):
            row.wrong(field, "%(digits)s is not the number written, %(number)s", digits=digits, number=number)
    if number and not dial and not wa:
        row.wrong("dial", "is missing, and wa too: nobody could tap the number")
    if number and not wa and SAYS_WA.search(" ".join((number, *_notes(row)))):
        row.wrong("wa", "is missing, and the row names WhatsApp: who cannot call would not find it")
    for field in ("audience", "where"):
        if not row.texts(field):
            row.wrong(field, "somebody, somewhere, must be served")


def _notes(row: Row) -> tuple[str, ...]:
    named = (row.localized("name"), row.localized_or_none("note"))
    return tuple(text for one in named if one for text in (one.id, *one.others.values()))


def _written(number: str) -> frozenset[str]:
    """Return the numbers in "129 (WA 08111-129-129)" in international form."""
    spaced = "".join(c if c.isdigit() or c == "+" else " " if c in ",;(/" else "" for c in number)
    return frozenset(_international(part) for part in spaced.split())


def _international(digits: str) -> str:
    bare = digits.removeprefix("+")
    return "62" + bare[1:] if bare.startswith("08") and not bare.startswith("0800") else bare
