"""The reports on a caseworker's desk: the list, what is new in it, and closing nonsense in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console import labels
from bot.console.letters import MOST, SHORTEST_REASON, Draft, draft_of
from bot.console.visit import Stop, Visit
from bot.filing import sealed_item
from bot.locale import mark
from bot.naming import number
from models import case, worklist

AT_ONCE: Final = 50  # cases closed in one go: the desk is kept waiting for no more rows than that
MOST_DIGITS: Final = 6
RISEN: Final = ("next", "oversight")  # roles that see a report once it comes up to them


@dataclass(frozen=True, slots=True)
class Mark:
    """A few words beside a report, and their colour."""

    colour: str
    words: str


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
    marks: tuple[Mark, ...]  # why to look at it
    due: str
    late: bool
    holder: str
    bulk: bool  # may be closed in bulk


def line(visit: Visit, row: Any) -> Line:
    """A row in words."""
    shelf = visit.service.house.shelf
    mild = row.child != "yes" and row.urgency != "immediate" and not (row.asked_again or row.reopened or row.more)
    return Line(
        id=row.id,
        number=number(row.id),
        urgency=labels.word(visit.say, labels.URGENCY, row.urgency),
        level=row.urgency,
        area=labels.area(shelf, visit.say, row),
        kind=labels.word(visit.say, labels.KIND, row.kind),
        state=labels.word(visit.say, labels.STATE, row.state),
        fresh=row.state == "diterima",
        marks=tuple(marks(visit, row)),
        due=labels.due(visit.say, row, visit.now),
        late=row.due_at is not None and row.due_at < visit.now,
        holder=holder(visit, row),
        bulk=mild and row.holder is None and row.state == "dibaca",
    )


def marks(visit: Visit, row: Any) -> Iterator[Mark]:
    """What a report calls for."""
    late = row.due_at is not None and row.due_at < visit.now
    days = visit.service.house.shelf.terms.keep_days["untouched"]
    if row.reopened:
        yield Mark("high", visit.say(mark("opened again")))
    if row.asked_again:
        yield Mark("high", visit.say(mark("asked again")))
    if row.closed_at is None and row.role in RISEN and row.escalated and (late or row.holder is None):
        yield Mark("high", visit.say(mark("came up to you")))
    if row.more:
        yield Mark("new", visit.say(mark("new words")))
    if row.closed_at is None and row.changed_at < visit.now - days * labels.DAY:
        yield Mark("high", visit.say(mark("%(days)s days already"), days=days))
    if row.warned:
        yield Mark("high", visit.say(mark("deleted soon")))


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


def page_of(visit: Visit) -> int:
    """The page of the list that is asked for; the first, where that is no number."""
    text = visit.request.query_params.get("hal", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1


async def values(visit: Visit) -> dict[str, Any]:
    """What list and news are made of: one page of the desk of whoever is signed in, and how many come after it."""
    who, closed, wanted = visit.member.staff, is_closed(visit), page_of(visit)

    def query(connection: Connection) -> dict[str, Any]:
        count = worklist.count(connection, who, closed)
        page = min(wanted, max(1, -(-count // worklist.PAGE)))
        rows = worklist.of_staff(connection, who, closed, page)
        after = max(0, count - page * worklist.PAGE)
        return {"rows": rows, "page": page, "after": after, "news": worklist.news(connection, who, visit.now)}

    found = await visit.look(query)
    return {**found, "lines": [line(visit, row) for row in found["rows"]], "closed": closed}


async def news(visit: Visit) -> list[str]:
    """The ids of all that waits for whoever is signed in."""
    who = visit.member.staff
    return await visit.look(lambda connection: worklist.news(connection, who, visit.now))


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
    who, wanted = visit.member.staff, visit.form.all("kasus")[:AT_ONCE]
    rows = await visit.look(lambda connection: worklist.chosen(connection, who, wanted))
    return [line(visit, row) for row in rows]


async def close_many(visit: Visit) -> Response:
    """Show what was ticked and ask for one reason; with it, close what nobody holds. Each reporter gets it."""
    chosen = await ticked(visit)
    if "text" not in visit.form.fields:
        return await many(visit, chosen, Draft())
    draft = draft_of(visit.form, visit.say, SHORTEST_REASON, MOST)
    closable = [one.id for one in chosen if one.bulk]
    if not closable:
        problem = visit.say(mark("None of these can be closed here. Open each one and decide."))
        return await many(visit, chosen, Draft(draft.text, problem=problem), 409)
    if not draft.ready:
        return await many(visit, chosen, draft, 422)
    count = await close_all(visit, closable, draft.text)
    if count == 0:
        raise Stop(409, mark("Somebody else was first. Please look at the list again."))
    return visit.go("/?kabar=semua")


async def many(visit: Visit, chosen: Sequence[Line], draft: Draft, status: int = 200) -> Response:
    """The page that asks for the one reason."""
    return await visit.render("close_many.html", status, chosen=chosen, draft=draft, shortest=SHORTEST_REASON)


async def close_all(visit: Visit, ids: Sequence[str], reason: str) -> int:
    """One transaction: whatever somebody accepted meanwhile stays open. How many were closed."""
    who, token = visit.member.staff, visit.service.house.token()

    def work(connection: Connection) -> int:
        rows = {row.id: row for row in worklist.chosen(connection, who, ids)}
        closed = worklist.close_unheld(connection, list(rows), visit.now)
        for id in closed:
            row = rows[id]
            item = sealed_item(id, bytes(row.public), f"{id}.{token}", "reason", reason, row.queue)
            case.add(connection, id, item, visit.now)
            staff.record(connection, who, "closed", report=id, queue=row.queue, now=visit.now)
        return len(closed)

    return await visit.write(work)
