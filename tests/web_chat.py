"""A browser of a few lines, for talking to the web chat over HTTP with and without a script."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.channels import web
from bot.service import Service

HOME = "http://127.0.0.1:8000"
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
TEXTAREA = re.compile(r"<textarea[^>]*>\n(.*?)</textarea>", re.DOTALL)
BUTTON = re.compile(r'name="(?:press|pick)" value="([^"]+)"[^>]*>(?:<span>)?([^<]+)<')
NOTICE = re.compile(r'role="status">([^<]*)<')
SLIP = re.compile(r'src="(/sudah/[^"]+)"')


class Clock:
    """A clock that a test moves; both as seconds of the day and as a stop-watch."""

    def __init__(self, at: float = 1_790_000_000) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def now(self) -> int:
        return int(self.at)


@dataclass(slots=True)
class Page:
    """What came back, as a person and their browser see it."""

    answer: httpx.Response

    @property
    def html(self) -> str:
        return self.answer.text

    @property
    def fields(self) -> dict[str, str]:
        return dict(FIELD.findall(self.html))

    @property
    def box(self) -> str:
        found = TEXTAREA.search(self.html)
        assert found
        return unescape(found.group(1))

    @property
    def notice(self) -> str:
        found = NOTICE.search(self.html)
        assert found
        return unescape(found.group(1))

    @property
    def slip(self) -> str:
        found = SLIP.search(self.html)
        return found.group(1) if found else ""

    def button(self, label: str) -> str:
        return buttons(self.html)[label]


def buttons(html: str) -> dict[str, str]:
    """The buttons and ticks of a page or a piece of it: label to token."""
    return {unescape(label): token for token, label in BUTTON.findall(html)}


@dataclass(slots=True)
class Phone:
    """One phone at one network address; `token` and `seen` as the page's script keeps them."""

    client: httpx.AsyncClient
    token: str = ""
    seen: int = 0
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def open(self) -> Page:
        page = Page(await self.client.get("/"))
        self.token, self.seen, self.html = page.fields["token"], 0, page.html
        return page

    async def form(self, page: Page, id: str = "", **said: Any) -> Page:
        """Send the page's form, as without a script."""
        fields = {**page.fields, **({"id": id} if id else {}), "text": "", **said}
        parts = [
            (name, one) for name, value in fields.items() for one in ([value] if isinstance(value, str) else value)
        ]
        sent = [(name, (None, value)) for name, value in parts]
        return Page(await self.client.post("/", files=sent, headers=self.headers))

    async def post(self, text: str = "", *pressed: str, id: str = "", **more: Any) -> httpx.Response:
        """Send what the script sends."""
        body = {"token": self.token, "id": id or secrets.token_hex(16), "text": text, "pressed": pressed}
        answer = await self.client.post("/pesan", json={**body, "seen": self.seen, **more}, headers=self.headers)
        if answer.status_code == httpx.codes.OK:
            self.html, self.seen = answer.json()["html"], answer.json()["seen"]
        return answer

    async def press(self, *labels: str) -> httpx.Response:
        """Press by label, and tell that the answer was shown."""
        shown = buttons(self.html)
        answer = await self.post("", *(shown[label] for label in labels))
        await self.shown()
        return answer

    async def shown(self) -> httpx.Response:
        return await self.client.post("/sudah", json={"token": self.token, "seen": self.seen})

    async def to_review(self) -> None:
        """A witness's report up to the last question."""
        await self.open()
        for label in (
            "Cerita ke petugas",
            "Orang lain yang saya lihat",
            "Ya, masih berlangsung",
            "Dikunci atau dijaga",
        ):
            await self.press(label)
        await self.post("rawajati")
        await self.press("Rawajati, Pancoran, Jakarta Selatan")


def make_web(service: Service, clock: Clock) -> Starlette:
    """The web chat alone."""
    return Starlette(routes=web.routes(service, clock))


@asynccontextmanager
async def phone(app: ASGIApp, address: str = "127.0.0.1") -> AsyncIterator[Phone]:
    """A phone that reaches the app from a network address."""
    transport = httpx.ASGITransport(app=app, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield Phone(client)
