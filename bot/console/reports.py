"""The reports on a caseworker's desk: the list, what is new in it, and closing nonsense in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console import labels
from bot.console.dossier import once
from bot.console.letters import MOST, SHORTEST_REASON, Draft, draft_of
from bot.console.visit import Stop, Visit
from bot.errands import sealed_item
from bot.locale import mark
from models import case, worklist

AT_ONCE: Final = 50  # cases closed in one go: the desk is kept waiting for no more rows than that


@dataclass(frozen=True, slots=True)
class Line:
    """A report in a list: nothing that was said."""

    id: str
    number: str
    urgency: str
    level: str
    area: str
    kind: str
    state: str
    fresh: bool
    more: bool
    again: bool  # the reporter has asked for an answer
    due: str
    late: bool
    holder: str
    bulk: bool  # may be closed in bulk


def line(visit: Visit, row: Any) -> Line:
    """A row in words."""
    shelf = visit.service.house.shelf
    mild = row.child != "yes" and row.urgency != "immediate" and not (row.asked_again or row.reopened)
    return Line(
        id=row.id,
        number=labels.number(row.id),
        urgency=labels.word(visit.say, labels.URGENCY, row.urgency),
        level=row.urgency,
        area=labels.area(shelf, visit.say, row),
        kind=labels.word(visit.say, labels.KIND, row.kind),
        state=labels.word(visit.say, labels.STATE, row.state),
        fresh=row.state == "diterima",
        more=row.more,
        again=row.asked_again,
        due=labels.due(visit.say, row, visit.now),
        late=row.due_at is not None and row.due_at < visit.now,
        holder=holder(visit, row),
        bulk=mild and row.holder is None and row.state == "dibaca",
    )


def holder(visit: Visit, row: Any) -> str:
    """Who holds a report, in the fewest words."""
    if row.holder is None:
        return ""
    if visit.member.member(row.holder):
        return visit.say(mark("your queue"))
    return labels.queue_name(visit.service.house.shelf, row.holder)


def is_closed(visit: Visit) -> bool:
    """Which of the two lists is looked at."""
    return visit.request.query_params.get("tampil") == "selesai"


async def lines(visit: Visit, closed: bool) -> list[Line]:
    """The desk of whoever is signed in."""
    who = visit.member.staff
    rows = await visit.look(lambda connection: worklist.of_staff(connection, who, closed))
    return [line(visit, row) for row in once(rows)]


async def values(visit: Visit) -> dict[str, Any]:
    """What list and news are made of."""
    closed = is_closed(visit)
    shown = await lines(visit, closed)
    return {"lines": shown, "closed": closed, "news": await news(visit, None if closed else shown)}


async def news(visit: Visit, shown: Sequence[Line] | None = None) -> list[str]:
    """The ids of what waits to be read: new reports, and words that a reporter added."""
    open_lines = await lines(visit, closed=False) if shown is None else shown
    return [one.id for one in open_lines if one.fresh or one.more]


async def show_reports(visit: Visit) -> Response:
    """The list; an admin without queues has the directory instead."""
    if visit.member.admin and not visit.member.members:
        return visit.go("/antrean")
    return await visit.render("reports.html", **await values(visit))


async def show_list(visit: Visit) -> Response:
    """The list alone, for a page that renews itself."""
    return await visit.render("_list.html", **await values(visit))


async def show_news(visit: Visit) -> Response:
    """How many wait; asked for every 15 seconds, and no sign that somebody is there."""
    return await visit.render("_news.html", news=await news(visit))


async def present(visit: Visit) -> Response:
    """Somebody is typing: a long answer must not end in the sign-in page."""
    return Response(status_code=204)


async def ticked(visit: Visit) -> list[Line]:
    """The ticked reports as lines; those of others are as if unknown."""
    wanted = set(visit.form.all("kasus")[:AT_ONCE])
    return [one for one in await lines(visit, closed=False) if one.id in wanted]


async def close_many(visit: Visit) -> Response:
    """Show what was ticked and ask for one reason; with it, close what nobody holds. Each reporter gets it."""
    chosen = await ticked(visit)
    if "text" not in visit.form.fields:
        return await visit.render("close_many.html", chosen=chosen, draft=Draft())
    draft = draft_of(visit.form, visit.say, SHORTEST_REASON, MOST)
    closable = [one.id for one in chosen if one.bulk]
    if not closable:
        problem = visit.say(mark("None of these can be closed here. Open each one and decide."))
        return await visit.render("close_many.html", 409, chosen=chosen, draft=Draft(draft.text, problem=problem))
    if not draft.ready:
        return await visit.render("close_many.html", 422, chosen=chosen, draft=draft)
    count = await close_all(visit, closable, draft.text)
    if count == 0:
        raise Stop(409, mark("Somebody else was first. Please look at the list again."))
    return visit.go("/?kabar=semua")


async def close_all(visit: Visit, ids: Sequence[str], reason: str) -> int:
    """One transaction: whatever somebody accepted meanwhile stays open. How many were closed."""
    who, token = visit.member.staff, visit.service.house.token()

    def work(connection: Connection) -> int:
        rows = {row.id: row for row in once(worklist.of_staff(connection, who, closed=False)) if row.id in ids}
        closed = worklist.close_unheld(connection, list(rows), visit.now)
        for id in closed:
            row = rows[id]
            item = sealed_item(id, bytes(row.public), f"{id}.{token}", "reason", reason, row.queue)
            case.add(connection, id, item, visit.now)
            staff.record(connection, who, "closed", report=id, queue=row.queue, now=visit.now)
        return len(closed)

    return await visit.write(work)
