"""The lexicon of reports: which kind a story speaks for and what else it shows, by families an officer can edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.danger import DangerLexicon, check_words, load_spelling, named
from content.rows import SOURCED, Row, read_file
from content.vocabulary import Kind

TOP = frozenset(
    {
        *("usulan", "for_child", "of_children", "needs_means", "takes_back", "ongoing"),
        *("spelling", "groups", "families"),
    }
)


class Mark(StrEnum):
    """What a story shows beside its kind; `RT`, `POLICE` and `OFFICE` are kinds of officials said to be involved."""

    MEANS = "means"
    IMMEDIATE = "immediate"
    GRAVE = "grave"
    NOW = "now"
    KIN = "kin"
    PAST = "past"
    STILL = "still"
    UNSURE = "unsure"
    ASKED = "asked"
    CHILD = "child"
    HARM = "harm"
    HOME_VIOLENCE = "home_violence"
    MISSING = "missing"
    WAGES = "wages"
    ANGER = "anger"
    TALE = "tale"
    REAL = "real"
    HELP = "help"
    GROWN = "grown"
    RT = "rt"
    POLICE = "police"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Clue:
    """Words of one meaning: how much they speak for each kind, and what they mark; `excluding` words take it back.

    It is heard as well where one of the families of the danger lexicon in `danger` is, or is hinted at.
    """

    id: str
    says: Mapping[Kind, int]
    marks: frozenset[Mark]
    forms: tuple[str, ...]
    excluding: tuple[str, ...]
    danger: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class KindLexicon:
    """All clues with the spelling of the danger lexicon; `for_child` is what a kind becomes where a child is marked."""

    spelling: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    for_child: Mapping[Kind, Kind]
    of_children: frozenset[Kind]  # kinds that are done to a child only
    needs_means: frozenset[Kind]
    takes_back: Mapping[Mark, frozenset[str]]  # ids of families that say nothing where a mark is heard
    ongoing: frozenset[str]  # ids of danger families that by themselves can wait an hour
    clues: tuple[Clue, ...]
    danger: DangerLexicon

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with the id of its family."""
        for clue in self.clues:
            yield from ((clue.id, phrase) for phrase in (*clue.forms, *clue.excluding))


def load_kinds(folder: Path, danger: DangerLexicon) -> KindLexicon:
    """Read kinds.yaml, which adds to the spelling of `danger`; ValueError names file, row and field of a mistake."""
    top = read_file(folder / "kinds.yaml")
    top.only(TOP | SOURCED)
    top.text("source"), top.month("source_date"), top.confidence()
    row, back = top.inner("for_child"), top.inner("takes_back")
    lexicon = KindLexicon(
        spelling={**danger.spelling, **load_spelling(top)},
        groups={name: group.texts(name) for name, group in named(top, "groups")},
        for_child={row.one_of(Kind, "for_child", name): row.word(Kind, name) for name in row.fields},
        of_children=frozenset(top.words(Kind, "of_children")),
        needs_means=frozenset(top.words(Kind, "needs_means")),
        takes_back={back.one_of(Mark, "takes_back", name): frozenset(back.texts(name)) for name in back.fields},
        ongoing=frozenset(top.texts("ongoing")),
        clues=tuple(load_clue(one) for one in top.each("families")),
        danger=danger,
    )
    check(top, lexicon)
    return lexicon


def load_clue(row: Row) -> Clue:
    """Read a word family."""
    row.only(frozenset({"id"}), frozenset({"says", "marks", "forms", "not", "danger"}))
    says = row.inner("says") if "says" in row.fields else Row(row.where, {})
    weights = {says.one_of(Kind, "says", name): says.weight(name) for name in says.fields}
    marks = frozenset(row.words(Mark, "marks")) if "marks" in row.fields else frozenset[Mark]()
    if not weights and not marks:
        row.wrong("says", "a family must speak for a kind or mark something")
    excluding, danger = (row.texts(name) if name in row.fields else () for name in ("not", "danger"))
    forms = () if danger and "forms" not in row.fields else row.texts("forms")
    return Clue(row.text("id"), weights, marks, forms, excluding, frozenset(danger))


def check(top: Row, lexicon: KindLexicon) -> None:
    """Refuse what could never be read."""
    ids = [clue.id for clue in lexicon.clues]
    for twice in sorted({id for id in ids if ids.count(id) > 1}):
        top.wrong(twice, "stands twice")
    for unknown in sorted(frozenset().union(*lexicon.takes_back.values()).difference(ids)):
        top.wrong("takes_back", "no family is called %(name)s", name=unknown)
    dangers = {family.id for family in lexicon.danger.families}
    leant_on = frozenset[str]().union(*(clue.danger for clue in lexicon.clues))
    for field, named_there in (("ongoing", lexicon.ongoing), ("danger", leant_on)):
        for unknown in sorted(named_there - dangers):
            top.wrong(field, "no family of danger.yaml is called %(name)s", name=unknown)
    check_words(top, lexicon)
