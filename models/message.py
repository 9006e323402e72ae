"""The outbox: what waits to be sent, who may send it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import subscription
from models.base import DAY, insert
from models.base import now as database_now
from models.tables import outbox, person, sender
from models.trace import Trace

LEASE = 30  # seconds a sender may hold a row; longer than any vendor's time-out
LEFT: Final = "left"  # no state of a row: it goes
RENEW = 5  # seconds between renewals of a channel's lease


@dataclass(frozen=True, slots=True)
class Parcel:
    """A row that waits; `address` and `body` are sealed, those of a delivery stand with person and alert."""

    id: int
    person: bytes
    channel: str
    address: bytes | None
    body: bytes | None
    bulk: bool
    tries: int
    alert: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of sending a row: a state, or another try after so many seconds."""

    id: int
    state: str = ""
    wait: int = 0
    keeps: bool = False  # words and address stay until the vendor says that it has arrived
    vendor: bytes | None = None  # where an alert stands there, sealed
    alert: bool = False
    trace: Trace | None = None  # by which it is deleted in the chat


@dataclass(frozen=True, slots=True)
class Reply:
    """What one turn says; the row is made with it."""

    person: bytes
    channel: str
    address: bytes | None
    body: bytes


def put(connection: Connection, replies: Sequence[Reply], now: int) -> dict[bytes, int]:
    """One row a turn, in one statement; gives back person -> id (a batch holds one turn of a person)."""
    rows = [
        {
            "person": one.person,
            "channel": one.channel,
            "address": one.address,
            "body": one.body,
            "bulk": False,
            "state": "waiting",
            "due": now,
            "tries": 0,
        }
        for one in replies
    ]
    return {bytes(row[1]): row[0] for row in insert(connection, outbox, rows, returning=("id", "person"))}


def of_person(connection: Connection, key: bytes, after: int = 0) -> list[Parcel]:
    """What waits for one person, oldest first: the web chat fetches its own."""
    row = outbox.c
    query = sa.select(row.id, row.person, row.channel, row.address, row.body, row.bulk, row.tries)
    query = query.where(row.person == key, row.state == "waiting", row.id > after).order_by(row.id)
    return [Parcel(*found) for found in connection.execute(query)]


def elect(connection: Connection, channel: str, holder: str) -> bool:
    """Become or stay the one sender of a channel, by the database's clock."""
    now = database_now(connection)
    row = {"channel": channel, "holder": holder, "until": now + 3 * RENEW}
    tail = (
        "ON CONFLICT (channel) DO UPDATE SET holder = excluded.holder, until = excluded.until "
        # A lease longer than any lease: the clock went back.
        f"WHERE sender.holder = excluded.holder OR sender.until < {now} OR sender.until > {now + 3 * RENEW}"
    )
    return bool(insert(connection, sender, [row], tail, ("channel",)))


