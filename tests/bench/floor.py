"""The floor: the same rows and bytes by the driver's own executemany, with nothing played, sealed or asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from itertools import count
from time import perf_counter, process_time
from typing import Any

from sqlalchemy.engine import Engine

from models.base import is_sqlite, metadata
from tests.bench.crowd import Score
from tests.bench.talk import MESSAGES

INBOUND = "INSERT INTO inbound (key, day) VALUES (?, 0)"
PERSON = (
    "INSERT INTO person (key, version, day, place, place_until, errand_at, lapsed) VALUES (?, ?, 0, ?, 1, NULL, FALSE)"
    " ON CONFLICT (key) DO UPDATE SET version = excluded.version, place = excluded.place"
)
OUTBOX = (
    "INSERT INTO outbox (person, channel, address, body, bulk, state, due, tries)"
    " VALUES (?, 'telegram', ?, ?, FALSE, 'waiting', 0, 0)"
)


class Floor:
    """Writes to our tables in a database of its own; `sizes` are the mean bytes of a turn's values."""

    def __init__(self, engine: Engine, sizes: Mapping[str, int]) -> None:
        metadata.create_all(engine)
        self.engine = engine
        self.bytes = {name: os.urandom(size) for name, size in sizes.items()}
        self.numbers = count(1)

    def turns(self, a_commit: int, seconds: float) -> Score:
        """Turns of eight to a person, so many in each commit."""
        return self.measure(self.turn, a_commit, seconds)

    def rows(self, seconds: float) -> Score:
        """One row of an inbound id in each commit: what the disk can do."""
        return self.measure(lambda number: {INBOUND: (self.key("id", number),)}, 1, seconds)

    def measure(self, make: Callable[[int], dict[str, tuple[Any, ...]]], a_commit: int, seconds: float) -> Score:
        """Commits in a row on one connection until the time is over."""
        with self.engine.connect() as connection:
            began, spent, done = perf_counter(), process_time(), 0
            while not done or perf_counter() < began + seconds:
                made = [make(next(self.numbers)) for _ in range(a_commit)]
                for statement in made[0]:
                    sql = statement if is_sqlite(connection) else statement.replace("?", "%s")
                    connection.exec_driver_sql(sql, [one[statement] for one in made])
                connection.commit()
                done += a_commit
        return Score(done, perf_counter() - began, process_time() - spent)

    def turn(self, number: int) -> dict[str, tuple[Any, ...]]:
        """The three rows of one turn."""
        # Neighbours in a batch are different people, as at the desk: person 0 to 63, then again, eight times.
        crowd, seat = divmod(number, 64 * len(MESSAGES))
        person = self.key("person", crowd * 64 + seat % 64)
        return {
            INBOUND: (self.key("id", number),),
            PERSON: (person, seat // 64 + 1, self.bytes["place"]),
            OUTBOX: (person, self.bytes["address"], self.bytes["body"]),
        }

    def key(self, name: str, number: int) -> bytes:
        """As many bytes as a real key, spread over the index as a hash is."""
        spread = (number * 0x9E3779B97F4A7C15) % 2**64
        return spread.to_bytes(8, "big") + self.bytes[name][8:]
