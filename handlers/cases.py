"""A case as whoever holds its code may see it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Letter:
    """An answer, or the reason for closing, that was not read before."""

    id: str
    text: str = field(repr=False)
    closing: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """Status and what is unread; never what was sent (promise 3)."""

    report: str
    public: str  # the report's key, hex: whoever adds words seals them to it
    state: str
    queue: str  # who acts next
    letters: tuple[Letter, ...]
    overdue: bool
    asked_again: bool
    may_reopen: bool
    no_contact: bool
    told: bool = False  # some chat is told when an answer is there
    own: bool = False  # of somebody it happens to: nobody is told, the phone may be in other hands


@dataclass(frozen=True, slots=True)
class Kept:
    """What whoever holds the code may know of the data of a case: since when and until when, and who reads it now."""

    since: int  # seconds since 1970
    closed_at: int | None
    readers: tuple[str, ...]  # queue ids
    no_contact: bool
