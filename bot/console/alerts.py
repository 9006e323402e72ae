"""Alerts that wait for a look, planned ones, those on their way: approved, returned, paused, hurried, retracted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.alert_desks import deciders, held, may, urgent
from bot.alert_size import judged
from bot.alerts import by_day, withdrawn
from bot.console.alert_mending import OVERTAKEN, mended, overtaken, refuse_mended, returned, target_of
from bot.console.alert_roles import areas, coordinates, may_warn, own_kotas
from bot.console.alert_rows import progressed, shown, sized
from bot.console.visit import Stop, Visit, not_found
from bot.locale import mark
from content.vocabulary import Family
from models import alert, alert_family, broadcast, roster
from models.base import DAY

SHOWN: Final = 30 * DAY  # for which what went out is listed
LONGEST: Final = 500  # letters of a reason
ACTS: Final = {"pause": broadcast.pause, "resume": broadcast.resume, "cancel": broadcast.cancel}
OTHERS: Final = frozenset({"retract", "hurry", "take_back"})
DONE: Final = {
    "pause": "peringatan-jeda",
    "resume": "peringatan-lanjut",
    "cancel": "peringatan-henti",
    "retract": "peringatan-tarik",
    "hurry": "peringatan-segera",
    "take_back": "peringatan-batal",
}
OVER: Final = mark("That is not possible any more. Please load the page again.")
DECIDED: Final = mark("Somebody else has decided, or its time is over. Please load the page again.")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into one of the forms of the page, by its name, and why it could not be taken."""

    form: str = ""
    text: str = ""
    place: str = ""
    problem: str = ""


async def show_alerts(visit: Visit) -> Response:
    """What waits for this person, late ones for oversight, what is planned and on its way in their kota; or all this
    with the words of a correction that came back, to be written again."""
    again = visit.request.query_params.get("ulang", "")
    return await page(visit, await visit.look(lambda connection: reopened(connection, visit, again)) if again else None)


def reopened(connection: Connection, visit: Visit, id: str) -> Kept:
    """The words of a correction that came back, in the form of what it corrects."""
    row = mine(connection, visit, id)
    if not returned(row):
        raise not_found()
    return Kept(f"betulkan-{target_of(connection, row).id}", row.own)


async def page(visit: Visit, kept: Kept | None = None) -> Response:
    """The page, with what could not be taken where it was typed."""

    def look(connection: Connection) -> dict[str, Any]:
        kotas = own_kotas(connection, visit)
        rows, waits = on_the_way(connection, visit, kotas), waiting(connection, visit)
        return {
            "waits": waits,
            "listed": {row["id"] for row in (*rows, *waits)},
            "planned": [row for row in rows if row["later"]],
            "sent": [row for row in rows if not row["later"]],
            "writes": bool(kotas),
            "key": secrets.token_hex(16),
        }

    found, status = await visit.look(look), 422 if kept and kept.problem else 200
    on = bool(visit.service.settings.broadcasters)
    return await visit.render(
        "alerts.html", status, kept=kept or Kept(), places=areas(visit), warns=may_warn(visit), on=on, **found
    )


def waiting(connection: Connection, visit: Visit) -> list[dict[str, Any]]:
    """Alerts that this person decides on, and their own that a colleague does; oversight sees those that are late."""
    queues, open_queues = held(visit.member.members), roster.open_queues(connection)
    directory = visit.service.house.shelf.directory
    oversees = any(directory.queues[id].family is Family.OVERSIGHT for id in queues if id in directory.queues)
    rows = []
    for row in alert.waiting(connection, directory.kota):
        decides = bool(deciders(directory, row.kota, urgent(row), visit.now, open_queues) & queues)
        late = row.due_at is not None and row.due_at < visit.now
        if decides or (late and oversees):
            said = {"mine": decides, "late": late, "writer": writer(connection, row), "changes": row.kind == "alert"}
            over = {"overtaken": overtaken(connection, row)}
            rows.append({**shown(visit, row), **sized(connection, visit, row), **said, **over})
    return rows


def writer(connection: Connection, row: Any) -> str:
    """Which colleague wrote it; nobody is named for a leader."""
    found = roster.staff_by_id(connection, row.author) if row.author else None
    return str(found.name) if found else ""


def on_the_way(connection: Connection, visit: Visit, kotas: frozenset[str]) -> list[dict[str, Any]]:
    """What goes out or went out in the kota of this person, and what of theirs came back."""
    rows = alert.decided(connection, kotas, visit.now - SHOWN)
    families = alert_family.mends(connection, {row.about or row.id for row in rows})
    return [on_its_way(connection, visit, row, families.get(row.about or row.id, [])) for row in rows]


def on_its_way(connection: Connection, visit: Visit, row: Any, family: list[Any]) -> dict[str, Any]:
    """One of them; whether this person corrects it alone, and the id that a correction of it gets."""
    alone = coordinates(visit, row.kota)
    return {
        **progressed(connection, visit, row, hurries=alone),
        **mended(connection, visit, row, family),
        "returned": returned(row),
        "alone": alone,
        "changes": row.kind == "alert",
        "key": secrets.token_hex(16),
    }


