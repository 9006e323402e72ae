"""The server as it is set up: whose word on addresses counts, what half a request gets, and which host serves what."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.app import make_app
from bot.channels import web_body
from bot.console import visit
from bot.install import CannotStart
from bot.server import CONNECTIONS, bound, config
from bot.service import Service
from bot.settings import Settings
from tests.databases import Sqlite
from tests.service import make_service

pytestmark = pytest.mark.anyio
HERE = "127.0.0.1"


@pytest.fixture
def service(sqlite: Sqlite) -> Iterator[Service]:
    with sqlite.fresh() as url, make_service(url) as service:
        yield service


@contextmanager
def served(app: Starlette, **given: Any) -> Iterator[int]:
    """The port of a server with the real set-up."""
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        server = uvicorn.Server(config(app, Settings.model_construct(**given)))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def test_a_port_that_is_taken_is_said_before_anything_is_begun() -> None:
    with socket.create_server((HERE, 0)) as taken:
        settings = Settings.model_construct(host=HERE, port=taken.getsockname()[1])
        with pytest.raises(CannotStart, match="set PORT"), bound(settings):
            pytest.fail("it was given")


# Addresses


def origin_seen(forwarded: str, **given: Any) -> str:
    """Who the server thinks is asking."""

    async def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.client.host if request.client else "")

    with served(Starlette(routes=[Route("/", who)]), **given) as port:
        return httpx.get(f"http://{HERE}:{port}/", headers={"X-Forwarded-For": forwarded}).text


def test_a_forwarded_address_is_ignored_by_default() -> None:
    assert origin_seen("203.0.113.9") == HERE


def test_a_forwarded_address_is_ignored_from_anybody_but_a_trusted_proxy() -> None:
    assert origin_seen("203.0.113.9", trusted_proxies="10.0.0.1, fd00::/8") == HERE


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.1,127.0.0.0/8"])
def test_a_trusted_proxy_is_believed_and_what_was_forged_before_it_is_not(proxies: str) -> None:
    assert origin_seen("198.51.100.7, 203.0.113.9", trusted_proxies=proxies) == "203.0.113.9"


# Half requests


def half(port: int, path: str, kind: str) -> bytes:
    """Send half a request, then wait; all that comes until the server hangs up."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HERE}\r\nContent-Type: {kind}\r\nContent-Length: 500\r\n\r\n"
    with socket.create_connection((HERE, port), 10) as line:
        line.sendall(head.encode() + b"to")
        got = b""
        while piece := line.recv(65_536):
            got += piece
    return got


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "multipart/form-data; boundary=x"),
        ("/pesan", "application/json"),
        ("/konsol/masuk", "application/x-www-form-urlencoded"),
    ],
)
def test_half_a_body_is_answered_in_words_and_hung_up(
    service: Service, monkeypatch: pytest.MonkeyPatch, path: str, kind: str
) -> None:
    monkeypatch.setattr(web_body, "SECONDS", 0.2)
    monkeypatch.setattr(visit, "FORM_SECONDS", 0.2)
    monkeypatch.setattr("bot.server.IDLE_SECONDS", 1)
    with served(make_app(service)) as port:
        got = half(port, path, kind)
    assert got.startswith(b"HTTP/1.1 408 ")
    assert b"Muat ulang" in got or b"content-encoding" in got


def test_the_server_takes_a_bounded_number_of_connections() -> None:
    assert config(Starlette(), Settings.model_construct()).limit_concurrency == CONNECTIONS


async def test_without_a_store_a_picture_of_somebody_unknown_is_not_taken_into_memory(service: Service) -> None:
    def down(*_: object) -> None:
        raise OperationalError("SELECT 1", None, Exception("down"))

    taken: list[int] = []

    async def picture() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="x"\r\n\r\n'
        for number in range(160):
            taken.append(number)
            yield b"0" * 65_536
        yield b"\r\n--x--\r\n"

    transport = httpx.ASGITransport(make_app(service))
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": f"suar={'A' * 43}"}
    sa.event.listen(service.house.engine, "before_cursor_execute", down)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        answer = await client.post("/konsol/peringatan/tulis", content=picture(), headers=headers)
    sa.event.remove(service.house.engine, "before_cursor_execute", down)
    assert (answer.status_code, taken) == (503, [])


# Hosts


async def statuses(service: Service, **given: Any) -> dict[str, int]:
    """What each page answers on the chat's host and on the console's."""
    app = make_app(replace(service, settings=Settings.model_construct(**given)))
    found = {}
    for host in ("suar.example", "konsol.suar.example"):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"https://{host}") as client:
            for path in ("/", "/konsol/masuk"):
                found[host + path] = (await client.get(path)).status_code
    return found


async def test_the_console_on_the_chats_own_host_leaves_the_chat_alone(service: Service) -> None:
    same = {"public_base_url": "https://suar.example", "console_base_url": "https://SUAR.example/"}
    found = await statuses(service, **same)
    assert (found["suar.example/"], found["suar.example/konsol/masuk"]) == (200, 200)


async def test_the_console_on_a_host_of_its_own_is_only_there(service: Service) -> None:
    two = {"public_base_url": "https://suar.example", "console_base_url": "https://konsol.suar.example"}
    assert await statuses(service, **two) == {
        "suar.example/": 200,
        "suar.example/konsol/masuk": 404,
        "konsol.suar.example/": 404,
        "konsol.suar.example/konsol/masuk": 200,
    }


# Charsets


@pytest.mark.parametrize("charset", ["idna", "undefined", "rot13", "utf-7", "\x01", "nonsense"])
async def test_a_strange_charset_is_answered_in_words(service: Service, charset: str) -> None:
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff..+\xff\r\n--x--\r\n'
    transport = httpx.ASGITransport(make_app(service))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        answer = await client.post("/", content=body, headers={"Content-Type": kind})
    assert answer.status_code in {400, 403}
    assert 'role="status"' in answer.text
