"""What is sent to many: deliveries leased while their alert is being sent, its words, and who is still there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import alert, subscription
from models.base import now as database_now
from models.message import LEASE, Parcel
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


def lease(connection: Connection, channel: str, holder: str, limit: int, quiet: bool) -> list[Parcel]:
    """Take deliveries of alerts that are being sent, danger first; while it is `quiet` only of those."""
    now, found = database_now(connection), list[Parcel]()
    row = alert.c
    going = sa.select(row.id).where(row.state == "sending", *((row.danger,) if quiet else ()))
    for one in connection.execute(going.order_by(row.danger.desc(), row.made_at)).scalars().all():
        if len(found) < limit:
            found += take(connection, one, channel, holder, limit - len(found), now)
    return found


def take(connection: Connection, alert_id: str, channel: str, holder: str, limit: int, now: int) -> list[Parcel]:
    """Deliveries of one alert. Whoever has an earlier row waiting is passed over: looked up for each row, as a join
    would read all that wait."""
    row, earlier = outbox.c, outbox.alias("earlier")
    before = sa.select(earlier.c.id).where(earlier.c.person == row.person, earlier.c.state == "waiting")
    first = before.where(earlier.c.id < row.id).limit(1).correlate(outbox).scalar_subquery().is_(None)
    free = (row.alert == alert_id, row.state == "waiting", row.channel == channel, row.due <= now, row.until.is_(None))
    ready = sa.select(row.id).where(*free, first).order_by(row.due, row.id).limit(limit)
    # In two statements: PostgreSQL cannot know how few these are, and would read the whole table to find them again.
    ids = list(connection.execute(ready.with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    held = sa.update(outbox).where(row.id.in_(ids)).values(holder=holder, until=now + LEASE)
    back = held.returning(row.id, row.person, row.channel, row.address, row.body, row.bulk, row.tries, row.alert)
    return sorted((Parcel(*one) for one in connection.execute(back)), key=lambda one: one.id)


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
