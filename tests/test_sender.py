"""The sender: leases what waits, sends it in lanes, and writes what a vendor said of each row; others stand by."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.card import Card, Shown
from bot.channels.errors import GoneAway, Later, Refused, Uncertain
from bot.desk import Desk
from bot.errands import Runner
from bot.inbound import DeskDown
from bot.outbox import TRIES, Sender
from bot.reading import Reading
from bot.service import Service
from bot.settings import Settings
from handlers.render import Line
from models.tables import outbox
from tests import tally
from tests.tally import CHANNEL, open_desk, say, seat_at
from tests.test_outbox import states

pytest_plugins = ("tests.tally_desk",)


@dataclass
class Vendor:
    """A channel of a few lines: keeps what it was given, and fails as it is told."""

    name: str = CHANNEL
    taken: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    slow: Callable[[], None] = lambda: None

    async def send(self, address: str, line: Line, row: int) -> None:
        self.slow()
        await asyncio.sleep(0)
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        self.taken.append((address, line.texts[0]))

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        await self.send(address, card.line, row)
        return Shown()


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def post(desk: Desk, vendor: Vendor) -> Iterator[Sender]:
    reading = Reading(desk.house)
    yield Sender(Service(desk.house, Settings.model_construct(), desk, Runner(desk.house), reading), vendor)
    reading.close()


def void(_: object) -> None:
    """Nothing comes of it."""


def step(post: Sender) -> int:
    return asyncio.run(post.step())


def waiting(desk: Desk, number: int) -> list[str]:
    """So many people have each been answered once, and nothing is sent yet."""
    people = [f"warga {one}" for one in range(number)]
    seat_at(desk, *people)
    for who in people:
        say(desk, who, "lihat")
    return people


def test_words_and_address_go_as_soon_as_a_row_is_settled(desk: Desk, post: Sender, vendor: Vendor) -> None:
    seat_at(desk, "wati")
    say(desk, "wati", "lihat")
    assert step(post) == 1
    assert vendor.taken == [("wati", tally.words("front.heard"))]
    assert list(states(desk.house.engine).values()) == [("sent", 0, False)]
    assert step(post) == 0


@pytest.mark.parametrize(
    ("fault", "bulk", "then"),
    [
        (Later(0), False, ("waiting", 1, True)),
        (Later(0), True, ("waiting", 1, True)),
        (GoneAway(), False, ("gone", 0, False)),
        (Refused(), False, ("refused", 0, False)),
        (Uncertain(), False, ("waiting", 1, True)),
        (Uncertain(), True, ("uncertain", 0, False)),
    ],
)
def test_each_fault_has_its_answer(
    desk: Desk, post: Sender, vendor: Vendor, fault: Exception, bulk: bool, then: tuple[Any, ...]
) -> None:
    seat_at(desk, "wati")
    say(desk, "wati", "lihat")
    with desk.house.engine.begin() as connection:
        connection.execute(sa.update(outbox).values(bulk=bulk))
    vendor.faults = [fault]
    step(post)
    assert list(states(desk.house.engine).values()) == [then]


def test_a_vendor_who_always_says_later_is_believed_in_the_end(desk: Desk, post: Sender, vendor: Vendor) -> None:
    seat_at(desk, "wati")
    say(desk, "wati", "lihat")
    vendor.faults = [Later(0) for _ in range(TRIES)]
    for _ in range(TRIES):
        assert step(post) == 1
    assert list(states(desk.house.engine).values()) == [("refused", TRIES - 1, False)]


def test_a_row_that_does_not_open_does_not_stop_the_others(desk: Desk, post: Sender, vendor: Vendor) -> None:
    seat_at(desk, "wati", "budi")
    say(desk, "wati", "lihat")
    with desk.house.engine.begin() as connection:
        connection.execute(sa.update(outbox).values(body=b"rusak"))
    say(desk, "budi", "lihat")
    assert step(post) == 2
    assert vendor.taken == [("budi", tally.words("front.heard"))]
    assert sorted(state for state, *_ in states(desk.house.engine).values()) == ["refused", "sent"]


def test_a_slow_vendors_rows_are_given_back_before_their_lease_ends(
    desk: Desk, post: Sender, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(range(0, 1000, 6))
    monkeypatch.setattr("bot.outbox.monotonic", lambda: next(moments))
    people = waiting(desk, 4)
    assert step(post) == 1
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        held = connection.execute(sa.select(sa.func.count()).where(outbox.c.holder.is_not(None))).scalar_one()
    assert held == 0
    while step(post):
        pass
    assert sorted(who for who, _ in vendor.taken) == people


def test_a_slow_answer_to_one_holds_up_nobody_else(
    desk: Desk, post: Sender, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = waiting(desk, 4)
    send, others = vendor.send, asyncio.Event()

    async def slow_first(address: str, line: Line, row: int) -> None:
        if address == people[0]:
            await asyncio.wait_for(others.wait(), 20)
        await send(address, line, row)
        if len(vendor.taken) == len(people) - 1:
            others.set()

    monkeypatch.setattr(vendor, "send", slow_first)
    assert step(post) == len(people)
    assert [who for who, _ in vendor.taken] == [*people[1:], people[0]]


def test_what_was_sent_before_a_stop_is_written(desk: Desk, post: Sender, vendor: Vendor) -> None:
    post.lanes = 1
    people = waiting(desk, 4)

    async def stop_at_the_third() -> None:
        sending = asyncio.ensure_future(post.step())
        vendor.slow = lambda: void(len(vendor.taken) == 2 and sending.cancel())
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(stop_at_the_third())
    desk.do(lambda connection: None).result(20)
    assert [who for who, _ in vendor.taken] == people[:2]
    assert [state for state, *_ in states(desk.house.engine).values()] == ["sent", "sent", "waiting", "waiting"]


@pytest.mark.parametrize("steps", range(8))
def test_a_stop_while_a_lease_is_put_down_loses_no_mark(desk: Desk, post: Sender, vendor: Vendor, steps: int) -> None:
    """The last row has gone out, and whoever stops the sender is a few turns of the event loop behind it."""
    people = waiting(desk, 2)

    async def stop_after_the_last() -> None:
        sending = asyncio.ensure_future(post.step())
        while len(vendor.taken) < len(people):
            await asyncio.sleep(0)
        for _ in range(steps):
            await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    asyncio.run(stop_after_the_last())
    desk.do(lambda connection: None).result(20)
    assert [state for state, *_ in states(desk.house.engine).values()] == ["sent", "sent"]


def test_rows_of_one_lease_share_their_writes(desk: Desk, post: Sender, vendor: Vendor) -> None:
    post.lanes = 1
    waiting(desk, 10)
    vendor.faults = [Refused(), Uncertain(), Later(0)]
    calls, busy = iter(range(10)), threading.Event()

    def slow() -> None:
        """The desk is busy from the first row to the last."""
        match next(calls):
            case 0:
                desk.do(lambda connection: busy.wait(20))
            case 9:
                busy.set()

    vendor.slow = slow
    with tally.logged(desk.house.engine) as log:
        assert step(post) == 10
    writes = [one for one in log.transactions if any(sql.startswith("UPDATE outbox SET address") for sql in one)]
    assert 1 < len(writes) <= 3  # the first row's, what gathered meanwhile, and the last if the desk was quick
    counted = Counter(state for state, *_ in states(desk.house.engine).values())
    assert counted == {"sent": 7, "refused": 1, "waiting": 2}


def test_a_sender_stops_when_the_store_is_gone(desk: Desk, post: Sender, vendor: Vendor) -> None:
    post.lanes = 1
    waiting(desk, 4)
    with tally.before(desk.house.engine, "DELETE FROM outbox", tally.down, times=9):
        with pytest.raises(DeskDown):
            step(post)
        desk.do(lambda connection: None).result(20)  # what was handed to the desk last has been tried too
    assert {state for state, *_ in states(desk.house.engine).values()} == {"waiting"}


def test_two_senders_at_work_send_every_row_once(url: str, desk: Desk, post: Sender, vendor: Vendor) -> None:
    people = [f"warga {number}" for number in range(8)]
    seat_at(desk, *people)
    with open_desk(url) as second:
        reading = Reading(second.house)
        other = Sender(Service(second.house, post.service.settings, second, Runner(second.house), reading), vendor)
        for who in people:
            say(desk, who, "lihat")
            say(desk, who, "pintu")

        async def both() -> None:
            for _ in range(6):
                await asyncio.gather(post.step(), other.step())

        asyncio.run(both())
        reading.close()
    assert sorted(who for who, _ in vendor.taken) == sorted(people * 2)
    assert {state for state, *_ in states(desk.house.engine).values()} == {"sent"}
