"""A text too long for one message: what follows its beginning goes behind it and answers no question."""

from __future__ import annotations

from handlers.talk import Flows, Outcome, Place, Turn
from handlers.turns import again, hold

TAIL = "tail"  # the kind of media that the rest of a text counts as, which a phone has cut into messages


def behind(flows: Flows, place: Place | None, turn: Turn) -> Outcome | None:
    """Where the rest stands behind its beginning, and nothing said; None where it must be heard like any words.

    The question that its beginning led to is on its way, so its buttons keep their number. A review shows all words
    again, or it would count too few.
    """
    if place is None or place.errand is not None or turn.code is not None or turn.throttled:
        return None
    flow = flows[place.flow]
    if turn.shelf.command(turn.text) or not flow.story or not place.draft.get(flow.story):
        return None
    told = hold(place, flow.story, turn.text.strip())
    return again(flows, told, turn) if place.step == flow.hub else Outcome(told)
