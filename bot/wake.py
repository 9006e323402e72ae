"""Waking whoever waits for what a turn has said: in this process by a bell, in others by one empty NOTIFY a batch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import psycopg
from sqlalchemy.engine import Connection, make_url

SENDERS: Final = "senders"  # what the senders of all messengers wait for; a page waits for its person's key
CHANNEL: Final = "suar_outbox"


@dataclass(slots=True, eq=False)
class Bell:
    """One who waits, in one event loop. A bell that rings before anybody listens is not missed."""

    loop: asyncio.AbstractEventLoop
    event: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> None:
        """Until it rings, or for so many seconds: whoever waits looks then anyway."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.event.wait()
        self.event.clear()


class Wake:
    """The bells of this process. `shared`: other processes listen to the database."""

    def __init__(self, shared: bool = False) -> None:
        self.shared = shared
        self.lock = threading.Lock()
        self.bells: dict[Hashable, set[Bell]] = {}

    @contextmanager
    def bell(self, key: Hashable) -> Iterator[Bell]:
        """A bell for as long as somebody waits. Look after it is there, and nothing falls between."""
        bell = Bell(asyncio.get_running_loop())
        with self.lock:
            self.bells.setdefault(key, set()).add(bell)
        try:
            yield bell
        finally:
            with self.lock:
                self.bells[key].discard(bell)
                if not self.bells[key]:
                    del self.bells[key]

    def ring(self, keys: Iterable[Hashable]) -> None:
        """Ring for whoever waits for one of these; from any thread."""
        with self.lock:
            found = [bell for key in keys for bell in self.bells.get(key, ())]
        for bell in found:
            with suppress(RuntimeError):  # a loop that has been closed: nobody waits there any more
                bell.loop.call_soon_threadsafe(bell.event.set)

    def notify(self, connection: Connection) -> None:
        """Tell the other processes with the commit of this transaction. Once a batch: each holds a global lock."""
        if self.shared:
            connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


async def listen(url: str, wake: Wake) -> None:
    """Ring for the senders whenever a process says that something waits; ends with the connection.

    `url` leads to the server itself: behind a pooler a connection is somebody else's between two transactions.
    """
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        wake.ring([SENDERS])  # what was said while nobody listened
        async for _ in connection.notifies():
            wake.ring([SENDERS])
