"""This week's lesson on a messenger where writing first costs money: offered to whoever wants it and has just written.

It stands at the end of what they came for, once a week, and never beside a report, a code, or somebody's own talk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from content.lessons import Lesson
from content.shelf import Say, Shelf
from handlers.access import DAY
from handlers.subscribed import Taught
from handlers.talk import Count, Flows, Need, Outcome, Place, Turn
from handlers.turns import unsent

WEEKLY: Final = Need("weekly")  # of whoever writes; the desk knows who that is
CHANNELS: Final = frozenset({"whatsapp"})  # on which nobody is sent a lesson by itself
LIGHT: Final = frozenset({"learn", "numbers", "help", "privacy", "subscribe", "offer"})  # talks that tell no story
WEEK: Final = 7 * DAY  # seconds
LEARNT: Final = ("learn", "lessons")  # where the quiz of a lesson ends


@dataclass(frozen=True, slots=True)
class Weekly:
    """The lesson that is somebody's next, by id, and the week it belongs to, seconds since 1970."""

    lesson: str
    week: int


def lessons(shelf: Shelf) -> tuple[Lesson, ...]:
    """The lessons that are sent one a week, in their order."""
    return tuple(one for one in shelf.lessons.values() if one.topic in shelf.broadcast.topics)


def of_week(shelf: Shelf, now: int) -> Lesson:
    """The one of this week for whoever has no series of their own, and reads it where none is sent."""
    found = lessons(shelf)
    return found[now // WEEK % len(found)]


def weekly(flows: Flows, place: Place | None, turn: Turn, outcome: Outcome) -> Outcome | Need:
    """The outcome, with the lesson where it is the end of something light; who has just done that lesson hears no more
    of it, and has had it."""
    if place is None or not fits(flows, place, turn, outcome):
        return outcome
    if WEEKLY not in turn.found:
        return WEEKLY
    found: Weekly | None = turn.found[WEEKLY]
    if found is None:
        return outcome
    done = replace(outcome, do=(*outcome.do, Taught(found.week)))
    return done if place.draft.get("lesson") == found.lesson else told(done, found)


def fits(flows: Flows, place: Place, turn: Turn, outcome: Outcome) -> bool:
    """Whether a light talk ends here, and nothing that matters more is said or done."""
    if place.flow not in LIGHT or turn.channel not in CHANNELS or turn.emergency or turn.suicide:
        return False
    if unsent(flows, outcome.place) or not all(isinstance(one, Count) for one in outcome.do):
        return False
    if outcome.place is None:
        return outcome.question is not None
    there = (outcome.place.flow, outcome.place.step)
    return there == ("menu", "top") or (there == LEARNT and place.step == "quiz")


def told(outcome: Outcome, found: Weekly) -> Outcome:
    """The lesson by its title: behind the words that a talk ends with, else before the question that stands."""
    said = Say("subscribe.weekly", {"title": Say(f"lesson.{found.lesson}.title")})
    if outcome.place is None and outcome.question is not None:
        return replace(outcome, question=replace(outcome.question, says=(*outcome.question.says, said)))
    return replace(outcome, notes=(*outcome.notes, said))
