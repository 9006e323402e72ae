"""The desk under strain: old rows purged while people talk, very many persons stored, many filings at one moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter, process_time

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import person
from models.base import day_of, is_sqlite
from models.tables import person as persons
from models.tables import report
from tests.bench.crowd import Score, crowd
from tests.bench.ours import Ours
from tests.bench.talk import SEND, People
from tests.databases import Databases
from tests.service import make_service, staffed

AT_ONCE = 64
OLD = 40_000  # rows a second that wait for the purge: more than it can take beside a crowd
LOOK = 0.1  # seconds between two looks whether all filings have ended
SERIES = {
    True: "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {rows}) SELECT {values} "
    "FROM series",
    False: "SELECT {values} FROM generate_series(1, {rows}) AS series(n)",
}
KEY = {True: "randomblob(32)", False: "sha256(convert_to(random()::text || n, 'UTF8'))"}


def fill(connection: Connection, table: str, columns: str, values: str, rows: int) -> None:
    """So many rows with keys spread as hashes are, in their order: nobody waits for a million of them out of order."""
    engine = is_sqlite(connection)
    source = SERIES[engine].format(rows=rows, values=f"{KEY[engine]} AS key, {values}")
    connection.exec_driver_sql(f"INSERT INTO {table} (key, {columns}) {source} ORDER BY 1")


def store(connection: Connection, rows: int, day: int) -> None:
    """Persons who have been here and stand nowhere now."""
    fill(connection, "person", "version, day, lapsed, language", f"9, {day_of(day)}, FALSE, 'id'", rows)


def grow_old(connection: Connection, rows: int) -> None:
    """Ids and persons of long ago."""
    fill(connection, "inbound", "day", "0", rows)
    store(connection, rows, 0)


async def purging(ours: Ours, people: People, seconds: float) -> Score:
    """A crowd talks while old rows go, chunk after chunk, as the clock's job takes them."""
    desk, over = ours.service.desk, threading.Event()
    await desk.done(partial(grow_old, rows=round(OLD * seconds)))
    work = partial(person.purge, ids_before=1, persons_before=1)

    def purge() -> None:
        while not over.is_set():
            desk.do(work).result()

    going = asyncio.create_task(asyncio.to_thread(purge))
    score = await crowd(ours.desk, people, AT_ONCE, seconds)
    over.set()
    await going
    return score


@contextmanager
def stored(databases: Databases, rows: int) -> Iterator[Ours]:
    """A desk on a database with so many persons in it."""
    with databases.fresh() as url, make_service(url) as service:
        staffed(service)
        now = service.house.now()
        service.desk.do(lambda connection: store(connection, rows, now)).result()
        yield Ours(service)


async def filing(ours: Ours, people: People, at_once: int) -> Score:
    """So many reports sent at the same moment, from the button until everybody has been told their code."""
    chats = [await ready(ours, people) for _ in range(at_once)]
    before = await ours.service.look(count_reports)
    began, spent = perf_counter(), process_time()
    await asyncio.gather(*(ours.desk(-chat, chat, SEND) for chat in chats))
    while await ours.service.look(count_waiting):
        await asyncio.sleep(LOOK)
    score = Score(at_once, perf_counter() - began, process_time() - spent)
    if await ours.service.look(count_reports) != before + at_once:
        raise ValueError("a filing has ended without a report")
    return score


async def filing_beside(ours: Ours, people: People, at_once: int) -> tuple[Score, Score]:
    """The same while a crowd talks, and how that crowd fared."""
    filed = asyncio.create_task(filing(ours, people, at_once))
    while not await ours.service.look(count_waiting):
        await asyncio.sleep(LOOK)
    talked = await crowd(ours.desk, people, AT_ONCE, float("inf"), filed.done)
    return await filed, talked


async def ready(ours: Ours, people: People) -> int:
    """Somebody new who has come to the review."""
    chat = 0
    for number, chat, text in people.talk():
        await ours.desk(number, chat, text)
    return chat


def count_reports(connection: Connection) -> int:
    """How many are stored."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(report)).scalar_one())


def count_waiting(connection: Connection) -> int:
    """How many people wait for the end of an errand."""
    return int(connection.execute(sa.select(sa.func.count()).where(persons.c.errand_at.is_not(None))).scalar_one())
