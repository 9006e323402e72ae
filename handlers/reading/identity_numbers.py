"""Numbers that give somebody away: telephones and NIK by library, plates, mail addresses and account names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from phonenumbers import PhoneNumberMatcher
from stdnum.id import nik

from content.identity import IdentityLexicon
from handlers.reading.marked_text import Token, clause

Part = tuple[str, int, int]  # a kind of Gives, the first character, the one after the last

PLEASE = frozenset({"ya", "yaa", "iya", "halo", "dong", "nih"})
LEAST_DIGITS = 7  # of a telephone number
TRIES = 12  # numbers of one kind that are looked at: nobody gives away more
DIGITS = re.compile(r"\d(?:[ .-]?\d){15}(?!\d)")
LONG = re.compile(r"(?<!\d)\d{6,20}(?!\d)")
# Region, up to four figures, up to three letters, as on every Indonesian plate; P3MI is what agencies are called.
PLATE = re.compile(
    r"\b(?!p3mi\b)(?:[abdefghklmnprstwz]|a[abdeg]|b[abdeghklmnp]|d[abcdeghklmnrstw]|e[abd]|k[bhtu]|p[abgsty])"
    r"[ -]?\d{1,4}[ -]?(?!(?:and|am|pm|jam|dan)\b)[a-z]{1,3}\b",
    re.IGNORECASE,
)
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
HANDLE = re.compile(r"(?<![\w.])@[A-Za-z][\w.]{2,31}")
BEHIND, AHEAD = 8, 4  # words around a number that say whose it is
NEAR = 3  # words before a plate or an account name in which it must be called one's own


class Numbers:
    """Finds them, and says of each whose it is by the words around it."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.words = lexicon

    def read(self, text: str, found: Sequence[Token]) -> Iterator[Part]:
        """The parts of a text that are numbers or names of the writer."""
        if "@" in text:
            yield from self._accounts(text, found)
        if sum(sign.isdigit() for sign in text) >= LEAST_DIGITS:
            yield from self._long_numbers(text, found)
        for plate in islice(PLATE.finditer(text), TRIES):
            if self._called_own(found, plate.start()):
                yield "plate", plate.start(), plate.end()

    def _long_numbers(self, text: str, found: Sequence[Token]) -> Iterator[Part]:
        for one in islice(DIGITS.finditer(text), TRIES):
            if nik.is_valid(one[0].replace(".", "")) and not self._anothers(found, one.start(), one.end()):
                yield "nik", one.start(), one.end()
        for one in islice(LONG.finditer(text), TRIES):
            before = found[max(place_of(found, one.start()) - NEAR, 0) : place_of(found, one.start())]
            named = any(other.word in self.words.ids for other in before)
            if named and not self._anothers(found, one.start(), one.end()):
                yield "nik", one.start(), one.end()
        for phone in PhoneNumberMatcher(text, "ID", max_tries=TRIES):
            if not self._anothers(found, phone.start, phone.end):
                yield "phone", phone.start, phone.end

    def _accounts(self, text: str, found: Sequence[Token]) -> Iterator[Part]:
        for mail in islice(MAIL.finditer(text), TRIES):
            if not self._anothers(found, mail.start(), mail.end()):
                yield "account", mail.start(), mail.end()
        for handle in islice(HANDLE.finditer(text), TRIES):
            if self._called_own(found, handle.start()) or self._called_own_after(found, handle.end()):
                yield "account", handle.start(), handle.end()

    def _called_own(self, found: Sequence[Token], start: int) -> bool:
        """Whether a word for oneself stands shortly before, and none for somebody else between."""
        place = place_of(found, start)
        for one in reversed(found[max(place - BEHIND, 0) : place]):
            if one.word in ".!?;\n" or self._of_another(one.word):
                return False
            if self._of_self(one.word):
                return True
        return False

    def _called_own_after(self, found: Sequence[Token], end: int) -> bool:
        """Whether "ig saya" follows it directly."""
        place = place_of(found, end)
        after = [one.word for one in found[place : place + 2]]
        return len(after) > 1 and after[0] in self.words.handles and self._of_self(after[1])

    def _anothers(self, found: Sequence[Token], start: int, end: int) -> bool:
        """Whether the nearest word that says whose a number is says: somebody else's."""
        first = place_of(found, start)
        begin, _ = clause(found, first, BEHIND, 0)
        for place in range(first - 1, begin - 1, -1):
            one = found[place]
            if one.word in self.words.titles and place and found[place - 1].word in PLEASE:
                continue  # "ya pak": whoever reads it
            if self._of_self(one.word) or self._of_another(one.word):
                return not self._of_self(one.word)
        last = place_of(found, end)
        for one in found[last : last + AHEAD]:
            if one.word in ".!?;\n" or self._of_self(one.word):
                return False
            if one.word not in self.words.titles and self._of_another(one.word):
                return True
        return False

    def _of_self(self, word: str) -> bool:
        return word in self.words.self or word in self.words.own

    def _of_another(self, word: str) -> bool:
        return word in self.words.others or (word.endswith("nya") and len(word) > len("punya"))


def place_of(found: Sequence[Token], start: int) -> int:
    """The place of the first word that begins at a character or after it."""
    return bisect_left(found, start, key=lambda one: one.start)
