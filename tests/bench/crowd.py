"""So many people at once on one event loop, each writing again once they were answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter, process_time

from tests.bench.talk import People

Speak = Callable[[int, int, str], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Score:
    """What one stretch came to; `waits` are the seconds of each turn, sorted, and `cpu` is this process's."""

    turns: int
    seconds: float
    cpu: float
    waits: tuple[float, ...] = ()

    @property
    def rate(self) -> float:
        """Turns a second."""
        return self.turns / self.seconds

    @property
    def cost(self) -> float:
        """Microseconds of CPU a turn."""
        return self.cpu / self.turns * 1e6

    def wait(self, share: float) -> float:
        """Milliseconds that this share of the turns took at most; nan where single turns were not timed."""
        return self.waits[int(share * (len(self.waits) - 1))] * 1000 if self.waits else float("nan")


async def crowd(
    speak: Speak,
    people: People,
    at_once: int,
    seconds: float,
    over: Callable[[], bool] = lambda: False,
    pause: float = 0.0,
) -> Score:
    """Let `at_once` people talk for so long, or until it is over, and each at least once; talks that are cut off are
    left, as people leave them. With a `pause`, in seconds, each reads before they write again."""
    waits: list[float] = []
    began, spent = perf_counter(), process_time()

    async def person(first: float) -> None:
        await asyncio.sleep(first)
        while True:
            for number, chat, text in people.talk():
                asked = perf_counter()
                await speak(number, chat, text)
                waits.append(perf_counter() - asked)
                if perf_counter() >= began + seconds or over():
                    return
                await asyncio.sleep(pause)

    await asyncio.gather(*(person(pause * one / at_once) for one in range(at_once)))
    return Score(len(waits), perf_counter() - began, process_time() - spent, tuple(sorted(waits)))
