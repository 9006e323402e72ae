"""What becomes of an alert that waits: those who decide are told, it expires, and its writer is told in the end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import alerts
from bot.alert_desks import deciders, urgent
from bot.desk import Desk
from bot.duty import place_of
from bot.house import House
from bot.naming import clock
from bot.pings import Chat, open_chat, parcel
from bot.wake import SENDERS
from content.shelf import Say, Value
from handlers.access import day
from handlers.alert_draft import area_name, hour
from handlers.lead_mine import FEW
from handlers.render import Button, Line
from handlers.talk import WEB
from handlers.told import TEMPLATE
from models import alert, duty, message, roster
from models.alert_notice import name_of
from models.base import HOUR
from models.message import Reply

VERDICTS: Final = {"refused": "refused", "expired": "expired", "cancelled": "cancelled"}  # any other: it goes out


def watch(house: House, desk: Desk) -> None:
    """A scan: whatever a kill left undone is done by the next one."""
    now = house.now()
    before = now - house.shelf.alerts.expire_hours * HOUR
    desk.do(lambda connection: alert.expire(connection, before, now)).result()
    with house.engine.connect().execution_options(reading=True) as connection:
        told = [(row.id, notices(connection, house, row)) for row in alert.untold(connection)]
        answered = alert.answered(connection)
    ready = [(id, replies) for id, replies in told if replies is not None]
    done = [row.id for row in answered]
    words = [reply for _, replies in ready for reply in replies]
    words += [reply for row in answered if (reply := verdict(house, row))]
    if ready or done:
        desk.do(lambda connection: settle(connection, house, [id for id, _ in ready], done, words)).result()
        house.wake.ring([SENDERS])


def settle(
    connection: Connection, house: House, told: Collection[str], done: Collection[str], words: Collection[Reply]
) -> None:
    """The words and the marks in one transaction: nobody is told twice."""
    alert.tell(connection, told)
    alert.forget_chats(connection, done)
    message.put(connection, list(words), house.now())
    house.wake.notify(connection)


def notices(connection: Connection, house: House, row: Any) -> list[Reply] | None:
    """To the chats of those who decide: in their hours, at night where it is urgent; None: later."""
    now, directory = house.now(), house.shelf.directory
    queues = deciders(directory, row.kota, urgent(row), now, roster.open_queues(connection))
    moment = datetime.fromtimestamp(now, UTC)
    if not urgent(row) and not any(directory.awake(one, moment) for one in queues):
        return None
    linked = (one for one in duty.linked_in(connection, queues) if one.staff != row.author)
    chats = ((one.staff, open_chat(house, bytes(one.sealed), place_of(one.link))) for one in linked)
    known = {chat.person: (staff_id, chat) for staff_id, chat in chats if chat}
    asked = (known[key] for key in sorted(known))
    return [parcel(house, chat, line_of(house, chat, row, staff_id)) for staff_id, chat in asked]


def line_of(house: House, chat: Chat, row: Any, staff_id: str) -> Line:
    """The kelurahan and the clock, and nothing of what it says."""
    shelf = house.shelf
    values: dict[str, Value] = {"area": area_name(row.kelurahan, shelf), "due": clock(row.due_at, house.now())}
    name = "soon" if row.departing else "correction" if row.kind == "correction" else "text"
    says = [Say(f"duty.alert.{name}", values)]
    says += [Say("duty.notice.console", {"url": house.console_url})] if house.console_url else []
    look = Button(f"duty:{row.id}:look", shelf.text(Say("duty.alert.look"), chat.language))
    texts = tuple(shelf.text(one, chat.language) for one in says)
    return Line(texts, (look,), language=chat.language, notice=name_of(row.id, staff_id), template=TEMPLATE)


def verdict(house: House, row: Any) -> Reply | None:
    """What became of it, to whoever wrote it; a page shows it when they come back. One for later says its day."""
    chat = open_chat(house, bytes(row.chat), alerts.place_of(row.id))
    area = house.shelf.gazetteer.by_code(row.kelurahan)
    if chat is None or area is None or chat.channel == WEB:
        return None
    values: dict[str, Value] = {"place": area.name}
    name = VERDICTS.get(row.state, "ready")
    if name == "refused":
        values["reason"] = row.reason or FEW
    if name == "ready" and (row.send_at or 0) > house.now():
        name, values["day"], values["hour"] = "later", day(row.send_at), hour(row.send_at)
    elif name == "ready" and alerts.by_day(house, row):
        name = "night"
    text = house.shelf.text(Say(f"lead_alert.told.{name}", values), chat.language)
    return parcel(house, chat, Line((text,), language=chat.language, template=TEMPLATE))
