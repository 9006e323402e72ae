"""An ordinary alert by the staff: written, looked at as each channel shows it, and stored for a colleague's look."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.alerts import decide_by, end_of_day
from bot.console.alert_form import DAYS, OWN, Typed, days_of, draft_of, problems_of, topic_of, typed
from bot.console.alert_roles import choices, kota_of, own_kotas
from bot.console.alert_rows import NAMES, TOPICS, Audience, figures, goes, last_day, looks, place_of, reached
from bot.console.alert_upload import TOKEN, kept, opened
from bot.console.alert_upload import place_of as upload_of
from bot.console.alerts import mine
from bot.console.visit import Visit, not_found
from bot.locale import mark
from content.queues import WIB
from handlers.alert_draft import AlertDraft, until, words
from handlers.lead_alert import offered
from models import alert, file
from models.alert import Alert
from models.subscription import SMALLEST

FEW: Final = mark("Fewer than %(count)s people would get this. To so few nothing is sent: it would say who they are.")
LOST: Final = mark("The picture is not here any more. Please choose it again.")
RETURNED: Final = ("refused", "expired")  # what can be written again, in place of nothing
SENT: Final = mark("This form was sent already, with other words. Please look at it once more, then send it.")
BEGUN: Final = mark("That one has begun or was stopped, so it cannot be changed. This here was not stored.")


class Problem(Exception):
    """What was typed cannot be stored: the field, and why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(field)
        self.field, self.words = field, words


async def show_form(visit: Visit) -> Response:
    """An empty form; or one that holds an alert of the staff's, to be changed or written again."""
    changes = visit.request.query_params.get("ubah", "")
    fresh = Typed(channels=visit.service.settings.broadcasters, key=secrets.token_hex(16))
    return await page(visit, await again(visit, changes) if changes else fresh)


async def again(visit: Visit, id: str) -> Typed:
    """What an alert says that has not gone out, to be written anew; not_found for any that is not the staff's."""

    row = await visit.look(lambda connection: mine(connection, visit, id))
    if row.author is None or row.kind != "alert" or row.danger or row.state not in {*alert.UNSENT, *RETURNED}:
        raise not_found()
    return Typed(
        template=row.template or OWN,
        text=row.own,
        area=row.kelurahan,
        topic=row.topic,
        channels=tuple(row.channels.split()) or visit.service.settings.broadcasters,
        days=days_of(row.send_at, row.made_at, row.until),
        at=f"{datetime.fromtimestamp(row.send_at, WIB):%Y-%m-%dT%H:%M}" if row.send_at else "",
        pictured=id if row.pictured else "",
        changes="" if row.state in RETURNED else id,
        key=secrets.token_hex(16),
    )


async def write(visit: Visit) -> Response:
    """Look at it; or store it, where nothing is wrong."""
    areas = await visit.look(lambda connection: named_areas(connection, visit))
    if not areas:
        raise not_found()
    one = typed(visit.form)
    token, fault = await kept(visit, one.picture)
    one = replace(one, picture=token, pictured="" if token else one.pictured)
    problems = problems_of(visit, one, areas) | ({"photo": visit.say(fault)} if fault else {})
    unseen = bool(visit.form.picture)  # whoever sends has looked at what they send
    if visit.form.one("act") != "send" or unseen or problems or not TOKEN.fullmatch(one.key):
        return await page(visit, one, problems, looked=True)
    picture = await opened(visit, one.picture) if one.picture else None
    if one.picture and picture is None:
        return await page(visit, replace(one, picture=""), {"photo": visit.say(LOST)}, looked=True)
    try:
        await visit.write(lambda connection: store(connection, visit, one, picture))
    except Problem as problem:
        afresh = replace(one, key=secrets.token_hex(16))  # of another alert, should this one be sent after all
        return await page(visit, afresh, {problem.field: problem.words}, looked=True)
    return visit.go("/peringatan?kabar=peringatan-tunggu")


def store(connection: Connection, visit: Visit, one: Typed, picture: bytes | None) -> None:
    """The alert in the place of the one it changes, to be approved by somebody else; sent twice it is stored once, and
    a form that was sent and then edited is no second sending."""
    row = made(visit, one, draft_of(visit, one), picture)
    if before := alert.get(connection, one.key):
        if said(before) != said(row):
            raise Problem("changes", visit.say(SENT))
        return
    if kota_of(one.area) not in own_kotas(connection, visit):
        raise not_found()
    if reached(connection, visit, audience(visit, one)).people < SMALLEST:
        raise Problem("area", visit.say(FEW, count=SMALLEST))
    if one.changes:
        before = mine(connection, visit, one.changes)
        if not alert.take_back(connection, one.changes, visit.now):
            raise Problem("changes", visit.say(BEGUN))
        staff.record(connection, visit.member.staff, f"changed an alert for {before.kelurahan}", now=visit.now)
    alert.put(connection, replace(row, picture=picture or picture_of(connection, visit, one)))
    file.discard(connection, [upload_of(visit, one.picture)] if one.picture else [])
    staff.record(connection, visit.member.staff, f"wrote an alert for {one.area}", now=visit.now)


