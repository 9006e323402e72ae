"""The parts of the running service that doors and console are given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.desk import Desk, is_down
from bot.errands import Runner
from bot.house import House
from bot.inbound import DeskDown, Inbound, Receipt
from bot.reading import Reading
from bot.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Service:
    """House, desk and reading, with the two ways to use them: hear a message, work on the store."""

    house: House
    settings: Settings
    desk: Desk
    runner: Runner
    reading: Reading

    async def hear(self, message: Inbound, origin: str = "") -> Receipt:
        """Read a message, hand it to the desk, and wait for the commit; DeskDown if it was not stored."""
        return await self.desk.heard(await self.reading.read(message, origin))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A transaction of the one writer; on SQLite everything that writes goes this way."""
        return await self.desk.done(work)

    async def look(self, query: Callable[[Connection], T]) -> T:
        """A read beside the writer, in a thread; DeskDown while the database is not there."""

        def run() -> T:
            with self.house.engine.connect().execution_options(reading=True) as connection:
                return query(connection)

        try:
            return await asyncio.to_thread(run)
        except (DBAPIError, NoConnection) as error:
            if is_down(error):
                raise DeskDown(type(error).__name__) from error
            raise
