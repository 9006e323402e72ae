"""What in a text for many people would harm somebody: named people and places, calls to act, hints, verdicts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from phonenumbers import PhoneNumberMatcher

from handlers.reading.adverts import Advert, folded, hear
from handlers.reading.identity_numbers import DIGITS, HANDLE, MAIL
from handlers.reading.marked_text import Token, tokens
from handlers.reading.phrases import PhraseIndex, Span
from handlers.reading.spoken import Speech

if TYPE_CHECKING:
    from content.alert_lexicon import AlertLexicon
    from content.shelf import Shelf

LEXICONS = 2
DENIED = 3  # words before a form in which "jangan" takes it back
BESIDE = 1  # words between a form and what takes it back
SHORTEST_NAME = 3  # letters
OFFERED = "departing"  # no reason to stop: somebody may leave soon
PHONE = re.compile(r"(?<![\d.])(?:\+?62|0)[ .-]?[28]\d(?:[ .-]?\d){6,10}(?!\d)")
# The letters of Greater Jakarta and the provinces around it in capitals, as "b 12 an" is a word; or called a plate.
PLATE = re.compile(
    r"\b(?:A|B|D|E|F|G|H|T|Z|AA|AB|AD|BE|BG|K|L|N|R|BA|BB|BK|BM|DK)[ -]?\d{3,4}[ -]?[A-Z]{1,3}\b"
    r"|(?i:\b(?:plat|nopol|nomor polisi)\b(?: nomor| no)?[ :.]*[a-z]{1,2}[ -]?\d{1,4}(?:[ -]?[a-z]{1,3})?\b)"
)
LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![@\w.])(?:[a-z0-9-]+\.)+(?:com|id|net|org|me|ly|gl|link|site|xyz|info|app"
    r"|co|io|click|top|shop|online|live|pro|cc|tv|biz|be)\b(?:/\S*)?",
    re.IGNORECASE,
)
HOUSE = re.compile(
    r"\b(?:rt|r\.t)[ ./]*\d{1,3}"
    r"|\b(?:rumah|kontrakan|kamar|kos|ruko|unit|lantai|blok|pintu) ?(?:nomor|no\.?)? ?\d{1,4}\b"
    r"|\b(?:no|nomor)\.? ?\d{1,3}[a-z]?\b(?! ?(?:tahun|orang|juta))|\bblok [a-z]{1,2} ?/?\d{0,3}\b",
    re.IGNORECASE,
)
SHORT_NUMBERS = frozenset({"110", "112", "129"})


class Reason(StrEnum):
    """Why an alert cannot go as it is; each has its sentence in the words."""

    NAME = "name"
    PHONE = "phone"
    NIK = "nik"
    PLATE = "plate"
    ADDRESS = "address"
    LINK = "link"
    INCITE = "incite"
    TIP_OFF = "tip_off"
    GROUP = "group"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A part of a text that may not go out, from one character to before another."""

    reason: Reason
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found: the parts in their order; nothing: a person may approve it. Whether somebody may leave soon."""

    parts: tuple[Stopped, ...]
    departing: bool

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Each reason once, in the order of `Reason`."""
        found = {one.reason for one in self.parts}
        return tuple(one for one in Reason if one in found)


