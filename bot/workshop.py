"""A desk without doors, for a command that works on the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.clock import Parts
from bot.desk import Desk
from bot.errands import Runner
from bot.house import House


@contextmanager
def working(house: House) -> Iterator[Parts]:
    """What the clock's jobs are given; errands that wait are left to the service."""
    runner = Runner(house)
    desk = Desk(house, runner.start)
    runner.desk = desk
    desk.start()
    try:
        yield Parts(house, desk, runner)
    finally:
        runner.close()
        desk.close()
