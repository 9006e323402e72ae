"""Whose a number, a plate or an account is, by the words around it: the writer's, somebody else's, or nobody says."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import Enum

from content.identity import IdentityLexicon
from handlers.reading.marked_text import Token, clause

BEHIND, AHEAD = 8, 4  # words around a number that say whose it is
RIGHT_AFTER = 3  # words after a number in which -nya says that it is somebody else's
NAMED = 3  # words before "saya" in which the thing stands that is one's own: "motor beat hitam saya"
PLEASE = frozenset({"ya", "yaa", "iya", "halo", "dong", "nih"})
ITS = frozenset({"here", "that", "it", "there", "what", "name"})
FROM = frozenset({"dari", "dr", "from"})
WHO = frozenset({"yang", "yg", "nyang", "sing", "nu", "who", "that"})
QUOTES = frozenset("\"'“‘:")
LONGEST_QUOTE = 12  # words of a quotation before a word of one's own in it
SENTENCE = frozenset(".!?;\n")


class Whose(Enum):
    """Who is said to have it."""

    OWN = "own"
    ANOTHERS = "anothers"
    UNSAID = "unsaid"


class Owners:
    """Reads whose it is with one lexicon."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.words = lexicon
        self.numbers = lexicon.handles | lexicon.group("phone")
        vehicles = lexicon.plate_words | lexicon.group("vehicle") | lexicon.group("brand")
        self.things = self.numbers | vehicles | lexicon.ids | {"punya", "milik", "pribadi", "email", "alamat"}

    def of(self, found: Sequence[Token], start: int, end: int) -> Whose:
        """Whose what stands from one character to another is: the words before it say so, else those after it."""
        first = place_of(found, start)
        said = Whose.ANOTHERS if quoted(found, first, self.words) else self.before(found, first)
        return said if said is not Whose.UNSAID else self._after(found, place_of(found, end))

    def before(self, found: Sequence[Token], first: int) -> Whose:
        """What the nearest word before it says."""
        begin, _ = clause(found, first, BEHIND, 0)
        for place in range(first - 1, begin - 1, -1):
            said = self._says(found, place, first)
            if said is not Whose.UNSAID:
                return said
        return Whose.UNSAID

    def _says(self, found: Sequence[Token], place: int, first: int) -> Whose:
        """What one word before it says."""
        word, before = found[place].word, found[place - 1].word if place else ""
        if word in self.words.titles and before in PLEASE:
            return Whose.UNSAID  # "ya pak": whoever reads it
        if word == "s" and place > 1 and before in "'’":  # "the driver's number", and not "here's a number"
            return Whose.OWN if found[place - 2].word in ITS else Whose.ANOTHERS
        if self.own(word):
            return self._of_self(found, place, first)
        return Whose.ANOTHERS if self.anothers(word) or self._came_from(found, place, first) else Whose.UNSAID

    def _of_self(self, found: Sequence[Token], place: int, first: int) -> Whose:
        """What "saya" says: in "nomor saya" it is one's own, in "nomor bos saya" and "saya dikasih nomor" it is not."""
        words = self.words
        word, before = found[place].word, found[place - 1].word if place else ""
        if word in words.own or self._called(word) or word == "my":
            after = found[place + 1].word if place + 1 < len(found) else ""
            return Whose.ANOTHERS if word == "my" and self.anothers(after) and after not in self.things else Whose.OWN
        for at in range(place - 1, max(place - NAMED, 0) - 1, -1):
            one = found[at].word
            if one in self.things or one in words.reach:  # "nomor saya", "hubungi suami saya"; but "dia wa saya"
                by_another = at > 0 and found[at - 1].word in words.others - words.titles
                return Whose.ANOTHERS if by_another else Whose.OWN
            if one in words.others - words.titles or one in WHO:  # "mobil yang jemput saya"
                return Whose.ANOTHERS
        if before.isalpha() and before not in words.starts:
            return Whose.UNSAID
        since = zip(found[place:first], found[place + 1 : first], strict=False)
        came = any(one.word in words.came and last.word != "di" for last, one in since)
        return Whose.ANOTHERS if came else Whose.OWN

    def _after(self, found: Sequence[Token], last: int) -> Whose:
        """What the words after it say."""
        for far, one in enumerate(found[last : last + AHEAD]):
            if one.word in SENTENCE:
                return Whose.UNSAID
            if self.own(one.word):
                return Whose.OWN
            near = far < RIGHT_AFTER or not one.word.endswith("nya")  # "mohon dijaga kerahasiaannya"
            if near and one.word not in self.words.titles and self.anothers(one.word):
                return Whose.ANOTHERS
        return Whose.UNSAID

    def _came_from(self, found: Sequence[Token], place: int, first: int) -> bool:
        """Whether "dari nomor", "from an account" begins here."""
        after = found[place + 1 : place + 3]
        return found[place].word in FROM and (place == first - 1 or any(one.word in self.numbers for one in after))

    def _called(self, word: str) -> bool:
        """Whether it is a thing in -ku: telegramku, motorku."""
        return word.endswith("ku") and word.removesuffix("ku") in self.things

    def own(self, word: str) -> bool:
        """Whether it is a word for oneself."""
        return word in self.words.self or word in self.words.own or self._called(word)

    def anothers(self, word: str) -> bool:
        """Whether it is a word for somebody else."""
        return word in self.words.others or (word.endswith("nya") and word not in self.words.not_theirs)


def quoted(found: Sequence[Token], at: int, lexicon: IdentityLexicon) -> bool:
    """Whether a word stands in what somebody else is said to have said or written, as after "iklannya:"."""
    said = lexicon.group("said")
    for place in range(at - 1, max(at - LONGEST_QUOTE, 1) - 1, -1):
        if found[place].word == "\n":
            return False
        if found[place].word in QUOTES and found[place - 1].word in said | QUOTES:
            return True
    return False


def place_of(found: Sequence[Token], start: int) -> int:
    """The place of the first word that begins at a character or after it."""
    return bisect_left(found, start, key=lambda one: one.start)
