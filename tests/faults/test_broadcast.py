"""An alert to very many, a bad day at Telegram, and a process that is killed twice: nobody gets it twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models import alert, broadcast, subscription
from models.base import make_engine
from models.subscription import Subscription
from models.tables import outbox, sender
from tests import tally
from tests.databases import Databases
from tests.faults.audit import keys_of
from tests.faults.product import PATIENCE, Product, make_product
from tests.subscribers import WORDS, approved, deliveries, state_of, store, subscribed
from tests.telegram_server import TOKEN, Fault, Telegram, serving_telegram

PEOPLE = int(os.environ.get("SUBSCRIBERS", "100"))
FIRST = 500_000_000  # a chat's id
SHARE = {"blocked": 0.05, "flood": 0.02, "error": 0.01, "left": 0.05}
LONG = PATIENCE + PEOPLE / 5  # seconds


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """Every fiftieth call meets a flood, every hundredth an error of theirs."""
    server, luck = Telegram(most=100_000), random.Random(9)  # noqa: S311 - the same faults each time

    def weather(method: str) -> Fault | None:
        if method != "sendMessage" or (drawn := luck.random()) >= SHARE["flood"] + SHARE["error"]:
            return None
        return Fault("429") if drawn < SHARE["flood"] else Fault(luck.choice(("500", "502")))

    server.weather = weather
    yield server
    assert server.refused == []


@pytest.fixture
def product(databases: Databases, telegram: Telegram, tmp_path: Path) -> Iterator[Product]:
    with databases.fresh() as url, serving_telegram(telegram) as api:
        more = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": api, "SUAR_DEMO": "0"}
        yield make_product(tmp_path, url, ["work"], **more)


@pytest.fixture
def engine(product: Product) -> Iterator[Engine]:
    engine = make_engine(product.database_url)
    yield engine
    engine.dispose()


@contextmanager
def herald(product: Product) -> Iterator[subprocess.Popen[bytes]]:
    """A process that prepares and sends; killed at the end."""
    own = product.children[0].environment
    with product.children[0].log.open("ab") as log:
        made = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.herald"],
            cwd=product.folder,
            env=own,
            stdout=log,
            stderr=log,
            process_group=0,
        )
    try:
        yield made
    finally:
        made.kill()
        made.wait(PATIENCE)


def end_leases(engine: Engine) -> None:
    """As if the seconds of all leases had passed."""
    with engine.begin() as connection:
        connection.execute(sa.update(sender).values(until=1))
        connection.execute(sa.update(outbox).where(outbox.c.until.is_not(None)).values(until=1))


def heard(telegram: Telegram) -> Counter[int]:
    """How often each chat has the alert."""
    chats = list(telegram.chats.items())
    return Counter({chat: len(one.messages) for chat, one in chats if one.messages})


def reached(telegram: Telegram, enough: float) -> bool:
    """Whether so many have it."""
    return len(heard(telegram)) >= enough


def enrol_all(product: Product, engine: Engine, telegram: Telegram) -> dict[int, Subscription]:
    """Everybody subscribes; some have blocked the bot since."""
    keys, luck = keys_of(product.folder), random.Random(4)  # noqa: S311 - the same people each time
    rows = {chat: subscribed(keys, "telegram", str(chat)) for chat in range(FIRST, FIRST + PEOPLE)}
    store(engine, list(rows.values()))
    for chat in rows:
        telegram.chats[chat].blocked = luck.random() < SHARE["blocked"]
    return rows


def leave_while_it_rests(engine: Engine, people: dict[int, Subscription]) -> set[int]:
    """Some of those whose turn has not come leave while the alert is paused and nothing of it is on its way."""
    now = 1
    with engine.begin() as connection:
        assert broadcast.pause(connection, "a1", now)
    held = sa.select(sa.func.count()).where(outbox.c.alert == "a1", outbox.c.until.is_not(None))

    def quiet() -> bool:
        with engine.connect() as connection:
            return connection.execute(held).scalar_one() == 0

    tally.until(quiet, LONG)
    waits = {key for key, state in deliveries(engine).items() if state == "waiting"}
    left = {chat for chat, one in people.items() if one.person in waits}
    left = set(sorted(left)[: max(int(PEOPLE * SHARE["left"]), 1)])
    with engine.begin() as connection:
        subscription.leave(connection, sorted(people[chat].person for chat in left))
        assert broadcast.resume(connection, "a1", now)
    return left


def test_everyone_who_can_be_reached_gets_it_once_or_is_listed(
    product: Product, engine: Engine, telegram: Telegram
) -> None:
    people = enrol_all(product, engine, telegram)
    with engine.begin() as connection:
        alert.put(connection, approved("a1", int(time.time()), danger=True))  # at any hour
    left: set[int] = set()
    for share in (0.2, 0.6):
        with herald(product) as process:
            tally.until(partial(reached, telegram, PEOPLE * share), LONG)
            left |= leave_while_it_rests(engine, people) if not left else set()
            process.kill()
            process.wait(PATIENCE)
        end_leases(engine)
    with herald(product):
        tally.until(lambda: state_of(engine) == "done", LONG)
    states, times = deliveries(engine), heard(telegram)
    doubtful = {chat for chat, one in people.items() if states.get(one.person) == "uncertain"}
    blocked = {chat for chat in people if telegram.chats[chat].blocked}
    assert set(times.values()) == {1}, "nobody got it twice"
    assert not (set(times) & left), "nobody who left got it"
    assert set(people) - left - blocked - doubtful <= set(times), "everyone else did"
    assert len(doubtful) <= 2 * 25, "at most what two leases held"
    assert {states.get(people[chat].person) for chat in blocked - left - doubtful} == {"gone"}
    with engine.connect() as connection:
        assert set(subscription.of_persons(connection, [people[chat].person for chat in blocked - doubtful])) == set()
    assert {message["text"] for chat in telegram.chats.values() for message in chat.messages.values()} == {WORDS["id"]}
