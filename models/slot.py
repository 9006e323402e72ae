"""Slots of the clock: each run of a job is claimed once, and taken over when its holder died."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import DAY, insert
from models.base import now as database_now
from models.tables import slot

CLAIM = 300  # seconds a run may take before somebody else does it


def claim(connection: Connection, job: str, at: int, holder: str) -> bool:
    """Take the run of a job that was due at a time; False when it is done or another holds it.

    A time in the future, done or until, means that the clock went back: the run is due once more.
    """
    now = database_now(connection)
    row = {"job": job, "slot": at, "holder": holder, "until": now + CLAIM, "done_at": None}
    tail = (
        "ON CONFLICT (job, slot) DO UPDATE SET holder = excluded.holder, until = excluded.until, done_at = NULL "
        f"WHERE (slot.done_at IS NULL AND (slot.until < {now} OR slot.until > {now + CLAIM})) OR slot.done_at > {now}"
    )
    return bool(insert(connection, slot, [row], tail, ("job",)))


def done(connection: Connection, job: str, at: int, holder: str) -> None:
    """The run has ended."""
    own = (slot.c.job == job, slot.c.slot == at, slot.c.holder == holder)
    connection.execute(sa.update(slot).where(*own).values(done_at=database_now(connection)))


def release(connection: Connection, job: str, at: int, holder: str) -> None:
    """The run has failed: anybody may try this slot again."""
    own = (slot.c.job == job, slot.c.slot == at, slot.c.holder == holder, slot.c.done_at.is_(None))
    connection.execute(sa.delete(slot).where(*own))


def confirm(connection: Connection, job: str, at: int, holder: str) -> None:
    """A person ran the job by hand, whoever holds the slot."""
    now = database_now(connection)
    row = {"job": job, "slot": at, "holder": holder, "until": now, "done_at": now}
    insert(connection, slot, [row], "ON CONFLICT (job, slot) DO UPDATE SET done_at = excluded.done_at")


def last(connection: Connection, job: str) -> int | None:
    """When the newest finished run was due, in seconds since 1970."""
    return connection.execute(
        sa.select(sa.func.max(slot.c.slot)).where(slot.c.job == job, slot.c.done_at.is_not(None))
    ).scalar()


def purge(connection: Connection, now: int) -> int:
    """Drop slots older than ninety days, but for the newest of each job: it tells whether the clock jumped."""
    newest = sa.select(sa.func.max(slot.c.slot)).group_by(slot.c.job)
    old = sa.delete(slot).where(slot.c.slot < now - 90 * DAY, slot.c.slot.not_in(newest.scalar_subquery()))
    return connection.execute(old).rowcount
