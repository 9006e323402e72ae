"""Who would read a report now: asked before a story is told, and again when an answer changes the route."""

from __future__ import annotations

from datetime import UTC, datetime

from content.routing import Facts, Route, route
from handlers.talk import Need, Turn

OPEN = Need("open")


def open_route(facts: Facts, turn: Turn) -> Route | None:
    """The route over the queues that are open, which the turn must have found; None where nobody could read it."""
    return route(turn.shelf.directory, facts, turn.found[OPEN], datetime.fromtimestamp(turn.now, UTC))
