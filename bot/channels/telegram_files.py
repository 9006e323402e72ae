"""Fetching photos and voice messages from Telegram: never more bytes than were asked for, never for longer."""

from __future__ import annotations

import asyncio

from telegram.error import BadRequest, TelegramError

from bot.channels.telegram_wire import TooLarge, open_bot
from bot.media import GONE, LARGE, Refused
from bot.settings import Settings


class Files:
    """The `MediaSource` of Telegram; a reference is a file_id. Telegram itself gives out at most 20 MB."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def fetch(self, reference: str, most: int, seconds: float) -> bytes:
        """See `MediaSource`."""
        return asyncio.run(self.fetched(reference, most, seconds))

    async def fetched(self, reference: str, most: int, seconds: float) -> bytes:
        """The address of the file, then the file; both hold the token, and neither is in an error."""
        try:
            async with asyncio.timeout(seconds), open_bot(self.settings) as (bot, wire):
                file = await bot.get_file(reference)
                return await wire.fetch(file.file_path or "", most)
        except TooLarge:
            raise Refused(LARGE) from None
        except BadRequest as error:
            raise Refused(LARGE if "too big" in error.message else GONE) from None
        except (TelegramError, TimeoutError):
            raise Refused(GONE) from None
