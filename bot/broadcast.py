"""Alerts on their way to those who subscribed: begun, prepared, ended and forgotten by the clock; what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy.engine import Connection

from bot.desk import Desk
from bot.house import House
from bot.series import due, lessons, local, month_of
from bot.settings import Settings
from bot.wake import SENDERS
from models import broadcast, budget
from models.base import DAY
from models.broadcast import Estimate, Limits
from models.budget import Budget

CHUNKS: Final = {"sqlite": 500, "postgresql": 2_000}  # rows that everybody at the desk waits for
PAID: Final = "whatsapp"


def run(house: House, desk: Desk) -> None:
    """What the clock does for alerts. Each part is a scan that may be broken off and begun again."""
    now = house.now()
    begin_lesson(house, desk, now)
    desk.do(lambda connection: broadcast.end(connection, now)).result()
    desk.do(lambda connection: broadcast.begin(connection, now)).result()
    if chunked(desk, broadcast.sweep):
        desk.do(lambda connection: broadcast.begin(connection, now)).result()  # what waited for that
    with house.engine.connect().execution_options(reading=True) as connection:
        preparing = broadcast.preparing(connection)
    for id in preparing:
        prepare(house, desk, id)
    forget(house, desk, now)


def prepare(house: House, desk: Desk, id: str) -> None:
    """Make all deliveries of an alert, a chunk at a time between the batches of the desk, and wake the senders."""
    chunk, channels, series = CHUNKS[house.engine.dialect.name], house.pushes.alerts, len(lessons(house.shelf))

    def some(connection: Connection) -> int:
        made = broadcast.prepare(connection, id, chunk, house.now(), channels, series)
        if not made:
            house.wake.notify(connection)
        return made

    chunked(desk, some)
    house.wake.ring([SENDERS])


def begin_lesson(house: House, desk: Desk, now: int) -> None:
    """The lesson of this week, once."""
    at = due(house.shelf.broadcast, now)
    if at is not None and house.pushes.alerts:
        id, until = f"lesson-{local(at):%Y-%m-%d}", at + house.shelf.broadcast.days * DAY
        desk.do(lambda connection: broadcast.add_lesson(connection, id, at, until)).result()


def forget(house: House, desk: Desk, now: int) -> None:
    """Drop what need not be known any more of alerts that are over."""
    before = now - house.shelf.terms.keep_days["alerts"] * DAY
    chunked(desk, partial(broadcast.forget_spots, now=now))
    chunked(desk, partial(broadcast.purge, before=before))


def chunked(desk: Desk, work: Callable[[Connection], int]) -> int:
    """Work until nothing is left. Rows in all."""
    total = 0
    while rows := desk.do(work).result():
        total += rows
    return total


def limits(house: House, settings: Settings) -> Limits:
    """What the estimate of an alert goes by."""
    return Limits(settings.broadcasters, PAID, settings.whatsapp_tier, house.shelf.broadcast.price)


def estimate(connection: Connection, house: House, settings: Settings, kelurahan: str, rw: str) -> Estimate:
    """People, days under the vendor's limit, and rupiah at the most, of an alert for an area; for staff only."""
    return broadcast.estimate(connection, kelurahan, rw, house.now(), limits(house, settings))


@dataclass(frozen=True, slots=True)
class MonthlyPurse:
    """The tier of a number on WhatsApp and the ceiling of rupiah, as the sender's `Purse`."""

    house: House
    settings: Settings

    @property
    def budget(self) -> Budget:
        """The limits of this month."""
        tier, ceiling = self.settings.whatsapp_tier, self.settings.whatsapp_monthly_rupiah
        return Budget(tier, ceiling, self.house.shelf.broadcast.price, month_of(self.house.now()))

    def take(self, connection: Connection, most: int) -> int:
        """How many may go out now, at most so many; none where alerts on this channel are off."""
        if self.settings.whatsapp_broadcast == "off":
            return 0
        now = self.house.now()
        number = min(most, budget.left(connection, self.budget, now))
        if number:
            budget.charge(connection, self.budget, number, now)
        return number

    def give_back(self, connection: Connection, number: int) -> None:
        """So many did not go out."""
        budget.charge(connection, self.budget, -number, self.house.now())
