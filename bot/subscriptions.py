"""Subscriptions as a talk sees them: what somebody has chosen, and on which channels info comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import posters
from bot.house import House
from bot.keys import CannotOpen
from handlers.subscribed import Choice
from handlers.talk import WEB
from models import subscription
from models.base import HOUR
from models.bulk import Recipient
from models.subscription import Subscription

UNTIL: Final = "|"  # in an address, before until when it takes anything


def place_of(person: bytes) -> str:
    """Where a subscriber's address belongs: in another row it does not open."""
    return f"subscription|{person.hex()}|address"


def known_as(house: House, person: bytes, channel: str, address: str) -> list[bytes]:
    """Under what a chat may have subscribed: as it is known now, or by its number, which WhatsApp's people are known by
    until the vendor gives them an id."""
    number, _, _ = address.partition(UNTIL)
    return sorted({person, house.keys.person_key(channel, number)})


def answerable_place(person: bytes) -> str:
    """The same for where a subscriber is answered freely."""
    return f"subscription|{person.hex()}|answerable"


def address_of(house: House, one: Subscription) -> str | None:
    """Where a subscriber is reached; None where their address does not open any more."""
    try:
        return opened(house, one.person, one)
    except CannotOpen:
        return None


def opened(house: House, person: bytes, one: Subscription | Recipient) -> str:
    """Their address, with until when it takes anything where that is known; CannotOpen."""
    if one.answerable is not None:
        return house.keys.open_field(bytes(one.answerable), answerable_place(person)).decode()
    return house.keys.open_field(one.address, place_of(person)).decode()


def sealed_address(house: House, person: bytes, address: str) -> bytes:
    """Where somebody is reached, without any time."""
    return house.keys.seal_field(address.partition(UNTIL)[0].encode(), place_of(person))


def sealed_answerable(house: House, person: bytes, address: str) -> bytes | None:
    """The same with until when it takes anything, to the hour: a minute would say more of a day than anybody needs.
    None on a channel that knows no such time."""
    known_by, _, until = address.partition(UNTIL)
    if not until:
        return None
    return house.keys.seal_field(f"{known_by}{UNTIL}{int(until) // HOUR * HOUR}".encode(), answerable_place(person))


def answer_at(connection: Connection, house: House, came: Mapping[bytes, str]) -> None:
    """Keep for the subscribers among these people, who have just written, until when they may be answered freely.

    `came`: by person the address that their message came from.
    """
    timed = {key: address for key, address in came.items() if UNTIL in address}
    found = subscription.of_persons(connection, timed) if timed else {}
    fresh = {key: sealed for key in found if (sealed := sealed_answerable(house, key, timed[key]))}
    subscription.answer_at(connection, fresh)


def mine(connection: Connection, house: House, persons: Collection[Any]) -> Mapping[Any, Choice]:
    """What these people have chosen, as their talk sees it; a kelurahan that is no more is nobody's."""
    found, now = subscription.of_persons(connection, persons), house.now()
    known = {person: one for person, one in found.items() if house.shelf.gazetteer.by_code(one.kelurahan)}
    return {
        person: Choice(one.kelurahan, one.rw, one.alerts, one.lessons, (one.paused_until or 0) > now)
        for person, one in known.items()
    }


def ways(connection: Connection, house: House, asked: Collection[Any]) -> Mapping[Any, tuple[bool, tuple[str, ...]]]:
    """Of each (channel, kelurahan) whether info can come there, and the links of the channels that bring it."""
    return {(channel, code): (channel in house.pushes.alerts, links(house, code)) for channel, code in asked}


def links(house: House, kelurahan: str) -> tuple[str, ...]:
    """Where the channels that bring info are opened; only those that were announced."""
    found = posters.links(house.shelf, house.public_url, kelurahan)
    return tuple(link for channel, link in found.items() if channel != WEB and channel in house.pushes.alerts)
