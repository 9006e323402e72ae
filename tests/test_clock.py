"""The clock: each slot once over all processes, what is due is done, and a wrong clock deletes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot import clock
from bot.clock import JOBS, ClockJumped
from models import case, message, person, session, slot
from models.base import DAY, HOUR, day_of, hour_of
from models.case import Item, Wrap
from models.message import Reply
from models.person import Person
from models.slot import CLAIM
from models.tables import counter, inbound, invite, item, outbox, queue, reader, report, staff
from models.tables import person as persons
from models.tables import session as sessions
from models.tables import slot as slots
from tests import tally
from tests.databases import Databases, Sqlite
from tests.filed_report import DUE, row
from tests.tally import NOON, Clock, Office, heard, office, place_kept, replies, rows, say, seat_at, words


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh(tally.tables) as url:
        yield url


@pytest.fixture
def here(url: str, time: Clock) -> Iterator[Office]:
    with office(url, now=time, idle=True) as here:
        yield here


def file(connection: Connection, id: str, at: int = NOON, **more: Any) -> None:
    """A report that three may read, the next queue and oversight not yet."""
    wraps = [Wrap("lead", "lead", True, 1, b"w"), Wrap("next", "next", False, 1, b"w")]
    wraps.append(Wrap("oversight", "oversight", False, 1, b"w"))
    assert case.file(connection, row(id, at), wraps, Item(f"{id}.story", "story", b"sealed"))
    if more:
        connection.execute(sa.update(report).where(report.c.id == id).values(more))


def readers(engine: Engine, id: str = "r") -> set[str]:
    """Who sees a report now."""
    with engine.connect().execution_options(reading=True) as connection:
        query = sa.select(reader.c.role).where(reader.c.report == id, reader.c.active)
        return set(connection.execute(query).scalars())


def column(engine: Engine, one: sa.Column[Any]) -> list[Any]:
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(one).order_by(one)).scalars())


# Slots


def test_every_slot_runs_once_whoever_comes(url: str, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setitem(JOBS, "count", (lambda parts: done.append(parts.house.now()), 60))
    with office(url, now=time) as one, office(url, now=time) as other, ThreadPoolExecutor(4) as pool:
        for minute in range(3):
            time.at = NOON + 60 * minute
            ran = list(pool.map(lambda here: clock.run(here.parts, "count"), [one, other, one, other]))
            assert sum(ran) == 1
    assert done == [NOON, NOON + 60, NOON + 120]


def test_a_run_whose_holder_died_is_taken_over(here: Office) -> None:
    def claim(holder: str) -> bool:
        return here.desk.do(lambda c: slot.claim(c, "expire", NOON, holder)).result(20)

    assert claim("dead")
    assert not clock.run(here.parts, "expire")
    here.desk.do(lambda c: c.execute(sa.update(slots).values(until=slots.c.until - CLAIM - 1))).result(20)
    assert clock.run(here.parts, "expire")
    here.desk.do(lambda c: slot.done(c, "expire", NOON, "dead")).result(20)
    assert column(here.engine, slots.c.holder) == [here.desk.house.holder]


def test_a_run_that_failed_may_be_tried_again_at_once(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(parts: clock.Parts) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(JOBS, "fails", (fail, 60))
    with pytest.raises(ZeroDivisionError):
        clock.run(here.parts, "fails")
    monkeypatch.setitem(JOBS, "fails", (lambda parts: None, 60))
    assert clock.run(here.parts, "fails")
    assert not clock.run(here.parts, "fails")


def test_a_clock_that_went_back_runs_its_jobs_all_the_same(here: Office) -> None:
    """The slots of the hour were done in what is now the future."""
    assert clock.run(here.parts, "expire")
    assert not clock.run(here.parts, "expire")
    here.desk.do(lambda c: c.execute(sa.update(slots).values(done_at=slots.c.done_at + HOUR))).result(20)
    assert clock.run(here.parts, "expire")
    assert not clock.run(here.parts, "expire")


def test_a_claim_from_the_future_does_not_block(here: Office) -> None:
    assert here.desk.do(lambda c: slot.claim(c, "expire", NOON, "dead")).result(20)
    here.desk.do(lambda c: c.execute(sa.update(slots).values(until=slots.c.until + HOUR))).result(20)
    assert clock.run(here.parts, "expire")


def test_all_jobs_run_at_the_start_and_the_scheduler_ends(here: Office) -> None:
    scheduler = clock.start(here.parts)
    tally.until(lambda: len([one for one in column(here.engine, slots.c.done_at) if one]) == len(JOBS))
    scheduler.shutdown()
    assert column(here.engine, slots.c.job) == sorted(JOBS)


def test_a_job_that_fails_is_logged_by_its_kind_only(here: Office, capsys: pytest.CaptureFixture[str]) -> None:
    class Event:
        job_id = "forget"
        exception: Exception = ValueError("cerita rahasia")

    clock.report_error(Event())
    Event.exception = ClockJumped("run `suar forget`")
    clock.report_error(Event())
    said = capsys.readouterr().out
    assert "rahasia" not in said
    assert "ValueError" in said
    assert "suar forget" in said


# Talks and errands


def test_a_talk_that_was_silent_ends_and_the_person_is_told_kindly(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati")
    say(here.desk, "wati", "kunci")
    time.at += 30 * 60 + 1
    clock.expire(here.parts)
    assert place_kept(here.engine, "wati") is None
    assert column(here.engine, persons.c.place) == [None]
    say(here.desk, "wati", "lihat")
    assert replies(here.engine, "wati")[-1] == words("front.lapsed")
    say(here.desk, "wati", "0")
    assert words("front.lapsed") not in replies(here.engine, "wati")[-1]


def test_who_writes_before_the_clock_came_is_told_the_same(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati")
    time.at += 30 * 60 + 1
    say(here.desk, "wati", "lihat")
    assert replies(here.engine, "wati") == [words("front.lapsed")]


def test_a_talk_within_its_time_goes_on(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati")
    time.at += 29 * 60
    clock.expire(here.parts)
    say(here.desk, "wati", "kunci")
    time.at += 29 * 60
    clock.expire(here.parts)
    say(here.desk, "wati", "jendela")
    assert heard(here.engine, "wati") == ("kunci", "jendela")


def test_a_talk_that_waits_for_its_errand_never_ends_by_silence(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati")
    say(here.desk, "wati", "wait")
    time.at += 10 * DAY
    clock.expire(here.parts)
    place = place_kept(here.engine, "wati")
    assert place is not None
    assert place.errand is not None


def test_more_talks_than_a_chunk_end_in_one_run(here: Office, time: Clock) -> None:
    crowd = [Person(number.to_bytes(4), 1, b"sealed", NOON - 1) for number in range(1100)]
    here.desk.do(lambda c: person.save(c, crowd, NOON)).result(20)
    with tally.logged(here.engine) as log:
        clock.expire(here.parts)
    assert set(column(here.engine, persons.c.place)) == {None}
    assert len(log.transactions) == 7


def test_an_errand_is_left_alone_while_it_may_still_run(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati")
    say(here.desk, "wati", "wait")
    time.at += clock.LEFT_ALONE - 1
    clock.finish_errands(here.parts)
    assert not here.runner.busy
    assert heard(here.engine, "wati") == ("wait",)


def test_the_time_of_an_errand_begins_with_it(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati")
    say(here.desk, "wati", "wait")
    time.at += 10
    say(here.desk, "wati", "masih menunggu")
    assert column(here.engine, persons.c.errand_at) == [NOON]


def test_a_place_that_does_not_open_holds_up_nobody_elses_errand(here: Office, time: Clock) -> None:
    broken = Person(b"broken", 1, b"k1:rusak", None, NOON - 1000)
    here.desk.do(lambda c: person.save(c, [broken], NOON)).result(20)
    seat_at(here.desk, "wati")
    say(here.desk, "wati", "wait")
    time.at += clock.GIVE_UP + 1
    clock.finish_errands(here.parts)
    tally.until(lambda: heard(here.engine, "wati") == ("wait", "ended"))


# Escalation


def test_an_unaccepted_report_goes_to_the_next_queue_then_to_oversight(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: file(c, "r")).result(20)
    for after, seen in (
        (0, {"lead"}),
        (DUE, {"lead"}),
        (DUE + 1, {"lead", "next"}),
        (2 * DUE, {"lead", "next"}),
        (2 * DUE + 1, {"lead", "next", "oversight"}),
    ):
        time.at = NOON + after
        clock.escalate(here.parts)
        assert readers(here.engine) == seen


def test_a_clock_that_stood_still_escalates_all_the_way(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: file(c, "r")).result(20)
    time.at += 10 * DUE
    clock.escalate(here.parts)
    assert readers(here.engine) == {"lead", "next", "oversight"}
    assert column(here.engine, report.c.escalated) == [2]


@pytest.mark.parametrize(
    "more",
    [
        {"holder": "lead", "state": "ditangani", "due_at": None},
        {"closed_at": NOON, "state": "selesai"},
        {"due_at": None},
    ],
)
def test_who_is_cared_for_is_not_escalated(here: Office, time: Clock, more: dict[str, Any]) -> None:
    here.desk.do(lambda c: file(c, "r", **more)).result(20)
    time.at += 10 * DUE
    clock.escalate(here.parts)
    assert readers(here.engine) == {"lead"}


def test_a_held_case_past_its_time_comes_to_oversight(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: file(c, "r", holder="lead", state="ditangani")).result(20)
    for after, seen in ((DUE, {"lead"}), (DUE + 1, {"lead", "oversight"}), (9 * DUE, {"lead", "oversight"})):
        time.at = NOON + after
        clock.escalate(here.parts)
        assert readers(here.engine) == seen
    assert column(here.engine, report.c.escalated) == [2]


def test_oversight_that_is_the_next_to_read_is_reached_too(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: file(c, "r", holder="lead", state="ditangani")).result(20)
    here.desk.do(lambda c: c.execute(sa.delete(reader).where(reader.c.role == "oversight"))).result(20)
    time.at += DUE + 1
    clock.escalate(here.parts)
    assert readers(here.engine) == {"lead", "next"}


# Retention

KEEP = {"inbound_ids": 7, "person": 30, "replies": 1, "story": 90, "warning": 14}


def test_the_days_are_those_of_the_terms(here: Office) -> None:
    terms = here.desk.house.shelf.terms.keep_days
    assert {kind: terms[kind] for kind in KEEP} == KEEP


def purged(here: Office, time: Clock, at: int, table: sa.Table) -> int:
    """How many rows of a table are left after a purge at a time."""
    time.at = at
    clock.purge(here.parts, at, here.desk.house.shelf.terms.keep_days)
    return rows(here.engine, table)


def test_ids_of_messages_go_after_seven_days(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: person.claim(c, [n.to_bytes(4) for n in range(1200)], NOON)).result(20)
    assert purged(here, time, day_of(NOON) + 7 * DAY, inbound) == 1200
    assert purged(here, time, day_of(NOON) + 7 * DAY + 1, inbound) == 0


def test_a_person_goes_thirty_days_after_the_last_message(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: person.save(c, [Person(b"a", 1)], NOON)).result(20)
    assert purged(here, time, day_of(NOON) + 30 * DAY, persons) == 1
    assert purged(here, time, day_of(NOON) + 30 * DAY + 1, persons) == 0


def test_replies_that_nobody_fetched_go_after_a_day(here: Office, time: Clock) -> None:
    here.desk.do(lambda c: message.put(c, [Reply(b"a", "web", None, b"sealed")], NOON)).result(20)
    assert purged(here, time, NOON + DAY, outbox) == 1
    assert purged(here, time, NOON + DAY + 1, outbox) == 0


def test_a_story_goes_ninety_days_after_closing_and_staff_are_told_before(here: Office, time: Clock) -> None:
    def work(connection: Connection) -> None:
        file(connection, "open")
        for number in range(205):
            file(connection, f"r{number}")
        case.close(connection, [f"r{number}" for number in range(205)], NOON)

    here.desk.do(work).result(20)
    assert purged(here, time, NOON + 76 * DAY, report) == 206
    assert column(here.engine, report.c.warned) == [False] * 206
    assert purged(here, time, NOON + 76 * DAY + 1, report) == 206
    assert column(here.engine, report.c.warned) == [False] + [True] * 205
    assert purged(here, time, NOON + 90 * DAY, report) == 206
    assert purged(here, time, NOON + 90 * DAY + 1, report) == 1
    assert (column(here.engine, item.c.report), column(here.engine, reader.c.report)) == (["open"], ["open"] * 3)


def test_wraps_go_before_words(here: Office, time: Clock) -> None:
    def work(connection: Connection) -> None:
        file(connection, "r")
        case.close(connection, ["r"], NOON)

    here.desk.do(work).result(20)
    with tally.logged(here.engine) as log:
        assert purged(here, time, NOON + 91 * DAY, report) == 0
    gone = [one.split(" WHERE")[0] for one in log.all if one.startswith(("DELETE FROM r", "DELETE FROM item"))]
    assert gone[:3] == ["DELETE FROM reader", "DELETE FROM item", "DELETE FROM report"]


def test_sessions_invitations_and_old_slots_go_and_counts_stay(here: Office, time: Clock) -> None:
    def work(connection: Connection) -> None:
        whom = {"id": "s", "name": "sari", "salt": b"", "verifier": b"", "kdf": 1, "locked": b"", "public": b""}
        connection.execute(sa.insert(staff).values(**whom, totp=b"", admin=False, demo=False, active=True))
        connection.execute(sa.insert(queue).values(id="q", epoch=1, public=b"", recovery_wrap=b""))
        session.add(connection, b"h", "s", b"w", proven=True, now=NOON)
        connection.execute(sa.insert(invite).values(hash=b"i", queue="q", role="petugas", until=NOON + DAY))
        for at in (NOON, NOON + 60):
            slot.claim(connection, "expire", at, "x")
        person.count(connection, ["report.filed"], NOON)

    here.desk.do(work).result(20)
    assert purged(here, time, NOON + 91 * DAY, sessions) == 0
    assert rows(here.engine, invite) == 0
    assert column(here.engine, slots.c.slot) == [NOON + 60]
    assert rows(here.engine, counter) == 1


# A wrong clock


def old_talk(here: Office) -> None:
    here.desk.do(lambda c: person.save(c, [Person(b"a", 1)], NOON)).result(20)


def test_a_clock_that_jumped_ahead_deletes_nothing_until_a_person_confirms(here: Office, time: Clock) -> None:
    old_talk(here)
    assert clock.run(here.parts, "forget")
    time.at += 400 * DAY
    with pytest.raises(ClockJumped, match="suar forget"):
        clock.run(here.parts, "forget")
    assert rows(here.engine, persons) == 1
    assert clock.jumped(here.parts.house) == 400 * 24
    clock.confirm(here.parts)
    assert rows(here.engine, persons) == 0
    assert clock.jumped(here.parts.house) == 0
    time.at += HOUR
    assert clock.run(here.parts, "forget")


def test_after_a_jump_what_is_kept_for_days_goes_all_the_same(here: Office, time: Clock) -> None:
    def work(connection: Connection) -> None:
        person.claim(connection, [b"id"], NOON)
        person.save(connection, [Person(b"a", 1)], NOON)
        message.put(connection, [Reply(b"a", "web", None, b"sealed")], NOON)
        file(connection, "r")
        case.close(connection, ["r"], NOON)

    here.desk.do(work).result(20)
    assert clock.run(here.parts, "forget")
    time.at += 400 * DAY
    with pytest.raises(ClockJumped):
        clock.run(here.parts, "forget")
    assert [rows(here.engine, table) for table in (inbound, outbox)] == [0, 0]
    assert [rows(here.engine, table) for table in (persons, report)] == [1, 1]


def test_confirming_beside_a_server_that_holds_the_slot_is_enough(here: Office, time: Clock) -> None:
    assert clock.run(here.parts, "forget")
    time.at += 2 * DAY
    at = hour_of(time.at)
    assert here.desk.do(lambda c: slot.claim(c, "forget", at, "another process")).result(20)
    clock.confirm(here.parts)
    time.at += HOUR
    assert clock.run(here.parts, "forget")


def test_a_day_of_standing_still_is_no_jump(here: Office, time: Clock) -> None:
    old_talk(here)
    assert clock.run(here.parts, "forget")
    time.at += DAY
    assert clock.run(here.parts, "forget")


def test_a_clock_that_went_back_deletes_nothing(here: Office, time: Clock) -> None:
    old_talk(here)
    assert clock.run(here.parts, "forget")
    time.at -= 20 * DAY
    assert clock.run(here.parts, "forget")
    assert rows(here.engine, persons) == 1


def test_what_was_purged_can_be_found_neither_in_the_file_nor_in_its_log(sqlite: Sqlite, time: Clock) -> None:
    """What PostgreSQL frees is its own affair until VACUUM, and is sealed."""
    mark = b"sealed words that are long enough to be found " * 40
    with sqlite.fresh(tally.tables) as url, office(url, now=time) as here:
        here.desk.do(lambda c: message.put(c, [Reply(b"a", "web", None, mark)], NOON)).result(20)
        assert mark[:40] in bytes_of(here.engine)
        assert purged(here, time, NOON + 2 * DAY, outbox) == 0
        assert clock.run(here.parts, "truncate")
        assert mark[:40] not in bytes_of(here.engine)


def test_a_minute_after_a_code_was_shown_its_sealed_words_are_nowhere(sqlite: Sqlite, time: Clock) -> None:
    with sqlite.fresh(tally.tables) as url, office(url, now=time) as here:
        seat_at(here.desk, "wati")
        receipt = say(here.desk, "wati", "lihat")
        (sealed,) = column(here.engine, outbox.c.body)
        here.desk.do(lambda c: message.settle_own(c, tally.key_of("wati"), receipt.row or 0)).result(20)
        assert sealed[-40:] in bytes_of(here.engine)
        time.at += 60
        assert clock.run(here.parts, "truncate")
        assert sealed[-40:] not in bytes_of(here.engine)
        assert column(here.engine, outbox.c.state) == ["sent"]


def bytes_of(engine: Engine) -> bytes:
    """A SQLite file and its log."""
    path = Path(str(engine.url.database))
    return path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
