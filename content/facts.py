"""The facts that lessons teach: each in one sentence with its figures, its source, and how sure it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from content.faults import Gathered
from content.figures import figures
from content.localized import Localized
from content.rows import Row, read_rows
from content.vocabulary import Confidence

FIELDS = frozenset({"id", "says", "en", "source", "date", "confidence", "checked_on"})
OPTIONAL = frozenset({"short", "source_en", "short_en", "url", "usulan"})
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_LIMIT = 40  # characters
# A year, a month or a day, or two of them with a stroke between: intervals as ISO 8601 writes them.
MOMENT = r"((?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)"
PERIOD = re.compile(rf"{MOMENT}(?:/{MOMENT})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`says` is one sentence with every figure; `begins` and `ends` are when its source is from, often the same.

    `source` is named in full where officers read it, `short` on a card.
    """

    id: str
    says: Localized
    source: Localized
    short: Localized
    begins: str
    ends: str
    confidence: Confidence
    checked_on: date | None  # null until a person has looked it up again
    url: str | None


def load_facts(folder: Path) -> dict[str, Fact]:
    """All facts of a folder by id; Fault names file, row and field, of all rows that are wrong."""
    found: dict[str, Fact] = {}
    gathered = Gathered()
    for path in sorted(folder.glob("*.yaml")):
        rows: tuple[Row, ...] = ()
        with gathered:
            rows = read_rows(path)
        for row in rows:
            with gathered:
                fact = read_fact(row)
                if fact.id in found:
                    row.wrong("id", "is there twice")
                found[fact.id] = fact
    gathered.end()
    return found


def read_fact(row: Row) -> Fact:
    """One row; what is only remembered (C) is refused, and what we propose (D) must say so."""
    row.only(FIELDS, OPTIONAL)
    check_fields(row)
    begins, ends = period(row)
    source = named(row, "source")
    return Fact(
        id=row.text("id"),
        says=both(row, "says", "en"),
        source=source,
        short=named(row, "short") if "short" in row.fields else source,
        begins=begins,
        ends=ends,
        confidence=row.confidence(),
        checked_on=row.day_or_none("checked_on"),
        url=row.text_or_none("url"),
    )


def check_fields(row: Row) -> None:
    """Every field by itself, so that all that is wrong in a row is said together."""
    gathered = Gathered()
    with gathered:
        if not ID.fullmatch(row.text("id")) or len(row.text("id")) > ID_LIMIT:
            row.wrong("id", "a name like kata-kata-kecil is needed, of at most %(most)s letters", most=ID_LIMIT)
    with gathered:
        both(row, "says", "en")
    with gathered:
        named(row, "source")
    with gathered:
        period(row)
    with gathered:
        row.day_or_none("checked_on")
    with gathered:
        proposed = row.confidence() is Confidence.PROPOSED
        if proposed is not (row.fields.get("usulan") is True):
            row.wrong("usulan", "usulan: true belongs to confidence D, and to no other")
        # A card shows a proposal by the name of its source alone.
        if proposed and not row.text("source").startswith("Usulan"):
            row.wrong("source", "a proposal (D) is called one: Usulan Suar")
    gathered.end()


def named(row: Row, field: str) -> Localized:
    """The name of a source, with its English where it is no proper name."""
    english = f"{field}_en"
    return Localized(row.text(field), {"en": row.text(english)} if english in row.fields else {})


def both(row: Row, first: str, english: str) -> Localized:
    """A sentence in both languages, with the same figures."""
    said = Localized(row.text(first), {"en": row.text(english)})
    if sorted(figures(said.id)) != sorted(figures(said.to("en"))):
        row.wrong(english, "has not the figures of the Indonesian sentence")
    return said


def period(row: Row) -> tuple[str, str]:
    """When the source is from; YAML reads a bare 2007 as a number and a bare day as a date."""
    written = PERIOD.fullmatch(str(row.fields["date"]))
    if written is None or (written[2] and written[2] < written[1]):
        row.wrong("date", "a year or month like 2025-11 is needed, or two with a stroke between: 2020-12/2021-03")
    return written[1], written[2] or written[1]


def cited(ids: Iterable[str], facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """What a card names: the sources that are equally sure as one, with all their names and the span of their dates.

    A small screen has no room for more; the full names are for whoever looks after the facts.
    """
    found: dict[Confidence, Fact] = {}
    for fact in (facts[id] for id in ids):
        before = found.get(fact.confidence)
        found[fact.confidence] = joined(before, fact) if before else replace(fact, source=fact.short)
    return tuple(found.values())


def joined(before: Fact, fact: Fact) -> Fact:
    """Two facts as one: a name that stands there already is not said again."""
    known, name = before.source, fact.short
    begins, ends = min(before.begins, fact.begins), max(before.ends, fact.ends)
    if name.id in known.id.split(", "):
        return replace(before, begins=begins, ends=ends)
    english = f"{known.to('en')}, {name.to('en')}"
    return replace(before, source=Localized(f"{known.id}, {name.id}", {"en": english}), begins=begins, ends=ends)
