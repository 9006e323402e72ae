"""A storm: people tell their reports while processes are killed under them, again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import aiohttp

from tests.faults.audit import of_install
from tests.faults.product import Child, Product, ended_well, running
from tests.faults.reporter import Habits, Reporter

Say = Callable[[str], None]
AT_ONCE = 200
STARTING = 3.0  # seconds in which a start is under way
TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Weather:
    """How hard it blows. Times are seconds."""

    seed: int
    people: int = AT_ONCE
    kills: int = 20
    breath: float = 0.5  # at most, after somebody was heard
    heard: float = 2.0  # at most so many messages for each of the people between one kill and the next
    down: float = 1.0  # at most, until a killed process is started again
    early: float = 0.15  # how often a process is killed again before it is ready
    all_at_once: float = 0.1  # how often everything is killed together
    habits: Habits = field(default_factory=Habits)


@dataclass(slots=True)
class Storm:
    """One install in its weather, and everybody who has told a report meanwhile."""

    product: Product
    weather: Weather
    luck: Random
    client: aiohttp.ClientSession
    say: Say
    reporters: list[Reporter] = field(default_factory=list)
    over: bool = False

    async def blow(self) -> None:
        """So many people at once, a new one for each who has their code, until the last kill; then all finish."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.weather.people):
                group.create_task(self.people())
            await self.kill_all_through()
            self.over = True

    async def people(self) -> None:
        """One after the other."""
        while True:
            number = len(self.reporters)
            one = Reporter(number, self.client, self.product.doors, Random(f"{self.weather.seed}.{number}"))  # noqa: S311 - a test repeats its luck by the seed
            one.habits = self.weather.habits
            self.reporters.append(one)
            await one.tell()
            if self.over:
                return

    async def kill_all_through(self) -> None:
        """Kill after kill; the last one takes everything down at once."""
        for number in range(self.weather.kills):
            await self.some_are_heard()
            last = number + 1 == self.weather.kills
            together = last or self.luck.random() < self.weather.all_at_once
            victims = self.product.children if together else [self.luck.choice(self.product.children)]
            for victim in victims:
                victim.kill()
            names = ", ".join(one.command for one in victims)
            done = sum(bool(one.code) for one in self.reporters)
            self.say(f"kill {number + 1} of {self.weather.kills}: {names} ({done} codes so far)")
            await asyncio.gather(*(self.revive(victim) for victim in victims))

    async def some_are_heard(self) -> None:
        """Wait for so many messages rather than seconds: a slow machine gets as far between two kills as a fast one."""
        most = int(self.weather.people * self.weather.heard)
        until = self.heard + self.luck.randint(1, most)
        while self.heard < until:
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.luck.uniform(0, self.weather.breath))

    @property
    def heard(self) -> int:
        """How many messages have been acknowledged."""
        return sum(len(one.acknowledged) for one in self.reporters)

    async def revive(self, child: Child) -> None:
        """Start a process again; now and then it dies once more on the way."""
        await asyncio.sleep(self.luck.uniform(0, self.weather.down))
        child.start()
        if self.luck.random() < self.weather.early:
            await asyncio.sleep(self.luck.uniform(0, STARTING))
            child.kill()
            child.start()
        await child.ready(self.client)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a storm came to."""

    people: int
    acknowledged: int
    repeats: int
    kills: int
    found: tuple[str, ...]

    def __str__(self) -> str:
        said = f"{self.people} reports, {self.acknowledged} messages acknowledged, {self.repeats} sendings repeated, "
        return f"{said}{self.kills} processes killed; {len(self.found)} findings"


async def storm(product: Product, weather: Weather, say: Say) -> Outcome:
    """Let a storm pass over an install and look at what it left."""
    say(f"seed {weather.seed}")
    luck = Random(weather.seed)  # noqa: S311 - a test repeats its luck by the seed
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=TIMEOUT)
    async with session as client, running(product, client):
        here = Storm(product, weather, luck, client, say)
        await here.blow()
        found = ended_well(product)
    found += await asyncio.to_thread(of_install, product, here.reporters)
    people = here.reporters
    return Outcome(
        len(people),
        sum(len(one.acknowledged) for one in people),
        sum(one.repeats for one in people),
        sum(child.kills for child in product.children),
        tuple(found),
    )
