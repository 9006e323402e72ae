"""The lexicon of intents: what somebody wants of this chat, by word families with weights that an officer can edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.danger import check_words, load_spelling, named
from content.rows import Row, read_file

TOP = frozenset(
    {"spelling", "mistaken", "fillers", "groups", "alarms", "asking", "own", "minor", "about", "families", "together"}
)
ALARMS = frozenset({"emergency", "suicide"})
SETS = ("some", "without")  # of families, beside those that must be heard
OF_THE_WHOLE = frozenset({"asked", "long", "short", "own", "minor", "about"})  # names beside those of the families


class Intent(StrEnum):
    """What somebody wants; the values are the names that `suar read` prints."""

    REPORT = "report"
    LEARN = "learn"
    CHECK_JOB_OFFER = "check_job_offer"
    AM_I_A_VICTIM = "am_i_a_victim"
    HOTLINE = "hotline/help"
    STATUS = "status_of_report"
    DELETE = "delete_my_data"
    SUBSCRIBE = "subscribe_alerts"
    UNSUBSCRIBE = "unsubscribe"
    LEADER = "rt_rw_leader"
    LANGUAGE = "change_language"
    GREETING = "greeting"
    THANKS = "thanks"
    BACK = "cancel/back"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words and short phrases of one meaning, and how much they speak for each intent; heard often they count once.

    `excluding` words near them take a cue back; a weight below zero speaks against an intent.
    """

    id: str
    weights: Mapping[Intent, int]
    forms: tuple[str, ...]
    excluding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Families that say more in one message: all of `heard`, one of `some` where there are any, none of `without`."""

    id: str
    weights: Mapping[Intent, int]
    heard: frozenset[str]
    some: frozenset[str]
    without: frozenset[str]

    def stands(self, names: Set[str]) -> bool:
        """Whether it holds where these families are heard."""
        some = not self.some or not self.some.isdisjoint(names)
        return some and self.heard <= names and self.without.isdisjoint(names)


@dataclass(frozen=True, slots=True)
class IntentLexicon:
    """All cues, and what a sign of danger speaks for; `spelling` and `fillers` add to those of the danger lexicon."""

    spelling: Mapping[str, tuple[str, ...]]
    mistaken: Mapping[str, frozenset[str]]  # a word -> the words it only looks like: makan is no form of mak, a mother
    fillers: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    alarms: Mapping[str, Mapping[Intent, int]]
    asking: Cue  # words of a question; it speaks for no intent
    asking_last: frozenset[str]  # words that make a question where they stand last
    own: Cue  # how somebody speaks of themselves; it speaks for no intent
    minor: Cue  # how somebody says that they are under 18; it speaks for no intent
    about: Cue  # how somebody asks who answers here, and whether it is genuine
    cues: tuple[Cue, ...]
    together: tuple[Together, ...]

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with the id of its family."""
        for cue in (*self.cues, self.asking, self.own, self.minor, self.about):
            yield from ((cue.id, phrase) for phrase in (*cue.forms, *cue.excluding))
        yield from ((self.asking.id, word) for word in sorted(self.asking_last))


def load_intents(folder: Path, spelt: Mapping[str, tuple[str, ...]]) -> IntentLexicon:
    """Read intents.yaml; `spelt` is the spelling it adds to. ValueError names file, row and field of what is wrong."""
    top = read_file(folder / "intents.yaml")
    top.only(TOP)
    spelling = load_spelling(top)
    for typed in sorted(typed for typed, meant in spelling.items() if spelt.get(typed, meant) != meant):
        before = repr(" ".join(spelt[typed]))
        top.wrong("spelling", "%(word)s already means %(meant)s", word=repr(typed), meant=before)
    lexicon = IntentLexicon(
        spelling={**spelt, **spelling},
        mistaken=load_mistaken(top.inner("mistaken")),
        fillers=frozenset(top.texts("fillers")),
        groups={name: row.texts(name) for name, row in named(top, "groups")},
        alarms=load_alarms(top.inner("alarms")),
        asking=load_asking(top.inner("asking")),
        asking_last=frozenset(top.inner("asking").texts("last")),
        own=load_own(top.inner("own")),
        minor=load_minor(top.inner("minor")),
        about=load_about(top.inner("about")),
        cues=tuple(load_cue(row) for row in top.each("families")),
        together=tuple(load_together(row) for row in top.each("together")),
    )
    check(top, lexicon)
    return lexicon


def load_mistaken(row: Row) -> Mapping[str, frozenset[str]]:
    """Read the words that look like forms of others."""
    return {word: frozenset(row.texts(word)) for word in row.fields}


def load_cue(row: Row) -> Cue:
    """Read a word family; one that says nothing alone is heard for what it says together with others."""
    row.only(frozenset({"id", "forms"}), frozenset({"says", "not"}))
    excluding = row.texts("not") if "not" in row.fields else ()
    says = weights(row, "says") if "says" in row.fields else {}
    return Cue(row.text("id"), says, row.texts("forms"), excluding)


def load_together(row: Row) -> Together:
    """Read what some families say together."""
    row.only(frozenset({"id", "says", "heard"}), frozenset({"some", "without"}))
    some, without = (frozenset(row.texts(name)) if name in row.fields else frozenset[str]() for name in SETS)
    return Together(row.text("id"), weights(row, "says"), frozenset(row.texts("heard")), some, without)


def load_asking(row: Row) -> Cue:
    """Read the words of a question; `last` is read beside it."""
    row.only(frozenset({"forms", "last"}))
    return Cue("asked", {}, row.texts("forms"), ())


def load_own(row: Row) -> Cue:
    """Read the words for oneself."""
    row.only(frozenset({"forms"}))
    return Cue("own", {}, row.texts("forms"), ())


def load_minor(row: Row) -> Cue:
    """Read how somebody says their age."""
    row.only(frozenset({"forms", "not"}))
    return Cue("minor", {}, row.texts("forms"), row.texts("not"))


def load_about(row: Row) -> Cue:
    """Read how somebody asks about this chat."""
    row.only(frozenset({"says", "forms", "not"}))
    return Cue("about", weights(row, "says"), row.texts("forms"), row.texts("not"))


def load_alarms(row: Row) -> Mapping[str, Mapping[Intent, int]]:
    """Read what emergency and suicide speak for."""
    row.only(ALARMS)
    return {name: weights(row, name) for name in row.fields}


def weights(row: Row, field: str) -> Mapping[Intent, int]:
    """Read a weight for each of some intents."""
    says = row.inner(field)
    return {says.one_of(Intent, field, name): says.weight(name) for name in says.fields}


def check(top: Row, lexicon: IntentLexicon) -> None:
    """Refuse what could never be read."""
    ids = [cue.id for cue in lexicon.cues]
    for twice in sorted({id for id in ids if ids.count(id) > 1}):
        top.wrong(twice, "stands twice")
    for rule in lexicon.together:
        for unknown in sorted((rule.heard | rule.some | rule.without) - OF_THE_WHOLE - set(ids)):
            top.wrong(rule.id, "no family is called %(name)s", name=repr(unknown))
    check_words(top, lexicon)
