"""Frames of what ties somebody to a place or a person: words and classes of words in their order, from the lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from content.identity import IdentityLexicon
from handlers.reading.identity_notation import MINE, THEIRS, Frame, Item, Notation
from handlers.reading.identity_numbers import Part
from handlers.reading.identity_owners import quoted
from handlers.reading.marked_text import ENDS, Token
from handlers.reading.spoken import beginnings, endings

# A word said twice is one word (satu2nya, bersih-bersih), and "I'm" is one too.
WORD = re.compile(
    r"([^\W\d_]{2,})(?:2|-\1)([^\W\d_]*)|[^\W\d_]+['’](?:m|s|ve|re|ll|d)\b|[^\W\d_]+|\d+|[^\w\s]|\n",
    re.IGNORECASE,
)
DRAWN = re.compile(r"([a-z])\1{2,}")
DONE = ("di", "ter", "ke")
SHORT, FAR = 3, 6  # words of a gap
LONGEST = 9  # words from where a frame ends to the end of what is shown
LONG_NUMBER = 5  # digits
SHORTEST_NAME = 3  # letters
SHORTEST_NEW = 4  # letters; a shorter word that nobody knows is a slip
NAMES = frozenset({"NAME", "CALLED", "PERSON"})
OVER = frozenset(".!?;\n")  # what ends even a gap that goes over commas


def heard(text: str, spelling: Mapping[str, str]) -> tuple[Token, ...]:
    """The words of a text as the frames know them, with where they stand."""
    return tuple(Token(known(one, spelling), one[0], one.start(), one.end()) for one in WORD.finditer(text))


def known(one: re.Match[str], spelling: Mapping[str, str]) -> str:
    """A word in small letters, without drawn-out letters and apostrophes, in the lexicon's spelling."""
    word = (one[1] + one[2] if one[1] else one[0]).lower()
    word = DRAWN.sub(r"\1", word.replace("'", "").replace("’", "")) if len(word) > 1 else word
    return spelling.get(word, word)


def unknown(word: str, lexicon: IdentityLexicon) -> bool:
    """Whether a word is in no lexicon and not made of a word that is: so a name that nobody has listed looks."""
    if len(word) < SHORTEST_NEW or not (word.isascii() and word.isalpha()) or word in lexicon.vocabulary:
        return False
    stems = (stem for short, _ in endings(word) for stem, _ in beginnings(short))
    return not any(len(stem) >= SHORTEST_NEW and stem in lexicon.vocabulary for stem in stems)


def begins(found: Sequence[Token], at: int, lexicon: IdentityLexicon) -> bool:
    """Whether a clause of the writer's own begins at a word: not one that somebody else is said to have said."""
    if not at:
        return True
    before = found[at - 1].word
    return (not before.isalpha() or before in lexicon.starts) and not quoted(found, at, lexicon)


def possible(frames: Iterable[Frame], said: set[str]) -> Iterator[Frame]:
    """Those of some frames of which every word that they need is said."""
    return (frame for frame in frames if not any(said.isdisjoint(needed) for needed in frame.needs))


