"""Fetching updates where no webhook reaches this machine: one process at a time, each page confirmed once stored."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from http import HTTPStatus
from typing import Any, Final

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError

from bot.channels.telegram_door import Door
from bot.channels.telegram_trace import NAME
from bot.channels.telegram_update import ALLOWED, Came, read_update
from bot.channels.telegram_wire import READ, Broken, Flooded, Unsent, Wire
from bot.inbound import DeskDown
from bot.service import Service
from models import message

log = structlog.get_logger()
LEASE: Final = f"{NAME} updates"  # the row that says who fetches
PATIENCE: Final = 8  # seconds that Telegram holds an empty answer back: less than the lease of whoever fetches
PAGE: Final = 100
PAUSE: Final = 1.0  # seconds between tries that failed, and between looks of those who stand by
Page = list[dict[str, Any]]


class Poller:
    """The next page is asked for, and this one confirmed by that, when all of this one has been committed."""

    def __init__(self, service: Service, door: Door, wire: Wire, patience: int = PATIENCE) -> None:
        self.service, self.door, self.wire, self.patience = service, door, wire, patience
        self.next: int | None = None
        self.leads = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if not await self.step():
                await asyncio.sleep(PAUSE)

    async def step(self) -> bool:
        """One page; False where there is a reason to wait before the next."""
        try:
            if not await self.elected():
                return False
            page = await self.page()
            await self.take(page)
        except Conflict:
            log.warning("somebody else fetches updates, or a webhook is set: run `suar channels sync`")
            return False
        except Flooded as error:
            await asyncio.sleep(error.wait)
            return False
        except (DeskDown, NetworkError) as error:
            log.warning("updates wait", error=type(error).__name__)
            return False
        if page:
            self.next = page[-1]["update_id"] + 1
        return True

    async def elected(self) -> bool:
        """Whether we fetch. While the store is gone whoever fetched goes on: danger is answered by the door."""
        holder = self.service.house.holder
        try:
            self.leads = await self.service.write(lambda connection: message.elect(connection, LEASE, holder))
        except DeskDown:
            if not self.leads:
                raise
        return self.leads

    async def page(self) -> Page:
        """What has come since the last confirmed update. Raw: one that cannot be read must not hold up the others."""
        asked = {"timeout": self.patience, "limit": PAGE, "allowed_updates": list(ALLOWED)}
        offset = {} if self.next is None else {"offset": self.next}
        status, body = await self.wire.call(
            f"{self.door.bot.base_url}/getUpdates", asked | offset, self.patience + READ
        )
        if status == HTTPStatus.CONFLICT:
            raise Conflict("getUpdates")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            log.error("Telegram refuses TELEGRAM_BOT_TOKEN")
            raise InvalidToken
        if status != HTTPStatus.OK:
            raise Unsent(f"status {status}")
        try:
            return list(json.loads(body)["result"])
        except (LookupError, TypeError, ValueError):
            raise Broken("no page of updates") from None

    async def take(self, page: Page) -> None:
        """Each chat in its order, all chats at once; whoever was stored is known again when the page comes again."""
        chats: dict[int, list[Came]] = defaultdict(list)
        for raw in page:
            if came := read_update(raw):
                chats[came.chat].append(came)
        heard = await asyncio.gather(*(self.in_order(some) for some in chats.values()), return_exceptions=True)
        for error in heard:
            if error is not None:
                raise error

    async def in_order(self, some: list[Came]) -> None:
        """The updates of one chat."""
        for came in some:
            await self.door.take(came)
