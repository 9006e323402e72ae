"""The sender of a channel: leases what waits, sends it, and writes what became of it; others stand by."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Protocol

from sqlalchemy.engine import Connection

from bot.batch import body_of
from bot.channels.errors import Flood, GoneAway, Later, Refused, Shut, Uncertain
from bot.deliveries import Deliveries, Shows, Target
from bot.duty import let_go
from bot.hand import Hand, may_follow, to_the_end, under_way
from bot.house import House
from bot.keys import CannotOpen
from bot.marks import Marks, Purse, ended
from bot.series import is_quiet
from bot.service import Service
from bot.wake import SENDERS
from handlers.render import Line
from models import bulk, message
from models.message import Ended, Parcel
from models.trace import Trace

BATCH = 25  # rows of one lease: a second of a vendor, here of Telegram
TRIES = 8  # after which a row that is always "later" is refused
IDLE = 1.0  # seconds between looks when nothing wakes the sender
LANES = 8  # rows on their way to the vendor at once: its answer may take a fifth of a second, its pace does not
MOMENT = 0.2  # seconds that alerts wait for a look for replies: with the lanes there are it keeps a vendor's pace
HOLD = 10.0  # seconds after which a slow vendor's rows are given back: with one call's time-out less than a lease


class Channel(Shows, Protocol):
    """The sending half of a channel; the web has none, its pages fetch their own rows."""

    name: str

    async def send(self, address: str, line: Line, row: int) -> None:
        """Deliver one line or raise one of the four errors; `row` names it in a vendor's callback."""


