"""The lexicon of job adverts: what they are about, and which words show a danger sign."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.danger import check_words, load_spelling, named
from content.rows import Row, read_file
from content.wages import Ages, Money, load_ages, load_money

WORDS = frozenset({"spelling", "negators", "carriers", "groups", "marks", "signs", "soft", "beside"})
TOP = WORDS | {"money", "ages", "country_flags"}
ABROAD = "abroad"  # the mark that the names of abroad.yaml belong to
COUNTED = frozenset({"paid", "paid_out", "high_pay", "too_high_pay", "young", "teen"})  # marks that stand in numbers


@dataclass(frozen=True, slots=True)
class Mark:
    """What a text is about: by words, or where one of other marks is there; it is never shown."""

    id: str
    forms: tuple[str, ...]
    excluding: tuple[str, ...]
    one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clue:
    """Words that show a danger sign where all marks of `needs` are there and none of `unless`.

    Without words of its own it shows those of the marks it needs. By it the sign weighs `more` points than alone.
    """

    flag: str
    forms: tuple[str, ...]
    excluding: tuple[str, ...]
    needs: tuple[str, ...]
    unless: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class OfferLexicon:
    """All marks and clues; `spelling` maps what is typed to what is meant."""

    spelling: Mapping[str, tuple[str, ...]]
    negators: frozenset[str]
    carriers: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    marks: tuple[Mark, ...]
    clues: tuple[Clue, ...]
    soft: frozenset[str]  # signs that at home come to caution at most, where no other is shown
    beside: tuple[Clue, ...]  # signs that are shown and weigh more beside other signs or marks
    money: Money
    ages: Ages
    country_flags: Mapping[str, tuple[str, ...]]  # mark -> flags of countries that show it

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with the id of its mark or flag."""
        for mark in self.marks:
            yield from ((mark.id, phrase) for phrase in (*mark.forms, *mark.excluding))
        for clue in self.clues:
            yield from ((clue.flag, phrase) for phrase in (*clue.forms, *clue.excluding))


def load_offer_lexicon(
    folder: Path, spelt: Mapping[str, tuple[str, ...]], abroad: Collection[str], flags: Collection[str]
) -> OfferLexicon:
    """Read offers.yaml of the readings; ValueError names file, row and field of what is wrong.

    `spelt` is the spelling it adds to, `abroad` the places abroad by name, `flags` the signs that may be shown.
    """
    top = read_file(folder / "offers.yaml")
    top.only(TOP)
    words = Words({**spelt, **load_spelling(top)}, {name: row.texts(name) for name, row in named(top, "groups")})
    lexicon = OfferLexicon(
        spelling=words.spelling,
        negators=frozenset(top.texts("negators")),
        carriers=frozenset(top.texts("carriers")),
        groups=words.singles,
        marks=tuple(load_mark(row, words, abroad) for row in top.each("marks")),
        clues=tuple(load_clue(row, words) for row in top.each("signs")),
        soft=frozenset(top.texts("soft")),
        beside=tuple(load_beside(row) for row in top.each("beside")),
        money=load_money(top.inner("money")),
        ages=load_ages(top.inner("ages")),
        country_flags={name: row.texts(name) for name, row in named(top, "country_flags")},
    )
    check(top, lexicon, flags)
    return lexicon


