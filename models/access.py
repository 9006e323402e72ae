"""What whoever holds the code of a case may know of its data: times and readers, nothing that was sent."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.tables import reader, report


def kept(connection: Connection, report_ids: Collection[str]) -> list[Any]:
    """Since when each case is there, when it was closed, and whether contact was stopped."""
    columns = (report.c.id, report.c.filed_at, report.c.closed_at, report.c.no_contact)
    return list(connection.execute(sa.select(*columns).where(report.c.id.in_(report_ids))))


def awake(connection: Connection, report_id: str) -> str | None:
    """The queue that reads it day and night beside its lead, if its filing named one."""
    query = sa.select(reader.c.queue).where(reader.c.report == report_id, reader.c.role == "awake", reader.c.active)
    return connection.execute(query.order_by(reader.c.queue)).scalar()


def readers(connection: Connection, report_ids: Collection[str]) -> dict[str, list[str]]:
    """The queues that see each case now."""
    now = (reader.c.report.in_(report_ids), reader.c.active)
    found: dict[str, list[str]] = {}
    for row in connection.execute(sa.select(reader.c.report, reader.c.queue).where(*now).order_by(reader.c.queue)):
        found.setdefault(row.report, []).append(row.queue)
    return found
