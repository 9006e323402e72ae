"""What a report is called, and when: in the console and in the chat on duty alike."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from babel.dates import format_date

from content.queues import WIB

LETTERS: Final = 6


def number(report_id: str) -> str:
    """What a report is called aloud: the first letters of its id; the whole id is in the console's address."""
    return report_id[:LETTERS].upper()


def clock(when: int, now: int) -> str:
    """A time in WIB, `14.30`, with its day where that is not today."""
    local, today = (datetime.fromtimestamp(moment, WIB) for moment in (when, now))
    text = local.strftime("%H.%M")
    return text if local.date() == today.date() else f"{format_date(local.date(), 'd MMM', locale='id')}, {text}"
