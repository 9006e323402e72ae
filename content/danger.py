"""The lexicon of danger and watched words: word families that an officer can edit, read and checked loudly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Protocol

from content.rows import Row, read_file

FOLDER = Path(__file__).parent / "reading"
# "<bos>", "di-kunci", "me-jual", "=luar", "^dulu", "$tolong", "#", "#<18", or a plain word; "+" ties two to each other.
WORD = re.compile(r"[\^$]?((di-|me-)?<[a-z_]+>|=?[a-z]+|=[0-9]+|(di|me)-[a-z]+|#(<18)?)")
TOP = frozenset(
    {"spelling", "dialect", "slips", "no_slips", "groups", "negators", "carriers", "fillers", "frames", "families"}
)


class Raises(StrEnum):
    """What a word family is a sign of."""

    EMERGENCY = "emergency"
    SUICIDE = "suicide"
    WATCHED = "watched"
    CHILD = "child"


class BesideDanger(StrEnum):
    """Where words of somebody who is watched count alone, in a short message that tells of danger too."""

    NOWHERE = "nowhere"
    END = "end"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Frame:
    """Words that make what stands near them no danger now: news, fiction, long ago, only asked.

    It reaches `ahead` words after itself and `behind` words before, within its sentence; a `but` breaks it. A frame
    that is not `always` holds for the families that name it.
    """

    id: str
    forms: tuple[str, ...]
    excluding: tuple[str, ...]
    but: tuple[str, ...]
    ahead: int
    behind: int
    always: bool


@dataclass(frozen=True, slots=True)
class Family:
    """Words and short phrases of one meaning; six points raise an alarm, `excluding` words near take it back."""

    id: str
    raises: Raises
    weight: int
    forms: tuple[str, ...]
    excluding: tuple[str, ...]
    unless: tuple[str, ...]
    beside_danger: BesideDanger = BesideDanger.NOWHERE


@dataclass(frozen=True, slots=True)
class DangerLexicon:
    """All families and frames, and how their words are spelt in chats; spelling maps what is typed to what is meant.

    `dialect` does so too, for this lexicon only: other lexicons are read with its spelling beside their own.
    """

    spelling: Mapping[str, tuple[str, ...]]
    dialect: Mapping[str, tuple[str, ...]]
    slips: frozenset[str]
    no_slips: frozenset[str]
    groups: Mapping[str, tuple[str, ...]]
    negators: frozenset[str]
    carriers: frozenset[str]
    fillers: frozenset[str]
    frames: tuple[Frame, ...]
    families: tuple[Family, ...]

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase of the lexicon with the id of its family or frame."""
        for family in self.families:
            yield from ((family.id, phrase) for phrase in (*family.forms, *family.excluding))
        for frame in self.frames:
            yield from ((frame.id, phrase) for phrase in (*frame.forms, *frame.excluding, *frame.but))


def load_danger(folder: Path = FOLDER) -> DangerLexicon:
    """Read danger.yaml; ValueError names file, row and field of what is wrong."""
    top = read_file(folder / "danger.yaml")
    top.only(TOP)
    groups = {name: row.texts(name) for name, row in named(top, "groups")}
    lexicon = DangerLexicon(
        spelling=load_spelling(top),
        dialect=load_spelling(top, "dialect"),
        slips=frozenset(top.texts("slips")),
        no_slips=frozenset(top.texts("no_slips")),
        groups=groups,
        negators=frozenset(top.texts("negators")),
        carriers=frozenset(top.texts("carriers")),
        fillers=frozenset(top.texts("fillers")),
        frames=tuple(load_frame(row) for row in top.each("frames")),
        families=tuple(load_family(row) for row in top.each("families")),
    )
    check(top, lexicon)
    return lexicon


def named(top: Row, field: str) -> Iterator[tuple[str, Row]]:
    """The entries of a mapping, each with the row it stands in."""
    row = top.inner(field)
    return ((name, row) for name in row.fields)