def lease(connection: Connection, channel: str, holder: str, limit: int) -> list[Parcel]:
    """Take rows to send: replies before bulk, and of each person only the oldest that has not been sent.

    A reply waits for earlier replies, never for an alert to many: those may take an hour at the vendor's rate.
    """
    now = database_now(connection)
    row, earlier = outbox.c, outbox.alias("earlier")
    blocked = (
        sa.exists()
        .where(earlier.c.person == row.person, earlier.c.state == "waiting", earlier.c.id < row.id)
        .where(sa.or_(~earlier.c.bulk, row.bulk))
        .correlate(outbox)
    )
    free = sa.or_(row.until.is_(None), sa.and_(~row.bulk, over(now)))
    ready = (
        sa.select(row.id)
        .where(row.alert.is_(None), row.state == "waiting", row.channel == channel, row.due <= now, free, ~blocked)
        .order_by(row.bulk, row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = sa.update(outbox).where(row.id.in_(ready.scalar_subquery())).values(holder=holder, until=now + LEASE)
    back = taken.returning(row.id, row.person, row.channel, row.address, row.body, row.bulk, row.tries)
    return sorted((Parcel(*found) for found in connection.execute(back)), key=lambda one: (one.bulk, one.id))


def over(now: int) -> sa.ColumnElement[bool]:
    """A row's lease has ended, or is longer than any lease because the clock went back."""
    return sa.or_(outbox.c.until < now, outbox.c.until > now + LEASE)


def release(connection: Connection, ids: Sequence[int], holder: str) -> None:
    """Give back leased rows that were not tried."""
    own = (outbox.c.id.in_(ids), outbox.c.holder == holder, outbox.c.state == "waiting")
    connection.execute(sa.update(outbox).where(*own).values(holder=None, until=None))


def stale_bulk(connection: Connection) -> int:
    """List bulk rows whose sender died between sending and writing as uncertain: repeating them would double them."""
    now = database_now(connection)
    died = (outbox.c.bulk, outbox.c.state == "waiting", outbox.c.until.is_not(None), over(now))
    values = {"state": "uncertain", "body": None, "address": None, "holder": None, "until": None}
    return connection.execute(sa.update(outbox).where(*died).values(values)).rowcount


def conclude(connection: Connection, ended: Sequence[Ended]) -> None:
    """Write what became of several replies: one statement a state."""
    for kind in sorted({(one.state, one.keeps) for one in ended if one.state}):
        settle(connection, [one.id for one in ended if (one.state, one.keeps) == kind], *kind)
    for one in ended:
        if not one.state:
            later(connection, one.id, one.wait)


def settle(connection: Connection, ids: Sequence[int], state: str, keeps: bool = False) -> None:
    """Write what became of rows. Who says first "taken" and then "not arrived" may be heard in the other order: a row
    that was given back meanwhile is not in this sender's hands any more."""
    ours = (outbox.c.holder.is_not(None),) if keeps else ()
    close(connection, (outbox.c.id.in_(ids), outbox.c.state == "waiting", *ours), state, keeps)


def close(connection: Connection, which: Sequence[sa.ColumnElement[bool]], state: str, keeps: bool = False) -> None:
    """Words, address and the exact time go, or only the time where a vendor has not said yet that they arrived.

    Of a person who was forgotten meanwhile (`hapus`) the whole row goes, but of an alert: a subscriber may be silent
    for longer.
    """
    forgotten = sa.and_(outbox.c.alert.is_(None), ~sa.exists().where(person.c.key == outbox.c.person))
    connection.execute(sa.delete(outbox).where(*which, forgotten))
    day = outbox.c.due - outbox.c.due % DAY
    values = {"state": state, "holder": None, "until": None, "due": day}
    emptied = {} if keeps else {"body": None, "address": None}
    connection.execute(sa.update(outbox).where(*which).values({**values, **emptied}))


def settle_own(connection: Connection, key: bytes, up_to: int) -> None:
    """A browser has shown its replies up to this id; of anybody else's rows it can say nothing."""
    close(connection, (outbox.c.person == key, outbox.c.id <= up_to, outbox.c.state == "waiting"), "sent")


def unreachable(connection: Connection, key: bytes) -> None:
    """A person has blocked us: nothing that waits for them will arrive."""
    close(connection, (outbox.c.person == key, outbox.c.state == "waiting"), "gone")


def later(connection: Connection, row_id: int, wait: int) -> None:
    """Try again after so many seconds; a row that another sender has settled meanwhile stays settled."""
    due = database_now(connection) + wait
    values = {"due": due, "tries": outbox.c.tries + 1, "holder": None, "until": None}
    waiting = (outbox.c.id == row_id, outbox.c.state == "waiting")
    connection.execute(sa.update(outbox).where(*waiting).values(values))


def purge(connection: Connection, before: int, unsent: bool = True) -> int:
    """Drop rows that were due before then: done, never fetched, or `unsent`. At most one chunk. Rows gone.

    Deliveries stay for as long as their alert, whose counts they are. A subscriber whose question goes is asked anew.
    """
    chosen = [outbox.c.alert.is_(None), outbox.c.due < before]
    if not unsent:
        chosen.append(sa.or_(outbox.c.state != "waiting", outbox.c.channel == "web"))
    old = list(connection.execute(sa.select(outbox.c.id).where(*chosen).limit(500)).scalars())
    if not old:
        return 0
    subscription.ask_again(connection, old)
    return connection.execute(sa.delete(outbox).where(outbox.c.id.in_(old))).rowcount


def forget(connection: Connection, keys: Sequence[bytes]) -> None:
    """Drop what still waits for persons who asked to be forgotten."""
    connection.execute(sa.delete(outbox).where(outbox.c.person.in_(keys)))


def recall(connection: Connection, ids: Sequence[int]) -> None:
    """Rows that need not be sent any more; what a sender holds is on its way."""
    unsent = (outbox.c.state == "waiting", outbox.c.holder.is_(None))
    connection.execute(sa.delete(outbox).where(outbox.c.id.in_(ids), *unsent))


def withdraw(connection: Connection, keys: Sequence[bytes]) -> None:
    """Replies of talks that are over must not come late, somebody else may hold the phone by then: what waits goes.

    What a vendor has taken waits for its last news without words, so that it cannot be sent once more.
    """
    theirs = (outbox.c.person.in_(keys), ~outbox.c.bulk)
    connection.execute(sa.delete(outbox).where(*theirs, outbox.c.state == "waiting"))
    taken = (*theirs, outbox.c.state == "sent", outbox.c.body.is_not(None))
    connection.execute(sa.update(outbox).where(*taken).values(body=None, address=None))
