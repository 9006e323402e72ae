"""Which words a channel reads: its own, where some stand beside those of the web, and short ones for its lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from content.languages import FIRST
from content.shelf import Say, Shelf
from handlers.talk import WEB

CHAT: Final = "chat"  # words end in _telegram where one messenger needs its own, in _chat for every messenger
UNNUMBERED: Final = "_id"  # what follows the name of a messenger where somebody shows no number there
SHORT: Final = "_list"  # what the key of a label ends in that says the same in few letters


def fitting(say: Say, shelf: Shelf, channel: str) -> Say:
    """The words of this channel, where some stand beside those of the web: what a phone keeps of a talk differs."""
    if channel == WEB:
        return say
    written = shelf.words[FIRST]
    own = (f"{say.key}_{one}" for one in (channel, channel.removesuffix(UNNUMBERED), CHAT))
    return next((replace(say, key=key) for key in own if key in written), say)


def brief(label: Say, shelf: Shelf) -> Say:
    """A label for a list that has little room."""
    key = f"{label.key}{SHORT}"
    return replace(label, key=key) if key in shelf.words[FIRST] else label


def shown_as(label: Say, shelf: Shelf, channel: str) -> tuple[Say, ...]:
    """All that a label may read as here: whole or short, the channel's own words and those of the web."""
    here = fitting(label, shelf, channel)
    known = {one.key: one for one in (label, here, brief(label, shelf), brief(here, shelf))}
    return tuple(known.values())
