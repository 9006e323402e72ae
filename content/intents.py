"""The lexicon of intents: what somebody wants of this chat, by word families with weights that an officer can edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.danger import check_words, load_spelling, named
from content.rows import Row, read_file

TOP = frozenset({"spelling", "fillers", "groups", "alarms", "own", "minor", "about", "families"})
ALARMS = frozenset({"emergency", "suicide"})


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
class IntentLexicon:
    """All cues, and what a sign of danger speaks for; `spelling` and `fillers` add to those of the danger lexicon."""

    spelling: Mapping[str, tuple[str, ...]]
    fillers: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    alarms: Mapping[str, Mapping[Intent, int]]
    own: Cue  # how somebody speaks of themselves; it speaks for no intent
    minor: Cue  # how somebody says that they are under 18; it speaks for no intent
    about: Cue  # how somebody asks who answers here, and whether it is genuine
    cues: tuple[Cue, ...]

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with the id of its family."""
        for cue in (*self.cues, self.own, self.minor, self.about):
            yield from ((cue.id, phrase) for phrase in (*cue.forms, *cue.excluding))


def load_intents(folder: Path, spelt: Mapping[str, tuple[str, ...]]) -> IntentLexicon:
    """Read intents.yaml; `spelt` is the spelling it adds to. ValueError names file, row and field of what is wrong."""
    top = read_file(folder / "intents.yaml")
    top.only(TOP)
    spelling = load_spelling(top)
    for typed in sorted(spelling.keys() & spelt.keys()):
        before = repr(" ".join(spelt[typed]))
        top.wrong("spelling", "%(word)s already means %(meant)s", word=repr(typed), meant=before)
    lexicon = IntentLexicon(
        spelling={**spelt, **spelling},
        fillers=frozenset(top.texts("fillers")),
        groups={name: row.texts(name) for name, row in named(top, "groups")},
        alarms=load_alarms(top.inner("alarms")),
        own=load_own(top.inner("own")),
        minor=load_minor(top.inner("minor")),
        about=load_about(top.inner("about")),
        cues=tuple(load_cue(row) for row in top.each("families")),
    )
    check(top, lexicon)
    return lexicon


def load_cue(row: Row) -> Cue:
    """Read a word family."""
    row.only(frozenset({"id", "says", "forms"}), frozenset({"not"}))
    excluding = row.texts("not") if "not" in row.fields else ()
    return Cue(row.text("id"), weights(row, "says"), row.texts("forms"), excluding)


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
    check_words(top, lexicon)