class AlertFilter:
    """Reads texts with one lexicon; it keeps nothing of them."""

    def __init__(
        self, lexicon: AlertLexicon, hosts: Collection[str], phones: Collection[str], persons: Collection[str]
    ) -> None:
        self.words, self.persons = lexicon, frozenset(persons)
        self.hosts, self.phones = lexicon.hosts | frozenset(hosts), frozenset(phones)
        rows = [
            (2 * number + (kind == "not"), form)
            for number, sign in enumerate(lexicon.signs)
            for kind, forms in (("is", sign.forms), ("not", sign.excluding))
            for form in forms
        ]
        self.index = PhraseIndex(rows, lexicon.groups)
        self.speech = Speech(self.index.known, lexicon.spelling, (), (), ())

    def read(self, text: str) -> Judged:
        """All that may not stand in an alert; numbers and pages of the services themselves may."""
        heard = hear(folded(text), self.speech)
        found, signs = self.index.found(heard.heard), defaultdict[str, list[tuple[int, int]]](list)
        for number, sign in enumerate(self.words.signs):
            signs[sign.id] += self._stands(heard, found, number)
        parts = [Stopped(Reason(id), *one) for id, places in signs.items() if id != OFFERED for one in places]
        parts += [*self._numbers(text), *self._named(tokens(text))]
        return Judged(tuple(sorted(parts, key=lambda one: (one.start, one.end))), bool(signs[OFFERED]))

    def _stands(self, text: Advert, found: Mapping[int, Sequence[Span]], number: int) -> Iterator[tuple[int, int]]:
        """The letters of a sign where nothing takes it back."""
        back = found.get(2 * number + 1, ())
        for span in found.get(2 * number, ()):
            words, same = text.heard.words, text.heard.sentences
            before = range(max(span.start - DENIED, 0), span.start)
            denied = any(words[at] in self.words.negators and same[at] == same[span.start] for at in before)
            if not denied and not any(span.near(one, BESIDE) for one in back):
                yield text.stretch(span)

    def _numbers(self, text: str) -> Iterator[Stopped]:
        """Telephones, NIK, plates, mail and account names, strangers' pages, houses."""
        for one in DIGITS.finditer(text):
            yield Stopped(Reason.NIK, one.start(), one.end())
        phones = [(one.start, one.end) for one in PhoneNumberMatcher(text, "ID")]
        phones += [(one.start(), one.end()) for one in PHONE.finditer(text)]
        for start, end in phones:
            if not DIGITS.search(text[start:end]) and national(text[start:end]) not in self.phones:
                yield Stopped(Reason.PHONE, start, end)
        for reason, pattern in ((Reason.PLATE, PLATE), (Reason.PHONE, MAIL), (Reason.PHONE, HANDLE)):
            yield from (Stopped(reason, one.start(), one.end()) for one in pattern.finditer(text))
        for one in LINK.finditer(text):
            if host(one[0]) not in self.hosts:
                yield Stopped(Reason.LINK, one.start(), one.end())
        for one in HOUSE.finditer(text):
            if not SHORT_NUMBERS & set(re.findall(r"\d+", one[0])):
                yield Stopped(Reason.ADDRESS, one.start(), one.end())

    def _named(self, found: Sequence[Token]) -> Iterator[Stopped]:
        """A title and a name, a common given name in capitals, a firm and its name, a street and its name."""
        words = self.words
        rows = (
            (Reason.NAME, words.titles, words.after_titles),
            (Reason.VERDICT, words.firms, words.after_firms),
            (Reason.ADDRESS, words.places, words.after_places),
        )
        for place, one in enumerate(found):
            if one.word in self.persons and one.raw[0].isupper() and not opens(found, place):
                yield Stopped(Reason.NAME, one.start, one.end)
            after = following(found, place)
            for reason, heads, harmless in rows:
                if one.word in heads and after and self._is_name(after, harmless):
                    yield Stopped(reason, one.start, after.end)

    def _is_name(self, one: Token, harmless: Collection[str]) -> bool:
        """Whether a word is a name after one that brings names; in small letters only after a title."""
        plain = {one.word, one.word.removesuffix("nya")}
        if not one.word.isalpha() or len(one.word) < SHORTEST_NAME or not plain.isdisjoint(harmless):
            return False
        return one.raw[0].isupper() or one.word in self.persons or harmless is self.words.after_titles


def following(found: Sequence[Token], place: int) -> Token | None:
    """The next word, over a full stop after an abbreviation."""
    after = place + 1
    if after < len(found) and found[after].word in {".", ":"}:
        after += 1
    return found[after] if after < len(found) else None


def opens(found: Sequence[Token], place: int) -> bool:
    """Whether a word begins a sentence, where anything has a capital."""
    return place == 0 or found[place - 1].ends


def national(number: str) -> str:
    """The digits of a number as it is dialled in the country."""
    digits = "".join(one for one in number if one.isdigit())
    return f"0{digits[2:]}" if digits.startswith("62") else digits


def host(link: str) -> str:
    """The host of a link as somebody wrote it."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", link.lower())
    return bare.split("/")[0].split("?")[0].rstrip(".,;:!)")


@lru_cache(LEXICONS)
def of_lexicon(
    lexicon: AlertLexicon, hosts: frozenset[str], phones: frozenset[str], persons: frozenset[str]
) -> AlertFilter:
    """Built once for the content it reads with."""
    return AlertFilter(lexicon, hosts, phones, persons)


def alert_filter(shelf: Shelf) -> AlertFilter:
    """The filter of a shelf: its own pages and numbers may be named."""
    pages = (line.page for line in shelf.hotlines if line.page)
    written = (*pages, shelf.offers.register.page, *(one.address for one in shelf.addresses))
    numbers = (one for line in shelf.hotlines for one in (line.dial, line.wa, line.number) if one)
    phones = frozenset(national(one) for one in numbers)
    return of_lexicon(shelf.alert_lexicon, frozenset(map(host, written)), phones, shelf.identity.persons)
