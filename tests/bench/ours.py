"""Our side: the running desk of the tests' service, spoken to as a channel would speak to it."""

from __future__ import annotations

import asyncio
import json
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa
from telegram.ext import ExtBot

from bot.inbound import Inbound, Receipt
from bot.service import Service
from handlers.render import Line
from models.tables import inbound, outbox, person, report
from tests.bench.crowd import Score
from tests.bench.talk import CHANNEL, MESSAGES, SEND, People
from tests.bench.vendor import parse

CHOOSE = "Ketik nomornya:"


class Ours:
    """A desk and the client it may be used through. Places are read once: reading is a row of its own."""

    def __init__(self, service: Service, client: ExtBot[None]) -> None:
        self.service, self.client = service, client
        self.places = {text: tuple(service.reading.places.read(text, asked=True)) for text in (*MESSAGES, SEND)}

    async def desk(self, number: int, chat: int, text: str) -> Receipt:
        """The desk alone, as behind the web chat: the receipt carries the rendered reply as JSON."""
        came = Inbound(CHANNEL, str(number), str(chat), text, places=self.places[text])
        return await asyncio.wrap_future(self.service.desk.hear(came))

    async def read(self, number: int, chat: int, text: str) -> Receipt:
        """The desk with the reading of places at the door."""
        return await self.service.hear(Inbound(CHANNEL, str(number), str(chat), text))

    async def through_client(self, number: int, chat: int, text: str) -> None:
        """The desk between the library's parsing and the library's sending: the vendor's cost of the plain bot."""
        came = parse(number, chat, text, self.client).message
        if came is None or came.text is None:
            raise ValueError("the vendor's message came without text")
        receipt = await self.desk(number, came.chat_id, came.text)
        await self.client.send_message(came.chat_id, words(receipt))

    async def replies(self, people: People) -> list[str]:
        """What is said to one talk: the plain bot says the same."""
        return [words(await self.desk(*one)) for one in people.talk()]

    async def file(self, people: People, at_once: int) -> Score:
        """So many reports sent at the same moment, from the button to the last one stored: KDF and sealing."""
        chats = [await self.ready(people) for _ in range(at_once)]
        before = await self.service.look(count_reports)
        began, spent = perf_counter(), process_time()
        await asyncio.gather(*(self.desk(-chat, chat, SEND) for chat in chats))
        while await self.service.look(count_reports) < before + at_once:
            await asyncio.sleep(0.01)
        return Score(at_once, perf_counter() - began, process_time() - spent)

    async def ready(self, people: People) -> int:
        """Somebody new who has come to the review."""
        chat = 0
        for number, chat, text in people.talk():
            await self.desk(number, chat, text)
        return chat


def words(receipt: Receipt) -> str:
    """The reply as numbered text."""
    if receipt.body is None:
        raise ValueError("a turn of the talk was answered by silence")
    return Line.load(json.loads(receipt.body)).plain(CHOOSE)


def count_reports(connection: sa.Connection) -> int:
    """How many are stored."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(report)).scalar_one())


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
