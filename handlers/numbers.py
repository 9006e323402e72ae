"""Important numbers, by what somebody needs, each with its source and month."""

from __future__ import annotations

from dataclasses import dataclass

from content.hotlines import Hotline, Topic, Where, select
from content.shelf import Say, Shelf, Value
from content.vocabulary import Known
from handlers.talk import Draft, Flow, Go, Question, Turn


@dataclass(frozen=True, slots=True)
class Numbers(Draft):
    """The need that was chosen."""

    need: str = ""


flow = Flow("numbers", Numbers, start="which")

PROTECT = frozenset({Topic.DANGER, Topic.PROTECTION, Topic.WITNESS})
OURS = "Lembar fakta Suar"
WORK = frozenset({Topic.MIGRANT, Topic.WORK, Topic.ONLINE})


def lines(need: str, hotlines: tuple[Hotline, ...]) -> tuple[Hotline, ...]:
    """The numbers that answer a need."""
    if need == "danger":
        return select(hotlines, where=Where.JAKARTA, topics=frozenset({Topic.DANGER}))
    if need == "man":
        return select(hotlines, where=Where.JAKARTA, man=Known.YES, topics=PROTECT | {Topic.MIGRANT})
    if need == "abroad":
        return select(hotlines, where=Where.ABROAD, topics=frozenset({Topic.DANGER, Topic.MIGRANT}))
    if need == "work":
        found = select(hotlines, where=Where.JAKARTA, topics=WORK)
        return tuple(line for line in found if line.number or line.topic is Topic.ONLINE)  # no portal for those abroad
    if need == "mind":
        return select(hotlines, where=Where.JAKARTA, topics=frozenset({Topic.CRISIS, Topic.DANGER}))
    return select(hotlines, where=Where.JAKARTA, topics=PROTECT)


def row(line: Hotline) -> Say:
    """`Name: number`, its note, and `Menurut <sumber>, <bulan>`; our own sheet of facts is no source to a resident."""
    values: dict[str, Value] = {"name": line.name, "number": line.number or line.page or "", "note": line.note or ""}
    if line.source == OURS:
        return Say("numbers.row_plain", values)
    values |= {"source": line.source, "since": since(line.source_date)}
    return Say("numbers.row_unconfirmed" if line.unconfirmed else "numbers.row", values)


def since(date: str) -> Value:
    """The month and year of `YYYY-MM`, or the year alone."""
    year, _, month = date.partition("-")
    return Say("numbers.since", {"month": Say(f"numbers.month.{month}"), "year": year}) if month else year


@flow.ask("danger", "woman", "man", "abroad", "work", "mind")
def which(draft: Numbers, turn: Turn) -> Go[Numbers]:
    """Numbers are found by need, not by office."""
    if not turn.choice:
        return Go("which", notes=(Say("front.choose"),))
    return Go("card", Numbers(turn.choice))


def show_card(draft: Numbers, shelf: Shelf) -> Question:
    """The numbers of a need; nobody has dialled them yet, and the card says so by its source and month."""
    rows = tuple(row(line) for line in lines(draft.need, shelf.hotlines))
    return Question((Say(f"numbers.card.{draft.need}"), *rows))


@flow.ask(show=show_card)
def card(draft: Numbers, turn: Turn) -> Go[Numbers]:
    """Whatever is written next leads back to the list of needs."""
    return Go("which")
