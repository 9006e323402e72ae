"""The sender of a channel: leases what waits, sends it, and writes what became of it; others stand by."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from bot.batch import body_of
from bot.channels.errors import GoneAway, Later, Refused, Uncertain
from bot.duty import let_go
from bot.house import House
from bot.keys import CannotOpen
from bot.service import Service
from bot.wake import SENDERS
from handlers.render import Line
from models import message
from models.message import Ended, Parcel

BATCH = 25  # rows of one lease: a second of a vendor, here of Telegram
TRIES = 8  # after which a row that is always "later" is refused
IDLE = 1.0  # seconds between looks when nothing wakes the sender
LANES = 8  # rows on their way to the vendor at once: its answer may take a fifth of a second, its pace does not
HOLD = 10.0  # seconds after which a slow vendor's rows are given back: with one call's time-out less than a lease


class Channel(Protocol):
    """The sending half of a channel; the web has none, its pages fetch their own rows."""

    name: str

    async def send(self, address: str, line: Line, row: int) -> None:
        """Deliver one line or raise one of the four errors; `row` names it in a vendor's callback."""


@dataclass(slots=True)
class Sender:
    """Sends for one channel while this process holds its lease."""

    service: Service
    channel: Channel
    keeps: bool = False  # the vendor takes a message first and says later whether it arrived: words stay until then
    lanes: int = LANES
    batch: int = BATCH

    async def run(self) -> None:
        """Until cancelled: what waits is sent in order; a lost lease means standing by."""
        with self.service.house.wake.bell(SENDERS) as bell:
            while True:
                if not await self.step():
                    await bell.wait(IDLE)

    async def step(self) -> int:
        """One lease of rows. How many were sent or settled."""
        name, holder = self.channel.name, self.service.house.holder
        parcels = await self.service.write(lambda connection: message.take(connection, name, holder, self.batch))
        waiting, marks, until = deque(parcels), Marks(self.service), monotonic() + HOLD
        lanes = [asyncio.create_task(self.lane(waiting, marks, until)) for _ in range(min(self.lanes, len(parcels)))]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            marks.flush()  # also where this sender is stopped: what was sent is sent
        if waiting:
            await self.give_back(waiting)
        await marks.written()
        return len(parcels) - len(waiting)

    async def lane(self, waiting: deque[Parcel], marks: Marks, until: float) -> None:
        """Send one row after the other while there is time; a lease holds no two replies of one person."""
        while waiting and monotonic() <= until:
            marks.add(await self.deliver(waiting.popleft()))

    async def give_back(self, parcels: Iterable[Parcel]) -> None:
        """Let go of rows before their lease ends in the hands of a slow vendor: bulk would count as uncertain."""
        ids, holder = [one.id for one in parcels], self.service.house.holder
        await self.service.write(lambda connection: message.release(connection, ids, holder))

    async def deliver(self, parcel: Parcel) -> Ended:
        """Send one row and say what came of it."""
        more = parcel.tries + 1 < TRIES
        try:
            await self.channel.send(*opened(parcel, self.service.house), parcel.id)
        except Later as error:
            return Ended(parcel.id, wait=error.wait) if more else Ended(parcel.id, "refused")
        except GoneAway:
            await asyncio.to_thread(let_go, self.service.house, self.service.desk, parcel.person)
            return Ended(parcel.id, "gone")
        except (Refused, CannotOpen):
            return Ended(parcel.id, "refused")
        except Uncertain as error:
            return Ended(parcel.id, wait=error.wait) if more and not parcel.bulk else Ended(parcel.id, "uncertain")
        return Ended(parcel.id, "sent", keeps=self.keeps)


@dataclass(slots=True)
class Marks:
    """What became of rows, written while the next ones are sent; after a kill before it a reply is repeated, and bulk
    is uncertain. One write is under way at a time: what comes meanwhile shares the next, as messages do at the desk."""

    service: Service
    waiting: list[Ended] = field(default_factory=list)
    writes: list[Future[None]] = field(default_factory=list)

    def add(self, ended: Ended) -> None:
        """Write it now, or with the others once the write before is done; raises what became of that one."""
        self.waiting.append(ended)
        if not self.writes or self.writes[-1].done():
            before = self.writes[-1:]
            self.flush()
            for one in before:
                one.result()

    def flush(self) -> None:
        """Hand all of it to the desk, which keeps the order."""
        ended = tuple(self.waiting)
        self.waiting.clear()
        if ended:
            self.writes.append(self.service.desk.do(lambda connection: message.conclude(connection, ended)))

    async def written(self) -> None:
        """Wait for the writes, or raise what became of one."""
        for one in self.writes:
            await asyncio.wrap_future(one)


def opened(parcel: Parcel, house: House) -> tuple[str, Line]:
    """Address and line of a row; both live in memory for the sending only."""
    address = house.keys.open_field(parcel.address or b"", f"outbox|{parcel.person.hex()}|address").decode()
    return address, Line.load(json.loads(house.keys.open_field(parcel.body, body_of(parcel.person))))
