"""Our side: the running desk of the tests' service, spoken to as a channel would speak to it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from telegram.ext import ExtBot

from bot.inbound import Inbound, Receipt
from bot.service import Service
from handlers.render import Line
from models.tables import inbound, outbox, person
from tests.bench.talk import CHANNEL, MESSAGES, SEND, People
from tests.bench.vendor import parse

CHOOSE = "Ketik nomornya:"


class Ours:
    """A desk. Places are read once: reading is a row of its own."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.places = {text: tuple(service.reading.places.read(text, asked=True)) for text in (*MESSAGES, SEND)}

    async def desk(self, number: int, chat: int, text: str) -> Receipt:
        """The desk alone, as behind the web chat: the receipt carries the rendered reply as JSON."""
        came = Inbound(CHANNEL, str(number), str(chat), text, places=self.places[text])
        return await self.service.desk.heard(came)

    async def read(self, number: int, chat: int, text: str) -> Receipt:
        """The desk with the reading of places at the door."""
        return await self.service.hear(Inbound(CHANNEL, str(number), str(chat), text))

    async def through(self, client: ExtBot[None], number: int, chat: int, text: str) -> None:
        """The desk between the library's parsing and the library's sending: the vendor's cost of the plain bot."""
        came = parse(number, chat, text, client).message
        if came is None or came.text is None:
            raise ValueError("the vendor's message came without text")
        receipt = await self.desk(number, came.chat_id, came.text)
        await client.send_message(came.chat_id, words(receipt))

    async def replies(self, people: People) -> list[str]:
        """What is said to one talk: the plain bot says the same."""
        return [words(await self.desk(*one)) for one in people.talk()]


def words(receipt: Receipt) -> str:
    """The reply as numbered text."""
    if receipt.body is None:
        raise ValueError("a turn of the talk was answered by silence")
    return Line.load(json.loads(receipt.body)).plain(CHOOSE)


def sizes(connection: sa.Connection) -> dict[str, int]:
    """The mean bytes of what a turn of this talk stores: the floor writes as many."""
    columns: dict[str, sa.Column[Any]] = {
        "id": inbound.c.key,
        "person": person.c.key,
        "place": person.c.place,
        "address": outbox.c.address,
        "body": outbox.c.body,
    }
    means = {name: sa.select(sa.func.avg(sa.func.length(column))) for name, column in columns.items()}
    return {name: round(connection.execute(mean).scalar_one()) for name, mean in means.items()}
