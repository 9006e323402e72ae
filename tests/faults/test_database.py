"""A database that is cut off, stopped, full or locked: a clear sentence to each person, and nothing lost or doubled."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp
import pytest
import sqlalchemy as sa

from bot import clock
from bot.app import make_app, parts_of
from bot.desk import RETRY
from bot.service import Service
from content.shelf import Say
from tests.console_service import serving
from tests.databases import Postgres
from tests.faults.audit import of_install, of_store
from tests.faults.product import ended_well, make_product, running
from tests.faults.reporter import Habits, Reporter
from tests.faults.server import Server, own_server
from tests.faults.wire import Wire, wire
from tests.service import make_service, shelf, staffed

PEOPLE = 8
QUICK = Habits(pause=0.05)
BATCH, FILING = b"INSERT INTO inbound", b"INSERT INTO report"


@dataclass(slots=True)
class Town:
    """A service whose pages are served, and people at it."""

    service: Service
    people: list[Reporter]
    url: str  # of the database, by a way that nobody cuts

    async def tell(self) -> None:
        """Everybody tells their report to the end."""
        async with asyncio.TaskGroup() as group:
            for one in self.people:
                group.create_task(one.tell())

    async def some_have_written(self, number: int = PEOPLE) -> None:
        """Until so many messages were acknowledged."""
        while sum(len(one.acknowledged) for one in self.people) < number:
            await asyncio.sleep(0.01)

    async def somebody_was_refused(self) -> None:
        while not any(one.refusals for one in self.people):
            await asyncio.sleep(0.01)

    def refusals(self) -> set[str]:
        """The sentences that came instead of answers."""
        return {sentence for one in self.people for sentence in one.refusals}

    async def check(self) -> None:
        """Nothing is lost, nothing is doubled, and every code opens its report."""
        found = await asyncio.to_thread(of_store, self.url, self.service.house.keys, self.people)
        assert found == []


@asynccontextmanager
async def town(url: str, direct: str = "") -> AsyncIterator[Town]:
    """People at a service on this database; `direct` is the way of those who look at what was kept."""
    with make_service(url) as service, serving(make_app(staffed(service))) as page:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as client:
            people = [Reporter(number, client, [page], Random(number), QUICK) for number in range(PEOPLE)]  # noqa: S311 - the same talk each time
            yield Town(service, people, direct or url)


def down() -> str:
    """What a person reads while the database cannot be had."""
    return shelf().text(Say("web.down"))


@pytest.mark.postgres
def test_commits_whose_answers_are_lost_are_one_turn_and_one_report(postgres: Postgres) -> None:
    async def play(line: Wire, url: str) -> None:
        async with town(line.url, url) as here:
            telling = asyncio.create_task(here.tell())
            for _ in range(10):
                line.lose.append(BATCH)
                await here.some_have_written(sum(len(one.acknowledged) for one in here.people) + 1)
            line.lose.append(FILING)
            while FILING in line.lose and not telling.done():
                await asyncio.sleep(0.01)
            await finish_what_was_left(here, telling)
            assert line.lost == 11
            await here.check()

    with postgres.fresh() as url, wire(url) as line:
        asyncio.run(play(line, url))


async def finish_what_was_left(here: Town, telling: asyncio.Task[None]) -> None:
    """The clock's job, as a process that starts does it: an errand that failed is taken up again."""
    while not telling.done():
        await asyncio.to_thread(clock.finish_errands, parts_of(here.service), 0)
        await asyncio.sleep(RETRY)
    await telling


async def nothing_is_broken(one: Reporter) -> None:
    """What a page does beside sending is answered too: telling what was shown, and waiting for more."""
    door, token = one.door(), {"X-Suar-Token": one.token}
    async with one.client.post(f"{door}/sudah", json={"token": one.token, "seen": one.seen}) as answer:
        assert (answer.status, (await answer.json())["say"]) == (503, down())
    async with one.client.get(f"{door}/arus", headers=token) as answer:
        assert answer.status == 200
        assert "data:" not in await answer.text()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as server:
        yield server


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_database_that_is_stopped_and_started_again_loses_nothing(server: Server, how: str) -> None:
    async def play(url: str) -> None:
        async with town(url) as here:
            telling = asyncio.create_task(here.tell())
            await here.some_have_written(3 * PEOPLE)
            await asyncio.to_thread(server.stop, how)
            await here.somebody_was_refused()
            await nothing_is_broken(here.people[0])
            await asyncio.to_thread(server.start)
            await finish_what_was_left(here, telling)
            assert here.refusals() == {down()}
            await here.check()

    with server.postgres.fresh() as url:
        asyncio.run(play(url))


def test_a_database_locked_for_too_long_is_said_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "suar.db"

    async def play() -> None:
        async with AsyncExitStack() as stack:
            here = await stack.enter_async_context(town(f"sqlite:///{path}"))
            on_connect(here.service, "PRAGMA busy_timeout=100")
            telling = asyncio.create_task(here.tell())
            await here.some_have_written()
            other = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=60)))
            other.execute("BEGIN IMMEDIATE")
            await here.somebody_was_refused()
            other.execute("ROLLBACK")
            await finish_what_was_left(here, telling)
            assert here.refusals() == {down()}
            await here.check()

    asyncio.run(play())


def on_connect(service: Service, statement: str) -> None:
    """Say something on every new connection, and hang up the old ones."""
    sa.event.listen(service.house.engine, "connect", lambda raw, _: raw.execute(statement).close())
    service.house.engine.dispose()


def test_a_full_database_is_said_and_loses_nothing(tmp_path: Path) -> None:
    """SQLite's own limit of pages: SQLITE_FULL, as on a disk without a free block."""

    async def play() -> None:
        async with town(f"sqlite:///{tmp_path / 'suar.db'}") as here:
            telling = asyncio.create_task(here.tell())
            await here.some_have_written()
            limits = [1]  # SQLite takes the pages that there are for a lower limit
            sa.event.listen(here.service.house.engine, "checkout", limit_pages(limits))
            await here.somebody_was_refused()
            limits[0] = 1_000_000
            await finish_what_was_left(here, telling)
            assert here.refusals() == {down()}
            await here.check()

    asyncio.run(play())


def limit_pages(limits: list[int]) -> Callable[..., None]:
    """Tell each connection that is taken up how many pages the file may have."""

    def tell(raw: sqlite3.Connection, record: object, proxy: object) -> None:
        raw.execute(f"PRAGMA max_page_count={limits[0]}").close()

    return tell


@contextmanager
def no_room(process: int) -> Iterator[None]:
    """A process that can make no file longer than one page, until this ends."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="no prlimit here: Linux only")
def test_a_process_whose_disk_takes_no_more_says_so_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    async def play() -> None:
        product = make_product(tmp_path, f"sqlite:///{tmp_path / 'suar.db'}", ["run"])
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as client, running(product, client):
            process = product.children[0].process
            assert process is not None
            one = Reporter(1, client, product.doors, Random(1), QUICK)  # noqa: S311 - the same talk each time
            await one.open()
            await one.act()
            with no_room(process.pid):
                telling = asyncio.create_task(one.act())
                while not one.refusals:
                    await asyncio.sleep(0.01)
            await telling
            while not one.code:
                await one.act()
            assert set(one.refusals) == {down()}
            assert ended_well(product) == []
        assert of_install(product, [one]) == []

    asyncio.run(play())
