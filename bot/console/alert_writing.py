"""What the staff send without a second look: a correction of an alert, and a coordinator's warning of danger now."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.alerts import by_day, end_of_day, root
from bot.console.alert_form import problem_of
from bot.console.alert_roles import areas, kota_of, own_kotas
from bot.console.alerts import Kept, page
from bot.console.visit import Visit, not_found
from handlers.alert_draft import AlertDraft, sendable, until, words
from models import alert
from models.alert import Alert


@dataclass(frozen=True, slots=True)
class Meant:
    """For whom something is written, by the code of the area, and what it corrects."""

    area: str
    rw: str = ""
    about: str = ""


async def warn(visit: Visit) -> Response:
    """Danger now: goes out at once, at night too; the coordinator's own words and responsibility."""
    form = visit.form
    place = next((row for row in areas(visit) if row.code == form.one("kelurahan")), None)
    if place is None:
        raise not_found()
    text = sendable(form.one("text"))
    if problem := problem_of(visit, text):
        return await page(visit, Kept("bahaya", form.one("text"), place.code, problem))

    def work(connection: Connection) -> None:
        put(connection, visit, Meant(place.code), text, danger=True)
        staff.record(connection, visit.member.staff, f"warned {place.code} of danger", now=visit.now)

    await visit.write(work)
    return visit.go("/peringatan?kabar=peringatan-jalan")


async def correct(visit: Visit) -> Response:
    """To whoever got the alert; what was wrong is deleted where a channel can."""
    text, id = sendable(visit.form.one("text")), visit.form.one("alert")
    row = await visit.look(lambda connection: mine(connection, visit, id))
    if problem := problem_of(visit, text):
        return await page(visit, Kept(f"betulkan-{id}", visit.form.one("text"), problem=problem))

    def work(connection: Connection) -> None:
        row = mine(connection, visit, id)
        meant = Meant(row.kelurahan, row.rw, root(connection, row.id))
        put(connection, visit, meant, text, danger=row.danger)
        staff.record(connection, visit.member.staff, f"corrected an alert for {row.kelurahan}", now=visit.now)

    await visit.write(work)
    morning = by_day(visit.service.house, row)
    return visit.go(f"/peringatan?kabar={'peringatan-pagi' if morning else 'peringatan-jalan'}")


def mine(connection: Connection, visit: Visit, id: str) -> Any:
    """An alert of the kota that this person looks after; not_found for any other."""
    row = alert.get(connection, id)
    if row is None or row.kota not in own_kotas(connection, visit):
        raise not_found()
    return row


def put(connection: Connection, visit: Visit, meant: Meant, text: str, *, danger: bool) -> None:
    """The staff's own alert; it needs no second look."""
    shelf = visit.service.house.shelf
    draft = AlertDraft(code=meant.area, now=visit.now, text=text, about=meant.about, danger=danger)
    kinds: dict[str, Any] = {"kind": "correction", "about": meant.about} if meant.about else {}
    one = Alert(
        id=secrets.token_hex(16),
        kota=kota_of(meant.area),
        kelurahan=meant.area,
        rw=meant.rw,
        words=json.dumps(words(draft, shelf), ensure_ascii=False),
        made_at=visit.now,
        until=end_of_day(until(draft, shelf)),
        danger=danger,
        state="ready",
        decided_by=visit.member.staff,
        author=visit.member.staff,
        own=text,
        **kinds,
    )
    alert.put(connection, one)
