"""The words that Suar does not say, read from `voice.yaml`: one list for whoever writes and for the tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.rows import Row, read_file

NEVER = re.compile(r"(?!)")


class Manner(StrEnum):
    """Why a word is not said."""

    FOREIGN = "foreign"
    ROUGH = "rough"
    LOUD = "loud"
    JARGON = "jargon"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class Voice:
    """The words of one language by reason, and the beginnings of the keys in which a word may be said all the same."""

    words: Mapping[Manner, re.Pattern[str]]
    allowed: Mapping[str, tuple[str, ...]]  # by the word in small letters


def load_voice(path: Path) -> dict[str, Voice]:
    """The words by language; Fault names language and field."""
    file = read_file(path)
    return {language: voice(file.inner(language)) for language in file.fields}


def voice(row: Row) -> Voice:
    """The words of one language."""
    row.only(frozenset({*Manner, "allowed"}))
    allowed = row.inner("allowed")
    return Voice(
        {manner: pattern(row.texts(manner)) for manner in Manner},
        {word: allowed.texts(word) for word in allowed.fields},
    )


def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some words or phrases as whole words, in capitals too; a star at the end stands for any ending."""
    return re.compile("|".join(map(form, words)), re.IGNORECASE) if words else NEVER


def form(word: str) -> str:
    """One of them; a sign like ! stands at the end of any word."""
    bare = word.removesuffix("*")
    before = r"(?<!\w)" if bare[:1].isalnum() else ""
    after = r"\w*" if word.endswith("*") else r"(?!\w)"
    return f"{before}{re.escape(bare)}{after}"


def unsaid(key: str, text: str, voice: Voice) -> Iterator[tuple[Manner, str]]:
    """The words of a text that are not said there, each with its reason."""
    for manner, words in voice.words.items():
        for found in words.finditer(text):
            if not key.startswith(voice.allowed.get(found.group().lower(), ("\0",))):
                yield manner, found.group()
