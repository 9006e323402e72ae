"""WhatsApp's sending half, by Twilio: a line goes out in its window, and what went wrong is said in our own words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # it brings no types
from twilio.rest import Client  # type: ignore[import-untyped]  # as above

from bot.channels.errors import Later
from bot.channels.whatsapp_address import NAME, Reach
from bot.channels.whatsapp_line import Piece, numbered, pieces
from bot.channels.whatsapp_remains import UNSENT, Held, seal_held
from bot.channels.whatsapp_status import Part, status_url
from bot.channels.whatsapp_templates import Shape
from bot.channels.whatsapp_wire import TEMPLATE_CODES, classified, kind_of
from bot.service import Service
from handlers.render import Line
from models import remains

log = structlog.get_logger()
CLOSED: Final = 3 * 3_600  # seconds until a row for somebody whose window is over is looked at again


class WhatsApp:
    """The `Channel` of `bot/outbox.py`."""

    name = NAME

    def __init__(self, service: Service, client: Client, templates: Mapping[Shape, str]) -> None:
        self.service, self.house, self.client, self.templates = service, service.house, client, templates
        self.arrived: dict[int, int] = {}  # row -> messages of it that were taken: another try goes on behind them

    async def send(self, address: str, line: Line, row: int) -> None:
        """Deliver one line. Outside the window no template of ours may be sent: it waits until the person writes."""
        reach = Reach.parse(address)
        if not reach.is_open(self.house.now()):
            raise Later(CLOSED)
        ready = pieces(line, self.house.shelf, self.templates)
        for number, piece in enumerate(ready):
            if number >= self.arrived.get(row, 0):
                await self.deliver(reach.to, piece, line, Part(row, number + 1, len(ready)))
                self.arrived[row] = number + 1
        self.arrived.pop(row, None)

    async def deliver(self, to: str, piece: Piece, line: Line, part: Part) -> None:
        """One message; its id is kept so that it can be deleted. A template that is gone leaves numbered text."""
        with classified():
            try:
                sid = await self.create(to, piece, part)
            except TwilioException as error:
                if not piece.template or kind_of(error)[1] not in TEMPLATE_CODES:
                    raise
                log.warning("a template is gone: run `suar channels sync`")
                self.templates = {}
                sid = await self.create(to, numbered(line, self.house.shelf)[0], part)
        held = seal_held(self.house, Held(sid), remains.OUTBOUND, self.house.now() + UNSENT)
        await self.service.write(lambda connection: remains.add(connection, [held]))

    async def create(self, to: str, piece: Piece, part: Part) -> str:
        """The call, in a thread: the library waits. The id that Twilio gave."""
        shown: dict[str, Any] = {"body": piece.body}
        if piece.template:
            shown = {"content_sid": piece.template, "content_variables": piece.content_variables}
        message = await asyncio.to_thread(
            self.client.messages.create,
            to=to,
            from_=self.service.settings.twilio_whatsapp_from,
            status_callback=status_url(self.service, part),
            **shown,
        )
        return str(message.sid)
