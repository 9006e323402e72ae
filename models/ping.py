"""Who wants to be told that an answer is there: one sealed address beside a report, and whether a word was sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import insert
from models.channel_tables import ping
from models.tables import item, report

LETTERS = ("answer", "reason")
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Ping:
    """One row; `sealed` holds channel, address, language and person. `last` is the newest letter nobody has read,
    `waits` whether a word went out and the code was not used since."""

    report: str
    sealed: bytes
    last: int = 0
    waits: bool = False


def put(connection: Connection, report_id: str, sealed: bytes) -> bool:
    """Keep an address beside a report that is there, in place of any before; letters until now are not told."""
    if connection.execute(sa.select(report.c.id).where(report.c.id == report_id)).first() is None:
        return False
    last = sa.select(sa.func.coalesce(sa.func.max(item.c.seq), 0))
    upto = connection.execute(last.where(item.c.report == report_id, item.c.kind.in_(LETTERS))).scalar_one()
    row = {"report": report_id, "sealed": sealed, "upto": upto, "waits": False}
    kept = ", ".join(f"{name} = excluded.{name}" for name in ("sealed", "upto", "waits"))
    insert(connection, ping, [row], f"ON CONFLICT (report) DO UPDATE SET {kept}")
    return True


def drop(connection: Connection, report_ids: Collection[str]) -> int:
    """Forget addresses. Rows gone."""
    return connection.execute(sa.delete(ping).where(ping.c.report.in_(report_ids))).rowcount


def told(connection: Connection, report_ids: Collection[str]) -> set[str]:
    """Which of these reports have somebody who wants to be told."""
    return set(connection.execute(sa.select(ping.c.report).where(ping.c.report.in_(report_ids))).scalars())


def page(connection: Connection, after: str) -> list[Ping]:
    """The next rows in the order of their reports, at most one chunk."""
    query = sa.select(ping.c.report, ping.c.sealed, ping.c.waits).where(ping.c.report > after)
    found = connection.execute(query.order_by(ping.c.report).limit(CHUNK))
    return [Ping(row[0], bytes(row[1]), waits=row[2]) for row in found]


def get(connection: Connection, report_id: str) -> Ping | None:
    """The row of one report."""
    query = sa.select(ping.c.report, ping.c.sealed, ping.c.waits).where(ping.c.report == report_id)
    row = connection.execute(query).first()
    return Ping(row[0], bytes(row[1]), waits=row[2]) if row else None


def due(connection: Connection) -> list[Ping]:
    """Those with a new letter, of whom no word waits that nobody has followed; at most one chunk."""
    last = sa.func.max(item.c.seq)
    query = (
        sa.select(ping.c.report, ping.c.sealed, last)
        .join(report, report.c.id == ping.c.report)
        .join(item, item.c.report == ping.c.report)
        .where(~ping.c.waits, ~report.c.no_contact, item.c.kind.in_(LETTERS), ~item.c.seen, item.c.seq > ping.c.upto)
        .group_by(ping.c.report, ping.c.sealed)
        .limit(CHUNK)
    )
    return [Ping(row[0], bytes(row[1]), row[2]) for row in connection.execute(query)]


def sent(connection: Connection, pings: Sequence[Ping]) -> None:
    """A word is on its way: the next one waits until the code was used. Where it was used meanwhile, nothing waits."""
    for one in pings:
        own = sa.update(ping).where(ping.c.report == one.report, ping.c.upto < one.last)
        connection.execute(own.values(waits=True, upto=one.last))


def followed(connection: Connection, report_id: str, letters: Collection[str]) -> None:
    """The code was used, and these letters were shown: no word comes for them, but the next letter is told."""
    own = sa.update(ping).where(ping.c.report == report_id)
    connection.execute(own.values(waits=False))
    shown = connection.execute(sa.select(sa.func.max(item.c.seq)).where(item.c.id.in_(letters))).scalar()
    connection.execute(own.where(ping.c.upto < (shown or 0)).values(upto=shown))


def purge(connection: Connection, closed_before: int) -> int:
    """Forget the addresses of cases closed before then, and of those whose reporter wants no contact; a chunk. Rows."""
    over = sa.or_(report.c.closed_at < closed_before, report.c.no_contact)
    old = sa.select(ping.c.report).join(report, report.c.id == ping.c.report).where(over).limit(CHUNK)
    ids = list(connection.execute(old).scalars())
    return drop(connection, ids) if ids else 0
