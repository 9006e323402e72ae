"""`make bench-broadcast`: an alert to very many, prepared and sent, against a plain loop; as ratios of one run."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table
from telegram import Bot

from bot import broadcast as broadcasting
from bot import outbox
from bot.channels import telegram as sending
from bot.channels.pace import Pace
from bot.channels.telegram_wire import hush, open_bot
from bot.inbound import Inbound, Receipt
from bot.service import Service
from handlers.talk import WEB
from models import alert, broadcast
from tests.bench.crowd import crowd
from tests.bench.ours import Ours
from tests.bench.post_office import post_office, seen
from tests.bench.talk import People
from tests.bench.vendor import TOKEN
from tests.databases import Databases, Sqlite, Unavailable, running_postgres
from tests.faults.product import free_ports
from tests.service import make_service, staffed
from tests.subscribers import WORDS, approved, deliveries, store, subscribed
from tests.telegram_phone import settings_for

WIDTH = 150
PEOPLE = 100_000
SENT = 3_000  # messages of a stretch of sending
PLAIN = 300  # messages of the plain loop: it is slow
CAPPED = 10.0  # seconds
AT_ONCE = 8  # people who talk meanwhile, without a pause
ANSWER = 0.05  # seconds that a vendor far away takes for a message
LANES, BATCH = 80, 400  # without a vendor's limit; with it the sender's own
MIB = 1024 * 1024


class Browsers(Ours):
    """People who talk in the web chat: their answers are fetched, and never stand in the sender's way."""

    async def desk(self, number: int, chat: int, text: str) -> Receipt:
        """As through the page."""
        return await self.service.desk.heard(Inbound(WEB, str(number), str(chat), text, places=self.places[text]))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some sending: messages, seconds, CPU of this process, and how much its memory grew."""

    messages: int
    seconds: float
    cpu: float
    grown: float = 0.0  # MiB

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def cost(self) -> float:
        """Microseconds of CPU a message."""
        return self.cpu / self.messages * 1e6


def resident() -> float:
    """MiB that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / MIB


@contextmanager
def watched() -> Iterator[Callable[[], float]]:
    """How much memory grew at the most, looked at all the time."""
    before, stop, most = resident(), Event(), [0.0]

    def look() -> None:
        while not stop.wait(0.05):
            most[0] = max(most[0], resident() - before)

    thread = Thread(target=look)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        stop.set()
        thread.join()


async def plain_loop(api: str) -> Stretch:
    """What people write in an afternoon: one message after another by the library's HTTP client, without a limit."""
    async with Bot(TOKEN, f"{api}/bot") as bot:
        began, spent = perf_counter(), process_time()
        for chat in range(PLAIN):
            await bot.send_message(chat + 1, WORDS["id"])
        return Stretch(PLAIN, perf_counter() - began, process_time() - spent)


async def sent(service: Service, number: int, seconds: float = float("inf"), capped: bool = False) -> Stretch:
    """Our sender, until so many have gone out or the time is over."""
    async with open_bot(service.settings) as (bot, _):
        channel = sending.Telegram(service, bot)
        sender = outbox.Sender(service, channel)
        if not capped:
            channel.all, channel.each = Pace(0.0), Pace(0.0)
            sender.lanes, sender.batch = LANES, BATCH
        began, spent, done = perf_counter(), process_time(), 0
        with watched() as grown:
            while done < number and perf_counter() < began + seconds and (more := await sender.step()):
                done += more
            return Stretch(done, perf_counter() - began, process_time() - spent, grown())


def densest(times: list[float]) -> int:
    """The most messages that came within any second."""
    return max((bisect_left(times, at + 1.0) - number for number, at in enumerate(times)), default=0)


def enrolled(service: Service, first: int, number: int) -> None:
    """So many people subscribe."""
    keys = service.house.keys
    for start in range(first, first + number, 5_000):
        chats = range(start, min(start + 5_000, first + number))
        store(service.house.engine, [subscribed(keys, "telegram", str(chat)) for chat in chats])


async def prepared(service: Service, id: str) -> float:
    """An alert is let out and prepared as the clock does it; seconds."""
    one = approved(id, service.house.now(), danger=True)
    await service.write(lambda connection: alert.put(connection, one))
    began = perf_counter()
    await asyncio.to_thread(broadcasting.run, service.house, service.desk)
    return perf_counter() - began


@dataclass(frozen=True, slots=True)
class Offices:
    """Two vendors: one answers at once, one is far away."""

    near: str
    far: str


@dataclass(slots=True)
class Results:
    """What was measured, with what was asked."""

    table: Table
    missed: int = 0

    def add(self, engine: str, what: str, reached: float, asked: str = "", fine: bool = True) -> None:
        """One line."""
        self.table.add_row(engine, what, f"{reached:,.1f}", asked, "" if not asked else "pass" if fine else "miss")
        self.missed += not fine


