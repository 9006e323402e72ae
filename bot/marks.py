"""What became of rows that a sender held, written while it sends the next ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, Protocol

from sqlalchemy.engine import Connection

from bot.service import Service
from models import bulk, message, trace
from models.message import Ended, Parcel

GATHER = 0.1  # seconds between two writes where only alerts went out: a commit for each is most of what one costs
PAID: Final = frozenset({"sent", "uncertain"})  # ways to end for which a vendor may ask money


# Deliveries, at most so many; where a time is given only to those who were written to since then.
Lease = Callable[[int, int | None], list[Parcel]]


class Purse(Protocol):
    """What alerts on a channel may still cost; everything else goes out whatever it costs."""

    def take(self, connection: Connection, most: int, lease: Lease) -> list[Parcel]:
        """What may go out now, at most so many; they count from now on."""

    def give_back(self, connection: Connection, number: int) -> None:
        """So many did not go out."""


@dataclass(slots=True)
class Marks:
    """After a kill before it is written a reply is repeated, and bulk is uncertain, as is all that its sender holds.
    One write is under way at a time: what comes meanwhile shares the next, as messages do at the desk."""

    service: Service
    purse: Purse | None = None
    waiting: list[Ended] = field(default_factory=list)
    writes: list[Future[None]] = field(default_factory=list)
    at: float = 0.0  # of the last write

    def add(self, ended: Ended) -> None:
        """Write it now, or with the others once it is time; raises what became of the write before."""
        self.waiting.append(ended)
        # A vendor that says later what arrived is not to be overtaken by its own news.
        now = not ended.alert or ended.keeps or monotonic() >= self.at + GATHER
        if now and all(one.done() for one in self.writes):
            before = self.writes[:]
            self.writes.clear()
            self.flush()
            for one in before:
                one.result()

    def flush(self) -> None:
        """Hand all of it to the desk, which keeps the order."""
        ended = tuple(self.waiting)
        self.waiting.clear()
        if ended:
            self.at = monotonic()
            self.writes.append(self.service.desk.do(lambda connection: self.write(connection, ended)))

    def write(self, connection: Connection, ended: Sequence[Ended]) -> None:
        """Rows, and what follows from them."""
        alerts = [one for one in ended if one.alert]
        bulk.conclude(connection, alerts)
        message.conclude(connection, [one for one in ended if not one.alert])
        if traces := [one.trace for one in alerts if one.trace]:
            trace.add(connection, traces, self.service.house.now())
        unpaid = sum(one.state not in PAID for one in alerts)
        if self.purse and unpaid:
            self.purse.give_back(connection, unpaid)

    async def written(self) -> None:
        """Wait for the writes, or raise what became of one."""
        for one in self.writes:
            await asyncio.wrap_future(one)


def ended(parcel: Parcel, state: str = "", **more: Any) -> Ended:
    """What came of a row; where no alert arrived none is paid for."""
    return Ended(parcel.id, state, alert=bool(parcel.alert), **more)
