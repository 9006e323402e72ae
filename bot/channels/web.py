"""The web chat: one page without account or cookie, that works with a script and without."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channels.web_body import Bodies
from bot.channels.web_door import PATIENCE, Door, Post
from bot.channels.web_history import COVERED, History, open_history, open_slip
from bot.channels.web_page import STATIC, Pages, View
from bot.channels.web_request import Refused, Sent, is_form, read_form, read_json, row_of
from bot.channels.web_sound import sound_routes
from bot.channels.web_token import Token, new_token, read_token, write_token
from bot.headers import security_headers
from bot.origin import same_site
from bot.service import Service
from content.languages import FIRST
from handlers.front import LANGUAGE, MENU
from handlers.turns import ZERO

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STREAM: Final = 50.0  # seconds of a stream: proxies cut a silent one after 60
STREAM_EVERY: Final = 1.0
STREAMS_OF_ONE: Final = 2  # a phone that changed its network leaves one behind
STREAMS_OF_ALL: Final = 400
# A transparent GIF of one pixel: a page without a script fetches it once it is shown.
DOT: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
HALF_SENT: Final = 408
Endpoint = Callable[[Request], Awaitable[Response]]


def check_unsent(sent: Sent) -> None:
    """A report must not go without the words that still stand in the box; the way back may."""
    onward = (token for token in sent.pressed if token != MENU and not token.startswith(LANGUAGE))
    forward = [token for token in onward if not token.endswith(f":{ZERO}")]
    if sent.draft.strip() and forward and not sent.look:
        raise Refused(409, "unsent")


class Chat:
    """The endpoints."""

    def __init__(self, service: Service, clock: Callable[[], float]) -> None:
        self.house, self.base_url = service.house, service.settings.public_base_url
        self.door, self.reading = Door(service, clock), service.reading
        self.pages = Pages(service.house, trial=service.settings.suar_demo)
        self.streams: Counter[str] = Counter()
        self.bodies = Bodies()

    async def start(self, request: Request) -> Response:
        """GET /: always a new chat, so a reload, a new tab and the way back are empty."""
        return self.fresh_page()

    async def post(self, request: Request) -> Response:
        """POST /: the talk without a script."""
        sent = Sent("")
        try:
            self.check_origin(request)
            async with self.bodies.read(request, origin(request)) as body:
                sent = await read_form(request, body)
                check_unsent(sent)
                return await self.answer_page(request, sent, self.known(sent.token))
        except Refused as refused:
            return self.refuse_page(refused, sent)

    async def answer_page(self, request: Request, sent: Sent, token: Token) -> Response:
        """What was said and what came of it, or the start where an old page was only loaded again."""
        history = open_history(sent.history, token, self.house.keys)
        post: Post | None
        if sent.look:
            post = await self.door.look(token, history.seen, PATIENCE)
        else:
            post = await self.door.hear(replace(sent, seen=history.seen), token, origin(request))
            said = self.pages.pressed_language(sent.pressed) or self.shown_again(sent.text)
            if sent.photo:
                said = f"{self.pages.say(history.language, 'photo_own')}\n{said}"
            history = history.heard(said, sent.pressed)
        if post is None:
            return self.fresh_page()
        for row, line in post.lines:
            history = history.said(row, line)
        notice = self.pages.say(history.language, "sealing") if post.waits else ""
        draft = "" if any(line.wipes for _, line in post.lines) else sent.draft
        fresh = bool(post.lines)
        return self.page(View(token, history, self.house.token(), notice, draft, (), post.waits, fresh))

    def shown_again(self, text: str) -> str:
        """A person's words as their bubble keeps them: a code stays on paper, not on the page."""
        return COVERED if self.reading.codes.read(text) else text

    def refuse_page(self, refused: Refused, sent: Sent) -> Response:
        """The reason in a sentence, and everything that was typed or ticked still in its place."""
        token, draft = read_token(sent.token, self.house.keys, self.house.now()), sent.text or sent.draft
        history = open_history(sent.history, token, self.house.keys) if token else History()
        notice = self.pages.say(history.language, refused.key, **refused.values)
        if token is None:
            return self.fresh_page(refused, notice, draft)
        return self.page(View(token, history, sent.id or self.house.token(), notice, draft, sent.pressed), refused)

    def fresh_page(self, refused: Refused | None = None, notice: str = "", draft: str = "") -> Response:
        return self.page(self.pages.start(new_token(self.house.now()), notice, draft), refused)

    def page(self, view: View, refused: Refused | None = None) -> Response:
        html = self.pages.html(view)
        return HTMLResponse(html, refused.status, headers_of(refused)) if refused else HTMLResponse(html)

    async def message(self, request: Request) -> Response:
        """POST /pesan: the same for the script; the answer carries the reply."""
        read = read_form if is_form(request) else read_json  # a photo comes as a form
        async with self.bodies.read(request, origin(request)) as body:
            sent = await read(request, body)
            post = await self.door.hear(sent, self.known(sent.token), origin(request))
        covered = {"covered": COVERED} if self.shown_again(sent.text) != sent.text else {}
        return JSONResponse({**self.piece(post or Post(), sent.seen, self.language(request)), **covered})

    async def shown(self, request: Request) -> Response:
        """POST /sudah: the page has shown its answers up to a row."""
        async with self.bodies.read(request, origin(request)) as body:
            sent = await read_json(request, body)
        await self.door.settle(self.known(sent.token).address, sent.seen)
        return Response(status_code=204)

    async def slip(self, request: Request) -> Response:
        """GET /sudah/...: the same from a page without a script; all it can ever say is this one thing."""
        slip = open_slip(request.path_params["slip"], self.house.keys)
        if slip:
            await self.door.settle(*slip)
        return Response(DOT, media_type="image/gif")

    async def stream(self, request: Request) -> Response:
        """GET /arus: answers that took longer than a page waits; its token comes in a header, never in an address."""
        token = self.known(request.headers.get("x-suar-token", ""))
        if self.streams[token.address] >= STREAMS_OF_ONE or self.streams.total() >= STREAMS_OF_ALL:
            raise Refused(429, "line", 5, seconds="5")
        seen = row_of(request.headers.get("last-event-id", ""))
        return EventSourceResponse(self.events(token, seen, self.language(request)))

    async def events(self, token: Token, seen: int, language: str) -> AsyncIterator[ServerSentEvent]:
        """One event as soon as there is something to say, or none in all the time a stream has."""
        self.streams[token.address] += 1
        try:
            with suppress(Refused):  # the database is gone: the stream ends, and the page begins another
                post = await self.door.look(token, seen, STREAM, STREAM_EVERY)
                if post.lines or not post.waits:
                    piece = self.piece(post, seen, language)
                    yield ServerSentEvent(json.dumps(piece, ensure_ascii=False), id=str(piece["seen"]))
        finally:
            self.streams -= Counter({token.address: 1})

    def piece(self, post: Post, seen: int, shown: str) -> dict[str, Any]:
        """Answers for the script: bubbles to put in, the last row of them, whether more is on its way.

        `shown` is the page's language; where the newest answer is in another one, the page's words come along.
        """
        lines = [line for _, line in post.lines]
        wipes = max((at for at, line in enumerate(lines) if line.wipes), default=None)
        language = lines[-1].language if lines else shown
        return {
            "html": self.pages.piece(lines[wipes:], language),
            "seen": max([seen, *(row for row, _ in post.lines)]),
            "waits": post.waits,
            **({} if wipes is None else {"wipes": True}),
            **({} if language == shown else {"language": language, "words": self.pages.words(language)}),
        }

    def language(self, request: Request) -> str:
        """In which the page of a script is; one that we do not speak counts as the first."""
        said = request.headers.get("content-language", "")
        return said if said in self.house.shelf.languages else FIRST

    def refuse_json(self, refused: Refused, language: str) -> Response:
        """The reason for the script; a page too old gets a new token to go on with."""
        key = "line_auto" if refused.key == "line" else refused.key
        told: dict[str, Any] = {"say": self.pages.say(language, key, **refused.values), "wait": refused.wait}
        if refused.key == "old":
            told["token"] = write_token(new_token(self.house.now()), self.house.keys)
        return JSONResponse(told, refused.status, headers_of(refused))

    def scripted(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint for the script: from our page only, and every refusal in words."""

        async def answer(request: Request) -> Response:
            try:
                self.check_origin(request)
                return await endpoint(request)
            except Refused as refused:
                return self.refuse_json(refused, self.language(request))

        return answer

    def check_origin(self, request: Request) -> None:
        if not same_site(request, self.base_url):
            raise Refused(403, "foreign")

    def known(self, text: str) -> Token:
        """The token of a page that we gave out today."""
        token = read_token(text, self.house.keys, self.house.now())
        if token is None:
            raise Refused(403, "old")
        return token


def origin(request: Request) -> str:
    """The network address of whoever is at the other end, by the connection and no header."""
    return request.client.host if request.client else ""


def headers_of(refused: Refused) -> dict[str, str]:
    """When to come again; and where half a request was sent, its connection ends."""
    headers = {"Retry-After": str(refused.wait)} if refused.wait else {}
    return {**headers, "Connection": "close"} if refused.status == HALF_SENT else headers


def routes(service: Service, clock: Callable[[], float] = time.monotonic) -> list[BaseRoute]:
    """The web chat's routes, for `/`."""
    # At the level of debugging it would write every answer, a code too, into the log.
    logging.getLogger("sse_starlette").setLevel(logging.INFO)
    chat = Chat(service, clock)
    guard = [security_headers(CSP)]
    small = [*guard, Middleware(GZipMiddleware, compresslevel=6)]
    # The address of a file changes with it, so a phone may keep it for a day.
    kept = [security_headers(CSP, "public, max-age=86400, immutable"), Middleware(GZipMiddleware)]
    return [
        Route("/", chat.start, methods=["GET"], middleware=small),
        Route("/", chat.post, methods=["POST"], middleware=small),
        Route("/pesan", chat.scripted(chat.message), methods=["POST"], middleware=small),
        Route("/sudah", chat.scripted(chat.shown), methods=["POST"], middleware=guard),
        Route("/sudah/{slip}", chat.scripted(chat.slip), methods=["GET"], middleware=guard),
        Route("/arus", chat.scripted(chat.stream), methods=["GET"], middleware=guard),
        Mount("/aset", StaticFiles(directory=STATIC), middleware=kept),
        *sound_routes(service.house.shelf, CSP),
    ]
