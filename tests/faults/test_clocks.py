"""A clock that jumps a day ahead and back: what was filed or waits stays, and whoever was cut off gets a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from random import Random
from time import time

import aiohttp
import pytest
import sqlalchemy as sa

from bot import clock
from bot.app import make_app, parts_of
from bot.clock import JOBS, ClockJumped, Parts
from bot.service import Service
from content.shelf import Say
from models import message, person
from models.base import DAY
from models.message import Reply
from models.person import Person
from models.tables import outbox
from tests.console_service import serving
from tests.faults.audit import looking, of_codes, read_store
from tests.faults.reporter import Habits, Reporter, Stuck
from tests.service import make_service, shelf, staffed
from tests.web_chat import Clock

QUICK = Habits(pause=0.02)
UNSENT = b"somebody"


@pytest.fixture
def watch() -> Clock:
    return Clock(int(time()))


@pytest.fixture
def service(database_url: str, watch: Clock) -> Iterator[Service]:
    with make_service(database_url, watch.now) as service:
        yield staffed(service)


def run_all(parts: Parts) -> list[str]:
    """Every job of the clock, as if its time had come; the names of those that refuse."""
    refused = []
    for name in JOBS:
        try:
            clock.run(parts, name)
        except ClockJumped:
            refused.append(name)
    return refused


def leave_unsent(service: Service, now: int) -> None:
    """A reply that its sender has not got rid of yet."""

    def work(connection: sa.Connection) -> None:
        person.save(connection, [Person(UNSENT, 1)], now)
        message.put(connection, [Reply(UNSENT, "telegram", b"address", b"body")], now)

    service.desk.do(work).result(20)


def unsent(service: Service) -> int:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        query = sa.select(sa.func.count()).where(outbox.c.person == UNSENT, outbox.c.state == "waiting")
        return int(connection.execute(query).scalar_one())


def test_a_day_ahead_and_back_loses_nothing_that_was_filed_or_waits(
    service: Service, watch: Clock, database_url: str
) -> None:
    async def play(page: str) -> None:
        async with aiohttp.ClientSession() as client:

            def reporter(number: int) -> Reporter:
                return Reporter(number, client, [page], Random(number), QUICK)  # noqa: S311 - the same talk each time

            early, cut_off, late, last = map(reporter, range(4))
            parts = parts_of(service)
            await early.tell()
            await cut_off.open()
            await cut_off.act()
            leave_unsent(service, watch.now())
            assert await asyncio.to_thread(run_all, parts) == []
            watch.at += DAY + 1
            assert await asyncio.to_thread(run_all, parts) == ["forget"]
            with pytest.raises(Stuck, match=shelf().text(Say("web.old"))):
                await cut_off.act()
            await late.tell()
            watch.at -= DAY + 1
            assert await asyncio.to_thread(run_all, parts) == []
            await last.tell()
            assert unsent(service) == 1
            with looking(database_url) as connection:
                store = read_store(connection)
            assert of_codes([early, late, last], service.house.keys, store) == []
            assert len(store.reports) == 3

    with serving(make_app(service)) as page:
        asyncio.run(play(page))
