"""WhatsApp's spool: messages that came while nothing could be stored are heard later, each person's in their order."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.channels.whatsapp_inbound import Came
from bot.inbound import DeskDown
from bot.spool import Full, Spool

log = structlog.get_logger()
AGAIN: Final = 1.0  # seconds between tries while nothing can be stored
Hear = Callable[[Came], Awaitable[None]]


class Queue:
    """The spool of one door and the task that empties it."""

    def __init__(self, spool: Spool, hear: Hear) -> None:
        self.spool, self.hear = spool, hear
        self.persons: Counter[str] = Counter()  # how many messages of each wait: memory only
        self.filled = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.done = 0  # the place in the file behind what was heard

    async def open(self) -> None:
        """Take over what a dead process has left; what the disk does not let us take stays where it is."""
        try:
            taken = await asyncio.to_thread(self.spool.inherit)
        except (Full, OSError) as error:
            log.error("a spool could not be taken over", error=type(error).__name__)
            return
        if taken:
            for sealed, _ in await asyncio.to_thread(self.spool.records, 0):
                if came := self.read(sealed):
                    self.persons[came.known_by] += 1
            self.wake()

    def waits(self, came: Came) -> bool:
        """Whether this person's messages must go behind others of theirs."""
        return self.persons[came.known_by] > 0

    async def put(self, came: Came) -> None:
        """Keep a message until it can be heard; Full where that is not possible."""
        self.persons[came.known_by] += 1  # before the disk: the next message of theirs must not overtake
        kept = False
        try:
            await asyncio.to_thread(self.spool.add, json.dumps(came.dump()).encode())
            kept = True
        finally:
            if not kept:
                self.forget(came)
        self.wake()

    def forget(self, came: Came) -> None:
        """One message fewer waits."""
        self.persons -= Counter({came.known_by: 1})

    def wake(self) -> None:
        """Something waits."""
        self.filled.set()
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.run())

    async def run(self) -> None:
        """Until closed: hear what waits, then empty the file."""
        while True:
            await self.filled.wait()
            self.filled.clear()
            while not await self.step():
                continue

    async def step(self) -> bool:
        """What is in the file now; whether that was all. What was heard twice because of a crash plays once."""
        for sealed, end in await asyncio.to_thread(self.spool.records, self.done):
            if came := self.read(sealed):
                await self.heard(came)
                self.forget(came)
            self.done = end
        if not await asyncio.to_thread(self.spool.empty, self.done):
            return False
        self.done = 0
        return True

    async def heard(self, came: Came) -> None:
        """One message, tried until it is stored."""
        while True:
            try:
                return await self.hear(came)
            except DeskDown:
                await asyncio.sleep(AGAIN)

    def read(self, sealed: bytes) -> Came | None:
        """What `put` kept; None for what does not open."""
        plain = self.spool.open(sealed)
        return Came.load(json.loads(plain)) if plain else None

    async def close(self) -> None:
        """Stop; what waits stays in the file."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])
        await asyncio.to_thread(self.spool.close)
