"""The lexicon of identity: words around what gives away who writes, as lists an officer can edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from content.rows import SOURCED, Row, read_file

GROUP = re.compile(r"<(\w+)>")
WORD = re.compile(r"[a-z]{3,}")


class Gives(StrEnum):
    """In what way somebody is given away."""

    NAME = "name"
    PHONE = "phone"
    NIK = "nik"
    ADDRESS = "address"
    PLATE = "plate"
    ACCOUNT = "account"
    ROLE = "role"


@dataclass(frozen=True, slots=True, eq=False)
class IdentityLexicon:
    """Words in small letters, by what they say; identity.yaml tells what each list is for."""

    self: frozenset[str]
    own: frozenset[str]
    names: frozenset[str]
    called: frozenset[str]
    signs: frozenset[str]
    titles: frozenset[str]
    persons: frozenset[str]
    not_names: frozenset[str]
    others: frozenset[str]
    not_theirs: frozenset[str]
    came: frozenset[str]
    money: frozenset[str]
    reach: frozenset[str]
    adverts: frozenset[str]
    plate_words: frozenset[str]
    live: frozenset[str]
    spot: frozenset[str]
    handles: frozenset[str]
    roles: frozenset[str]
    plain_roles: frozenset[str]
    telling: frozenset[str]
    kin: frozenset[str]
    between: frozenset[str]
    who_did: frozenset[str]
    starts: frozenset[str]
    stops: frozenset[str]
    anyone: frozenset[str]
    neighbours: frozenset[str]
    linking: frozenset[str]
    after_name: frozenset[str]
    reporter: frozenset[str]
    dwelling: frozenset[str]
    ids: frozenset[str]
    counted: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    spelling: Mapping[str, str]  # as it is typed: as the frames know it
    frames: tuple[tuple[Gives, str], ...]  # in what way it gives somebody away, and the frame
    vocabulary: frozenset[str]  # all words of all lexicons beside this one: what is none of them may be a name

    def group(self, name: str) -> frozenset[str]:
        """The words of a group, or of a list of the same name; KeyError if there is neither."""
        return self.groups[name] if name in self.groups else words_of(self, name)


def words_of(lexicon: IdentityLexicon, name: str) -> frozenset[str]:
    """The words of a list; KeyError if there is none of that name."""
    found = getattr(lexicon, name, None)
    if not isinstance(found, frozenset):
        raise KeyError(name)
    return found


def load_identity(folder: Path) -> IdentityLexicon:
    """Read identity.yaml; ValueError names file, row and field of what is wrong."""
    top = read_file(folder / "identity.yaml")
    names = [one.name for one in fields(IdentityLexicon) if one.name != "vocabulary"]
    top.only(SOURCED | {"usulan", *names})
    top.text("source"), top.month("source_date"), top.confidence()
    lists = {name: words(top, name) for name in names if name not in {"groups", "spelling", "frames"}}
    groups = {name: words(top.inner("groups"), name) for name in top.inner("groups").fields}
    typed = top.inner("spelling")
    spelling = {word: known for known in typed.fields for word in words(typed, known)}
    found = tuple(frames(top, {*groups, *lists}))
    return IdentityLexicon(**lists, groups=groups, spelling=spelling, frames=found, vocabulary=vocabulary(folder))


def vocabulary(folder: Path) -> frozenset[str]:
    """The words of every lexicon in a folder and of the codes' list beside it."""
    files = (*sorted(folder.glob("*.yaml")), *folder.parent.glob("code_words.txt"))
    return frozenset(word for file in files for word in WORD.findall(file.read_text(encoding="utf-8").lower()))


def frames(top: Row, groups: set[str]) -> Iterator[tuple[Gives, str]]:
    """Each frame with the way in which it gives somebody away; no group that it names may be missing."""
    for row in top.each("frames"):
        row.only(frozenset({"id", "gives", "says"}))
        for form in row.texts("says"):
            for name in GROUP.findall(form):
                if name not in groups:
                    row.wrong("says", "no group is called %(name)s", name=repr(name))
            yield row.word(Gives, "gives"), form


def words(top: Row, name: str) -> frozenset[str]:
    """A list of single words in small letters: what is written otherwise could never be found."""
    found = top.texts(name)
    for word in found:
        if not (word.isascii() and word.isalpha() and word.islower()):
            top.wrong(name, "a word in small letters is needed")
    return frozenset(found)
