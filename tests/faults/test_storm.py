"""A short storm in every run of the tests; the whole one is `make faults`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import SystemRandom

from tests.faults.product import make_product
from tests.faults.storm import Weather, storm


def test_kills_lose_nothing_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    commands = ("run",) if database_url.startswith("sqlite") else ("serve", "serve", "work")
    weather = Weather(SystemRandom().randrange(1_000_000), people=12, kills=3, early=0)
    said: list[str] = []
    outcome = asyncio.run(storm(make_product(tmp_path, database_url, commands), weather, said.append))
    assert outcome.found == (), said
    assert outcome.kills >= 3
    assert outcome.people >= 12
    assert outcome.repeats > 0, "no kill met anybody"
