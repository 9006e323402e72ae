"""Remains: messages that a vendor still holds, in both directions, until it says that they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import insert
from models.base import now as database_now
from models.channel_tables import remains

INBOUND, OUTBOUND = "inbound", "outbound"
LEASE = 60  # seconds in which whoever took a row tells what came of it


@dataclass(frozen=True, slots=True)
class Remain:
    """One message; `sealed` holds its ids at the vendor, `due` is when it goes, in seconds since 1970."""

    id: bytes
    sealed: bytes
    kind: str
    due: int
    tries: int = 0


COLUMNS = (remains.c.id, remains.c.sealed, remains.c.kind, remains.c.due, remains.c.tries)


def add(connection: Connection, rows: Sequence[Remain]) -> None:
    """Keep the ids of messages; of one that is known the earlier time counts."""
    values = {
        one.id: {"id": one.id, "sealed": one.sealed, "kind": one.kind, "due": one.due, "tries": one.tries}
        for one in sorted(rows, key=lambda one: (one.id, -one.due))
    }
    tail = "ON CONFLICT (id) DO UPDATE SET due = excluded.due WHERE excluded.due < remains.due"
    insert(connection, remains, list(values.values()), tail)


def take(connection: Connection, limit: int) -> list[Remain]:
    """Rows that are due, for whoever asks first; another may have them after the lease."""
    now = database_now(connection)
    due = sa.select(remains.c.id).where(remains.c.due <= now).order_by(remains.c.due).limit(limit)
    due = due.with_for_update(skip_locked=True)
    taken = sa.update(remains).where(remains.c.id.in_(due.scalar_subquery())).values(due=now + LEASE)
    return [Remain(*row) for row in connection.execute(taken.returning(*COLUMNS))]


def again(connection: Connection, ids: Sequence[bytes], wait: int) -> None:
    """Look for these once more after so many seconds."""
    values = {"due": database_now(connection) + wait, "tries": remains.c.tries + 1}
    connection.execute(sa.update(remains).where(remains.c.id.in_(ids)).values(values))


def drop(connection: Connection, ids: Sequence[bytes]) -> None:
    """The vendor does not know these any more."""
    connection.execute(sa.delete(remains).where(remains.c.id.in_(ids)))


def late(connection: Connection, before: int) -> int:
    """How many should have been gone by then."""
    query = sa.select(sa.func.count()).select_from(remains).where(remains.c.due < before)
    return int(connection.execute(query).scalar_one())
