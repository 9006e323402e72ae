"""The outbox: one row a turn, in order, leased to one sender a channel; a reply is repeated, bulk never."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import Connection, Engine

from bot.batch import body_of
from bot.desk import Desk
from models import message, person
from models.base import DAY
from models.base import now as database_now
from models.message import LEASE, Reply
from models.person import Person
from models.tables import outbox, sender
from tests import tally
from tests.tally import CHANNEL, NOON, key_of, keys, say, seat_at

ALICE, BOB = b"alice", b"bob"
pytest_plugins = ("tests.tally_desk",)


def put(connection: Connection, who: bytes, bulk: bool = False) -> int:
    """One row of a person who is kept; alerts to many come with a later issue, so the test marks its own."""
    person.save(connection, [Person(who, 1)], NOON)
    id = message.put(connection, [Reply(who, CHANNEL, b"address", b"body")], NOON)[who]
    connection.execute(sa.update(outbox).where(outbox.c.id == id).values(bulk=bulk))
    return id


def states(engine: Engine) -> dict[int, tuple[Any, ...]]:
    """What the store says of each row: state, tries, whether words or an address are left."""
    columns = (outbox.c.id, outbox.c.state, outbox.c.tries, outbox.c.body, outbox.c.address)
    with engine.connect().execution_options(reading=True) as connection:
        found = connection.execute(sa.select(*columns).order_by(outbox.c.id))
        return {row[0]: (row[1], row[2], row[3] is not None or row[4] is not None) for row in found}


def leased(engine: Engine, holder: str = "a", limit: int = 10) -> list[int]:
    with engine.begin() as connection:
        return [parcel.id for parcel in message.lease(connection, CHANNEL, holder, limit)]


def age(engine: Engine, seconds: int) -> None:
    """Let so much time go by for every lease."""
    with engine.begin() as connection:
        connection.execute(sa.update(outbox).values(until=outbox.c.until - seconds))
        connection.execute(sa.update(sender).values(until=sender.c.until - seconds))


def settle(engine: Engine, ids: list[int], state: str = "sent") -> None:
    with engine.begin() as connection:
        message.settle(connection, ids, state)


# Rows


def test_a_turn_makes_one_row_with_all_its_words(desk: Desk) -> None:
    seat_at(desk, "wati")
    receipt = say(desk, "wati", "lihat")
    silent = say(desk, "wati", "wait")
    assert list(states(desk.house.engine)) == [receipt.row]
    assert silent.row is None


def test_a_reply_is_kept_sealed_and_only_for_its_person(desk: Desk) -> None:
    seat_at(desk, "wati")
    receipt = say(desk, "wati", "lihat")
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        row = connection.execute(sa.select(outbox)).one()
    assert row.person == key_of("wati")
    assert tally.words("front.heard").encode() not in row.body
    assert b"wati" not in row.address
    assert keys().open_field(row.body, body_of(key_of("wati"))) == receipt.body


def test_an_id_never_comes_again(desk: Desk) -> None:
    """A page asks for what came after an id; `hapus` deletes the newest rows."""
    seat_at(desk, "wati")
    before = say(desk, "wati", "lihat").row
    after = say(desk, "wati", "lupakan").row
    assert before is not None
    assert after is not None
    assert after > before
    assert list(states(desk.house.engine)) == [after]


def test_a_browser_speaks_for_its_own_rows_only(engine: Engine) -> None:
    with engine.begin() as connection:
        first, other, last = put(connection, ALICE), put(connection, BOB), put(connection, ALICE)
        message.settle_own(connection, ALICE, other)
        assert [one.id for one in message.of_person(connection, ALICE)] == [last]
        assert message.of_person(connection, ALICE, last) == []
    assert states(engine)[first] == ("sent", 0, False)
    assert states(engine)[other] == ("waiting", 0, True)


def test_a_settled_row_names_its_day_only(engine: Engine) -> None:
    with engine.begin() as connection:
        shown, sent, waits = put(connection, ALICE), put(connection, BOB), put(connection, BOB)
        message.settle_own(connection, ALICE, shown)
    settle(engine, [sent])
    with engine.connect().execution_options(reading=True) as connection:
        due = {id: due for id, due in connection.execute(sa.select(outbox.c.id, outbox.c.due))}
    assert due == {shown: NOON - NOON % DAY, sent: NOON - NOON % DAY, waits: NOON}


def test_of_a_person_who_was_forgotten_the_last_row_goes_when_it_is_settled(engine: Engine) -> None:
    with engine.begin() as connection:
        shown, sent, waits = put(connection, ALICE), put(connection, BOB), put(connection, BOB)
        person.forget(connection, [ALICE, BOB])
        message.settle_own(connection, ALICE, shown)
    settle(engine, [sent])
    assert list(states(engine)) == [waits]


# Order


def test_replies_go_before_bulk(engine: Engine) -> None:
    with engine.begin() as connection:
        bulk, reply = put(connection, ALICE, bulk=True), put(connection, BOB)
    assert leased(engine, limit=1) == [reply]
    assert leased(engine) == [bulk]


def test_of_one_person_only_the_oldest_row_goes(engine: Engine) -> None:
    with engine.begin() as connection:
        first, second, other = put(connection, ALICE), put(connection, ALICE), put(connection, BOB)
    assert leased(engine) == [first, other]
    assert leased(engine, "b") == []
    settle(engine, [first])
    assert leased(engine, "b") == [second]


def test_a_reply_does_not_wait_for_an_alert_but_an_alert_for_a_reply(engine: Engine) -> None:
    with engine.begin() as connection:
        alert, reply = put(connection, ALICE, bulk=True), put(connection, ALICE)
        answer, later = put(connection, BOB), put(connection, BOB, bulk=True)
    assert leased(engine) == [reply, answer, alert]
    settle(engine, [answer])
    assert leased(engine) == [later]


def test_what_is_due_later_holds_back_what_comes_after_it(engine: Engine) -> None:
    with engine.begin() as connection:
        first, second = put(connection, ALICE), put(connection, ALICE)
        message.later(connection, first, 60)
    assert leased(engine) == []
    settle(engine, [first], "refused")
    assert leased(engine) == [second]


# Leases


def test_a_lease_ends_and_somebody_else_takes_over(engine: Engine) -> None:
    with engine.begin() as connection:
        id = put(connection, ALICE)
    assert leased(engine, "a") == [id]
    assert leased(engine, "b") == []
    age(engine, LEASE + 1)
    assert leased(engine, "b") == [id]


def test_bulk_whose_sender_died_is_listed_as_uncertain(engine: Engine) -> None:
    with engine.begin() as connection:
        id = put(connection, ALICE, bulk=True)
    assert leased(engine) == [id]
    age(engine, LEASE + 1)
    assert leased(engine, "b") == []
    with engine.begin() as connection:
        assert message.stale_bulk(connection) == 1
    assert states(engine)[id] == ("uncertain", 0, False)


def test_a_lease_longer_than_any_means_that_the_clock_went_back(engine: Engine) -> None:
    with engine.begin() as connection:
        id, bulk = put(connection, ALICE), put(connection, BOB, bulk=True)
        assert message.elect(connection, CHANNEL, "a")
    assert leased(engine) == [id, bulk]
    age(engine, -3600)
    assert leased(engine, "b") == [id]
    with engine.begin() as connection:
        assert message.stale_bulk(connection) == 1
        assert message.elect(connection, CHANNEL, "b")


def test_what_was_settled_stays_settled(engine: Engine) -> None:
    """The first sender was slow; the second has sent the row meanwhile."""
    with engine.begin() as connection:
        id = put(connection, ALICE)
    settle(engine, [id])
    with engine.begin() as connection:
        message.later(connection, id, 5)
        message.settle(connection, [id], "refused")
        message.release(connection, [id], "a")
    assert states(engine)[id] == ("sent", 0, False)


def test_one_sender_a_channel_while_others_stand_by(engine: Engine) -> None:
    def elect(holder: str) -> bool:
        with engine.begin() as connection:
            return message.elect(connection, CHANNEL, holder)

    with ThreadPoolExecutor(4) as pool:
        elected = [one for one, won in zip("abcd", pool.map(elect, "abcd"), strict=True) if won]
    assert len(elected) == 1
    assert elect(elected[0])
    age(engine, 16)
    successor = next(one for one in "abcd" if one != elected[0])
    assert elect(successor)
    assert not elect(elected[0])


# Retention


def test_old_rows_go_in_chunks_whatever_became_of_them(engine: Engine) -> None:
    ways = ("waiting", "sent", "delivered", "read", "gone", "refused", "uncertain")
    with engine.begin() as connection:
        for state in ways:
            id = put(connection, ALICE)
            connection.execute(sa.update(outbox).where(outbox.c.id == id).values(state=state, due=NOON - 10))
        newest = put(connection, BOB)
        assert message.purge(connection, NOON) == len(ways)
        assert message.purge(connection, NOON) == 0
    assert list(states(engine)) == [newest]


def test_forgetting_a_person_takes_their_rows_and_nobody_elses(engine: Engine) -> None:
    with engine.begin() as connection:
        put(connection, ALICE)
        other = put(connection, BOB)
        message.forget(connection, [ALICE])
        person.forget(connection, [ALICE])
    assert list(states(engine)) == [other]


# Whatever happens


class Post(RuleBasedStateMachine):
    """Two senders, some people, replies and alerts; senders die, leases end, clocks do not matter."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.made: dict[int, tuple[bytes, bool]] = {}
        self.handed: dict[int, int] = {}
        self.held: dict[int, str] = {}
        self.open: set[int] = set()
        with engine.begin() as connection:
            connection.execute(sa.delete(outbox))

    @rule(who=st.sampled_from([ALICE, BOB]), bulk=st.booleans())
    def say(self, who: bytes, bulk: bool) -> None:
        with self.engine.begin() as connection:
            id = put(connection, who, bulk)
        self.made[id] = (who, bulk)
        self.open.add(id)

    @rule(holder=st.sampled_from("ab"), limit=st.integers(1, 3))
    def lease(self, holder: str, limit: int) -> None:
        got = leased(self.engine, holder, limit)
        for id in got:
            who, bulk = self.made[id]
            assert id not in self.held
            assert not (bulk and id in self.handed), "bulk went out twice"
            kinds = (False, True) if bulk else (False,)
            assert not [one for one in self.open if one < id and self.made[one] in [(who, kind) for kind in kinds]]
            self.held[id] = holder
            self.handed[id] = self.handed.get(id, 0) + 1
        assert [self.made[id][1] for id in got] == sorted(self.made[id][1] for id in got)

    @rule(state=st.sampled_from(["sent", "gone", "refused", "uncertain"]), data=st.data())
    def end(self, state: str, data: st.DataObject) -> None:
        if self.held:
            id = data.draw(st.sampled_from(sorted(self.held)))
            settle(self.engine, [id], state)
            self.open.discard(id)
            del self.held[id]

    @rule(data=st.data())
    def put_off(self, data: st.DataObject) -> None:
        tried = [id for id in sorted(self.held) if not self.made[id][1]]
        if tried:
            id = data.draw(st.sampled_from(tried))
            with self.engine.begin() as connection:
                message.later(connection, id, 0)
            del self.held[id]

    @rule()
    def die(self) -> None:
        """Every sender dies, and their leases end."""
        age(self.engine, LEASE + 1)
        with self.engine.begin() as connection:
            gone = {id for id in self.held if self.made[id][1]}
            assert message.stale_bulk(connection) == len(gone)
        self.open -= gone
        self.held.clear()

    @invariant()
    def nothing_is_lost_and_words_stay_only_with_what_waits(self) -> None:
        found = states(self.engine)
        assert set(found) == set(self.made)
        assert {id for id, (state, *_) in found.items() if state == "waiting"} == self.open
        assert all(words == (state == "waiting") for state, _, words in found.values())


def test_no_order_of_events_loses_doubles_or_overtakes(engine: Engine) -> None:
    class Here(Post):
        def __init__(self) -> None:
            super().__init__(engine)

    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))


def test_the_store_has_a_clock_of_its_own(engine: Engine) -> None:
    with engine.connect().execution_options(reading=True) as connection:
        first = database_now(connection)
        assert isinstance(first, int)
        assert 0 <= database_now(connection) - first <= 5
