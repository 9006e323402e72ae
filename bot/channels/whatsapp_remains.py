"""What Twilio holds of us: ids of messages in both directions, and deleting them there until it knows them no more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from sqlalchemy.engine import Connection
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.whatsapp_wire import NOT_FOUND, Broken, Unsent, kind_of
from bot.house import House
from bot.inbound import DeskDown
from bot.keys import CannotOpen
from bot.service import Service
from models import remains
from models.remains import Remain

log = structlog.get_logger()
BATCH: Final = 25
AT_ONCE: Final = 4  # deletions on their way
KEPT: Final = 10_000  # writes that may wait in memory for a store that is away
LOOK: Final = 1.0  # seconds between looks
SETTLE: Final = 5  # seconds after which a message that was heard goes
CHECK: Final = 5  # seconds after which it is asked whether a deleted message is really gone
LONGEST: Final = 3_600  # seconds between two tries
UNSENT: Final = 12 * 3_600  # seconds after which a message goes whose final status never came; Twilio gives up after 10
MEDIA: Final = 20 * 60  # seconds in which a photo or a voice has been fetched, or was given up


@dataclass(frozen=True, slots=True)
class Held:
    """A message at Twilio, by its id, with those of its media."""

    sid: str
    media: tuple[str, ...] = ()


def where(id: bytes) -> str:
    """Where sealed ids belong."""
    return f"remains|{id.hex()}|sealed"


def seal_held(house: House, held: Held, kind: str, due: int) -> Remain:
    """A row for a message."""
    id = house.keys.token_mac("remains", held.sid)[:16]
    plain = json.dumps([held.sid, held.media]).encode()
    return Remain(id, house.keys.seal_field(plain, where(id)), kind, due)


def open_held(house: House, row: Remain) -> Held | None:
    """What `seal_held` made; None where the key is gone."""
    try:
        sid, media = json.loads(house.keys.open_field(bytes(row.sealed), where(bytes(row.id))))
    except CannotOpen as error:
        log.error("a message's id does not open", error=type(error).__name__)
        return None
    return Held(sid, tuple(media))


Work = Callable[[Connection], None]


@dataclass(slots=True)
class Notes:
    """Small writes of many callers, gathered: those that come while one is under way share the next."""

    service: Service
    waiting: list[Work] = field(default_factory=list)
    running: asyncio.Task[None] | None = None
    kept: set[asyncio.Task[None]] = field(default_factory=set)

    async def add(self, work: Work) -> None:
        """Returns after the commit, or raises DeskDown."""
        self.waiting.append(work)
        while work in self.waiting:
            if self.running is None or self.running.done():
                self.running = asyncio.create_task(self.write())
            await asyncio.shield(self.running)

    def keep(self, work: Work) -> bool:
        """Try it beside everything else until it is written; False where too many wait already."""
        if len(self.kept) >= KEPT:
            return False
        task = asyncio.create_task(self.tried(work))
        self.kept.add(task)
        task.add_done_callback(self.kept.discard)
        return True

    async def tried(self, work: Work) -> None:
        """Until it is written."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                return await self.add(work)
            except DeskDown:
                continue

    async def close(self) -> None:
        """Give up what is still tried."""
        for task in self.kept:
            task.cancel()
        if self.kept:
            await asyncio.wait(self.kept)

    async def write(self) -> None:
        """One transaction for all that waits."""
        works, self.waiting = self.waiting[:], []

        def run(connection: Connection) -> None:
            for work in works:
                work(connection)

        await self.service.write(run)


class Sweeper:
    """Deletes at Twilio what is due."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.house, self.client = service, service.house, client
        self.places = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if not await self.step():
                await asyncio.sleep(LOOK)

    async def step(self) -> int:
        """One page of what is due; how many were looked at."""
        rows = await self.service.write(lambda connection: remains.take(connection, BATCH))
        waits = await asyncio.gather(*(self.delete(row) for row in rows))
        if rows:
            await self.service.write(lambda connection: settle(connection, rows, waits))
        return len(rows)

    async def delete(self, row: Remain) -> int | None:
        """One message with its media; None once Twilio knows it no more, else seconds until the next try."""
        held = open_held(self.house, row)
        if held is None:
            return None
        async with self.places:
            return await asyncio.to_thread(self.deleted, held, row.tries)

    def deleted(self, held: Held, tries: int) -> int | None:
        """The calls: a message's media would outlive it."""
        message = self.client.messages(held.sid)
        try:
            there = [gone(message.media(one).delete) for one in held.media]
            return CHECK if any([*there, gone(message.delete)]) else None
        except (TwilioException, Unsent, Broken) as error:
            log.warning("a message stays at Twilio", error=type(error).__name__, status=status_of(error))
            return int(min(CHECK * 2**tries, LONGEST))


def settle(connection: Connection, rows: Sequence[Remain], waits: Sequence[int | None]) -> None:
    """Forget rows whose wait is None; the others are looked at again after so many seconds."""
    for wait in sorted({one for one in waits if one is not None}):
        remains.again(connection, [bytes(row.id) for row, one in zip(rows, waits, strict=True) if one == wait], wait)
    remains.drop(connection, [bytes(row.id) for row, one in zip(rows, waits, strict=True) if one is None])


def gone(delete: Callable[[], bool]) -> bool:
    """Delete something; whether it was there until now."""
    try:
        delete()
    except TwilioException as error:
        if kind_of(error)[0] != NOT_FOUND:
            raise
        return False
    return True


def status_of(error: Exception) -> int:
    """The status of an answer, 0 where none came."""
    return kind_of(error)[0] if isinstance(error, TwilioException) else 0
