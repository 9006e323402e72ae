"""What in a text gives away who wrote it: name, number, address, plate or role; never what is somebody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.identity import Gives, IdentityLexicon
from handlers.reading.identity_frames import Frames
from handlers.reading.identity_numbers import Numbers, Part
from handlers.reading.identity_words import Introduced
from handlers.reading.marked_text import tokens

READ_AT_MOST = 3_000  # characters; of a longer text the first and the last half of it are read


@dataclass(frozen=True, slots=True)
class Identifying:
    """A part of a text, from one character to before another."""

    kind: Gives
    start: int
    end: int


class IdentityReader:
    """Reads texts with one lexicon; it keeps nothing of them."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.numbers, self.introduced, self.frames = Numbers(lexicon), Introduced(lexicon), Frames(lexicon)

    def read(self, text: str) -> tuple[Identifying, ...]:
        """The parts that give the writer away, in their order; none lies within another."""
        half = READ_AT_MOST // 2
        if len(text) <= READ_AT_MOST:
            return tuple(apart(self._found(text, 0)))
        return tuple(apart((*self._found(text[:half], 0), *self._found(text[-half:], len(text) - half))))

    def _found(self, text: str, offset: int) -> Iterator[Identifying]:
        """The parts of a piece of a text that begins at a character of it."""
        words = tokens(text)
        parts = (*self.numbers.read(text, words), *self.introduced.read(words))
        frames = (one for one in self.frames.read(text) if not any(overlap(one, other) for other in parts))
        for kind, start, end in (*parts, *frames):
            yield Identifying(Gives(kind), offset + start, offset + end)


def overlap(one: Part, other: Part) -> bool:
    """Whether two parts share a character: then the one that says more exactly what it is is shown."""
    return one[1] < other[2] and other[1] < one[2]


def apart(found: Iterable[Identifying]) -> Iterator[Identifying]:
    """Parts in their order; of two that overlap the one that begins first, or is longer."""
    last = 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start >= last:
            yield one
            last = one.end


def without(text: str, parts: Iterable[str]) -> str:
    """A text without some of its parts, and without the signs they leave behind at the ends of its lines."""
    for part in parts:
        text = text.replace(part, " ")
    lines = (" ".join(line.split()) for line in text.splitlines())
    kept = (line.replace(" ,", ",").replace(" .", ".").lstrip(" .,;:!?-").rstrip(" ,;:-") for line in lines)
    return "\n".join(line for line in kept if any(sign.isalnum() for sign in line))
