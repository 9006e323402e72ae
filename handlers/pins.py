"""A pin on the map: it answers where something is, and nothing else; only the kelurahan around it come this far."""

from __future__ import annotations

from content.shelf import Say
from handlers.talk import Place, Turn

ASKED = frozenset({"where", "which", "area", "kota"})  # steps that ask for a place, in every talk
PIN = Say("front.pin")


def pinned(turn: Turn) -> bool:
    """Whether places came without a word."""
    return bool(turn.places) and not turn.text and not turn.pressed


def misplaced(place: Place) -> tuple[Say, ...] | None:
    """What is said to a pin that nobody asked for; None where it may be an answer."""
    return None if place.step in ASKED else (PIN,)
