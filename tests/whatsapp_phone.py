"""People on WhatsApp, and a Suar that serves them: what the tests of the channel are played with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sqlalchemy as sa

from bot import messengers
from bot.app import make_app
from bot.background import Background
from bot.service import Service
from bot.settings import Settings
from models.tables import outbox as outbox_table
from tests.service import make_service, staffed
from tests.telegram_phone import serving, until
from tests.twilio_server import ACCOUNT, SENDER, TOKEN, Kept, Twilio

T = TypeVar("T")
WATI = "whatsapp:+6281234567890"
CREATE = r"POST .*/Messages\.json"  # the call that faults are put into


@dataclass(slots=True)
class Address:
    """Where whoever plays Twilio brings messages."""

    webhook: str = ""


@dataclass(slots=True)
class Phone:
    """One person's chat with the number."""

    twilio: Twilio
    address: str = WATI
    scoped: str = ""
    seen: int = 0  # messages that were read

    def do(self, act: Callable[[], T]) -> T:
        """Do something in the server's own loop."""

        async def run() -> T:
            return act()

        assert self.twilio.loop is not None
        return asyncio.run_coroutine_threadsafe(run(), self.twilio.loop).result()

    def send(self, **values: str) -> str:
        """A message of any kind; its id."""
        given = {"ExternalUserId": self.scoped, **values} if self.scoped else values
        return self.do(lambda: self.twilio.incoming(self.address, **given))

    def say(self, text: str) -> str:
        """Write something; the answer as it is read."""
        self.send(Body=text)
        return self.answer().text

    def press(self, label: str) -> str:
        """A button or a row of the newest message; the answer."""
        self.press_only(label)
        return self.answer().text

    def press_only(self, label: str, old: Kept | None = None) -> str:
        """The same without waiting."""
        token = (old or self.heard()[-1]).choices[label]
        name = "ButtonPayload" if len((old or self.heard()[-1]).choices) <= 3 else "ListId"
        more = {"ButtonText": label} if name == "ButtonPayload" else {"ListTitle": label}
        return self.send(Body=label, MessageType="interactive", **{name: token}, **more)

    def answer(self) -> Kept:
        """The next message that was not read yet."""
        message = until(lambda: next(iter(self.heard()[self.seen :]), None))
        self.seen += 1
        return message

    def heard(self) -> list[Kept]:
        """What has come, oldest first."""
        return self.do(lambda: list(self.twilio.chats[self.address]))


def states(service: Service) -> list[str]:
    """What became of each row, oldest first."""
    return [str(one) for one in column(service, outbox_table.c.state)]


def column(service: Service, one: sa.Column[Any]) -> list[Any]:
    """A column of a table in the order of its key."""
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(one).order_by(*one.table.primary_key)).scalars())


def settings_for(database: str, api: str, public: str = "http://127.0.0.1:8000") -> Settings:
    """An install that speaks on the Twilio of this test."""
    values: dict[str, Any] = {
        "_env_file": None,
        "database_url": database,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_whatsapp_from": SENDER,
        "twilio_api_base_url": api,
        "public_base_url": public,
    }
    return Settings(**values)


@contextmanager
def running_suar(database: str, api: str, twilio: Twilio | Address, templates: bool = False) -> Iterator[Service]:
    """A Suar with staff, its doors open and its senders at work."""
    with make_service(database) as bare, socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        service = replace(staffed(bare), settings=settings_for(database, api, url))
        service.runner.sources.update(messengers.sources(service.settings))
        twilio.webhook = f"{url}/in/whatsapp"
        background = Background({**messengers.watches(service), **messengers.jobs(service)}, pause=0.1)
        with serving(make_app(service), listener):
            if templates:
                asyncio.run(messengers.sync(service.settings, service.house.shelf))
            background.start()
            until(lambda: service.house.pushes.asked)
            try:
                yield service
            finally:
                background.close()
