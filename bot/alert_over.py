"""Words in chats on duty that an alert waits, changed once somebody has decided: a button under them does nothing."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.engine import Connection

from bot.desk import Desk
from bot.duty import place_of
from bot.house import House
from bot.pings import Chat, open_chat, parcel
from bot.wake import SENDERS
from content.shelf import Say
from handlers.alert_draft import area_name
from handlers.render import Line
from models import alert_notice, message
from models.alert_notice import name_of
from models.message import Reply

UNDECIDED: Final = frozenset({"cancelled", "expired"})  # states without a decision, where nobody of the staff made one


def change(house: House, desk: Desk) -> None:
    """A scan: whatever a kill left undone is done by the next one, and nothing twice."""
    with house.engine.connect().execution_options(reading=True) as connection:
        rows = alert_notice.outdated(connection)
    if not rows:
        return
    replies = [reply for row in rows if (reply := reply_of(house, row))]

    def work(connection: Connection) -> None:
        alert_notice.settle(connection, [(row.alert, row.staff) for row in rows])
        message.put(connection, replies, house.now())
        house.wake.notify(connection)

    desk.do(work).result()
    house.wake.ring([SENDERS])


def reply_of(house: House, row: Any) -> Reply | None:
    """What stands in its place; None for a chat that is linked no more."""
    chat = open_chat(house, bytes(row.sealed), place_of(row.link)) if row.link else None
    return parcel(house, chat, line_of(house, chat, row)) if chat else None


def line_of(house: House, chat: Chat, row: Any) -> Line:
    """For where it was, and what became of it: by oneself, or by a colleague without a name."""
    says = (Say("duty.alert.over", {"area": area_name(row.kelurahan, house.shelf)}), Say(f"duty.over.{became(row)}"))
    texts = tuple(house.shelf.text(one, chat.language) for one in says)
    return Line(texts, language=chat.language, notice=name_of(row.alert, row.staff), changes=True)


def became(row: Any) -> str:
    """What became of an alert, as whoever was asked reads it."""
    if row.decided_by is None and row.state in UNDECIDED:
        return str(row.state)
    verdict = "refused" if row.state == "refused" else "approved"
    return f"{verdict}_own" if row.decided_by == row.staff else verdict