def load_spelling(top: Row, field: str = "spelling") -> Mapping[str, tuple[str, ...]]:
    """Turn "meant: [typed, ...]" around; one typing means one thing."""
    spelling: dict[str, tuple[str, ...]] = {}
    for meant, row in named(top, field):
        for typed in row.texts(meant):
            if typed in spelling:
                before = repr(" ".join(spelling[typed]))
                row.wrong(meant, "%(word)s already means %(meant)s", word=repr(typed), meant=before)
            spelling[typed] = tuple(meant.split())
    return spelling


def load_frame(row: Row) -> Frame:
    """Read a frame."""
    row.only(frozenset({"id", "forms", "ahead", "behind"}), frozenset({"not", "but", "always"}))
    return Frame(
        id=row.text("id"),
        forms=row.texts("forms"),
        excluding=row.texts("not") if "not" in row.fields else (),
        but=row.texts("but") if "but" in row.fields else (),
        ahead=row.number("ahead"),
        behind=row.number("behind"),
        always=row.fields.get("always", True) is True,
    )


def load_family(row: Row) -> Family:
    """Read a word family."""
    row.only(frozenset({"id", "raises", "weight", "forms"}), frozenset({"not", "unless", "beside_danger"}))
    beside = row.word(BesideDanger, "beside_danger") if "beside_danger" in row.fields else BesideDanger.NOWHERE
    return Family(
        id=row.text("id"),
        raises=row.word(Raises, "raises"),
        weight=row.number("weight", zero=True),
        forms=row.texts("forms"),
        excluding=row.texts("not") if "not" in row.fields else (),
        unless=row.texts("unless") if "unless" in row.fields else (),
        beside_danger=beside,
    )


def check(top: Row, lexicon: DangerLexicon) -> None:
    """Refuse what could never be read: a family that silently never rings costs a life."""
    frames = {frame.id for frame in lexicon.frames}
    ids = [*(family.id for family in lexicon.families), *(frame.id for frame in lexicon.frames)]
    for twice in sorted({id for id in ids if ids.count(id) > 1}):
        top.wrong(twice, "stands twice")
    for family in lexicon.families:
        for unknown in sorted(set(family.unless) - frames):
            top.wrong(family.id, "no frame is called %(name)s", name=repr(unknown))
    check_words(top, lexicon)


def pieces(phrase: str) -> list[str]:
    """The words of a phrase without what binds them."""
    return phrase.replace("&", " ").replace("+", " ").split()


class Spelt(Protocol):
    """A lexicon whose phrases are written in the notation of danger.yaml."""

    @property
    def spelling(self) -> Mapping[str, tuple[str, ...]]:
        """What is typed -> the words that are meant."""

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The words of each group."""

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with the id of what it stands for."""


def group_of(word: str) -> str:
    """The group that a word of a form names."""
    return word.lstrip("^$").removeprefix("di-").removeprefix("me-").strip("<>")


def check_words(top: Row, lexicon: Spelt) -> None:
    """Refuse a word of a phrase or group that could never be heard."""
    written = pieces(" ".join(phrase for _, phrase in lexicon.phrases()))
    for word in dict.fromkeys(chain(written, *lexicon.groups.values())):  # one stands in many phrases
        check_word(top, lexicon, word)


def home_of(lexicon: Spelt, word: str) -> str:
    """The id of the first phrase, or the first group, that has a word."""
    written = (id for id, phrase in lexicon.phrases() if word in pieces(phrase))
    return next(written, "") or next(name for name, words in lexicon.groups.items() if word in words)


def check_word(top: Row, lexicon: Spelt, word: str) -> None:
    """Refuse a mark nobody reads, a group that is not there, and a word that spelling turns into another."""
    if not WORD.fullmatch(word):
        top.wrong(home_of(lexicon, word), "%(word)s cannot be read", word=repr(word))
    if "<" in word and "#" not in word and group_of(word) not in lexicon.groups:
        top.wrong(home_of(lexicon, word), "no group is called %(name)s", name=repr(word))
    plain = word.lstrip("^$=").removeprefix("di-").removeprefix("me-")
    if plain in lexicon.spelling:
        meant = repr(" ".join(lexicon.spelling[plain]))
        id = home_of(lexicon, word)
        top.wrong(id, "%(word)s is always read as %(meant)s: write that", word=repr(plain), meant=meant)
