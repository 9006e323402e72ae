"""What chats do about alerts: a leader proposes, takes back and retracts them, and who is on duty decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import staff
from bot.alert_desks import may
from bot.alert_needs import began, repeated, sizes
from bot.alert_size import judged
from bot.desk import Desk
from bot.house import House
from bot.pings import chat_of, seal_chat
from bot.series import is_quiet
from bot.uploads import load
from content.alerts import working_end
from content.languages import FIRST
from content.shelf import Say, Shelf, Value
from handlers.access import day
from handlers.alert_draft import AlertDraft, area_name, at_once, first_words, until, words
from handlers.duty_alert import DECIDE
from handlers.lead_alert import PROPOSE
from handlers.lead_mine import CANCEL, RETRACT
from handlers.talk import JSON, Errand
from models import alert, alert_family, duty, leader
from models.alert import Alert
from models.base import DAY, HOUR, day_of

SAID: Final = {"ready": "approved", "refused": "returned"}  # in the trail


def place_of(alert_id: str) -> str:
    """Where the sealed chat of a writer belongs."""
    return f"alert|{alert_id}|chat"


def propose(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Store what a leader wrote; whatever changed while they wrote is looked at again. Done twice it is stored once."""
    draft, chat = AlertDraft.load(errand.args["draft"]), chat_of(errand)
    ids = [one["id"] for one in draft.files]
    pictures = load(house, ids)

    def work(connection: Connection) -> Mapping[str, JSON]:
        if before := alert.state_of(connection, errand.id):
            return result("ready" if before != "waiting" else before)
        if len(pictures) < len(ids):
            return result("lost")
        id = leader.ids_of(connection, [chat.person], house.now()).get(chat.person)
        if id is None or not leads(connection, chat.person, draft, house.now()):
            return result("revoked")
        if draft.about and not corrects(connection, draft.about, id):
            return result("late")
        if not draft.about and not sizes(connection, house, [(draft.code, draft.rw)])[draft.code, draft.rw]:
            return result("few")
        sealed = seal_chat(house, chat, place_of(errand.id))
        one = made(connection, house, draft, errand.id, id, next(iter(pictures.values()), None), sealed)
        stored = alert.propose(connection, one, house.shelf.alerts.waiting_most)
        return result(one.state if stored == "stored" else stored)

    return desk.do(work).result()


def result(name: str) -> Mapping[str, JSON]:
    """What came of an act, by the name of its words."""
    return {"ok": True, "result": name}


def leads(connection: Connection, person: bytes, draft: AlertDraft, now: int) -> bool:
    """Whether they lead the area they write to, today."""
    office = leader.of_persons(connection, [person], now).get(person)
    return office is not None and office.kelurahan == draft.code


def corrects(connection: Connection, about: str, leader_id: str) -> bool:
    """Whether this is their own, has gone out to somebody, and still stands."""
    row = alert.get(connection, about)
    own = row is not None and row.leader == leader_id and began(row)
    return own and alert_family.mend_of(connection, row) is None


def root(connection: Connection, about: str) -> str:
    """The alert that a correction corrects, or this one: all that is said of it later goes to whoever got that."""
    row = alert.get(connection, about)
    return str(row.about or row.id) if row is not None else about


def made(
    connection: Connection, house: House, draft: AlertDraft, id: str, leader_id: str, picture: bytes | None, chat: bytes
) -> Alert:
    """The row of a leader's alert: at once, or with a clock for who decides."""
    now, shelf, area = house.now(), house.shelf, house.shelf.gazetteer.by_code(draft.code)
    key = (draft.template, draft.code)
    ready = at_once(draft) and not repeated(connection, house, [key])[key]
    return Alert(
        id=id,
        kota=area.kota_code if area else "",
        kelurahan=draft.code,
        rw=draft.rw,
        words=json.dumps(words(draft, shelf), ensure_ascii=False),
        made_at=now,
        until=end_of_day(until(draft, shelf)),
        kind="correction" if draft.about else "alert",
        about=root(connection, draft.about) if draft.about else None,
        leader=leader_id,
        template=draft.template or None,
        picture=picture,
        departing=draft.departing,
        state="ready" if ready else "waiting",
        due_at=None if ready else decide_by(shelf, draft, now),
        send_at=draft.send_at or None,
        chat=None if ready else chat,
    )


def end_of_day(moment: int) -> int:
    """The end of a day in Jakarta: what holds until then still holds in its evening."""
    wib = 7 * HOUR
    return day_of(moment + wib) + DAY - wib


