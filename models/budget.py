"""What a channel that costs something may still send: people in a day by the vendor's limit, rupiah in a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import reached, subscription
from models.base import DAY, HOUR, hour_of, insert
from models.tables import counter

RUPIAH: Final = "broadcast.rupiah"  # by the month
LEFT: Final = "broadcast.left"  # people who were written to and have left since, by the hour
ADD: Final = "ON CONFLICT (name, day) DO UPDATE SET count = counter.count + excluded.count"


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits: people within any 24 hours, rupiah a month, rupiah a message. `month` is when this month began."""

    per_day: int
    per_month: int
    price: int
    month: int


@dataclass(frozen=True, slots=True)
class Left:
    """What may go out now: messages that the month still pays for, people who were not written to within 24 hours."""

    messages: int
    people: int


def since(now: int) -> int:
    """After which an hour counts: one that began within 24 hours counts whole, so it is never more than is allowed."""
    return now - DAY - HOUR


def used(connection: Connection, now: int) -> int:
    """How many people were written to within 24 hours: to the vendor each is one, however many messages they get."""
    named = sa.select(sa.func.count()).select_from(reached).where(reached.c.hour > since(now))
    gone = sa.select(sa.func.sum(counter.c.count)).where(counter.c.name == LEFT, counter.c.day > since(now))
    return connection.execute(named).scalar_one() + int(connection.execute(gone).scalar() or 0)


def left(connection: Connection, budget: Budget, now: int) -> Left:
    """What may go out now."""
    this_month = (counter.c.name == RUPIAH, counter.c.day == budget.month)
    spent = connection.execute(sa.select(counter.c.count).where(*this_month)).scalar() or 0
    messages = (budget.per_month - int(spent)) // max(budget.price, 1)
    return Left(max(messages, 0), max(budget.per_day - used(connection, now), 0))


def charge(connection: Connection, budget: Budget, persons: Collection[bytes], now: int) -> None:
    """Count messages to these before they go out. A kill between leaves them counted."""
    if persons:
        rows = [{"person": one, "hour": hour_of(now)} for one in sorted(persons)]
        insert(connection, reached, rows, "ON CONFLICT (person) DO UPDATE SET hour = excluded.hour")
        spend(connection, budget, len(persons))


def spend(connection: Connection, budget: Budget, messages: int) -> None:
    """More of this month's rupiah, or fewer where some did not go out. Whoever those were for stays a person of this
    day: mostly they are tried again."""
    rows = [{"name": RUPIAH, "day": budget.month, "count": messages * budget.price}]
    insert(connection, counter, rows, ADD)


def forget(connection: Connection, persons: Collection[bytes]) -> None:
    """Who has left is not known here any more; that so many were written to still counts."""
    gone = sa.delete(reached).where(reached.c.person.in_(persons)).returning(reached.c.hour)
    hours = Counter(connection.execute(gone).scalars())
    if hours:
        rows = [{"name": LEFT, "day": hour, "count": number} for hour, number in sorted(hours.items())]
        insert(connection, counter, rows, ADD)


def drop(connection: Connection, persons: Collection[bytes]) -> None:
    """Who was counted once more after they had left is not known here any more, and was counted when they left."""
    left = ~sa.exists().where(subscription.c.person == reached.c.person)
    connection.execute(sa.delete(reached).where(reached.c.person.in_(persons), left))


def purge(connection: Connection, now: int) -> int:
    """What is older than 24 hours goes. Rows."""
    connection.execute(sa.delete(counter).where(counter.c.name == LEFT, counter.c.day <= since(now)))
    return connection.execute(sa.delete(reached).where(reached.c.hour <= since(now))).rowcount


def known(connection: Connection, persons: sa.Select[tuple[bytes]], now: int) -> int:
    """How many of these were written to within 24 hours."""
    some = (reached.c.hour > since(now), reached.c.person.in_(persons))
    return connection.execute(sa.select(sa.func.count()).select_from(reached).where(*some)).scalar_one()


def days(people: int, known: int, used: int, per_day: int) -> int:
    """In how many days an alert reaches so many people, if nothing else goes out: who was written to today, of them
    (`known`) or of all (`used`), takes no new room."""
    fresh, room = people - known, max(per_day - used, 0)
    return 1 if fresh <= room or not per_day else 1 - (room - fresh) // per_day