async def measure(engine: str, databases: Databases, offices: Offices, people: int, results: Results) -> None:
    """One engine: a tenth of the people first, then all of them."""
    with databases.fresh() as url, make_service(url) as bare:
        service = replace(staffed(bare), settings=settings_for(url, offices.near, "polling"))
        few = people // 10
        enrolled(service, 1, few)
        results.add(engine, f"{few:,} prepared, seconds", await prepared(service, "few"))
        first = await sent(service, SENT)
        await stop(service, "few")
        enrolled(service, few + 1, people - few)
        talkers, alone = (Browsers(service), People()), 5.0
        quiet = await crowd(talkers[0].desk, talkers[1], AT_ONCE, alone)
        going = asyncio.create_task(prepared(service, "many"))
        busy = await crowd(talkers[0].desk, talkers[1], AT_ONCE, float("inf"), going.done)
        results.add(engine, f"{people:,} prepared beside {AT_ONCE} who talk, seconds", await going)
        results.add(engine, "their p99 in ms with nothing beside", quiet.wait(0.99))
        results.add(engine, "their p99 in ms meanwhile", busy.wait(0.99), "<= 250", busy.wait(0.99) <= 250)
        await stop(service, "many")
        took = await prepared(service, "again")
        results.add(engine, f"{people:,} prepared, seconds", took, "<= 10", took <= 10)
        assert len(deliveries(service.house.engine, "again")) == people
        await speeds(engine, service, offices, results)
        await memory(engine, service, first, results)
        await pace(engine, service, offices.near, results, talkers)


async def speeds(engine: str, service: Service, offices: Offices, results: Results) -> None:
    """How fast and at what cost, against the plain loop: where an answer comes at once, and where it takes its time."""
    for name, api in (("at once", offices.near), ("after 50 ms", offices.far)):
        plain = await plain_loop(api)
        ours = await sent(
            replace(service, settings=service.settings.model_copy(update={"telegram_api_base_url": api})), SENT
        )
        far = api == offices.far
        results.add(engine, f"answers {name}: plain loop, messages a second", plain.rate)
        results.add(engine, f"answers {name}: ours", ours.rate, ">= 800" if far else "", not far or ours.rate >= 800)
        times = ours.rate / plain.rate
        results.add(
            engine, f"answers {name}: times the plain loop", times, ">= 5" if far else "", not far or times >= 5
        )
        results.add(engine, f"answers {name}: plain loop, CPU us a message", plain.cost)
        results.add(engine, f"answers {name}: ours, CPU us a message", ours.cost)


async def memory(engine: str, service: Service, first: Stretch, results: Results) -> None:
    """Whether more people take more of it."""
    full = await sent(service, SENT)
    results.add(engine, "MiB more while sending, a tenth of the people", first.grown)
    results.add(engine, "MiB more while sending, all of them", full.grown, "flat", full.grown <= first.grown + 20)


async def pace(engine: str, service: Service, api: str, results: Results, talkers: tuple[Ours, People]) -> None:
    """How even at the vendor's rate, and how those fare who talk meanwhile."""
    await asyncio.to_thread(seen, api)
    going = asyncio.create_task(sent(service, PEOPLE, CAPPED, capped=True))
    beside = await crowd(talkers[0].desk, talkers[1], AT_ONCE, float("inf"), going.done)
    await going
    times = await asyncio.to_thread(seen, api)
    even = (len(times) - 1) / (times[-1] - times[0])
    results.add(engine, "at Telegram's pace, messages a second", even, "24 to 25", 24 <= even <= 25.1)
    results.add(engine, "at Telegram's pace, the most in any second", densest(times), "<= 27", densest(times) <= 27)
    results.add(engine, "p99 in ms of who talks meanwhile", beside.wait(0.99), "<= 250", beside.wait(0.99) <= 250)


async def stop(service: Service, id: str) -> None:
    """Nothing more of an alert; its deliveries that wait go."""
    now = service.house.now()
    await service.write(lambda connection: broadcast.cancel(connection, id, now))
    await asyncio.to_thread(broadcasting.run, service.house, service.desk)


def main() -> int:
    """Run from the command line; 1 where a goal was missed."""
    parser = argparse.ArgumentParser(prog="make bench-broadcast ARGS=...", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only (both)")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"who subscribed ({PEOPLE:,})")
    asked, console = parser.parse_args(), Console(width=WIDTH)
    results = Results(Table("engine", "what", "reached", "asked", ""))
    hush()
    with ExitStack() as stack:
        near, far = free_ports(2)
        offices = Offices(stack.enter_context(post_office(near)), stack.enter_context(post_office(far, ANSWER)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suar-broadcast-")))
        if asked.engine != "postgres":
            asyncio.run(measure("SQLite", Sqlite(folder), offices, asked.people, results))
        if asked.engine != "sqlite":
            try:
                databases = stack.enter_context(running_postgres())
            except Unavailable as reason:
                console.print(f"PostgreSQL is left out: {reason}")
            else:
                asyncio.run(measure("PostgreSQL", databases, offices, asked.people, results))
    console.print(results.table)
    return 1 if results.missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
