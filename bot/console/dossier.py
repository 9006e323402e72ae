"""Opening a case: from the cookie to the member's key, the queue's, the report's, and then its words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import staff
from bot.console.visit import Seat, not_found
from bot.keys import CannotOpen
from bot.sealing import info_report, info_wrap, unpad, unseal
from models import case, file, worklist
from models.file import File
from models.told import ADDED

KINDS: Final = ("story", "words", "correction", "told", "answer", "reason", "passed")
# Whoever acts, acts for the queue that holds the case; before, for the one that is meant to.
ROLES: Final = ("lead", "awake", "next", "oversight")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was said in a case. `text` is None where it does not open."""

    id: str
    kind: str
    hour: int
    seq: int
    seen: bool
    queue: str | None
    text: str | None = field(repr=False)

    @property
    def told(self) -> dict[str, Any]:
        """A story's fields, or those of answers that came later; what is no JSON object is shown whole."""
        try:
            data = json.loads(self.text or "{}")
        except ValueError:
            return {"words": self.text}
        if not isinstance(data, dict):
            return {"words": self.text}
        answers = data.get("answers") if self.kind == "told" else None
        return together([one for one in answers if isinstance(one, dict)]) if isinstance(answers, list) else data


def together(answers: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Several answers as one, field by field."""
    fields: dict[str, list[Any]] = {}
    for answer in answers:
        for name, value in answer.items():
            fields.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return fields


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as one member may read it: its row by the queue they act for, and its parts in order."""

    row: Any
    queues: frozenset[str]  # the queues through which they read it
    parts: tuple[Part, ...] = field(default=(), repr=False)
    files: tuple[File, ...] = ()  # photos and voice messages, without their bytes

    @property
    def may_accept(self) -> bool:
        return self.row.holder is None and self.row.state in {"diterima", "dibaca"}

    @property
    def may_answer(self) -> bool:
        """Only who holds the case answers and closes it."""
        return self.row.holder in self.queues and self.row.closed_at is None

    @property
    def may_pass(self) -> bool:
        """Who could take it, or has it, may say that another queue must; after oversight there is none."""
        return (self.may_accept or self.may_answer) and self.row.role != "oversight"

    @property
    def grave(self) -> bool:
        """Whether more than one pair of eyes must see it closed: a child's, or somebody was in danger."""
        return bool(self.row.child == "yes" or self.row.urgency == "immediate")

    @property
    def own(self) -> bool:
        """Whether it happens to whoever told it: a code is given to them only if they ask for one."""
        return any(part.told.get("about") == "self" for part in self.parts if part.kind == "story" and part.text)

    @property
    def last(self) -> int:
        """The number of the newest part: what is shown, and no more than that, was read."""
        return max((part.seq for part in self.parts), default=0)

    @property
    def unseen(self) -> list[str]:
        """What the reporter added since."""
        return [part.id for part in self.parts if part.kind in ADDED and not part.seen]


def cover(connection: Connection, seat: Seat, report_id: str) -> Dossier:
    """The case without its words; Stop, the same as for none, where they may not read it."""
    ways = worklist.ways(connection, seat.staff, report_id)
    if not ways:
        raise not_found()
    queues = frozenset(row.queue for row in ways)
    best = min(ways, key=lambda row: (row.queue != row.holder, ROLES.index(row.role)))
    return Dossier(best, queues)


def unlock(connection: Connection, seat: Seat, report_id: str) -> Dossier:
    """The case with its words, opened for this request only."""
    closed = cover(connection, seat, report_id)
    rows = case.items(connection, [report_id], KINDS)
    try:
        private = report_key(seat, closed.row)
    except CannotOpen:
        private = None
    parts, files = tuple(part(row, private) for row in rows), tuple(file.of_report(connection, report_id))
    return Dossier(closed.row, closed.queues, parts, files)


def report_key(seat: Seat, row: Any) -> bytes:
    """A report's private key by the keys of a member and their queue."""
    member = seat.member(row.queue)
    if member is None:
        raise CannotOpen("no key of that queue")
    queue = staff.held_queue(member, seat.private)
    return unseal(queue, bytes(row.wrap), info_wrap(row.queue, row.epoch, row.id))


def part(row: Any, private: bytes | None) -> Part:
    """One item, opened."""
    return Part(row.id, row.kind, row.hour, row.seq, row.seen, row.queue, words(row, private))


def words(row: Any, private: bytes | None) -> str | None:
    """The words of an item, or None where the key or the item is damaged."""
    if private is None:
        return None
    try:
        return unpad(unseal(private, bytes(row.body), info_report(row.report, row.id))).decode()
    except CannotOpen:
        return None
