"""A reply wakes its sender at once, in this process and in others, and a poll stands behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
import sqlalchemy as sa

from bot import outbox
from bot.background import Background
from bot.channels.card import Card, Shown
from bot.desk import Desk
from bot.errands import Runner
from bot.outbox import Sender
from bot.reading import Reading
from bot.service import Service
from bot.settings import Settings
from bot.wake import CHANNEL, SENDERS, Wake, listen
from handlers.render import Line
from tests import tally
from tests.tally import closed_desk, logged, message, say, seat_at, together

NEVER = 3_600.0  # seconds: whoever is not woken has not come in this test
pytest_plugins = ("tests.tally_desk",)


@dataclass
class Paper:
    """A messenger that keeps what it was given."""

    name: str = tally.CHANNEL
    taken: list[str] = field(default_factory=list)

    async def send(self, address: str, line: Line, row: int) -> None:
        self.taken.append(address)

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        await self.send(address, card.line, row)
        return Shown()


@contextmanager
def desk_on(url: str, shared: bool) -> Iterator[Desk]:
    """An open desk; `shared` as where DATABASE_DIRECT_URL is set."""
    with closed_desk(url) as desk:
        desk.house = replace(desk.house, wake=Wake(shared))
        desk.start()
        yield desk


@contextmanager
def sending(desk: Desk, paper: Paper, listen_to: str = "") -> Iterator[Background]:
    """A sender in a thread of its own, that has looked and found nothing, and the ear of its process."""
    reading = Reading(desk.house)
    service = Service(desk.house, Settings.model_construct(), desk, Runner(desk.house), reading)
    jobs = {"send": Sender(service, paper).run}
    if listen_to:
        jobs["wake"] = partial(listen, listen_to, desk.house.wake)
    background = Background(jobs, pause=0.05)
    background.start()
    tally.until(lambda: desk.house.wake.bells)
    try:
        yield background
    finally:
        background.close()
        reading.close()


def ears(desk: Desk) -> list[int]:
    """The connections that listen."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN suar_outbox'"
    with desk.house.engine.connect() as connection:
        return list(connection.execute(sa.text(query)).scalars())


@contextmanager
def another_sends(url: str, paper: Paper) -> Iterator[Desk]:
    """A desk beside one of another process, whose sender listens by now."""
    with desk_on(url, shared=True) as door, desk_on(url, shared=True) as other, sending(other, paper, url):
        tally.until(lambda: ears(door))
        yield door


def test_a_reply_wakes_the_sender_of_its_process(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IDLE", NEVER)
    paper = Paper()
    with desk_on(url, shared=False) as desk, sending(desk, paper):
        say(desk, "wati", "satu")
        tally.until(lambda: len(paper.taken) == 1)
        say(desk, "wati", "dua")
        tally.until(lambda: len(paper.taken) == 2)


def test_without_a_bell_the_poll_finds_the_reply(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IDLE", 0.02)
    paper = Paper()
    with desk_on(url, shared=False) as door, desk_on(url, shared=False) as other, sending(other, paper):
        say(door, "wati", "kata")
        tally.until(lambda: len(paper.taken) == 1)


@pytest.mark.postgres
def test_a_reply_wakes_the_sender_of_another_process(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IDLE", NEVER)
    paper = Paper()
    with another_sends(postgres_url, paper) as door:
        say(door, "wati", "kata")
        tally.until(lambda: len(paper.taken) == 1)


@pytest.mark.postgres
def test_an_ear_that_was_cut_off_listens_again(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IDLE", NEVER)
    paper = Paper()
    with another_sends(postgres_url, paper) as door:
        (first,) = ears(door)
        with door.house.engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
        say(door, "wati", "kata")  # perhaps while nobody listens: whoever begins to listen looks first
        tally.until(lambda: ears(door) not in ([], [first]))
        tally.until(lambda: len(paper.taken) == 1)


@pytest.mark.postgres
@pytest.mark.parametrize("shares", [True, False])
def test_a_batch_tells_the_others_once(postgres_url: str, shares: bool) -> None:
    people = [f"orang {number}" for number in range(64)]
    with closed_desk(postgres_url) as desk:
        desk.house = replace(desk.house, wake=Wake(shares))
        seat_at(desk, *people)
        with logged(desk.house.engine) as log:
            answers = together(desk, [message(one, "kata") for one in people])
            assert all(not one.result(20).repeated for one in answers)
        assert log.all.count(f"NOTIFY {CHANNEL}") == (1 if shares else 0)


def test_a_bell_that_rings_before_anybody_waits_is_not_missed() -> None:
    async def wait() -> None:
        wake = Wake()
        with wake.bell("sari") as bell, wake.bell("budi") as other:
            ringer = threading.Thread(target=wake.ring, args=(["sari", SENDERS],))
            ringer.start()
            ringer.join()
            async with asyncio.timeout(20):
                await bell.wait(NEVER)
            assert not other.event.is_set()
            await bell.wait(0.001)  # each ring wakes once
        assert wake.bells == {}

    asyncio.run(wait())
