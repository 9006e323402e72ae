"""What a channel that costs something may still send: people in a day by the vendor's limit, rupiah in a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import DAY, HOUR, hour_of, insert
from models.tables import counter

PEOPLE: Final = "broadcast.people"  # by the hour: the vendor counts over any 24 hours
RUPIAH: Final = "broadcast.rupiah"  # by the month


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits: people within any 24 hours, rupiah a month, rupiah a message. `month` is when this month began."""

    per_day: int
    per_month: int
    price: int
    month: int


def left(connection: Connection, budget: Budget, now: int) -> int:
    """Messages that may go out now. An hour that began within 24 hours counts whole, and each message as a person of
    its own: it is never more than the vendor allows."""
    row = counter.c
    recent = (row.name == PEOPLE, row.day > now - DAY - HOUR)
    people = connection.execute(sa.select(sa.func.sum(row.count)).where(*recent)).scalar() or 0
    spent = connection.execute(sa.select(row.count).where(row.name == RUPIAH, row.day == budget.month)).scalar() or 0
    return max(min(budget.per_day - int(people), (budget.per_month - int(spent)) // max(budget.price, 1)), 0)


def charge(connection: Connection, budget: Budget, messages: int, now: int) -> None:
    """Count messages before they go out; fewer than none where some did not. A kill between leaves them counted."""
    rows = [
        {"name": PEOPLE, "day": hour_of(now), "count": messages},
        {"name": RUPIAH, "day": budget.month, "count": messages * budget.price},
    ]
    insert(connection, counter, rows, "ON CONFLICT (name, day) DO UPDATE SET count = counter.count + excluded.count")
