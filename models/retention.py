"""Closed cases whose time is over: staff are warned, then everything goes, the wrapped keys first."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.tables import item, reader, report

ROWS = 500  # a chunk: everybody at the desk waits for it


def purge(connection: Connection, closed_before: int) -> int:
    """Forget closed cases, wraps first, in chunks of at most 500 rows but for a single case. Reports gone."""
    ids = chosen(connection.execute(due(closed_before)))
    if not ids:
        return 0
    connection.execute(sa.delete(reader).where(reader.c.report.in_(ids)))
    connection.execute(sa.update(report).where(report.c.id.in_(ids)).values(code_wrap=None))
    connection.execute(sa.delete(item).where(item.c.report.in_(ids)))
    return connection.execute(sa.delete(report).where(report.c.id.in_(ids))).rowcount


def due(closed_before: int) -> sa.Select[Any]:
    """Cases to forget, and how many rows go with each."""
    readers = sa.select(sa.func.count()).where(reader.c.report == report.c.id).scalar_subquery()
    items = sa.select(sa.func.count()).where(item.c.report == report.c.id).scalar_subquery()
    size = (1 + readers + items).label("size")
    return sa.select(report.c.id, size).where(report.c.closed_at < closed_before).limit(ROWS // 3)


def chosen(rows: Iterable[Any]) -> list[str]:
    """As many cases as fit into a chunk, one at least."""
    found = list(rows)
    sums = accumulate(row.size for row in found)
    return [row.id for number, (row, total) in enumerate(zip(found, sums, strict=True)) if total <= ROWS or not number]


def warn(connection: Connection, closed_before: int) -> int:
    """Mark closed cases whose words go soon, so that the console can say so; at most one chunk. Rows."""
    soon = sa.select(report.c.id).where(report.c.closed_at < closed_before, ~report.c.warned).limit(ROWS)
    ids = list(connection.execute(soon).scalars())
    return connection.execute(sa.update(report).where(report.c.id.in_(ids)).values(warned=True)).rowcount if ids else 0
