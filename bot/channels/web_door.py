"""Between the web page and the desk: one message in, and whatever waits for that chat out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.batch import body_of
from bot.channels.web_line import AT_ONCE, WaitingLine
from bot.channels.web_request import Refused, Sent
from bot.channels.web_token import Token
from bot.inbound import DeskDown, Inbound, Receipt
from bot.media import PHOTO
from bot.service import Service
from bot.uploads import Full, keep, named, sealed_under
from handlers.render import Line
from models import file, message, person
from models.message import Parcel

PATIENCE: Final = 5.0  # seconds a page waits for what is being sealed
LOOK_EVERY: Final = 1.0  # seconds between looks meanwhile, where another process did the sealing
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Post:
    """What waits for one chat: lines by row, oldest first, and whether more is on its way."""

    lines: tuple[tuple[int, Line], ...] = ()
    waits: bool = False


class Door:
    """Hears for the web chat and looks into its post."""

    def __init__(self, service: Service, clock: Callable[[], float]) -> None:
        self.service, self.house, self.clock = service, service.house, clock
        self.line = WaitingLine(clock)

    async def hear(self, sent: Sent, token: Token, origin: str) -> Post | None:
        """Let one message in; None for a repeated one whose answer was taken long ago.

        `origin` is the network address it came from; it is counted by network and not kept.
        """
        self.check_words(sent)
        self.check_turn(token, origin)
        chat = self.line.chat(token.address)
        chat.inside += 1
        try:
            async with chat.lock:
                return await self.play(sent, token, origin)
        except DeskDown as down:
            raise Refused(503, "down") from down
        finally:
            chat.inside -= 1

    def check_words(self, sent: Sent) -> None:
        """Nothing is cut off in silence."""
        limit = self.house.shelf.terms.text_limit
        if not sent.id:
            raise Refused(400, "broken")
        if sent.empty:
            raise Refused(422, "empty")
        if len(sent.text) > limit:
            raise Refused(422, "long", length=len(sent.text), limit=limit)

    def check_turn(self, token: Token, origin: str) -> None:
        """New chats stand in a line, and each chat keeps a person's pace."""
        wait = self.line.wait(token.address, origin)
        if not wait and self.line.chat(token.address).inside >= AT_ONCE:
            wait = 1
        if wait:
            raise Refused(429, "line", wait, seconds=str(wait))

    async def play(self, sent: Sent, token: Token, origin: str) -> Post | None:
        """One turn at the desk, and everything that waits for this chat after it."""
        id = f"{token.address}:{sent.id}"
        heard = Inbound("web", id, token.address, text=sent.text, pressed=sent.pressed)
        receipt = await (self.attach(heard, sent.photo, origin) if sent.photo else self.service.hear(heard, origin))
        post = await self.look(token, sent.seen, PATIENCE)
        return None if receipt.repeated and post == Post() else post

    async def attach(self, heard: Inbound, photo: bytes, origin: str) -> Receipt:
        """Store a photo sealed, then let its message in; where no place names it after that, it is let go at once."""
        reference = self.house.keys.token_mac("upload", heard.id).hex()
        body = await asyncio.to_thread(sealed_under, self.house, reference, photo)
        try:
            await self.service.write(lambda connection: keep(connection, self.house, reference, body))
        except Full:
            raise Refused(429, "line", 30, seconds="30") from None
        receipt = await self.service.hear(replace(heard, media=PHOTO, reference=reference), origin)
        key = self.house.keys.person_key("web", heard.address)
        if reference not in await self.read(lambda connection: named(connection, self.house, key)):
            await self.service.write(lambda connection: file.discard(connection, [reference]))
        return receipt

    async def look(self, token: Token, seen: int, patience: float, every: float = LOOK_EVERY) -> Post:
        """What waits for a chat after row `seen`; seconds of patience where its talk waits for something."""
        until = self.clock() + patience
        with self.house.wake.bell(self.house.keys.person_key("web", token.address)) as bell:
            while True:
                post = await self.waiting(token, seen)
                if post.lines or not post.waits or self.clock() >= until:
                    return post
                await bell.wait(every)

    async def waiting(self, token: Token, seen: int) -> Post:
        """The answers after row `seen`; what the page shows up to there need not wait any longer."""
        key = self.house.keys.person_key("web", token.address)

        def query(connection: Connection) -> tuple[bool, list[Parcel]]:
            # In this order: an errand that ends in between has left its row before it is gone.
            busy = person.load(connection, [key])[key].errand_at is not None
            return busy, message.of_person(connection, key)

        busy, parcels = await self.read(query)
        if any(one.id <= seen for one in parcels):
            await self.let_go(key, seen)
        return Post(tuple((one.id, self.open(one, key)) for one in parcels if one.id > seen), busy)

    def open(self, parcel: Parcel, key: bytes) -> Line:
        """The line in a parcel."""
        return Line.load(json.loads(self.house.keys.open_field(parcel.body or b"", body_of(key))))

    async def settle(self, address: str, seen: int) -> None:
        """Let the words go that were shown, up to row `seen`; saying it twice costs no writing."""
        key = self.house.keys.person_key("web", address)
        waiting = await self.read(lambda connection: message.of_person(connection, key))
        if any(parcel.id <= seen for parcel in waiting):
            await self.let_go(key, seen)

    async def let_go(self, key: bytes, seen: int) -> None:
        """Settle a person's rows up to `seen`."""
        try:
            await self.service.write(lambda connection: message.settle_own(connection, key, seen))
        except (DeskDown, OperationalError, InterfaceError) as down:
            raise Refused(503, "down") from down

    async def read(self, query: Callable[[Connection], T]) -> T:
        """A look into the store, or Refused where it does not answer."""
        try:
            return await self.service.look(query)
        except DeskDown as down:
            raise Refused(503, "down") from down
