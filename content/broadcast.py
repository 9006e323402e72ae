"""How alerts and the weekly lesson go out: quiet hours, the day of the lesson, tiers and prices with their sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Final

from content.lessons import LessonTopic
from content.rows import Row, read_file

CITED: Final = frozenset({"source", "source_date", "confidence"})
SUNDAY: Final = 7
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Hours are WIB; `price` is rupiah for a message that costs something, `weekday` 1 for Monday."""

    quiet_from: time
    quiet_until: time
    weekday: int
    at: time
    days: int
    topics: tuple[LessonTopic, ...]
    tiers: tuple[int, ...]
    price: int

    def is_quiet(self, hour: time) -> bool:
        """Whether people sleep at a time of the day, WIB."""
        night = self.quiet_from > self.quiet_until
        since, until = self.quiet_from <= hour, hour < self.quiet_until
        return (since or until) if night else (since and until)

    def is_lesson_day(self, day: date) -> bool:
        """Whether the weekly lesson goes out on a day."""
        return day.isoweekday() == self.weekday


def load_broadcast(path: Path) -> Broadcast:
    """Read broadcast.yaml; Fault names file, row and field."""
    top = read_file(path)
    top.only(frozenset({"usulan", "quiet", "lessons", "tiers", "prices", "exchange"}))
    quiet, lessons, tiers, exchange = (top.inner(name) for name in ("quiet", "lessons", "tiers", "exchange"))
    quiet.only(frozenset({"from", "until"}))
    lessons.only(frozenset({"weekday", "at", "days", "topics"}))
    tiers.only(CITED | {"steps"})
    exchange.only(CITED | {"rupiah"})
    if (weekday := lessons.number("weekday")) > SUNDAY:
        lessons.wrong("weekday", "is 1 for Monday to 7 for Sunday")
    for row in (tiers, exchange):
        _check_source(row)
    price = sum(_microdollars(row) for row in top.each("prices")) * exchange.number("rupiah")
    return Broadcast(
        quiet.time("from"),
        quiet.time("until"),
        weekday,
        lessons.time("at"),
        lessons.number("days"),
        lessons.words(LessonTopic, "topics"),
        tiers.numbers("steps"),
        -(-price // MILLION),
    )


def _microdollars(row: Row) -> int:
    row.only(CITED | {"id", "microdollars"})
    row.text("id")
    _check_source(row)
    return row.number("microdollars")


def _check_source(row: Row) -> None:
    row.text("source")
    row.month("source_date")
    row.confidence()
