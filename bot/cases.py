"""Opening a case with its code: the key lives in memory for this turn only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from bot.house import House
from bot.keys import CannotOpen
from bot.naming import number
from bot.sealing import info_report, unpad, unseal, unwrap_for_code
from handlers.affected import QUESTIONS as OWN
from handlers.cases import CaseView, Kept, Letter
from handlers.talk import Code
from models import access, case, duty, ping


def open_cases(connection: Connection, house: House, codes: Collection[Code]) -> Mapping[Code, CaseView | None]:
    """The cases that these codes open; a code that opens nothing gives None, by the same path."""
    rows = case.by_locator(connection, [code.locator for code in codes])
    letters = case.items(connection, [row.id for row in rows.values()], ("answer", "reason"))
    told = ping.told(connection, [row.id for row in rows.values()])
    now = house.now()
    views: dict[Code, CaseView | None] = {}
    for code in codes:
        row = rows.get(code.locator)
        found = view(row, code, [one for one in letters if row and one.report == row.id], house, now)
        views[code] = replace(found, told=found.report in told) if found else None
    return views


def kept_of(connection: Connection, house: House, report_ids: Collection[str]) -> Mapping[str, Kept]:
    """What is said of the data of these cases; none where a case is gone."""
    readers = access.readers(connection, report_ids)
    return {
        row.id: Kept(row.filed_at, row.closed_at, tuple(readers.get(row.id, ())), row.no_contact)
        for row in access.kept(connection, report_ids)
    }


def holding(connection: Connection, house: House, links: Collection[str]) -> Mapping[str, bool]:
    """Which links of chats on duty still hold."""
    return dict.fromkeys(duty.holds(connection, links), True)


def to_answer(connection: Connection, house: House, links: Collection[str]) -> Mapping[str, list[tuple[str, str]]]:
    """Id and number of the notices in each chat on duty that still wait for somebody, the most urgent first."""
    found: dict[str, list[tuple[str, str]]] = {link: [] for link in links}
    for row in duty.unanswered(connection, links):
        found[row.link].append((row.notice, number(row.id)))
    return found


def view(row: Any, code: Code, letters: list[Any], house: House, now: int) -> CaseView | None:
    """One case; None where the code is wrong or its wrap was deleted."""
    if row is None or row.code_wrap is None:
        return None
    try:
        private = unwrap_for_code(code.key, row.code_wrap, row.id)
    except CannotOpen:
        return None
    since = now - house.shelf.terms.reopen_seconds
    unread = tuple(
        Letter(
            one.id,
            unpad(unseal(private, one.body, info_report(row.id, one.id))).decode(),
            one.kind == "reason",
        )
        for one in letters
        if not one.seen
    )
    return CaseView(
        report=row.id,
        public=bytes(row.public).hex(),
        state=row.state,
        queue=row.holder or row.lead,
        letters=unread,
        overdue=row.due_at is not None and row.due_at < now,
        asked_again=row.asked_again,
        may_reopen=row.closed_at is not None and row.closed_at >= since,
        no_contact=row.no_contact,
        own=row.questions == OWN,
    )
