"""The trail: what the staff did, by the hour; chained so that a missing or changed row shows years later."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import hour_of, is_sqlite
from models.tables import trail

# Makes a row's link from the link before it (empty at first) and the row's digest.
Mac = Callable[[bytes, bytes], bytes]


def add(connection: Connection, content: Mapping[str, str | None], salt: bytes, now: int) -> None:
    """Write an act, unchained: acts at the same moment must not wait for each other."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    row = {"hour": hour_of(now), "salt": salt, "content": text, "digest": digest_of(salt, text)}
    connection.execute(sa.insert(trail).values(row))


def digest_of(salt: bytes, content: str) -> bytes:
    """HMAC-SHA-256; without the salt nobody can try contents against it."""
    return hmac.digest(salt, content.encode(), "sha256")


def linked(previous: bytes, digest: bytes) -> bytes:
    """The plain `Mac`: HMAC-SHA-256 of a digest under the link before it."""
    return hmac.digest(previous, digest, "sha256")


def head(connection: Connection) -> tuple[int, bytes]:
    """Id and link of the last chained row, or 0 and nothing; the month's report prints it."""
    last = sa.select(trail.c.id, trail.c.link).where(trail.c.link.is_not(None)).order_by(trail.c.id.desc()).limit(1)
    row = connection.execute(last).first()
    return (row.id, bytes(row.link)) if row else (0, b"")


def chain(connection: Connection, mac: Mac, limit: int = 500) -> int:
    """Link the rows that wait, in the order of their ids, at most one chunk. Rows linked."""
    if not is_sqlite(connection):
        # An id is drawn before its row is seen: a writer still at work could appear below the head.
        connection.exec_driver_sql("LOCK TABLE trail IN SHARE ROW EXCLUSIVE MODE")
    after, link = head(connection)
    waiting = sa.select(trail.c.id, trail.c.digest).where(trail.c.id > after).order_by(trail.c.id).limit(limit)
    links = []
    for row in connection.execute(waiting):
        link = mac(link, bytes(row.digest))
        links.append({"row": row.id, "made": link})
    if links:
        one = sa.update(trail).where(trail.c.id == sa.bindparam("row")).values(link=sa.bindparam("made"))
        connection.execute(one, links)
    return len(links)


def verify(connection: Connection, mac: Mac) -> int | None:
    """The id of the first chained row that does not fit the one before it or its own content, or None."""
    link = b""
    rows = connection.execute(sa.select(trail).where(trail.c.link.is_not(None)).order_by(trail.c.id))
    for row in rows.yield_per(500):
        link = mac(link, bytes(row.digest))
        if not fits(row) or not hmac.compare_digest(link, bytes(row.link)):
            return int(row.id)
    return None


def fits(row: Any) -> bool:
    """Whether a row's content is what was digested; a forgotten one has neither content nor salt."""
    if row.content is None or row.salt is None:
        return row.content is None and row.salt is None
    return hmac.compare_digest(digest_of(bytes(row.salt), row.content), bytes(row.digest))


def forget(connection: Connection, before: int) -> int:
    """Delete content and salt of old chained rows, at most one chunk; the chain stays whole. Rows changed."""
    due = (trail.c.hour < before, trail.c.link.is_not(None), trail.c.content.is_not(None))
    old = list(connection.execute(sa.select(trail.c.id).where(*due).limit(500)).scalars())
    gone = sa.update(trail).where(trail.c.id.in_(old)).values(content=None, salt=None)
    return connection.execute(gone).rowcount if old else 0
