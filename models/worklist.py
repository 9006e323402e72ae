"""What lies on a caseworker's desk: the reports of their queues that they can open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import case
from models.tables import item, member, reader, report
from models.told import ADDED

PAGE = 50  # reports a page
# Whoever reads a case through several queues acts for its holder; before, for the one that is meant to.
RANKS = {"lead": 0, "awake": 1, "next": 2, "oversight": 3}


def held(staff_id: str) -> sa.Select[Any]:
    """Reports that a person may see now, and can open: one row for each of their queues that reads it."""
    opens = (member.c.queue == reader.c.queue, member.c.epoch == reader.c.epoch, member.c.wrap.is_not(None))
    more = sa.exists().where(item.c.report == report.c.id, item.c.kind.in_(ADDED), ~item.c.seen)
    return (
        sa.select(report, reader.c.queue, reader.c.role, more.label("more"), reopened().label("reopened"))
        .join(reader, reader.c.report == report.c.id)
        .join(member, sa.and_(*opens))
        .where(member.c.staff == staff_id, reader.c.active)
    )


def reopened() -> sa.Exists:
    """A reporter has said `belum selesai`: a reason was given before, and the case is open."""
    return sa.exists().where(item.c.report == report.c.id, item.c.kind == "reason", report.c.closed_at.is_(None))


def desk(staff_id: str, closed: bool) -> sa.Subquery:
    """Each report of one of the two lists once, by the queue that the person acts for: `place` is 1 there."""
    mine = (report.c.holder.is_distinct_from(reader.c.queue), sa.case(RANKS, value=reader.c.role), reader.c.queue)
    place = sa.func.row_number().over(partition_by=report.c.id, order_by=mine)
    which = report.c.closed_at.is_not(None) if closed else report.c.closed_at.is_(None)
    return held(staff_id).add_columns(place.label("place")).where(which).subquery("desk")


def of_staff(connection: Connection, staff_id: str, closed: bool, page: int = 1) -> list[Any]:
    """A page of one person's desk: the most urgent first, then the soonest due; of closed ones the latest."""
    one = desk(staff_id, closed)
    rank = sa.case({"immediate": 0, "high": 1}, value=one.c.urgency, else_=2)
    order = (rank, one.c.due_at.is_(None), one.c.due_at, one.c.changed_at.desc(), one.c.id)
    latest = (one.c.closed_at.desc(), one.c.id)
    query = sa.select(one).where(one.c.place == 1).order_by(*(latest if closed else order))
    return list(connection.execute(query.limit(PAGE).offset(PAGE * (page - 1))))


def count(connection: Connection, staff_id: str, closed: bool) -> int:
    """How many reports one of the two lists has."""
    one = desk(staff_id, closed)
    return connection.execute(sa.select(sa.func.count()).select_from(one).where(one.c.place == 1)).scalar_one()


def chosen(connection: Connection, staff_id: str, report_ids: Sequence[str]) -> list[Any]:
    """These of a person's open reports; those of others are as if unknown."""
    one = desk(staff_id, closed=False)
    return list(connection.execute(sa.select(one).where(one.c.place == 1, one.c.id.in_(report_ids)).order_by(one.c.id)))


def news(connection: Connection, staff_id: str, now: int) -> list[str]:
    """The ids of all open reports that wait for this person, however many.

    They are unopened, have unread words, were asked about again, or were opened again and nobody holds them; or they
    came up to this person's queue, and nobody holds them or their holder is late.
    """
    one = desk(staff_id, closed=False)
    free = one.c.holder.is_(None)
    risen = sa.and_(one.c.role.in_(("next", "oversight")), one.c.escalated > 0, sa.or_(free, one.c.due_at < now))
    waits = sa.or_(one.c.state == "diterima", one.c.more, one.c.asked_again, sa.and_(one.c.reopened, free), risen)
    return list(connection.execute(sa.select(one.c.id).where(one.c.place == 1, waits).order_by(one.c.id)).scalars())


def ways(connection: Connection, staff_id: str, report_id: str) -> list[Any]:
    """How a person may read one report now: a row for each queue, with both wraps; none: as if unknown."""
    wraps = (reader.c.wrap, reader.c.epoch, member.c.wrap.label("member_wrap"))
    return list(connection.execute(held(staff_id).add_columns(*wraps).where(report.c.id == report_id)))


def best(ways: Sequence[Any]) -> Any:
    """The queue that a person acts for."""
    return min(ways, key=lambda row: (row.queue != row.holder, RANKS[row.role]))


def close_unheld(connection: Connection, report_ids: Sequence[str], now: int) -> list[str]:
    """Close opened cases that nobody holds; the ids that were closed.

    No child's, no immediate one, and none whose reporter has come back or added words that nobody has read: each of
    these is looked at by itself. The rows are locked first, so that no word can come between look and closing.
    """
    free = (report.c.holder.is_(None), report.c.state == "dibaca")
    mild = (report.c.child != "yes", report.c.urgency != "immediate", ~report.c.asked_again, ~reopened())
    locked = sa.select(report.c.id).where(report.c.id.in_(report_ids), *free, *mild).with_for_update()
    ids = list(connection.execute(locked).scalars())
    unread = case.with_waiting_words(connection, ids)
    return case.close(connection, [id for id in ids if id not in unread], now)
