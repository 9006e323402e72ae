"""A correction of an alert, and a warning of danger now; what a coordinator sends here needs no second look."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.alerts import by_day, decide_by, end_of_day, root
from bot.console.alert_form import CHOOSE, problem_of
from bot.console.alert_mending import refuse_mended
from bot.console.alert_roles import areas, coordinates, kota_of
from bot.console.alert_rows import LEAST, Audience, live, reached
from bot.console.alert_upload import TOKEN
from bot.console.alerts import OVER, Kept, mine, page
from bot.console.visit import Stop, Visit, not_found
from bot.locale import mark
from handlers.alert_draft import AlertDraft, sendable, until, words
from models import alert, alert_family
from models.alert import Alert

OFF: Final = mark("Nothing can be sent: neither Telegram nor WhatsApp is set up for alerts yet. Please telephone.")
AGAIN: Final = mark("Not sent yet. Please look at it once more, then send it.")


@dataclass(frozen=True, slots=True)
class Meant:
    """For whom something is written, by the code of the area, and what it corrects.

    `alone`: nobody else has to approve it. `danger`: it is about a danger of now.
    """

    area: str
    rw: str = ""
    about: str = ""
    alone: bool = True
    danger: bool = False


async def warn(visit: Visit) -> Response:
    """Danger now: goes out at once, at night too; the coordinator's own words and responsibility."""
    form, codes = visit.form, {row.code for row in areas(visit)}
    place = form.one("kelurahan")
    if not codes or (place and place not in codes):
        raise not_found()
    text, meant = sendable(form.one("text")), Meant(place, danger=True)
    problem = problem_of(visit, text) or key_problem(visit) or off_problem(visit)
    problem = problem or ("" if place else visit.say(CHOOSE))

    def work(connection: Connection) -> str:
        people = reached(connection, visit, Audience(place, channels=visit.service.settings.broadcasters)).people
        known = "peringatan-sepi" if people < LEAST else "peringatan-bahaya"
        return known if put(connection, visit, meant, text) else ""

    if not problem and (said := await visit.write(work)):
        return visit.go(f"/peringatan?kabar={said}")
    return await page(visit, Kept("bahaya", form.one("text"), place, problem or visit.say(AGAIN)))


async def correct(visit: Visit) -> Response:
    """To whoever got the alert, once a colleague has approved it; a coordinator's own goes out at once."""
    text, id = sendable(visit.form.one("text")), visit.form.one("alert")
    row = await visit.look(lambda connection: mine(connection, visit, id))
    problem, alone = problem_of(visit, text) or key_problem(visit), coordinates(visit, row.kota)

    def work(connection: Connection) -> str:
        row = mine(connection, visit, id)
        if alert.state_of(connection, visit.form.one("key")) is None:
            refuse_mended(connection, row, "correct")
            if not live(row):
                raise Stop(409, OVER)
        danger = alert_family.dangerous(connection, row)
        meant = Meant(row.kelurahan, row.rw, root(connection, row.id), alone, danger)
        known = "peringatan-pagi" if by_day(visit.service.house, row) and not danger else "peringatan-betul"
        return (known if alone else "peringatan-tunggu") if put(connection, visit, meant, text) else ""

    if not problem and (said := await visit.write(work)):
        return visit.go(f"/peringatan?kabar={said}")
    return await page(visit, Kept(f"betulkan-{id}", visit.form.one("text"), problem=problem or visit.say(AGAIN)))


def off_problem(visit: Visit) -> str:
    """What is said where alerts go out nowhere; empty where they do."""
    return "" if visit.service.settings.broadcasters else visit.say(OFF)


def key_problem(visit: Visit) -> str:
    """What is said of a form without the id that its alert gets; empty where it has one."""
    return "" if TOKEN.fullmatch(visit.form.one("key")) else visit.say(AGAIN)


def put(connection: Connection, visit: Visit, meant: Meant, text: str) -> bool:
    """Store it once, however often its form is sent. False where that form has sent something else before."""
    one = made(visit, meant, text)
    if before := alert.get(connection, one.id):
        kept = (before.own, before.kelurahan, before.about, before.author)
        return bool(kept == (one.own, one.kelurahan, one.about, one.author))
    alert.put(connection, one)
    if not meant.about:
        said = f"warned {meant.area} of danger"
    else:
        said = f"{'corrected' if meant.alone else 'wrote a correction of'} an alert for {meant.area}"
    staff.record(connection, visit.member.staff, said, now=visit.now)
    return True


def made(visit: Visit, meant: Meant, text: str) -> Alert:
    """The staff's own alert: on its way, or with a clock for whoever is on call."""
    shelf = visit.service.house.shelf
    draft = AlertDraft(code=meant.area, now=visit.now, text=text, about=meant.about, danger=meant.danger)
    decided: dict[str, Any] = {"state": "ready", "decided_by": visit.member.staff}
    return Alert(
        id=visit.form.one("key"),
        kota=kota_of(meant.area),
        kelurahan=meant.area,
        rw=meant.rw,
        words=json.dumps(words(draft, shelf), ensure_ascii=False),
        made_at=visit.now,
        until=end_of_day(until(draft, shelf)),
        kind="correction" if meant.about else "alert",
        about=meant.about or None,
        danger=meant.danger and meant.alone,
        author=visit.member.staff,
        own=text,
        **(decided if meant.alone else {"due_at": decide_by(shelf, draft, visit.now)}),
    )
