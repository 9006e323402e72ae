"""A stretch of sending, and our sender at it: how fast, at what cost, and how much memory it took."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, process_time

from telegram.ext import ExtBot

from bot import outbox
from bot.channels.card import Card, Shown
from bot.channels.pace import Pace
from bot.channels.telegram import Telegram
from bot.channels.telegram_wire import open_bot
from bot.service import Service

LANES, BATCH = 200, 1200  # without a vendor's limit; with it the sender's own
MIB = 1024 * 1024


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


@dataclass(slots=True)
class Counted:
    """Messages that have gone out, and when there were enough of them."""

    enough: float
    sent: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def one(self) -> None:
        """One more."""
        self.sent += 1
        if self.sent >= self.enough:
            self.reached.set()


class Counting(Telegram):
    """Our channel; what the vendor has taken is counted."""

    def __init__(self, service: Service, bot: ExtBot[None], counted: Counted) -> None:
        super().__init__(service, bot)
        self.counted = counted

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        """As it is, and counted."""
        shown = await super().alert(address, card, row)
        self.counted.one()
        return shown


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


async def sent(service: Service, number: float, seconds: float | None = None, capped: bool = False) -> Stretch:
    """Our sender as it runs, until so many have gone out or the time is over; it is stopped and has written all."""
    counted = Counted(number)
    async with open_bot(service.settings) as (bot, _):
        channel = Counting(service, bot, counted)
        sender = outbox.Sender(service, channel)
        if not capped:
            channel.all, channel.each = Pace(0.0), Pace(0.0)
            sender.lanes, sender.batch = LANES, BATCH
        began, spent = perf_counter(), process_time()
        with watched() as grown:
            running = asyncio.create_task(sender.run())
            with suppress(TimeoutError):
                await asyncio.wait_for(counted.reached.wait(), seconds)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await service.write(lambda connection: None)  # behind the last marks
            return Stretch(counted.sent, perf_counter() - began, process_time() - spent, grown())


def densest(times: list[float]) -> int:
    """The most messages that came within any second."""
    return max((bisect_left(times, at + 1.0) - number for number, at in enumerate(times)), default=0)


def first_second(times: list[float]) -> int:
    """How many came within a second of the first."""
    return bisect_left(times, times[0] + 1.0) if times else 0
