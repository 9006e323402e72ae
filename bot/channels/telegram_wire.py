"""The wire to the Bot API: HTTP by aiohttp, at an eighth of the cost of the library's own, and what broke where."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.settings import Settings

CONNECT = 5.0  # seconds
READ = 10.0  # seconds; with the connection less than a row's lease
LARGEST = 8 * 1024 * 1024  # bytes of an answer: a page of a hundred updates is far smaller
CHUNK = 64 * 1024
AGAIN = 5  # seconds, where a 429 does not say when

Seconds = float | None


class Unsent(NetworkError):
    """No connection: the call never left."""


class Broken(NetworkError):
    """The call left, and its answer did not come: it may have taken effect."""


class Flooded(TelegramError):
    """Too many calls: none for so many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("too many calls")
        self.wait = wait


class TooLarge(TelegramError):
    """More bytes than were asked for."""


class Wire(BaseRequest):
    """One pool of connections, opened by the first call in the loop that uses it."""

    def __init__(self) -> None:
        self.session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> Seconds:
        return READ

    async def initialize(self) -> None:
        """Nothing: a session belongs to a loop."""

    async def shutdown(self) -> None:
        """Let go of the connections."""
        if self.session is not None:
            await self.session.close()
            self.session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call of the library; of its time-outs only the one for reading is heeded."""
        read = READ if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        if request_data and request_data.multipart_data:
            return await self.call(url, None, read, method, form_of(request_data))
        return await self.call(url, request_data.parameters if request_data else {}, read, method)

    async def call(
        self, url: str, values: Any, read: Seconds = READ, method: str = "POST", form: aiohttp.FormData | None = None
    ) -> tuple[int, bytes]:
        """Status and body; Unsent, Broken or Flooded. No error carries the address: the token stands in it."""
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_connect=CONNECT, sock_read=read)
        try:
            async with self.opened().request(
                method, url, json=values or None, data=form, timeout=timeout, allow_redirects=False
            ) as answer:
                status, body = answer.status, await limited(answer, LARGEST)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unsent(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Broken(type(error).__name__) from None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(retry_after(body))
        return status, body

    async def fetch(self, url: str, most: int) -> bytes:
        """A file of at most so many bytes; TooLarge as soon as it has more."""
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_connect=CONNECT, sock_read=READ)
        try:
            async with self.opened().get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != HTTPStatus.OK:
                    raise Broken(f"status {answer.status}")
                return await limited(answer, most)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Broken(type(error).__name__) from None

    def opened(self) -> aiohttp.ClientSession:
        """The session of this loop."""
        if self.session is None:
            self.session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self.session


def form_of(sent: RequestData) -> aiohttp.FormData:
    """Parameters and files of one call, as the Bot API takes files."""
    form = aiohttp.FormData(sent.json_parameters)
    for name, (file, data, kind) in sent.multipart_data.items():
        form.add_field(name, data, filename=file, content_type=kind)
    return form


async def limited(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body while it comes in, and no more of it than was allowed."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(CHUNK):
        body += piece
        if len(body) > most:
            raise TooLarge("too many bytes")
    return bytes(body)


def retry_after(body: bytes) -> int:
    """The seconds that a 429 asks for."""
    try:
        return max(int(json.loads(body)["parameters"]["retry_after"]), 1)
    except (LookupError, TypeError, ValueError):
        return AGAIN


def hush() -> None:
    """At the level of debugging these write addresses with the token, and what people wrote, into the log."""
    for name in ("telegram", "aiohttp", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def new_bot(settings: Settings) -> tuple[ExtBot[None], Wire]:
    """The library's client over a wire of its own; the wire is closed by whoever made it."""
    hush()
    wire, base = Wire(), settings.telegram_api_base_url.rstrip("/")
    token = settings.telegram_bot_token.get_secret_value()
    bot = ExtBot(token, f"{base}/bot", f"{base}/file/bot", request=wire, get_updates_request=wire)
    return bot, wire


@asynccontextmanager
async def open_bot(settings: Settings) -> AsyncIterator[tuple[ExtBot[None], Wire]]:
    """A bot for as long as it is used."""
    bot, wire = new_bot(settings)
    try:
        yield bot, wire
    finally:
        await wire.shutdown()
