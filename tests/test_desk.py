"""The desk: everyone who waits in one transaction, nothing lost, nothing doubled, nobody's fault is another's."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from threading import Barrier
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bot.batch import run
from bot.desk import WORKS, Desk
from bot.inbound import INTERNAL, DeskDown, Inbound, Receipt
from handlers.talk import Errand, Event, Place
from handlers.turns import button
from models.tables import counter, inbound
from models.tables import person as persons
from tests import tally
from tests.tally import (
    closed_desk,
    down,
    heard,
    kept,
    key_of,
    logged,
    message,
    open_desk,
    place_kept,
    replies,
    say,
    seat_at,
    together,
    words,
)

CROWD = tuple(f"warga {number}" for number in range(64))
pytest_plugins = ("tests.tally_desk",)


# One message


def test_ids_are_claimed_before_persons_are_loaded(desk: Desk) -> None:
    with logged(desk.house.engine) as log:
        say(desk, "wati", "lihat")
    verbs = [one.split(" (")[0].split(" VALUES")[0] for one in log.all]
    claim = next(at for at, one in enumerate(verbs) if one.startswith("INSERT INTO inbound"))
    load = next(at for at, one in enumerate(log.all) if one.startswith("SELECT person.key"))
    assert claim == 0 < load
    assert len(log.transactions) == 1


def test_only_ids_that_came_back_are_played(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        with desk.house.engine.begin() as connection:
            run(connection, [message("wati", "kunci", id="x")], desk.house)
        again, new = together(desk, [message("wati", "kunci", id="x"), message("budi", "jendela")])
        assert again.result(20).repeated
        assert not new.result(20).repeated
        assert heard(desk.house.engine, "wati") == ("kunci",)
        assert heard(desk.house.engine, "budi") == ("jendela",)


def test_one_id_twice_in_one_batch_is_one_turn(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        with desk.house.engine.begin() as connection:
            played = run(connection, [message("wati", "a", id="x"), message("budi", "a", id="x")], desk.house)
        assert [played.receipts[at].repeated for at in (0, 1)] == [False, True]
        assert (heard(desk.house.engine, "wati"), heard(desk.house.engine, "budi")) == (("a",), ())


def test_one_id_in_two_batches_is_one_turn_and_one_row(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati")
        first, second = together(desk, [message("wati", "kunci", id="x"), message("wati", "kunci", id="x")])
        assert (first.result(20).repeated, second.result(20).repeated) == (False, True)
        assert heard(desk.house.engine, "wati") == ("kunci",)
        assert kept(desk.house.engine) == {"inbound": 1, "person": 1, "outbox": 1, "report": 0}


def test_one_id_at_two_desks_at_once_is_one_turn_and_one_row(url: str) -> None:
    with open_desk(url) as one, open_desk(url) as other:
        seat_at(one, *CROWD[:20])
        futures: list[Future[Any]] = []
        for round in range(3):
            for who in CROWD[:20]:
                twin = message(who, f"kata {round}")
                futures += [one.hear(twin), other.hear(twin)]
        receipts = [future.result(30) for future in futures]
        assert sum(not receipt.repeated for receipt in receipts) == 60
        assert kept(one.house.engine) == {"inbound": 60, "person": 20, "outbox": 60, "report": 0}
        for who in CROWD[:20]:
            assert sorted(heard(one.house.engine, who)) == ["kata 0", "kata 1", "kata 2"]


def test_two_messages_of_one_person_at_once_are_both_played_in_order(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        sent = [message("wati", "kunci"), message("budi", "x"), message("wati", "jendela"), message("wati", "pintu")]
        for future in together(desk, sent):
            future.result(20)
        assert heard(desk.house.engine, "wati") == ("kunci", "jendela", "pintu")
        assert heard(desk.house.engine, "budi") == ("x",)


def test_a_loser_writes_nothing_and_is_played_again_at_the_head(url: str) -> None:
    """Somebody else's commit between our load and our save: the version says so."""
    bump = sa.update(persons).where(persons.c.key == key_of("wati")).values(version=persons.c.version + 1)
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        engine = desk.house.engine
        sent = [message("wati", "kunci", id="first"), message("budi", "x"), message("wati", "jendela")]
        with logged(engine) as log, tally.before(engine, "INSERT INTO person", lambda c: void(c.execute(bump))):
            first, other, second = together(desk, sent)
            assert not first.result(20).repeated
            second.result(20)
            other.result(20)
        assert heard(engine, "wati") == ("kunci", "jendela")
        assert kept(engine) == {"inbound": 3, "person": 2, "outbox": 3, "report": 0}
        assert [len(one) for one in log.transactions] == [6, 4, 4]
        assert any(one.startswith("DELETE FROM inbound") for one in log.transactions[0])


