"""The sender of a channel: leases what waits, sends it, and writes what became of it; others stand by."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, Protocol

from sqlalchemy.engine import Connection

from bot.batch import body_of
from bot.channels.errors import Flood, GoneAway, Later, Refused, Shut, Uncertain
from bot.deliveries import Deliveries, Left, Shows
from bot.duty import let_go
from bot.house import House
from bot.keys import CannotOpen
from bot.series import is_quiet
from bot.service import Service
from bot.wake import SENDERS
from handlers.render import Line
from models import bulk, message, trace
from models.message import Ended, Parcel
from models.trace import Trace

BATCH = 25  # rows of one lease: a second of a vendor, here of Telegram
TRIES = 8  # after which a row that is always "later" is refused
IDLE = 1.0  # seconds between looks when nothing wakes the sender
LANES = 8  # rows on their way to the vendor at once: its answer may take a fifth of a second, its pace does not
PAID: Final = frozenset({"sent", "uncertain"})  # ways to end for which a vendor may ask money
HOLD = 10.0  # seconds after which a slow vendor's rows are given back: with one call's time-out less than a lease


class Channel(Shows, Protocol):
    """The sending half of a channel; the web has none, its pages fetch their own rows."""

    name: str

    async def send(self, address: str, line: Line, row: int) -> None:
        """Deliver one line or raise one of the four errors; `row` names it in a vendor's callback."""


class Purse(Protocol):
    """What alerts on a channel may still cost; everything else goes out whatever it costs."""

    def take(self, connection: Connection, most: int) -> int:
        """How many may go out now, at most so many; they count from now on."""

    def give_back(self, connection: Connection, number: int) -> None:
        """So many did not go out."""


