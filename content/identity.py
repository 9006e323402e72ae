"""The lexicon of identity: words around what gives away who writes, as lists an officer can edit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from content.rows import SOURCED, Row, read_file


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
    neighbours: frozenset[str]
    close: frozenset[str]
    linking: frozenset[str]
    after_name: frozenset[str]
    last: frozenset[str]
    alone: frozenset[str]
    schools: frozenset[str]
    pupil: frozenset[str]
    works: frozenset[str]
    part: frozenset[str]
    left: frozenset[str]
    there: frozenset[str]
    reporter: frozenset[str]
    spouse: frozenset[str]
    dwelling: frozenset[str]
    ids: frozenset[str]
    counted: frozenset[str]
    family: frozenset[str]
    who: frozenset[str]


def load_identity(folder: Path) -> IdentityLexicon:
    """Read identity.yaml; ValueError names file, row and field of what is wrong."""
    top = read_file(folder / "identity.yaml")
    names = [one.name for one in fields(IdentityLexicon)]
    top.only(SOURCED | {"usulan", *names})
    top.text("source"), top.month("source_date"), top.confidence()
    return IdentityLexicon(**{name: words(top, name) for name in names})


def words(top: Row, name: str) -> frozenset[str]:
    """A list of single words in small letters: what is written otherwise could never be found."""
    found = top.texts(name)
    for word in found:
        if not (word.isascii() and word.isalpha() and word.islower()):
            top.wrong(name, "a word in small letters is needed")
    return frozenset(found)
