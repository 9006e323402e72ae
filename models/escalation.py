"""Nothing sleeps: what waits past its time comes to the next queue, then to oversight."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import case
from models.tables import reader, report

CHUNK = 500
ABOVE = {"lead": ("next", "oversight"), "awake": ("next", "oversight"), "next": ("oversight",)}  # who comes after whom


def escalate(connection: Connection, now: int) -> int:
    """Unaccepted past its time: the next queue sees it; past twice its time: oversight. At most a chunk each; rows.

    A case that somebody holds comes to oversight as soon as it is late: its holder has had the time already.
    """
    due, still = report.c.due_at, report.c.closed_at.is_(None)
    free, twice = report.c.holder.is_(None), due + (due - report.c.filed_at)
    first = raised(connection, 1, still, free, report.c.escalated == 0, due < now)
    case.activate(connection, first, ("next",))
    second = raised(connection, 2, still, free, report.c.escalated == 1, twice < now)
    case.activate(connection, second, ("next", "oversight"))
    held = raised(connection, 2, still, ~free, report.c.escalated < 2, due < now)  # noqa: PLR2004  # the level itself
    to_oversight(connection, held)
    return len(first) + len(second) + len(held)


def raised(connection: Connection, level: int, *late: sa.ColumnElement[bool]) -> list[str]:
    """Put at most a chunk of late cases on a level; their ids."""
    ids = list(connection.execute(sa.select(report.c.id).where(*late).limit(CHUNK)).scalars())
    if ids:
        connection.execute(sa.update(report).where(report.c.id.in_(ids)).values(escalated=level))
    return ids


def pass_back(connection: Connection, report_id: str, queue: str) -> bool:
    """A queue cannot take it: the next one reads it now, or oversight. False where nobody comes after this queue."""
    row, own = case.get(connection, report_id), (reader.c.report == report_id, reader.c.queue == queue)
    role = connection.execute(sa.select(reader.c.role).where(*own)).scalar()
    others = sa.select(reader.c.role).where(reader.c.report == report_id, reader.c.queue != queue)
    after = set(connection.execute(others).scalars()).intersection(ABOVE.get(role or "", ()))
    if not after:
        return False
    level = 1 if "next" in after and row.escalated == 0 else 2
    case.activate(connection, [report_id], ("next",) if level == 1 else ("next", "oversight"))
    mine = sa.and_(report.c.holder == queue, report.c.closed_at.is_(None))
    values = {
        "escalated": sa.case((report.c.escalated < level, level), else_=report.c.escalated),
        "state": sa.case((mine, "dibaca"), else_=report.c.state),
        "holder": sa.case((mine, None), else_=report.c.holder),
    }
    connection.execute(sa.update(report).where(report.c.id == report_id).values(values))
    return True


def to_oversight(connection: Connection, report_ids: Sequence[str]) -> None:
    """Let oversight see cases; where it is itself the next to read it stands in that role."""
    if not report_ids:
        return
    other = reader.alias()
    overseen = sa.exists().where(other.c.report == reader.c.report, other.c.role == "oversight")
    above = sa.or_(reader.c.role == "oversight", sa.and_(reader.c.role == "next", ~overseen))
    connection.execute(sa.update(reader).where(reader.c.report.in_(report_ids), above).values(active=True))
