"""What is sent to many: deliveries leased while their alert is being sent, its words, and who is still there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import budget
from models.alert_tables import alert, reached, subscription
from models.base import DAY, STATEMENTS, is_sqlite
from models.base import now as database_now
from models.message import LEASE, LEFT, Ended, Parcel, later
from models.subscription import Topic, audience, awake
from models.tables import outbox


@dataclass(frozen=True, slots=True)
class Words:
    """What is sent of an alert, and for whom; `texts` is JSON, language -> text."""

    id: str
    kind: str
    about: str | None
    texts: str
    picture: bytes | None
    kelurahan: str
    rw: str
    topic: Topic


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whoever an alert is still for; `address`, `answerable` (the same with until when it takes anything) and `spots`,
    where a corrected alert stands, are sealed."""

    address: bytes
    language: str
    lesson: int
    spots: tuple[bytes, ...] = ()
    answerable: bytes | None = None


def lease(
    connection: Connection, channel: str, holder: str, limit: int, quiet: bool, since: int | None = None
) -> list[Parcel]:
    """Take deliveries of alerts that are being sent, danger first; while it is `quiet` only of those. `since`: only to
    people who were written to after that."""
    now, found = database_now(connection), list[Parcel]()
    row = alert.c
    query = sa.select(row.id, row.danger).where(row.state == "sending", *((row.danger,) if quiet else ()))
    going = connection.execute(query.order_by(row.danger.desc(), row.made_at)).all()
    for one in going:
        if len(found) < limit:
            ahead = [other.id for other in going if other.danger or not one.danger]
            found += take(connection, one.id, ahead, channel, holder, limit - len(found), now, since)
    return found


def take(
    connection: Connection,
    alert_id: str,
    ahead: Collection[str],
    channel: str,
    holder: str,
    limit: int,
    now: int,
    since: int | None = None,
) -> list[Parcel]:
    """Deliveries of one alert. Whoever has an earlier row waiting is passed over: looked up for each row, as a join
    would read all that wait. Rows of alerts that are not `ahead` stand in nobody's way: one that is held or waits for
    the morning, and before danger every other."""
    row, earlier = outbox.c, outbox.alias("earlier")
    before = sa.select(earlier.c.id).where(earlier.c.person == row.person, earlier.c.state == "waiting")
    counts = sa.or_(earlier.c.alert.is_(None), earlier.c.until.is_not(None), earlier.c.alert.in_(ahead))
    first = before.where(earlier.c.id < row.id, counts).limit(1).correlate(outbox).scalar_subquery().is_(None)
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
        own = sa.delete(outbox).where(outbox.c.id.in_(left), outbox.c.state == "waiting").returning(outbox.c.person)
        budget.drop(connection, list(connection.execute(own).scalars()))
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
SETTLE_ARRAYS = f"UPDATE outbox SET {NEWS}, {DATED} FROM {ARRAYS} WHERE {HELD}"  # noqa: S608 - constants of ours


@lru_cache(STATEMENTS)
def settle_values(rows: int) -> str:
    """SQLite's statement for so many rows."""
    given = f"given(id, state, vendor) AS (VALUES {', '.join(['(?, ?, ?)'] * rows)})"
    return f"WITH {given} UPDATE outbox SET {NEWS}, {DATED} FROM given WHERE {HELD}"  # noqa: S608 - constants, and marks


def words(connection: Connection, ids: Collection[str]) -> dict[str, Words]:
    """What is sent of these alerts."""
    row = alert.c
    shown = (row.id, row.kind, row.about, row.words, row.picture, row.kelurahan, row.rw, row.topic)
    return {one.id: Words(*one) for one in connection.execute(sa.select(*shown).where(row.id.in_(ids)))}


def meant(words: Words, now: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Whom an alert is for: they may have chosen anew, or rest, since it was made out to them. What somebody was sent
    is corrected wherever they live now."""
    if words.about is not None:
        return ()
    if words.kind == "lesson":
        return subscription.c.lessons, awake(now)
    return audience(words.kelurahan, words.rw, now, words.topic)


def recipients(connection: Connection, persons: Collection[bytes], now: int, words: Words) -> Mapping[bytes, Recipient]:
    """Who of these it is for now, and where what it corrects, or what corrected that before, stands with them."""
    row, about = subscription.c, words.about
    shown = (row.person, row.address, row.language, row.lesson, row.answerable)
    query = sa.select(*shown).where(row.person.in_(persons))
    found = connection.execute(query.where(*meant(words, now))).all()
    spots: dict[bytes, tuple[bytes, ...]] = {}
    if about is not None:
        family = sa.select(alert.c.id).where(sa.or_(alert.c.id == about, alert.c.about == about)).scalar_subquery()
        stands = (outbox.c.alert.in_(family), outbox.c.person.in_(persons), outbox.c.vendor.is_not(None))
        rows = connection.execute(sa.select(outbox.c.person, outbox.c.vendor).where(*stands).order_by(outbox.c.id))
        for key, spot in rows:
            spots[bytes(key)] = (*spots.get(bytes(key), ()), bytes(spot))
    return {
        bytes(one.person): Recipient(
            bytes(one.address), one.language, one.lesson, spots.get(bytes(one.person), ()), one.answerable
        )
        for one in found
    }
