"""How a message looks on each channel, for whoever writes its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.channels import telegram_line, whatsapp_line
from bot.content_check import Draft, check, lines_of
from bot.preview import Look, Preview
from content.shelf import Shelf
from handlers.render import Line

LIMITS: Final[Mapping[str, int]] = {"WhatsApp": whatsapp_line.LONGEST, "Telegram": telegram_line.LONGEST}


def preview(drafts: Sequence[Draft]) -> Preview:
    """What is wrong with some files, and the messages of the first of them on each channel."""
    checked = check(drafts, LIMITS)
    shelf = checked.shelf
    looks = tuple(look(key, line, shelf) for key, line in lines_of(drafts[0], shelf)) if shelf else ()
    return Preview(checked.problems, looks)


def look(place: str, line: Line, shelf: Shelf) -> Look:
    """One message: bubbles and buttons on the web, the pieces that Telegram and WhatsApp get."""
    buttons = (*line.buttons, line.back) if line.back else line.buttons
    return Look(
        place=place,
        web=line.texts,
        buttons=tuple(one.label for one in buttons),
        telegram=tuple(piece.text for piece in telegram_line.pieces(line, shelf)),
        whatsapp=tuple(piece.body for piece in whatsapp_line.numbered(line, shelf)),
    )
