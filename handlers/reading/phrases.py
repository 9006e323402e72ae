"""Phrases of a lexicon found in a heard text: words in order, or pairs of such in any order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from handlers.reading.spoken import Heard

BETWEEN = 2  # words that may stand between two words of a phrase: "kunci [pagar dari] luar"; `stands` shifts as far
APART = 8  # words that may stand between the two sides of "&"
MOST = 25  # places of one word looked at from either end of a text, so that a word said a thousand times costs no time

Key = frozenset[str]


@dataclass(frozen=True, slots=True)
class Span:
    """The words from `start` up to, not including, `end`."""

    start: int
    end: int

    def near(self, other: "Span", words: int) -> bool:
        """Whether at most so many words stand between the two."""
        return self.start - other.end <= words and other.start - self.end <= words


@dataclass(frozen=True, slots=True)
class Part:
    """Words in their order; `tied` says of each whether it follows the one before directly."""

    keys: tuple[Key, ...]
    tied: tuple[bool, ...]

    def stands(self, masks: "Masks") -> bool:
        """Whether these words stand anywhere: all places at once, as bits."""
        mask = masks[self.keys[0]]
        for key, tied in zip(self.keys[1:], self.tied[1:], strict=True):
            mask = (mask << 1 if tied else mask << 1 | mask << 2 | mask << 3) & masks[key]
        return mask != 0

    def spans(self, heard: Heard) -> Iterator[Span]:
        """Every place where these words stand."""
        for start in places(heard, self.keys[0]):
            end = self._end(heard, start)
            if end:
                yield Span(start, end)

    def _end(self, heard: Heard, start: int) -> int:
        place = start
        for key, tied in zip(self.keys[1:], self.tied[1:], strict=True):
            reach = range(place + 1, min(place + 2 + (0 if tied else BETWEEN), len(heard.keys)))
            place = next((other for other in reach if not key.isdisjoint(heard.keys[other])), -1)
            if place < 0:
                return 0
        return place + 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """One form of a family or frame; all of `words` must be heard at all."""

    parts: tuple[Part, ...]
    words: Key

    def spans(self, heard: Heard) -> Iterator[Span]:
        """Every place where all parts stand near each other."""
        if len(self.parts) == 1:
            yield from self.parts[0].spans(heard)
            return
        for found in product(*(tuple(part.spans(heard)) for part in self.parts)):
            if all(found[0].near(other, APART) for other in found[1:]):
                yield Span(min(one.start for one in found), max(one.end for one in found))

    @property
    def keys(self) -> list[Key]:
        """What must be heard, word for word."""
        return [key for part in self.parts for key in part.keys]


class Masks(dict[Key, int]):
    """The places where one of some words stands, as bits; made as they are asked for, for one text."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.words = {word: sum(1 << place for place in found) for word, found in heard.where.items()}

    def __missing__(self, key: Key) -> int:
        mask = 0
        for word in key & self.words.keys():
            mask |= self.words[word]
        self[key] = mask
        return mask


def places(heard: Heard, key: Key) -> Sequence[int]:
    """Where one of these words stands; of very many, the first and the last."""
    if len(key) == 1:
        found = heard.where.get(next(iter(key)), ())
    else:
        found = tuple(sorted({place for one in key & heard.where.keys() for place in heard.where[one]}))
    return found if len(found) <= 2 * MOST else found[:MOST] + found[-MOST:]


def read_phrase(phrase: str, groups: Mapping[str, tuple[str, ...]]) -> Phrase:
    """Turn the notation of danger.yaml into a phrase."""
    parts = tuple(read_part(part, groups) for part in phrase.split("&"))
    keys = [key for part in parts for key in part.keys]
    words = frozenset(one for key in keys if len(key) == 1 for one in key)
    return Phrase(parts, words)


def read_part(part: str, groups: Mapping[str, tuple[str, ...]]) -> Part:
    """Turn one side of a "&" into its words."""
    runs = [run.split("+") for run in part.split()]
    keys = tuple(read_word(word, groups) for run in runs for word in run)
    return Part(keys, tuple(place > 0 for run in runs for place in range(len(run))))


def read_word(word: str, groups: Mapping[str, tuple[str, ...]]) -> Key:
    """The keys of a word: a group has many, and a mark before it stands before each."""
    mark, group, name = word.rstrip(">").partition("<")
    if group and "#" not in mark:
        return frozenset(mark + member for member in groups[name])
    return frozenset({word})


class PhraseIndex:
    """Many phrases with owners, looked up by a word that must be heard."""

    def __init__(self, phrases: Iterable[tuple[int, Phrase]]) -> None:
        rows = list(phrases)
        common: dict[str, int] = {}
        for _, phrase in rows:
            for one in {one for key in phrase.keys for one in key}:
                common[one] = common.get(one, 0) + 1
        self._rows: dict[str, list[tuple[int, Phrase]]] = {}
        for row in rows:
            # The word fewest phrases share: "saya" is heard in every text, "sekap" is not.
            rarest = min(row[1].keys, key=lambda key: sum(common[one] for one in key))
            for one in rarest:
                self._rows.setdefault(one, []).append(row)

    def found(self, heard: Heard) -> dict[int, list[Span]]:
        """The spans of each owner whose phrases stand in the text."""
        said, masks = heard.where.keys(), Masks(heard)
        spans: dict[int, list[Span]] = {}
        for word in said & self._rows.keys():
            for owner, phrase in self._rows[word]:
                if phrase.words <= said and all(part.stands(masks) for part in phrase.parts):
                    found = list(phrase.spans(heard))
                    if found:
                        spans.setdefault(owner, []).extend(found)
        return spans