class Words:
    """Phrases as they are heard: in the words that are meant, and once more for each tied member of a group."""

    def __init__(self, spelling: Mapping[str, tuple[str, ...]], groups: Mapping[str, tuple[str, ...]]) -> None:
        # A row of its own takes a word back out of the spelling that is shared: "no" is a number there, English here.
        self.spelling = {typed: meant for typed, meant in spelling.items() if meant != (typed,)}
        spelt = {name: tuple(dict.fromkeys(self.respelt(one) for one in typed)) for name, typed in groups.items()}
        self.singles = {name: tuple(one for one in typed if "+" not in one) for name, typed in spelt.items()}
        self.tied = {name: tuple(one for one in typed if "+" in one) for name, typed in spelt.items()}

    def phrases(self, row: Row, field: str) -> tuple[str, ...]:
        """The phrases of a field that may be missing."""
        written = row.texts(field) if field in row.fields else ()
        return tuple(dict.fromkeys(one for phrase in written for one in self.expanded(self.respelt(phrase))))

    def expanded(self, phrase: str) -> Iterator[str]:
        """A phrase, and again with each tied member of its groups in the group's place."""
        yield phrase
        if "<" not in phrase:
            return
        for name, members in self.tied.items():
            if f"<{name}>" in phrase:
                for member in members:
                    yield from self.expanded(phrase.replace(f"<{name}>", member, 1))

    def respelt(self, phrase: str) -> str:
        """A phrase in the words that are meant, so that it may be written as people type."""
        return " ".join("+".join(self.word(one) for one in run.split("+")) for run in phrase.split())

    def word(self, word: str) -> str:
        """One word with its mark."""
        bare = word.lstrip("=").removeprefix("di-").removeprefix("me-")
        meant = self.spelling.get(bare)
        return word if meant is None else word[: len(word) - len(bare)] + "+".join(meant)


def load_mark(row: Row, words: Words, abroad: Collection[str]) -> Mark:
    """Read a mark."""
    row.only(frozenset({"id"}), frozenset({"forms", "not", "any"}))
    id = row.text("id")
    names = sorted(abroad) if id == ABROAD else ()
    tied = (words.respelt("+".join(f"={one}" for one in name.split())) for name in names)
    forms = dict.fromkeys((*words.phrases(row, "forms"), *tied))
    return Mark(id, tuple(forms), words.phrases(row, "not"), optional(row, "any"))


def load_clue(row: Row, words: Words) -> Clue:
    """Read a clue."""
    row.only(frozenset({"flag"}), frozenset({"forms", "not", "with", "without", "more"}))
    clue = Clue(
        flag=row.text("flag"),
        forms=words.phrases(row, "forms"),
        excluding=words.phrases(row, "not"),
        needs=optional(row, "with"),
        unless=optional(row, "without"),
        more=row.weight("more") if "more" in row.fields else 0,
    )
    if not clue.forms and not clue.needs:
        row.wrong("forms", "words or marks are needed")
    return clue


def load_beside(row: Row) -> Clue:
    """Read what lets a sign weigh more; the sign itself is the first of its needs."""
    row.only(frozenset({"flag", "with", "more"}), frozenset({"without"}))
    flag = row.text("flag")
    return Clue(flag, (), (), (flag, *row.texts("with")), optional(row, "without"), row.weight("more"))


def optional(row: Row, field: str) -> tuple[str, ...]:
    """Texts, or none."""
    return row.texts(field) if field in row.fields else ()


def check(top: Row, lexicon: OfferLexicon, flags: Collection[str]) -> None:
    """Refuse what could never be read: a sign that silently never shows costs somebody a journey."""
    marks = COUNTED | {mark.id for mark in lexicon.marks}
    known(top, "country_flags", lexicon.country_flags, marks)
    for mark in lexicon.marks:
        known(top, mark.id, mark.one_of, marks)
    for clue in lexicon.clues:
        known(top, clue.flag, (*clue.needs, *clue.unless), marks)
        known(top, "signs", (clue.flag,), flags)
    known(top, "soft", sorted(lexicon.soft), flags)
    for clue in lexicon.beside:
        known(top, "beside", clue.needs[:1], flags)
        known(top, clue.flag, (*clue.needs, *clue.unless), marks | set(flags))
    check_words(top, lexicon)


def known(top: Row, id: str, names: Iterable[str], all: Collection[str]) -> None:
    """Refuse a name that nothing has."""
    for name in names:
        if name not in all:
            top.wrong(id, "nothing is called %(name)s", name=repr(name))