@dataclass(slots=True)
class Sender:
    """Sends for one channel while this process holds its lease: replies first, and alerts in between."""

    service: Service
    channel: Channel
    keeps: bool = False  # the vendor takes a message first and says later whether it arrived: words stay until then
    lanes: int = LANES
    batch: int = BATCH
    purse: Purse | None = None  # of a channel on which alerts cost something
    called: Callable[[], bool] = bool  # whether somebody was answered since the lease began
    held_until: float = 0.0  # the vendor takes no alerts before then
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.service, self.channel)

    async def run(self) -> None:
        """Until cancelled: what waits is sent in order; a lost lease means standing by."""
        with self.service.house.wake.bell(SENDERS) as bell:
            self.called = bell.event.is_set
            while True:
                bell.event.clear()  # whoever is answered from here on is waited for no longer than a call takes
                if not await self.step():
                    await bell.wait(IDLE)

    async def step(self) -> int:
        """One lease of rows. How many were sent or settled."""
        parcels = await self.service.write(self.take)
        await self.deliveries.load(parcels)
        waiting, marks, until = deque(parcels), Marks(self.service, self.purse), monotonic() + HOLD
        lanes = [asyncio.create_task(self.lane(waiting, marks, until)) for _ in range(min(self.lanes, len(parcels)))]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            marks.flush()  # also where this sender is stopped: what was sent is sent, and what was not is not doubtful
            given = self.give_back(waiting)
        await asyncio.wrap_future(given)
        await marks.written()
        return len(parcels) - len(waiting)

    def take(self, connection: Connection) -> list[Parcel]:
        """Rows for whoever is the channel's sender: replies, and alerts where there is room; none for who stands by."""
        name, house = self.channel.name, self.service.house
        if not message.elect(connection, name, house.holder):
            return []
        message.stale_bulk(connection)
        found = message.lease(connection, name, house.holder, self.batch)
        room = self.batch - len(found)
        if room and monotonic() >= self.held_until:
            found += self.take_alerts(connection, room)
        return found

    def take_alerts(self, connection: Connection, room: int) -> list[Parcel]:
        """Deliveries, as many as may be paid for."""
        house, most = self.service.house, self.purse.take(connection, room) if self.purse else room
        quiet = is_quiet(house.shelf.broadcast, house.now())
        found = bulk.lease(connection, self.channel.name, house.holder, most, quiet) if most else []
        if self.purse and len(found) < most:
            self.purse.give_back(connection, most - len(found))
        return found

    async def lane(self, waiting: deque[Parcel], marks: Marks, until: float) -> None:
        """Send one row after the other while there is time; a lease holds no two replies of one person.

        Alerts are let go of as soon as somebody was answered, or the vendor asks for silence.
        """
        while waiting and monotonic() <= until:
            if waiting[0].alert and (self.called() or monotonic() < self.held_until):
                return
            marks.add(await self.deliver(waiting.popleft()))

    def give_back(self, parcels: Iterable[Parcel]) -> Future[None]:
        """Let go of rows before their lease ends in the hands of a slow vendor: bulk would count as uncertain."""
        ids, holder = [one.id for one in parcels], self.service.house.holder
        alerts = sum(bool(one.alert) for one in parcels)

        def release(connection: Connection) -> None:
            message.release(connection, ids, holder)
            if self.purse and alerts:
                self.purse.give_back(connection, alerts)

        if ids:
            return self.service.desk.do(release)
        nothing: Future[None] = Future()
        nothing.set_result(None)
        return nothing

    async def deliver(self, parcel: Parcel) -> Ended:
        """Send one row and say what came of it."""
        more = parcel.tries + 1 < TRIES
        try:
            stands, chat = await self.send(parcel)
        except Later as error:
            if isinstance(error, Flood):
                self.held_until = monotonic() + error.wait
            more = more or isinstance(error, Shut)
            return ended(parcel, wait=error.wait) if more else ended(parcel, "refused")
        except GoneAway:
            await asyncio.to_thread(let_go, self.service.house, self.service.desk, parcel.person)
            return ended(parcel, "gone")
        except Left:
            return ended(parcel, message.LEFT)
        except (Refused, CannotOpen):
            return ended(parcel, "refused")
        except Uncertain as error:
            return ended(parcel, wait=error.wait) if more and not parcel.bulk else ended(parcel, "uncertain")
        return ended(parcel, "sent", keeps=self.keeps, vendor=stands, trace=chat)

    async def send(self, parcel: Parcel) -> tuple[bytes | None, Trace | None]:
        """A reply as it was written, or an alert in the words of all; where it stands, sealed."""
        if parcel.alert:
            return await self.deliveries.send(parcel)
        await self.channel.send(*opened(parcel, self.service.house), parcel.id)
        return None, None


@dataclass(slots=True)
class Marks:
    """What became of rows, written while the next ones are sent; after a kill before it a reply is repeated, and bulk
    is uncertain. One write is under way at a time: what comes meanwhile shares the next, as messages do at the desk."""

    service: Service
    purse: Purse | None = None
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
            self.writes.append(self.service.desk.do(lambda connection: self.write(connection, ended)))

    def write(self, connection: Connection, ended: Sequence[Ended]) -> None:
        """Rows, and what follows from them."""
        message.conclude(connection, ended)
        if traces := [one.trace for one in ended if one.trace]:
            trace.add(connection, traces, self.service.house.now())
        unpaid = sum(one.alert and one.state not in PAID for one in ended)
        if self.purse and unpaid:
            self.purse.give_back(connection, unpaid)

    async def written(self) -> None:
        """Wait for the writes, or raise what became of one."""
        for one in self.writes:
            await asyncio.wrap_future(one)


def ended(parcel: Parcel, state: str = "", **more: Any) -> Ended:
    """What came of a row; where no alert arrived none is paid for."""
    return Ended(parcel.id, state, alert=bool(parcel.alert), **more)


def opened(parcel: Parcel, house: House) -> tuple[str, Line]:
    """Address and line of a row; both live in memory for the sending only."""
    address = house.keys.open_field(parcel.address or b"", f"outbox|{parcel.person.hex()}|address").decode()
    return address, Line.load(json.loads(house.keys.open_field(parcel.body or b"", body_of(parcel.person))))
