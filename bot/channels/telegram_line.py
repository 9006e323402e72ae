"""A line as messages of Telegram: pieces that fit, a button a row, ticks where several answers are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.channels.cut import messages, utf16
from content.shelf import Say, Shelf
from handlers.render import Button, Line
from handlers.turns import ZERO

LONGEST: Final = 4096  # UTF-16 units of a message
COPIED: Final = 256  # characters that a copy button holds
# Ticks live in the labels themselves: every press brings the keyboard along, so nothing is stored.
OPEN, TICKED = "▫️ ", "✅ "
SEND: Final = "ticked"  # the token of the button that sends what is ticked; a question's tokens have a colon


@dataclass(frozen=True, slots=True)
class Piece:
    """One message."""

    text: str
    entities: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | None
    sound: str = ""  # the file of a recording, which goes without words
    sheet: str = ""  # the address of a card or poster, which does too: so it can be sent on as it is


def pieces(line: Line, shelf: Shelf) -> list[Piece]:
    """The messages of a line; files come first, what is to be sent on goes alone, and the buttons stand under the last
    one.

    A talk that nobody may see is covered: a tap shows it, and the list of chats and the lock screen do not.
    """
    said = ("\n\n".join(part.texts) for part in line.parts())
    texts = [piece for text in said for piece in messages(text, LONGEST, shelf, line.language)]
    keyboard = keyboard_of(line, shelf)
    last = len(texts) - 1
    files = [Piece("", (), None, sound=line.sound)] if line.sound else []
    files += [Piece("", (), None, sheet=one) for one in (line.picture, line.paper) if one]
    return files + [
        Piece(text, covered(text) if line.covert else (), keyboard if number == last else None)
        for number, text in enumerate(texts)
    ]


def covered(text: str) -> tuple[MessageEntity, ...]:
    """The whole text as a spoiler."""
    return (MessageEntity(MessageEntity.SPOILER, 0, utf16(text)),)


def keyboard_of(line: Line, shelf: Shelf) -> InlineKeyboardMarkup | None:
    """The buttons of a line; None where it has none."""
    rows = []
    if 0 < len(line.copy) <= COPIED and not line.covert:
        copied = CopyTextButton(line.copy)
        rows.append(InlineKeyboardButton(shelf.text(Say("channel.copy"), line.language), copy_text=copied))
    ticks = [one for one in line.buttons if line.many and not one.acts]
    rows += [pressed(one, OPEN) for one in ticks]
    if ticks:
        rows.append(InlineKeyboardButton(shelf.text(Say("channel.send"), line.language), callback_data=SEND))
    rows += [pressed(one) for one in line.buttons if one not in ticks]
    if line.back:
        rows.append(pressed(line.back))
    return InlineKeyboardMarkup([[one] for one in rows]) if rows else None


def pressed(button: Button, tick: str = "") -> InlineKeyboardButton:
    """A button that brings its token back."""
    return InlineKeyboardButton(f"{tick}{button.label}", callback_data=button.token)


def is_tick(keyboard: InlineKeyboardMarkup | None, token: str) -> bool:
    """Whether a token is one of several answers to tick."""
    return any(one.text.startswith((OPEN, TICKED)) for one in buttons(keyboard) if one.callback_data == token)


def sends(token: str) -> bool:
    """Whether a button takes what is ticked along: any but the way back."""
    return not token.endswith(f":{ZERO}")


def ticked(keyboard: InlineKeyboardMarkup | None) -> tuple[str, ...]:
    """The tokens that are ticked."""
    return tuple(str(one.callback_data) for one in buttons(keyboard) if one.text.startswith(TICKED))


def toggled(keyboard: InlineKeyboardMarkup, token: str) -> InlineKeyboardMarkup:
    """The same keyboard with one tick set or taken away."""
    rows = [[turned(one) if one.callback_data == token else one for one in row] for row in keyboard.inline_keyboard]
    return InlineKeyboardMarkup(rows)


def turned(button: InlineKeyboardButton) -> InlineKeyboardButton:
    """A button with its tick the other way."""
    was, now = (TICKED, OPEN) if button.text.startswith(TICKED) else (OPEN, TICKED)
    return InlineKeyboardButton(now + button.text.removeprefix(was), callback_data=button.callback_data)


def buttons(keyboard: InlineKeyboardMarkup | None) -> list[InlineKeyboardButton]:
    """All buttons of a keyboard."""
    return [one for row in keyboard.inline_keyboard for one in row] if keyboard else []
