"""Every fact of the content with where it stands and when somebody last looked, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from content.shelf import Shelf
from content.vocabulary import Confidence

HOTLINES: Final = "hotlines"
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
    number: str = ""  # that somebody would call or write to

    @property
    def uncalled(self) -> bool:
        """Whether it is a number that nobody of ours has ever called."""
        return bool(self.number) and self.looked is None

    @property
    def law(self) -> bool:
        """Whether it is a text of law, which does not grow old by its date."""
        return self.confidence == Confidence.LAW

    def stale(self, today: date) -> bool:
        """Whether more than a year has gone by since somebody looked, or else since its source was written."""
        year, month = (self.looked.year, self.looked.month) if self.looked else last_month(self.dated)
        return (today.year - year) * 12 + today.month - month > MONTHS

    def row(self) -> str:
        """As a line with tabs, for a spreadsheet or a reader."""
        looked = self.looked.isoformat() if self.looked else "-"
        return "\t".join((self.file, self.id, self.source, self.dated, self.confidence, looked))


@dataclass(frozen=True, slots=True)
class Urgency:
    """All rows by what is to be done: numbers to be called first, then what is old, the oldest first, and the rest."""

    uncalled: tuple[Sourced, ...]
    stale: tuple[Sourced, ...]
    laws: tuple[Sourced, ...]
    fresh: tuple[Sourced, ...]


def by_urgency(rows: Iterable[Sourced], today: date) -> Urgency:
    """Each row once."""
    uncalled, others = parted(rows, lambda row: row.uncalled)
    laws, others = parted(others, lambda row: row.law)
    stale, fresh = parted(others, lambda row: row.stale(today))
    # A number or page that is old misleads somebody in need; an old fact only teaches something old.
    return Urgency(uncalled, tuple(sorted(stale, key=lambda row: (row.file != HOTLINES, row.dated))), laws, fresh)


def parted(
    rows: Iterable[Sourced], chosen: Callable[[Sourced], bool]
) -> tuple[tuple[Sourced, ...], tuple[Sourced, ...]]:
    """Those chosen, and the others."""
    listed = tuple(rows)
    return tuple(filter(chosen, listed)), tuple(row for row in listed if not chosen(row))


def last_month(dated: str) -> tuple[int, int]:
    """The last year and month that a date may mean: `2025` is December 2025."""
    year, _, rest = dated.partition("-")
    return int(year), int(rest[:2]) if rest else 12


def sourced(shelf: Shelf) -> Iterator[Sourced]:
    """All facts, numbers, queues, offices, and signs of an offer, in the order of their files."""
    for fact in shelf.facts.values():
        page = f", {fact.url}" if fact.url else ""
        yield Sourced("facts", fact.id, f"{fact.source.id}{page}", fact.ends, fact.confidence, fact.checked_on)
    directory = shelf.directory
    for line in directory.hotlines:
        cited = (line.source, line.source_date, line.confidence, line.dialled_on)
        yield Sourced(HOTLINES, line.id, *cited, line.number or "")
    for file, entries in (("queues", directory.queues.values()), ("handoffs", directory.handoffs.values())):
        for one in entries:
            yield Sourced(file, one.id, one.source, one.source_date, one.confidence, one.dialled_on)
    offers = (*((sign.id, sign.cited) for sign in shelf.offers.signs), ("register", shelf.offers.register.cited))
    for id, named in offers:
        yield Sourced("offers", id, named.source, named.source_date, named.confidence, None)
