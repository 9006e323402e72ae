"""Reports, their words sealed: how they are filed, read, answered, closed, and forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import HOUR, hour_of, insert
from models.tables import item, reader, report
from models.told import ADDED


@dataclass(frozen=True, slots=True)
class Wrap:
    """A report's private key for one queue; `active` readers see it now, the others when it is escalated to them."""

    queue: str
    role: str
    active: bool
    epoch: int
    wrap: bytes = b""


@dataclass(frozen=True, slots=True)
class Item:
    """Words of a case, sealed to its key."""

    id: str
    kind: str  # story, words, correction, told, answer, reason, passed
    body: bytes
    queue: str | None = None


class Gone(LookupError):
    """The report is not there any more, or not in a state that allows this."""


def file(connection: Connection, row: Mapping[str, Any], wraps: Sequence[Wrap], story: Item) -> bool:
    """Store a report once: a repetition after a crash finds it there and changes nothing. Whether it is new."""
    start = {
        "holder": None,
        "state": "diterima",
        "escalated": 0,
        "asked_again": False,
        "no_contact": False,
        "warned": False,
        "closed_at": None,
        "changed_at": hour_of(row["filed_at"]),
    }
    if not insert(connection, report, [{**row, **start}], "ON CONFLICT (id) DO NOTHING", ("id",)):
        return False
    insert(
        connection,
        reader,
        [
            {
                "report": row["id"],
                "queue": w.queue,
                "role": w.role,
                "active": w.active,
                "epoch": w.epoch,
                "wrap": w.wrap,
            }
            for w in wraps
        ],
    )
    add(connection, row["id"], story, row["filed_at"])
    return True


def add(connection: Connection, report_id: str, one: Item, now: int) -> bool:
    """Append words to a case, once for each item id. The case's row orders them, so two at once cannot tie."""
    alive = sa.update(report).where(report.c.id == report_id).values(changed_at=hour_of(now)).returning(report.c.id)
    if connection.execute(alive).first() is None:
        raise Gone(report_id)
    last = sa.select(sa.func.coalesce(sa.func.max(item.c.seq), 0)).where(item.c.report == report_id)
    row = {
        "id": one.id,
        "report": report_id,
        "kind": one.kind,
        "queue": one.queue,
        "body": one.body,
        "hour": hour_of(now),
        "seq": connection.execute(last).scalar_one() + 1,
        "seen": False,
    }
    return bool(insert(connection, item, [row], "ON CONFLICT (id) DO NOTHING", ("id",)))


def is_there(connection: Connection, item_id: str) -> bool:
    """Whether these words were stored."""
    return connection.execute(sa.select(sa.exists().where(item.c.id == item_id))).scalar_one()


def wake(connection: Connection, report_id: str, due: Mapping[str, int], now: int) -> None:
    """Words wait in an open case without a clock: one starts, of `due` seconds for its urgency.

    It counts from the hour, as no exact time of a reporter may stay, and lasts to the next one at least, or it would
    be late before anybody could have read.
    """
    seconds = {urgency: max(span, HOUR) for urgency, span in due.items()}
    idle = (report.c.id == report_id, report.c.closed_at.is_(None), report.c.due_at.is_(None))
    due_at = hour_of(now) + sa.case(seconds, value=report.c.urgency)
    connection.execute(sa.update(report).where(*idle).values(due_at=due_at))


def by_locator(connection: Connection, locators: Collection[bytes]) -> dict[bytes, Any]:
    """Reports by where their codes point."""
    rows = connection.execute(sa.select(report).where(report.c.locator.in_(locators)))
    return {bytes(row.locator): row for row in rows}


def by_id(connection: Connection, report_id: str) -> Any:
    """One report's row; None if it is not there."""
    return connection.execute(sa.select(report).where(report.c.id == report_id)).first()


def get(connection: Connection, report_id: str) -> Any:
    """One report's row, or Gone."""
    row = by_id(connection, report_id)
    if row is None:
        raise Gone(report_id)
    return row


def items(connection: Connection, report_ids: Collection[str], kinds: Collection[str]) -> list[Any]:
    """The sealed words of cases, in order."""
    query = (
        sa.select(item).where(item.c.report.in_(report_ids), item.c.kind.in_(kinds)).order_by(item.c.report, item.c.seq)
    )
    return list(connection.execute(query))


