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

from bot.channels.telegram_line import SEND, is_tick, ticked, toggled
from bot.channels.telegram_trace import NAME, Eraser, Spot
from bot.channels.telegram_update import Blocked, Came, Crowd, Tap, Words
from bot.duty import let_go
from bot.inbound import DeskDown, Inbound
from bot.service import Service
from content.shelf import Say
from handlers.reading.place_candidates import NAME as SURE
from handlers.reading.place_candidates import kelurahan_at
from handlers.reading.places import Found
from models import message

FRESH: Final = 10.0  # seconds: a second tap may bring the keyboard as it was before the first
TICKS_KEPT: Final = 1_000
WARNED_KEPT: Final = 1_000


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


class Door:
    """`take` returns after the commit, or raises DeskDown; calls that no commit waits for run beside it."""

    def __init__(self, service: Service, bot: ExtBot[None]) -> None:
        self.service, self.house, self.bot = service, service.house, bot
        self.eraser, self.ticks = Eraser(service, bot), Ticks()
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

    def beside_words(self, words: Words) -> tuple[str, ...]:
        """The ticks that words come with; a command, and words of somebody who is watched, are heard alone."""
        unsent = self.ticks.unsent(words.chat) if words.text and not words.media else ()
        if not unsent or self.house.shelf.command(words.text):
            return ()
        return () if self.service.reading.danger.read(words.text).watched else unsent

    def inbound(self, words: Words, ticks: tuple[str, ...]) -> Inbound:
        """What the desk is told. A pin is a kelurahan from here on; where it lay is known to nobody any more."""
        places, media, reference = self.places(words), words.media, words.file
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
        pressed = ticked(keyboard) if tap.token == SEND and keyboard else (tap.token,)
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
