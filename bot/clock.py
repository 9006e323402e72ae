"""The clock: one table of jobs, each run of which claims its slot and scans what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.engine import Connection

from bot import broadcast, notices, pings, subscribing
from bot.desk import Desk
from bot.errands import Runner
from bot.house import House
from bot.standing import Lost, hides, open_standing, over, tells
from handlers.attached import attached
from models import escalation, file, leader, message, person, ping, retention, roster, session, slot, trace, trail
from models.base import DAY, HOUR, chunks, truncate_log

log = structlog.get_logger()
LEFT_ALONE = 30  # seconds after which an errand that has not ended was left by a crash
GIVE_UP = 900  # seconds after which the person is told that it did not work
NEVER = 0  # a time before which there is nothing
JUMP = DAY  # a purge that follows the last one by more than this may follow a wrong clock


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


@dataclass(frozen=True, slots=True)
class End:
    """The end of a talk: whether who comes back is told, whether its replies may not come late, and its uploads."""

    told: bool
    quiet: bool = False
    uploads: frozenset[str] = frozenset()


def expire(parts: Parts, withdrawn: bool = False) -> None:
    """End talks that have been silent for too long; who writes again is told kindly, where that hurts nobody.

    When a talk ends stands sealed in it, so that rows tell nothing: those that may have ended are opened.
    `withdrawn`: no reply of any of them may come late, not only of those that nobody may see.
    """
    house, now, after = parts.house, parts.house.now(), b""
    before = now + 60 * (house.shelf.terms.draft_minutes - house.shelf.terms.parked_minutes)
    while page := silent(parts, before, after):
        ends = {one.key: end for one in page if (end := ended(house, one, now))}
        for told in (True, False):
            if keys := [key for key, end in ends.items() if end.told is told]:
                quiet = frozenset(key for key in keys if withdrawn or ends[key].quiet)
                gone = parts.desk.do(partial(lapse, keys=keys, before=before, told=told, quiet=quiet)).result()
                let_go(parts, [id for key in gone for id in ends[key].uploads])
        after = page[-1].key


def lapse(
    connection: Connection, keys: Sequence[bytes], before: int, told: bool, quiet: frozenset[bytes]
) -> set[bytes]:
    """End talks, and with those in `quiet` whatever was still to be said in them. The keys of those that ended."""
    gone = person.lapse(connection, keys, before, told)
    if late := sorted(gone & quiet):
        message.withdraw(connection, late)
    return gone


def let_go(parts: Parts, uploads: Sequence[str]) -> None:
    """What the ended talks had attached."""
    for some in chunks(uploads, file.AT_ONCE):
        parts.desk.do(partial(file.discard, ids=some)).result()


def silent(parts: Parts, before: int, after: bytes) -> list[person.Person]:
    """A page of talks that may have ended."""
    with parts.house.engine.connect().execution_options(reading=True) as connection:
        return person.silent(connection, before, after)


def ended(house: House, one: person.Person, now: int) -> End | None:
    """How a talk has ended by silence; None while it goes on."""
    try:
        standing = open_standing(house.keys, one)
    except Lost:
        return End(told=True) if (one.place_until or now) < now else None
    if not over(house, one, standing, now):
        return None
    return End(tells(house, standing), hides(house, standing.place), attached(standing.place))


def finish_errands(parts: Parts, left_alone: int = LEFT_ALONE) -> None:
    """Take up what a crash left between two turns, so many seconds ago or more."""
    now = parts.house.now()
    with parts.house.engine.connect().execution_options(reading=True) as connection:
        left = person.waiting(connection, now - left_alone)
    parts.runner.resume(left, now - GIVE_UP)


def escalate(parts: Parts) -> None:
    """Reports that nobody has accepted in time come to the next queue, then to oversight; late held ones too."""
    parts.chunked(lambda connection: escalation.escalate(connection, parts.house.now()))


class ClockJumped(Exception):
    """The clock is far ahead of the last purge; no case is deleted until a person has confirmed it."""


def forget(parts: Parts) -> None:
    """Purge by retention. A clock that jumped ahead must not delete cases that are not due: then a person decides."""
    now, keep, hours = parts.house.now(), parts.house.shelf.terms.keep_days, jumped(parts.house)
    purge_short(parts, now, keep, unsent=not hours)
    if hours:
        raise ClockJumped(f"the last purge was {hours} hours ago: if this clock is right, run `suar forget`")
    purge_long(parts, now, keep)


def jumped(house: House) -> int:
    """How many hours ago the last whole purge was, if that is too long to go on without a person; else 0."""
    with house.engine.connect().execution_options(reading=True) as connection:
        last = slot.last(connection, "forget")
    return (house.now() - last) // HOUR if last is not None and house.now() - last > JUMP else 0


def confirm(parts: Parts) -> None:
    """A person says that the clock is right: purge, and take this as the last run."""
    now, holder = parts.house.now(), parts.house.holder
    purge(parts, now, parts.house.shelf.terms.keep_days)
    at = now // HOUR * HOUR
    parts.desk.do(lambda connection: slot.confirm(connection, "forget", at, holder)).result()
    truncate(parts)


def purge(parts: Parts, now: int, keep: Mapping[str, int]) -> None:
    """Everything whose days are over, by kind."""
    purge_short(parts, now, keep)
    purge_long(parts, now, keep)


def purge_short(parts: Parts, now: int, keep: Mapping[str, int], unsent: bool = True) -> None:
    """What is kept for days: if the clock is wrong, losing it early harms nobody, and keeping it might.

    But for what a sender has not sent yet: a code may be among it.
    """
    ids, replies, traces = (now - keep[kind] * DAY for kind in ("inbound_ids", "replies", "traces"))
    parts.chunked(lambda connection: person.purge(connection, ids, NEVER))
    parts.chunked(lambda connection: message.purge(connection, replies, unsent))
    parts.chunked(lambda connection: trace.purge(connection, traces))
    parts.chunked(lambda connection: ping.purge(connection, now - keep["told"] * DAY))
    parts.chunked(lambda connection: session.purge(connection, now - DAY, now - DAY))
    parts.chunked(lambda connection: file.expire(connection, now))
    parts.chunked(lambda connection: leader.purge(connection, now))
    parts.desk.do(lambda connection: roster.purge_invites(connection, now)).result()


def purge_long(parts: Parts, now: int, keep: Mapping[str, int]) -> None:
    """Stories, persons, the trail, and the slots by which a jump is seen."""
    story, warning = now - keep["story"] * DAY, now - (keep["story"] - keep["warning"]) * DAY
    parts.chunked(lambda connection: file.purge(connection, story))
    parts.chunked(lambda connection: retention.purge(connection, story))
    parts.chunked(lambda connection: retention.warn(connection, warning))
    persons, acts = now - keep["person"] * DAY, now - keep["trail"] * DAY
    subscribing.purge(parts.chunked, now, keep["asked"])
    parts.chunked(lambda connection: person.purge(connection, NEVER, persons))
    parts.chunked(lambda connection: trail.forget(connection, acts))
    parts.desk.do(lambda connection: slot.purge(connection, now)).result()


def truncate(parts: Parts) -> None:
    """Empty the database's log every minute: words that were taken back are still readable in it."""
    truncate_log(parts.house.engine)


