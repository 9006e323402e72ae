"""The words that end, begin or rest what is sent unasked; in a talk, the word that ends them ends the talk."""

from __future__ import annotations

from content.shelf import Say
from handlers.beside import stopped
from handlers.subscribe import MINE
from handlers.subscribe_entry import entrance, rested
from handlers.talk import Flows, Go, Need, Outcome, Place, Turn
from handlers.turns import again, follow, unsent

STOP = "stop"  # ends a talk, and outside one whatever is sent unasked
SUBSCRIBE = "subscribe"
PAUSE = "pause"
WORDS = frozenset({SUBSCRIBE, PAUSE, "resume"})
NOT_YET = Say("subscribe.not_yet")
TOLD, SAVED = "told", "saved"  # the talk and the step after a story was sent
IDLE = frozenset({"menu", "subscribe", "learn", "numbers", "help", "privacy"})  # talks that gather no words


def unasked(flows: Flows, place: Place, turn: Turn, command: str) -> Outcome | Need | None:
    """What one of these words comes to; None for any other, in a story, and for a rest of who gets nothing."""
    if place.flow not in IDLE or unsent(flows, place):
        return None
    if command == STOP:
        return stopped(turn)
    if command not in WORDS:
        return None
    linked = place.draft.get("place", "") if place.flow == "menu" else ""
    went = entrance(turn, linked) if command == SUBSCRIBE else rested(turn, command)
    if went is None and place.flow == SUBSCRIBE:  # nothing comes yet, and it names no place
        return again(flows, place, turn, *((NOT_YET,) if command == PAUSE else ()))
    return follow(flows, place, went, turn) if isinstance(went, Go) else went


def ended(place: Place, turn: Turn) -> Outcome | Need:
    """STOP in a talk ends the talk: words that were not sent go, a story that was stays, and so does a subscription."""
    if MINE not in turn.found:
        return MINE
    said = Say("front.ended_sent" if place.flow == TOLD or place.step == SAVED else "front.ended")
    still = (Say("front.still_subscribed"),) if turn.found[MINE] else ()
    return Outcome(None, notes=(said, *still))
