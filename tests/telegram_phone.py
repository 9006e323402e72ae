"""People on Telegram, and a Suar that serves them: what the tests of the channel are played with."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeVar

import uvicorn
from starlette.applications import Starlette

from bot import messengers
from bot.app import make_app
from bot.background import Background
from bot.service import Service
from bot.settings import Settings
from tests.service import make_service, staffed
from tests.telegram_server import BOT, TOKEN, Message, Telegram

T = TypeVar("T")
PATIENCE = 30.0  # seconds; a machine that others use too is slow now and then
SECRET = "s" * 40
Mode = Literal["polling", "webhook"]


def until(found: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """What a look finds, as soon as it finds something."""
    end = time.monotonic() + patience
    while not (seen := found()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.01)
    return seen


@dataclass(slots=True)
class Phone:
    """One person's chat with the bot."""

    telegram: Telegram
    id: int = 4001
    seen: int = 0  # the newest message of the bot that was read

    def do(self, act: Callable[[], T]) -> T:
        """Do something in the server's own loop."""

        async def run() -> T:
            return act()

        assert self.telegram.loop is not None
        return asyncio.run_coroutine_threadsafe(run(), self.telegram.loop).result()

    @property
    def sender(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "Wati", "username": "wati_w", "language_code": "en"}

    def send(self, **content: Any) -> int:
        """A message of any kind; its id."""

        def act() -> int:
            message = {**self.telegram.message(self.id, self.sender), **content}
            self.telegram.chats[self.id].messages[message["message_id"]] = message
            self.telegram.push("message", message)
            return int(message["message_id"])

        return self.do(act)

    def edit(self, id: int, text: str) -> None:
        """Change what was written."""

        def act() -> None:
            message = {**self.telegram.chats[self.id].messages[id], "text": text, "edit_date": int(time.time())}
            self.telegram.push("edited_message", message)

        self.do(act)

    def tap(self, message: Message, data: str) -> str:
        """Press a button of a message, be it old; the id of the query."""

        def act() -> str:
            self.telegram.numbers["callback"] += 1
            id = f"{self.id}{self.telegram.numbers['callback']:06d}"
            self.telegram.callbacks[id] = time.monotonic()
            query = {"id": id, "from": self.sender, "message": message, "chat_instance": "1", "data": data}
            self.telegram.push("callback_query", query)
            return id

        return self.do(act)

    def press(self, *labels: str) -> Message:
        """Press buttons of the newest message, ticks included; the answer to the last one."""
        for number, label in enumerate(labels):
            message = self.newest()
            (data,) = [one["callback_data"] for one in buttons(message) if one["text"].lstrip("▫️✅ ") == label]
            ticks = len(ticked(message))
            self.tap(message, data)
            if number < len(labels) - 1:
                until(partial(self.ticked_otherwise, ticks))
        return self.answer()

    def ticked_otherwise(self, ticks: int) -> bool:
        """Whether more or fewer answers are ticked by now."""
        return len(ticked(self.newest())) != ticks

    def say(self, text: str) -> Message:
        """Write something; the answer."""
        self.send(text=text)
        return self.answer()

    def answer(self) -> Message:
        """The bot's next message that was not read yet."""
        message = until(lambda: next((one for one in self.heard() if one["message_id"] > self.seen), None))
        self.seen = message["message_id"]
        return message

    def heard(self) -> list[Message]:
        """What stands in the chat from the bot, oldest first."""
        return [one for one in self.all() if one["from"] == BOT]

    def all(self) -> list[Message]:
        """What stands in the chat."""
        return self.do(lambda: list(self.telegram.chats[self.id].messages.values()))

    def newest(self) -> Message:
        """The newest message of the bot."""
        return self.heard()[-1]


def buttons(message: Message) -> list[dict[str, Any]]:
    """The buttons of a message."""
    return [one for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for one in row]


def ticked(message: Message) -> list[str]:
    """The labels that are ticked."""
    return [one["text"] for one in buttons(message) if one["text"].startswith("✅")]


@contextmanager
def serving(app: Starlette, listener: socket.socket) -> Iterator[None]:
    """Serve pages, with what they open and close, until the end."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on", ws="none"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def settings_for(database: str, api: str, mode: Mode, public: str = "http://127.0.0.1:8000") -> Settings:
    """An install that speaks on the Telegram of this test."""
    given: dict[str, Any] = {
        "_env_file": None,
        "database_url": database,
        "telegram_bot_token": TOKEN,
        "telegram_api_base_url": api,
        "telegram_mode": mode,
        "telegram_webhook_secret": SECRET,
        "public_base_url": public,
    }
    return Settings(**given)


@contextmanager
def running_suar(database: str, api: str, mode: Mode = "polling") -> Iterator[Service]:
    """A Suar with staff, its doors open and its senders at work."""
    with make_service(database) as bare, socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        service = replace(staffed(bare), settings=settings_for(database, api, mode, url))
        service.runner.sources.update(messengers.sources(service.settings))
        background = Background(messengers.jobs(service), pause=0.1)
        with serving(make_app(service), listener):
            asyncio.run(messengers.sync(service.settings, service.house.shelf))
            background.start()
            try:
                yield service
            finally:
                background.close()
