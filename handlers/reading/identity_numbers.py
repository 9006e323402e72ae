"""Numbers that give somebody away: telephones and NIK by library, plates, mail addresses and account names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from phonenumbers import PhoneNumberMatcher
from stdnum.id import nik

from content.identity import IdentityLexicon
from handlers.reading.identity_owners import BEHIND, Owners, Whose, place_of
from handlers.reading.marked_text import Token, clause

Part = tuple[str, int, int]  # a kind of Gives, the first character, the one after the last

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
NEAR = 3  # words before a number that say what it is a number of


class Numbers:
    """Finds them, and says of each whose it is by the words around it."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.words, self.owners = lexicon, Owners(lexicon)

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
            named = self._stands_before(found, one.start(), self.words.ids)
            if named and not self._anothers(found, one.start(), one.end()):
                yield "nik", one.start(), one.end()
        for phone in PhoneNumberMatcher(text, "ID", max_tries=TRIES):
            paid = self._stands_before(found, phone.start, self.words.money)
            if not paid and not self._anothers(found, phone.start, phone.end):
                yield "phone", phone.start, phone.end

    def _accounts(self, text: str, found: Sequence[Token]) -> Iterator[Part]:
        for mail in islice(MAIL.finditer(text), TRIES):
            if not self._anothers(found, mail.start(), mail.end()):
                yield "account", mail.start(), mail.end()
        for handle in islice(HANDLE.finditer(text), TRIES):
            start, end = handle.span()
            if self._called_own(found, start) or self._called_own_after(found, end) or self._asked_for(found, start):
                yield "account", start, end

    def _stands_before(self, found: Sequence[Token], start: int, words: frozenset[str]) -> bool:
        """Whether one of some words stands shortly before a number."""
        place = place_of(found, start)
        return any(one.word in words for one in found[max(place - NEAR, 0) : place])

    def _called_own(self, found: Sequence[Token], start: int) -> bool:
        return self.owners.before(found, place_of(found, start)) is Whose.OWN

    def _anothers(self, found: Sequence[Token], start: int, end: int) -> bool:
        return self.owners.of(found, start, end) is Whose.ANOTHERS

    def _called_own_after(self, found: Sequence[Token], end: int) -> bool:
        """Whether "ig saya" follows it directly."""
        place = place_of(found, end)
        after = [one.word for one in found[place : place + 2]]
        return len(after) > 1 and after[0] in self.words.handles and self.owners.own(after[1])

    def _asked_for(self, found: Sequence[Token], start: int) -> bool:
        """Whether "dm aja", "cari di ig" stands before it, no word for somebody else, and nothing is advertised."""
        place = place_of(found, start)
        said = self.owners.before(found, place)
        if said is not Whose.UNSAID or any(one.word in self.words.adverts for one in found):
            return False
        first, _ = clause(found, place, BEHIND, 0)
        before = [one.word for one in found[first:place]]
        headed = before[-1:] == [":"] and len(before) == len(("ig", ":")) and before[0] in self.words.handles
        return headed or not self.words.reach.isdisjoint(before)
