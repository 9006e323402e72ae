"""Alerts to those who subscribed: prepared once for each, held at night, corrected where they stand, and counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.alert_size import NO_WORDS
from bot.budget import MonthlyPurse
from bot.channels.errors import Flood, GoneAway, Later, Refused, Shut, Uncertain
from bot.desk import Desk
from bot.inbound import DeskDown
from bot.outbox import TRIES, Sender
from bot.series import is_quiet
from handlers.weekly import lessons
from models import broadcast, budget, bulk, message, subscription
from models.alert_tables import alert as alerts
from models.alert_tables import subscription as subscriptions
from models.base import DAY, HOUR
from models.broadcast import Progress
from models.tables import counter, outbox
from tests import tally
from tests.board import Board, paid, people, progress, send_all, step, tick
from tests.subscribers import PLUIT, WORDS, approve, deliveries, enrol, lesson_of, state_of
from tests.tally import CHANNEL, Clock, key_of, open_desk, seat_at
from tests.test_outbox import age, put
from tests.test_sender import void

pytest_plugins = ("tests.tally_desk", "tests.board_desk")
SATURDAY_NINE = 1_795_240_800 - 4 * HOUR  # tests begin at 13.00 WIB on that day
TEN_PM = 1_795_240_800 + 9 * HOUR


@pytest.fixture
def desk(url: str, clock: Clock) -> Iterator[Desk]:
    with open_desk(url, now=clock) as desk:
        desk.house.pushes.alerts = (CHANNEL,)
        yield desk


# Prepared


def test_everybody_of_the_area_is_meant_once_and_nobody_else(desk: Desk) -> None:
    there = enrol(desk, CHANNEL, people(7))
    enrol(desk, CHANNEL, ["di tempat lain"], kelurahan="31.72.01.1005")
    enrol(desk, CHANNEL, ["jeda"], paused_until=desk.house.now() + DAY)
    enrol(desk, CHANNEL, ["hanya pelajaran"], alerts=False, lessons=True)
    enrol(desk, "whatsapp", ["wa"])  # alerts are off there
    awake = enrol(desk, CHANNEL, ["sudah jeda"], paused_until=desk.house.now())
    approve(desk)
    tick(desk)
    assert deliveries(desk.house.engine) == dict.fromkeys([*there, *awake], "waiting")
    assert state_of(desk.house.engine) == "sending"
    assert progress(desk.house.engine) == Progress(people=8, waiting=8)


def test_an_rw_means_those_who_chose_it(desk: Desk) -> None:
    chosen = enrol(desk, CHANNEL, ["a", "b"], rw="003")
    enrol(desk, CHANNEL, ["c"], rw="004")
    enrol(desk, CHANNEL, ["d"])
    approve(desk, rw="003")
    tick(desk)
    assert sorted(deliveries(desk.house.engine)) == sorted(chosen)


def test_a_crash_between_chunks_goes_on_behind_the_last(desk: Desk) -> None:
    there = enrol(desk, CHANNEL, people(10))
    approve(desk)

    def some() -> int:
        now = desk.house.now()
        return desk.do(lambda connection: broadcast.prepare(connection, "a1", 4, now, (CHANNEL,))).result(20)

    assert desk.do(lambda connection: broadcast.begin(connection, desk.house.now())).result(20) == ["a1"]
    assert some() == 4
    assert state_of(desk.house.engine) == "preparing"
    with (
        tally.before(desk.house.engine, "UPDATE alert", tally.down),
        pytest.raises(Exception, match="OperationalError"),
    ):
        some()
    assert len(deliveries(desk.house.engine)) == 4  # rows, cursor and count are one transaction
    tick(desk)
    assert sorted(deliveries(desk.house.engine)) == sorted(there)
    assert progress(desk.house.engine).people == 10


def test_two_processes_that_prepare_make_each_delivery_once(url: str, desk: Desk) -> None:
    there = enrol(desk, CHANNEL, people(12))
    approve(desk)
    with open_desk(url, now=desk.house.now) as second:
        desk.do(lambda connection: broadcast.begin(connection, desk.house.now())).result(20)
        work = partial(broadcast.prepare, alert_id="a1", chunk=2, now=desk.house.now(), channels=(CHANNEL,))
        made = [one.result(20) for _ in range(4) for one in [desk.do(work), second.do(work)]]
    assert sum(made) == 12
    assert sorted(deliveries(desk.house.engine)) == sorted(there)


def test_one_for_later_waits_and_one_that_is_over_is_never_sent(desk: Desk, clock: Clock) -> None:
    enrol(desk, CHANNEL, people(20))
    approve(desk, "nanti", send_at=clock.at + HOUR)
    approve(desk, "basi", until=clock.at - 1)
    tick(desk)
    assert [state_of(desk.house.engine, one) for one in ("nanti", "basi")] == ["ready", "expired"]
    clock.at += HOUR
    tick(desk)
    assert state_of(desk.house.engine, "nanti") == "sending"
    assert deliveries(desk.house.engine, "basi") == {}


def test_a_planned_one_for_too_few_goes_back_and_what_corrects_does_not(desk: Desk, clock: Clock) -> None:
    """People left while it was planned; what says that something was wrong still goes, and so does danger now."""
    enrol(desk, CHANNEL, people(19))
    enrol(desk, CHANNEL, ["jeda"], paused_until=clock.at + DAY)
    enrol(desk, "whatsapp", ["di sana tidak menyala"])
    at = clock.at + HOUR
    approve(desk, "sedikit", send_at=at)
    approve(desk, "bahaya", send_at=at, danger=True)
    approve(desk, "betul", send_at=at, kind="correction", about="bahaya")
    clock.at = at
    tick(desk)
    assert state_of(desk.house.engine, "sedikit") == "refused"
    assert "refused" not in {state_of(desk.house.engine, one) for one in ("bahaya", "betul")}
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        reason = connection.execute(sa.select(alerts.c.reason).where(alerts.c.id == "sedikit")).scalar_one()
    assert reason == NO_WORDS
    assert deliveries(desk.house.engine, "sedikit") == {}


# Sent


def test_everybody_gets_it_once_in_their_language_and_then_it_is_done(desk: Desk, post: Sender, board: Board) -> None:
    post.batch = 3
    enrol(desk, CHANNEL, people(7))
    enrol(desk, CHANNEL, ["ann"], language="en")
    approve(desk)
    tick(desk)
    send_all(post)
    told = {who: card.line for who, card in board.cards}
    assert len(board.cards) == len(told) == 8
    assert told["warga 3"].texts == (WORDS["id"],)
    assert told["ann"].texts == (WORDS["en"],)
    assert told["warga 3"].variables == (" ".join(WORDS["id"].split()),)
    tick(desk)
    assert state_of(desk.house.engine) == "done"
    assert progress(desk.house.engine) == Progress(people=8, sent=8)


def test_a_reply_goes_before_the_alerts_that_a_sender_holds(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(6))
    approve(desk)
    tick(desk)
    seat_at(desk, "wati")
    post.lanes = 1

    def answered() -> None:
        if len(board.taken) == 2:
            tally.say(desk, "wati", "lihat")
            post.bell.set()

    board.slow = answered
    assert step(post) == 7
    assert [who for who, _ in board.taken].index("wati") == 3  # behind the one that was on its way


def test_alerts_go_on_while_somebody_is_answered_all_the_time(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(6))
    approve(desk)
    tick(desk)
    board.slow = post.bell.set
    post.lanes = 2
    assert step(post) == len(board.cards) == 6


def test_whoever_leaves_while_their_row_is_leased_gets_nothing(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(6))
    approve(desk)
    tick(desk)
    post.lanes = 1

    def leave() -> None:
        if not board.taken:
            gone = [key_of(who) for who in people(6)[3:]]
            desk.do(lambda connection: subscription.leave(connection, gone)).result(20)

    board.slow = leave
    send_all(post)
    stay = {*people(6)[:3], board.taken[0][0]}  # the first one's call was under way
    assert {who for who, _ in board.taken} <= stay
    assert deliveries(desk.house.engine) == {key_of(who): "sent" for who in stay}


def choose(desk: Desk, who: str, **chosen: Any) -> None:
    """Somebody chooses anew."""

    def change(connection: Connection) -> None:
        before = subscription.of_persons(connection, [key_of(who)])[key_of(who)]
        subscription.subscribe(connection, replace(before, **chosen))

    desk.do(change).result(20)


CHOICES = [{"kelurahan": "31.74.08.1002"}, {"alerts": False, "lessons": True}, {"rw": "07"}]


@pytest.mark.parametrize("chosen", CHOICES, ids=["away", "lessons", "rw"])
def test_whoever_chooses_anew_while_a_sender_holds_their_row_gets_nothing_of_the_choice_before(
    desk: Desk, post: Sender, board: Board, chosen: dict[str, Any]
) -> None:
    enrol(desk, CHANNEL, ["wati"], rw="02")
    approve(desk, rw="02")
    tick(desk)
    board.slow, board.faults = lambda: choose(desk, "wati", **chosen), [Later(0)]
    assert step(post) == 1
    board.slow = lambda: None
    send_all(post)
    assert (board.cards, deliveries(desk.house.engine)) == ([], {})


def test_who_stays_within_an_area_gets_it_and_a_lesson_goes_to_who_wants_the_series(
    desk: Desk, post: Sender, board: Board
) -> None:
    enrol(desk, CHANNEL, ["wati"], lessons=True)
    approve(desk, kelurahan=PLUIT[:8])
    tick(desk)
    board.slow, board.faults = lambda: choose(desk, "wati", kelurahan="31.72.01.1001"), [Later(0), Later(0)]
    step(post)
    step(post)
    board.slow = lambda: None
    send_all(post)
    assert sorted(card.alert.partition("-")[0] for _, card in board.cards) == ["a1", "lesson"]


@pytest.mark.parametrize("chosen", CHOICES, ids=["away", "lessons", "rw"])
def test_what_somebody_got_is_corrected_whatever_they_chose_since(
    desk: Desk, post: Sender, board: Board, chosen: dict[str, Any]
) -> None:
    enrol(desk, CHANNEL, ["wati"], rw="02")
    approve(desk, rw="02")
    tick(desk)
    send_all(post)
    choose(desk, "wati", **chosen)
    approve(desk, "a2", kind="correction", about="a1")
    tick(desk)
    send_all(post)
    assert deliveries(desk.house.engine, "a2") == {key_of("wati"): "sent"}


def test_paused_it_waits_resumed_it_goes_on_cancelled_it_is_over(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(5))
    approve(desk)
    tick(desk)
    post.batch = 2
    step(post)
    now, engine = desk.house.now(), desk.house.engine
    assert desk.do(lambda connection: broadcast.pause(connection, "a1", now)).result(20)
    assert step(post) == 0
    assert desk.do(lambda connection: broadcast.resume(connection, "a1", now)).result(20)
    assert not desk.do(lambda connection: broadcast.resume(connection, "a1", now)).result(20)
    tick(desk)
    step(post)
    assert len(board.cards) == 4
    assert desk.do(lambda connection: broadcast.cancel(connection, "a1", now)).result(20)
    assert step(post) == 0
    tick(desk)
    assert state_of(engine) == "cancelled"
    assert progress(engine) == Progress(people=5, sent=4)


def test_at_night_only_danger_goes_out_also_in_the_middle(desk: Desk, post: Sender, board: Board, clock: Clock) -> None:
    enrol(desk, CHANNEL, people(4))
    post.batch = 2
    clock.at = TEN_PM - HOUR - 1
    approve(desk)
    tick(desk)
    assert step(post) == 2
    clock.at += 1  # 21.00
    assert step(post) == 0
    approve(desk, "a2", danger=True)
    tick(desk)
    send_all(post)
    assert Counter(card.alert for _, card in board.cards) == {"a1": 2, "a2": 4}  # also to the two for whom "a1" waits
    clock.at = TEN_PM + 8 * HOUR
    send_all(post)
    assert Counter(card.alert for _, card in board.cards) == {"a1": 4, "a2": 4}


def test_danger_overtakes_what_waits_and_what_is_held_holds_up_nothing(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(4))
    post.batch = 1
    approve(desk)
    approve(desk, "a2")
    tick(desk)
    step(post)
    approve(desk, "a3", danger=True)
    tick(desk)
    for _ in range(4):
        step(post)
    assert [card.alert for _, card in board.cards] == ["a1", *["a3"] * 4]
    assert desk.do(lambda connection: broadcast.pause(connection, "a1", desk.house.now())).result(20)
    send_all(post)
    assert Counter(card.alert for _, card in board.cards) == {"a1": 1, "a2": 4, "a3": 4}


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21, True), (23, True), (0, True), (5, True), (6, False), (12, False), (20, False)]
)
def test_the_night_is_from_nine_to_six(desk: Desk, hour: int, quiet: bool) -> None:
    assert is_quiet(desk.house.shelf.broadcast, 1_795_240_800 + (hour - 13) * HOUR) is quiet


@pytest.mark.parametrize(
    ("fault", "then"),
    [
        (Later(0), "waiting"),
        (Shut(0), "waiting"),
        (GoneAway(), None),
        (Refused(), "refused"),
        (Uncertain(), "uncertain"),
    ],
)
def test_each_fault_of_a_delivery_has_its_answer(
    desk: Desk, post: Sender, board: Board, fault: Exception, then: str | None
) -> None:
    enrol(desk, CHANNEL, ["wati"])
    approve(desk)
    tick(desk)
    board.faults = [fault]
    step(post)
    assert deliveries(desk.house.engine)[key_of("wati")] == (then or "gone")
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        left = subscription.of_persons(connection, [key_of("wati")])
    assert bool(left) is (then is not None)  # whoever has blocked us is subscribed no more


def test_a_flood_holds_alerts_back_and_spends_no_tries_of_the_others(
    desk: Desk, post: Sender, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [0.0]
    monkeypatch.setattr("bot.outbox.monotonic", lambda: moment[0])
    post.lanes = 1
    enrol(desk, CHANNEL, people(5))
    approve(desk)
    tick(desk)
    board.faults = [Flood(30)]
    assert step(post) == 1
    assert step(post) == 0
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        rows = connection.execute(sa.select(outbox.c.tries, outbox.c.until)).all()
    assert sorted(row.tries for row in rows) == [0, 0, 0, 0, 1]
    assert all(row.until is None for row in rows)
    moment[0] = 30.0
    assert step(post) == 4


def test_who_cannot_be_written_to_now_waits_for_as_long_as_the_alert_holds(
    desk: Desk, post: Sender, board: Board, clock: Clock
) -> None:
    enrol(desk, CHANNEL, ["wati"])
    approve(desk)
    tick(desk)
    board.faults = [Shut(0) for _ in range(TRIES + 2)]
    for _ in range(TRIES + 2):
        assert step(post) == 1
    assert deliveries(desk.house.engine) == {key_of("wati"): "waiting"}
    clock.at += 15 * DAY
    tick(desk)
    assert state_of(desk.house.engine) == "done"
    assert deliveries(desk.house.engine) == {}


def test_a_killed_sender_leaves_uncertain_ones_and_doubles_none(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(3))
    approve(desk)
    tick(desk)
    engine, holder = desk.house.engine, desk.house.holder
    lost = desk.do(lambda connection: bulk.lease(connection, CHANNEL, holder, 1, False)).result(20)
    age(engine, message.LEASE + 1)
    send_all(post)
    assert len(board.cards) == 2
    assert deliveries(engine)[lost[0].person] == "uncertain"
    with engine.connect().execution_options(reading=True) as connection:
        assert broadcast.uncertain(connection, "a1") == {CHANNEL: 1}


def test_a_sender_that_is_stopped_leaves_nobody_in_doubt(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(8))
    approve(desk)
    tick(desk)
    post.lanes = 1

    async def stop_at_the_third() -> None:
        sending = asyncio.ensure_future(post.step())
        board.slow = lambda: void(len(board.taken) == 2 and sending.cancel())
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(stop_at_the_third())
    desk.do(lambda connection: None).result(20)
    age(desk.house.engine, message.LEASE + 1)
    board.slow = lambda: None
    send_all(post)
    counted = Counter(deliveries(desk.house.engine).values())
    assert counted["uncertain"] <= 1  # the one whose call was under way
    assert counted["sent"] + counted["uncertain"] == 8


def held(engine: Engine) -> int:
    """Rows that will be in doubt once their lease is over."""
    with engine.connect().execution_options(reading=True) as connection:
        return connection.execute(sa.select(sa.func.count()).where(outbox.c.holder.is_not(None))).scalar_one()


FAILING = {  # a statement, and how many have the alert when the store goes away
    "lease": ("INSERT INTO sender", 9),
    "words": ("SELECT alert.id, alert.kind", 0),
    "people": ("SELECT subscription.person, subscription.address", 9),
}


@pytest.mark.parametrize(("statement", "sent"), FAILING.values(), ids=FAILING)
def test_a_store_that_fails_leaves_nobody_in_doubt_who_was_sent_nothing(
    desk: Desk, post: Sender, board: Board, statement: str, sent: int
) -> None:
    enrol(desk, CHANNEL, people(30))
    approve(desk)
    tick(desk)
    engine, post.lanes, post.batch = desk.house.engine, 2, 14
    post.purse = MonthlyPurse(desk.house, paid())

    def fail(connection: Connection) -> None:
        if len(board.cards) >= sent:
            tally.down(connection)

    with tally.before(engine, statement, fail, times=99), pytest.raises(DeskDown):
        asyncio.run(post.step(on=True))
    desk.do(lambda connection: None).result(20)
    there = Counter(deliveries(engine).values())
    assert (held(engine), there["sent"], there["waiting"]) == (0, len(board.cards), 30 - len(board.cards))
    send_all(post)
    assert Counter(who for who, _ in board.cards) == Counter(people(30))
    with engine.connect().execution_options(reading=True) as connection:
        spent = connection.execute(sa.select(counter.c.count).where(counter.c.name == budget.RUPIAH)).scalar_one()
    assert spent == 30 * 425


def test_where_a_lease_fails_what_is_in_hand_still_goes_out(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(30))
    approve(desk)
    tick(desk)
    post.lanes, post.batch = 2, 14

    def fail(connection: Connection) -> None:
        if board.cards:
            tally.down(connection)

    with tally.before(desk.house.engine, FAILING["lease"][0], fail, times=99), pytest.raises(DeskDown):
        asyncio.run(post.step(on=True))
    assert len(board.cards) == 14


def test_a_sender_that_is_stopped_while_it_takes_rows_gives_them_back(desk: Desk, post: Sender, board: Board) -> None:
    enrol(desk, CHANNEL, people(3))
    approve(desk)
    tick(desk)

    async def stop() -> None:
        loop, sending = asyncio.get_running_loop(), asyncio.ensure_future(post.step())

        def stopped(connection: Connection) -> None:
            loop.call_soon_threadsafe(sending.cancel)

        with (
            tally.before(desk.house.engine, "UPDATE outbox SET holder", stopped),
            pytest.raises(asyncio.CancelledError),
        ):
            await sending

    asyncio.run(stop())
    desk.do(lambda connection: None).result(20)
    assert held(desk.house.engine) == 0
    send_all(post)
    assert len(board.cards) == 3


# Corrected


@pytest.mark.parametrize("kind", ["correction", "retraction"])
def test_a_correction_goes_to_whoever_got_the_first_and_knows_where_it_stands(
    desk: Desk, post: Sender, board: Board, kind: str
) -> None:
    enrol(desk, CHANNEL, people(6))
    approve(desk)
    tick(desk)
    post.batch = post.lanes = 1
    for _ in range(3):
        step(post)
    got = [who for who, _ in board.taken]
    enrol(desk, CHANNEL, ["baru"])
    desk.do(lambda connection: subscription.leave(connection, [key_of(got[0])])).result(20)
    approve(desk, "a2", kind=kind, about="a1")
    tick(desk)
    assert state_of(desk.house.engine) == "cancelled"
    board.cards.clear()
    send_all(post)
    assert sorted(who for who, _ in board.cards) == sorted(got[1:])
    assert {card.stands for _, card in board.cards} == {(f"at {who}",) for who in got[1:]}


def test_a_correction_waits_for_what_is_on_its_way(desk: Desk, post: Sender) -> None:
    enrol(desk, CHANNEL, people(2))
    approve(desk)
    tick(desk)
    engine, holder = desk.house.engine, desk.house.holder
    (held,) = desk.do(lambda connection: bulk.lease(connection, CHANNEL, holder, 1, False)).result(20)
    approve(desk, "a2", kind="correction", about="a1")
    tick(desk)
    assert state_of(engine, "a2") == "ready"
    desk.do(lambda connection: message.settle(connection, [held.id], "sent")).result(20)
    tick(desk)
    assert set(deliveries(engine, "a2")) == {held.person}


# The weekly lesson


def test_the_next_lesson_goes_out_once_a_week_to_each(desk: Desk, post: Sender, board: Board, clock: Clock) -> None:
    series = lessons(desk.house.shelf)
    enrol(desk, CHANNEL, ["baru", "lama"], lessons=True)
    enrol(desk, CHANNEL, ["tidak"])
    enrol(desk, CHANNEL, ["tamat"], lessons=True, lesson=len(series))
    with desk.house.engine.begin() as connection:
        own = sa.update(subscriptions).where(subscriptions.c.person == key_of("lama"))
        connection.execute(own.values(lesson=4))
    clock.at = SATURDAY_NINE - 60
    for minute in range(4):
        clock.at += 60 * minute
        tick(desk)
        send_all(post)
    assert {who: card.line.texts[0].splitlines()[0] for who, card in board.cards} == {
        "baru": f"Suar, pelajaran minggu ini: {series[0].title}",
        "lama": f"Suar, pelajaran minggu ini: {series[4].title}",
    }
    assert len(board.cards) == 2
    clock.at += 7 * DAY
    tick(desk)
    with desk.house.engine.begin() as connection:
        connection.execute(sa.update(outbox).values(due=0))  # the store has a clock of its own
    send_all(post)
    assert len(board.cards) == 4
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        counted = lesson_of(connection)
    assert counted == {key_of("baru"): 2, key_of("lama"): 6, key_of("tidak"): 0, key_of("tamat"): len(series)}


def test_a_lesson_that_could_not_begin_in_time_is_left_out(desk: Desk, clock: Clock) -> None:
    enrol(desk, CHANNEL, ["wati"], lessons=True)
    clock.at = SATURDAY_NINE + 13 * HOUR
    tick(desk)
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(sa.select(alerts.c.id)).all() == []


# Kept


def test_counts_stay_when_replies_are_purged_and_go_with_their_alert(
    desk: Desk, post: Sender, board: Board, clock: Clock
) -> None:
    enrol(desk, CHANNEL, people(4))
    approve(desk)
    approve(desk, "a2", kind="correction", about="a1", send_at=clock.at + 2 * DAY)
    tick(desk)
    send_all(post)
    engine = desk.house.engine
    with engine.begin() as connection:
        put(connection, b"somebody")
        assert message.purge(connection, clock.at + DAY) == 1
    assert progress(engine) == Progress(people=4, sent=4)
    spots = sa.select(sa.func.count()).where(outbox.c.vendor.is_not(None))
    with engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(spots).scalar_one() == 4
    clock.at += 15 * DAY
    tick(desk)
    with engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(spots).scalar_one() == 0
    assert progress(engine).sent == 4
    clock.at += 31 * DAY
    tick(desk)
    assert tally.rows(engine, alerts) == tally.rows(engine, outbox) == 0


def test_where_an_alert_stands_is_sealed_for_its_person(desk: Desk, post: Sender) -> None:
    enrol(desk, CHANNEL, ["wati"])
    approve(desk)
    tick(desk)
    send_all(post)
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        row = connection.execute(sa.select(outbox)).one()
    assert row.body is None
    assert row.address is None
    assert b"wati" not in row.vendor
    place = f"outbox|{key_of('wati').hex()}|vendor"
    assert desk.house.keys.open_field(row.vendor, place) == b"at wati"
