"""The weekly lesson: when it goes out, which one is whose, and the words that invite to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot.house import House
from content.broadcast import Broadcast
from content.queues import WIB
from content.shelf import Say, Shelf
from handlers.front import MENU
from handlers.render import Button, Line
from handlers.weekly import Weekly, lessons
from models import subscription
from models.bulk import Recipient

WEEK: Final = 7  # days
LATE: Final = 12 * 3_600  # seconds after which a week's lesson that did not begin is left out


def local(now: int) -> datetime:
    """A moment in Jakarta."""
    return datetime.fromtimestamp(now, UTC).astimezone(WIB)


def is_quiet(broadcast: Broadcast, now: int) -> bool:
    """Whether people sleep now."""
    return broadcast.is_quiet(local(now).time())


def month_of(now: int) -> int:
    """When this month began in Jakarta, in seconds since 1970."""
    return int(local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp())


def due(broadcast: Broadcast, now: int) -> int | None:
    """When the lesson of today was to begin, where it is one that may begin now."""
    at = local(now).replace(hour=broadcast.at.hour, minute=broadcast.at.minute, second=0, microsecond=0)
    moment = int(at.timestamp())
    return moment if broadcast.is_lesson_day(at.date()) and moment <= now < moment + LATE else None


def week_of(broadcast: Broadcast, now: int) -> int | None:
    """When the lesson that holds now was to begin; None on a day between two of them."""
    here = local(now)
    at = here.replace(hour=broadcast.at.hour, minute=broadcast.at.minute, second=0, microsecond=0)
    at -= timedelta(days=(here.isoweekday() - broadcast.weekday) % WEEK)
    at -= timedelta(days=WEEK if at > here else 0)
    return int(at.timestamp()) if here < at + timedelta(days=broadcast.days) else None


def next_ones(connection: Connection, house: House, persons: Collection[Any]) -> Mapping[Any, Weekly]:
    """The lesson of this week of those who want the series and have not been offered it yet."""
    now, series = house.now(), lessons(house.shelf)
    week = week_of(house.shelf.broadcast, now)
    if week is None:
        return {}
    found = subscription.of_persons(connection, persons)
    wanting = {key: one for key, one in found.items() if one.lessons and (one.paused_until or 0) <= now}
    fresh = ((key, one.lesson) for key, one in wanting.items() if (one.offered or 0) < week)
    return {key: Weekly(series[had].id, week) for key, had in fresh if had < len(series)}


def invitation(shelf: Shelf, recipient: Recipient) -> Line:
    """The next lesson of one person; it was counted when the delivery was made."""
    language, series = recipient.language, lessons(shelf)
    lesson = series[min(max(recipient.lesson, 1), len(series)) - 1]
    title = shelf.text(Say(f"lesson.{lesson.id}.title"), language)
    text = shelf.text(Say("channel.lesson", {"title": title}), language)
    return Line((text,), back=Button(MENU, shelf.text(Say("front.menu"), language)), language=language)
