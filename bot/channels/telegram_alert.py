"""Alerts on Telegram: shown in a chat, and removed where they stand when something else takes their place."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Final

from telegram import InputFile
from telegram.error import BadRequest
from telegram.ext import ExtBot
from telegram.request import RequestData

from bot.channels.card import Card
from bot.channels.cut import utf16
from bot.channels.telegram_line import keyboard_of
from bot.channels.telegram_wire import Broken, Unsent
from content.shelf import Shelf

CAPTION: Final = 1_024  # UTF-16 units under a picture


class Values(RequestData):  # type: ignore[misc]  # closed to subclasses, and built of private parts otherwise
    """Parameters of a call, as they are."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()
        self.values = values

    @property
    def parameters(self) -> dict[str, Any]:
        """What stands in the JSON of the call."""
        return self.values


class Alerts:
    """Shows and removes alerts in chats."""

    def __init__(self, shelf: Shelf, bot: ExtBot[None]) -> None:
        self.shelf, self.bot = shelf, bot
        self.files: dict[str, str] = {}  # alert -> its picture as Telegram has it

    async def show(self, chat: int, card: Card) -> int:
        """One message, with its picture where the words fit under it; its id."""
        return await (self.draw(chat, card) if drawn(card) else self.write(chat, card))

    async def write(self, chat: int, card: Card) -> int:
        """Words alone. The library's own call reads the whole answer into its types, which costs as much CPU as all
        the rest of a sending."""
        given = {"chat_id": chat, "text": text_of(card), "link_preview_options": {"is_disabled": True}}
        if keyboard := keyboard_of(card.line, self.shelf):
            given["reply_markup"] = keyboard.to_dict()
        sent: Any = await self.bot.request.post(f"{self.bot.base_url}/sendMessage", Values(given))
        return int(sent["message_id"])

    async def draw(self, chat: int, card: Card) -> int:
        """A picture with the words under it; it is brought to Telegram once, as the JPEG that was redrawn of it."""
        file = self.files.get(card.alert) or InputFile(card.picture or b"", "suar.jpg")
        keyboard = keyboard_of(card.line, self.shelf)
        sent = await self.bot.send_photo(chat, file, caption=text_of(card), reply_markup=keyboard)
        self.files[card.alert] = sent.photo[-1].file_id
        return sent.message_id

    async def remove(self, chat: int, place: str, card: Card) -> None:
        """Delete what does not hold; after two days, when Telegram deletes no more, what is right takes its place.

        Done twice it does no harm, so a call without an answer counts as one that never left.
        """
        message, under = json.loads(place)
        try:
            if not await self.deleted(chat, message):
                await self.replaced(chat, message, card, under)
        except Broken:
            raise Unsent("no answer to a removal") from None

    async def deleted(self, chat: int, message: int) -> bool:
        """Whether it is gone now."""
        try:
            return await self.bot.delete_message(chat, message)
        except BadRequest:
            return False

    async def replaced(self, chat: int, message: int, card: Card, under: bool) -> None:
        """Other words in its place, unless somebody has deleted it."""
        with suppress(BadRequest):
            if under:
                await self.bot.edit_message_caption(chat, message, caption=text_of(card))
            else:
                await self.bot.edit_message_text(text_of(card), chat, message)


def text_of(card: Card) -> str:
    """The words as they go out."""
    return "\n\n".join(card.line.texts)


def drawn(card: Card) -> bool:
    """Whether it goes out as a picture with words under it."""
    return card.picture is not None and utf16(text_of(card)) <= CAPTION


def stands(message: int, card: Card) -> str:
    """What is kept of where an alert stands."""
    return json.dumps([message, drawn(card)])
