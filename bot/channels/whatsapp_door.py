"""Hearing WhatsApp: a webhook of Twilio to the desk, or into the spool; it is brought once and never again."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import parse_qsl

import structlog
from sqlalchemy.engine import Connection
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from twilio.twiml.messaging_response import MessagingResponse

from bot.channels.body import limited
from bot.channels.whatsapp_address import NAME, Reach, has_number, is_abroad
from bot.channels.whatsapp_inbound import Came, read_message
from bot.channels.whatsapp_remains import MEDIA, SETTLE, Held, Notes, seal_held
from bot.channels.whatsapp_spool import Queue
from bot.channels.whatsapp_status import STATUS_PATH, Part, news, part_of, status_url
from bot.inbound import DeskDown, Inbound
from bot.media import LARGEST as TAKEN
from bot.service import Service
from bot.spool import Full, Spool
from content.shelf import Say
from handlers.reading.place_candidates import NAME as SURE
from handlers.reading.place_candidates import Candidate, kelurahan_at
from handlers.reading.places import Found, Outside
from models import delivery, remains

log = structlog.get_logger()
PATH: Final = "/in/whatsapp"
LARGEST: Final = 64 * 1024  # bytes: a message has at most 4,096 letters, percent-encoded
Values = ImmutableMultiDict[str, str]


class Refusal(Exception):
    """A request that is answered by a status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Hook:
    """The two endpoints that Twilio calls."""

    def __init__(self, service: Service) -> None:
        self.service, self.house, settings = service, service.house, service.settings
        self.base = settings.public_base_url.rstrip("/")
        self.validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
        self.notes = Notes(service)
        self.queue = Queue(Spool(settings.spool_folder, self.house.holder, self.house.keys), self.hear)

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.receive, methods=["POST"]), Route(STATUS_PATH, self.follow, methods=["POST"])]

    async def open(self) -> None:
        """Begin with what was left by a process that died."""
        await self.queue.open()

    async def close(self) -> None:
        """Stop emptying the spool."""
        await self.queue.close()
        await self.notes.close()

    async def receive(self, request: Request) -> Response:
        """200 once it is stored, be it in the spool: Twilio does not bring again what it was answered 5xx."""
        try:
            values = await self.verified(request, PATH)
        except Refusal as refusal:
            return Response(status_code=refusal.status)
        came = read_message(values, self.house.now(), self.around)
        if came is None or values.get("AccountSid") != self.service.settings.twilio_account_sid:
            return answered()
        try:
            if not self.queue.waits(came):
                await self.hear(came)
                return answered()
        except DeskDown:
            log.warning("a message goes into the spool")
        try:
            await self.queue.put(came)
        except Full:
            return Response(status_code=503)
        return answered(self.warning(came), status_url(self.service, Part(0)))

    async def follow(self, request: Request) -> Response:
        """What became of a message of ours."""
        try:
            values = await self.verified(request, STATUS_PATH)
        except Refusal as refusal:
            return Response(status_code=refusal.status)
        part = part_of(self.house, request.query_params)
        if part is None:
            return Response(status_code=403)
        work = partial(news, self.house, part, dict(values))
        try:
            await self.notes.add(work)
        except DeskDown:  # nobody says it again
            return Response(status_code=204 if self.notes.keep(work) else 503)
        return Response(status_code=204)

    async def verified(self, request: Request, path: str) -> Values:
        """The parameters, all of them signed, for the address that this install has in public; or Refusal.

        No header says where a request was sent to: whoever forges one can write that too.
        """
        values = read_form(await limited(request, LARGEST))
        query = request.scope["query_string"].decode("latin-1")
        url = f"{self.base}{path}{f'?{query}' if query else ''}"
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
        signature = request.headers.get(SIGNATURE_HEADER, "")
        if not self.validator.validate(url, values, signature, algorithm=algorithm):
            raise Refusal(403)
        return values

    async def hear(self, came: Came) -> None:
        """One message to the desk; before that, that Twilio holds it, and that what waits for its person may go."""
        message = self.inbound(came)
        wait = MEDIA if message.reference else SETTLE
        held = seal_held(self.house, Held(came.id, came.held), remains.INBOUND, self.house.now() + wait)
        person = message.person or b""
        address = self.house.keys.seal_field(message.address.encode(), f"outbox|{person.hex()}|address")

        def note(connection: Connection) -> None:
            remains.add(connection, [held])
            delivery.reopen(connection, person, NAME, address)

        await self.notes.add(note)
        await self.service.hear(message)

    def inbound(self, came: Came) -> Inbound:
        """What the desk is told."""
        fetched = came.media in TAKEN and came.held
        return Inbound(
            NAME,
            came.id,
            str(Reach.of(came.address, came.at)),
            text=came.text,
            pressed=came.pressed,
            media=came.media,
            reference=f"{came.id}/{came.held[0]}" if fetched else "",
            places=self.places(came),
            abroad_number=is_abroad(came.address),
            no_number=not has_number(came.address),
            person=self.house.keys.person_key(NAME, came.known_by),
        )

    def around(self, lat: float, lon: float) -> tuple[str, ...]:
        """The codes of the kelurahan around a pin."""
        found = self.service.reading.around(lat, lon)
        return tuple(one.place if isinstance(one, Candidate) else "" for one in found)

    def places(self, came: Came) -> tuple[Found, ...]:
        """What was near a pin, as the talk takes it."""
        rows = ((code, self.house.shelf.gazetteer.by_code(code)) for code in came.near)
        return tuple(kelurahan_at(row, SURE) if row else Outside("") for code, row in rows if row or not code)

    def warning(self, came: Came) -> str:
        """The numbers for danger, said even when nothing can be stored; nobody's language is known here."""
        danger = self.service.reading.danger.read(came.text)
        if not danger.emergency or danger.watched:
            return ""
        key = "front.danger_abroad" if is_abroad(came.address) else "front.danger"
        return self.house.shelf.text(Say(key))


def answered(words: str = "", status: str = "") -> Response:
    """A webhook's answer: nothing, or words that Twilio sends at once."""
    answer = MessagingResponse()
    if words:
        answer.message(words, status_callback=status)
    return Response(answer.to_xml(), media_type="text/xml")


def read_form(body: bytes | None) -> Values:
    """All parameters, also those that nobody has told us about."""
    if body is None:
        raise Refusal(413)
    try:
        return ImmutableMultiDict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        raise Refusal(400) from None
