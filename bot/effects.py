"""What each effect of a turn does to the store, one short function each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.engine import Connection

from handlers.subscribed import Rest, Taught
from handlers.talk import Count, Effect, Forget
from models import leader, message, person, subscription
from models.base import DAY, day_of


def carry_out(connection: Connection, effects: Sequence[tuple[bytes, Effect]], now: int) -> None:
    """All effects of a batch, a kind at a time and in sorted key order: two processes must lock in one order."""
    names = sorted(effect.name for _, effect in effects if isinstance(effect, Count))
    if names:
        person.count(connection, names, now)
    gone = sorted(key for key, effect in effects if isinstance(effect, Forget))
    if gone:
        forget(connection, gone)
    rest(connection, {key: effect.days for key, effect in effects if isinstance(effect, Rest)}, now)
    for key, week in sorted((key, effect.week) for key, effect in effects if isinstance(effect, Taught)):
        subscription.teach(connection, key, week)


def rest(connection: Connection, days: Mapping[bytes, int | None], now: int) -> None:
    """Subscriptions that end, rest for so many days, or go on at once (0)."""
    ended = sorted(key for key, some in days.items() if some is None)
    if ended:
        subscription.leave(connection, ended)
    for key, some in sorted(days.items()):
        if some is not None:
            subscription.pause(connection, key, day_of(now) + some * DAY if some else None)


def forget(connection: Connection, keys: Sequence[bytes]) -> None:
    """`hapus`: the person's row, what they subscribed to, and everything that still waits for them."""
    subscription.leave(connection, keys)
    message.forget(connection, keys)
    leader.forget(connection, keys)
    person.forget(connection, keys)