def announce(parts: Parts) -> None:
    """Tell the chats on duty of new referrals, and of those that need nobody any more."""
    notices.announce(parts.house, parts.desk)


def chain(parts: Parts) -> None:
    """Link what the staff did into the trail."""
    parts.chunked(lambda connection: trail.chain(connection, parts.house.keys.trail_link))


JOBS: Mapping[str, tuple[Callable[[Parts], None], int]] = {  # name -> what it does, and every how many seconds
    "expire": (expire, 60),
    "errands": (finish_errands, 15),
    "escalate": (escalate, 60),
    "forget": (forget, HOUR),
    "tell": (lambda parts: pings.tell(parts.house, parts.desk), 60),
    "subscriptions": (lambda parts: subscribing.tend(parts.house, parts.desk), HOUR),
    "notices": (announce, 15),
    "broadcast": (lambda parts: broadcast.run(parts.house, parts.desk), 15),
    "chain": (chain, 60),
    "truncate": (truncate, 60),
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
    # After a crash people wait. An errand that another process is still doing is done once all the same.
    scheduler.add_job(partial(finish_errands, parts, 0), id="left")
    # A traceback of theirs says more of what failed than a log may; `report_error` names job and error.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    scheduler.add_listener(report_error, EVENT_JOB_ERROR)
    scheduler.start()
    return scheduler


def report_error(event: JobExecutionEvent) -> None:
    """A job's error by its type only; its next slot tries again."""
    hint = str(event.exception) if isinstance(event.exception, ClockJumped) else ""
    log.error("job failed", job=event.job_id, error=type(event.exception).__name__, hint=hint)
