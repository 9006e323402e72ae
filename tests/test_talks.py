"""Talks run as their transcripts say, on the handlers alone and through a running desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.batch import Errands
from bot.desk import Desk
from bot.inbound import Inbound, Receipt
from bot.service import Service
from handlers.render import Line
from tests.service import make_service, staffed
from tests.talks import FOLDER, Heard, Player, Sent, Talk, load_talk, spoken, written

TALKS = sorted(FOLDER.glob("*.txt"))
ON_A_DESK = ("saksi", "saksi-tombol", "kalimat-bebas", "ubah", "percakapan-lewat")


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_a_talk_runs_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    talk = load_talk(path)
    runs = written(talk, Player(talk).run())
    if request.config.getoption("--rewrite-talks"):
        path.write_text(runs, encoding="utf-8")
    assert runs == path.read_text(encoding="utf-8")


def test_a_witness_sends_in_seven_replies_and_is_done_in_eight() -> None:
    talk = load_talk(FOLDER / "saksi.txt")
    after_hello = [sent.text for sent in talk.sent if sent.who == "R"][1:]
    heard = list(Player(talk).run())
    filed = next(number for number, one in enumerate(heard) if any(done.startswith("file ") for done in one.done))
    assert filed == 7
    assert len(after_hello) == 8
    assert after_hello[-1] == "SUDAH"


@dataclass(slots=True)
class Ears:
    """Stands where errands see the desk, and keeps what a resident hears at their end."""

    desk: Desk
    receipts: list[Future[Receipt]] = field(default_factory=list)

    def hear(self, message: Inbound) -> Future[Receipt]:
        self.receipts.append(self.desk.hear(message))
        return self.receipts[-1]

    def __getattr__(self, name: str) -> object:
        return getattr(self.desk, name)
