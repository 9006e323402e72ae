"""What is sent to many: deliveries leased while their alert is being sent, its words, and who is still there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import alert, reached, subscription
from models.base import DAY, STATEMENTS, is_sqlite
from models.base import now as database_now
from models.message import LEASE, LEFT, Ended, Parcel, later
from models.tables import outbox


@dataclass(frozen=True, slots=True)
class Words:
    """What is sent of an alert; `texts` is JSON, language -> text."""

    id: str
    kind: str
    about: str | None
    texts: str
    picture: bytes | None
    kelurahan: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever is still subscribed; `address` and `spots`, where a corrected alert stands, are sealed."""

    address: bytes
    language: str
    lesson: int
    spots: tuple[bytes, ...] = ()


def lease(
    connection: Connection, channel: str, holder: str, limit: int, quiet: bool, since: int | None = None
) -> list[Parcel]:
    """Take deliveries of alerts that are being sent, danger first; while it is `quiet` only of those. `since`: only to
    people who were written to after that."""
    now, found = database_now(connection), list[Parcel]()
    row = alert.c
    going = sa.select(row.id).where(row.state == "sending", *((row.danger,) if quiet else ()))
    for one in connection.execute(going.order_by(row.danger.desc(), row.made_at)).scalars().all():
        if len(found) < limit:
            found += take(connection, one, channel, holder, limit - len(found), now, since)
    return found


def take(
    connection: Connection, alert_id: str, channel: str, holder: str, limit: int, now: int, since: int | None = None
) -> list[Parcel]:
    """Deliveries of one alert. Whoever has an earlier row waiting is passed over: looked up for each row, as a join
    would read all that wait."""
    row, earlier = outbox.c, outbox.alias("earlier")
    before = sa.select(earlier.c.id).where(earlier.c.person == row.person, earlier.c.state == "waiting")
    first = before.where(earlier.c.id < row.id).limit(1).correlate(outbox).scalar_subquery().is_(None)
    free = (row.alert == alert_id, row.state == "waiting", row.channel == channel, row.due <= now, row.until.is_(None))
    known = () if since is None else (row.person.in_(sa.select(reached.c.person).where(reached.c.hour > since)),)
    ready = sa.select(row.id).where(*free, first, *known).order_by(row.due, row.id).limit(limit)
    # In two statements: PostgreSQL cannot know how few these are, and would read the whole table to find them again.
    ids = list(connection.execute(ready.with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    held = sa.update(outbox).where(row.id.in_(ids)).values(holder=holder, until=now + LEASE)
    back = held.returning(row.id, row.person, row.channel, row.address, row.body, row.bulk, row.tries, row.alert)
    return sorted((Parcel(*one) for one in connection.execute(back)), key=lambda one: one.id)


def conclude(connection: Connection, ended: Sequence[Ended]) -> None:
    """Write what became of deliveries that a sender holds. One to somebody who has left is none."""
    left = [one.id for one in ended if one.state == LEFT]
    if left:
        connection.execute(sa.delete(outbox).where(outbox.c.id.in_(left), outbox.c.state == "waiting"))
    settle(connection, [one for one in ended if one.state not in {"", LEFT}])
    for one in ended:
        if not one.state:
            later(connection, one.id, one.wait)


def settle(connection: Connection, ended: Sequence[Ended]) -> None:
    """State, and where each stands at the vendor, in one statement: each one moves a row in five indexes. What was
    given back meanwhile stays as it is; the exact time goes."""
    rows = [(one.id, one.state, one.vendor) for one in ended]
    if not rows:
        return
    if is_sqlite(connection):
        connection.exec_driver_sql(settle_values(len(rows)), tuple(value for row in rows for value in row))
    else:
        connection.exec_driver_sql(SETTLE_ARRAYS, tuple(map(list, zip(*rows, strict=True))))


NEWS = "state = given.state, vendor = given.vendor, holder = NULL, until = NULL"
HELD = "outbox.id = given.id AND outbox.state = 'waiting' AND outbox.holder IS NOT NULL"
DATED = f"due = outbox.due / {DAY} * {DAY}"
ARRAYS = "unnest(%b::bigint[], %b::text[], %b::bytea[]) AS given(id, state, vendor)"
SETTLE_ARRAYS = f"UPDATE outbox SET {NEWS}, {DATED} FROM {ARRAYS} WHERE {HELD}"  # noqa: S608


@lru_cache(STATEMENTS)
def settle_values(rows: int) -> str:
    """SQLite's statement for so many rows."""
    given = f"given(id, state, vendor) AS (VALUES {', '.join(['(?, ?, ?)'] * rows)})"
    return f"WITH {given} UPDATE outbox SET {NEWS}, {DATED} FROM given WHERE {HELD}"  # noqa: S608


def words(connection: Connection, ids: Collection[str]) -> dict[str, Words]:
    """What is sent of these alerts."""
    row = alert.c
    query = sa.select(row.id, row.kind, row.about, row.words, row.picture, row.kelurahan).where(row.id.in_(ids))
    return {one.id: Words(*one) for one in connection.execute(query)}


def recipients(
    connection: Connection, persons: Collection[bytes], now: int, about: str | None = None
) -> Mapping[bytes, Recipient]:
    """Who of these is subscribed now, and where what is corrected (`about`), or corrected it before, stands with them.

    Whoever pauses is sent nothing new, but what they were sent is corrected.
    """
    row = subscription.c
    query = sa.select(row.person, row.address, row.language, row.lesson).where(row.person.in_(persons))
    if about is None:
        query = query.where(sa.or_(row.paused_until.is_(None), row.paused_until <= now))
    found = connection.execute(query).all()
    spots: dict[bytes, tuple[bytes, ...]] = {}
    if about is not None:
        family = sa.select(alert.c.id).where(sa.or_(alert.c.id == about, alert.c.about == about)).scalar_subquery()
        stands = (outbox.c.alert.in_(family), outbox.c.person.in_(persons), outbox.c.vendor.is_not(None))
        rows = connection.execute(sa.select(outbox.c.person, outbox.c.vendor).where(*stands).order_by(outbox.c.id))
        for key, spot in rows:
            spots[bytes(key)] = (*spots.get(bytes(key), ()), bytes(spot))
    return {
        bytes(one.person): Recipient(bytes(one.address), one.language, one.lesson, spots.get(bytes(one.person), ()))
        for one in found
    }
