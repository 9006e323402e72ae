"""Transcripts told to the running web chat by a phone of a few lines, and heard as the transcripts say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from handlers.render import Line
from tests.talks import LABELS, SILENCE, Heard, Player, Sent, Talk, unmarked
from tests.web_chat import Clock, Phone

TAG = re.compile(r"<[^>]+>")
COPY = re.compile(r'data-copy="([^"]+)"')
WRONG_CODE = "abadi bulan cermin dapur emas fajar"
BETWEEN = 7  # seconds from one message to the next
READING = 20  # seconds until an answer is taken as shown: the phone that tells it is slow


@dataclass(slots=True)
class Teller:
    """Tells a talk line by line; `said` is every word of it, `codes` are what the page showed."""

    phone: Phone
    clock: Clock
    said: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    async def tell(self, talk: Talk) -> None:
        """The whole talk on a page of its own; from a code on the store answers, and the transcript no more."""
        self.clock.at = max(self.clock.at, float(talk.now))
        await self.phone.open()
        ours = True
        for sent, line in turns(talk):
            ours = ours and sent.text != "(kode)"
            await self.send(sent.text)
            if ours:
                self.check(line)
            self.clock.at += READING
            await self.phone.shown()

    async def send(self, text: str) -> None:
        """One line, after its silence, with whatever takes longer."""
        if silence := SILENCE.match(text):
            self.clock.at += 60 * int(silence[1])
            text = text[silence.end() :].strip()
        text = unmarked(text)
        self.clock.at += BETWEEN
        text = {"(kode)": self.codes[-1] if self.codes else "", "(kode salah)": WRONG_CODE}.get(text, text)
        if text.startswith("["):
            answer = await self.phone.press(*LABELS.findall(text))
        else:
            self.said.append(text)
            answer = await self.phone.post(text)
        assert answer.status_code == 200, text
        if answer.json()["waits"]:
            await self.wait()
        self.codes += [code for code in COPY.findall(self.phone.html) if code not in self.codes]

    async def wait(self) -> None:
        """Until what takes long has come by the stream."""
        headers = {"x-suar-token": self.phone.token, "last-event-id": str(self.phone.seen)}
        came = await self.phone.client.get("/arus", headers=headers, timeout=60)
        rows = (row.removeprefix("data: ") for row in came.text.splitlines() if row.startswith("data: "))
        piece = json.loads(next(rows))
        self.phone.html, self.phone.seen = piece["html"], piece["seen"]

    def check(self, line: Line | None) -> None:
        """Every text of the transcript stands on the page."""
        shown = plain(self.phone.html)
        for text in line.texts if line else ():
            if line and line.copy and line.copy in text and line.covert:
                self.codes.append(told_in(shown, text, line.copy))
            told = text.replace(line.copy, self.codes[-1]) if line and line.copy else text
            assert " ".join(told.split()) in shown


def told_in(shown: str, text: str, code: str) -> str:
    """The code on a page where the transcript tells another: no button copies that of somebody it happens to."""
    before, _, after = " ".join(text.split()).partition(code)
    found = re.search(f"{re.escape(before)}((?:[a-z]+ ){{5}}[a-z]+){re.escape(after)}", shown)
    assert found, text
    return found[1]


def turns(talk: Talk) -> Iterator[tuple[Sent, Line | None]]:
    """What a resident sends, each with the last words that come of it."""
    found: list[tuple[Sent, Line | None]] = []
    for sent, heard in zip(talk.sent, Player(talk).run(), strict=True):
        if sent.who == "R":
            found.append((sent, heard.line))
        else:
            found[-1] = (found[-1][0], newest(heard, found[-1][1]))
    return iter(found)


def newest(heard: Heard, before: Line | None) -> Line | None:
    """The words of an errand's end, or those that stood."""
    return heard.line or before


def plain(html: str) -> str:
    """What a page or a piece of it says, on one line."""
    return " ".join(unescape(TAG.sub("", html)).split())
