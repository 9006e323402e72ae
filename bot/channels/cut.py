"""Cutting a text that is too long for one message: at paragraphs, else at sentences, else at words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from content.shelf import Say, Shelf

# Where a text may be cut, the best place first; what is matched stays at the end of the piece before.
PLACES = tuple(re.compile(pattern) for pattern in (r"\n\n+", r"\n", r"(?<=[.!?]) +", r"\s+"))
MOST = 999  # pieces of one text: more than there ever are


def utf16(text: str) -> int:
    """The length of a text as Telegram counts it: letters outside the basic plane, such as emoji, are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int, length: Callable[[str], int] = utf16) -> list[str]:
    """The text in pieces of at most `limit`; nothing but white space at the seams is lost."""
    pieces = []
    rest = text.strip()
    while length(rest) > limit:
        piece = first(rest, limit, length)
        pieces.append(piece.rstrip())
        rest = rest[len(piece) :].lstrip()
    return [*pieces, rest] if rest else pieces


def continued(shelf: Shelf, language: str, number: int, count: int) -> str:
    """The first line of a message that goes on with the one before: neutral, as long as a locked screen shows."""
    return f"{shelf.text(Say('channel.continued', {'number': number, 'count': count}), language)}\n\n"


def messages(text: str, limit: int, shelf: Shelf, language: str) -> list[str]:
    """A text as messages of at most `limit` UTF-16 units, of which none begins with words that somebody wrote."""
    return headed(text, limit, partial(continued, shelf, language))


def headed(text: str, limit: int, heading: Callable[[int, int], str]) -> list[str]:
    """A text cut at `limit` UTF-16 units, each piece but the first under a heading of its number and of how many.

    A piece that begins in the middle would show somebody's own words on a locked screen.
    """
    if utf16(text.strip()) <= limit:
        return cut(text, limit)
    begin, *rest = cut(text, limit - utf16(heading(MOST, MOST)))
    return [begin, *(heading(number, len(rest) + 1) + piece for number, piece in enumerate(rest, 2))]


def first(text: str, limit: int, length: Callable[[str], int]) -> str:
    """The longest beginning that ends at a good place; a place in the first half is not worth a short message."""
    room = fitting(text, limit, length)
    for place in PLACES:
        ends = [found.start() for found in place.finditer(text, 0, room + 1)]
        if ends and ends[-1] > room // 2:
            return text[: ends[-1]]
    return text[:room]


def fitting(text: str, limit: int, length: Callable[[str], int]) -> int:
    """How many characters from the start fit; a letter never costs less than one."""
    room = min(limit, len(text))
    while length(text[:room]) > limit:
        room -= max(1, (length(text[:room]) - limit + 1) // 2)
    return room
