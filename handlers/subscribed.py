"""What a subscriber has chosen, as a talk sees it, and what changes it at once."""

from __future__ import annotations

from dataclasses import dataclass

MONTH = 30  # days of a pause


@dataclass(frozen=True, slots=True)
class Choice:
    """The kelurahan by code; `rw` is two digits, or empty for all of it."""

    kelurahan: str
    rw: str
    alerts: bool
    lessons: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Rest:
    """Effect: a subscriber gets nothing for so many days; 0 goes on at once, None ends it for good."""

    days: int | None = None


@dataclass(frozen=True, slots=True)
class Taught:
    """Effect: a subscriber was offered the lesson of a week (when it began, seconds since 1970), once."""

    week: int
