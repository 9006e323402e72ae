"""Leaving an opened case by a command, or in silence: its answers were on the screen all the same."""

from __future__ import annotations

from dataclasses import replace

from handlers.answer import READ, Opened, flow, read
from handlers.talk import Outcome, Place, Turn


def with_read(place: Place | None, turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome, with what counts the answers as read where it leaves their case and nothing else does."""
    if place is None or place.flow != flow.name or (outcome.place is not None and outcome.place.flow == flow.name):
        return outcome
    if any(one.kind == READ for one in outcome.errands):
        return outcome
    return replace(outcome, errands=(*outcome.errands, *read(Opened.load(place.draft), turn)))
