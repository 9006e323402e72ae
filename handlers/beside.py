"""What is said beside the question that stands: numbers, privacy, help, where a person answers at once, and STOP."""

from __future__ import annotations

from content.hotlines import Hotline, Where, select
from content.shelf import Lines, Say
from content.vocabulary import Hours
from handlers.numbers import PROTECT, WORK
from handlers.privacy import seen
from handlers.subscribe import MINE
from handlers.subscribed import Rest
from handlers.talk import Errand, Need, Outcome, Turn
from handlers.told import LEAVE, is_chat

HUMAN = "human"
BESIDE = {"numbers": "numbers.short", "privacy": "privacy.short", "help": "help.short", "subscribe": "subscribe.short"}
NAMED = 6  # numbers that one screen has room for
KNOWN = frozenset({Hours.ALWAYS, Hours.OFFICE})  # who cannot say when somebody answers is no help to a person who waits


def beside(command: str, turn: Turn) -> Say | None:
    """The words of a command that leaves the question standing; None for any other."""
    if command == HUMAN:
        return human(turn)
    return Say(BESIDE[command], {"seen": seen(turn.channel, turn.no_number)}) if command in BESIDE else None


def stopped(turn: Turn) -> Outcome | Need:
    """STOP outside a talk: this chat is told nothing any more that it does not ask for, and no subscription is left."""
    if MINE not in turn.found:
        return MINE
    said = Say("subscribe.left.ask" if turn.found[MINE] else "front.stopped")
    errands = (Errand(LEAVE, turn.token, {}, wait=False),) if is_chat(turn) else ()
    return Outcome(None, notes=(said,), do=(Rest(),), errands=errands)


def human(turn: Turn) -> Say:
    """Where somebody answers who is no machine, with hours; by where the telephone is at home."""
    where, topics = (Where.ABROAD, PROTECT | WORK) if turn.abroad_number else (Where.JAKARTA, PROTECT)
    found = select(turn.shelf.hotlines, where=where, topics=topics)
    rows = [answers(one) for one in found if one.number and one.hours in KNOWN]
    return Say("help.human", {"lines": Lines(tuple(rows[:NAMED]))})


def answers(one: Hotline) -> Say:
    """A number and when it answers."""
    return Say(f"help.answers.{one.hours}", {"name": one.name, "number": one.number or ""})
