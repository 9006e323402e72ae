"""What ties somebody to a place without a role: their class, their part of a work place, "yang punya itu saya"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from content.identity import IdentityLexicon
from handlers.reading.identity_numbers import Part
from handlers.reading.marked_text import Token

BEHIND = 8  # words from "yang punya" to the "saya" that ends it
BETWEEN = 4  # words from "saya" to a class or a place of work
LONGEST = 9  # words of such a tie
POINTED = 3  # words and signs before "saya" in "Yuli, itu saya"
THAT = frozenset({"yang", "yg", "nu", "sing", "who"})
AT = frozenset({"di", "d", "at", "in", "on", "for"})


class Ties:
    """Finds them beside the words for oneself."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.words = lexicon

    def read(self, found: Sequence[Token]) -> Iterator[Part]:
        """The parts of a text in which the writer stands for a place."""
        for place, one in enumerate(found):
            if one.word in self.words.self:
                yield from self._stands_last(found, place)
                yield from self._kin(found, place)
                yield from self._spouse(found, place)
                if place == 0 or not found[place - 1].word.isalpha() or found[place - 1].word in self.words.starts:
                    yield from self._pupil(found, place)
                    yield from self._works(found, place)
                    yield from self._was_there(found, place)
                yield from self._pointed_at(found, place)

    def _stands_last(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """The words "yang punya toko itu saya sendiri"; after a noun "saya" only says whose that is."""
        alone = place + 1 < len(found) and found[place + 1].word in self.words.alone
        if not (alone or (place and found[place - 1].word in self.words.last)):
            return
        for start in range(place - 1, max(place - BEHIND, 0) - 1, -1):
            if found[start].ends:
                return
            if found[start].word in THAT:
                rest = [one.word for one in found[start + 1 : place]]
                if any(word.startswith(tuple(self.words.who_did)) for word in rest):
                    yield "role", found[start].start, found[place + alone].end
                return

    def _pupil(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """A class with its letter, or a school with its number or name."""
        at = self._past(found, place + 1, self.words.between | self.words.pupil | AT | {"masih"})
        words = self.words
        for here in range(place + 1, min(at + 1, len(found))):
            one, after = found[here], found[here + 1 : here + 3]
            of_class = one.word in {"kelas", "class"} and len(after) > 1 and joined(*after)
            of_school = one.word in words.schools and after and (after[0].word.isdigit() or after[0].raw.istitle())
            if of_class or of_school:
                yield "role", found[place].start, found[self._end(found, here + 1 + bool(of_class)) - 1].end
                return

    def _works(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """A work place with the part of it somebody works in."""
        at = self._past(found, place + 1, self.words.between - self.words.works)
        if at + 1 < len(found) and found[at].word in self.words.works:
            end = self._end(found, at + 1)
            rest = {one.word for one in found[at + 1 : end]}
            if rest & AT and rest & self.words.part:
                yield "role", found[place].start, found[end - 1].end

    def _was_there(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """The words "saya dulu dipecat dari situ"."""
        at = self._past(found, place + 1, self.words.between)
        if at < len(found) and found[at].word in self.words.left:
            end = self._end(found, at + 1)
            if not self.words.there.isdisjoint(one.word for one in found[at + 1 : end]):
                yield "role", found[place].start, found[end - 1].end

    def _spouse(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """The words "suami saya pak RT 08"."""
        if not place or found[place - 1].word not in self.words.spouse:
            return
        at = self._past(found, place + 1, self.words.titles | self.words.linking)
        post = found[at].word if at < len(found) else ""
        if post in self.words.roles - self.words.plain_roles or post in {"rt", "rw", "lurah", "camat"}:
            yield "role", found[place - 1].start, found[self._end(found, at + 1) - 1].end

    def _kin(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """The words "dia masih sepupu kandung saya"."""
        start = place - 1
        while start >= 0 and place - start <= BETWEEN and found[start].word in self.words.family:
            start -= 1
        if start == place - 1:
            return
        before = {one.word for one in found[max(start - 1, 0) : start + 1]}
        if before & self.words.who and not any(one.ends for one in found[max(start, 0) : place]):
            yield "role", found[start + 1].start, found[place].end

    def _pointed_at(self, found: Sequence[Token], place: int) -> Iterator[Part]:
        """The words "cari Mbak Yuli, itu saya"."""
        if place < POINTED or found[place - 1].word != "itu" or found[place - 2].word != ",":
            return
        for start in range(max(place - LONGEST, 0), place - 2):
            if any(one.ends for one in found[start : place - 2]):
                continue
            titled = found[start].word in self.words.titles and found[start + 1].word != ","
            if titled or found[start].word in self.words.persons or found[start].raw.istitle():
                yield "name", found[start].start, found[place].end
                return

    def _past(self, found: Sequence[Token], start: int, skipped: frozenset[str]) -> int:
        """The place after words that may stand between."""
        end = start
        while end < min(start + BETWEEN, len(found)) and found[end].word in skipped:
            end += 1
        return end

    def _end(self, found: Sequence[Token], start: int) -> int:
        """Where the tie ends."""
        end = start
        while end < min(start + LONGEST, len(found)):
            if found[end].ends or found[end].word in self.words.stops:
                break
            end += 1
        return end


def joined(first: Token, then: Token) -> bool:
    """Whether a number and one letter stand together: 8B, or "8 b"."""
    return first.word.isdigit() and len(then.word) == 1 and then.word.isalpha()
