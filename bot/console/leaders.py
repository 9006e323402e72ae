"""Leaders of the kelurahan that a Sudin looks after: invited by a code, renewed, revoked at once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from babel.dates import format_date
from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import revoking, staff
from bot.console.leader_units import LONGEST, NEEDS, unit_of
from bot.console.visit import Visit, not_found
from bot.leaders import CODE_DAYS, YEAR, months_later, new_code
from bot.locale import mark
from bot.naming import clock
from bot.wake import SENDERS
from content.gazetteer import Kelurahan
from content.queues import WIB
from content.vocabulary import Family
from models import alert, leader, subscription
from models.base import DAY
from models.leader import Office

OFFICES: Final = {
    "rt": mark("RT"),
    "rw": mark("RW"),
    "kelurahan": mark("Kelurahan officer"),
    "kecamatan": mark("Kecamatan officer"),
    "school": mark("School"),
}
NUMBER: Final = re.compile("[1-9][0-9]?")
MONTHS: Final = (6, 12, 36)  # of a term; an RT or RW is elected for some years
CHOOSE: Final = mark("Please choose the kelurahan.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What stands in the form, as it was typed, and why it cannot be taken, by field."""

    office: str = "rt"
    unit: str = ""
    kelurahan: str = ""
    months: str = "12"
    problems: Mapping[str, str] = field(default_factory=dict)


def area(visit: Visit) -> dict[str, Kelurahan]:
    """The kelurahan of the kota whose Sudin one coordinates, by code; not_found for who coordinates nothing."""
    shelf, mine = visit.service.house.shelf, visit.member.coordinates
    if not mine:
        raise not_found()
    queues = [shelf.directory.queues[id] for id in mine if id in shelf.directory.queues]
    kota = {queue.kota_code for queue in queues if queue.family is Family.PPAPP and queue.kota_code}
    return {row.code: row for row in shelf.gazetteer.kelurahan if row.kota_code in kota}


async def show_leaders(visit: Visit) -> Response:
    """Who leads what, until when; never whose chat it is, nor what they made."""
    return await shown(visit)


async def shown(visit: Visit, code: str = "", typed: Invitation | None = None) -> Response:
    """The page, with a new code where one was made, and with what could not be taken where it was typed."""
    mine = area(visit)
    rows = await visit.look(lambda connection: leader.listed(connection, list(mine)))
    stops = await visit.look(lambda connection: alert.unsent_of(connection, [row.id for row in rows]))
    reach = await visit.look(lambda connection: subscription.shown(connection, list(mine)))
    return await visit.render(
        "leaders.html",
        422 if typed else 200,
        rows=[{**row_of(visit, row, mine), "stops": stops.get(row.id, 0)} for row in rows],
        stopped=stopped(visit),
        typed=typed or Invitation(),
        longest=LONGEST,
        reach=sorted((mine[code].name, number) for code, number in reach.items()),
        places=sorted(mine.values(), key=lambda row: row.name),
        offices={name: visit.say(words) for name, words in OFFICES.items()},
        months=MONTHS,
        code=code,
        until=clock(visit.now + CODE_DAYS * DAY, visit.now),
    )


def stopped(visit: Visit) -> str:
    """How many alerts went with a leader who was revoked just now, as the address says it; empty for none."""
    asked = visit.request.query_params
    number = asked.get("henti", "") if asked.get("kabar") == "cabut" else ""
    return number if NUMBER.fullmatch(number) else ""


def row_of(visit: Visit, row: Any, mine: dict[str, Kelurahan]) -> dict[str, Any]:
    """A leader as the list names them: office, unit, kelurahan."""
    office, place = visit.say(OFFICES[row.office]), mine[row.kelurahan].name
    unit = row.unit if row.unit.lower().startswith(row.office) else f"{office} {row.unit}".strip()  # "RT 03/RW 05"
    name = f"{unit} {place}"
    return {
        "id": row.id,
        "name": name,
        "term": format_date(datetime.fromtimestamp(row.term, WIB).date(), "d MMMM y", locale="id"),
        "linked": row.since is not None,
    }


async def invite(visit: Visit) -> Response:
    """Make a place and show its code once."""
    mine, form = area(visit), visit.form
    typed = Invitation(form.one("office"), form.one("unit"), form.one("kelurahan"), form.one("months"))
    office, kelurahan, months = typed.office, typed.kelurahan, {str(one) for one in MONTHS}
    if office not in OFFICES or kelurahan not in {"", *mine} or typed.months not in months:
        raise not_found()
    unit = unit_of(office, typed.unit, mine.get(kelurahan), visit.service.house.shelf.alert_lexicon.titles)
    problems = {"unit": visit.say(NEEDS[office])} if unit is None else {}
    problems |= {} if kelurahan else {"kelurahan": visit.say(CHOOSE)}
    if unit is None or problems:
        return await shown(visit, typed=replace(typed, problems=problems))
    term = months_later(visit.now, int(form.one("months")))
    code, hash = new_code(visit.service.house.keys)
    seat, id, until = visit.member, secrets.token_hex(16), visit.now + CODE_DAYS * DAY

    def work(connection: Connection) -> None:
        leader.invite(connection, id, Office(office, kelurahan, unit, term), hash, until)
        staff.record(connection, seat.staff, f"invited a leader of {kelurahan}", now=visit.now)

    await visit.write(work)
    return await shown(visit, code)


async def renew(visit: Visit) -> Response:
    """Another year from today."""
    mine, seat, id = area(visit), visit.member, visit.form.one("leader")

    def work(connection: Connection) -> None:
        if not leader.renew(connection, id, list(mine), months_later(visit.now, YEAR)):
            raise not_found()
        staff.record(connection, seat.staff, "renewed a leader", now=visit.now)

    await visit.write(work)
    return visit.go("/pengurus?kabar=perpanjang")


async def revoke(visit: Visit) -> Response:
    """From this moment on their chat is a resident's."""
    mine, seat, id = area(visit), visit.member, visit.form.one("leader")

    def work(connection: Connection) -> int:
        unsent = alert.unsent_of(connection, [id]).get(id, 0)
        if not revoking.revoke(connection, visit.service.house, id, list(mine)):
            raise not_found()
        staff.record(connection, seat.staff, "revoked a leader", now=visit.now)
        return unsent

    unsent = await visit.write(work)
    visit.service.house.wake.ring([SENDERS])
    return visit.go(f"/pengurus?kabar=cabut&henti={unsent}" if unsent else "/pengurus?kabar=cabut")