class Frames:
    """Finds them; it keeps nothing of a text."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.words, self.mine = lexicon, lexicon.self | {"kami", "we"}
        self.joins, self.sorts = lexicon.group("joins"), lexicon.group("kin_sort") | lexicon.group("trade")
        self.not_done = lexicon.group("not_done")
        self.by_first: dict[str, list[Frame]] = {}
        self.anywhere: list[Frame] = []
        notation = Notation(lexicon)
        for gives, form in lexicon.frames:
            frame = notation.frame(gives, form)
            for word in frame.first:
                self.by_first.setdefault(word, []).append(frame)
            if not frame.first:
                self.anywhere.append(frame)

    def read(self, text: str) -> Iterator[Part]:
        """The parts of a text that a frame stands in."""
        found = heard(text, self.words.spelling)
        said = {one.word for one in found}
        anywhere = list(possible(self.anywhere, said))
        frames = {word: [*possible(self.by_first.get(word, ()), said), *anywhere] for word in said}
        for place, one in enumerate(found):
            for frame in frames[one.word]:
                end = next(self._match(frame.items, found, place), 0)
                while end > place and found[end - 1].ends:
                    end -= 1
                if end > place:
                    yield frame.gives, one.start, found[end - 1].end

    def _match(self, items: Sequence[Item], found: Sequence[Token], at: int) -> Iterator[int]:
        """The places after the frame where it stands from here."""
        if not items:
            yield at
            return
        item, rest = items[0], items[1:]
        if item.absent:
            if not any(True for _ in self._ends(item, found, at)):
                yield from self._match(rest, found, at)
            return
        for end in self._times(item, found, at):
            yield from self._match(rest, found, end)

    def _times(self, item: Item, found: Sequence[Token], at: int, times: int = 0) -> Iterator[int]:
        """The places after an item that stands here as often as it may, the most first."""
        if times < item.most:
            for end in self._ends(item, found, at):
                yield from self._times(item, found, end, times + 1)
        if times >= item.least:
            yield at

    def _ends(self, item: Item, found: Sequence[Token], at: int) -> Iterator[int]:
        """The places after an item that stands here once."""
        if item.sort in {"gap", "far"}:
            yield from self._gap(found, at, item.sort == "far")
        elif item.sort == "begin":
            if begins(found, at, self.words):
                yield at
        elif item.sort == "rest":
            yield self._clause_end(found, at)
        elif "$" in item.words and (at >= len(found) or found[at].word in OVER):
            yield at
        elif at < len(found):
            yield from self._ends_of_word(item, found, at)

    def _ends_of_word(self, item: Item, found: Sequence[Token], at: int) -> Iterator[int]:
        word = found[at].word
        if word in item.words or self._of_sort(item.words, word):
            yield at + 1
        if item.mine:
            yield from self._mine(item.mine, found, at)
        if item.theirs:
            yield from self._theirs(item.theirs, found, at)
        if not item.words.isdisjoint(NAMES):
            yield from self._name(found, at, item.words)
        if "NEW" in item.words and unknown(word, self.words):
            yield at + 1
        if "ACCOUNT" in item.words:
            yield from self._account(found, at)

    def _of_sort(self, signs: frozenset[str], word: str) -> bool:
        """Whether a word is a number, says what was done, or ends in -nya, where that is asked for."""
        number = word.isdigit() and ("NUMBER" in signs or ("LONG" in signs and len(word) >= LONG_NUMBER))
        theirs = "NYA" in signs and word.endswith("nya") and word not in self.words.not_theirs
        done = "DONE" in signs and word.startswith(DONE) and len(word) > LONG_NUMBER and word not in self.not_done
        return number or theirs or done

    def _account(self, found: Sequence[Token], at: int) -> Iterator[int]:
        """The place after a name with signs or numbers in it and no space."""
        end = at + 1
        while end < len(found) and found[end].start == found[end - 1].end and found[end].word not in ",!?;:()\n":
            end += 1
        if found[at].word.isalpha() and end > at + 1:
            yield end

    def _gap(self, found: Sequence[Token], at: int, far: bool) -> Iterator[int]:
        """Up to some words that stand between; of a short gap no sign is one."""
        for end in range(at, min(at + (FAR if far else SHORT), len(found)) + 1):
            yield end
            if end < len(found) and (found[end].word in (OVER if far else ENDS) or found[end].word in self.joins):
                return

    def _mine(self, words: frozenset[str], found: Sequence[Token], at: int) -> Iterator[int]:
        """The places after "rumahku", "rumah kontrakan saya", "rumah punya saya", "my house"."""
        if found[at].word.endswith(MINE) and found[at].word.removesuffix("ku").removesuffix("q") in words:
            yield at + 1
        if found[at].word in {"my", "our"}:
            far = at + 2 if at + 1 < len(found) and found[at + 1].word in self.sorts else at + 1
            if far < len(found) and found[far].word in words:
                yield far + 1
        end = at
        while end < len(found) and (found[end].word in words or (end > at and found[end].word in self.sorts)):
            end += 1
        if at < end < len(found) and found[end].word in self.mine - {"i", "my"}:
            yield end + 1

    def _theirs(self, words: frozenset[str], found: Sequence[Token], at: int) -> Iterator[int]:
        """The places after "pacarnya", "pacar korban", "her boyfriend"."""
        one = found[at].word
        after = found[at + 1].word if at + 1 < len(found) else ""
        if any(one.endswith(end) and one.removesuffix(end) in words for end in THEIRS):
            yield at + 1
        if one in words and (after in self.words.group("third") or after == "nya"):
            yield at + 2
        if one in self.words.group("their") and after in words:
            yield at + 2

    def _name(self, found: Sequence[Token], at: int, signs: frozenset[str]) -> Iterator[int]:
        """The place after a name with its titles."""
        end = at
        while end < len(found) and (found[end].word in self.words.titles or (end > at and found[end].word == ".")):
            end += 1
        first = end
        while end < len(found) and end - first < SHORT and self._is_name(found[end], signs):
            end += 1
        if end > first:
            yield end

    def _is_name(self, one: Token, signs: frozenset[str]) -> bool:
        """Whether it is a PERSON of the list, a NAME by its capital, or what somebody may be CALLED."""
        words = self.words
        if one.word in words.persons:
            return True
        if "CALLED" in signs and unknown(one.word, words):
            return True
        ordinary = one.word in words.not_names or one.word in words.roles or one.word in words.stops
        capital = one.raw.istitle() and len(one.word) >= SHORTEST_NAME and one.raw.isalpha()
        return "PERSON" not in signs and capital and not ordinary

    def _clause_end(self, found: Sequence[Token], at: int) -> int:
        """Where the words of a tie end."""
        rest = enumerate(found[at : at + LONGEST], at)
        ends = (place for place, one in rest if one.ends or one.word in self.words.stops)
        return next(ends, min(at + LONGEST, len(found)))
