"""Somebody who subscribes in a talk, and what the store then holds of them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from itertools import count
from typing import Any

import sqlalchemy as sa

from bot.batch import body_of
from bot.inbound import Inbound
from bot.service import Service
from handlers.render import Line
from models import message
from tests.telegram_phone import until

PENJARINGAN = "31.72.01.1001"
ids = count(1)


@dataclass(slots=True)
class Chat:
    """Somebody on Telegram, without a vendor: what they are told is read from the outbox."""

    service: Service
    address: str = "4001"
    channel: str = "telegram"
    seen: int = 0

    @property
    def key(self) -> bytes:
        """How the store knows them."""
        return self.service.house.keys.person_key(self.channel, self.address)

    def send(self, text: str, **more: Any) -> None:
        """One message."""
        came = Inbound(self.channel, f"m{next(ids)}", self.address, text=text, **more)
        read = came if more else asyncio.run(self.service.reading.read(came))
        assert not self.service.desk.hear(read).result().repeated

    def say(self, text: str, **more: Any) -> str:
        """One message, and the next answer to it."""
        self.send(text, **more)
        return until(self.answer)

    def answer(self) -> str:
        """What came since, or nothing."""
        house = self.service.house
        with house.engine.connect().execution_options(reading=True) as connection:
            rows = [one for one in message.of_person(connection, self.key, self.seen) if one.body]
        if not rows:
            return ""
        self.seen, body = rows[0].id, rows[0].body
        assert body is not None
        return Line.load(json.loads(house.keys.open_field(body, body_of(self.key)))).plain()

    def subscribe(self, rw: str = "2", topics: str = "3") -> str:
        """The whole talk, for Penjaringan."""
        self.say("langganan")
        self.say("kelurahan penjaringan")
        self.say("1")
        self.say("2" if rw else "1")
        if rw:
            self.say(rw)
        self.say(topics)
        return self.say("1")


def rows(service: Service, query: sa.Select[Any]) -> list[Any]:
    return service.desk.do(lambda connection: list(connection.execute(query))).result()
