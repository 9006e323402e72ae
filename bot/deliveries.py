"""One delivery of an alert: its words, whether it is still for its person, and the channel's answer."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from sqlalchemy.engine import Connection

from bot import subscriptions
from bot.alert_frames import framed
from bot.channels.card import Card, Shown
from bot.house import House
from bot.keys import CannotOpen
from bot.series import invitation
from bot.service import Service
from handlers.render import Line
from models import bulk
from models.bulk import Recipient, Words
from models.message import Parcel
from models.trace import Trace

GATHER = 0.02  # seconds in which people gather to be looked up together: a look for each is half of what one costs
LANGUAGE: Final = "id"  # of whoever reads one that an alert was not written in


Found = Mapping[Words, Mapping[bytes, Recipient]]
Target = tuple[Words, Recipient]


class Shows(Protocol):
    """The half of a channel that shows alerts."""

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        """Deliver or correct one, or raise one of the errors."""


def vendor_of(person: bytes) -> str:
    """Where it is kept where an alert stands at the vendor."""
    return f"outbox|{person.hex()}|vendor"


@dataclass(slots=True)
class Group:
    """People who are looked up together, by what they are sent."""

    people: dict[Words, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    task: asyncio.Task[Found] | None = None


@dataclass(slots=True)
class Deliveries:
    """What the deliveries of a lease share: words are read once, people in groups."""

    service: Service
    channel: Shows
    words: Mapping[str, Words] = field(default_factory=dict)
    gathering: Group = field(default_factory=Group)
    under_way: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self, parcels: Sequence[Parcel]) -> None:
        """The words of these, which never change, and those of no others."""
        wanted = {one.alert for one in parcels if one.alert}
        if missing := sorted(wanted - self.words.keys()):
            found = await self.service.look(partial(bulk.words, ids=missing))
            self.words = {id: words for id, words in {**self.words, **found}.items() if id in wanted}

    async def send(self, parcel: Parcel, words: Words, found: Recipient) -> tuple[bytes | None, Trace | None]:
        """Deliver one to whoever was just found; where it stands, sealed, or an error of the channel."""
        house = self.service.house
        address = subscriptions.opened(house, parcel.person, found)
        shown = await self.channel.alert(address, card(words, found, parcel.person, house), parcel.id)
        place = vendor_of(parcel.person)
        return house.keys.seal_field(shown.stands.encode(), place) if shown.stands else None, shown.trace

    async def find(self, parcel: Parcel) -> Target | None:
        """Look whether one is still for its person. One look is under way at a time: who comes meanwhile shares the
        next, as messages do at the desk."""
        words, mine = self.words.get(parcel.alert or ""), self.gathering
        if words is None:
            return None
        mine.people[words].add(parcel.person)
        if mine.task is None:
            mine.task = asyncio.create_task(self.look(mine))
        found = (await asyncio.shield(mine.task))[words].get(parcel.person)
        return (words, found) if found else None

    async def look(self, group: Group) -> Found:
        """Look up a group, once it is its turn."""
        async with self.under_way:
            await asyncio.sleep(GATHER)
            self.gathering = Group()
            return await self.service.look(partial(look_up, group.people, self.service.house.now()))


def look_up(people: Mapping[Words, Collection[bytes]], now: int, connection: Connection) -> Found:
    """For whom of them it still is."""
    return {words: bulk.recipients(connection, some, now, words) for words, some in people.items()}


def card(words: Words, found: Recipient, person: bytes, house: House) -> Card:
    """What one person is shown."""
    lesson = words.kind == "lesson"
    line = invitation(house.shelf, found) if lesson else spoken(words, found.language)
    return Card(words.id, line, words.picture, tuple(opened(found, person, house)))


def opened(found: Recipient, person: bytes, house: House) -> Iterator[str]:
    """Where what is corrected stands in somebody's chat, as far as it can still be read."""
    for spot in found.spots:
        with suppress(CannotOpen):
            yield house.keys.open_field(spot, vendor_of(person)).decode()


def spoken(words: Words, language: str) -> Line:
    """The words of an alert in somebody's language, and in one line for a vendor that takes only approved messages."""
    texts: Mapping[str, str] = json.loads(words.texts)
    told = language if language in texts else LANGUAGE
    return framed(texts[told], told)
