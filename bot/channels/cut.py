"""Cutting a text that is too long for one message: at paragraphs, else at sentences, else at words."""

from __future__ import annotations

import re
from collections.abc import Callable

# Where a text may be cut, the best place first; what is matched stays at the end of the piece before.
PLACES = tuple(re.compile(pattern) for pattern in (r"\n\n+", r"\n", r"(?<=[.!?]) +", r"\s+"))


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
