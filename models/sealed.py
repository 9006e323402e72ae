"""What is sealed with the server's keys, read and sealed anew a chunk at a time; and which keys are gone for good."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import alert, alert_notice, subscription
from models.channel_tables import duty, notice, ping, remains, trace, upload
from models.tables import fact, outbox, person, report, staff


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed bytes, the key of its row, the column that its place is named by, and rows a chunk."""

    column: sa.Column[Any]
    key: sa.Column[Any]
    owner: sa.Column[Any]
    chunk: int = 200


@dataclass(frozen=True, slots=True)
class Value:
    """One field as it was read."""

    key: Any
    owner: Any
    sealed: bytes


COLUMNS = (
    Sealed(person.c.place, person.c.key, person.c.key),
    Sealed(outbox.c.address, outbox.c.id, outbox.c.person),
    Sealed(outbox.c.body, outbox.c.id, outbox.c.person),
    Sealed(outbox.c.vendor, outbox.c.id, outbox.c.person),
    Sealed(subscription.c.address, subscription.c.person, subscription.c.person),
    Sealed(subscription.c.answerable, subscription.c.person, subscription.c.person),
    Sealed(alert.c.chat, alert.c.id, alert.c.id),
    Sealed(alert_notice.c.sealed, alert_notice.c.id, alert_notice.c.id),
    Sealed(trace.c.sealed, trace.c.id, trace.c.id),
    Sealed(remains.c.sealed, remains.c.id, remains.c.id),
    Sealed(ping.c.sealed, ping.c.report, ping.c.report),
    Sealed(duty.c.sealed, duty.c.staff, duty.c.link),
    Sealed(notice.c.sealed, notice.c.id, notice.c.id),
    Sealed(upload.c.body, upload.c.id, upload.c.id, 4),  # megabytes each
    Sealed(staff.c.totp, staff.c.id, staff.c.id),
)


def page(connection: Connection, one: Sealed, after: Any) -> list[Value]:
    """The next fields in the order of their rows; `after` is the key before them, None at the beginning."""
    query = sa.select(one.key, one.owner, one.column).where(one.column.is_not(None)).order_by(one.key).limit(one.chunk)
    rows = connection.execute(query if after is None else query.where(one.key > after))
    return [Value(row[0], row[1], bytes(row[2])) for row in rows]


def swap(connection: Connection, one: Sealed, anew: Sequence[tuple[Value, bytes]]) -> int:
    """Put new bytes in place of those that were read; what somebody has written since stays. Rows changed."""
    changed = 0
    for value, made in anew:
        same = (one.key == value.key, one.column == value.sealed)
        changed += connection.execute(sa.update(one.key.table).where(*same).values({one.column.name: made})).rowcount
    return changed


def codes_under(connection: Connection, number: int) -> int:
    """How many reports have a code that was made with a pepper."""
    query = sa.select(sa.func.count()).where(report.c.kdf == number, report.c.code_wrap.is_not(None))
    return connection.execute(query).scalar_one()


def rename_facts(connection: Connection, names: Collection[str], old: str, new: str) -> None:
    """Give facts another prefix."""
    for name in names:
        connection.execute(sa.delete(fact).where(fact.c.name == new + name))
        connection.execute(sa.update(fact).where(fact.c.name == old + name).values(name=new + name))
