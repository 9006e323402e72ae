"""Every fact of the content with where it stands and when somebody last looked, and which of them are old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from content.shelf import Shelf

MONTHS: Final = 12  # after which a fact is looked up, and a number dialled, again


@dataclass(frozen=True, slots=True)
class Sourced:
    """One fact: `dated` is a year, month or day as its source gives it; `looked` when a person checked or dialled."""

    file: str
    id: str
    source: str
    dated: str
    confidence: str
    looked: date | None

    def stale(self, today: date) -> bool:
        """Whether more than a year has gone by since somebody looked, or else since its source was written."""
        year, month = (self.looked.year, self.looked.month) if self.looked else last_month(self.dated)
        return (today.year - year) * 12 + today.month - month > MONTHS

    def row(self) -> str:
        """As a line with tabs, for a spreadsheet or a reader."""
        looked = self.looked.isoformat() if self.looked else "-"
        return "\t".join((self.file, self.id, self.source, self.dated, self.confidence, looked))


def last_month(dated: str) -> tuple[int, int]:
    """The last year and month that a date may mean: `2025` is December 2025."""
    year, _, rest = dated.partition("-")
    return int(year), int(rest[:2]) if rest else 12


def sourced(shelf: Shelf) -> Iterator[Sourced]:
    """All facts, numbers, queues, offices, and signs of an offer, in the order of their files."""
    for fact in shelf.facts.values():
        yield Sourced("facts", fact.id, fact.source.id, fact.ends, fact.confidence, fact.checked_on)
    directory = shelf.directory
    rows = (("hotlines", directory.hotlines), ("queues", directory.queues.values()))
    for file, entries in (*rows, ("handoffs", directory.handoffs.values())):
        for one in entries:
            yield Sourced(file, one.id, one.source, one.source_date, one.confidence, one.dialled_on)
    offers = (*((sign.id, sign.cited) for sign in shelf.offers.signs), ("register", shelf.offers.register.cited))
    for id, cited in offers:
        yield Sourced("offers", id, cited.source, cited.source_date, cited.confidence, None)
