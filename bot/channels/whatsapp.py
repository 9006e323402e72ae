"""WhatsApp's sending half, by Twilio: a line goes out in its window, and what went wrong is said in our own words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any, Final

import structlog
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.alert_frames import picture_of, unasked
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
from bot.channels.whatsapp_wire import MEDIA_CODE, SOON, TEMPLATE_CODES, classified, kind_of
from bot.service import Service
from handlers.render import Line
from handlers.subscribe import TEMPLATE as STILL
from models import remains

log = structlog.get_logger()
CLOSED: Final = 3 * 3_600  # seconds until a row for somebody whose window is over is looked at again
PATIENT: Final = frozenset({STILL})  # who is not asked must not be let go of for their silence: these wait for Meta
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
        """Deliver an alert: where the window is open its picture and words, else by the approved message, which has at
        most a link to it."""
        reach, line, pushes = Reach.parse(address), card.line, self.house.pushes
        if reach.is_open(self.house.now()):
            shown = picture_of(self.house, card.alert) if card.picture else ""
            await self.answer(reach.to, replace(line, picture=shown), row)
            return Shown()
        if card.picture:
            line = unasked(self.house, line, card.alert, NAME)
        if not pushes.take(NAME, line.template, line.language):
            raise Shut(CLOSED)
        await self.unasked(reach.to, line, row)
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
        """One message. A template that is gone leaves numbered text, a picture that Twilio does not take its link."""
        with classified():
            try:
                sid = await self.create(to, piece, part)
            except TwilioException as error:
                instead = self.instead(piece, line, kind_of(error)[1])
                if instead is None:
                    raise
                sid = await self.create(to, instead, part)
        await self.note(sid)

    def instead(self, piece: Piece, line: Line, code: int) -> Piece | None:
        """What goes out in place of what was refused; None where nothing can."""
        if piece.picture and code == MEDIA_CODE:
            log.warning("Twilio takes no picture from PUBLIC_BASE_URL")
            return Piece(piece.picture)
        if not piece.template or code not in TEMPLATE_CODES:
            return None
        log.warning("a template is gone: run `suar channels sync`")
        self.templates = {}
        return pieces(line, self.house.shelf, {})[-1]

    async def unasked(self, to: str, line: Line, row: int) -> None:
        """One approved message. One that Meta or Twilio has taken back waits, as if it had never stood."""
        pushes = self.house.pushes
        piece = approved(line, pushes, self.house.shelf.templates)
        if piece is None and line.template in PATIENT:
            raise Shut(CLOSED)
        if piece is None:
            raise Later(CLOSED if pushes.asked or not line.template else SOON)
        with classified():
            try:
                sid = await self.create(to, piece, Part(row))
            except TwilioException as error:
                if kind_of(error)[1] not in TEMPLATE_CODES:
                    raise
                log.error("an approved message is gone: run `suar channels sync`", template=line.template)
                raise (Shut if line.template in PATIENT else Later)(CLOSED) from None
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
