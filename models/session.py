"""Sessions of the staff: found by a hash of the cookie, ended by idleness, age or sign-out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.tables import session, staff


def add(connection: Connection, hash: bytes, staff_id: str, wrap: bytes, *, proven: bool, now: int) -> None:
    """A new session; `wrap` is the member's private key under the cookie, which is not kept."""
    row = {"hash": hash, "staff": staff_id, "wrap": wrap, "proven": proven, "made_at": now, "seen_at": now}
    connection.execute(sa.insert(session).values(row))


def find(connection: Connection, hash: bytes) -> Any | None:
    """The session of a cookie's hash, with `name`, `admin` and `public` of a person who is still active."""
    query = (
        sa.select(session, staff.c.name, staff.c.admin, staff.c.public)
        .join(staff, staff.c.id == session.c.staff)
        .where(session.c.hash == hash, staff.c.active)
    )
    return connection.execute(query).first()


def touch(connection: Connection, hash: bytes, now: int) -> None:
    """Somebody was here; never put back, so that a slow request cannot shorten a session."""
    later = (session.c.hash == hash, session.c.seen_at < now)
    connection.execute(sa.update(session).where(*later).values(seen_at=now))


def end(connection: Connection, hash: bytes) -> bool:
    """Sign-out: the key's last wrap goes with the row. Whether there was one."""
    return connection.execute(sa.delete(session).where(session.c.hash == hash)).rowcount == 1


def end_others(connection: Connection, staff_id: str, keep: bytes = b"") -> int:
    """End a person's sessions but one, as after a change of password. Rows gone."""
    others = (session.c.staff == staff_id, session.c.hash != keep)
    return connection.execute(sa.delete(session).where(*others)).rowcount


def purge(connection: Connection, made_before: int, seen_before: int) -> int:
    """Drop sessions that are too old or too long idle, at most one chunk. Rows gone."""
    over = sa.or_(session.c.made_at < made_before, session.c.seen_at < seen_before)
    old = list(connection.execute(sa.select(session.c.hash).where(over).limit(500)).scalars())
    return connection.execute(sa.delete(session).where(session.c.hash.in_(old))).rowcount if old else 0
