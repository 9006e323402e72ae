"""What the staff write themselves: a correction of an alert, and a warning of danger now, which a coordinator sends."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.alert_desks import held, kotas_of
from bot.alerts import end_of_day, root
from bot.console.visit import Stop, Visit, not_found
from bot.locale import mark
from content.gazetteer import Kelurahan
from content.queues import Queue
from content.vocabulary import Family
from handlers.alert_draft import AlertDraft, sendable, until, words
from handlers.reading.alert_filter import Reason, alert_filter
from models import alert, roster
from models.alert import Alert

REASONS: Final = {
    Reason.NAME: mark("a person's name"),
    Reason.PHONE: mark("a phone number or an account"),
    Reason.NIK: mark("a NIK or another long number"),
    Reason.PLATE: mark("a vehicle's plate"),
    Reason.ADDRESS: mark("an address"),
    Reason.LINK: mark("a link that is not on the list"),
    Reason.INCITE: mark("a call to act against somebody"),
    Reason.TIP_OFF: mark("what officers are going to do"),
    Reason.GROUP: mark("newcomers or a group of people"),
    Reason.VERDICT: mark("an accusation against a person or firm"),
}


@dataclass(frozen=True, slots=True)
class Meant:
    """For whom something is written, and what it corrects."""

    place: Kelurahan
    rw: str = ""
    about: str = ""


def may_warn(visit: Visit) -> bool:
    """Whether this person may warn of danger now: a coordinator of a Sudin."""
    return bool(coordinated(visit))


def coordinated(visit: Visit) -> list[Queue]:
    """The Sudin that this person coordinates."""
    queues = visit.service.house.shelf.directory.queues
    mine = (queues[id] for id in visit.member.coordinates if id in queues)
    return [queue for queue in mine if queue.family is Family.PPAPP and queue.kota_code]


def areas(visit: Visit) -> list[Kelurahan]:
    """The kelurahan of those Sudin, by name."""
    kotas = {queue.kota_code for queue in coordinated(visit)}
    rows = (row for row in visit.service.house.shelf.gazetteer.kelurahan if row.kota_code in kotas)
    return sorted(rows, key=lambda row: row.name)


async def warn(visit: Visit) -> Response:
    """Danger now: goes out at once, at night too; the coordinator's own words and responsibility."""
    place = next((row for row in areas(visit) if row.code == visit.form.one("kelurahan")), None)
    if place is None:
        raise not_found()
    text = checked(visit)

    def work(connection: Connection) -> None:
        put(connection, visit, Meant(place), text, danger=True)
        staff.record(connection, visit.member.staff, f"warned {place.code} of danger", now=visit.now)

    await visit.write(work)
    return visit.go("/peringatan?kabar=peringatan-jalan")


async def correct(visit: Visit) -> Response:
    """To whoever got the alert; what was wrong is deleted where a channel can."""
    text, id = checked(visit), visit.form.one("alert")

    def work(connection: Connection) -> None:
        row, house = alert.get(connection, id), visit.service.house
        open_queues = roster.open_queues(connection)
        kotas = kotas_of(house.shelf.directory, held(visit.member.members), open_queues, visit.now)
        place = house.shelf.gazetteer.by_code(row.kelurahan) if row is not None and row.kota in kotas else None
        if row is None or place is None:
            raise not_found()
        put(connection, visit, Meant(place, row.rw, root(connection, row.id)), text, danger=row.danger)
        staff.record(connection, visit.member.staff, f"corrected an alert for {place.code}", now=visit.now)

    await visit.write(work)
    return visit.go("/peringatan?kabar=peringatan-jalan")


def checked(visit: Visit) -> str:
    """The words of the form; Stop with the reasons where the filter finds something, for staff too."""
    shelf, text = visit.service.house.shelf, sendable(visit.form.one("text"))
    if not text:
        raise Stop(422, mark("Please write something first."))
    if len(text) > shelf.alerts.longest:
        raise Stop(422, mark("That is too long. Please shorten it."))
    found = alert_filter(shelf).read(text)
    if found.parts:
        why = ", ".join(visit.say(REASONS[one]) for one in found.reasons)
        raise Stop(
            422, visit.say(mark("This cannot go to many people. It holds: %(why)s. Please write it without."), why=why)
        )
    return text


def put(connection: Connection, visit: Visit, meant: Meant, text: str, *, danger: bool) -> None:
    """The staff's own alert; it needs no second look."""
    shelf, place = visit.service.house.shelf, meant.place
    draft = AlertDraft(
        code=place.code, kelurahan=place.name, now=visit.now, text=text, about=meant.about, danger=danger
    )
    kinds: dict[str, Any] = {"kind": "correction", "about": meant.about} if meant.about else {}
    one = Alert(
        id=secrets.token_hex(16),
        kota=place.kota_code,
        kelurahan=place.code,
        rw=meant.rw,
        words=json.dumps(words(draft, shelf), ensure_ascii=False),
        made_at=visit.now,
        until=end_of_day(until(draft, shelf)),
        danger=danger,
        state="ready",
        decided_by=visit.member.staff,
        **kinds,
    )
    alert.put(connection, one)
