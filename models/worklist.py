"""What lies on a caseworker's desk: the reports of their queues that they can open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import case
from models.tables import item, member, reader, report


def held(staff_id: str) -> sa.Select[Any]:
    """Reports that a person may see now, and can open: one row for each of their queues that reads it."""
    opens = (member.c.queue == reader.c.queue, member.c.epoch == reader.c.epoch, member.c.wrap.is_not(None))
    more = sa.exists().where(item.c.report == report.c.id, item.c.kind == "words", ~item.c.seen)
    return (
        sa.select(report, reader.c.queue, reader.c.role, more.label("more"), reopened().label("reopened"))
        .join(reader, reader.c.report == report.c.id)
        .join(member, sa.and_(*opens))
        .where(member.c.staff == staff_id, reader.c.active)
    )


def reopened() -> sa.Exists:
    """A reporter has said `belum selesai`: a reason was given before, and the case is open."""
    return sa.exists().where(item.c.report == report.c.id, item.c.kind == "reason", report.c.closed_at.is_(None))


def of_staff(connection: Connection, staff_id: str, closed: bool, limit: int = 200) -> list[Any]:
    """The desk of one person: the most urgent first, then the soonest due; of closed ones the latest."""
    rank = sa.case({"immediate": 0, "high": 1}, value=report.c.urgency, else_=2)
    order = (rank, report.c.due_at.is_(None), report.c.due_at, report.c.changed_at.desc(), report.c.id)
    if closed:
        query = held(staff_id).where(report.c.closed_at.is_not(None)).order_by(report.c.closed_at.desc())
    else:
        query = held(staff_id).where(report.c.closed_at.is_(None)).order_by(*order)
    return list(connection.execute(query.limit(limit)))


def ways(connection: Connection, staff_id: str, report_id: str) -> list[Any]:
    """How a person may read one report now: a row for each queue, with both wraps; none: as if unknown."""
    wraps = (reader.c.wrap, reader.c.epoch, member.c.wrap.label("member_wrap"))
    return list(connection.execute(held(staff_id).add_columns(*wraps).where(report.c.id == report_id)))


def close_unheld(connection: Connection, report_ids: Sequence[str], now: int) -> list[str]:
    """Close opened cases that nobody holds; the ids that were closed.

    No child's, no immediate one, and none whose reporter has come back: each of these is looked at by itself.
    """
    free = (report.c.holder.is_(None), report.c.state == "dibaca")
    mild = (report.c.child != "yes", report.c.urgency != "immediate", ~report.c.asked_again, ~reopened())
    chosen = sa.select(report.c.id).where(report.c.id.in_(report_ids), *free, *mild).with_for_update()
    return case.close(connection, list(connection.execute(chosen).scalars()), now)
