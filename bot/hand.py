"""What a sender holds: rows that wait for a lane, and what is being taken meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from models.message import Parcel

T = TypeVar("T")


@dataclass(slots=True)
class Hand:
    """Rows in their order; `taken` counts all that were ever in it."""

    until: float  # when what still waits is given back
    waiting: deque[Parcel] = field(default_factory=deque)
    aside: dict[int, Parcel] = field(default_factory=dict)  # out of the line, and not on their way to the vendor
    taken: int = 0
    goes_on: bool = False  # the last lease came full: there may be more
    lease: asyncio.Task[None] | None = None
    look: asyncio.Task[None] | None = None  # for replies only

    def add(self, parcels: Sequence[Parcel]) -> None:
        """Replies go before the alerts that wait already."""
        self.waiting.extendleft(reversed([one for one in parcels if not one.alert]))
        self.waiting.extend(one for one in parcels if one.alert)
        self.taken += len(parcels)

    async def some(self) -> bool:
        """Whether a row waits, now or once a lease is there."""
        while not self.waiting and (going := under_way(self.lease)):
            await asyncio.wait([going])  # a lane that is stopped leaves it to the others
        return bool(self.waiting)

    async def through(self, lanes: Sequence[asyncio.Task[None]]) -> None:
        """Wait for the lanes. Where one fails the others end the call that they are in: cut off, it is in doubt."""
        if lanes:
            await asyncio.wait(lanes, return_when=asyncio.FIRST_EXCEPTION)
            self.until = 0.0
            await asyncio.wait(lanes)
            await asyncio.gather(*lanes)

    async def full(self) -> None:
        """Wait until nothing more comes into this hand."""
        await asyncio.gather(*self.leases(), return_exceptions=True)

    def check(self) -> None:
        """Raise what became of a lease that failed."""
        for one in self.leases():
            one.result()

    def leases(self) -> list[asyncio.Task[None]]:
        """The last of each kind; none follows one that has failed."""
        return [one for one in (self.lease, self.look) if one]


async def to_the_end(work: Coroutine[None, None, T]) -> T:
    """Do it also where whoever waits for it is stopped meanwhile."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


def under_way(task: asyncio.Task[None] | None) -> asyncio.Task[None] | None:
    """A task that has not ended yet."""
    return None if task is None or task.done() else task


def may_follow(task: asyncio.Task[None] | None) -> bool:
    """Whether another may begin: none is under way, and none has failed."""
    return task is None or (task.done() and not task.cancelled() and task.exception() is None)
