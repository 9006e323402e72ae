"""Points of signs near each other: one plain sign is an alarm, and so are soft ones with what aids them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from content.danger import Family
from handlers.reading.phrases import Span

ALARM = 6  # points: one plain sign, two soft ones, or a soft one with what aids it
AID = 1  # points of what is no sign itself: who, when, where, by whom, a call for help
AIDS = 3  # points that all aids together add at most
TOGETHER = 25  # words within which soft signs add up: a long story is not one cry
SOFT = frozenset({4, 5})  # points of signs that only add up: they are hints, and no reason by themselves
FEW = 4  # words in which two signs are one
SHORTEST = 2  # words of a sign that leave no room for an aid
MOST = 60  # signs looked at from each on, so that a text of nothing else costs no time


@dataclass(frozen=True, slots=True)
class Hit:
    """A family heard at one place."""

    family: Family
    span: Span

    def touches(self, places: Collection[int]) -> bool:
        """Whether one of its words stands at one of these places."""
        return not places_of(self.span).isdisjoint(places)


@dataclass(frozen=True, slots=True)
class Alarm:
    """The families that ring together; `alone` where they do so without what aids them."""

    families: tuple[Family, ...] = ()
    alone: bool = False

    def why(self) -> Iterator[str]:
        """Those that are a reason; the others are hints."""
        return (family.id for family in self.families if self.alone and family.weight not in SOFT)


def places_of(span: Span) -> frozenset[int]:
    """The places of its words."""
    return frozenset(range(span.start, span.end))


def alarm(hits: Sequence[Hit]) -> Alarm:
    """The families that make an alarm together, or none: different ones, near each other, with points enough."""
    ordered = sorted(hits, key=lambda hit: hit.span.start)
    for place, first in enumerate(ordered):
        near = [hit for hit in ordered[place : place + MOST] if first.span.near(hit.span, TOGETHER)]
        signs = told_once(hit for hit in near if hit.family.weight > AID)
        points = sum(hit.family.weight for hit in signs)
        aids = (
            {hit.family.id for hit in near if hit.family.weight == AID and not said_by(hit, signs, SHORTEST)}
            if signs
            else ()
        )
        if points + min(len(aids), AIDS) >= ALARM:
            return Alarm(tuple(hit.family for hit in signs), points >= ALARM)
    return Alarm()


def told_once(hits: Iterable[Hit]) -> list[Hit]:
    """The gravest signs, each family and each few words once: "paspor diambil" is no two signs."""
    told: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: -hit.family.weight):
        if all(hit.family is not other.family for other in told) and not said_by(hit, told):
            told.append(hit)
    return told


def said_by(hit: Hit, others: Iterable[Hit], words: int = FEW) -> bool:
    """Whether the words of a hit say no more than those of others; a span of many words leaves room for more."""
    return any(hit.span.near(other.span, -1) and both(hit.span, other.span) <= words for other in others)


def both(one: Span, other: Span) -> int:
    """How many words two spans are long, with what is between them."""
    return max(one.end, other.end) - min(one.start, other.start)
