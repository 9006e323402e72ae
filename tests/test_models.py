"""The store's own rules: one-statement writes, the states of a case, and what the engines are set to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from models import case, person, retention, roster
from models.base import DAY, HOUR, chunks, day_of, hour_of, insert, make_engine
from models.case import Item, Wrap
from models.person import Person
from models.tables import counter, fact, item, report
from models.tables import person as persons
from tests import tally
from tests.databases import Sqlite
from tests.filed_report import DUE, row
from tests.tally import NOON, logged

pytest_plugins = ("tests.tally_desk",)
SPANS = {"immediate": 15 * 60, "high": 6 * HOUR, "normal": 48 * HOUR}


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def file(connection: Connection, id: str = "r") -> bool:
    wraps = [Wrap("lead", "lead", True, 1, b"w"), Wrap("oversight", "oversight", False, 1, b"w")]
    return case.file(connection, row(id), wraps, Item(f"{id}.story", "story", b"sealed"))


# One statement


def test_all_rows_go_out_in_one_statement(engine: Engine) -> None:
    rows = [{"name": f"n{number}", "day": NOON, "count": number} for number in range(200)]
    with logged(engine) as log, engine.begin() as connection:
        back = insert(connection, counter, rows, returning=("name", "count"))
    assert len(log.all) == 1
    assert sorted((name, number) for name, number in back) == sorted((one["name"], one["count"]) for one in rows)


def test_no_rows_are_no_statement(engine: Engine) -> None:
    with logged(engine) as log, engine.begin() as connection:
        assert insert(connection, counter, []) == []
    assert log.all == []


BYTES = st.binary(max_size=40)
NUMBERS = st.none() | st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=25)
@given(
    kept=st.dictionaries(BYTES, st.tuples(st.none() | BYTES, NUMBERS, NUMBERS, st.booleans()), min_size=1, max_size=9)
)
def test_what_is_written_comes_back_as_it_was(
    sqlite_engine: Engine, postgres_engine: Engine, kept: dict[bytes, tuple[Any, ...]]
) -> None:
    people = [Person(key, 1, place, until, errand, lapsed) for key, (place, until, errand, lapsed) in kept.items()]
    for engine in (sqlite_engine, postgres_engine):
        with engine.begin() as connection:
            connection.execute(sa.delete(persons))
            assert person.save(connection, people, NOON) == set(kept)
            assert person.load(connection, list(kept)) == {one.key: one for one in people}


@pytest.fixture(scope="module")
def sqlite_engine(sqlite: Sqlite) -> Iterator[Engine]:
    with sqlite.fresh(tally.tables) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def postgres_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with request.getfixturevalue("postgres").fresh(tally.tables) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@given(st.lists(st.integers(), max_size=50), st.integers(1, 7))
def test_chunks_hold_everything_in_order(items: list[int], size: int) -> None:
    cut = list(chunks(items, size))
    assert [one for part in cut for one in part] == items
    assert all(0 < len(part) <= size for part in cut)


@given(st.integers(0, 2**40))
def test_hours_and_days_begin_where_they_begin(seconds: int) -> None:
    assert hour_of(seconds) % HOUR == 0 <= seconds - hour_of(seconds) < HOUR
    assert day_of(seconds) % DAY == 0 <= seconds - day_of(seconds) < DAY


def test_an_error_names_no_values(connection: Connection) -> None:
    statement = sa.insert(fact).values(name="x", value=b"rahasia sekali")
    connection.execute(statement)
    with pytest.raises(IntegrityError) as error, connection.begin_nested():
        connection.execute(statement)
    assert "rahasia" not in str(error.value)


# The engines


def test_sqlite_is_durable_and_leaves_nothing_in_free_pages(sqlite: Sqlite) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "auto_vacuum": 2}
    with sqlite.fresh(tally.tables) as url:
        engine = make_engine(url)
        with engine.connect().execution_options(reading=True) as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
        engine.dispose()
    assert found == wanted


def test_who_reads_never_waits_for_who_writes(url: str) -> None:
    """Also on its first connection: a reader that needs the writer's lock would wait for a whole batch."""
    writer, reader = make_engine(url), make_engine(url)
    done = threading.Event()

    def read() -> None:
        with reader.connect().execution_options(reading=True) as connection:
            person.load(connection, [b"wati"])
        done.set()

    with writer.begin() as connection, ThreadPoolExecutor(1) as pool:
        person.save(connection, [Person(b"wati", 1)], NOON)
        pool.submit(read)
        assert done.wait(5)
    writer.dispose()
    reader.dispose()


# Persons


def test_a_version_that_is_not_the_next_one_loses(connection: Connection) -> None:
    assert person.save(connection, [Person(b"a", 1), Person(b"b", 1)], NOON) == {b"a", b"b"}
    assert person.save(connection, [Person(b"a", 1), Person(b"b", 2)], NOON) == {b"b"}
    assert person.save(connection, [Person(b"a", 3)], NOON) == set()
    assert {key: one.version for key, one in person.load(connection, [b"a", b"b", b"c"]).items()} == {
        b"a": 1,
        b"b": 2,
        b"c": 0,
    }


def test_counts_are_by_day_and_by_nothing_else(connection: Connection) -> None:
    person.count(connection, ["b", "a", "b"], NOON)
    person.count(connection, ["b"], NOON + HOUR)
    person.count(connection, ["b"], NOON + DAY)
    found = connection.execute(sa.select(counter.c.name, counter.c.day, counter.c.count)).all()
    day = day_of(NOON)
    assert sorted(map(tuple, found)) == [("a", day, 1), ("b", day, 3), ("b", day + DAY, 1)]


