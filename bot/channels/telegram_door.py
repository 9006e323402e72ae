"""Hearing Telegram: one update to the desk, whichever way it came; what is no message is dealt with beside it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channels.cut import utf16
from bot.channels.telegram_line import SEND, is_tick, sends, ticked, toggled
from bot.channels.telegram_trace import NAME, Eraser, Spot
from bot.channels.telegram_update import Blocked, Came, Crowd, Tap, Words
from bot.duty import let_go
from bot.inbound import DeskDown, Inbound
from bot.service import Service
from content.shelf import Say
from handlers.attached import TAKEN
from handlers.reading.place_candidates import NAME as SURE
from handlers.reading.place_candidates import kelurahan_at
from handlers.reading.places import Found
from handlers.tail import TAIL
from models import message

FRESH: Final = 10.0  # seconds: a second tap may bring the keyboard as it was before the first
TICKS_KEPT: Final = 1_000
WARNED_KEPT: Final = 1_000
PARTS_KEPT: Final = 1_000
FULL: Final = 4_000  # UTF-16 units: an app cuts at 4,096, or at a space before it
AFTER: Final = 1  # seconds within which an app sends the rest of a text


@dataclass(slots=True)
class Ticks:
    """The newest keyboard of a chat that was ticked: taps in quick succession must not undo each other.

    Memory only. Whoever ticks and then writes instead of sending is heard with both, unless a restart came between.
    """

    clock: Callable[[], float] = monotonic
    newest: OrderedDict[int, tuple[int, InlineKeyboardMarkup, float]] = field(default_factory=OrderedDict)

    def now(self, tap: Tap) -> InlineKeyboardMarkup | None:
        """The keyboard as it stands, or as it will in a moment."""
        message, keyboard, at = self.newest.get(tap.chat, (0, tap.keyboard, 0.0))
        return keyboard if message == tap.message and self.clock() - at < FRESH else tap.keyboard

    def keep(self, tap: Tap, keyboard: InlineKeyboardMarkup) -> None:
        """Remember a change."""
        self.newest[tap.chat] = (tap.message, keyboard, self.clock())
        self.newest.move_to_end(tap.chat)
        if len(self.newest) > TICKS_KEPT:
            self.newest.popitem(last=False)

    def unsent(self, chat: int) -> tuple[str, ...]:
        """What is ticked and was not sent."""
        known = self.newest.get(chat)
        return ticked(known[1]) if known else ()

    def sent(self, chat: int) -> None:
        """Something else was said since."""
        self.newest.pop(chat, None)


@dataclass(slots=True)
class Parts:
    """Who sent a text of the full length just now: the app cuts longer ones, and the rest follows in the same second.

    Memory only: whose rest comes after a restart, or to another process, is heard with it as with any words.
    """

    full: OrderedDict[int, int] = field(default_factory=OrderedDict)  # chat -> when

    def is_rest(self, words: Words) -> bool:
        """Whether words go on where a full message of the same chat has ended."""
        return bool(words.text) and not words.media and 0 <= words.at - self.full.get(words.chat, -AFTER - 1) <= AFTER

    def heard(self, words: Words) -> None:
        """Remember a full message, and nothing of what it says."""
        self.full.pop(words.chat, None)
        if utf16(words.text) >= FULL and not words.media:
            self.full[words.chat] = words.at
        if len(self.full) > PARTS_KEPT:
            self.full.popitem(last=False)


class Door:
    """`take` returns after the commit, or raises DeskDown; calls that no commit waits for run beside it."""

    def __init__(self, service: Service, bot: ExtBot[None]) -> None:
        self.service, self.house, self.bot = service, service.house, bot
        self.eraser, self.ticks, self.parts = Eraser(service, bot), Ticks(), Parts()
        self.running: set[asyncio.Task[None]] = set()
        self.warned: deque[str] = deque(maxlen=WARNED_KEPT)

    async def take(self, came: Came | None) -> None:
        """One update."""
        match came:
            case Words():
                await self.hear(came)
            case Tap():
                await self.press(came)
            case Crowd():
                self.beside(self.leave(came))
            case Blocked():
                await self.let_go(came)

    async def hear(self, words: Words) -> None:
        """A message. Its id is kept before its turn is played: the turn may be the one that erases the chat."""
        is_code = bool(words.text) and self.service.reading.codes.read(words.text) is not None
        try:
            await self.eraser.note(Spot(words.chat, words.message, words.id if is_code else ""))
            await self.service.hear(self.inbound(words, () if is_code else self.beside_words(words)))
        except DeskDown:
            self.warn(words)
            raise
        self.ticks.sent(words.chat)
        self.parts.heard(words)

    def beside_words(self, words: Words) -> tuple[str, ...]:
        """The ticks that words, a photo or a voice message come with; a command, and words of somebody who is watched,
        are heard alone."""
        tells = words.media in TAKEN or (words.text and not words.media)
        unsent = self.ticks.unsent(words.chat) if tells else ()
        if not unsent or self.house.shelf.command(words.text):
            return ()
        return () if self.service.reading.danger.read(words.text).watched else unsent

    def inbound(self, words: Words, ticks: tuple[str, ...]) -> Inbound:
        """What the desk is told. A pin is a kelurahan from here on; where it lay is known to nobody any more."""
        places, reference = self.places(words), words.file
        media = TAIL if self.parts.is_rest(words) else words.media
        return Inbound(
            NAME,
            words.id,
            str(words.chat),
            text=words.text,
            pressed=ticks,
            media=media,
            reference=reference,
            places=places,
            danger=self.service.reading.danger.read(words.text) if ticks else None,
        )

    def places(self, words: Words) -> tuple[Found, ...]:
        """The kelurahan around a pin, or the one of a link."""
        if words.point:
            return self.service.reading.around(*words.point)
        linked = self.house.shelf.gazetteer.by_code(words.kelurahan)
        return (kelurahan_at(linked, SURE),) if linked else ()

    async def press(self, tap: Tap) -> None:
        """A button: a tick stays in the chat, all else is an answer. Telegram shows a clock until it is told."""
        keyboard = self.ticks.now(tap)
        if keyboard is not None and is_tick(keyboard, tap.token):
            self.beside(self.bot.answer_callback_query(tap.id))
            return await self.tick(tap, toggled(keyboard, tap.token))
        own = () if tap.token == SEND else (tap.token,)
        pressed = (*(ticked(keyboard) if sends(tap.token) else ()), *own)
        if pressed:
            await self.service.hear(Inbound(NAME, f"c{tap.id}", str(tap.chat), pressed=pressed))
            self.ticks.sent(tap.chat)
        self.beside(self.bot.answer_callback_query(tap.id, None if pressed else self.words("channel.none")))
        return None

    async def tick(self, tap: Tap, keyboard: InlineKeyboardMarkup) -> None:
        """Show a tick, or its going."""
        self.ticks.keep(tap, keyboard)
        await unheeded(self.bot.edit_message_reply_markup(tap.chat, tap.message, reply_markup=keyboard))

    async def leave(self, crowd: Crowd) -> None:
        """What is told in a group is told to a group: say so once, and go."""
        if crowd.greeted:
            await unheeded(self.bot.send_message(crowd.chat, self.words("channel.group")))
        await unheeded(self.bot.leave_chat(crowd.chat))

    async def let_go(self, blocked: Blocked) -> None:
        """Nothing that waits will arrive."""
        key = self.house.keys.person_key(NAME, str(blocked.chat))
        await self.service.write(lambda connection: message.unreachable(connection, key))
        await asyncio.to_thread(let_go, self.house, self.service.desk, key)

    def warn(self, words: Words) -> None:
        """Danger is answered also when nothing can be stored; the message comes again, and the numbers with it."""
        danger = self.service.reading.danger.read(words.text)
        if danger.emergency and not danger.watched and words.id not in self.warned:
            self.warned.append(words.id)
            self.beside(self.bot.send_message(words.chat, self.words("front.danger")))

    def words(self, key: str) -> str:
        """Words said without a turn: nobody's language is known here."""
        return self.house.shelf.text(Say(key))

    def beside(self, call: Coroutine[Any, Any, Any]) -> None:
        """A call whose failing changes nothing."""
        task = asyncio.create_task(unheeded(call))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def close(self) -> None:
        """Let the calls end that are on their way."""
        if self.running:
            await asyncio.wait(self.running)


async def unheeded(call: Coroutine[Any, Any, Any]) -> None:
    """A call to Telegram that may fail: the button is too old, the group is gone."""
    try:
        await call
    except TelegramError:
        return
