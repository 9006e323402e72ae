"""A sender in a process of its own, whose messenger is a file: what it took stays there after a kill."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.app import running
from bot.channels.card import Card, Shown
from bot.outbox import Sender
from bot.settings import Settings
from handlers.render import Line

NAME = "paper"
PACE = 0.01  # seconds that a row takes


@dataclass(slots=True)
class Paper:
    """One line a row: its number and to whom."""

    path: Path
    name: str = NAME

    async def send(self, address: str, line: Line, row: int) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{row} {address}\n")
        await asyncio.sleep(PACE)

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        await self.send(address, card.line, row)
        return Shown()


def main() -> None:
    """Send until killed."""
    with running(Settings(), clock_too=False) as service:
        asyncio.run(Sender(service, Paper(Path(sys.argv[1]))).run())


if __name__ == "__main__":
    main()