def void(result: object) -> None:
    """Take a result and say nothing."""


@pytest.mark.postgres
def test_a_turn_that_lost_to_another_process_sees_what_that_one_wrote(postgres_url: str) -> None:
    with open_desk(postgres_url) as one, open_desk(postgres_url) as other:
        seat_at(one, "wati")
        with tally.before(
            one.house.engine, "INSERT INTO person", lambda _: void(say(other, "wati", "dari proses lain"))
        ):
            receipt = say(one, "wati", "dari sini")
        assert not receipt.repeated
        assert heard(one.house.engine, "wati") == ("dari proses lain", "dari sini")
        assert kept(one.house.engine)["outbox"] == 2


@pytest.mark.postgres
def test_who_was_forgotten_meanwhile_does_not_come_back_to_life(postgres_url: str) -> None:
    with open_desk(postgres_url) as one, open_desk(postgres_url) as other:
        seat_at(one, "wati")
        say(one, "wati", "rahasia")
        with tally.before(one.house.engine, "INSERT INTO person", lambda _: void(say(other, "wati", "lupakan"))):
            say(one, "wati", "lihat")
        place = place_kept(one.house.engine, "wati")
        assert place is not None
        assert place.flow == "menu"
        assert "rahasia" not in str(place)


def statements_of(url: str, crowd: tuple[str, ...]) -> list[str]:
    with closed_desk(url) as desk:
        seat_at(desk, *crowd)
        with logged(desk.house.engine) as log:
            sent = [message(who, ("need a", "need b", "count x", "lihat")[at % 4]) for at, who in enumerate(crowd)]
            for future in together(desk, sent):
                future.result(20)
        assert len(log.transactions) == 1
        return [one.split(" ", 3)[0] + " " + one.split(" ", 3)[2] for one in log.all]


def test_a_batch_of_64_takes_as_many_statements_as_one_of_four(url: str) -> None:
    few = statements_of(url, ("a", "b", "c", "d"))
    assert statements_of(url, CROWD) == few
    assert len(few) == 6  # inbound, person, what was needed, person, counter, outbox


# Whose fault it is


