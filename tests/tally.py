"""A conversation of a few lines for the tests of desk, outbox and clock, and the ways to speak with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from time import monotonic, sleep
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot.batch import Errands, body_of
from bot.clock import Parts
from bot.desk import Desk
from bot.errands import Runner
from bot.house import House, clock
from bot.inbound import Inbound, Receipt
from bot.keys import Keys, new_secret
from bot.standing import place_of
from content.shelf import Say
from handlers.flows import FLOWS
from handlers.talk import Count, Draft, Errand, Flow, Flows, Forget, Go, Need, Option, Place, Question, Turn
from models import person
from models.base import make_engine, metadata
from models.person import Person
from models.tables import inbound, outbox, report
from models.tables import person as persons
from tests.service import add_staff, shelf

NOON = 1_795_240_800  # Saturday 21 November 2026, 13.00 WIB
CHANNEL = "plain"
HEARD = Say("front.heard")
SORRY = "front.sorry"


@dataclass(frozen=True, slots=True)
class Tally(Draft):
    """Everything that was heard, in order."""

    heard: tuple[str, ...] = ()


def show_broken(draft: Tally, shelf: object) -> Question:
    """A question that nobody can put into words."""
    raise RuntimeError("no words")


def show_ask(draft: Tally, shelf: object) -> Question:
    """What stands: it hears, and offers one button."""
    return Question((HEARD,), (Option("tap", HEARD),))


def ask(draft: Tally, turn: Turn) -> Go[Tally] | Need:
    """Hear everything; some words make trouble."""
    here = Tally((*draft.heard, turn.choice or turn.text))
    need = Need("open", str(len(turn.found)) if turn.text == "forever" else turn.text)
    if turn.text.startswith(("need", "forever")) and need not in turn.found:
        return need
    match turn.text.split():
        case ["bug"]:
            raise RuntimeError(turn.text)
        case ["unsayable"]:
            return Go("broken", here)
        case ["count", name]:
            return Go("ask", here, do=(Count(name),))
        case ["lupakan"]:
            return Go("ask", here, do=(Forget(),))
        case ["wait"]:
            return Go("waiting", here, errands=(Errand("test", turn.token, {}),))
    return Go("ask", here)


def waiting(draft: Tally, turn: Turn) -> Go[Tally]:
    """The errand's end; it may be one that cannot be told."""
    if turn.event is not None and "bug" in turn.event.data:
        raise RuntimeError("the end of an errand")
    return Go("ask", Tally((*draft.heard, "ended")))


def broken(draft: Tally, turn: Turn) -> Go[Tally]:
    """Nobody comes here: its question cannot be shown."""
    return Go("ask", draft)


@lru_cache
def flows() -> Flows:
    """The house's conversations and this one."""
    flow: Flow[Tally] = Flow("tally", Tally, start="ask", tells=True)
    flow.ask(show=show_ask)(ask)
    flow.ask(show=show_broken)(broken)
    flow.wait(waiting)
    return {**FLOWS, "tally": flow}


@lru_cache
def keys() -> Keys:
    """One set of keys: the processes of one install share them."""
    return Keys.parse(new_secret(), new_secret())


def tables(url: str) -> None:
    """All tables, for `Databases.fresh`."""
    engine = make_engine(url)
    metadata.create_all(engine)
    engine.dispose()


def ignore(errands: Sequence[Errands]) -> None:
    """Start nothing."""


@contextmanager
def closed_desk(
    url: str, *, now: Callable[[], int] = clock, start: Callable[[Sequence[Errands]], None] = ignore
) -> Iterator[Desk]:
    """A desk whose thread does not run yet: what is put into it before `start` becomes one batch."""
    house = House(make_engine(url), keys(), shelf(), flows(), now)
    desk = Desk(house, start)
    try:
        yield desk
    finally:
        if desk.thread.is_alive():
            desk.close()
        house.engine.dispose()


@contextmanager
def open_desk(
    url: str, *, now: Callable[[], int] = clock, start: Callable[[Sequence[Errands]], None] = ignore
) -> Iterator[Desk]:
    """A desk at work."""
    with closed_desk(url, now=now, start=start) as desk:
        desk.start()
        yield desk


IDS = count(1)


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> int:
        return self.at


def message(who: str, text: str = "", id: str = "", pressed: tuple[str, ...] = ()) -> Inbound:
    """A message of a channel that sends by itself, with an id of its own unless one is given."""
    return Inbound(CHANNEL, id or f"m{next(IDS)}", who, text, pressed)


def say(desk: Desk, who: str, text: str = "", id: str = "", pressed: tuple[str, ...] = ()) -> Receipt:
    """Speak and wait for the commit."""
    return desk.hear(message(who, text, id, pressed)).result(20)


def together(desk: Desk, messages: Sequence[Inbound]) -> list[Future[Receipt]]:
    """Put messages into a closed desk, then open it."""
    futures = [desk.hear(one) for one in messages]
    desk.start()
    return futures


def key_of(who: str) -> bytes:
    """Under what a person is kept."""
    return keys().person_key(CHANNEL, who)


