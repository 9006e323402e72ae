"""A text as words that keep where they stand in it, so that a part of it can be shown and taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|\n")
ENDS = frozenset(".!?;\n,:()")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign: in small letters, as it stands, and from which character to which."""

    word: str
    raw: str
    start: int
    end: int

    @property
    def ends(self) -> bool:
        """Whether a clause ends here."""
        return self.word in ENDS


def tokens(text: str) -> tuple[Token, ...]:
    """All words, numbers and signs of a text."""
    return tuple(Token(one[0].lower(), one[0], one.start(), one.end()) for one in TOKEN.finditer(text))


def clause(found: Sequence[Token], place: int, behind: int, ahead: int) -> tuple[int, int]:
    """The places around one, at most so many words behind and ahead, within its sentence; commas do not end it."""
    start = place
    while start > 0 and place - start < behind and found[start - 1].word not in ".!?;\n":
        start -= 1
    end = place + 1
    while end < len(found) and end - place <= ahead and found[end].word not in ".!?;\n":
        end += 1
    return start, end