def test_facts_are_found_by_their_beginning_taken_literally(connection: Connection) -> None:
    for name in ("fingerprint.k1", "fingerprintXk1", "recovery.public"):
        roster.add_fact(connection, name, b"1")
        roster.add_fact(connection, name, b"2")
    assert roster.facts(connection, "fingerprint.") == {"fingerprint.k1": b"1"}


# Cases


def test_a_report_is_filed_once(connection: Connection) -> None:
    assert file(connection)
    assert not file(connection)
    assert [one.kind for one in case.items(connection, ["r"], ("story",))] == ["story"]
    assert (case.get(connection, "r").lead, case.by_id(connection, "none")) == ("lead", None)


def test_words_for_a_case_that_is_gone_are_refused(connection: Connection) -> None:
    with pytest.raises(case.Gone):
        case.add(connection, "none", Item("w", "words", b"sealed"), NOON)


def test_words_at_once_get_an_order_of_their_own(engine: Engine) -> None:
    with engine.begin() as connection:
        file(connection)

    def add(number: int) -> bool:
        with engine.begin() as connection:
            return case.add(connection, "r", Item(f"w{number}", "words", b"sealed"), NOON)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(add, range(8)))
    with engine.connect().execution_options(reading=True) as connection:
        assert sorted(connection.execute(sa.select(item.c.seq)).scalars()) == list(range(1, 10))


def test_the_first_queue_that_accepts_holds_the_case(engine: Engine) -> None:
    with engine.begin() as connection:
        file(connection)

    def accept(name: str) -> bool:
        with engine.begin() as connection:
            return case.accept(connection, "r", name, NOON + 600)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, ("lead", "next"))) == [False, True]
    with engine.connect().execution_options(reading=True) as connection:
        found = case.get(connection, "r")
    assert (found.state, found.due_at) == ("ditangani", NOON + 600 + DUE)


def test_after_an_answer_only_the_hour_is_left(connection: Connection) -> None:
    at = NOON + 754
    case.file(connection, row(at=at), [], Item("s", "story", b"sealed"))
    assert case.get(connection, "r").filed_at == at
    case.answered(connection, "r", at + 10)
    found = case.get(connection, "r")
    assert (found.filed_at, found.due_at) == (hour_of(at), None)
    assert found.changed_at == hour_of(at)


def test_closing_is_once_and_belum_selesai_begins_anew(connection: Connection) -> None:
    file(connection)
    assert case.close(connection, ["r", "none"], NOON + 754) == ["r"]
    assert case.get(connection, "r").closed_at == NOON
    assert case.close(connection, ["r"], NOON + 9) == []
    retention.warn(connection, NOON + 10)
    case.ask_again(connection, "r")
    assert not case.reopen(connection, "r", NOON + HOUR, SPANS, NOON + 9)
    assert case.reopen(connection, "r", NOON, SPANS, NOON + 9)
    found = case.get(connection, "r")
    assert (found.state, found.closed_at, found.warned, found.asked_again) == ("dibaca", None, False, False)


@pytest.mark.parametrize("urgency", SPANS)
def test_who_comes_back_waits_no_longer_than_at_first(connection: Connection, urgency: str) -> None:
    file(connection)
    connection.execute(sa.update(report).values(urgency=urgency))
    case.close(connection, ["r"], NOON)
    assert case.reopen(connection, "r", NOON, SPANS, NOON + 9)
    assert case.get(connection, "r").due_at == NOON + 9 + SPANS[urgency]


@pytest.mark.parametrize(("urgency", "hours"), [("immediate", 1), ("high", 6), ("normal", 48)])
def test_words_on_a_case_without_a_clock_start_one_by_the_hour(
    connection: Connection, urgency: str, hours: int
) -> None:
    file(connection)
    connection.execute(sa.update(report).values(urgency=urgency))
    case.wake(connection, "r", SPANS, NOON + 754)
    assert case.get(connection, "r").due_at == NOON + DUE  # a clock that runs goes on
    case.answered(connection, "r", NOON + 60)
    case.wake(connection, "r", SPANS, NOON + 754)
    assert case.get(connection, "r").due_at == NOON + hours * HOUR
    case.close(connection, ["r"], NOON + 800)
    case.wake(connection, "r", SPANS, NOON + 900)
    assert case.get(connection, "r").due_at is None


def test_words_count_as_read_as_far_as_they_were_shown(connection: Connection) -> None:
    file(connection)
    for number in range(3):
        case.add(connection, "r", Item(f"w{number}", "words", b"sealed"), NOON)
    case.words_seen(connection, "r", 3)
    words = case.items(connection, ["r"], ("words",))
    assert [(one.seq, one.seen) for one in words] == [(2, True), (3, True), (4, False)]
    assert case.with_waiting_words(connection, ["r", "none"]) == {"r"}
    case.words_seen(connection, "r")
    assert case.with_waiting_words(connection, ["r"]) == set()


def test_the_tables_refuse_what_is_not_a_state(connection: Connection) -> None:
    file(connection)
    for values in ({"state": "hilang"}, {"urgency": "later"}, {"child": "maybe"}):
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(sa.update(report).values(values))