def test_a_bug_in_one_turn_costs_nobody_else_anything(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        engine = desk.house.engine
        bad, good = together(desk, [message("wati", "bug", id="x"), message("budi", "lihat")])
        assert not bad.result(20).repeated
        assert good.result(20).row
        assert (heard(engine, "budi"), heard(engine, "wati")) == (("lihat",), ())
        assert replies(engine, "wati") == [words("front.sorry")]
        assert place_kept(engine, "wati") == Place("tally", "ask", {}, 2)
        assert say(desk, "wati", "bug", id="x").repeated
        assert say(desk, "wati", "sesudahnya").row
        assert heard(engine, "wati") == ("sesudahnya",)


def test_words_that_cannot_be_made_are_a_bug_of_that_turn_alone(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        bad, good = together(desk, [message("wati", "unsayable"), message("budi", "lihat")])
        bad.result(20)
        good.result(20)
        assert replies(desk.house.engine, "wati") == [words("front.sorry")]
        assert heard(desk.house.engine, "budi") == ("lihat",)


def test_a_question_that_cannot_be_shown_even_for_the_apology_does_not_stop_the_desk(desk: Desk) -> None:
    seat_at(desk, "wati", place=Place("tally", "broken", {"heard": ["cerita"]}, 1))
    say(desk, "wati", "lihat")
    assert replies(desk.house.engine, "wati") == [words("front.sorry")]
    assert say(desk, "budi", "lihat").row


def test_the_turn_that_the_database_refuses_is_found_and_gets_the_apology(url: str) -> None:
    """A second unique index refuses one counter; every row of the batch goes out in the same statement."""
    with closed_desk(url) as desk:
        engine = desk.house.engine
        with engine.begin() as connection:
            connection.execute(sa.insert(counter).values(name="poison", day=0, count=1))
            connection.exec_driver_sql("CREATE UNIQUE INDEX no_poison ON counter (name)")
        seat_at(desk, *CROWD[:16])
        texts = ["count poison" if at == 11 else f"count c{at}" for at in range(16)]
        futures = together(desk, [message(who, text) for who, text in zip(CROWD, texts, strict=False)])
        assert [future.result(20).repeated for future in futures] == [False] * 16
        for at, who in enumerate(CROWD[:16]):
            assert heard(engine, who) == (() if at == 11 else (f"count c{at}",))
        assert replies(engine, CROWD[11]) == [words("front.sorry")]
        assert kept(engine) == {"inbound": 16, "person": 16, "outbox": 16, "report": 0}


def test_a_place_that_does_not_open_stops_nobody_else(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        with desk.house.engine.begin() as connection:
            connection.execute(sa.update(persons).where(persons.c.key == key_of("wati")).values(place=b"k1:rusak"))
        futures = together(desk, [message("wati", "lihat"), message("budi", "lihat")])
        assert all(future.result(20).row for future in futures)
        assert replies(desk.house.engine, "wati")[0] == words("front.lapsed")
        assert heard(desk.house.engine, "budi") == ("lihat",)


def test_what_the_database_cannot_take_is_neither_acknowledged_nor_recorded(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.RETRY", 0.01)
    with closed_desk(url) as desk:
        seat_at(desk, "wati")
        with tally.before(desk.house.engine, "INSERT INTO person", down, times=2):
            future = together(desk, [message("wati", "kunci", id="x")])[0]
            with pytest.raises(DeskDown):
                future.result(20)
        assert kept(desk.house.engine) == {"inbound": 0, "person": 1, "outbox": 0, "report": 0}
        assert not say(desk, "wati", "kunci", id="x").repeated
        assert say(desk, "wati", "kunci", id="x").repeated
        assert heard(desk.house.engine, "wati") == ("kunci",)


def test_a_short_fault_of_the_database_is_not_noticed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.RETRY", 0.01)
    with closed_desk(url) as desk:
        seat_at(desk, "wati")
        with tally.before(desk.house.engine, "INSERT INTO person", down):
            assert not together(desk, [message("wati", "kunci")])[0].result(20).repeated
        assert heard(desk.house.engine, "wati") == ("kunci",)
        assert kept(desk.house.engine)["outbox"] == 1


@pytest.mark.postgres
def test_a_lost_connection_is_not_acknowledged_and_the_message_plays_once_after_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.RETRY", 0.01)
    with open_desk(postgres_url) as desk, closed_desk(postgres_url) as executioner:
        seat_at(desk, "wati")

        def terminate(connection: Connection) -> None:
            driver = connection.connection.driver_connection
            assert driver is not None
            with executioner.house.engine.connect() as other:
                other.execute(sa.select(sa.func.pg_terminate_backend(driver.info.backend_pid)))

        with tally.before(desk.house.engine, "SELECT person.key", terminate, times=2), pytest.raises(DeskDown):
            say(desk, "wati", "kunci", id="x")
        assert kept(desk.house.engine)["inbound"] == 0
        assert not say(desk, "wati", "kunci", id="x").repeated
        assert heard(desk.house.engine, "wati") == ("kunci",)


def test_a_file_locked_by_another_writer_is_not_acknowledged(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.RETRY", 0.01)
    path = tmp_path / "suar.db"
    tally.tables(f"sqlite:///{path}")
    with closed_desk(f"sqlite:///{path}") as desk:
        seat_at(desk, "wati")
        sa.event.listen(desk.house.engine, "connect", lambda raw, _: void(raw.execute("PRAGMA busy_timeout=50")))
        desk.house.engine.dispose()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DeskDown):
                together(desk, [message("wati", "kunci", id="x")])[0].result(20)
            other.execute("ROLLBACK")
        assert not say(desk, "wati", "kunci", id="x").repeated
        assert heard(desk.house.engine, "wati") == ("kunci",)
        assert kept(desk.house.engine) == {"inbound": 1, "person": 1, "outbox": 1, "report": 0}


def test_a_commit_whose_answer_was_lost_is_one_turn(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit took effect, then the line broke: played again, and the ids decide."""
    monkeypatch.setattr("bot.desk.RETRY", 0.01)
    with open_desk(url) as desk:
        seat_at(desk, "wati")
        dialect, left = desk.house.engine.dialect, [1]
        commit = dialect.do_commit

        def lost(connection: Any) -> None:
            commit(connection)
            if left[0]:
                left[0] = 0
                raise dialect.loaded_dbapi.OperationalError("the line broke")

        monkeypatch.setattr(dialect, "do_commit", lost)
        assert say(desk, "wati", "kunci", id="x").repeated
        assert heard(desk.house.engine, "wati") == ("kunci",)
        assert kept(desk.house.engine) == {"inbound": 1, "person": 1, "outbox": 1, "report": 0}


# What turns ask for, and old buttons


def test_what_turns_need_is_fetched_once_a_batch(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, *CROWD[:8])
        with logged(desk.house.engine) as log:
            for future in together(desk, [message(who, f"need {who}") for who in CROWD[:8]]):
                future.result(20)
        assert sum("FROM member" in one for one in log.all) == 1
        assert heard(desk.house.engine, CROWD[7]) == (f"need {CROWD[7]}",)


def test_a_turn_that_needs_without_end_gets_the_apology(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        bad, good = together(desk, [message("wati", "forever", id="x"), message("budi", "need x")])
        bad.result(20)
        good.result(20)
        assert replies(desk.house.engine, "wati") == [words("front.sorry")]
        assert heard(desk.house.engine, "budi") == ("need x",)
        assert say(desk, "wati", "forever", id="x").repeated


def test_an_old_button_shows_the_standing_question_and_changes_nothing(desk: Desk) -> None:
    first = Place("tally", "ask", {}, 1)
    seat_at(desk, "wati", place=first)
    say(desk, "wati", pressed=(button(first, "tap"),))
    assert heard(desk.house.engine, "wati") == ("tap",)
    old = say(desk, "wati", pressed=(button(first, "tap"),))
    assert heard(desk.house.engine, "wati") == ("tap",)
    assert old.body is not None
    assert words("front.stale") in old.body.decode()
    now = place_kept(desk.house.engine, "wati")
    assert now is not None
    assert button(now, "tap") in old.body.decode()


def test_two_taps_of_one_button_at_once_count_once(url: str) -> None:
    with closed_desk(url) as desk:
        first = Place("tally", "ask", {}, 1)
        seat_at(desk, "wati", place=first)
        taps = together(desk, [message("wati", pressed=(button(first, "tap"),)) for _ in range(2)])
        assert all(tap.result(20).row for tap in taps)
        assert heard(desk.house.engine, "wati") == ("tap",)


# Errands' ends


def waiting_place(heard: tuple[str, ...] = ()) -> Place:
    return Place("tally", "waiting", {"heard": list(heard)}, 3, Errand("test", "e1", {}), ("ask",))


def end(who: str, data: dict[str, Any], errand: str = "e1") -> Inbound:
    return Inbound(INTERNAL, message(who).id, person=key_of(who), event=Event(errand, data))


def test_the_end_of_an_errand_is_told_once_and_to_the_address_it_began_with(desk: Desk) -> None:
    seat_at(desk, "wati", place=waiting_place())
    assert desk.hear(end("wati", {"ok": True})).result(20).row
    assert desk.hear(end("wati", {"ok": True})).result(20).repeated
    assert heard(desk.house.engine, "wati") == ("ended",)
    assert len(replies(desk.house.engine, "wati")) == 1


def test_an_end_that_nobody_waits_for_leaves_no_trace(desk: Desk) -> None:
    seat_at(desk, "budi")
    before = kept(desk.house.engine)
    assert desk.hear(end("wati", {"ok": True})).result(20).repeated
    assert desk.hear(end("budi", {"ok": True})).result(20).repeated
    after = kept(desk.house.engine)
    assert {**after, "inbound": 0} == {**before, "inbound": 0}


def test_an_end_that_cannot_be_told_waits_for_the_clock_and_at_last_lets_the_person_go(desk: Desk) -> None:
    seat_at(desk, "wati", place=waiting_place(("cerita",)))
    assert desk.hear(end("wati", {"ok": True, "bug": 1})).result(20).row is None
    assert place_kept(desk.house.engine, "wati") == waiting_place(("cerita",))
    assert desk.hear(end("wati", {"ok": False, "bug": 1})).result(20).row
    there = place_kept(desk.house.engine, "wati")
    assert there is not None
    assert (there.step, there.errand, there.draft) == ("ask", None, {"heard": ["cerita"]})


# The thread


def test_a_caller_who_goes_away_does_not_end_the_desk(desk: Desk) -> None:
    seat_at(desk, "wati")

    async def leave() -> None:
        heard = asyncio.wrap_future(desk.hear(message("wati", "kunci")))
        written = asyncio.wrap_future(desk.do(lambda connection: 1))
        heard.cancel()
        written.cancel()
        await asyncio.sleep(0)

    asyncio.run(leave())
    say(desk, "wati", "jendela")
    assert desk.alive
    assert heard(desk.house.engine, "wati") == ("kunci", "jendela")


def test_work_that_fails_is_its_callers_and_leaves_nothing(desk: Desk) -> None:
    def work(connection: Connection) -> NoReturn:
        connection.execute(sa.insert(counter).values(name="half", day=0, count=1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.do(work).result(20)
    assert desk.do(lambda c: c.execute(sa.select(sa.func.count()).select_from(counter)).scalar_one()).result(20) == 0


@pytest.mark.postgres
def test_work_that_postgresql_undid_to_end_a_deadlock_is_done_again(postgres_url: str) -> None:
    """Two writers take the same two rows, each the other's first."""
    row, both = sa.update(counter).values(count=counter.c.count + 1), Barrier(2)
    tries: list[int] = []

    def work(connection: Connection) -> None:
        tries.append(len(tries))
        connection.execute(row.where(counter.c.name == "one"))
        if len(tries) == 1:
            both.wait(20)
        connection.execute(row.where(counter.c.name == "two"))

    with open_desk(postgres_url) as desk:
        names = [{"name": "one", "day": 0, "count": 0}, {"name": "two", "day": 0, "count": 0}]
        desk.do(lambda connection: void(connection.execute(sa.insert(counter), names))).result(20)
        done = desk.do(work)
        with desk.house.engine.begin() as other:
            other.exec_driver_sql("SET LOCAL deadlock_timeout = '60s'")  # so that the desk is the one to give way
            other.execute(row.where(counter.c.name == "two"))
            both.wait(20)
            other.execute(row.where(counter.c.name == "one"))
        done.result(20)
        with desk.house.engine.connect() as connection:
            counts = connection.execute(sa.select(counter.c.count)).scalars().all()
    assert len(tries) > 1
    assert list(counts) == [2, 2]


def test_an_errand_that_cannot_start_does_not_keep_the_receipt(url: str) -> None:
    started: list[object] = []
    with open_desk(url, start=started.extend) as desk:
        seat_at(desk, "wati")
        receipt = say(desk, "wati", "wait")
        assert receipt.waits
        assert receipt.row is None
    assert len(started) == 1


def test_a_closed_desk_finishes_what_waits_and_takes_nothing_more(url: str) -> None:
    with closed_desk(url) as desk:
        seat_at(desk, "wati", "budi")
        futures = together(desk, [message("wati", "kunci"), message("budi", "jendela"), message("wati", "pintu")])
        desk.close()
        assert all(future.result(0).row for future in futures)
        with pytest.raises(DeskDown):
            desk.hear(message("wati", "malam")).result(0)
        assert not desk.alive


def test_pieces_of_work_stand_between_batches_and_never_hold_people_up(url: str) -> None:
    with closed_desk(url) as desk:
        order: list[int] = []

        def note(number: int, connection: Connection) -> None:
            order.append(number)

        for number in range(WORKS + 2):
            desk.do(partial(note, number))
        desk.hear(message("wati", "lihat"))
        works, batch = desk.take()
        assert len(works) == WORKS
        assert len(batch) == 1
        assert len(desk.queue) == 2
        desk.queue.extendleft(reversed(works))
        desk.start()
        desk.do(lambda connection: None).result(20)
        assert order == [*range(WORKS + 2)]


def test_a_flood_from_one_leaves_the_others_served(url: str) -> None:
    """Whatever one person sends, and however many filings wait, everybody else is in the next batch."""
    with closed_desk(url) as desk:
        seat_at(desk, "wati", *CROWD[:20])
        flood = [desk.hear(message("wati", f"kata {number}")) for number in range(300)]
        for _ in range(20):
            desk.do(lambda connection: None)
        before: list[int] = []
        others = [desk.hear(message(who, "kunci")) for who in CROWD[:20]]
        for one in others:
            one.add_done_callback(lambda _: before.append(sum(own.done() for own in flood)))
        desk.start()
        assert all(one.result(20).row for one in others)
        assert all(own.result(60).row for own in flood)
        assert before == [1] * 20


def test_coroutines_are_answered_all_at_once_and_may_go_away(url: str) -> None:
    """Also one whose loop is gone before the commit: nobody else waits for it."""
    with closed_desk(url) as desk:
        seat_at(desk, *CROWD[:4])
        gone: list[object] = []

        async def leave() -> None:
            gone.append(asyncio.ensure_future(desk.heard(message(CROWD[0], "kunci"))))
            await asyncio.sleep(0)

        async def stay() -> list[Receipt]:
            waiting = [asyncio.ensure_future(desk.heard(message(who, "pintu"))) for who in CROWD[:4]]
            broken = asyncio.ensure_future(desk.done(lambda connection: 1 // 0))
            await asyncio.sleep(0)
            waiting[3].cancel()
            desk.start()
            with pytest.raises(ZeroDivisionError):
                await broken
            return await asyncio.gather(*waiting[:3])

        asyncio.run(leave())
        assert all(receipt.row for receipt in asyncio.run(stay()))
        assert say(desk, CROWD[3], "jendela").row
        assert heard(desk.house.engine, CROWD[0]) == ("kunci", "pintu")
        assert heard(desk.house.engine, CROWD[3]) == ("pintu", "jendela")


def test_a_closed_desk_takes_nothing_from_coroutines(url: str) -> None:
    async def late(desk: Desk) -> None:
        with pytest.raises(DeskDown):
            await desk.heard(message("wati", "malam"))
        with pytest.raises(DeskDown):
            await desk.done(lambda connection: 1)

    with open_desk(url) as desk:
        desk.close()
        asyncio.run(late(desk))


def test_logs_hold_no_words_of_anybody(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    seat_at(desk, "wati")
    say(desk, "wati", "bug")
    said = capsys.readouterr().out
    assert "turn failed" in said
    assert "RuntimeError" in said
    assert "wati" not in said
    assert "step=tally.ask" in said.replace("\x1b[0m", "").replace("\x1b[36m", "").replace("\x1b[35m", "")


TEXTS = st.sampled_from(["kunci", "jendela", "bug", "unsayable", "forever", "need x", "count x", "lupakan"])


@settings(max_examples=15)
@given(sent=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 12), TEXTS), min_size=1, max_size=20))
def test_whatever_comes_every_id_is_one_turn_with_one_answer(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[str, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("desk")
    tally.tables(f"sqlite:///{folder}/suar.db")
    with closed_desk(f"sqlite:///{folder}/suar.db") as desk:
        seat_at(desk, *"abc")
        messages = [message(who, text, id=str(id)) for who, id, text in sent]
        receipts = [future.result(20) for future in together(desk, messages)]
        ids = {id for _, id, _ in sent}
        assert sum(not receipt.repeated for receipt in receipts) == len(ids)
        assert tally.rows(desk.house.engine, inbound) == len(ids)
        assert all(receipt.row for receipt in receipts if not receipt.repeated)


def test_many_threads_may_speak_at_once(desk: Desk) -> None:
    seat_at(desk, *CROWD)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda who: [say(desk, who, f"kata {n}") for n in range(4)], CROWD))
    assert {heard(desk.house.engine, who) for who in CROWD} == {("kata 0", "kata 1", "kata 2", "kata 3")}
