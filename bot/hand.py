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
            await asyncio.shield(going)  # a lane that is stopped leaves it to the others
        return bool(self.waiting)

    async def full(self) -> None:
        """Wait until nothing more comes into this hand."""
        going = [one for one in (self.lease, self.look) if one]
        await asyncio.gather(*going, return_exceptions=True)


async def to_the_end(work: Coroutine[None, None, T]) -> T:
    """Do it also where whoever waits for it is stopped meanwhile."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def under_way(task: asyncio.Task[None] | None) -> asyncio.Task[None] | None:
    """A task that has not ended yet; raises what became of one that failed."""
    if task is None or not task.done():
        return task
    return task.result()
