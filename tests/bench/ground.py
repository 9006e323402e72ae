"""One engine with everybody who is measured on it, each on a database of their own."""

from __future__ import annotations

import cProfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from models.base import make_engine
from tests.bench.crowd import Score, Speak, crowd
from tests.bench.floor import Floor
from tests.bench.ours import Ours, sizes
from tests.bench.plain_bot import PlainBot
from tests.bench.talk import People
from tests.bench.vendor import new_bot, parse
from tests.databases import Databases
from tests.service import make_service, staffed

AT_ONCE = (1, 64, 256)
FILED_AT_ONCE = 16
WARM = 0.3  # seconds of talk before anything is measured

BOT = "plain bot"
KIND_BOT = "plain bot, 1 commit"
DESK = "desk"
CLIENT = "desk and client"
READING = "desk and reading"
ONLY_CLIENT = "client alone"
FLOOR = "floor"
ONE_ROW = "one row"
FILING = "filing"


@dataclass(frozen=True, slots=True)
class Cell:
    """Who was measured, and how many at once (for the floor: turns a commit)."""

    engine: str
    who: str
    at_once: int


Measure = Callable[[float], Awaitable[Score]]


@dataclass(slots=True)
class Ground:
    """The contenders of one engine, warm."""

    engine: str
    people: People
    ours: Ours
    bot: PlainBot
    kind_bot: PlainBot
    floor: Floor

    def cells(self) -> dict[Cell, Measure]:
        """Everything that one round measures here, neighbours first: they share the moment's noise."""
        found: dict[Cell, Measure] = {}
        for number in AT_ONCE:
            for who, speak in self.speakers().items():
                found[Cell(self.engine, who, number)] = self.talking(speak, number)
        found[Cell(self.engine, READING, 64)] = self.talking(self.ours.read, 64)
        found[Cell(self.engine, ONLY_CLIENT, 64)] = self.talking(self.only_client, 64)
        for number in (64, 1):
            found[Cell(self.engine, FLOOR, number)] = self.writing(number)
        found[Cell(self.engine, ONE_ROW, 1)] = self.one_row
        found[Cell(self.engine, FILING, FILED_AT_ONCE)] = self.filing
        return found

    def speakers(self) -> dict[str, Speak]:
        """Who is measured with few and with many."""
        bots: dict[str, Speak] = {BOT: self.bot.speak, KIND_BOT: self.kind_bot.speak}
        return bots | {DESK: self.ours.desk, CLIENT: self.ours.through_client}

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

    async def filing(self, seconds: float) -> Score:
        """As long as it takes."""
        return await self.ours.file(self.people, FILED_AT_ONCE)

    async def only_client(self, number: int, chat: int, text: str) -> None:
        """Parsing and sending by the library with nothing between: what it costs both sides."""
        update = parse(number, chat, text, self.ours.client)
        if update.message and update.message.text:
            await self.ours.client.send_message(update.message.chat_id, update.message.text)

    async def profile(self, seconds: float) -> cProfile.Profile:
        """Where the desk's thread spends its time with 64 at once."""
        profile = cProfile.Profile(time.thread_time)  # the waiting for others is not its cost
        desk = self.ours.service.desk
        desk.do(lambda connection: profile.enable()).result()
        await crowd(self.ours.desk, self.people, 64, seconds)
        desk.do(lambda connection: profile.disable()).result()
        return profile


@asynccontextmanager
async def ground(engine: str, databases: Databases, warm: float = WARM) -> AsyncIterator[Ground]:
    """Set everybody up, let each talk a little, and put all away at the end."""
    async with AsyncExitStack() as stack:
        service = staffed(stack.enter_context(make_service(stack.enter_context(databases.fresh()))))
        client = new_bot()
        await client.initialize()
        stack.push_async_callback(client.shutdown)
        people, ours = People(), Ours(service, client)
        replies = await ours.replies(people)
        await crowd(ours.desk, people, 64, warm)
        bots = [await stack.enter_async_context(plain_bot(databases, replies, one)) for one in (False, True)]
        for bot in bots:
            await crowd(bot.speak, people, 64, warm)
        floor = Floor(stack.enter_context(fresh_engine(databases)), await service.look(sizes))
        yield Ground(engine, people, ours, bots[0], bots[1], floor)


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
