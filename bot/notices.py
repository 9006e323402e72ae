"""Notices to the chats on duty: each referral once, in the hours of its queue, and changed when nobody need act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import alert_over
from bot.alert_notices import watch
from bot.desk import Desk
from bot.duty import place_of
from bot.house import House
from bot.naming import clock, number
from bot.pings import Chat, open_chat, parcel
from bot.wake import SENDERS
from content.shelf import Say
from handlers.duty import area, changed, choices, notice, unasked
from handlers.render import Button, Line
from models import duty, message
from models.message import Reply

CHANGED: Final = frozenset({"telegram"})  # channels on which a message can be changed after it was sent


def announce(house: House, desk: Desk) -> None:
    """A scan: whatever a kill left undone is done by the next one, and nothing twice; then of alerts that wait."""
    with house.engine.connect().execution_options(reading=True) as connection:
        found = [(row, due_for(connection, house, row.staff)) for row in duty.linked(connection)]
        old = duty.outdated(connection)
    for row, reports in found:
        chat = open_chat(house, bytes(row.sealed), place_of(row.link))
        if chat and reports:
            send(house, desk, row.staff, chat, reports)
    if old:
        change(house, desk, old)
    watch(house, desk)
    alert_over.change(house, desk)


def due_for(connection: Connection, house: House, staff_id: str) -> list[Any]:
    """New referrals of one person, each once: an immediate one at night too, others while their queue reads."""
    now, directory = datetime.fromtimestamp(house.now(), UTC), house.shelf.directory
    rows = duty.fresh(connection, staff_id)
    awake = [
        row
        for row in rows
        if row.urgency == "immediate" or (row.queue in directory.queues and directory.awake(row.queue, now))
    ]
    return list({row.id: row for row in awake}.values())


def send(house: House, desk: Desk, staff_id: str, chat: Chat, reports: Sequence[Any]) -> None:
    """Notices and their outbox rows, in one transaction: a caseworker is no reporter."""

    def work(connection: Connection) -> None:
        replies = []
        for row in reports:
            id = house.token()
            if duty.add(connection, staff_id, row.id, id):
                replies.append(parcel(house, chat, line_of(house, chat, row, id)))
        put(connection, house, replies)

    desk.do(work).result()
    house.wake.ring([SENDERS])


def put(connection: Connection, house: House, replies: Sequence[Reply]) -> None:
    """Into the outbox, and the other processes are told."""
    message.put(connection, replies, house.now())
    house.wake.notify(connection)


def line_of(house: House, chat: Chat, row: Any, id: str) -> Line:
    """What a caseworker sees of a referral."""
    due = clock(row.due_at, house.now()) if row.due_at is not None else ""
    place, shelf = where(house, row), house.shelf
    texts = said(house, chat, notice(number(row.id), row.urgency, place, due, house.console_url))
    buttons = tuple(Button(one.name, shelf.text(one.label, chat.language)) for one in choices(id))
    template, values = unasked(number(row.id), row.urgency, place, due)
    variables = tuple(shelf.value(one, chat.language) for one in values)
    return Line(texts, buttons, language=chat.language, notice=id, template=template, variables=variables)


def said(house: House, chat: Chat, says: Sequence[Say]) -> tuple[str, ...]:
    """Words in the language of the chat."""
    return tuple(house.shelf.text(one, chat.language) for one in says)


def where(house: House, row: Any) -> Say:
    """The kecamatan, or as much as is known."""
    place = house.shelf.gazetteer.by_code(row.kelurahan or "")
    names = {one.code: one.name for one in house.shelf.gazetteer.kota()}
    return area(place.kecamatan if place else "", names.get(row.kota, row.kota))


def change(house: House, desk: Desk, rows: Sequence[Any]) -> None:
    """Say in place of each notice what became of it; where nothing can be changed, only what its reader did not do."""
    states, replies = {}, []
    for row in rows:
        state = row.went if row.went in {"accepted", "passed"} else "over"
        shown = state if state in {"accepted", "passed"} else "over" if row.closed_at is not None else "taken"
        states[row.notice] = state
        chat = open_chat(house, bytes(row.sealed), place_of(row.link)) if row.went != "known" else None
        if chat and (chat.channel in CHANGED or state == "over"):
            texts = said(house, chat, changed(number(row.id), row.urgency, where(house, row), shown))
            line = Line(texts, language=chat.language, notice=row.notice, changes=True)
            replies.append(parcel(house, chat, line))

    def work(connection: Connection) -> None:
        duty.settle(connection, states)
        duty.end(connection)
        put(connection, house, replies)

    desk.do(work).result()
    house.wake.ring([SENDERS])
