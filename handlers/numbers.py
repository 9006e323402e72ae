"""Important numbers, by what somebody needs, each with its source and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.hotlines import Audience, Hotline, Topic, Where, select
from content.shelf import Say, Shelf, Value
from content.vocabulary import Hours, Known
from handlers.talk import Draft, Flow, Go, Option, Question, Turn


@dataclass(frozen=True, slots=True)
class Numbers(Draft):
    """The need that was chosen; whose telephone is of another country meets the numbers for abroad first."""

    need: str = ""
    abroad_number: bool = False


flow = Flow("numbers", Numbers, start="which")

PROTECT = frozenset({Topic.DANGER, Topic.PROTECTION, Topic.WITNESS})
WORK = frozenset({Topic.MIGRANT, Topic.WORK, Topic.ONLINE})
# The needs in the order in which they are offered, and what answers each.
TOPICS: Mapping[str, frozenset[Topic]] = {
    "danger": frozenset({Topic.DANGER}),
    "woman": PROTECT,
    "child": frozenset({Topic.DANGER, Topic.PROTECTION}),
    "man": PROTECT | {Topic.MIGRANT},
    "abroad": frozenset({Topic.DANGER, Topic.MIGRANT}),
    "text": PROTECT | {Topic.MIGRANT},
    "work": WORK,
    "mind": frozenset({Topic.CRISIS, Topic.DANGER}),
}
NEEDS = tuple(TOPICS)
IMPOSTORS = frozenset(NEEDS) - {"danger", "mind"}  # who is in danger or despair reads numbers only
CHILDREN = frozenset({Audience.CHILDREN})
OURS = "Lembar fakta Suar"


def lines(need: str, hotlines: tuple[Hotline, ...]) -> tuple[Hotline, ...]:
    """The numbers that answer a need, in the directory's order; to who wants to die, who listens comes first."""
    where = Where.ABROAD if need == "abroad" else Where.JAKARTA
    child, man = (Known.YES if need == one else Known.UNKNOWN for one in ("child", "man"))
    found = select(hotlines, where=where, child=child, man=man, topics=TOPICS[need])
    return tuple(sorted((line for line in found if fits(need, line)), key=lambda line: line.topic is not Topic.CRISIS))


def fits(need: str, line: Hotline) -> bool:
    """A number for children stands on their card, the portal for those abroad on theirs; who cannot call can write."""
    if line.audience == CHILDREN:
        return need == "child"
    if need == "text":
        return bool(line.wa)
    return line.topic is not Topic.MIGRANT or bool(line.number) or need == "abroad"


def row(line: Hotline) -> Say:
    """`Name: number`, its note, when it answers, and `Menurut <sumber>, <bulan>`.

    Our own sheet of facts is no source to a resident.
    """
    values: dict[str, Value] = {"name": line.name, "number": line.number or line.page or "", "note": opened(line)}
    if line.source == OURS:
        return Say("numbers.row_plain", values)
    values |= {"source": line.source, "since": since(line.source_date)}
    return Say("numbers.row_unconfirmed" if line.unconfirmed else "numbers.row", values)


def opened(line: Hotline) -> Value:
    """The note of a number, and its hours where they are known; a page has none."""
    note: Value = line.note or ""
    known = line.number and line.hours is not Hours.UNKNOWN
    return Say(f"numbers.open.{line.hours}", {"note": note}) if known else note


def since(date: str) -> Value:
    """The month and year of `YYYY-MM`, or the year alone."""
    year, _, month = date.partition("-")
    return Say("numbers.since", {"month": Say(f"numbers.month.{month}"), "year": year}) if month else year


def show_which(draft: Numbers, shelf: Shelf) -> Question:
    """The needs."""
    names = sorted(NEEDS, key=lambda name: not (draft.abroad_number and name == "abroad"))
    return Question((Say("numbers.which.ask"),), tuple(Option(name, Say(f"numbers.which.{name}")) for name in names))


@flow.ask(show=show_which)
def which(draft: Numbers, turn: Turn) -> Go[Numbers]:
    """Numbers are found by need, not by office."""
    if not turn.choice:
        return Go("which", notes=(Say("front.choose"),))
    return Go("card", replace(draft, need=turn.choice))


def show_card(draft: Numbers, shelf: Shelf) -> Question:
    """The numbers of a need; nobody has dialled them yet, and the card says so by its source and month."""
    rows = tuple(row(line) for line in lines(draft.need, shelf.hotlines))
    warned = (Say("numbers.impostors"),) if draft.need in IMPOSTORS else ()
    return Question((Say(f"numbers.card.{draft.need}"), *warned, *rows))


@flow.ask(show=show_card)
def card(draft: Numbers, turn: Turn) -> Go[Numbers]:
    """Whatever is written next leads back to the list of needs."""
    return Go("which")
