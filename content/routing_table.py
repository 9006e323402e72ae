"""The routing table as data: who leads, who reads beside, who is proposed, and by when (routing.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from content.rows import SOURCED, Row, read_file
from content.vocabulary import Confidence, Family, Kind, Official, Person, Sign, Urgency, When

Names = tuple[str, ...]
Word = TypeVar("Word", Kind, Official, Person, Urgency, When)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTable:
    """A name is a family or the id of a hand-off; `usulan` are the parts the task force has not signed."""

    usulan: tuple[str, ...]
    due: Mapping[Urgency, timedelta]
    lead_jakarta: tuple[Family, ...]
    lead_outside: tuple[Family, ...]
    about_self: tuple[Family, ...]
    next: Mapping[Person, tuple[Family, ...]]
    awake: Mapping[Person, tuple[Family, ...]]
    lost: Mapping[Official, frozenset[str]]
    handoffs_immediate: Names
    handoffs_abroad: Names
    handoffs_kind: Mapping[Kind, Names]
    handoffs_person: Mapping[Person, Names]
    kinds: tuple[tuple[frozenset[Sign], Kind], ...]
    urgency_when: Mapping[When, Urgency]
    urgency_child: Urgency


PARTS = frozenset({"due_minutes", "lead", "next", "awake", "officials", "handoffs", "kinds", "urgency"})


def load_table(folder: Path, handoff_ids: frozenset[str]) -> RoutingTable:
    """Read routing.yaml; ValueError names row and field where a name is unknown or a word is left out."""
    file = read_file(folder / "routing.yaml")
    file.only(SOURCED | PARTS | {"usulan"})
    _check_proposal(file)
    lead, handoffs, urgency = file.inner("lead"), file.inner("handoffs"), file.inner("urgency")
    lead.only(frozenset({"jakarta", "outside", "about_self"}))
    handoffs.only(frozenset({"immediate", "abroad", "kind", "person"}))
    urgency.only(frozenset({"when", "child"}))
    known = handoff_ids | set(Family)
    return RoutingTable(
        usulan=file.texts("usulan"),
        due=_due(file.inner("due_minutes")),
        lead_jakarta=_some(lead, "jakarta"),
        lead_outside=_some(lead, "outside"),
        about_self=_some(lead, "about_self"),
        next=_families(file.inner("next")),
        awake=_families(file.inner("awake")),
        lost={word: frozenset(names) for word, names in _names(file.inner("officials"), Official, known).items()},
        handoffs_immediate=_name_list(handoffs, "immediate", known),
        handoffs_abroad=_name_list(handoffs, "abroad", known),
        handoffs_kind=_names(handoffs.inner("kind"), Kind, known),
        handoffs_person=_names(handoffs.inner("person"), Person, known),
        kinds=tuple(_sign_row(row) for row in file.each("kinds")),
        urgency_when=_urgencies(urgency.inner("when")),
        urgency_child=urgency.word(Urgency, "child"),
    )


def _check_proposal(file: Row) -> None:
    file.text("source"), file.month("source_date"), file.day_or_none("dialled_on")
    proposed = frozenset(file.texts("usulan"))
    if file.confidence() is Confidence.PROPOSED and not proposed:
        file.wrong("usulan", "a proposal (D) must say which parts are proposed")
    if proposed - PARTS:
        file.wrong("usulan", "%(names)s: no such part", names=", ".join(sorted(proposed - PARTS)))


def _every(row: Row, words: type[Word]) -> tuple[Word, ...]:
    """Return all words after checking that the row has each, so that a lookup never fails at night."""
    row.only(frozenset(words))
    return tuple(words)


def _some(row: Row, field: str) -> tuple[Family, ...]:
    return row.words(Family, field) or row.wrong(field, "somebody must lead")


def _due(row: Row) -> dict[Urgency, timedelta]:
    return {word: timedelta(minutes=row.number(word)) for word in _every(row, Urgency)}


def _families(row: Row) -> dict[Person, tuple[Family, ...]]:
    return {word: row.words(Family, word) for word in _every(row, Person)}


def _names(row: Row, words: type[Word], known: frozenset[str]) -> dict[Word, Names]:
    return {word: _name_list(row, word, known) for word in _every(row, words)}


def _name_list(row: Row, field: str, known: frozenset[str]) -> Names:
    for name in row.texts(field):
        if name not in known:
            row.wrong(field, "%(name)s is no family and no hand-off", name=repr(name))
    return row.texts(field)


def _sign_row(row: Row) -> tuple[frozenset[Sign], Kind]:
    row.only(frozenset({"signs", "kind"}))
    signs = frozenset(row.words(Sign, "signs"))
    if not signs:
        row.wrong("signs", "a row without signs would match everything")
    return signs, row.word(Kind, "kind")


def _urgencies(row: Row) -> dict[When, Urgency]:
    return {word: row.word(Urgency, word) for word in _every(row, When)}