def seen(connection: Connection, ids: Sequence[str]) -> None:
    """These answers were read by whoever has the code."""
    connection.execute(sa.update(item).where(item.c.id.in_(ids)).values(seen=True))


def words_seen(connection: Connection, report_id: str, last: int | None = None) -> None:
    """A caseworker has read what the reporter added, as far as the item numbered `last`; None: all of it."""
    unread = (item.c.report == report_id, item.c.kind.in_(ADDED), ~item.c.seen)
    shown = () if last is None else (item.c.seq <= last,)
    connection.execute(sa.update(item).where(*unread, *shown).values(seen=True))


def with_waiting_words(connection: Connection, report_ids: Collection[str]) -> set[str]:
    """Which of these cases have words of the reporter that no caseworker has read."""
    unread = (item.c.report.in_(report_ids), item.c.kind.in_(ADDED), ~item.c.seen)
    return set(connection.execute(sa.select(item.c.report).where(*unread)).scalars())


def opened(connection: Connection, report_id: str) -> None:
    """A caseworker has opened it: Diterima becomes Dibaca."""
    connection.execute(
        sa.update(report).where(report.c.id == report_id, report.c.state == "diterima").values(state="dibaca")
    )


def accept(connection: Connection, report_id: str, queue: str, now: int) -> bool:
    """Compare-and-set: the first queue that accepts holds it, and gets the same time again to answer."""
    free = (report.c.id == report_id, report.c.holder.is_(None), report.c.state.in_(("diterima", "dibaca")))
    values = {
        "holder": queue,
        "state": "ditangani",
        "due_at": now + (report.c.due_at - report.c.filed_at),
        "changed_at": hour_of(now),
    }
    return connection.execute(sa.update(report).where(*free).values(values)).rowcount == 1


def answered(connection: Connection, report_id: str, now: int) -> None:
    """The clock stops; from here only the hour of filing remains."""
    exact = report.c.filed_at - report.c.filed_at % 3600
    values = {"due_at": None, "filed_at": exact, "asked_again": False, "changed_at": hour_of(now)}
    connection.execute(sa.update(report).where(report.c.id == report_id).values(values))


def close(connection: Connection, report_ids: Sequence[str], now: int) -> list[str]:
    """End cases that are open, by the hour; the ids that were."""
    values = {
        "state": "selesai",
        "closed_at": hour_of(now),
        "due_at": None,
        "filed_at": report.c.filed_at - report.c.filed_at % 3600,
    }
    still = (report.c.id.in_(report_ids), report.c.closed_at.is_(None))
    return list(connection.execute(sa.update(report).where(*still).values(values).returning(report.c.id)).scalars())


def reopen(connection: Connection, report_id: str, since: int, due: Mapping[str, int], now: int) -> bool:
    """`belum selesai`, for as long as the task force allows after closing; a repetition finds it open.

    `due` are the seconds of each urgency: who comes back waits no longer than at first.
    """
    still = (report.c.id == report_id, report.c.closed_at >= hour_of(since))
    values = {
        "state": "dibaca",
        "closed_at": None,
        "holder": None,
        "due_at": now + sa.case(due, value=report.c.urgency),
        "filed_at": now,
        "escalated": 0,
        "asked_again": False,
        "warned": False,
        "changed_at": hour_of(now),
    }
    if connection.execute(sa.update(report).where(*still).values(values)).rowcount == 1:
        return True
    is_open = sa.exists().where(report.c.id == report_id, report.c.closed_at.is_(None))
    return connection.execute(sa.select(is_open)).scalar_one()


def stop_contact(connection: Connection, report_id: str) -> bool:
    """Withdrawn: no answers are wanted any more. The case itself stays with whoever protects people."""
    return connection.execute(sa.update(report).where(report.c.id == report_id).values(no_contact=True)).rowcount == 1


def ask_again(connection: Connection, report_id: str) -> bool:
    """`Belum ada jawaban`: oversight sees it now. False if the report is gone."""
    asked = sa.update(report).where(report.c.id == report_id).values(asked_again=True, escalated=2)
    activate(connection, [report_id], ("next", "oversight"))
    return connection.execute(asked).rowcount == 1


def activate(connection: Connection, report_ids: Sequence[str], roles: Sequence[str]) -> None:
    """Let readers see what they held a key for since the filing."""
    chosen = (reader.c.report.in_(report_ids), reader.c.role.in_(roles))
    connection.execute(sa.update(reader).where(*chosen).values(active=True))
