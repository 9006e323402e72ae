"""The words that a poster's link has written already: they name a kelurahan, and nothing of them is anybody's story."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.reading.place_candidates import NAME, kelurahan_at
from handlers.talk import Turn

LINK = re.compile(r"\s*halo suar \(((?:\d\d\.){3}\d{4})\)\s*", re.IGNORECASE)  # as bot/posters.py writes it
MENU = "menu"


def unlinked(turn: Turn) -> Turn:
    """The menu, with the kelurahan for a subscription; where words follow, those alone."""
    found = LINK.match(turn.text)
    if not found:
        return turn
    if rest := turn.text[found.end() :]:
        return replace(turn, text=rest)
    row = turn.shelf.gazetteer.by_code(found[1])
    return replace(turn, text=MENU, places=(kelurahan_at(row, NAME),) if row else ())
