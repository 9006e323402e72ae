"""Traces: the ids of messages in somebody's chat at a vendor, kept for as long as the vendor can delete them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import day_of, insert
from models.channel_tables import trace
from models.tables import inbound


@dataclass(frozen=True, slots=True)
class Trace:
    """One message; `sealed` holds the vendor's ids, `due` says that it goes as soon as it was heard."""

    id: bytes  # random
    person: bytes
    sealed: bytes
    due: bool = False


MOST = 1_000  # of one chat, ten calls of the vendor's: whoever floods their own chat must not hold up everybody's
COLUMNS = (trace.c.id, trace.c.person, trace.c.sealed, trace.c.due)


def add(connection: Connection, traces: Sequence[Trace], now: int) -> None:
    """Keep the ids of messages. A day is kept beside them and no hour: an hour would lead to a report's."""
    rows = [
        {"id": one.id, "person": one.person, "sealed": one.sealed, "day": day_of(now), "due": one.due}
        for one in sorted(traces, key=lambda one: one.id)
    ]
    insert(connection, trace, rows)


def of_person(connection: Connection, key: bytes) -> list[Trace]:
    """What is known of one person's chat, the newest days first; at most 1,000 messages."""
    newest = sa.select(*COLUMNS).where(trace.c.person == key).order_by(trace.c.day.desc()).limit(MOST)
    rows = connection.execute(newest)
    return [Trace(*row) for row in rows]


def due(connection: Connection) -> list[Trace]:
    """Messages that go by themselves, such as a typed code; at most one chunk."""
    rows = connection.execute(sa.select(*COLUMNS).where(trace.c.due).limit(500))
    return [Trace(*row) for row in rows]


def page(connection: Connection, after: bytes) -> list[Trace]:
    """Messages of all chats in the order of their ids, which are random; at most one chunk."""
    rows = connection.execute(sa.select(*COLUMNS).where(trace.c.id > after).order_by(trace.c.id).limit(500))
    return [Trace(*row) for row in rows]


def heard(connection: Connection, keys: Sequence[bytes]) -> set[bytes]:
    """Which of these inbound ids belong to messages whose turn was committed."""
    found = connection.execute(sa.select(inbound.c.key).where(inbound.c.key.in_(keys))).scalars()
    return {bytes(key) for key in found}


def drop(connection: Connection, ids: Sequence[bytes]) -> None:
    """These messages are deleted at the vendor, or never can be."""
    connection.execute(sa.delete(trace).where(trace.c.id.in_(ids)))


def purge(connection: Connection, before: int) -> int:
    """Drop what the vendor would not delete any more; at most one chunk. Rows gone."""
    old = list(connection.execute(sa.select(trace.c.id).where(trace.c.day < before).limit(500)).scalars())
    return connection.execute(sa.delete(trace).where(trace.c.id.in_(old))).rowcount if old else 0
