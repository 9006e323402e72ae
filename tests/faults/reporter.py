"""A neighbour at the web chat who tells a whole report and repeats whatever was not acknowledged."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from random import Random
from typing import Any

import aiohttp

from tests.web_chat import FIELD, buttons

CODE = re.compile(r'data-copy="([^"]+)"')
TALK = ("Cerita ke petugas", "Orang lain yang saya lihat", "Ya, masih berlangsung", "Dikunci atau dijaga")
PLACE, CHOSEN, ADD, SEND = (
    "rawajati",
    "Rawajati, Pancoran, Jakarta Selatan",
    "Tambah cerita atau foto",
    "Kirim sekarang",
)
AGAIN = 0.3  # seconds after which what was not acknowledged is sent again
BUSY = frozenset({500, 502, 503, 504})


class Stuck(Exception):
    """A talk that cannot go on; the message is what the page shows."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a message is sent to two doors under one id, and how often two messages leave at once."""

    twice: float = 0.2
    pairs: float = 0.15
    pause: float = 0.3  # seconds of thought before a message, at most


@dataclass(slots=True)
class Reporter:
    """One person; `number` is the network they come from and the mark in their words."""

    number: int
    client: aiohttp.ClientSession = field(repr=False)
    doors: Sequence[str]
    luck: Random = field(repr=False)
    habits: Habits = field(default_factory=Habits)
    token: str = field(default="", repr=False)
    seen: int = 0
    html: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    acknowledged: list[str] = field(default_factory=list, repr=False)  # ids of messages
    told: list[str] = field(default_factory=list, repr=False)  # the words of the story, in order
    refusals: list[str] = field(default_factory=list, repr=False)  # sentences that came instead of an answer
    repeats: int = 0
    waits: bool = False  # the page says that something is on its way

    @property
    def mark(self) -> str:
        """A word that nobody else writes."""
        return f"tanda{self.number:05d}"

    @property
    def address(self) -> str:
        """The person's address at the desk: the first half of the token."""
        return urlsafe_b64decode(self.token + "=" * (-len(self.token) % 4))[:16].hex()

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Forwarded-For": f"10.{self.number % 256}.{self.number // 256}.1"}

    async def tell(self) -> None:
        """A report from the greeting to the code."""
        await self.open()
        while not self.code:
            await asyncio.sleep(self.luck.uniform(0, self.habits.pause))
            await self.act()

    async def open(self) -> None:
        """A new chat."""
        while True:
            try:
                async with self.client.get(f"{self.door()}/", headers=self.headers) as answer:
                    page = await answer.text()
                    if answer.status == 200:
                        self.token, self.seen, self.html = dict(FIELD.findall(page))["token"], 0, page
                        return
            except (aiohttp.ClientError, TimeoutError):
                self.repeats += 1
            await asyncio.sleep(AGAIN)

    def door(self) -> str:
        return self.luck.choice(self.doors)

    async def act(self) -> None:
        """Whatever the page asks for next."""
        shown = buttons(self.html)
        if self.waits:
            await self.look()
        elif SEND in shown:
            await self.press(shown[SEND if self.told else ADD])
        elif CHOSEN in shown:
            await self.press(shown[CHOSEN])
        elif label := next((one for one in TALK if one in shown), ""):
            await self.press(shown[label])
        elif "Di mana" in self.html or "kelurahan" in self.html:
            await self.say(PLACE)
        elif "tambahannya" in self.html:
            await self.story()
        else:
            raise Stuck(re.sub(r"<[^>]+>", " ", unescape(self.html))[-600:])

    async def press(self, token: str) -> None:
        """One button, or the same button twice at once: two messages of one person."""
        if self.luck.random() < self.habits.pairs:
            await asyncio.gather(self.say("", token), self.say("", token))
        else:
            await self.say("", token)

    async def story(self) -> None:
        """One message, or two at once: both must be in the report, whichever came first."""
        self.told = [f"{self.mark} pintu abu-abu"]
        if self.luck.random() < self.habits.pairs:
            self.told.append(f"{self.mark} pagar tinggi")
        await asyncio.gather(*(self.say(words) for words in self.told))

    async def say(self, text: str, *pressed: str) -> None:
        """One message, to one door or under one id to two at once, until it is acknowledged."""
        id = self.luck.randbytes(16).hex()
        body = {"token": self.token, "id": id, "text": text, "pressed": pressed, "seen": self.seen}
        twice = self.luck.random() < self.habits.twice
        pieces = await asyncio.gather(*(self.deliver(body) for _ in range(2 if twice else 1)))
        self.acknowledged.append(id)
        for piece in sorted(pieces, key=lambda one: int(one["seen"])):
            self.take(piece)
        if self.luck.random() < 0.5:
            await self.shown()

    def take(self, piece: dict[str, Any]) -> None:
        """What came, if it is newer than what stands on the page."""
        if piece["seen"] >= self.seen:
            self.html, self.seen, self.waits = piece["html"] or self.html, piece["seen"], piece["waits"]
        if found := CODE.search(piece["html"]):
            self.code = found.group(1)

    async def deliver(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send under the same id until somebody acknowledges it."""
        while True:
            try:
                async with self.client.post(f"{self.door()}/pesan", json=body, headers=self.headers) as answer:
                    piece: dict[str, Any] = await answer.json()
                    if answer.status == 200:
                        return piece
                    await self.refused(answer.status, piece)
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(self.luck.uniform(0, 2 * AGAIN))
            self.repeats += 1

    async def refused(self, status: int, piece: dict[str, Any]) -> None:
        """Wait as long as the sentence says; what is no waiting is a fault of the door."""
        if status not in BUSY and status != 429:
            raise Stuck(f"{status}: {piece}")
        self.refusals.append(str(piece["say"]))
        await asyncio.sleep(piece["wait"] or self.luck.uniform(0, 2 * AGAIN))

    async def shown(self) -> None:
        """The page tells that its answers were shown; nobody repeats that."""
        try:
            body = {"token": self.token, "seen": self.seen}
            async with self.client.post(f"{self.door()}/sudah", json=body, headers=self.headers):
                return
        except (aiohttp.ClientError, TimeoutError):
            return

    async def look(self) -> None:
        """Wait for the code as the page's script does."""
        headers = {**self.headers, "X-Suar-Token": self.token, "Last-Event-ID": str(self.seen)}
        try:
            async with self.client.get(f"{self.door()}/arus", headers=headers) as answer:
                if answer.status == 200:
                    for line in (await answer.text()).splitlines():
                        if line.startswith("data:"):
                            self.take(json.loads(line.removeprefix("data:")))
                    return
        except (aiohttp.ClientError, TimeoutError):
            self.repeats += 1
        await asyncio.sleep(AGAIN)
