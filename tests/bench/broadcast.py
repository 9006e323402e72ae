"""`make bench-broadcast`: an alert to very many, prepared and sent, against plain loops; as ratios of one run."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from bot import broadcast as broadcasting
from bot.channels.telegram_wire import hush
from bot.inbound import Inbound, Receipt
from bot.service import Service
from handlers.talk import WEB
from models import alert, broadcast
from tests.bench.crowd import Score, crowd
from tests.bench.ours import Ours
from tests.bench.post_office import post_office, seen
from tests.bench.rivals import AIOGRAM, LIMITER, PTB, limited, plain_loop, rivals
from tests.bench.stretch import Stretch, densest, first_second, sent
from tests.bench.talk import People
from tests.databases import Databases, Sqlite, Unavailable, running_postgres
from tests.faults.product import free_ports
from tests.service import make_service, staffed
from tests.subscribers import approved, deliveries, store, subscribed
from tests.telegram_phone import settings_for

WIDTH = 150
PEOPLE = 100_000
SENT = 4_000  # messages of a stretch of sending
PLAIN = 300  # messages of a plain loop: it is slow
CAPPED = 10.0  # seconds
AT_ONCE = 64  # people who talk meanwhile
READS = 0.5  # seconds that each of them reads before they write again: ten million messages a day
SOON = 250.0  # milliseconds
ANSWER = 0.05  # seconds that a vendor far away takes for a message
OURS = "Suar"


class Browsers(Ours):
    """People who talk in the web chat: their answers are fetched, and never stand in the sender's way."""

    async def desk(self, number: int, chat: int, text: str) -> Receipt:
        """As through the page."""
        return await self.service.desk.heard(Inbound(WEB, str(number), str(chat), text, places=self.places[text]))


@dataclass(frozen=True, slots=True)
class Offices:
    """Two vendors: one answers at once, one is far away."""

    near: str
    far: str


@dataclass(slots=True)
class Results:
    """What was measured, with what was asked; each with how busy the machine was."""

    table: Table
    sendings: Table
    missed: int = 0

    def add(self, engine: str, what: str, reached: float, asked: str = "", fine: bool = True) -> None:
        """One line."""
        verdict = "" if not asked else "pass" if fine else "miss"
        self.table.add_row(engine, what, f"{reached:,.1f}", asked, verdict, load())
        self.missed += not fine

    def soon(self, engine: str, what: str, beside: Score) -> None:
        """How long people waited beside an alert."""
        p99 = beside.wait(0.99)
        self.add(engine, what, p99, f"<= {SOON:g}", p99 <= SOON)

    def compare(self, engine: str, vendor: str, who: str, stretch: Stretch, ours: Stretch) -> None:
        """One sender beside ours."""
        faster, dearer = ours.rate / stretch.rate, stretch.cost / ours.cost
        figures = (
            f"{stretch.rate:,.0f}",
            f"{stretch.cost:,.0f}",
            f"{stretch.cpu:.1f}",
            f"{faster:.1f}",
            f"{dearer:.1f}",
        )
        self.sendings.add_row(engine, vendor, who, *figures, load())


def load() -> str:
    """How many programs wanted one of the cores in the last minute."""
    return f"{os.getloadavg()[0]:.1f} of {os.cpu_count()}"


def enrolled(service: Service, first: int, number: int) -> None:
    """So many people subscribe. PostgreSQL looks at a table that has grown within a minute; here it is told to."""
    keys = service.house.keys
    for start in range(first, first + number, 5_000):
        chats = range(start, min(start + 5_000, first + number))
        store(service.house.engine, [subscribed(keys, "telegram", str(chat)) for chat in chats])
    with service.house.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE subscription")


async def prepared(service: Service, id: str) -> float:
    """An alert is let out and prepared as the clock does it; seconds."""
    one = approved(id, service.house.now(), danger=True)
    await service.write(lambda connection: alert.put(connection, one))
    began = perf_counter()
    await asyncio.to_thread(broadcasting.run, service.house, service.desk)
    return perf_counter() - began


async def measure(engine: str, databases: Databases, offices: Offices, people: int, results: Results) -> None:
    """One engine: a tenth of the people first, then all of them."""
    with databases.fresh() as url, make_service(url) as bare:
        service = replace(staffed(bare), settings=settings_for(url, offices.near, "polling"))
        few = people // 10
        enrolled(service, 1, few)
        results.add(engine, f"{few:,} prepared, seconds", await prepared(service, "few"))
        first = await sent(service, min(SENT, few))
        await stop(service, "few")
        enrolled(service, few + 1, people - few)
        talkers = (Browsers(service), People())
        await talked_beside(engine, service, people, results, talkers)
        took = await prepared(service, "again")
        results.add(engine, f"{people:,} prepared, seconds", took, "<= 10", took <= 10)
        assert len(deliveries(service.house.engine, "again")) == people
        await speeds(engine, service, offices, results)
        full = await sent(service, SENT)
        results.add(engine, "MiB more while sending, a tenth of the people", first.grown)
        results.add(engine, "MiB more while sending, all of them", full.grown, "flat", full.grown <= first.grown + 20)
        await pace(engine, service, offices.near, results, talkers)


