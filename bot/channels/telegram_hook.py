"""The webhook: Telegram brings one update at a time, and keeps it until it hears that it was stored."""

from __future__ import annotations

import hmac
import json
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.body import limited
from bot.channels.telegram_door import Door
from bot.channels.telegram_update import read_update
from bot.channels.telegram_wire import new_bot
from bot.inbound import DeskDown
from bot.service import Service

PATH: Final = "/in/telegram"
SECRET: Final = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
LARGEST: Final = 256 * 1024  # bytes: a message has at most 4,096 letters, and its keyboard comes along
AGAIN: Final = 5  # seconds after which Telegram brings an update again that could not be stored


class Hook:
    """The endpoint, with a bot of its own for what is answered at once."""

    def __init__(self, service: Service) -> None:
        self.secret = service.settings.telegram_webhook_secret.get_secret_value().encode()
        bot, self.wire = new_bot(service.settings)
        self.door = Door(service, bot)

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.receive, methods=["POST"])]

    async def open(self) -> None:
        """Nothing waits for this door."""

    async def receive(self, request: Request) -> Response:
        """200 only after the commit. What nobody understands is answered 200 too, or it would come again for a day."""
        if not hmac.compare_digest(request.headers.get(SECRET, "").encode(), self.secret):
            return Response(status_code=403)
        body = await limited(request, LARGEST)
        if body is None:
            return Response(status_code=413)
        try:
            await self.door.take(read_update(json.loads(body)))
        except ValueError:
            return Response(status_code=400)
        except DeskDown:
            return Response(status_code=503, headers={"Retry-After": str(AGAIN)})
        return Response(status_code=200)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.door.close()
        await self.wire.shutdown()
