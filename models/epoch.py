"""A queue's key by epochs: its wraps are all made anew in the transaction that turns the epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.tables import fact, member, queue, reader, staff


@dataclass(frozen=True, slots=True)
class Rewrap:
    """A report's key for a queue, as it was and as it will be."""

    report: str
    before: bytes
    after: bytes


def wraps(connection: Connection, queue_id: str, before: int) -> list[Any]:
    """Reports that a queue reads by the key of an epoch before this one: `report`, `epoch`, `wrap`."""
    old = (reader.c.queue == queue_id, reader.c.epoch < before)
    return list(connection.execute(sa.select(reader.c.report, reader.c.epoch, reader.c.wrap).where(*old)))


def holders(connection: Connection, queue_id: str, epoch: int) -> list[Any]:
    """Who holds a queue's key: `id`, `public`."""
    holds = (member.c.queue == queue_id, member.c.epoch == epoch, member.c.wrap.is_not(None), staff.c.active)
    query = sa.select(staff.c.id, staff.c.public).join(member, member.c.staff == staff.c.id).where(*holds)
    return list(connection.execute(query))


def turn(connection: Connection, queue_id: str, epoch: int, values: Mapping[str, Any]) -> bool:
    """Give a queue the key of the next epoch, unless somebody else has; nobody holds it yet."""
    same = (queue.c.id == queue_id, queue.c.epoch == epoch)
    if connection.execute(sa.update(queue).where(*same).values(epoch=epoch + 1, **values)).rowcount != 1:
        return False
    connection.execute(sa.update(member).where(member.c.queue == queue_id).values(epoch=epoch + 1, wrap=None))
    return True


def hand(connection: Connection, queue_id: str, staff_wraps: Mapping[str, bytes]) -> None:
    """Give members the key that `turn` put in place."""
    for id, wrap in staff_wraps.items():
        mine = (member.c.queue == queue_id, member.c.staff == id)
        connection.execute(sa.update(member).where(*mine).values(wrap=wrap))


def rewrap(connection: Connection, queue_id: str, epoch: int, rewraps: Sequence[Rewrap]) -> None:
    """Put the wraps of this epoch in place of those before it."""
    if rewraps:
        mine = (
            reader.c.report == sa.bindparam("of"),
            reader.c.queue == queue_id,
            reader.c.wrap == sa.bindparam("before"),
        )
        change = sa.update(reader).where(*mine).values(epoch=epoch, wrap=sa.bindparam("after"))
        connection.execute(change, [{"of": r.report, "before": r.before, "after": r.after} for r in rewraps])


def behind(connection: Connection) -> dict[str, int]:
    """Queues with reports that their members cannot open, as an older key wraps them, and how many."""
    query = (
        sa.select(queue.c.id, sa.func.count())
        .join(reader, sa.and_(reader.c.queue == queue.c.id, reader.c.epoch < queue.c.epoch))
        .group_by(queue.c.id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def recovered_by(connection: Connection, name: str, public: bytes, wraps: Mapping[str, bytes]) -> None:
    """Put another recovery key's public half and its wraps of all queues in place."""
    connection.execute(sa.update(fact).where(fact.c.name == name).values(value=public))
    for id, wrap in wraps.items():
        connection.execute(sa.update(queue).where(queue.c.id == id).values(recovery_wrap=wrap))
