"""Two processes on one PostgreSQL, one of them killed: the other takes over, and no alert is sent twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.batch import body_of
from bot.keys import Keys
from handlers.render import Line
from models import message, person
from models.base import make_engine
from models.message import Reply
from models.person import Person
from models.tables import outbox, sender, slot
from tests import tally
from tests.databases import Postgres
from tests.faults.audit import keys_of
from tests.faults.mailman import NAME
from tests.faults.product import PATIENCE, Product, make_product
from tests.faults.ticker import JOB

pytestmark = pytest.mark.postgres
REPLIES, BULK = 60, 60


@pytest.fixture
def product(postgres: Postgres, tmp_path: Path) -> Iterator[Product]:
    with postgres.fresh() as url:
        yield make_product(tmp_path, url, ["serve"], SUAR_DEMO="0")


@pytest.fixture
def engine(product: Product) -> Iterator[Engine]:
    engine = make_engine(product.database_url)
    yield engine
    engine.dispose()


@contextmanager
def two(product: Product, module: str, path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two processes of one module; they are killed at the end."""
    command = [sys.executable, "-m", module, str(path)]
    own = product.children[0].environment
    made = [subprocess.Popen(command, cwd=product.folder, env=own, process_group=0) for _ in range(2)]
    try:
        yield made
    finally:
        for one in made:
            one.kill()
            one.wait(PATIENCE)


def post(connection: Connection, keys: Keys) -> None:
    """Replies to some people, and the same alert to many."""
    line = json.dumps(Line(("halo",)).dump()).encode()
    for number in range(REPLIES + BULK):
        key = f"person {number}".encode()
        person.save(connection, [Person(key, 1)], tally.NOON)
        address = keys.seal_field(str(number).encode(), f"outbox|{key.hex()}|address")
        message.put(connection, [Reply(key, NAME, address, keys.seal_field(line, body_of(key)))], tally.NOON)
        if number >= REPLIES:
            connection.execute(sa.update(outbox).where(outbox.c.person == key).values(bulk=True))


def sent(path: Path) -> Counter[int]:
    """How often each address got something."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return Counter(int(line.split()[1]) for line in lines)


def end_leases(engine: Engine) -> None:
    """As if the seconds of all leases had passed: row by row, whoever lives is writing to the same ones."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.update(sender).values(until=1))
        for row in connection.execute(sa.select(outbox.c.id).where(outbox.c.until.is_not(None))).scalars():
            connection.execute(sa.update(outbox).where(outbox.c.id == row).values(until=1))


def waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state == "waiting")
        return int(connection.execute(query).scalar_one())


@pytest.mark.parametrize("after", [20, REPLIES + 20], ids=["among replies", "among alerts"])
def test_a_sender_that_is_killed_is_followed_by_the_other(
    product: Product, engine: Engine, tmp_path: Path, after: int
) -> None:
    path = tmp_path / "sent"
    with engine.begin() as connection:
        post(connection, keys_of(product.folder))
    with two(product, "tests.faults.mailman", path) as both:
        tally.until(lambda: sent(path).total() >= after, PATIENCE)
        with engine.connect() as connection:
            holders = set(connection.execute(sa.select(sender.c.holder)).scalars())
        assert len(holders) == 1, "one sends, the other stands by"
        both[0].kill()
        both[0].wait(PATIENCE)
        end_leases(engine)  # the killed one's; one that lives takes its own again
        tally.until(lambda: waiting(engine) == 0, PATIENCE)
    times = sent(path)
    assert set(range(REPLIES)) <= set(times), "every reply is sent, one perhaps twice"
    assert {times[number] for number in range(REPLIES, REPLIES + BULK)} <= {0, 1}, "no alert twice"
    with engine.connect() as connection:
        states = Counter(connection.execute(sa.select(outbox.c.state)).scalars())
    assert set(states) <= {"sent", "uncertain"}
    assert states["uncertain"] >= REPLIES + BULK - len(times), "what may not have been sent is listed"


def test_every_slot_runs_once_though_one_of_two_clocks_is_killed(
    product: Product, engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "ticks"

    def ticks() -> list[str]:
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    with two(product, "tests.faults.ticker", path) as both:
        tally.until(lambda: len(ticks()) >= 4, PATIENCE)
        both[0].kill()
        both[0].wait(PATIENCE)
        met = len(ticks())
        tally.until(lambda: len(ticks()) >= met + 4, PATIENCE)
    with engine.connect() as connection:
        claims = list(
            connection.execute(sa.select(slot.c.slot, slot.c.holder, slot.c.done_at).where(slot.c.job == JOB))
        )
    runs, slots = Counter(ticks()), Counter(claim.holder for claim in claims)
    assert set(runs) <= set(slots)
    # A kill may come between the claim of a slot and its run: one of each process, for both are killed in the end.
    assert all(0 <= slots[holder] - runs[holder] <= 1 for holder in slots), (runs, slots)
    assert len({claim.slot for claim in claims}) == len(claims)