def said(row: Any) -> tuple[object, ...]:
    """What was asked for with a form, time apart."""
    return row.author, row.own, row.template, row.kelurahan, row.topic, row.channels, row.send_at


def picture_of(connection: Connection, visit: Visit, one: Typed) -> bytes | None:
    """The picture of the alert that is written anew, where it goes along."""
    if not one.pictured:
        return None
    found = alert.picture(connection, mine(connection, visit, one.pictured).id)
    if found is None:
        raise Problem("photo", visit.say(LOST))
    return found


def made(visit: Visit, one: Typed, draft: AlertDraft, picture: bytes | None) -> Alert:
    """The row that waits for a colleague."""
    shelf, all_on = visit.service.house.shelf, set(one.channels) == set(visit.service.settings.broadcasters)
    return Alert(
        id=one.key,
        kota=kota_of(one.area),
        kelurahan=one.area,
        rw="",
        words=json.dumps(words(draft, shelf), ensure_ascii=False),
        made_at=visit.now,
        until=end_of_day(until(draft, shelf)),
        template=draft.template or None,
        picture=picture,
        departing=draft.departing,
        due_at=decide_by(shelf, draft, visit.now),
        send_at=draft.send_at or None,
        topic=topic_of(one),
        channels="" if all_on else " ".join(one.channels),
        author=visit.member.staff,
        own=draft.text,
    )


def audience(visit: Visit, one: Typed) -> Audience:
    """Who is meant by a form."""
    return Audience(one.area, "", topic_of(one), one.channels)


async def page(visit: Visit, one: Typed, problems: dict[str, str] | None = None, *, looked: bool = False) -> Response:
    """The form with what stands in it, what is wrong beside each field, and below it how it would look."""
    shelf = visit.service.house.shelf
    kotas = await visit.look(lambda connection: own_kotas(connection, visit))
    if not kotas:
        raise not_found()
    problems = problems or {}
    shown = await looked_at(visit, one, problems) if looked else None
    return await visit.render(
        "alert_form.html",
        422 if problems else 200,
        one=one,
        picture=picture_at(one),
        own=OWN,
        problems=problems,
        shown=shown,
        templates=offered(AlertDraft(now=visit.now), shelf),
        choices=choices(shelf.gazetteer, kotas),
        topics={name: visit.say(msgid) for name, msgid in TOPICS.items()},
        channels={name: NAMES[name] for name in visit.service.settings.broadcasters},
        days=DAYS,
        usual=shelf.alerts.own_days,
        most=shelf.alerts.longest,
    )


async def looked_at(visit: Visit, one: Typed, problems: dict[str, str]) -> dict[str, Any] | None:
    """How it would look and whom it would reach; adds to the problems that they are too few. None while one stands."""
    if problems:
        return None
    found = await visit.look(lambda connection: reached(connection, visit, audience(visit, one)))
    if found.people < SMALLEST:
        problems["area"] = visit.say(FEW, count=SMALLEST)
        return None
    shelf, draft = visit.service.house.shelf, draft_of(visit, one)
    return {
        **looks(visit.service.house, words(draft, shelf), one.channels, one.key if picture_at(one) else ""),
        **figures(visit, found),
        "picture": picture_at(one),
        "place": place_of(visit, one.area, ""),
        "goes": goes(visit, draft.send_at, night=False, decided=False),
        "until": last_day(visit, until(draft, shelf)),
    }


def picture_at(one: Typed) -> str:
    """Where the picture of a form is shown: one that waits, or that of an alert; empty where none goes along."""
    if one.picture:
        return f"/konsol/peringatan/tulis/gambar/{one.picture}"
    return f"/konsol/peringatan/{one.pictured}/gambar" if TOKEN.fullmatch(one.pictured) else ""


def named_areas(connection: Connection, visit: Visit) -> dict[str, str]:
    """Every area this person may write to, by code."""
    found: dict[str, str] = {}
    for kota in choices(visit.service.house.shelf.gazetteer, own_kotas(connection, visit)):
        found[kota.kota.code] = kota.kota.name
        for kecamatan, rows in kota.kecamatan:
            found[kecamatan.code] = kecamatan.name
            found |= {row.code: row.name for row in rows}
    return found


async def show_new_picture(visit: Visit) -> Response:
    """A picture that waits, for whoever brought it."""
    found = await opened(visit, visit.request.path_params["token"])
    if found is None:
        raise not_found()
    return Response(found, media_type="image/jpeg", headers={"Content-Disposition": "inline"})