@dataclass(slots=True)
class Sender:
    """Sends for one channel while this process holds its lease: replies first, and alerts in between."""

    service: Service
    channel: Channel
    keeps: bool = False  # the vendor takes a message first and says later whether it arrived: words stay until then
    lanes: int = LANES
    batch: int = BATCH
    purse: Purse | None = None  # of a channel on which alerts cost something
    bell: asyncio.Event = field(default_factory=asyncio.Event)  # somebody was answered since replies were taken
    held_until: float = 0.0  # the vendor takes no alerts before then
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.service, self.channel)

    async def run(self) -> None:
        """Until cancelled: what waits is sent in order; a lost lease means standing by."""
        with self.service.house.wake.bell(SENDERS) as bell:
            self.bell = bell.event
            while True:
                if not await self.step(on=True):
                    await bell.wait(IDLE)

    async def step(self, on: bool = False) -> int:
        """One lease of rows; `on`: the next before it has gone out, for a vendor's pace knows no pauses. How many were
        sent or settled."""
        hand, marks = Hand(0.0), Marks(self.service, self.purse)
        lanes: list[asyncio.Task[None]] = []
        self.bell.clear()
        try:
            await to_the_end(self.fill(hand, self.batch))
            hand.until = monotonic() + HOLD
            hand.goes_on &= on
            lanes += [asyncio.create_task(self.lane(hand, marks)) for _ in range(min(self.lanes, hand.taken))]
            await hand.through(lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            # Also where this sender is stopped here: what was sent is sent, and what was not is not doubtful.
            given = await to_the_end(self.put_down(hand, marks, lanes))
        await asyncio.wrap_future(given)
        await marks.written()
        hand.check()
        return hand.taken - len(hand.waiting)

    async def put_down(self, hand: Hand, marks: Marks, lanes: Sequence[asyncio.Task[None]]) -> Future[None]:
        """Once the lanes stand still: what they did is written, what they did not is given back."""
        await asyncio.gather(*lanes, return_exceptions=True)
        marks.flush()
        await hand.full()
        return self.give_back([*hand.aside.values(), *hand.waiting])

    async def fill(self, hand: Hand, room: int) -> None:
        """Lease so many rows, and read what they share; without room replies only."""
        parcels = await self.service.write(partial(self.take, room=room))
        if room:
            hand.aside |= {one.id: one for one in parcels}  # whose words nobody may be able to read now
            await self.deliveries.load([*hand.waiting, *parcels])
            hand.goes_on = len(parcels) >= room
            for one in parcels:
                del hand.aside[one.id]
        hand.add(parcels)

    def refill(self, hand: Hand) -> None:
        """Lease more in time: with what is on its way a sender never holds more than a batch, for all of that would be
        doubtful after a kill."""
        room = self.batch - self.lanes - len(hand.waiting)
        if hand.goes_on and room >= self.lanes and may_follow(hand.lease):
            hand.lease = asyncio.create_task(self.fill(hand, room))

    async def let_by(self, hand: Hand) -> None:
        """Whoever was answered since goes before the alerts that wait. These go on after a look, and after a moment: on
        a busy day somebody is answered all the time, and a look waits in line at the desk."""
        if self.bell.is_set() and may_follow(hand.look):
            self.bell.clear()
            hand.look = asyncio.create_task(self.fill(hand, 0))
        if going := under_way(hand.look):
            await asyncio.wait([going], timeout=MOMENT)

    def take(self, connection: Connection, room: int) -> list[Parcel]:
        """Rows for whoever is the channel's sender: replies, and alerts where there is room; none for who stands by."""
        name, house = self.channel.name, self.service.house
        if not message.elect(connection, name, house.holder):
            return []
        message.stale_bulk(connection)
        found = message.lease(connection, name, house.holder, self.batch)
        if len(found) < room and monotonic() >= self.held_until:
            found += self.take_alerts(connection, room - len(found))
        return found

    def take_alerts(self, connection: Connection, room: int) -> list[Parcel]:
        """Deliveries, as many as may be paid for."""
        house = self.service.house
        quiet = is_quiet(house.shelf.broadcast, house.now())

        def lease(most: int, since: int | None) -> list[Parcel]:
            return bulk.lease(connection, self.channel.name, house.holder, most, quiet, since)

        return self.purse.take(connection, room, lease) if self.purse else lease(room, None)

    async def lane(self, hand: Hand, marks: Marks) -> None:
        """Send one row after the other while there is time; a lease holds no two replies of one person.

        Alerts are let go of when the vendor asks for silence.
        """
        while await hand.some() and monotonic() <= hand.until:
            if hand.waiting[0].alert:
                await self.let_by(hand)
            if not hand.waiting:
                continue
            if hand.waiting[0].alert and monotonic() < self.held_until:
                hand.goes_on = False
                return
            self.refill(hand)
            parcel = hand.waiting.popleft()
            hand.aside[parcel.id] = parcel
            found = await self.deliveries.find(parcel) if parcel.alert else None
            del hand.aside[parcel.id]
            marks.add(await self.deliver(parcel, found))

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

    async def deliver(self, parcel: Parcel, found: Target | None) -> Ended:
        """Send one row and say what came of it; an alert for which nobody was found is none."""
        if parcel.alert and not found:
            return ended(parcel, message.LEFT)
        more = parcel.tries + 1 < TRIES
        try:
            stands, chat = await self.send(parcel, found)
        except Later as error:
            if isinstance(error, Flood):
                self.held_until = monotonic() + error.wait
            more = more or isinstance(error, Shut)
            return ended(parcel, wait=error.wait) if more else ended(parcel, "refused")
        except GoneAway:
            await asyncio.to_thread(let_go, self.service.house, self.service.desk, parcel.person)
            return ended(parcel, "gone")
        except (Refused, CannotOpen):
            return ended(parcel, "refused")
        except Uncertain as error:
            return ended(parcel, wait=error.wait) if more and not parcel.bulk else ended(parcel, "uncertain")
        return ended(parcel, "sent", keeps=self.keeps, vendor=stands, trace=chat)

    async def send(self, parcel: Parcel, found: Target | None) -> tuple[bytes | None, Trace | None]:
        """A reply as it was written, or an alert in the words of all; where it stands, sealed."""
        if found:
            return await self.deliveries.send(parcel, *found)
        await self.channel.send(*opened(parcel, self.service.house), parcel.id)
        return None, None


def opened(parcel: Parcel, house: House) -> tuple[str, Line]:
    """Address and line of a row; both live in memory for the sending only."""
    address = house.keys.open_field(parcel.address or b"", f"outbox|{parcel.person.hex()}|address").decode()
    return address, Line.load(json.loads(house.keys.open_field(parcel.body or b"", body_of(parcel.person))))
