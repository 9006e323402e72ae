"""The desks that read reports, those outside Suar, and the directory of both, checked on loading."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import NoReturn, TypeVar

from content.faults import Fault
from content.hotlines import FOLDER, Hotline, load_hotlines
from content.localized import Localized
from content.routing_table import RoutingTable, load_table
from content.rows import SOURCED, Row, read_file
from content.vocabulary import Confidence, Family, Hours

# Jakarta keeps UTC+7 all year, and every office here is in Jakarta.
WIB = timezone(timedelta(hours=7), "WIB")
SUNDAY = 7
PROVINCE = frozenset({Family.UPT, Family.OVERSIGHT, Family.BP3MI})


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """ISO week days and the times between which an office reads, in WIB; public holidays are not known."""

    weekdays: frozenset[int]
    opens: time
    closes: time

    def cover(self, now: datetime) -> bool:
        """Say whether `now`, an aware time, falls into them."""
        local = now.astimezone(WIB)
        return local.isoweekday() in self.weekdays and self.opens <= local.time() < self.closes


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A desk in Suar: `name` for residents, `office` the official one, `usulan` the fields we propose."""

    id: str
    name: Localized
    office: str | None
    family: Family
    kota_code: str | None
    hours: Hours
    fallback: str | None
    escalates_to: str | None
    contacts: tuple[str, ...]
    usulan: tuple[str, ...]
    source: str
    source_date: str
    confidence: Confidence
    dialled_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """An office without a queue in Suar; `contacts` are ids of hotlines."""

    id: str
    name: str
    office: str
    address: str | None
    contacts: tuple[str, ...]
    source: str
    source_date: str
    confidence: Confidence
    dialled_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everything the routing looks up; queues and hand-offs by id, in the order of the file."""

    kota: tuple[str, ...]
    office_hours: OfficeHours
    queues: Mapping[str, Queue]
    handoffs: Mapping[str, Handoff]
    hotlines: tuple[Hotline, ...]
    table: RoutingTable
    by_family: Mapping[tuple[Family, str | None], tuple[str, ...]]

    def of(self, family: Family, area: str) -> tuple[str, ...]:
        """Return the family's queues for a kota code (or "outside"): its own, or the province's."""
        return self.by_family.get((family, None if family in PROVINCE else area), ())

    def chain(self, queue: str) -> Iterator[str]:
        """Yield a queue and those it falls back to, in order."""
        following: str | None = queue
        while following is not None:
            yield following
            following = self.queues[following].fallback

    def awake(self, queue: str, now: datetime) -> bool:
        """Say whether somebody reads the queue at `now`; ValueError for a time without a zone."""
        if now.tzinfo is None:
            raise ValueError("a time with its zone is needed")
        hours = self.queues[queue].hours
        return hours is Hours.ALWAYS or (hours is Hours.OFFICE and self.office_hours.cover(now))

    def served(self, open: frozenset[str]) -> frozenset[str]:
        """Return the kota codes whose own leading desk is open; elsewhere the province reads in its place."""
        lead = self.table.lead_jakarta[0]
        return frozenset(kota for kota in self.kota if open.intersection(self.of(lead, kota)))


Entry = TypeVar("Entry", Queue, Handoff)


def load_directory(folder: Path = FOLDER) -> Directory:
    """Read and check queues.yaml, hotlines.yaml and routing.yaml; ValueError names file, row and field."""
    file = read_file(folder / "queues.yaml")
    file.only(frozenset({"kota", "office_hours", "queues", "handoffs"}))
    hotlines = load_hotlines(folder)
    queues = _by_id(file, [_queue(row) for row in file.each("queues")])
    handoffs = _by_id(file, [_handoff(row) for row in file.each("handoffs")])
    directory = Directory(
        kota=file.texts("kota"),
        office_hours=_office_hours(file.inner("office_hours")),
        queues=queues,
        handoffs=handoffs,
        hotlines=hotlines,
        table=load_table(folder, frozenset(handoffs)),
        by_family=_families(queues.values()),
    )
    _check(directory)
    return directory


def _by_id(file: Row, entries: list[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        # A family's name as an id could not be told from the family in routing.yaml.
        if entry.id in found or entry.id in set(Family):
            raise Fault(f"{file.where}: {entry.id}: id", "another row has this name already")
        found[entry.id] = entry
    return found


def _families(queues: Iterable[Queue]) -> dict[tuple[Family, str | None], tuple[str, ...]]:
    found: dict[tuple[Family, str | None], tuple[str, ...]] = {}
    for queue in queues:
        key = (queue.family, queue.kota_code)
        found[key] = (*found.get(key, ()), queue.id)
    return found


def _office_hours(row: Row) -> OfficeHours:
    row.only(frozenset({"weekdays", "from", "until"}))
    days, opens, closes = frozenset(row.numbers("weekdays")), row.time("from"), row.time("until")
    if max(days) > SUNDAY:
        row.wrong("weekdays", "a week has days 1 (Monday) to 7")
    if opens >= closes:
        row.wrong("until", "must be later than from")
    return OfficeHours(days, opens, closes)


def _queue(row: Row) -> Queue:
    names = frozenset(field.name for field in fields(Queue))
    row.only(names)
    proposed = row.texts("usulan")
    if not names.issuperset(proposed):
        row.wrong("usulan", "names a field that this row has not")
    if row.confidence() is Confidence.PROPOSED and not proposed:
        row.wrong("usulan", "a proposal (D) must say which fields are proposed")
    return Queue(
        id=row.text("id"),
        name=row.localized("name"),
        office=row.text_or_none("office"),
        family=row.word(Family, "family"),
        kota_code=row.text_or_none("kota_code"),
        hours=row.word(Hours, "hours"),
        fallback=row.text_or_none("fallback"),
        escalates_to=row.text_or_none("escalates_to"),
        contacts=row.texts("contacts"),
        usulan=proposed,
        source=row.text("source"),
        source_date=row.month("source_date"),
        confidence=row.confidence(),
        dialled_on=row.day_or_none("dialled_on"),
    )


def _handoff(row: Row) -> Handoff:
    row.only(SOURCED | {"id", "name", "office", "address", "contacts"})
    return Handoff(
        id=row.text("id"),
        name=row.text("name"),
        office=row.text("office"),
        address=row.text_or_none("address"),
        contacts=row.texts("contacts"),
        source=row.text("source"),
        source_date=row.month("source_date"),
        confidence=row.confidence(),
        dialled_on=row.day_or_none("dialled_on"),
    )


def _check(directory: Directory) -> None:
    numbers = {hotline.id for hotline in directory.hotlines}
    entries: Iterable[Queue | Handoff] = (*directory.queues.values(), *directory.handoffs.values())
    for entry in entries:
        if unknown := set(entry.contacts) - numbers:
            _wrong(entry.id, "contacts", "%(names)s: not in hotlines.yaml", names=", ".join(sorted(unknown)))
    if both := directory.queues.keys() & directory.handoffs.keys():
        _wrong(min(both), "id", "is a queue and a hand-off")
    for queue in directory.queues.values():
        _check_place(directory, queue)
        for field in ("fallback", "escalates_to"):
            _check_way(directory, queue, field)
    _check_complete(directory)


def _check_place(directory: Directory, queue: Queue) -> None:
    if (queue.kota_code is None) != (queue.family in PROVINCE):
        _wrong(queue.id, "kota_code", "a kota's desk has one, a province's has none")
    if queue.kota_code is not None and queue.kota_code not in directory.kota:
        _wrong(queue.id, "kota_code", "%(name)s is not listed under kota", name=queue.kota_code)
    if queue.hours is Hours.UNKNOWN:
        _wrong(queue.id, "hours", "residents are told when somebody reads: always or office")


def _check_way(directory: Directory, queue: Queue, field: str) -> None:
    """Refuse a way that leads nowhere, round in a circle, or into another kota."""
    passed, step = {queue.id}, queue
    while (following := step.fallback if field == "fallback" else step.escalates_to) is not None:
        if following not in directory.queues:
            _wrong(step.id, field, "there is no queue %(name)s", name=following)
        if following in passed:
            _wrong(step.id, field, "goes round in a circle at %(name)s", name=following)
        passed.add(following)
        step = directory.queues[following]
        if step.kota_code not in (None, queue.kota_code):
            _wrong(queue.id, field, "leads into another kota at %(name)s", name=following)


def _check_complete(directory: Directory) -> None:
    for family in (Family.UPT, Family.OVERSIGHT):
        if len(directory.of(family, "outside")) != 1:
            _wrong("queues", "family", "exactly one queue must be %(name)s", name=family)
    for kota in directory.kota:
        if not directory.of(directory.table.lead_jakarta[0], kota):
            _wrong("kota", kota, "no queue of %(name)s leads", name=directory.table.lead_jakarta[0])


def _wrong(entry: str, field: str, problem: str, **values: object) -> NoReturn:
    raise Fault(f"queues.yaml: {entry}: {field}", problem, **values)