async def talked_beside(
    engine: str, service: Service, people: int, results: Results, talkers: tuple[Ours, People]
) -> None:
    """How those fare who talk while an alert is prepared: people who read, and as many as the desk can take."""
    for who, pause in ((f"{AT_ONCE} who read and write", READS), (f"{AT_ONCE} who never pause", 0.0)):
        speak, alone = (talkers[0].desk, talkers[1], AT_ONCE), 5.0
        quiet = await crowd(*speak, alone, pause=pause)
        going = asyncio.create_task(prepared(service, who))
        busy = await crowd(*speak, float("inf"), going.done, pause)
        results.add(engine, f"p99 in ms of {who}, nothing beside", quiet.wait(0.99))
        if pause:
            results.soon(engine, f"p99 in ms of {who}, while it is prepared", busy)
        results.add(engine, "the same over that of nothing beside", busy.wait(0.99) / quiet.wait(0.99))
        results.add(engine, f"{people:,} prepared meanwhile, seconds", await going)
        await stop(service, who)


async def speeds(engine: str, service: Service, offices: Offices, results: Results) -> None:
    """How fast and at what cost, against plain loops: where an answer comes at once, and where it takes its time."""
    for vendor, api in (("at once", offices.near), ("after 50 ms", offices.far)):
        there = replace(service, settings=service.settings.model_copy(update={"telegram_api_base_url": api}))
        await asyncio.to_thread(seen, api)
        loops = {who: await plain_loop(rival, api, PLAIN) for who, rival in rivals().items()}
        assert len(await asyncio.to_thread(seen, api)) == PLAIN * len(loops), "everybody sends each message once"
        ours = await sent(there, SENT)
        assert len(await asyncio.to_thread(seen, api)) >= ours.messages, "what is counted has arrived"
        for who, stretch in {**loops, OURS: ours}.items():
            results.compare(engine, vendor, who, stretch, ours)
        if api == offices.far:
            results.add(engine, f"answers {vendor}: messages a second", ours.rate, ">= 800", ours.rate >= 800)
            for who in (PTB, LIMITER, AIOGRAM):
                times = ours.rate / loops[who].rate
                results.add(engine, f"answers {vendor}: times a loop over {who}", times, ">= 5", times >= 5)


async def pace(engine: str, service: Service, api: str, results: Results, talkers: tuple[Ours, People]) -> None:
    """How even at the vendor's rate, and how those fare who talk meanwhile."""
    await asyncio.to_thread(seen, api)
    going = asyncio.create_task(sent(service, PEOPLE, CAPPED, capped=True))
    beside = await crowd(talkers[0].desk, talkers[1], AT_ONCE, float("inf"), going.done, READS)
    await going
    times = await asyncio.to_thread(seen, api)
    even = (len(times) - 1) / (times[-1] - times[0])
    results.add(engine, "at Telegram's pace, messages a second", even, "24 to 25.1", 24 <= even <= 25.1)
    results.add(engine, "at Telegram's pace, the most in any second", densest(times), "<= 27", densest(times) <= 27)
    results.soon(engine, f"p99 in ms of {AT_ONCE} who read and write meanwhile", beside)


async def limiter(api: str, results: Results) -> None:
    """python-telegram-bot's own rate limiter as it comes, which is to keep 30 a second."""
    await asyncio.to_thread(seen, api)
    await plain_loop(limited(), api, PEOPLE, CAPPED)
    times = await asyncio.to_thread(seen, api)
    results.add("", "AIORateLimiter as it comes: in the first second", first_second(times))
    results.add("", "AIORateLimiter as it comes: the most in any second", densest(times))
    results.add("", "AIORateLimiter as it comes: messages a second", (len(times) - 1) / (times[-1] - times[0]))


async def stop(service: Service, id: str) -> None:
    """Nothing more of an alert; its deliveries that wait go."""
    now = service.house.now()
    await service.write(lambda connection: broadcast.cancel(connection, id, now))
    await asyncio.to_thread(broadcasting.run, service.house, service.desk)


def new_results() -> Results:
    """Nothing measured yet."""
    sendings = Table("engine", "answers", "who", "messages/s", "CPU us each", "CPU s", "ours x", "its CPU x", "load")
    return Results(Table("engine", "what", "reached", "asked", "", "load"), sendings)


def options() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="make bench-broadcast ARGS=...", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only (both)")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"who subscribed ({PEOPLE:,})")
    return parser.parse_args()


def main() -> int:
    """Run from the command line; 1 where a goal was missed."""
    asked, console, results = options(), Console(width=WIDTH), new_results()
    hush()
    with ExitStack() as stack:
        near, far = free_ports(2)
        offices = Offices(stack.enter_context(post_office(near)), stack.enter_context(post_office(far, ANSWER)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suar-broadcast-")))
        asyncio.run(limiter(offices.near, results))
        if asked.engine != "postgres":
            asyncio.run(measure("SQLite", Sqlite(folder), offices, asked.people, results))
        if asked.engine != "sqlite":
            try:
                databases = stack.enter_context(running_postgres())
            except Unavailable as reason:
                console.print(f"PostgreSQL is left out: {reason}")
            else:
                asyncio.run(measure("PostgreSQL", databases, offices, asked.people, results))
    console.print(results.table, results.sendings)
    return 1 if results.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
