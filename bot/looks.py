"""How a message looks on each channel, for whoever writes its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.channels import telegram_line, whatsapp_line
from bot.content_check import check
from bot.draft_lines import ALERTS, lines_of
from bot.draft_words import ids_of
from bot.drafts import Draft
from bot.preview import Look, Preview
from bot.sources import Sourced, sourced
from content.lessons import read_lesson
from content.queues import WIB
from content.shelf import Shelf
from handlers.talk import WEB

LIMITS: Final[Mapping[str, int]] = {"WhatsApp": whatsapp_line.LONGEST, "Telegram": telegram_line.LONGEST}


def preview(drafts: Sequence[Draft]) -> Preview:
    """What is wrong with some files today, and the messages of all of them on each channel."""
    checked = check(drafts, LIMITS, datetime.now(WIB).date())
    if checked.shelf is None:
        return Preview(checked.problems, ())
    looks = tuple(look for draft in drafts for look in looks_of(draft, checked.shelf))
    return Preview(checked.problems, looks, tuple(rests_on(drafts, checked.shelf)))


def looks_of(draft: Draft, shelf: Shelf) -> Iterator[Look]:
    """Each message: bubbles and buttons on the web, the pieces that Telegram and WhatsApp get in their own words."""
    drawn = (lines_of(draft, shelf, channel) for channel in (WEB, "telegram", "whatsapp"))
    for web, telegram, whatsapp in zip(*drawn, strict=True):
        line = web.line
        buttons = (*line.buttons, line.back) if line.back else line.buttons
        yield Look(
            file=f"{line.language}/{draft.path.name}",
            place=web.part,
            web=line.texts,
            buttons=tuple(one.label for one in buttons),
            telegram=tuple(piece.text for piece in telegram_line.pieces(telegram.line, shelf)),
            whatsapp=tuple(piece.body for piece in whatsapp_line.numbered(whatsapp.line, shelf)),
            replies=web.replies,
        )


def rests_on(drafts: Sequence[Draft], shelf: Shelf) -> Iterator[Sourced]:
    """The facts that lessons and alerts among them say, and what else of them has a source, each once."""
    named: set[str] = set()
    for draft in drafts:
        if draft.is_lesson:
            named.update(read_lesson(draft.path.name, draft.text).facts)
        elif draft.path.suffix == ".yaml" and not draft.language:
            named.update(ids_of(draft.path.name, draft.text))
        if draft.path.name == ALERTS:
            named.update(fact for one in shelf.alerts.templates.values() for fact in one.facts)
    yield from (row for row in sourced(shelf) if row.id in named)
