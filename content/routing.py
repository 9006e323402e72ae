"""On whose desk a report lands: a pure and total look-up in the directory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.queues import Directory
from content.vocabulary import (
    Family,
    Kind,
    Known,
    Official,
    Person,
    Role,
    Sign,
    State,
    Urgency,
    When,
    person,
)

__all__ = [
    "OUTSIDE",
    "Facts",
    "Kind",
    "Known",
    "Official",
    "Person",
    "Reader",
    "Role",
    "Route",
    "Sign",
    "State",
    "Urgency",
    "When",
    "kind_of",
    "route",
    "urgency_of",
]

OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the route depends on; `area` is a kota code such as "31.74", or "outside" Jakarta."""

    area: str
    kind: Kind
    urgency: Urgency
    child: Known
    man: Known
    abroad: Known
    officials: frozenset[Official]
    about_self: bool = False
    no_police: bool = False
    soon: bool = False  # somebody leaves within two days: whoever is awake is told tonight

    @property
    def person(self) -> Person:
        """Whom to route for."""
        return person(self.child, self.man)


@dataclass(frozen=True, slots=True)
class Reader:
    """A queue that gets the report's key, and why."""

    queue: str
    role: Role


@dataclass(frozen=True, slots=True)
class Route:
    """Readers, the lead first; the time until one must acknowledge; ids to propose as referrals, in order;
    and the reader whose turn it is when the lead is silent, None if nobody else reads.

    A hand-off may be a queue that is not open: then it is made outside Suar, as for an office without one.
    """

    readers: tuple[Reader, ...]
    due: timedelta
    handoffs: tuple[str, ...]
    escalates_to: str | None

    @property
    def lead(self) -> str:
        """The queue that is to act."""
        return self.readers[0].queue

    @property
    def queues(self) -> tuple[str, ...]:
        """All reading queues, the lead first."""
        return tuple(reader.queue for reader in self.readers)


def route(directory: Directory, facts: Facts, open: frozenset[str], now: datetime) -> Route | None:
    """Return who reads; None only if no queue that may read this report is open.

    `open` are the queues with enough key holders, `now` is an aware time. Officials who are named, and police
    where unwanted, are out of readers and hand-offs alike. A person's own report is read by the province's
    centre and oversight only, and is proposed to police by nobody but a caseworker who has asked (what the
    centre itself must tell them, PP 9/2008 art. 14(5), is said before sending).
    """
    lost = _lost(directory, facts)

    def may(id: str) -> bool:
        return id in open and _may_read(directory, facts, lost, id)

    lead = _first(_leads(directory, facts), may)
    awake = _first(_awake(directory, facts, now), may)
    beside = _first((id for id in _next(directory, facts, lead) if id != lead), may)
    oversight = _first(directory.of(Family.OVERSIGHT, facts.area), may)
    roles = _roles(lead, awake, beside, oversight)
    if not roles:
        return None
    readers = tuple(Reader(id, role) for id, role in roles.items())
    above = (id for id in (beside, oversight, awake) if id is not None and id != readers[0].queue)
    return Route(
        readers=readers,
        due=directory.table.due[facts.urgency],
        handoffs=tuple(id for id in dict.fromkeys(_proposed(directory, facts, lost)) if id not in roles),
        escalates_to=next(above, None),
    )


def kind_of(signs: Iterable[str], directory: Directory) -> Kind:
    """Return the kind of ticked signs (ids of `Sign`; ValueError for any other)."""
    ticked = frozenset(Sign(sign) for sign in signs)
    return next((kind for needed, kind in directory.table.kinds if needed <= ticked), Kind.UNKNOWN)


def urgency_of(when: str, child: Known, directory: Directory) -> Urgency:
    """Return the urgency of an answer to "still going on?" (ids of `When`; ValueError for any other)."""
    table = directory.table
    told = table.urgency_when[When(when)]
    if child is not Known.YES:
        return told
    return min(told, table.urgency_child, key=list(Urgency).index)


def _lost(directory: Directory, facts: Facts) -> frozenset[str]:
    """Return the families and ids that must not learn of this report."""
    named = frozenset[str]().union(*(directory.table.lost[official] for official in facts.officials))
    return named | {Family.POLICE} if facts.no_police or facts.about_self else named


def _may_read(directory: Directory, facts: Facts, lost: frozenset[str], id: str) -> bool:
    family = directory.queues[id].family
    return family not in lost and (not facts.about_self or family in directory.table.about_self)


def _first(ids: Iterable[str], may: Callable[[str], bool]) -> str | None:
    return next((id for id in ids if may(id)), None)


def _roles(lead: str | None, awake: str | None, beside: str | None, oversight: str | None) -> dict[str, Role]:
    """Return each reading queue once, the lead first, in the first role it was found for.

    Awake stands before next: who only is next may not open the report until the lead has been silent. Where nobody
    else is left to be next, oversight is: when the first time is over somebody new must see the report.
    """
    found = {
        Role.LEAD: lead,
        Role.AWAKE: awake,
        Role.NEXT: beside if beside != oversight else None,
        Role.OVERSIGHT: oversight,
    }
    roles: dict[str, Role] = {}
    for role, id in found.items():
        if id is not None:
            roles.setdefault(id, role if roles else Role.LEAD)
    if Role.NEXT not in roles.values():
        return {id: Role.NEXT if role is Role.OVERSIGHT else role for id, role in roles.items()}
    return roles


def _leads(directory: Directory, facts: Facts) -> Iterator[str]:
    table = directory.table
    families = table.lead_outside if facts.area == OUTSIDE else table.lead_jakarta
    return _chains(directory, table.about_self if facts.about_self else families, facts.area)


def _awake(directory: Directory, facts: Facts, now: datetime) -> Iterator[str]:
    """Yield the person's desks that are awake, for reports that cannot wait for the morning."""
    if facts.urgency is Urgency.IMMEDIATE or facts.child is Known.YES or facts.soon:
        for family in directory.table.awake[facts.person]:
            yield from (id for id in directory.of(family, facts.area) if directory.awake(id, now))


def _next(directory: Directory, facts: Facts, lead: str | None) -> Iterator[str]:
    """Yield the person's second desk, else the one the lead escalates to, each with its fallbacks.

    Outside Jakarta they are the desks that lead there: the centre stands behind oversight.
    """
    yield from _chains(directory, directory.table.next[facts.person], facts.area)
    if facts.area == OUTSIDE:
        yield from _chains(directory, directory.table.lead_outside, facts.area)
    above = None if lead is None else directory.queues[lead].escalates_to
    if above is not None:
        yield from directory.chain(above)


def _chains(directory: Directory, families: Iterable[Family], area: str) -> Iterator[str]:
    for family in families:
        for id in directory.of(family, area):
            yield from directory.chain(id)


def _proposed(directory: Directory, facts: Facts, lost: frozenset[str]) -> Iterator[str]:
    """Yield ids by the table, with families replaced by their desks for this area."""
    table = directory.table
    names = (
        *(table.handoffs_immediate if facts.urgency is Urgency.IMMEDIATE else ()),
        *(table.handoffs_abroad if facts.abroad is Known.YES else ()),
        *table.handoffs_kind[facts.kind],
        *table.handoffs_person[facts.person],
    )
    for name in names:
        if name not in lost:
            yield from (name,) if name in directory.handoffs else directory.of(Family(name), facts.area)
