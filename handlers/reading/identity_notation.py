"""The notation of the frames of identity.yaml: a form turned into a row of items, and the words it may begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.identity import IdentityLexicon

SORTS = {"..": "gap", "...": "far", "^": "begin", ">": "rest"}
SIGNS = frozenset(
    {"NUMBER", "LONG", "NAME", "CALLED", "PERSON", "ACCOUNT", "NEW", "DONE", "NYA", "$"}
)  # no list of words
WHO_TELLS = "^ <aku> <be>*"  # what "SAYA" stands for
MINE = ("ku", "q")
THEIRS = ("nya", "nye", "ne", "na", "ny", "e", "ipun")  # the last four are Javanese and Sundanese
AGAIN = 4  # times a starred item may stand


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a frame: what may stand there, how often, or that it must not."""

    sort: str  # word | gap | far | begin | rest
    words: frozenset[str]  # a sign of SIGNS among them stands for all numbers, names or accounts
    mine: frozenset[str]
    theirs: frozenset[str]
    least: int
    most: int
    absent: bool
    first: frozenset[str]  # the words it may begin with; none where it may be any


@dataclass(frozen=True, slots=True)
class Frame:
    """A row of items, in what way what it finds gives somebody away, and the words that must be there for it."""

    gives: str
    items: tuple[Item, ...]
    first: frozenset[str]  # it begins with one of these; none where it may be any
    needs: tuple[frozenset[str], ...]  # of each of these one must be said


class Notation:
    """Reads the forms of one lexicon."""

    def __init__(self, lexicon: IdentityLexicon) -> None:
        self.lexicon = lexicon
        self.items: dict[str, Item] = {}

    def frame(self, gives: str, form: str) -> Frame:
        """The frame that a form describes."""
        items = tuple(self.item(one) for one in form.replace("SAYA", WHO_TELLS).split())
        needs = tuple(one.first for one in items if one.least and one.first and not one.absent)
        return Frame(gives, items, first_words(items), needs)

    def item(self, written: str) -> Item:
        """One item of it, made once."""
        if written not in self.items:
            self.items[written] = self._read(written)
        return self.items[written]

    def _read(self, written: str) -> Item:
        absent, written = written.startswith("!"), written.removeprefix("!")
        least, most = (0, AGAIN) if written.endswith("*") else (0, 1) if written.endswith("?") else (1, 1)
        written = written.removesuffix("*").removesuffix("?")
        words, mine, theirs = set[str](), set[str](), set[str]()
        for one in written.split("|"):
            name, _, ending = one.rpartition("-")
            into = {"my": mine, "their": theirs}.get(ending if name else "", words)
            into |= self._words(one if into is words else name)
        sort = SORTS.get(written, "word")
        first = self._first(words, mine, theirs) if sort == "word" and not words & SIGNS else frozenset[str]()
        return Item(sort, frozenset(words), frozenset(mine), frozenset(theirs), least, most, absent, first)

    def _words(self, name: str) -> frozenset[str]:
        """The words of a group, or the word itself."""
        return self.lexicon.group(name[1:-1]) if name.startswith("<") else frozenset({name})

    def _first(self, words: set[str], mine: set[str], theirs: set[str]) -> frozenset[str]:
        """The words an item may begin with: rumah, rumahku, my; pacar, pacarnya, her."""
        ours = {word + end for word in mine for end in MINE} | ({"my", "our"} if mine else set())
        others = {word + end for word in theirs for end in THEIRS}
        owners = self.lexicon.group("their") if theirs else frozenset[str]()
        return frozenset(words | mine | theirs | ours | others | owners)


def first_words(items: Sequence[Item]) -> frozenset[str]:
    """The words a frame may begin with; none where it may be any."""
    first: frozenset[str] = frozenset()
    for item in items:
        if item.sort == "begin" or item.absent:
            continue
        if not item.first:
            return frozenset()
        first |= item.first
        if item.least:
            return first
    return frozenset()
