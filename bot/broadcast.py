"""Alerts on their way to those who subscribed: begun, prepared, ended and forgotten by the clock."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from time import monotonic, sleep

from sqlalchemy.engine import Connection

from bot.alert_size import return_planned
from bot.desk import Desk
from bot.house import House
from bot.series import due, local
from bot.wake import SENDERS
from handlers.weekly import CHANNELS, lessons
from models import broadcast, budget
from models.base import DAY

LEAST, MOST = 500, 2_000  # rows that everybody at the desk waits for
WAIT = 0.05  # seconds that those rows should take at the most


def run(house: House, desk: Desk) -> None:
    """What the clock does for alerts. Each part is a scan that may be broken off and begun again."""
    now = house.now()
    begin_lesson(house, desk, now)
    desk.do(lambda connection: broadcast.end(connection, now)).result()
    desk.do(lambda connection: return_planned(connection, house)).result()
    desk.do(lambda connection: broadcast.begin(connection, now)).result()
    if chunked(desk, broadcast.sweep):
        desk.do(lambda connection: broadcast.begin(connection, now)).result()  # what waited for that
    with house.engine.connect().execution_options(reading=True) as connection:
        preparing = broadcast.preparing(connection)
    for id in preparing:
        prepare(house, desk, id)
    forget(house, desk, now)


def prepare(house: House, desk: Desk, id: str) -> None:
    """Make all deliveries of an alert, a chunk at a time between the batches of the desk, and wake the senders.

    A chunk is as large as the one before was quick, and whoever waits meanwhile gets as much time as it took.
    """
    channels, series, rows = house.pushes.alerts, len(lessons(house.shelf)), MOST
    while (chunk := desk.do(partial(some, house, desk, id, rows, channels, series)).result()).made:
        took = monotonic() - chunk.began
        rows = min(max(int(rows * WAIT / took), LEAST), MOST)
        sleep(took if chunk.waited_for else 0.0)
    house.wake.ring([SENDERS])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Deliveries made in one transaction, when it began, and whether anybody waits for it to end."""

    made: int
    began: float
    waited_for: bool


def some(
    house: House, desk: Desk, id: str, rows: int, channels: Collection[str], series: int, connection: Connection
) -> Chunk:
    """At most so many deliveries; where there are none left the senders of other processes are woken."""
    began = monotonic()
    made = broadcast.prepare(connection, id, rows, house.now(), channels, series)
    if not made:
        house.wake.notify(connection)
    return Chunk(made, began, bool(desk.queue))


def begin_lesson(house: House, desk: Desk, now: int) -> None:
    """The lesson of this week, once; elsewhere it is offered to whoever writes."""
    at, channels = due(house.shelf.broadcast, now), [one for one in house.pushes.alerts if one not in CHANNELS]
    if at is not None and channels:
        id, until = f"lesson-{local(at):%Y-%m-%d}", at + house.shelf.broadcast.days * DAY
        desk.do(lambda connection: broadcast.add_lesson(connection, id, at, until, channels)).result()


def forget(house: House, desk: Desk, now: int) -> None:
    """Drop what need not be known any more of alerts that are over."""
    before = now - house.shelf.terms.keep_days["alerts"] * DAY
    chunked(desk, partial(broadcast.forget_spots, now=now))
    chunked(desk, partial(broadcast.purge, before=before))
    chunked(desk, partial(budget.purge, now=now))


def chunked(desk: Desk, work: Callable[[Connection], int]) -> int:
    """Work until nothing is left. Rows in all."""
    total = 0
    while rows := desk.do(work).result():
        total += rows
    return total
