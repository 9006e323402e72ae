"""One case: open, accept, answer, close."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console import labels
from bot.console.attachments import listed
from bot.console.dossier import Dossier, Part, cover, unlock
from bot.console.letters import MOST, SHORTEST_ANSWER, SHORTEST_GRAVE_REASON, SHORTEST_REASON, Draft, draft_of
from bot.console.visit import Stop, Visit, not_found
from bot.due import due_seconds
from bot.filing import sealed_item
from bot.inbound import DeskDown
from bot.locale import mark
from bot.naming import clock, number
from models import case, duty, escalation

KEY_LETTERS: Final = 32
MOST_DIGITS: Final = 9
ID: Final = re.compile(r"[a-z2-7]{26}")  # 128 bits in base32
NOT_YOURS: Final = mark("Your queue does not hold this case, or it is closed. What you wrote was not sent.")
UNREAD: Final = mark("Not closed yet: the reporter has added words. Please read them, then decide again.")
UNSAVED: Final = mark("Not saved yet: the service is busy. Your words are still here. Please send again.")


class Unread(Exception):
    """The reporter added words that were not in the page from which the case was to be closed."""


def report_of(visit: Visit) -> str:
    """The report that the address names; what cannot be one is not looked for."""
    id = str(visit.request.path_params["id"])
    if not ID.fullmatch(id):
        raise not_found()
    return id


async def show_case(visit: Visit) -> Response:
    """The case; one that nobody has opened shows its cover first, as reading it changes its state."""
    return await page(visit)


async def page(visit: Visit, status: int = 200, draft: Draft | None = None, kind: str = "answer") -> Response:
    """The case with its words, and a draft that was not sent. Every opening is trailed."""
    seat, id = visit.member, report_of(visit)
    dossier = await visit.look(lambda connection: cover(connection, seat, id))
    if dossier.row.state == "diterima":
        return await visit.render("cover.html", status, **facts(visit, dossier))
    dossier = await visit.look(lambda connection: unlock(connection, seat, id))
    await visit.write(lambda connection: trailed(connection, visit, dossier, "opened"))
    parts = [told(visit, part) for part in dossier.parts]
    values: dict[str, Any] = {"parts": parts, "last": dossier.last, "key": visit.service.house.token()}
    values["wishes"] = labels.wishes(visit.say, [part.told for part in dossier.parts if part.kind in {"story", "told"}])
    drafts, values["files"] = {kind: draft} if draft else {}, listed(visit, dossier)
    return await visit.render("case.html", status, drafts=drafts, blank=Draft(), **values, **facts(visit, dossier))


def facts(visit: Visit, dossier: Dossier) -> dict[str, Any]:
    """What is in clear about a case, in words."""
    row, say, shelf = dossier.row, visit.say, visit.service.house.shelf
    place = shelf.gazetteer.by_code(row.kelurahan or "")
    return {
        "dossier": dossier,
        "row": row,
        "number": number(row.id),
        "urgency": labels.word(say, labels.URGENCY, row.urgency),
        "kind": labels.word(say, labels.KIND, row.kind),
        "state": labels.word(say, labels.STATE, row.state),
        "place": f"{place.name}, {labels.area(shelf, say, row)}" if place else labels.area(shelf, say, row),
        "due": labels.due(say, row, visit.now),
        "late": row.due_at is not None and row.due_at < visit.now,
        "filed": labels.filed(say, row, visit.now),
        "holder": labels.queue_name(shelf, row.holder) if row.holder else "",
        "shortest": shortest(dossier, "reason"),
        "reopen_days": shelf.terms.reopen_days,
        "as_queue": labels.queue_name(shelf, row.queue),
    }


def told(visit: Visit, part: Part) -> dict[str, Any]:
    """One part of a case, ready to be shown."""
    shelf = visit.service.house.shelf
    fields = part.kind in {"story", "told"} and part.text is not None
    lines = labels.story(shelf, visit.say, part.told) if fields else []
    by = labels.queue_name(shelf, part.queue) if part.queue else ""
    return {"part": part, "lines": lines, "hour": clock(part.hour, visit.now), "by": by}


def trailed(connection: Connection, visit: Visit, dossier: Dossier, what: str) -> None:
    """Write who did what to the trail."""
    row = dossier.row
    staff.record(connection, visit.member.staff, what, report=row.id, queue=row.queue, now=visit.now)


async def open_case(visit: Visit) -> Response:
    """Diterima becomes Dibaca, and what the reporter added is seen: as far as it was shown, or is shown next."""
    seat, id = visit.member, report_of(visit)

    def work(connection: Connection) -> None:
        dossier = cover(connection, seat, id)
        case.opened(connection, id)
        case.words_seen(connection, id, last_shown(visit) if "last" in visit.form.fields else None)
        trailed(connection, visit, dossier, "opened")

    await visit.write(work)
    return visit.go(f"/kasus/{id}")


async def accept(visit: Visit) -> Response:
    """The first queue that accepts holds the case; who comes second is told who it is."""
    seat, id = visit.member, report_of(visit)

    def work(connection: Connection) -> str:
        dossier = cover(connection, seat, id)
        if case.accept(connection, id, dossier.row.queue, visit.now):
            duty.mark_own(connection, seat.staff, id, "accepted")
            trailed(connection, visit, dossier, "accepted")
            return "terima"
        return "milik" if dossier.row.holder in dossier.queues else "didahului"

    return visit.go(f"/kasus/{id}?kabar={await visit.write(work)}")


async def answer(visit: Visit) -> Response:
    """Words to the reporter; the clock stops."""
    return await send(visit, "answer")


async def close(visit: Visit) -> Response:
    """Close with a reason that the reporter can read."""
    return await send(visit, "reason")


async def send(visit: Visit, kind: str) -> Response:
    """Check, seal and store words; what is not sent stays in the page."""
    seat, id, item = visit.member, report_of(visit), item_of(visit, kind)
    dossier = await visit.look(lambda connection: cover(connection, seat, id))
    draft = draft_of(visit.form, visit.say, shortest(dossier, kind), MOST)
    done = visit.go(f"/kasus/{id}?kabar={'jawab' if kind == 'answer' else 'tutup'}")
    if not dossier.may_answer:
        sent = await visit.look(lambda connection: case.items(connection, [id], (kind,)))
        return done if any(one.id == item for one in sent) else await too_late(visit, draft, kind)
    if not draft.ready:
        return await page(visit, 422, draft, kind)
    try:
        await visit.write(letter(visit, dossier, kind, draft.text))
    except case.Gone:
        return await too_late(visit, draft, kind)
    except Unread:
        return await page(visit, 409, Draft(draft.text, problem=visit.say(UNREAD)), kind)
    except DeskDown:
        return await unsaved(visit, dossier, draft, kind)
    return done


def shortest(dossier: Dossier, kind: str) -> int:
    """How many letters must be written at least."""
    if kind == "answer":
        return SHORTEST_ANSWER
    return SHORTEST_GRAVE_REASON if dossier.grave else SHORTEST_REASON


def last_shown(visit: Visit) -> int:
    """The number of the newest part in the page that the form came from; 0 where it does not say so."""
    text = visit.form.one("last")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def item_of(visit: Visit, kind: str) -> str:
    """The id of a letter comes with the page, so that a second click sends nothing twice."""
    key = visit.form.one("key")
    if len(key) != KEY_LETTERS or not key.isalnum() or not key.isascii():
        raise Stop(400, mark("This is not a form of this page. Please load the page again."))
    return f"{report_of(visit)}.{kind}.{key}"


async def too_late(visit: Visit, draft: Draft, kind: str) -> Response:
    """Somebody closed it, or it is another queue's; what was typed stays readable."""
    return await page(visit, 409, Draft(draft.text, problem=visit.say(NOT_YOURS)), kind)


