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
