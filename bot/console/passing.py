"""Passing a case back: another queue must take it, and why stands sealed in the case."""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot.console.cases import item_of, page, report_of, unsaved
from bot.console.dossier import cover
from bot.console.letters import MOST, SHORTEST_REASON, Draft
from bot.console.visit import Stop, Visit
from bot.duty import passed
from bot.inbound import DeskDown
from bot.locale import mark
from models import case, duty

NOBODY: Final = mark("No queue comes after yours for this case. Please decide here.")
TAKEN: Final = mark("Another queue takes care of this case, or it is closed. Nothing was changed.")


async def pass_back(visit: Visit) -> Response:
    """The next queue reads it now; a second click finds it done."""
    seat, id, item = visit.member, report_of(visit), item_of(visit, "passed")
    draft = Draft(visit.form.one("text").strip())
    if problem := unfit(visit, draft.text):
        return await page(visit, 422, Draft(draft.text, problem=problem), "passed")

    def work(connection: Connection) -> None:
        dossier = cover(connection, seat, id)
        if case.is_there(connection, item):
            return
        if not dossier.may_accept and not dossier.may_answer:
            raise Stop(409, TAKEN)
        if not passed(connection, visit.service.house, seat.staff, dossier.row, item, draft.text):
            raise Stop(409, NOBODY)
        duty.mark_own(connection, seat.staff, id, "passed")

    try:
        await visit.write(work)
    except DeskDown:
        dossier = await visit.look(lambda connection: cover(connection, seat, id))
        return await unsaved(visit, dossier, draft, "passed")
    return visit.go(f"/kasus/{id}?kabar=kembali")


def unfit(visit: Visit, text: str) -> str:
    """What is wrong with a reason, in words; nothing where it will do."""
    if len(text) < SHORTEST_REASON:
        return visit.say(mark("Please write at least %(count)s letters."), count=SHORTEST_REASON)
    if len(text) > MOST:
        return visit.say(mark("Please shorten it to %(count)s letters."), count=MOST)
    return ""
