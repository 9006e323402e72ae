"""The facts that lessons teach: each in one sentence with its figures, its source, and how sure it is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.figures import figures
from content.localized import Localized
from content.rows import Row, read_rows
from content.vocabulary import Confidence

FIELDS = frozenset({"id", "says", "en", "source", "date", "confidence", "checked_on"})
OPTIONAL = frozenset({"source_en", "url", "usulan"})
# A year, a month or a day, or two of them with a stroke between: intervals as ISO 8601 writes them.
MOMENT = r"((?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)"
PERIOD = re.compile(rf"{MOMENT}(?:/{MOMENT})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`says` is one sentence with every figure; `begins` and `ends` are when its source is from, often the same."""

    id: str
    says: Localized
    source: Localized
    begins: str
    ends: str
    confidence: Confidence
    checked_on: date | None  # null until a person has looked it up again
    url: str | None


def load_facts(folder: Path) -> dict[str, Fact]:
    """All facts of a folder by id; Fault names file, row and field."""
    found: dict[str, Fact] = {}
    for path in sorted(folder.glob("*.yaml")):
        for row in read_rows(path):
            fact = read_fact(row)
            if fact.id in found:
                row.wrong("id", "is there twice")
            found[fact.id] = fact
    return found


def read_fact(row: Row) -> Fact:
    """One row; what is only remembered (C) is refused, and what we propose (D) must say so."""
    row.only(FIELDS, OPTIONAL)
    confidence = row.confidence()
    if (confidence is Confidence.PROPOSED) is not (row.fields.get("usulan") is True):
        row.wrong("usulan", "usulan: true belongs to confidence D, and to no other")
    begins, ends = period(row)
    return Fact(
        id=row.text("id"),
        says=both(row, "says", "en"),
        source=Localized(row.text("source"), {"en": row.text("source_en")} if "source_en" in row.fields else {}),
        begins=begins,
        ends=ends,
        confidence=confidence,
        checked_on=row.day_or_none("checked_on"),
        url=row.text_or_none("url"),
    )


def both(row: Row, first: str, english: str) -> Localized:
    """A sentence in both languages, with the same figures."""
    said = Localized(row.text(first), {"en": row.text(english)})
    if sorted(figures(said.id)) != sorted(figures(said.to("en"))):
        row.wrong(english, "has not the figures of the Indonesian sentence")
    return said


def period(row: Row) -> tuple[str, str]:
    """When the source is from; YAML reads a bare 2007 as a number and a bare day as a date."""
    written = PERIOD.fullmatch(str(row.fields["date"]))
    if written is None:
        row.wrong("date", "a year or month like 2025-11 is needed, or two with a stroke between: 2020-12/2021-03")
    return written[1], written[2] or written[1]


def cited(ids: Iterable[str], facts: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """One fact for each source and date among these, in their order; of several the one that is least sure."""
    found: dict[tuple[str, str, str], Fact] = {}
    for fact in (facts[id] for id in ids):
        key = (fact.source.id, fact.begins, fact.ends)
        if key not in found or doubt(fact) > doubt(found[key]):
            found[key] = fact
    return tuple(found.values())


def doubt(fact: Fact) -> int:
    """How unsure a fact is; the law is 0."""
    return list(Confidence).index(fact.confidence)