async def unsaved(visit: Visit, dossier: Dossier, draft: Draft, kind: str) -> Response:
    """The page without the story, as an opening could not be trailed now; the words are in the form."""
    kept = Draft(draft.text, problem=visit.say(UNSAVED))
    values = {"parts": [], "files": [], "wishes": [], "last": last_shown(visit), "key": visit.form.one("key")}
    return await visit.render("case.html", 503, drafts={kind: kept}, blank=Draft(), **values, **facts(visit, dossier))


def letter(visit: Visit, dossier: Dossier, kind: str, text: str) -> Callable[[Connection], None]:
    """The work of one letter: sealed before the transaction, and sent only while the case is still held."""
    row = dossier.row
    item = sealed_item(row.id, bytes(row.public), item_of(visit, kind), kind, text, row.holder)

    def work(connection: Connection) -> None:
        if not case.add(connection, row.id, item, visit.now):
            return
        held = cover(connection, visit.member, row.id)
        if held.row.holder != row.holder or not held.may_answer:
            raise case.Gone(row.id)
        case.words_seen(connection, row.id, last_shown(visit))
        settle(connection, visit, held, kind)
        trailed(connection, visit, dossier, "answered" if kind == "answer" else "closed")

    return work


def settle(connection: Connection, visit: Visit, held: Dossier, kind: str) -> None:
    """What a letter does to its case: Unread where one would close it over words that nobody has seen."""
    id = held.row.id
    unread = bool(case.with_waiting_words(connection, [id]))
    if kind == "answer":
        case.answered(connection, id, visit.now)
        if unread:
            case.wake(connection, id, due_seconds(visit.service.house), visit.now)
        return
    if unread:
        raise Unread(id)
    case.close(connection, [id], visit.now)
    if held.grave:
        escalation.to_oversight(connection, [id])
