"""Phrases of a lexicon found in a heard text: words in order, or pairs of such in any order."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

from content.danger import pieces
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

    def ends(self, masks: "Masks") -> int:
        """Where the last of these words stands: all places at once, as bits; 0 for nowhere."""
        mask = masks[self.keys[0]]
        for key, tied in zip(self.keys[1:], self.tied[1:], strict=True):
            mask = (mask << 1 if tied else mask << 1 | mask << 2 | mask << 3) & masks[key]
        return mask

    @property
    def longest(self) -> int:
        """Words these can take, with all that may stand between them."""
        return len(self.keys) + BETWEEN * (len(self.keys) - 1)

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

    def stands(self, masks: "Masks") -> bool:
        """Whether all parts stand somewhere, and no further apart than they could be near each other."""
        first, *others = [part.ends(masks) for part in self.parts]
        if not others:
            return first != 0
        if not first or not all(others):
            return False
        reach = spread(first, APART + sum(part.longest for part in self.parts))
        return all(reach & other for other in others)

    def spans(self, heard: Heard) -> Iterator[Span]:
        """Every place where all parts stand near each other."""
        if len(self.parts) == 1:
            yield from self.parts[0].spans(heard)
            return
        first, *others = (tuple(part.spans(heard)) for part in self.parts)
        for one in first:
            for beside in product(*(tuple(close(one, spans)) for spans in others)):
                found = (one, *beside)
                yield Span(min(each.start for each in found), max(each.end for each in found))


def spread(mask: int, words: int) -> int:
    """Every place at most so many words from one of a mask."""
    done = 0
    while done < words:
        step = min(max(done, 1), words - done)
        mask |= mask << step | mask >> step
        done += step
    return mask


def close(one: Span, others: Sequence[Span]) -> Iterator[Span]:
    """Those of others, in the order of the text, that stand near a span."""
    for place in range(bisect_left(others, one.start - APART, key=lambda other: other.end), len(others)):
        if others[place].start - one.end > APART:
            return
        if one.near(others[place], APART):
            yield others[place]


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


class Phrases(dict[str, Phrase]):
    """Phrases as they are written, each read when its rarest word is first heard: most never are."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.groups = groups

    def __missing__(self, written: str) -> Phrase:
        self[written] = phrase = read_phrase(written, self.groups)
        return phrase


class PhraseIndex:
    """Many phrases with owners, looked up by a word that must be heard; `known` are the keys of all their words."""

    def __init__(self, phrases: Iterable[tuple[int, str]], groups: Mapping[str, tuple[str, ...]]) -> None:
        rows = [(owner, written, pieces(written)) for owner, written in phrases]
        times = Counter(chain.from_iterable(words for _, _, words in rows))
        keys = {word: read_word(word, groups) for word in times}
        common: dict[str, int] = {}
        for word, key in keys.items():
            for one in key:
                common[one] = common.get(one, 0) + times[word]
        share = {word: sum(common[one] for one in key) for word, key in keys.items()}
        self.known = frozenset(common)
        self._read = Phrases(groups)
        self._rows: dict[str, list[tuple[int, str]]] = {}
        self._alone: dict[str, list[int]] = {}  # owners of phrases of one word, the most of all and soon looked up
        for owner, written, words in rows:
            if len(words) == 1:
                for one in keys[words[0]]:
                    self._alone.setdefault(one, []).append(owner)
                continue
            # The word fewest phrases share: "saya" is heard in every text, "sekap" is not.
            for one in keys[min(words, key=share.__getitem__)]:
                self._rows.setdefault(one, []).append((owner, written))

    def found(self, heard: Heard) -> dict[int, list[Span]]:
        """The spans of each owner whose phrases stand in the text, in the order of the text."""
        said, masks = heard.where.keys(), Masks(heard)
        spans: dict[int, list[Span]] = {}
        for word in said & self._alone.keys():
            found = [Span(place, place + 1) for place in places(heard, frozenset({word}))]
            for owner in self._alone[word]:
                spans.setdefault(owner, []).extend(found)
        # A phrase with a group stands once for each of its words.
        for owner, written in dict.fromkeys(row for word in said & self._rows.keys() for row in self._rows[word]):
            phrase = self._read[written]
            if phrase.words <= said and phrase.stands(masks):
                found = list(phrase.spans(heard))
                if found:
                    spans.setdefault(owner, []).extend(found)
        return {owner: sorted(found, key=in_order) for owner, found in spans.items()}


def in_order(span: Span) -> tuple[int, int]:
    """Where a span stands among others."""
    return span.start, span.end
