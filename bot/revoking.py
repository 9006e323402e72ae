"""A leader who is revoked: told at once, where a way to their chat is known, in one neutral sentence."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.engine import Connection

from bot import alerts
from bot.house import House
from bot.pings import Chat, open_chat, parcel
from bot.subscriptions import address_of
from content.shelf import Say
from handlers.render import Line
from handlers.talk import WEB
from handlers.told import TEMPLATE
from models import alert, leader, message, subscription

OVER = Say("lead_alert.told.revoked")


def revoke(connection: Connection, house: House, leader_id: str, kelurahan: Collection[str]) -> bool:
    """End a leader of one of these kelurahan, with what of theirs still waits, and put the sentence into the outbox.

    Whether there was such a leader; the caller rings for the senders when it is stored.
    """
    chat = way_to(connection, house, leader_id)
    if not leader.revoke(connection, leader_id, kelurahan):
        return False
    if chat is not None and chat.channel != WEB:
        line = Line((house.shelf.text(OVER, chat.language),), language=chat.language, template=TEMPLATE)
        message.put(connection, [parcel(house, chat, line)], house.now())
        house.wake.notify(connection)
    return True


def way_to(connection: Connection, house: House, leader_id: str) -> Chat | None:
    """The chat of a leader, as an alert that waits or a subscription of their own knows it; nothing else keeps one."""
    if found := alert.chat_of(connection, leader_id):
        return open_chat(house, found[1], alerts.place_of(found[0]))
    person = leader.person_of(connection, leader_id)
    one = subscription.of_persons(connection, [person]).get(person) if person else None
    address = address_of(house, one) if one else None
    return Chat(one.person, one.channel, address, one.language) if one and address else None
