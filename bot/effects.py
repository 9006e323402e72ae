"""What each effect of a turn does to the store, one short function each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from handlers.talk import Count, Effect, Forget
from models import leader, message, person


def carry_out(connection: Connection, effects: Sequence[tuple[bytes, Effect]], now: int) -> None:
    """All effects of a batch, a kind at a time and in sorted key order: two processes must lock in one order."""
    names = sorted(effect.name for _, effect in effects if isinstance(effect, Count))
    if names:
        person.count(connection, names, now)
    gone = sorted(key for key, effect in effects if isinstance(effect, Forget))
    if gone:
        forget(connection, gone)


def forget(connection: Connection, keys: Sequence[bytes]) -> None:
    """`hapus`: the person's row and everything that still waits for them."""
    message.forget(connection, keys)
    leader.forget(connection, keys)
    person.forget(connection, keys)
