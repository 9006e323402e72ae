"""Erasing in a chat of Telegram: ids of both sides' messages, kept sealed for as long as Telegram deletes by them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final

import structlog
from sqlalchemy.engine import Connection
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from bot.house import House
from bot.keys import CannotOpen
from bot.service import Service
from bot.standing import Lost, open_standing, over
from handlers.parking import covert
from models import person, trace
from models.base import chunks
from models.trace import Trace

log = structlog.get_logger()
NAME: Final = "telegram"
AT_ONCE: Final = 100  # messages of one deleteMessages
LOOK: Final = 1.0  # seconds between looks for what goes by itself
PART, WHOLE = 1, 2  # what goes with a talk that nobody may see: what came since it began, or all of the chat
SIZE: Final = 96  # bytes that ids are filled up to: their size must not tell a code or such a talk from other messages
SWEEP: Final = 30  # looks between those at every chat: each message's ids are opened


@dataclass(frozen=True, slots=True)
class Spot:
    """A message in a chat; `heard` is its inbound id where it goes once its turn is committed: a typed code.

    `asks` marks a question of a talk that nobody may see by what goes once that talk is over, PART or WHOLE. It stands
    sealed, as a thief must not read who has such a talk. `code` is the outbox row of a line that told a code, else 0.
    """

    chat: int
    message: int
    heard: str = ""
    asks: int = 0
    code: int = 0


def where(id: bytes) -> str:
    """Where sealed ids belong."""
    return f"trace|{id.hex()}|sealed"


def seal_spot(house: House, spot: Spot) -> Trace:
    """A row for a message."""
    id = bytes.fromhex(house.token())
    plain = json.dumps([spot.chat, spot.message, spot.heard, spot.asks, spot.code]).encode().ljust(SIZE)
    key = house.keys.person_key(NAME, str(spot.chat))
    return Trace(id, key, house.keys.seal_field(plain, where(id)), bool(spot.heard))


def open_spot(house: House, row: Trace) -> Spot | None:
    """What `seal_spot` made; None where the key is gone."""
    try:
        return Spot(*json.loads(house.keys.open_field(row.sealed, where(bytes(row.id)))))
    except CannotOpen as error:
        log.error("a message's ids do not open", error=type(error).__name__)
        return None


def asking(house: House, rows: Iterable[Trace]) -> dict[int, int]:
    """The chats of which a row is a question of a talk that nobody may see, and the most that goes with one."""
    spots = [spot for row in rows if (spot := open_spot(house, row)) and spot.asks]
    return {spot.chat: spot.asks for spot in sorted(spots, key=lambda spot: spot.asks)}


def hidden(connection: Connection, house: House, key: bytes) -> int:
    """WHOLE or PART where somebody stands in a talk that nobody may see, and it is not over by silence; else 0."""
    one = person.load(connection, [key])[key]
    try:
        standing = open_standing(house.keys, one) if one.place else None
    except Lost:
        standing = None
    if standing is None or over(house, one, standing, house.now()):
        return 0
    flow = house.flows.get(standing.place.flow)
    if flow is None or not covert(flow):
        return 0
    return WHOLE if flow.parks else PART


def ending(house: House, rows: Sequence[Trace]) -> list[Trace]:
    """What goes once such talks are over: with the answers to a code, what was told before it stays, or the code of
    whoever keeps it in the chat would be lost."""
    spots = [(row, open_spot(house, row)) for row in rows]
    asked = [spot for _, spot in spots if spot and spot.asks]
    if {spot.asks for spot in asked} != {PART}:
        return list(rows)
    first = min(spot.message for spot in asked)
    return [row for row, spot in spots if spot is None or spot.message >= first]


def written_down(house: House, rows: Sequence[Trace]) -> list[Trace]:
    """What goes once the newest code was written down: all but another code, told before it, and what led to that."""
    spots = [(row, open_spot(house, row)) for row in rows]
    codes = {spot.message: spot.code for _, spot in spots if spot and spot.code}
    newest = codes[max(codes)] if codes else 0
    stays = max((message for message, code in codes.items() if code != newest), default=0)
    return [row for row, spot in spots if spot is None or spot.message > stays]


class Eraser:
    """Keeps the ids of messages, and deletes the messages when their talk may not stay."""

    def __init__(self, service: Service, bot: ExtBot[None]) -> None:
        self.service, self.house, self.bot = service, service.house, bot

    async def note(self, *spots: Spot) -> None:
        """Keep the ids of messages."""
        rows = [seal_spot(self.house, spot) for spot in spots]
        await self.service.write(lambda connection: trace.add(connection, rows, self.house.now()))

    async def stands(self, chat: int) -> int:
        """WHOLE or PART where a talk that nobody may see goes on in a chat; else 0."""
        key = self.house.keys.person_key(NAME, str(chat))
        return await self.service.look(lambda connection: hidden(connection, self.house, key))

    async def everything(self, chat: int) -> list[Trace]:
        """Every message of both sides that is known."""
        key = self.house.keys.person_key(NAME, str(chat))
        return await self.service.look(lambda connection: trace.of_person(connection, key))

    async def ended(self, chat: int) -> list[Trace]:
        """What goes with the end of a talk that nobody may see."""
        return ending(self.house, await self.everything(chat))

    async def told(self, chat: int) -> list[Trace]:
        """What goes once a code was written down."""
        return written_down(self.house, await self.everything(chat))

    async def left(self, chat: int) -> list[Trace]:
        """What goes from a chat where such a talk is over, be it that a code is open now; nothing elsewhere."""
        key = self.house.keys.person_key(NAME, str(chat))

        def query(connection: Connection) -> list[Trace]:
            rows = trace.of_person(connection, key)
            asked = max(asking(self.house, rows).values(), default=0)
            return ending(self.house, rows) if asked > hidden(connection, self.house, key) else []

        return await self.service.look(query)

    async def erase_ended(self) -> None:
        """Delete the chats of talks that nobody may see and that are over, by silence too."""
        after = b""
        while rows := await self.service.look(partial(trace.page, after=after)):
            for chat in sorted(asking(self.house, rows)):
                await self.erase(await self.left(chat))
            after = rows[-1].id

    async def erase_heard(self) -> int:
        """Delete messages whose turn is committed and that hold what may not stay, such as a code. How many."""
        rows = await self.service.look(lambda connection: self.ready(connection, trace.due(connection)))
        await self.erase(rows)
        return len(rows)

    def ready(self, connection: Connection, rows: Sequence[Trace]) -> list[Trace]:
        """Those of the rows whose messages were heard; one that does not open goes too."""
        spots = {row.id: open_spot(self.house, row) for row in rows}
        keys = {id: self.house.keys.inbound_key(NAME, spot.heard) for id, spot in spots.items() if spot}
        heard = trace.heard(connection, list(keys.values())) if keys else set()
        return [row for row in rows if row.id not in keys or keys[row.id] in heard]

    async def erase(self, rows: Sequence[Trace]) -> None:
        """Delete messages at Telegram, then their ids here."""
        chats: dict[int, set[int]] = defaultdict(set)  # a message that was brought twice is kept twice
        for row in rows:
            if spot := open_spot(self.house, row):
                chats[spot.chat].add(spot.message)
        for chat, messages in chats.items():
            for some in chunks(sorted(messages), AT_ONCE):
                await self.delete(chat, some)
        for part in chunks([row.id for row in rows]):
            await self.drop(part)

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """One call; what Telegram will never delete is left to the person, and the privacy card says so."""
        try:
            await self.bot.delete_messages(chat, messages)
        except (BadRequest, Forbidden) as error:
            log.warning("messages stay in a chat", error=type(error).__name__)

    async def drop(self, ids: Sequence[bytes]) -> None:
        """Forget the ids."""
        await self.service.write(lambda connection: trace.drop(connection, ids))

    async def run(self) -> None:
        """Until cancelled."""
        for look in count():
            await self.erase_heard()
            if look % SWEEP == 0:
                await self.erase_ended()
            await asyncio.sleep(LOOK)
