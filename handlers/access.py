"""What is kept of a story, told to whoever holds its code: kinds, readers and days, never a word of it (promise 3)."""

from __future__ import annotations

from datetime import datetime

from content.queues import WIB
from content.shelf import Lines, Say, Shelf
from handlers.cases import Kept

DAY = 86_400


def about(kept: Kept, shelf: Shelf) -> tuple[Say, ...]:
    """The same words for every story: only a day, the readers and the end differ. The hour would say who wrote it."""
    queues = shelf.directory.queues
    readers = tuple(Say("code.data.reader", {"name": queues[id].name}) for id in queues if id in kept.readers)
    return (
        Say("code.data.kept", {"since": day(kept.since)}),
        Say("code.data.readers", {"readers": Lines(readers)}),
        until(kept, shelf),
        *contact(kept),
    )


def contact(kept: Kept) -> tuple[Say, ...]:
    """Whether caseworkers still answer; of a closed story nobody does."""
    if kept.no_contact:
        return (Say("code.data.no_contact"),)
    return (Say("code.data.contact"),) if kept.closed_at is None else ()


def until(kept: Kept, shelf: Shelf) -> Say:
    """The day on which a closed story goes, or what decides of an open one."""
    days = shelf.terms.keep_days
    if kept.closed_at is None:
        return Say("code.data.until_open", {"story": days["story"], "untouched": days["untouched"]})
    return Say("code.data.until_closed", {"day": day(kept.closed_at + days["story"] * DAY)})


def day(when: int) -> Say:
    """A day in Jakarta."""
    local = datetime.fromtimestamp(when, WIB)
    month = Say(f"numbers.month.{local.month:02}")
    return Say("code.data.day", {"day": str(local.day), "month": month, "year": str(local.year)})
