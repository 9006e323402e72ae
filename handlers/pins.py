"""A pin on the map: it answers where something is, and nothing else; where it lay is kept on a yes only."""

from __future__ import annotations

from content.shelf import Say
from handlers.talk import Place, Turn

ASKED = frozenset({"where", "which", "area", "kota"})  # steps that ask for a place, in every talk
PIN = Say("front.pin")
CHANGE = ("report", "change")  # where a pin is most likely meant as the place that is to be changed


def pinned(turn: Turn) -> bool:
    """Whether places came without a word."""
    return bool(turn.places) and not turn.text and not turn.pressed


def pin_of(turn: Turn) -> str:
    """Latitude and longitude of a pin, in degrees; nothing for places that came in words.

    Only the talk of an affected person asks for it, and asks them whether it may be kept.
    """
    return turn.places[0].pin if pinned(turn) else ""


def misplaced(place: Place) -> tuple[Say, ...] | None:
    """What is said to a pin that nobody asked for; None where it may be an answer."""
    if place.step in ASKED:
        return None
    return (Say("report.change.pin") if (place.flow, place.step) == CHANGE else PIN,)
