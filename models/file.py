"""Photos and voice messages: uploads that wait for a report, and the files of a case; all sealed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import insert
from models.channel_tables import upload
from models.tables import file, report

AT_ONCE = 8  # rows of a chunk: one may be megabytes, and everybody at the desk waits while it is overwritten


@dataclass(frozen=True, slots=True)
class File:
    """A photo or a voice message of a case. `number` counts within it, from 1; `body` is HPKE to its key."""

    number: int
    kind: str
    body: bytes = b""


def keep(connection: Connection, upload_id: str, body: bytes, until: int) -> None:
    """Store an upload once; `body` is sealed and bound to the id."""
    insert(connection, upload, [{"id": upload_id, "body": body, "until": until}], "ON CONFLICT (id) DO NOTHING")


def uploads(connection: Connection, ids: Collection[str]) -> dict[str, bytes]:
    """The sealed bytes of uploads that are still there."""
    rows = connection.execute(sa.select(upload.c.id, upload.c.body).where(upload.c.id.in_(ids)))
    return {row.id: bytes(row.body) for row in rows}


def waiting(connection: Connection, start: str = "") -> int:
    """How many uploads there are, or how many whose id begins so."""
    own = upload.c.id.startswith(start, autoescape=True)
    return connection.execute(sa.select(sa.func.count()).select_from(upload).where(own)).scalar_one()


def discard(connection: Connection, ids: Collection[str]) -> None:
    """Let uploads go, in one statement; ids that are not there are no matter."""
    connection.execute(sa.delete(upload).where(upload.c.id.in_(ids)))


def expire(connection: Connection, before: int) -> int:
    """Let uploads go that no talk has let go; at most a chunk. Rows gone."""
    old = list(connection.execute(sa.select(upload.c.id).where(upload.c.until < before).limit(AT_ONCE)).scalars())
    return connection.execute(sa.delete(upload).where(upload.c.id.in_(old))).rowcount if old else 0


def add(connection: Connection, report_id: str, files: Sequence[File]) -> None:
    """Store the files of a report, in the transaction that stores it."""
    rows = [{"report": report_id, "number": one.number, "kind": one.kind, "body": one.body} for one in files]
    insert(connection, file, rows)


def of_report(connection: Connection, report_id: str) -> list[File]:
    """What files a case has, in their order, without their bytes."""
    query = sa.select(file.c.number, file.c.kind).where(file.c.report == report_id).order_by(file.c.number)
    return [File(row.number, row.kind) for row in connection.execute(query)]


def one(connection: Connection, report_id: str, number: int) -> File | None:
    """One file with its sealed bytes."""
    query = sa.select(file.c.kind, file.c.body).where(file.c.report == report_id, file.c.number == number)
    row = connection.execute(query).first()
    return File(number, row.kind, bytes(row.body)) if row else None


def purge(connection: Connection, closed_before: int) -> int:
    """Forget the files of cases whose words go next; at most a chunk. Rows gone."""
    old = (
        sa.select(file.c.report, file.c.number)
        .join(report, report.c.id == file.c.report)
        .where(report.c.closed_at < closed_before)
        .limit(AT_ONCE)
    )
    gone = connection.execute(old).all()
    for row in gone:
        connection.execute(sa.delete(file).where(file.c.report == row.report, file.c.number == row.number))
    return len(gone)
