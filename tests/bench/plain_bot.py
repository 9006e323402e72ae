"""The other side: python-telegram-bot's ConversationHandler that asks as many questions and saves every turn."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BasePersistence,
    CallbackContext,
    ConversationHandler,
    ExtBot,
    MessageHandler,
    PersistenceInput,
    filters,
)

from tests.bench.vendor import parse

App = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]

Key = tuple[int | str, ...]

NAME = "report"
schema = sa.MetaData()
state = sa.Table(
    "state", schema, sa.Column("chat", sa.BigInteger, primary_key=True), sa.Column("step", sa.Text, nullable=False)
)
draft = sa.Table(
    "draft", schema, sa.Column("chat", sa.BigInteger, primary_key=True), sa.Column("data", sa.Text, nullable=False)
)


class Saved(BasePersistence[dict[int, Any], dict[int, Any], dict[int, Any]]):
    """Steps and drafts in two tables, handed over by the library one after the other.

    `at_once` keeps both for one commit, which its users could only do by writing around it: the kindest reading.
    """

    def __init__(self, engine: Engine, at_once: bool) -> None:
        super().__init__(PersistenceInput(bot_data=False, chat_data=False, callback_data=False))
        self.engine, self.at_once = engine, at_once
        self.rows: list[tuple[sa.Table, dict[str, Any]]] = []
        make = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
        self.upserts = {
            table: make(table).on_conflict_do_update(
                index_elements=["chat"], set_={column: sa.literal_column(f"excluded.{column}")}
            )
            for table, column in ((state, "step"), (draft, "data"))
        }

    async def update_conversation(self, name: str, key: Key, new_state: object | None) -> None:
        """Write a step."""
        self.write(state, {"chat": key[0], "step": str(new_state)})

    async def update_user_data(self, user_id: int, data: dict[int, Any]) -> None:
        """Write a draft."""
        self.write(draft, {"chat": user_id, "data": json.dumps(data)})

    def write(self, table: sa.Table, row: dict[str, Any]) -> None:
        """One row now, or with the rest of its turn."""
        self.rows.append((table, row))
        if not self.at_once:
            self.commit()

    def commit(self) -> None:
        """Write what is left of the turn."""
        if not self.rows:
            return
        with self.engine.begin() as connection:
            for table, row in self.rows:
                connection.execute(self.upserts[table], row)
        self.rows.clear()

    async def get_user_data(self) -> dict[int, dict[int, Any]]:
        """Every run begins with nobody."""
        return {}

    async def get_chat_data(self) -> dict[int, dict[int, Any]]:
        """Not kept."""
        return {}

    async def get_bot_data(self) -> dict[int, Any]:
        """Not kept."""
        return {}

    async def get_callback_data(self) -> None:
        """Not kept."""

    async def get_conversations(self, name: str) -> dict[Key, object]:
        """Every run begins with nobody."""
        return {}

    async def update_chat_data(self, chat_id: int, data: dict[int, Any]) -> None:
        """Not kept."""

    async def update_bot_data(self, data: dict[int, Any]) -> None:
        """Not kept."""

    async def update_callback_data(self, data: object) -> None:
        """Not kept."""

    async def drop_chat_data(self, chat_id: int) -> None:
        """Not kept."""

    async def drop_user_data(self, user_id: int) -> None:
        """Nobody leaves during a run."""

    async def refresh_user_data(self, user_id: int, user_data: dict[int, Any]) -> None:
        """The memory is the newest."""

    async def refresh_chat_data(self, chat_id: int, chat_data: dict[int, Any]) -> None:
        """Not kept."""

    async def refresh_bot_data(self, bot_data: dict[int, Any]) -> None:
        """Not kept."""

    async def flush(self) -> None:
        """Every turn is committed already."""


class PlainBot:
    """One process, one update after the other, as the library asks for where a ConversationHandler is used."""

    def __init__(self, engine: Engine, client: ExtBot[None], replies: Sequence[str], at_once: bool) -> None:
        schema.create_all(engine)
        self.saved = Saved(engine, at_once)
        self.turn = asyncio.Lock()
        built = ApplicationBuilder().bot(client).updater(None).job_queue(None).persistence(self.saved).build()
        self.app = cast(App, built)
        self.app.add_handler(conversation(replies))

    async def speak(self, number: int, chat: int, text: str) -> None:
        """One update, answered and saved."""
        update = parse(number, chat, text, self.app.bot)
        async with self.turn:
            await self.app.process_update(update)
            await self.app.update_persistence()
            self.saved.commit()


def conversation(replies: Sequence[str]) -> ConversationHandler[Any]:
    """A question for each reply; what is answered is kept under the question's number."""

    def ask(number: int) -> list[Any]:
        async def answer(update: Update, context: Context) -> str:
            chat, said = update.effective_chat, update.effective_message
            if chat is None or said is None or context.user_data is None:
                raise ValueError("a private text message has a chat, words and a person")
            context.user_data[f"q{number}"] = said.text
            await context.bot.send_message(chat.id, replies[number])
            return f"q{min(number + 1, len(replies) - 1)}"

        return [MessageHandler(filters.TEXT, answer)]

    states: dict[object, list[Any]] = {f"q{number}": ask(number) for number in range(1, len(replies))}
    return ConversationHandler(ask(0), states, [], name=NAME, persistent=True)
