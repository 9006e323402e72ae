"""An alert that too few would get is not sent: that it went out would say who they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot.house import House
from models import alert, subscription
from models.subscription import SMALLEST

NO_WORDS: Final = ""  # the reason of what too few would get: whoever shows it says so in the language of its reader


def too_few(connection: Connection, house: House, row: Any, channels: Collection[str]) -> bool:
    """Whether an ordinary alert would reach too few over these channels, as they are now.

    What corrects goes to whoever got the first, and danger now to everybody, however few.
    """
    if row.kind != "alert" or row.danger:
        return False
    over = [name for name in channels if name in row.channels.split()] if row.channels else channels
    now, area = house.now(), (row.kelurahan, row.rw)
    return sum(subscription.count(connection, *area, now, row.topic, name) for name in over) < SMALLEST


def judged(
    connection: Connection, house: House, row: Any, verdict: str, reason: str, channels: Collection[str]
) -> tuple[str, str]:
    """A verdict and its reason as they are stored: what too few would get goes back to its writer, with NO_WORDS."""
    if verdict == "ready" and too_few(connection, house, row, channels):
        return "refused", NO_WORDS
    return verdict, reason


def return_planned(connection: Connection, house: House) -> None:
    """Planned ones whose time has come, and whose people have left meanwhile, go back to their writers."""
    now = house.now()
    for row in alert.planned(connection, now):
        if too_few(connection, house, row, house.pushes.alerts):
            alert.give_back(connection, row.id, NO_WORDS, now)
