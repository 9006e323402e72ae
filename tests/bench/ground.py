"""One engine with everybody who is measured on it, each on a database of their own."""

from __future__ import annotations

import cProfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy.engine import Engine
from telegram.ext import ExtBot

from models.base import make_engine
from tests.bench.crowd import Score, Speak, crowd
from tests.bench.floor import Floor
from tests.bench.ours import Ours, sizes
from tests.bench.plain_bot import PlainBot
from tests.bench.strain import AT_ONCE, filing_beside, purging, stored
from tests.bench.talk import People
from tests.bench.vendor import new_bot, parse
from tests.databases import Databases
from tests.service import make_service, staffed

CROWDS = (1, AT_ONCE, 256)
STORED = (1_000, 1_000_000)  # persons
FILED_AT_ONCE = 200
WARM = 0.3  # seconds of talk before anything is measured

TALK, PURGE, STORE, FILE = PARTS = ("talk", "purge", "stored", "filing")

BOT = "plain bot"
KIND_BOT = "plain bot, 1 commit"
DESK = "desk"
CLIENT = "desk and client"
READING = "desk and reading"
ONLY_CLIENT = "client alone"
QUIET = "desk, not purging"
PURGING = "desk, purging"
FLOOR = "floor"
ONE_ROW = "one row"
FILED = "filing"
MEANWHILE = "desk, filing"


def holding(persons: int) -> str:
    """The desk on a database with so many persons."""
    return f"desk, {persons:,} stored"


@dataclass(frozen=True, slots=True)
class Cell:
    """Who was measured, and how many at once (for the floor: turns a commit)."""

    engine: str
    who: str
    at_once: int


Measure = Callable[[float], Awaitable[Score]]


@dataclass(slots=True)
class Ground:
    """The contenders of one engine, warm; `full` are desks by the persons that their databases hold."""

    engine: str
    people: People
    ours: Ours
    client: ExtBot[None]
    bot: PlainBot
    kind_bot: PlainBot
    floor: Floor
    full: Mapping[int, Ours]

    def cells(self, parts: Sequence[str] = PARTS) -> dict[Cell, Measure]:
        """Everything that one round measures here, neighbours first: they share the moment's noise."""
        found: dict[Cell, Measure] = {}
        if TALK in parts:
            found |= self.talks()
        if PURGE in parts:
            found[self.cell(QUIET, AT_ONCE)] = self.talking(self.ours.desk, AT_ONCE)
            found[self.cell(PURGING, AT_ONCE)] = partial(purging, self.ours, self.people)
        for persons, ours in self.full.items():
            found[self.cell(holding(persons), AT_ONCE)] = self.talking(ours.desk, AT_ONCE)
        return found

    def talks(self) -> dict[Cell, Measure]:
        """The talk, few and many at once, and what it is compared with."""
        found: dict[Cell, Measure] = {}
        for number in CROWDS:
            for who, speak in self.speakers().items():
                found[self.cell(who, number)] = self.talking(speak, number)
        found[self.cell(READING, AT_ONCE)] = self.talking(self.ours.read, AT_ONCE)
        found[self.cell(ONLY_CLIENT, AT_ONCE)] = self.talking(self.only_client, AT_ONCE)
        for number in (AT_ONCE, 1):
            found[self.cell(FLOOR, number)] = self.writing(number)
        found[self.cell(ONE_ROW, 1)] = self.one_row
        return found

    def cell(self, who: str, at_once: int) -> Cell:
        """A cell of this engine."""
        return Cell(self.engine, who, at_once)

    def speakers(self) -> dict[str, Speak]:
        """Who is measured with few and with many."""
        bots: dict[str, Speak] = {BOT: self.bot.speak, KIND_BOT: self.kind_bot.speak}
        return bots | {DESK: self.ours.desk, CLIENT: partial(self.ours.through, self.client)}

    def talking(self, speak: Speak, number: int) -> Measure:
        """A crowd's stretch."""

        async def measure(seconds: float) -> Score:
            return await crowd(speak, self.people, number, seconds)

        return measure

    def writing(self, a_commit: int) -> Measure:
        """A floor's stretch; it keeps the loop, nobody else is there."""

        async def measure(seconds: float) -> Score:
            return self.floor.turns(a_commit, seconds)

        return measure

    async def one_row(self, seconds: float) -> Score:
        """What the disk can do."""
        return self.floor.rows(seconds)

    async def filings(self, number: int) -> dict[Cell, Score]:
        """As long as it takes, once: so many reports at one moment, and the crowd beside them."""
        filed, meanwhile = await filing_beside(self.ours, self.people, number)
        return {self.cell(FILED, number): filed, self.cell(MEANWHILE, AT_ONCE): meanwhile}

    async def only_client(self, number: int, chat: int, text: str) -> None:
        """Parsing and sending by the library with nothing between: what it costs both sides."""
        update = parse(number, chat, text, self.client)
        if update.message and update.message.text:
            await self.client.send_message(update.message.chat_id, update.message.text)

    async def profile(self, seconds: float) -> cProfile.Profile:
        """Where the desk's thread spends its time with 64 at once."""
        profile = cProfile.Profile(time.thread_time)  # the waiting for others is not its cost
        desk = self.ours.service.desk
        await desk.done(lambda connection: profile.enable())
        await crowd(self.ours.desk, self.people, AT_ONCE, seconds)
        await desk.done(lambda connection: profile.disable())
        return profile


@asynccontextmanager
async def ground(
    engine: str, databases: Databases, warm: float = WARM, full: Sequence[int] = ()
) -> AsyncIterator[Ground]:
    """Set everybody up, let each talk a little, and put all away at the end."""
    async with AsyncExitStack() as stack:
        service = staffed(stack.enter_context(make_service(stack.enter_context(databases.fresh()))))
        client = new_bot()
        await client.initialize()
        stack.push_async_callback(client.shutdown)
        people, ours = People(), Ours(service)
        replies = await ours.replies(people)
        await crowd(ours.desk, people, AT_ONCE, warm)
        bots = [await stack.enter_async_context(plain_bot(databases, replies, one)) for one in (False, True)]
        for bot in bots:
            await crowd(bot.speak, people, AT_ONCE, warm)
        floor = Floor(stack.enter_context(fresh_engine(databases)), await service.look(sizes))
        others = {persons: stack.enter_context(stored(databases, persons)) for persons in full}
        for other in others.values():
            await crowd(other.desk, people, AT_ONCE, warm)
        yield Ground(engine, people, ours, client, bots[0], bots[1], floor, others)


@contextmanager
def fresh_engine(databases: Databases) -> Iterator[Engine]:
    """A database of its own, with the same durability as ours."""
    with databases.fresh() as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@asynccontextmanager
async def plain_bot(databases: Databases, replies: Sequence[str], at_once: bool) -> AsyncIterator[PlainBot]:
    """A plain bot that is up."""
    with fresh_engine(databases) as engine:
        bot = PlainBot(engine, new_bot(), replies, at_once)
        async with bot.app:
            yield bot
