"""How long a case may wait, by its urgency."""

from __future__ import annotations

from collections.abc import Mapping

from bot.house import House


def due_seconds(house: House) -> Mapping[str, int]:
    """Urgency -> seconds within which somebody must act, as the directory says."""
    return {urgency.value: int(span.total_seconds()) for urgency, span in house.shelf.directory.table.due.items()}
