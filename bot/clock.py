"""The clock: one table of jobs, each run of which claims its slot and scans what is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.engine import Connection

from bot.desk import Desk
from bot.errands import Runner
from bot.house import House
from models import case, message, person, roster, session, slot, trail
from models.base import DAY, HOUR, truncate_log

log = structlog.get_logger()
LEFT_ALONE = 30  # seconds after which an errand that has not ended was left by a crash
GIVE_UP = 900  # seconds after which the person is told that it did not work
JUMP = DAY + HOUR  # a purge that follows the last one by more than this may follow a wrong clock


@dataclass(frozen=True, slots=True)
class Parts:
    """What a job may use."""

    house: House
    desk: Desk
    runner: Runner

    def chunked(self, work: Callable[[Connection], int]) -> int:
        """Write a chunk at a time, between the batches of the desk, until nothing is left. Rows in all."""
        total = 0
        while rows := self.desk.do(work).result():
            total += rows
        return total


def expire(parts: Parts) -> None:
    """End talks that have been silent for too long; who writes again is told kindly."""
    parts.chunked(lambda connection: person.lapse(connection, parts.house.now()))


def finish_errands(parts: Parts) -> None:
    """Take up what a crash left between two turns."""
    now = parts.house.now()
    with parts.house.engine.connect().execution_options(reading=True) as connection:
        left = person.waiting(connection, now - LEFT_ALONE)
    parts.runner.resume(left, now - GIVE_UP)


def escalate(parts: Parts) -> None:
    """Reports that nobody has accepted in time are seen by the next queue, then by oversight."""
    parts.chunked(lambda connection: case.escalate(connection, parts.house.now()))


class ClockJumped(Exception):
    """The clock is far ahead of the last purge; nothing is deleted until a person has confirmed it."""


def forget(parts: Parts) -> None:
    """Purge by retention. A clock that jumped ahead must not delete what is not due: then a person decides."""
    now, keep = parts.house.now(), parts.house.shelf.terms.keep_days
    with parts.house.engine.connect().execution_options(reading=True) as connection:
        last = slot.last(connection, "forget")
    if last is not None and now - last > JUMP:
        raise ClockJumped(
            f"the last purge was {(now - last) // HOUR} hours ago: if this clock is right, run `suar forget`"
        )
    purge(parts, now, keep)


def confirm(parts: Parts) -> None:
    """A person says that the clock is right: purge, and take this as the last run."""
    now, holder = parts.house.now(), parts.house.holder
    purge(parts, now, parts.house.shelf.terms.keep_days)
    at = now // HOUR * HOUR
    parts.desk.do(lambda connection: slot.confirm(connection, "forget", at, holder)).result()


def purge(parts: Parts, now: int, keep: Mapping[str, int]) -> None:
    """Everything whose days are over, by kind."""
    story, warning = now - keep["story"] * DAY, now - (keep["story"] - keep["warning"]) * DAY
    parts.chunked(lambda connection: case.purge(connection, story))
    parts.desk.do(lambda connection: case.warn(connection, warning)).result()
    ids, persons = now - keep["inbound_ids"] * DAY, now - keep["person"] * DAY
    parts.chunked(lambda connection: person.purge(connection, ids, persons))
    replies = now - keep["replies"] * DAY
    parts.chunked(lambda connection: message.purge(connection, replies))
    acts = now - keep["trail"] * DAY
    parts.chunked(lambda connection: trail.forget(connection, acts))
    parts.chunked(lambda connection: session.purge(connection, now - DAY, now - DAY))
    parts.desk.do(lambda connection: roster.purge_invites(connection, now)).result()
    parts.desk.do(lambda connection: slot.purge(connection, now)).result()
    truncate_log(parts.house.engine)


def chain(parts: Parts) -> None:
    """Link what the staff did into the trail."""
    parts.chunked(lambda connection: trail.chain(connection, parts.house.keys.trail_link))


JOBS: Mapping[str, tuple[Callable[[Parts], None], int]] = {  # name -> what it does, and every how many seconds
    "expire": (expire, 60),
    "errands": (finish_errands, 15),
    "escalate": (escalate, 60),
    "forget": (forget, HOUR),
    "chain": (chain, 60),
}


def run(parts: Parts, job: str) -> bool:
    """Run a job for the slot that is due now, once over all processes. Whether it was ours to run."""
    work, every = JOBS[job]
    at = parts.house.now() // every * every
    if not parts.desk.do(lambda connection: slot.claim(connection, job, at, parts.house.holder)).result():
        return False
    end = slot.release
    try:
        work(parts)
        end = slot.done
    finally:
        parts.desk.do(lambda connection: end(connection, job, at, parts.house.holder)).result()
    return True


def start(parts: Parts) -> BackgroundScheduler:
    """A scheduler with its jobs in memory: what ran is known by the slots, not by the scheduler."""
    scheduler = BackgroundScheduler(
        timezone="Asia/Jakarta", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 60}
    )
    for name, (_, every) in JOBS.items():
        # At once too: a service that is started anew every day must still purge.
        first = datetime.now(UTC)
        scheduler.add_job(partial(run, parts, name), "interval", seconds=every, id=name, next_run_time=first)
    scheduler.add_listener(report_error, EVENT_JOB_ERROR)
    scheduler.start()
    return scheduler


def report_error(event: JobExecutionEvent) -> None:
    """A job's error by its type only; its next slot tries again."""
    hint = str(event.exception) if isinstance(event.exception, ClockJumped) else ""
    log.error("job failed", job=event.job_id, error=type(event.exception).__name__, hint=hint)
