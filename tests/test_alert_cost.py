"""What alerts may cost: the tier of people a day, the ceiling of a month, and what the console says of it before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.budget import MonthlyPurse
from bot.channels.errors import Flood, GoneAway, Later, Refused, Uncertain
from bot.desk import Desk
from bot.outbox import Sender
from models import broadcast, budget, subscription
from models.alert_tables import reached
from models.base import DAY, HOUR, insert
from models.tables import counter
from tests import tally
from tests.board import Board, paid, people, send_all, step, tick
from tests.subscribers import PLUIT, approve, deliveries, enrol
from tests.tally import CHANNEL, Clock, open_desk, seat_at
from tests.test_sender import void

pytest_plugins = ("tests.tally_desk", "tests.board_desk")


@pytest.fixture
def desk(url: str, clock: Clock) -> Iterator[Desk]:
    with open_desk(url, now=clock) as desk:
        desk.house.pushes.alerts = (CHANNEL,)
        yield desk


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ({"whatsapp_broadcast": "off"}, 0),
        ({"whatsapp_tier": 4}, 4),
        ({"whatsapp_monthly_rupiah": 3 * 425 + 424}, 3),
        ({"whatsapp_monthly_rupiah": 424}, 0),
        ({}, 7),
    ],
)
def test_the_tier_and_the_ceiling_stop_alerts_and_nothing_else(
    desk: Desk, post: Sender, board: Board, values: dict[str, Any], sent: int
) -> None:
    enrol(desk, CHANNEL, people(7))
    approve(desk)
    tick(desk)
    post.purse, post.batch = MonthlyPurse(desk.house, paid(**values)), 3
    seat_at(desk, "wati")
    tally.say(desk, "wati", "lihat")
    send_all(post)
    assert len(board.cards) == sent
    assert "wati" in {who for who, _ in board.taken}


def test_the_tier_is_of_any_24_hours_and_the_ceiling_of_a_month(
    desk: Desk, post: Sender, board: Board, clock: Clock
) -> None:
    enrol(desk, CHANNEL, people(9))
    approve(desk)
    tick(desk)
    post.purse = MonthlyPurse(desk.house, paid(whatsapp_tier=3, whatsapp_monthly_rupiah=6 * 425))
    for hours, sent in ((0, 3), (17, 3), (6, 3), (1, 3), (1, 6), (48, 6)):
        clock.at += hours * HOUR
        send_all(post)
        assert len(board.cards) == sent
    clock.at += 9 * DAY  # December
    send_all(post)
    assert len(board.cards) == 9


def test_what_did_not_go_out_is_not_counted(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(6))
    approve(desk)
    tick(desk)
    post.purse, post.lanes = MonthlyPurse(desk.house, paid()), 1
    board.faults = [GoneAway(), Refused(), None, Uncertain(), Flood(30)]
    step(post)
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        counted = {name: number for name, number in connection.execute(sa.select(counter.c.name, counter.c.count))}
    assert counted == {"broadcast.rupiah": 2 * 425, budget.LEFT: 1}  # who is gone was counted before that was known


def test_who_was_written_to_today_is_no_new_person(desk: Desk, post: Sender, board: Board, clock: Clock) -> None:
    enrol(desk, CHANNEL, people(5))
    approve(desk)
    tick(desk)
    post.purse = MonthlyPurse(desk.house, paid(whatsapp_tier=3))
    send_all(post)
    first = {who for who, _ in board.cards}
    assert len(first) == 3
    approve(desk, "a2")
    tick(desk)
    send_all(post)
    assert Counter(who for who, _ in board.cards) == Counter({who: 2 for who in first})
    clock.at += 26 * HOUR
    send_all(post)
    assert Counter(who for who, _ in board.cards) == Counter(people(5) * 2)


def test_who_leaves_still_counts_and_is_not_known_any_more(
    desk: Desk, post: Sender, board: Board, clock: Clock
) -> None:
    keys = enrol(desk, CHANNEL, people(4))
    approve(desk)
    tick(desk)
    post.purse = MonthlyPurse(desk.house, paid(whatsapp_tier=3))
    send_all(post)
    desk.do(lambda connection: subscription.leave(connection, keys)).result()
    enrol(desk, CHANNEL, ["new"])
    approve(desk, "a2")
    tick(desk)
    send_all(post)
    assert len(board.cards) == 3
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(sa.select(reached.c.person)).all() == []
        assert budget.used(connection, desk.house.now()) == 3
    clock.at += 26 * HOUR
    tick(desk)
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(sa.select(counter.c.name).where(counter.c.name == budget.LEFT)).all() == []


def test_who_left_while_a_sender_held_their_row_is_not_known_again_and_counted_once(
    desk: Desk, post: Sender, board: Board
) -> None:
    keys = enrol(desk, CHANNEL, ["wati"])
    approve(desk)
    tick(desk)
    post.purse = MonthlyPurse(desk.house, paid())
    board.slow = lambda: void(desk.do(lambda connection: subscription.leave(connection, keys)).result(20))
    board.faults = [Later(0)]
    step(post)
    board.slow = lambda: None
    send_all(post)
    assert (board.cards, deliveries(desk.house.engine)) == ([], {})
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(sa.select(reached.c.person)).all() == []
        assert budget.used(connection, desk.house.now()) == 1


def test_who_only_rests_is_still_a_person_of_this_day(desk: Desk, post: Sender, board: Board, clock: Clock) -> None:
    (key,) = enrol(desk, CHANNEL, ["wati"])
    approve(desk)
    tick(desk)
    post.purse = MonthlyPurse(desk.house, paid())
    rest = clock.at + DAY
    board.slow = lambda: void(desk.do(lambda connection: subscription.pause(connection, key, rest)).result(20))
    board.faults = [Later(0)]
    send_all(post)
    assert (board.cards, deliveries(desk.house.engine)) == ([], {})
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        assert budget.used(connection, desk.house.now()) == 1
        assert list(connection.execute(sa.select(reached.c.person)).scalars()) == [key]


@given(people=st.integers(0, 5_000), share=st.floats(0, 1), used=st.integers(0, 3_000), per_day=st.integers(1, 1_000))
def test_days_are_as_many_as_a_purse_would_need(people: int, share: float, used: int, per_day: int) -> None:
    known = min(int(people * share), used)
    left, taken = people - known, 1
    left -= min(left, max(per_day - used, 0))
    while left > 0:
        left, taken = left - per_day, taken + 1
    assert budget.days(people, known, used, per_day) == taken


def test_an_estimate_knows_who_was_written_to_today(desk: Desk) -> None:
    keys = enrol(desk, "whatsapp", people(25))
    limits = broadcast.Limits(("whatsapp",), per_day=10, price=425, used=10)
    rows = [{"person": key, "hour": desk.house.now()} for key in keys[:10]]
    desk.do(lambda connection: insert(connection, reached, rows)).result()
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        found = broadcast.estimate(connection, PLUIT, "", desk.house.now(), limits)
        assert found == broadcast.Estimate(25, 3, 25 * 425)
        unknown = broadcast.estimate(connection, PLUIT, "", desk.house.now() + 26 * HOUR, limits)
        assert unknown.days == 4


def test_an_estimate_says_people_days_and_rupiah(desk: Desk) -> None:
    enrol(desk, "telegram", people(30))
    enrol(desk, "whatsapp", people(25))
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        limits = broadcast.Limits(("telegram", "whatsapp"), per_day=10, price=425)
        assert broadcast.estimate(connection, PLUIT, "", desk.house.now(), limits) == broadcast.Estimate(55, 3, 10_625)
        bare = broadcast.Limits(("telegram",))
        assert broadcast.estimate(connection, PLUIT, "", desk.house.now(), bare) == broadcast.Estimate(30, 1, 0)
