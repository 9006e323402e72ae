"""A cry or a story told where something else was asked: it begins the talk that it would begin at the door."""

from __future__ import annotations

from dataclasses import replace

from content.intents import Intent
from handlers.landing import sure
from handlers.menu import CHOOSE, tells
from handlers.talk import Flows, Need, Outcome, Place, Turn
from handlers.turns import begin, choose, labelled, play, question, unsent

# Talks that keep no words: what somebody tells there would be lost. An opened case takes words for itself.
DEAF = frozenset({"learn", "numbers", "help", "privacy", "erase", "subscribe"})
ALSO = frozenset({("menu", "more"), ("code", "ask")})
TELLING = 5  # words of a story at least: fewer may be an answer in one's own words
STORY = frozenset({Intent.REPORT, Intent.AM_I_A_VICTIM})


def aside(flows: Flows, place: Place, turn: Turn) -> Outcome | Need | None:
    """Where such words lead; None where they answer the question, or where a talk keeps them anyway."""
    listens = place.flow not in DEAF and (place.flow, place.step) not in ALSO
    if listens or turn.pressed or turn.media or not (cries(turn) or narrates(flows, place, turn)):
        return None
    if labelled(question(flows, place, turn.shelf), turn):
        return None
    door = begin(flows, "menu.top", turn.shelf, place.turn + 1, kept=unsent(flows, place))
    if door.place is None:
        return None
    came = play(flows, door.place, replace(turn, text=turn.text.strip()))
    if isinstance(came, Need):
        return came
    return replace(came, notes=tuple(one for one in came.notes if one != CHOOSE))


def cries(turn: Turn) -> bool:
    """Somebody is in danger: a number at the beginning is part of what they say ("2 hari saya dikunci")."""
    return (turn.emergency or turn.suicide) and tells(turn.text)


def narrates(flows: Flows, place: Place, turn: Turn) -> bool:
    """A story in so many words that they are no answer."""
    if len(turn.text.split()) < TELLING or sure(turn.meaning.intents) not in STORY:
        return False
    chosen = choose(place, question(flows, place, turn.shelf), turn)
    return chosen is not None and not chosen.choices
