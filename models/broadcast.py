"""The life of an alert from its approval on: its deliveries made in chunks, held, stopped, counted and ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import budget
from models.alert import LIVE, Alert, put
from models.alert_tables import alert, subscription
from models.subscription import FEWEST, Topic, audience
from models.tables import outbox

CHUNK: Final = 500
COUNTED: Final = {"preserve_rowcount": True}
REACHED: Final = ("sent", "delivered", "read", "uncertain")  # in whose chats an alert stands, or may stand


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an alert has come: deliveries made, and what became of them."""

    people: int
    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    gone: int = 0
    refused: int = 0
    uncertain: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an alert would come to: people, days under the vendor's limit, rupiah at the most, as if for a full five."""

    people: int
    days: int
    rupiah: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Over which channels alerts go, and what the one that costs something allows and costs."""

    channels: tuple[str, ...]
    paid: str = "whatsapp"
    per_day: int = 0  # people that the vendor lets us write to first within 24 hours
    price: int = 0  # rupiah a message
    used: int = 0  # people that were written to within 24 hours


def begin(connection: Connection, now: int) -> list[str]:
    """Alerts that are ready and due are prepared from now on; their ids. One whose time is over is not sent any more.

    A correction stops what it corrects and older corrections of it, of two in one second the lesser id, and waits
    until nothing of them is on its way.
    """
    row, child = alert.c, alert.alias("child")
    due = sa.or_(row.send_at.is_(None), row.send_at <= now)
    over = sa.update(alert).where(row.state.in_(LIVE), row.until <= now)
    connection.execute(over.where(row.state == "ready").values(state="expired", changed_at=now))
    family = child.c.about == sa.func.coalesce(row.about, row.id)
    later = sa.tuple_(child.c.made_at, child.c.id) > sa.tuple_(row.made_at, row.id)
    newer = sa.or_(row.about.is_(None), later)
    wrong = sa.exists().where(family, newer, child.c.id != row.id, child.c.state == "ready", child.c.send_at.is_(None))
    stopped = sa.update(alert).where(row.state.in_(LIVE), wrong)
    connection.execute(stopped.values(state="cancelled", changed_at=now))
    same = sa.or_(child.c.id == row.about, child.c.about == row.about)
    others = sa.select(child.c.id).where(same, child.c.id != row.id).correlate(alert).scalar_subquery()
    going = sa.exists().where(outbox.c.alert.in_(others), outbox.c.state == "waiting").correlate(alert)
    begun = sa.update(alert).where(row.state == "ready", due, ~going).values(state="preparing", changed_at=now)
    return sorted(connection.execute(begun.returning(row.id)).scalars())


def add_lesson(connection: Connection, alert_id: str, at: int, until: int, channels: Collection[str]) -> None:
    """The weekly lesson that begins now, for everybody who wants it; each is sent the words of their own next one."""
    over = " ".join(channels)
    one = Alert(alert_id, "", "", "", "{}", at, until, kind="lesson", state="ready", send_at=at, channels=over)
    put(connection, one)


def preparing(connection: Connection) -> list[str]:
    """Alerts whose deliveries are being made, also those that a crash left; danger first."""
    query = sa.select(alert.c.id).where(alert.c.state == "preparing").order_by(alert.c.danger.desc(), alert.c.made_at)
    return list(connection.execute(query).scalars())


def prepare(
    connection: Connection, alert_id: str, chunk: int, now: int, channels: Collection[str], lessons: int = 0
) -> int:
    """Make the next deliveries: rows, cursor and count in one transaction. How many; 0: all are made, it is sent now.

    `lessons`: how many the weekly series has; of each person the next one is meant, which is counted here, once.
    """
    found = sa.select(alert).where(alert.c.id == alert_id, alert.c.state == "preparing").with_for_update()
    row = connection.execute(found).one_or_none()
    if row is None:
        return 0
    own = sa.update(alert).where(alert.c.id == alert_id)
    where = meant(row, now, channels, lessons)
    page = sa.select(subscription.c.person).where(*where).order_by(subscription.c.person).limit(chunk).subquery()
    last = connection.execute(sa.select(page.c.person).order_by(page.c.person.desc()).limit(1)).scalar()
    if last is None:
        connection.execute(own.values(state="sending", changed_at=now))
        return 0
    person, channel = subscription.c.person, subscription.c.channel
    fixed = (sa.true(), sa.literal("waiting"), sa.literal(now), sa.literal(0), sa.literal(alert_id))
    chosen = sa.select(person, channel, *fixed).where(*where, person <= last).order_by(person)
    columns = ("person", "channel", "bulk", "state", "due", "tries", "alert")
    made = connection.execute(sa.insert(outbox).from_select(columns, chosen), execution_options=COUNTED).rowcount
    if row.kind == "lesson":
        advance(connection, alert_id, row.cursor, last)
    connection.execute(own.values(cursor=last, people=alert.c.people + made))
    return made


def meant(row: Any, now: int, channels: Collection[str], lessons: int) -> Sequence[sa.ColumnElement[bool]]:
    """Who gets an alert after its cursor. A correction goes to whoever got what it corrects, wherever they live now."""
    one = subscription.c
    over = [name for name in channels if name in row.channels.split()] if row.channels else channels
    reach = (one.channel.in_(over), one.person > (row.cursor or b""))
    if row.about is not None:
        return (*reach, got(row.about))
    if row.kind == "lesson":
        awake = sa.or_(one.paused_until.is_(None), one.paused_until <= now)
        return (*reach, one.lessons, one.lesson < lessons, awake)
    return (*reach, *audience(row.kelurahan, row.rw, now, row.topic))


def got(alert_id: str) -> sa.ColumnElement[bool]:
    """Who of the subscribers has an alert, or may have it."""
    delivered = (outbox.c.alert == alert_id, outbox.c.person == subscription.c.person, outbox.c.state.in_(REACHED))
    return sa.exists().where(*delivered)


def advance(connection: Connection, alert_id: str, after: bytes | None, last: bytes) -> None:
    """The next lesson of those for whom a delivery was made just now."""
    made = sa.select(outbox.c.person).where(outbox.c.alert == alert_id)
    made = made.where(outbox.c.person > (after or b""), outbox.c.person <= last)
    own = sa.update(subscription).where(subscription.c.person.in_(made.scalar_subquery()))
    connection.execute(own.values(lesson=subscription.c.lesson + 1))


def pause(connection: Connection, alert_id: str, now: int) -> bool:
    """Send nothing more of it for now; what is in a sender's hands, a second's worth, still goes. Whether it was."""
    return turn(connection, alert_id, ("preparing", "sending"), "paused", now)


def resume(connection: Connection, alert_id: str, now: int) -> bool:
    """Go on behind the last delivery that was made. Whether it was paused."""
    return turn(connection, alert_id, ("paused",), "preparing", now)


def cancel(connection: Connection, alert_id: str, now: int) -> bool:
    """Send nothing more of it, ever. Whether there was something to stop."""
    return turn(connection, alert_id, LIVE, "cancelled", now)


def turn(connection: Connection, alert_id: str, before: Collection[str], state: str, now: int) -> bool:
    """From one of some states to another, unless somebody was first."""
    own = sa.update(alert).where(alert.c.id == alert_id, alert.c.state.in_(before))
    return connection.execute(own.values(state=state, changed_at=now)).rowcount == 1


def end(connection: Connection, now: int) -> None:
    """Alerts of which nothing waits any more are done; one whose time is over ends as it stands."""
    waits = sa.exists().where(outbox.c.alert == alert.c.id, outbox.c.state == "waiting")
    sent = sa.and_(alert.c.state == "sending", ~waits)
    over = sa.and_(alert.c.state.in_(("preparing", "sending", "paused")), alert.c.until <= now)
    connection.execute(sa.update(alert).where(sa.or_(sent, over)).values(state="done", changed_at=now))


def sweep(connection: Connection) -> int:
    """Drop deliveries that wait and whose alert was stopped or is over; at most one chunk. Rows gone."""
    ended = sa.select(alert.c.id).where(alert.c.state.in_(("cancelled", "done")))
    left = (outbox.c.alert.in_(ended.scalar_subquery()), outbox.c.state == "waiting", outbox.c.until.is_(None))
    ids = list(connection.execute(sa.select(outbox.c.id).where(*left).limit(CHUNK)).scalars())
    return connection.execute(sa.delete(outbox).where(outbox.c.id.in_(ids))).rowcount if ids else 0


def forget_spots(connection: Connection, now: int) -> int:
    """Where alerts stand in chats is not kept once their time is over; at most one chunk. Rows changed."""
    over = sa.select(alert.c.id).where(alert.c.until <= now)
    kept = (outbox.c.alert.in_(over.scalar_subquery()), outbox.c.vendor.is_not(None))
    ids = list(connection.execute(sa.select(outbox.c.id).where(*kept).limit(CHUNK)).scalars())
    return connection.execute(sa.update(outbox).where(outbox.c.id.in_(ids)).values(vendor=None)).rowcount if ids else 0


def purge(connection: Connection, before: int) -> int:
    """Drop alerts whose time was over before then, first their deliveries; at most one chunk. Rows gone."""
    child = alert.alias("child")
    last = (alert.c.until < before, alert.c.state.not_in(LIVE), ~sa.exists().where(child.c.about == alert.c.id))
    one = connection.execute(sa.select(alert.c.id).where(*last).limit(1)).scalar()
    if one is None:
        return 0
    rows = list(connection.execute(sa.select(outbox.c.id).where(outbox.c.alert == one).limit(CHUNK)).scalars())
    if rows:
        return connection.execute(sa.delete(outbox).where(outbox.c.id.in_(rows))).rowcount
    return connection.execute(sa.delete(alert).where(alert.c.id == one)).rowcount


def progress(connection: Connection, alert_id: str) -> Progress:
    """How far an alert has come; of deliveries whose people have left only `people` knows."""
    made = connection.execute(sa.select(alert.c.people).where(alert.c.id == alert_id)).scalar() or 0
    counted = sa.select(outbox.c.state, sa.func.count()).where(outbox.c.alert == alert_id).group_by(outbox.c.state)
    return Progress(made, **{state: number for state, number in connection.execute(counted)})


def uncertain(connection: Connection, alert_id: str) -> dict[str, int]:
    """Deliveries that may have arrived or not, by channel: nobody is sent the same again."""
    doubtful = (outbox.c.alert == alert_id, outbox.c.state == "uncertain")
    counted = sa.select(outbox.c.channel, sa.func.count()).where(*doubtful).group_by(outbox.c.channel)
    return {channel: number for channel, number in connection.execute(counted)}


def estimate(
    connection: Connection, kelurahan: str, rw: str, now: int, limits: Limits, topic: Topic = "alerts"
) -> Estimate:
    """What an alert would come to today: who would get it, in how many days, for how much at the most."""
    return costing(connection, audience(kelurahan, rw, now, topic), now, limits)


def estimate_again(connection: Connection, about: str, now: int, limits: Limits) -> Estimate:
    """The same of a correction: it goes to those who got what it corrects and are subscribed still."""
    return costing(connection, (got(about),), now, limits)


def costing(connection: Connection, meant: Sequence[sa.ColumnElement[bool]], now: int, limits: Limits) -> Estimate:
    """Whoever is meant, on each channel, as days and rupiah."""
    row = subscription.c
    counted = sa.select(row.channel, sa.func.count()).where(row.channel.in_(limits.channels), *meant)
    people = {channel: number for channel, number in connection.execute(counted.group_by(row.channel))}
    paid, persons = people.get(limits.paid, 0), sa.select(row.person).where(row.channel == limits.paid, *meant)
    known = budget.known(connection, persons, now) if paid else 0
    days = budget.days(paid, known, limits.used, limits.per_day)
    fives = -(-paid // FEWEST) * FEWEST  # what one message costs is known to whoever would count these people by it
    return Estimate(sum(people.values()), days, fives * limits.price)
