"""The purge beside a talking crowd: in chunks, by indexes, wraps first, and nothing left in the file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from bot import clock
from models import retention
from models.base import DAY, chunks, insert
from models.tables import item, reader, report
from tests import tally
from tests.databases import Databases, Sqlite
from tests.tally import NOON, Office, office, rows, say

REPORTS = 5_000
QUEUES = ("lead", "next", "oversight", "awake")
NAMED = ("report", "reader", "item", "file", "person", "inbound", "outbox", "upload", "trace", "remains", "trail")


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh(tally.tables) as url:
        yield url


def fill(connection: Connection, numbers: Sequence[int], closed_at: int | None, items: int = 2) -> None:
    """Reports as they lie after an answer, with four readers each."""
    plain = {"kdf": 1, "public": b"p" * 32, "questions": "witness/1", "kelurahan": None, "kota": "31.74"}
    plain |= {"kind": "work", "urgency": "normal", "child": "unknown", "officials": "", "lead": "lead", "holder": None}
    plain |= {"filed_at": NOON, "due_at": None, "escalated": 0, "asked_again": False, "no_contact": False}
    plain |= {"warned": False, "closed_at": closed_at, "changed_at": NOON, "state": "selesai"}
    ids = [f"r{number:06}" for number in numbers]
    wraps = {"active": True, "epoch": 1, "wrap": b"w" * 80}
    words = {"kind": "words", "queue": None, "hour": NOON, "seen": True, "body": b"b" * 560}
    insert(connection, report, [{"id": id, "locator": id.encode(), "code_wrap": b"c" * 60} | plain for id in ids])
    insert(connection, reader, [{"report": id, "queue": one, "role": one} | wraps for id in ids for one in QUEUES])
    numbered = [(id, number) for id in ids for number in range(items)]
    insert(connection, item, [{"id": f"{id}.{seq}", "report": id, "seq": seq} | words for id, seq in numbered])


def filled(here: Office, count: int, closed_at: int | None = NOON, start: int = 0) -> None:
    for some in chunks(range(start, start + count)):
        here.desk.do(partial(fill, numbers=some, closed_at=closed_at)).result(20)


Statement = tuple[str, Any]


@contextmanager
def statements(engine: Engine) -> Iterator[list[Statement]]:
    """Everything that is executed, with its values."""
    found: list[Statement] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        found.append((statement, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_purge_of_thousands_goes_in_chunks_and_the_crowd_talks_on(url: str) -> None:
    """At the desk a message waits for one chunk and never for the purge: each is answered while rows are left."""
    with office(url, now=lambda: NOON) as here:
        filled(here, REPORTS)
        filled(here, 3, NOON + 89 * DAY, start=REPORTS)
        left, seen = [], []
        real = retention.purge

        def chunk(connection: Connection) -> int:
            gone = real(connection, NOON + 1)
            left.append(gone)
            return gone

        while here.desk.do(chunk).result(20):
            people = [here.desk.hear(tally.message(f"p{number}", "lihat")) for number in range(16)]
            seen += [one.result(20).body for one in people]
        assert sum(left) == REPORTS and max(left) * 7 <= retention.ROWS
        assert len(seen) == 16 * (len(left) - 1) and all(seen)
        assert [rows(here.engine, table) for table in (report, reader, item)] == [3, 12, 6]


def test_a_case_with_more_words_than_a_chunk_goes_alone(url: str) -> None:
    with office(url, now=lambda: NOON) as here:
        here.desk.do(lambda connection: fill(connection, [1], NOON, items=700)).result(20)
        filled(here, 2, start=2)
        gone = [here.desk.do(lambda connection: retention.purge(connection, NOON + 1)).result(20) for _ in range(3)]
        assert sum(gone) == 3 and gone[2] == 0
        assert rows(here.engine, item) == 0


def test_a_warning_goes_in_chunks_too(url: str) -> None:
    with office(url, now=lambda: NOON) as here:
        filled(here, 1_100)
        warned = [here.desk.do(lambda connection: retention.warn(connection, NOON + 1)).result(20) for _ in range(4)]
        assert warned == [500, 500, 100, 0]


def test_wraps_go_before_words(url: str) -> None:
    with office(url, now=lambda: NOON) as here:
        filled(here, 2)
        with statements(here.engine) as done:
            here.desk.do(lambda connection: retention.purge(connection, NOON + 1)).result(20)
    order = [tally.plain(statement).split(" WHERE ")[0] for statement, _ in done if "SELECT" not in statement]
    assert [one for one in order if one.startswith(("DELETE", "UPDATE"))] == [
        "DELETE FROM reader",
        next(one for one in order if one.startswith("UPDATE report")),
        "DELETE FROM item",
        "DELETE FROM report",
    ]


def test_no_statement_of_the_purge_reads_a_whole_table(url: str) -> None:
    with office(url, now=lambda: NOON) as here:
        filled(here, 600, NOON)
        filled(here, 1_400, None, start=600)
        say(here.desk, "wati", "lihat")
        with statements(here.engine) as done:
            clock.purge(here.parts, NOON + 91 * DAY, here.desk.house.shelf.terms.keep_days)
        kinds = ("SELECT", "DELETE", "UPDATE")
        asked = {tally.plain(one): (one, values) for one, values in done if one.startswith(kinds)}
        assert len(asked) > 10
        scans = [scan for statement, values in asked.values() for scan in plan(here.engine, statement, values)]
        assert plan(here.engine, "SELECT id FROM item WHERE kind = 'words'", ())
    assert scans == []


def plan(engine: Engine, statement: str, values: Any) -> list[str]:
    """The whole tables that a statement would read, where one of ours may be large."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if not sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # the tests' tables are small
        found = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", values)
        lines = [str(row[3] if sqlite else row[0]) for row in found]
    marks = [f"SCAN {name}" for name in NAMED] if sqlite else [f"Seq Scan on {name} " for name in NAMED]
    whole = [line for line in lines if any(f"{line} ".find(f"{mark}") >= 0 for mark in marks)]
    return [f"{line}: {tally.plain(statement)[:120]}" for line in whole if "USING" not in line]


def test_of_a_report_nothing_sealed_is_left_in_the_file_or_its_log(sqlite: Sqlite) -> None:
    marks = {name: os.urandom(600) for name in ("words", "wrap", "code")}
    with sqlite.fresh(tally.tables) as url, office(url, now=lambda: NOON) as here:
        filled(here, 20)
        for table, column, name in ((item, "body", "words"), (reader, "wrap", "wrap"), (report, "code_wrap", "code")):
            here.desk.do(partial(Connection.execute, statement=sa.update(table).values({column: marks[name]}))).result(
                20
            )
        clock.truncate(here.parts)
        assert all(mark[:40] in bytes_of(here.engine) for mark in marks.values())
        clock.purge(here.parts, NOON + 91 * DAY, here.desk.house.shelf.terms.keep_days)
        clock.truncate(here.parts)
        left = bytes_of(here.engine)
    assert not any(mark[at : at + 24] in left for mark in marks.values() for at in range(0, 576, 24))


def bytes_of(engine: Engine) -> bytes:
    """A SQLite file and its log."""
    path = Path(str(engine.url.database))
    return path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