def decide_by(shelf: Shelf, draft: AlertDraft, now: int) -> int:
    """The clock of whoever decides: never later than when it is to go out."""
    clock = due(shelf, draft.departing or bool(draft.about), now)
    return min(clock, draft.send_at) if draft.send_at else clock


def due(shelf: Shelf, urgent: bool, now: int) -> int:
    """By when somebody should have decided; where it is urgent, at night and on holidays too."""
    if urgent:
        return now + 60 * shelf.alerts.on_call_minutes
    start, span = datetime.fromtimestamp(now, UTC), timedelta(hours=shelf.alerts.review_hours)
    return int(working_end(shelf.directory.office_hours, start, span).timestamp())


def take_back(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Its writer cancels what has not gone out."""
    person, now = chat_of(errand).person, house.now()

    def work(connection: Connection) -> Mapping[str, JSON]:
        id = leader.ids_of(connection, [person], now).get(person, "")
        done = alert.cancel(connection, errand.args["alert"], id, now)
        return result("cancelled" if done else "late")

    return desk.do(work).result()


def retract(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Its writer says that it holds no more: our own words, to whoever got it, at once."""
    person, now = chat_of(errand).person, house.now()

    def work(connection: Connection) -> Mapping[str, JSON]:
        id, row = leader.ids_of(connection, [person], now).get(person), alert.get(connection, errand.args["alert"])
        if id is None or row is None or row.leader != id or not withdrawn(connection, house, row, None):
            return result("late")
        urgent = alert_family.dangerous(connection, row)
        return result("night" if by_day(house, row) and not urgent else "retracted")

    return desk.do(work).result()


def withdrawn(connection: Connection, house: House, row: Any, staff_id: str | None) -> bool:
    """Retract an alert with its corrections, once for each; what has not gone out is stopped with it.

    Whether there was something to retract.
    """
    if not (began(row) or row.state == "ready") or row.kind == "retraction":
        return False
    now, shelf = house.now(), house.shelf
    values: dict[str, Value] = {
        "area": area_name(row.kelurahan, shelf),
        "day": day(row.made_at),
        "subject": subject(row, shelf),
    }
    text = {one: shelf.text(Say("lead_alert.retracted", values), one) for one in shelf.languages}
    about = root(connection, row.id)
    child = Alert(
        id=f"{alert_family.newest(connection, about)}.r",
        kota=row.kota,
        kelurahan=row.kelurahan,
        rw=row.rw,
        words=json.dumps(text, ensure_ascii=False),
        made_at=now,
        until=max(row.until, end_of_day(now)),
        kind="retraction",
        about=about,
        leader=row.leader,
        danger=alert_family.dangerous(connection, row),
        state="ready",
        decided_by=staff_id,
    )
    alert.put(connection, child)
    return True


def by_day(house: House, row: Any) -> bool:
    """Whether an alert waits for the morning, were it to begin now: at night only danger goes out."""
    return not row.danger and is_quiet(house.shelf.broadcast, house.now())


def subject(row: Any, shelf: Shelf) -> Value:
    """By what those who got an alert know it again: the title of a template, or how it begins."""
    template = shelf.alerts.templates.get(row.template or "")
    return template.title if template else first_words(json.loads(row.words)[FIRST])


def decide(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """A verdict from a chat on duty; one with a picture is approved in the console alone."""
    args, now = errand.args, house.now()

    def work(connection: Connection) -> Mapping[str, JSON]:
        who, row = duty.staff_of(connection, args["link"]), alert.get(connection, args["alert"])
        if who is None or row is None or not may(connection, house, who, row):
            return result("gone")
        if args["verdict"] == "ready" and row.pictured:
            return result("picture")
        verdict, why = judged(connection, house, row, args["verdict"], args["why"], house.pushes.alerts)
        if not alert.decide(connection, row.id, who, verdict, why, now):
            return result("gone")
        staff.record(connection, who, f"{SAID[verdict]} an alert for {row.kelurahan}", now=now)
        return decided(house, row, verdict) if verdict == args["verdict"] else result("few")

    return desk.do(work).result()


def decided(house: House, row: Any, verdict: str) -> Mapping[str, JSON]:
    """What a verdict comes to, and of an approval when it goes out: on its day, in the morning, or now."""
    if verdict == "ready" and (row.send_at or 0) > house.now():
        return {**result("later"), "at": row.send_at}
    if verdict == "ready" and by_day(house, row):
        return result("mends" if row.about is not None else "night")
    return result(verdict)


ERRANDS: Final[Mapping[str, Callable[[House, Desk, Errand], Mapping[str, JSON]]]] = {
    PROPOSE: propose,
    CANCEL: take_back,
    RETRACT: retract,
    DECIDE: decide,
}
