"""Place names with slips of the thumb in them."""

from collections.abc import Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from handlers.reading.place_names import Form

# Letters a word needs for one, two and three slips to be forgiven; shorter, it is soon another word.
FREE = (6, 10, 14)
CUED = (4, 7, 12)  # where the answer is that word, or "kelurahan" stands before it
FAR = 7  # letters a name outside Jakarta needs to be looked for with slips at all
MOST_SLIPS = len(CUED)
ALIKE = 6  # names looked at for one misspelling


class MisspeltNames:
    """The names that a misspelling may stand for, by its length."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self.free: dict[int, list[str]] = {}
        self.cued: dict[int, list[str]] = {}
        for form in forms:
            if len(form.key) < CUED[0] or (form.outside and (form.rule != "phrase" or len(form.key) < FAR)):
                continue
            for length in range(len(form.key) - MOST_SLIPS, len(form.key) + MOST_SLIPS + 1):
                self.cued.setdefault(length, []).append(form.key)
                if form.rule != "cue":
                    self.free.setdefault(length, []).append(form.key)

    def alike(self, word: str, cued: bool, common: int = 0) -> Iterator[tuple[str, int]]:
        """Keys of names a few slips from a word, with the number of slips, nearest first.

        A name that is an ordinary word too is among them only where something says that a place is named. `common` are
        the letters of words like "kampung" at its beginning: many names share them, so they make no likeness.
        """
        slips = slips_in(len(word) - common + bool(common), cued)
        names = (self.cued if cued else self.free).get(len(word), [])
        for key, distance, _ in process.extract(word, names, scorer=OSA.distance, score_cutoff=slips, limit=ALIKE):
            # The first letter is looked at while it is typed: it is hardly ever the second slip.
            if distance == 1 or (distance and key[0] == word[0]):
                yield key, int(distance)


def slips_in(letters: int, cued: bool) -> int:
    """How many slips are forgiven in so many letters: wrong ones, missing, too many, or two swapped."""
    return sum(letters >= length for length in (CUED if cued else FREE))
