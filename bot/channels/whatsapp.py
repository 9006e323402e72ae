"""WhatsApp's sending half, by Twilio: a line goes out in its window, and what went wrong is said in our own words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any, Final

import structlog
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels.card import Card, Shown
from bot.channels.errors import Later, Shut
from bot.channels.pace import Pace
from bot.channels.web_sound import sound_url
from bot.channels.whatsapp_address import NAME, Reach
from bot.channels.whatsapp_approved import approved
from bot.channels.whatsapp_line import Piece, pieces
from bot.channels.whatsapp_remains import UNSENT, Held, seal_held
from bot.channels.whatsapp_status import Part, status_url
from bot.channels.whatsapp_templates import Shape
from bot.channels.whatsapp_wire import SOON, TEMPLATE_CODES, classified, kind_of
from bot.service import Service
from handlers.render import Line
from models import remains

log = structlog.get_logger()
CLOSED: Final = 3 * 3_600  # seconds until a row for somebody whose window is over is looked at again
RATE: Final = 80  # messages a second that Twilio passes on for one sender; above it they queue there
EACH: Final = 1 / RATE  # seconds between two calls
SECOND: Final = RATE  # rows of one lease


class WhatsApp:
    """The `Channel` of `bot/outbox.py`; one of these sends at a time, so the vendor's rate needs no other keeper."""

    name = NAME

    def __init__(
        self,
        service: Service,
        client: Client,
        templates: Mapping[Shape, str],
        threads: ThreadPoolExecutor,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.service, self.house, self.client, self.templates = service, service.house, client, templates
        self.threads, self.pace = threads, Pace(EACH, clock=clock)
        self.arrived: dict[int, int] = {}  # row -> messages of it that were taken: another try goes on behind them

    async def send(self, address: str, line: Line, row: int) -> None:
        """Deliver one line, outside the window by a message that Meta has approved.

        What has none waits until the person writes; that a colleague has taken a referral is no news by then.
        """
        reach = Reach.parse(address)
        if reach.is_open(self.house.now()):
            await self.answer(reach.to, line, row)
        elif not line.changes:
            await self.unasked(reach.to, line, row)

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        """Deliver an alert: in its words where the window is open, else by the approved message, if it is worth one."""
        reach = Reach.parse(address)
        if reach.is_open(self.house.now()):
            await self.answer(reach.to, card.line, row)
        elif card.only_open or not self.house.pushes.take(NAME, card.line.template, card.line.language):
            raise Shut(CLOSED)
        else:
            await self.unasked(reach.to, card.line, row)
        return Shown()

    async def answer(self, to: str, line: Line, row: int) -> None:
        """As many messages as a line needs, with what can be tapped."""
        ready = pieces(line, self.house.shelf, self.templates)
        for number, piece in enumerate(ready):
            if number >= self.arrived.get(row, 0):
                await self.deliver(to, piece, line, Part(row, number + 1, len(ready)))
                self.arrived[row] = number + 1
        self.arrived.pop(row, None)

    async def deliver(self, to: str, piece: Piece, line: Line, part: Part) -> None:
        """One message. A template that is gone leaves numbered text."""
        with classified():
            try:
                sid = await self.create(to, piece, part)
            except TwilioException as error:
                if not piece.template or kind_of(error)[1] not in TEMPLATE_CODES:
                    raise
                log.warning("a template is gone: run `suar channels sync`")
                self.templates = {}
                sid = await self.create(to, pieces(line, self.house.shelf, {})[-1], part)
        await self.note(sid)

    async def unasked(self, to: str, line: Line, row: int) -> None:
        """One approved message. One that Meta or Twilio has taken back waits, as if it had never stood."""
        pushes = self.house.pushes
        piece = approved(line, pushes, self.house.shelf.templates)
        if piece is None:
            raise Later(CLOSED if pushes.asked or not line.template else SOON)
        with classified():
            try:
                sid = await self.create(to, piece, Part(row))
            except TwilioException as error:
                if kind_of(error)[1] not in TEMPLATE_CODES:
                    raise
                log.error("an approved message is gone: run `suar channels sync`", template=line.template)
                raise Later(CLOSED) from None
        await self.note(sid)

    async def note(self, sid: str) -> None:
        """Keep the id of a message, so that it can be deleted."""
        held = seal_held(self.house, Held(sid), remains.OUTBOUND, self.house.now() + UNSENT)
        await self.service.write(lambda connection: remains.add(connection, [held]))

    async def create(self, to: str, piece: Piece, part: Part) -> str:
        """The call at its turn, in a thread: the library waits. The id that Twilio gave."""
        shown: dict[str, Any] = {"content_sid": piece.template} if piece.template else {"body": piece.body}
        if piece.sound:
            shown = {"media_url": [sound_url(self.service.settings.public_base_url, piece.sound)]}
        if piece.picture:
            shown = {"media_url": [piece.picture]}
        if piece.variables:
            shown["content_variables"] = piece.content_variables
        call = partial(
            self.client.messages.create,
            to=to,
            from_=self.service.settings.twilio_whatsapp_from,
            status_callback=status_url(self.service, part),
            **shown,
        )
        await asyncio.sleep(self.pace.wait())
        message = await asyncio.get_running_loop().run_in_executor(self.threads, call)
        return str(message.sid)