def seat_at(desk: Desk, *people: str, place: Place | None = None, until: int | None = None) -> None:
    """Let people stand at the tally, as if they had come there turn by turn."""
    there = place or Place("tally", "ask", {}, 1)
    rows = [
        Person(
            key_of(who),
            1,
            keys().seal_field(json.dumps({**there.dump(), "to": [CHANNEL, who]}).encode(), place_of(key_of(who))),
            None if there.errand else until or desk.house.now() + 1800,
            desk.house.now() if there.errand else None,
        )
        for who in people
    ]
    with desk.house.engine.begin() as connection:
        person.save(connection, rows, desk.house.now())


def place_kept(engine: Engine, who: str) -> Place | None:
    """Where a person stands by the store."""
    with engine.connect().execution_options(reading=True) as connection:
        row = person.load(connection, [key_of(who)])[key_of(who)]
    return Place.load(json.loads(keys().open_field(row.place, place_of(row.key)))) if row.place else None


def heard(engine: Engine, who: str) -> tuple[str, ...]:
    """What the tally has heard of a person."""
    place = place_kept(engine, who)
    return tuple(place.draft.get("heard", ())) if place else ()


def replies(engine: Engine, who: str) -> list[str]:
    """All that was said to a person and still waits, first paragraphs only."""
    query = sa.select(outbox.c.body).where(outbox.c.person == key_of(who)).order_by(outbox.c.id)
    with engine.connect().execution_options(reading=True) as connection:
        bodies = connection.execute(query).scalars().all()
    return [json.loads(keys().open_field(body, body_of(key_of(who))))["texts"][0] for body in bodies]


def heard_codes(engine: Engine, who: str) -> list[str]:
    """The codes that a person was told and whose row still waits."""
    query = sa.select(outbox.c.body).where(outbox.c.person == key_of(who)).order_by(outbox.c.id)
    with engine.connect().execution_options(reading=True) as connection:
        bodies = connection.execute(query).scalars().all()
    lines = [json.loads(keys().open_field(body, body_of(key_of(who)))) for body in bodies]
    return [line["copy"] for line in lines if line["copy"]]


def down(connection: Connection) -> NoReturn:
    """The database goes away."""
    raise OperationalError("SELECT 1", None, Exception("down"))


def rows(engine: Engine, table: sa.Table) -> int:
    """How many rows a table has."""
    with engine.connect().execution_options(reading=True) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def kept(engine: Engine) -> dict[str, int]:
    """How many rows there are of what messages leave behind."""
    return {table.name: rows(engine, table) for table in (inbound, persons, outbox, report)}


def words(key: str) -> str:
    """What a resident reads under a key."""
    return shelf().text(Say(key))


def plain(statement: str) -> str:
    """A statement on one line, without the quotes that one engine wants and the other does not."""
    return " ".join(statement.replace('"', "").split())


@dataclass(slots=True)
class Log:
    """Statements in their order, a list for each transaction."""

    transactions: list[list[str]] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [one for transaction in self.transactions for one in transaction]


@contextmanager
def logged(engine: Engine) -> Iterator[Log]:
    """Note every statement that an engine runs meanwhile."""
    log = Log()

    def began(connection: Connection) -> None:
        log.transactions.append([])
        connection.info["tally"] = log.transactions[-1]

    def ran(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            connection.info["tally"].append(plain(statement))

    event.listen(engine, "begin", began)
    event.listen(engine, "before_cursor_execute", ran)
    try:
        yield log
    finally:
        event.remove(engine, "begin", began)
        event.remove(engine, "before_cursor_execute", ran)


@contextmanager
def before(engine: Engine, statement: str, act: Callable[[Connection], None], times: int = 1) -> Iterator[None]:
    """Do something right before the first statements that begin so, inside the same transaction."""
    left = [times]

    def ran(connection: Connection, cursor: Any, sql: str, *_: Any) -> None:
        if left[0] and plain(sql).startswith(statement):
            left[0] -= 1
            act(connection)

    event.listen(engine, "before_cursor_execute", ran)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", ran)


def at(place: Place, turn: int) -> Place:
    """The same place with another turn number."""
    return replace(place, turn=turn)


@dataclass(frozen=True, slots=True)
class Office:
    """A desk with its errands and its clock."""

    desk: Desk
    runner: Runner

    @property
    def engine(self) -> Engine:
        return self.desk.house.engine

    @property
    def parts(self) -> Parts:
        return Parts(self.desk.house, self.desk, self.runner)


@contextmanager
def office(url: str, *, now: Callable[[], int] = clock, idle: bool = False) -> Iterator[Office]:
    """A process at work on a database; an idle one starts no errands by itself, as if it died before."""
    with closed_desk(url, now=now) as desk:
        runner = Runner(desk.house)
        runner.desk = desk
        if not idle:
            desk.start_errands = runner.start
        desk.start()
        try:
            yield Office(desk, runner)
        finally:
            runner.close()


def staffed(url: str) -> None:
    """All tables, and two people who hold the key of every queue."""
    tables(url)
    house = House(make_engine(url), keys(), shelf(), flows())
    with house.engine.begin() as connection:
        add_staff(connection, house)
    house.engine.dispose()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for what another thread does."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it did not happen"
        sleep(0.01)
