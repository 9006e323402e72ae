"""From an update of Telegram to what it is for us, without the names and languages that come with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from telegram import CallbackQuery, ChatMemberUpdated, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

log = structlog.get_logger()
ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
COMMAND = re.compile(r"(/\w+)(?:@\w+)?")  # in groups and in shared links a command names its bot
START = re.compile(r"/start\s+([A-Za-z0-9_-]{1,64})\s*")
KELURAHAN = re.compile(r"(\d\d)-?(\d\d)-?(\d\d)-?(\d{4})")
DUTY = re.compile(r"dinas-([A-Za-z2-7]{8})")  # a caseworker's code, of a link in the console
EDITED = "edited"  # the kind of media that an edited message counts as: what it answered has been answered
KINDS = ("photo", "voice", "sticker", "video", "animation", "video_note", "audio", "document", "contact", "poll")
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """A message in a private chat; `id` is the same each time it is delivered."""

    chat: int = field(repr=False)
    id: str = field(repr=False)
    message: int
    text: str = field(default="", repr=False)
    media: str = ""
    file: str = field(default="", repr=False)  # by which getFile finds a photo or a voice
    point: tuple[float, float] | None = field(default=None, repr=False)  # latitude and longitude of a pin
    kelurahan: str = ""  # of a link such as t.me/bot?start=31-74-08-1003
    at: int = field(default=0, compare=False)  # when it was sent, by Telegram's clock, seconds since 1970


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that was pressed; `keyboard` is what stands under its message now."""

    chat: int = field(repr=False)
    id: str = field(repr=False)
    message: int
    token: str
    keyboard: InlineKeyboardMarkup | None = None


@dataclass(frozen=True, slots=True)
class Crowd:
    """A group or channel: nothing is heard there. `greeted` is whether we were put into it just now."""

    chat: int = field(repr=False)
    greeted: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody wants nothing from us any more."""

    chat: int = field(repr=False)


Came = Words | Tap | Crowd | Blocked


def read_update(raw: Any) -> Came | None:
    """What an update means; None for one that is broken, of an unknown kind, or nothing to us."""
    try:
        update = Update.de_json(raw, None)
        return came(update)
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        log.warning("update could not be read", error=type(error).__name__)
        return None


def came(update: Update) -> Came | None:
    """By the one field that an update has."""
    if update.callback_query:
        return tapped(update.callback_query)
    if update.my_chat_member:
        return joined(update.my_chat_member)
    if update.edited_message:
        return edited(update.edited_message)
    return said(update.message) if update.message else None


def tapped(query: CallbackQuery) -> Tap | None:
    """A button under one of our messages; a message too old to be shown comes without its buttons."""
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    keyboard = message.reply_markup if isinstance(message, Message) else None
    return Tap(message.chat.id, query.id, message.message_id, query.data or "", keyboard)


def joined(change: ChatMemberUpdated) -> Crowd | Blocked | None:
    """Put into a group or channel, or blocked by a person; being let in again says nothing."""
    left = change.new_chat_member.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
    if change.chat.type == ChatType.PRIVATE:
        return Blocked(change.chat.id) if left else None
    return None if left else Crowd(change.chat.id, greeted=change.chat.type != ChatType.CHANNEL)


def said(message: Message) -> Words | Crowd | None:
    """A message; what the app itself writes into a chat ("pinned a message") is none."""
    chat = message.chat
    if chat.type != ChatType.PRIVATE:
        return Crowd(chat.id)
    id = f"m{chat.id}.{message.message_id}"
    if pin := message.location or (message.venue and message.venue.location):
        return Words(chat.id, id, message.message_id, point=(pin.latitude, pin.longitude))
    text, media = message.text or message.caption or "", kind_of(message)
    if not text and not media:
        return None
    linked = START.fullmatch(text)
    code = KELURAHAN.fullmatch(linked[1]) if linked else None
    if linked and (duty := DUTY.fullmatch(linked[1])):
        text, linked = f"dinas {duty[1]}", None
    text = "/start" if linked else COMMAND.sub(r"\1", text, count=1) if text.startswith("/") else text
    place = ".".join(code.groups()) if code else ""
    return Words(chat.id, id, message.message_id, text, media, file_of(message), kelurahan=place, at=sent_at(message))


def sent_at(message: Message) -> int:
    """When it was sent."""
    return int(message.date.timestamp())


def edited(message: Message) -> Words | None:
    """The new words of an old message; a pin that moves and a changed picture are nothing to us."""
    if message.chat.type != ChatType.PRIVATE or not message.text:
        return None
    when = int(message.edit_date.timestamp()) if message.edit_date else 0
    id = f"e{message.chat.id}.{message.message_id}.{when}"
    return Words(message.chat.id, id, message.message_id, message.text, EDITED)


def kind_of(message: Message) -> str:
    """What came that is not text; nothing where text is all."""
    for kind in KINDS:
        if getattr(message, kind):
            return kind
    return OTHER if message.effective_attachment else ""


def file_of(message: Message) -> str:
    """The largest size of a photo, or the voice."""
    if message.photo:
        return message.photo[-1].file_id
    return message.voice.file_id if message.voice else ""
