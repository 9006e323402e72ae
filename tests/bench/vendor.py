"""The vendor, in this process: a Bot API that takes every message at once, and the library's own client for it."""

from __future__ import annotations

import json
from typing import Any

from telegram import Bot, Update
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from tests.bench.talk import message

TOKEN = "1:bench"  # noqa: S105 - nobody's; the library only wants one
OURSELVES = {"id": 1, "is_bot": True, "first_name": "Suar", "username": "suar_bot"}


class Vendor(BaseRequest):
    """Answers getMe and sendMessage with what the Bot API would say, and no network."""

    @property
    def read_timeout(self) -> float:
        """Nothing is ever waited for."""
        return 1.0

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        """The request is serialised as for the wire, the answer is a message as it comes from the wire."""
        if request_data is None or url.endswith("getMe"):
            return 200, json.dumps({"ok": True, "result": OURSELVES}).encode()
        told = json.loads(request_data.json_payload)
        answer = message(int(told["chat_id"]), told["text"]) | {"from": OURSELVES}
        return 200, json.dumps({"ok": True, "result": answer}, ensure_ascii=False).encode()


def new_bot() -> ExtBot[None]:
    """The client that both sides send through."""
    return ExtBot(TOKEN, request=Vendor(), get_updates_request=Vendor())


def parse(number: int, chat: int, text: str, bot: Bot) -> Update:
    """A webhook's body, from bytes to the library's type."""
    body = json.dumps({"update_id": number, "message": message(chat, text)}).encode()
    return Update.de_json(json.loads(body), bot)
