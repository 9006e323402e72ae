"""Cards as photos and posters as documents on Telegram; what cannot be brought is left to the link in the words."""

from __future__ import annotations

import asyncio

import structlog
from telegram import InputFile, Message
from telegram.error import NetworkError
from telegram.ext import ExtBot

from bot.channels.telegram_wire import Unsent
from bot.house import House
from bot.sheets import Made, maker

log = structlog.get_logger()


class Sheets:
    """Brings sheets into chats."""

    def __init__(self, house: House, bot: ExtBot[None]) -> None:
        self.make, self.bot = maker(house), bot

    async def bring(self, chat: int, address: str) -> Message | None:
        """One file by itself; None where it cannot be made, or Telegram does not take it.

        Only a chat that is gone, a flood and a connection that was never there are left to raise: they meet the words
        too.
        """
        file = await asyncio.to_thread(self.make, address)
        if file is None:
            log.error("a card or poster has an address that no key here has signed")
            return None
        try:
            return await self.upload(chat, file)
        except Unsent:
            raise
        except NetworkError as error:  # of this library also a 400, as any answer that is no success
            log.warning("Telegram takes no card or poster now", error=type(error).__name__)
            return None

    async def upload(self, chat: int, file: Made) -> Message:
        """A picture as a photo, which shows at once; paper as a document, which prints as it is."""
        brought = InputFile(file.body, file.name)
        if file.media.startswith("image/"):
            return await self.bot.send_photo(chat, brought)
        return await self.bot.send_document(chat, brought)
