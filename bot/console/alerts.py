"""Alerts that wait for a look, and those on their way: approved, returned, held, stopped, corrected, retracted."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import broadcast as estimates
from bot import staff
from bot.alert_desks import deciders, held, kotas_of, urgent
from bot.alerts import withdrawn
from bot.console.alert_writing import areas, may_warn
from bot.console.visit import Stop, Visit, not_found
from bot.locale import mark
from bot.naming import clock
from content.languages import FIRST
from content.vocabulary import Family
from models import alert, broadcast, roster
from models.base import DAY

SHOWN: Final = 30 * DAY  # for which what went out is listed
LEAST: Final = 5  # people below whom no number is shown
LONGEST: Final = 500  # letters of a reason
STATES: Final = {
    "ready": mark("starts soon"),
    "preparing": mark("being sent"),
    "sending": mark("being sent"),
    "paused": mark("paused"),
    "done": mark("sent"),
    "cancelled": mark("stopped"),
}
KINDS: Final = {
    "alert": mark("Alert"),
    "correction": mark("Correction"),
    "retraction": mark("Retraction"),
    "lesson": mark("Lesson"),
}
ACTS: Final = {"pause": broadcast.pause, "resume": broadcast.resume, "cancel": broadcast.cancel}
TURNS: Final = {
    "ready": ("cancel",),
    "preparing": ("pause", "cancel"),
    "sending": ("pause", "cancel"),
    "paused": ("resume", "cancel"),
}
LABELS: Final = {"pause": mark("Pause"), "resume": mark("Go on"), "cancel": mark("Stop for good")}


async def show_alerts(visit: Visit) -> Response:
    """What waits for this person, late ones for oversight, and what is on its way in their kota."""
    waits, sent = await visit.look(lambda connection: (waiting(connection, visit), on_the_way(connection, visit)))
    return await visit.render("alerts.html", waits=waits, sent=sent, places=areas(visit), warns=may_warn(visit))


def waiting(connection: Connection, visit: Visit) -> list[dict[str, Any]]:
    """Alerts that this person decides on; oversight sees those that are late."""
    queues, open_queues = held(visit.member.members), roster.open_queues(connection)
    directory = visit.service.house.shelf.directory
    oversees = any(directory.queues[id].family is Family.OVERSIGHT for id in queues if id in directory.queues)
    rows = []
    for row in alert.waiting(connection, directory.kota):
        mine = bool(deciders(directory, row.kota, urgent(row), visit.now, open_queues) & queues)
        late = row.due_at is not None and row.due_at < visit.now
        if mine or (late and oversees):
            rows.append({**shown(visit, row), **sized(connection, visit, row), "mine": mine, "late": late})
    return rows


def shown(visit: Visit, row: Any) -> dict[str, Any]:
    """An alert in words: for whom, what, and as each channel shows it."""
    shelf, words = visit.service.house.shelf, json.loads(row.words)
    area = shelf.gazetteer.by_code(row.kelurahan)
    place = f"{area.name}, {area.kecamatan}" if area else ""
    frame = shelf.templates["alert"].body.id if "alert" in shelf.templates else "{{1}}"
    return {
        "id": row.id,
        "kind": visit.say(KINDS[row.kind]),
        "place": f"{place}, RW {row.rw}" if row.rw else place,
        "text": words.get(FIRST, ""),
        "others": {code: text for code, text in words.items() if code != FIRST},
        "unasked": frame.replace("{{1}}", " ".join(words.get(FIRST, "").split())),
        "pictured": row.pictured,
        "departing": row.departing,
        "danger": row.danger,
        "due": clock(row.due_at, visit.now) if row.due_at is not None else "",
        "until": clock(row.until, visit.now),
    }


def sized(connection: Connection, visit: Visit, row: Any) -> dict[str, Any]:
    """How many it reaches, in how many days, for how much; a correction goes to whoever got what it corrects."""
    service = visit.service
    if row.about is not None:
        limits = estimates.limits(service.house, service.settings)
        found = broadcast.estimate_again(connection, row.about, limits)
    else:
        found = estimates.estimate(connection, service.house, service.settings, row.kelurahan, row.rw)
    return {"people": few(visit, found.people), "days": found.days, "rupiah": f"{found.rupiah:,}".replace(",", ".")}


def few(visit: Visit, people: int) -> str:
    """A number of people, unless it is so small that it would name them."""
    return str(people) if people >= LEAST else visit.say(mark("fewer than %(count)s"), count=LEAST)


def on_the_way(connection: Connection, visit: Visit) -> list[dict[str, Any]]:
    """What goes out or went out in the kota of this person."""
    kotas = own_kotas(connection, visit)
    return [progressed(connection, visit, row) for row in alert.decided(connection, kotas, visit.now - SHOWN)]


def own_kotas(connection: Connection, visit: Visit) -> frozenset[str]:
    """The kota whose alerts this person looks after."""
    directory, open_queues = visit.service.house.shelf.directory, roster.open_queues(connection)
    return kotas_of(directory, held(visit.member.members), open_queues, visit.now)


def progressed(connection: Connection, visit: Visit, row: Any) -> dict[str, Any]:
    """An alert with its bar: what is over of all deliveries, and what may have arrived or not."""
    found = broadcast.progress(connection, row.id)
    over = found.people - found.waiting
    told = {"people": few(visit, found.people), "over": over, "all": max(found.people, 1), "doubtful": found.uncertain}
    arrived = few(visit, found.sent + found.delivered + found.read)
    live = row.kind in {"alert", "correction"} and (row.people > 0 or row.state in alert.GONE_OUT)
    acts = {name: visit.say(LABELS[name]) for name in TURNS.get(row.state, ())}
    return {
        **shown(visit, row),
        **told,
        "arrived": arrived,
        "state": visit.say(STATES[row.state]),
        "acts": acts,
        "live": live,
    }


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
    """Approve as it stands, or return with a reason; nobody edits a leader's words."""
    form, seat = visit.form, visit.member
    verdict, reason = form.one("verdict"), " ".join(form.one("reason").split())
    if verdict not in {"ready", "refused"}:
        raise not_found()
    if verdict == "refused" and not reason:
        raise Stop(422, mark("Please say why, in one sentence that its writer reads."))
    if len(reason) > LONGEST:
        raise Stop(422, mark("That is too long. Please shorten it."))

    def work(connection: Connection) -> None:
        row = alert.get(connection, form.one("alert"))
        queues, directory = held(seat.members), visit.service.house.shelf.directory
        if row is None or not queues & deciders(
            directory, row.kota, urgent(row), visit.now, roster.open_queues(connection)
        ):
            raise not_found()
        if not alert.decide(connection, row.id, seat.staff, verdict, reason if verdict == "refused" else "", visit.now):
            raise Stop(409, mark("Somebody else has decided, or its time is over. Please load the page again."))
        said = "approved" if verdict == "ready" else "returned"
        staff.record(connection, seat.staff, f"{said} an alert for {row.kelurahan}", now=visit.now)

    await visit.write(work)
    return visit.go(f"/peringatan?kabar={'peringatan-ya' if verdict == 'ready' else 'peringatan-tidak'}")


async def act(visit: Visit) -> Response:
    """Pause, go on, or stop an alert on its way; retract one that has gone out."""
    name, id, seat = visit.form.one("act"), visit.form.one("alert"), visit.member
    if name not in {*ACTS, "retract"}:
        raise not_found()

    def work(connection: Connection) -> None:
        row = alert.get(connection, id)
        if row is None or row.kota not in own_kotas(connection, visit):
            raise not_found()
        if name == "retract":
            done = withdrawn(connection, visit.service.house, row, seat.staff)
        else:
            done = ACTS[name](connection, id, visit.now)
        if not done:
            raise Stop(409, mark("That is not possible any more. Please load the page again."))
        staff.record(connection, seat.staff, f"{name}: an alert for {row.kelurahan}", now=visit.now)

    await visit.write(work)
    return visit.go("/peringatan?kabar=peringatan-jalan")
