"""The sender of a channel: leases what waits, sends it, and writes what became of it; others stand by."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from bot.batch import body_of
from bot.channels.errors import GoneAway, Later, Refused, Uncertain
from bot.house import House
from bot.keys import CannotOpen
from bot.service import Service
from handlers.render import Line
from models import message
from models.message import Parcel

BATCH = 25  # rows of one lease: a second of Telegram
TRIES = 8  # after which a row that is always "later" is refused
IDLE = 1.0  # seconds between looks when nothing wakes the sender
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

    async def run(self) -> None:
        """Until cancelled: what waits is sent in order; a lost lease means standing by."""
        while True:
            if not await self.step():
                await asyncio.sleep(IDLE)

    async def step(self) -> int:
        """One lease of rows. How many were sent or settled."""
        name, holder = self.channel.name, self.service.house.holder
        if not await self.service.write(lambda connection: message.elect(connection, name, holder)):
            return 0
        await self.service.write(message.stale_bulk)
        parcels = await self.service.write(lambda connection: message.lease(connection, name, holder, BATCH))
        began = monotonic()
        for done, parcel in enumerate(parcels):
            if monotonic() - began > HOLD:
                await self.give_back(parcels[done:])
                return done
            await self.deliver(parcel)
        return len(parcels)

    async def give_back(self, parcels: Sequence[Parcel]) -> None:
        """Let go of rows before their lease ends in the hands of a slow vendor: bulk would count as uncertain."""
        ids, holder = [one.id for one in parcels], self.service.house.holder
        await self.service.write(lambda connection: message.release(connection, ids, holder))

    async def deliver(self, parcel: Parcel) -> None:
        """Send one row and write the outcome; after a kill in between a reply is repeated, bulk is uncertain."""
        state = "sent"
        try:
            await self.channel.send(*opened(parcel, self.service.house), parcel.id)
        except Later as error:
            if parcel.tries + 1 < TRIES:
                wait = error.wait
                await self.service.write(lambda connection: message.later(connection, parcel.id, wait))
                return
            state = "refused"
        except GoneAway:
            state = "gone"
        except (Refused, CannotOpen):
            state = "refused"
        except Uncertain:
            if not parcel.bulk and parcel.tries + 1 < TRIES:
                await self.service.write(lambda connection: message.later(connection, parcel.id, 1))
                return
            state = "uncertain"
        await self.service.write(lambda connection: message.settle(connection, [parcel.id], state))


def opened(parcel: Parcel, house: House) -> tuple[str, Line]:
    """Address and line of a row; both live in memory for the sending only."""
    address = house.keys.open_field(parcel.address or b"", f"outbox|{parcel.person.hex()}|address").decode()
    return address, Line.load(json.loads(house.keys.open_field(parcel.body, body_of(parcel.person))))
