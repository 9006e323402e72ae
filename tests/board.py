"""A channel that is a board of cards, its sender, and what is done with alerts on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Engine

from bot import broadcast as broadcasting
from bot.channels.card import Card, Shown
from bot.desk import Desk
from bot.errands import Runner
from bot.outbox import Sender
from bot.reading import Reading
from bot.service import Service
from bot.settings import Settings
from models import broadcast
from models.broadcast import Progress
from tests.test_sender import Vendor


@dataclass
class Board(Vendor):
    """A channel that keeps every card it was given, and says where it stands."""

    cards: list[tuple[str, Card]] = field(default_factory=list)

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        await self.send(address, card.line, row)
        self.cards.append((address, card))
        return Shown(f"at {address}")


@contextmanager
def sender_of(desk: Desk, board: Board) -> Iterator[Sender]:
    """The sender of a desk, whose vendor is this board."""
    reading = Reading(desk.house)
    yield Sender(Service(desk.house, Settings.model_construct(), desk, Runner(desk.house), reading), board)
    reading.close()


def tick(desk: Desk) -> None:
    """What the clock does for alerts."""
    broadcasting.run(desk.house, desk)


def step(post: Sender) -> int:
    """One lease; how many were sent or settled."""
    return asyncio.run(post.step())


def send_all(post: Sender) -> None:
    """Until nothing is left."""
    while step(post):
        pass


def people(number: int) -> list[str]:
    """Addresses."""
    return [f"warga {one}" for one in range(number)]


def progress(engine: Engine, id: str = "a1") -> Progress:
    """How far an alert has come."""
    with engine.connect().execution_options(reading=True) as connection:
        return broadcast.progress(connection, id)


def paid(**values: Any) -> Settings:
    """Settings of an install where alerts on this channel cost something."""
    given = {"whatsapp_broadcast": "on", "whatsapp_tier": 250, "whatsapp_monthly_rupiah": 10_000_000}
    return Settings.model_construct(**{**given, **values})