def mine(connection: Connection, visit: Visit, id: str) -> Any:
    """An alert of the kota that this person looks after; not_found for any other."""
    row = alert.get(connection, id)
    if row is None or row.kota not in own_kotas(connection, visit):
        raise not_found()
    return row


async def show_picture(visit: Visit) -> Response:
    """The picture of an alert, for whoever sees the alert."""
    id = visit.request.path_params["id"]

    def look(connection: Connection) -> bytes | None:
        row = alert.get(connection, id)
        seen = row is not None and (
            row.kota in own_kotas(connection, visit) or id in {one["id"] for one in waiting(connection, visit)}
        )
        return alert.picture(connection, id) if seen else None

    found = await visit.look(look)
    if found is None:
        raise not_found()
    return Response(found, media_type="image/jpeg", headers={"Content-Disposition": "inline"})


async def decide(visit: Visit) -> Response:
    """Approve as it stands, or return with a reason; nobody edits another's words, or approves their own."""
    form, seat, id = visit.form, visit.member, visit.form.one("alert")
    verdict, reason = form.one("verdict"), " ".join(form.one("reason").split())
    if verdict not in {"ready", "refused"}:
        raise not_found()
    if verdict == "refused" and (problem := reason_problem(reason)):
        return await page(visit, Kept(f"putus-{id}", reason, problem=visit.say(problem)))

    def work(connection: Connection) -> str:
        row = alert.get(connection, id)
        if row is not None and row.author == seat.staff:
            raise Stop(409, mark("You wrote this one. A colleague approves it."))
        if row is None or not may(connection, visit.service.house, seat.staff, row):
            raise not_found()
        if verdict == "ready" and overtaken(connection, row):
            raise Stop(409, OVERTAKEN)
        why, on = reason if verdict == "refused" else "", visit.service.settings.broadcasters
        becomes, why = judged(connection, visit.service.house, row, verdict, why, on)
        if not alert.decide(connection, row.id, seat.staff, becomes, why, visit.now):
            raise Stop(409, DECIDED)
        said = "approved" if becomes == "ready" else "returned"
        staff.record(connection, seat.staff, f"{said} an alert for {row.kelurahan}", now=visit.now)
        return notice(visit, row, verdict) if becomes == verdict else "peringatan-sedikit"

    return visit.go(f"/peringatan?kabar={await visit.write(work)}")


def reason_problem(reason: str) -> str:
    """Why a reason cannot be taken, as a msgid; empty where it can."""
    if not reason:
        return mark("Please say why, in one sentence that its writer reads.")
    return mark("That is too long. Please shorten it.") if len(reason) > LONGEST else ""


def notice(visit: Visit, row: Any, verdict: str) -> str:
    """What is said of a verdict."""
    if verdict == "refused":
        return "peringatan-tidak"
    if (row.send_at or 0) > visit.now:
        return "peringatan-nanti"
    if not by_day(visit.service.house, row):
        return "peringatan-ya"
    return "peringatan-pagi" if row.about is not None else "peringatan-malam"


async def act(visit: Visit) -> Response:
    """Pause, go on, or stop an alert on its way; retract one that has gone out; hurry a correction; take one back."""
    name, id, seat = visit.form.one("act"), visit.form.one("alert"), visit.member
    if name not in {*ACTS, *OTHERS}:
        raise not_found()

    def work(connection: Connection) -> str:
        row = mine(connection, visit, id)
        if name == "hurry" and not coordinates(visit, row.kota):
            raise not_found()
        if name == "retract":
            refuse_mended(connection, row, name)
        elif row.kind == "retraction" and name != "hurry":
            raise Stop(409, OVER)  # what was wrong is said to whoever got it, and is said once
        if not done(connection, visit, name, row):
            raise Stop(409, OVER)
        staff.record(connection, seat.staff, f"{name}: an alert for {row.kelurahan}", now=visit.now)
        return said_of(connection, visit, name, row)

    return visit.go(f"/peringatan?kabar={await visit.write(work)}")


def said_of(connection: Connection, visit: Visit, name: str, row: Any) -> str:
    """What is said of an act; `row` as it was before."""
    if name == "retract" and by_day(visit.service.house, row) and not alert_family.dangerous(connection, row):
        return "peringatan-pagi"
    return DONE["take_back" if name == "cancel" and row.state == "ready" else name]


def done(connection: Connection, visit: Visit, name: str, row: Any) -> bool:
    """Carry out one act. Whether it was possible still."""
    if name == "retract":
        return withdrawn(connection, visit.service.house, row, visit.member.staff)
    if name == "hurry":
        return alert.hurry(connection, row.id)
    if name == "take_back" and row.author is None:
        return broadcast.turn(connection, row.id, ("ready",), "cancelled", visit.now)
    if name == "take_back":
        return alert.take_back(connection, row.id, visit.now)
    return ACTS[name](connection, row.id, visit.now)
