"""Everything Suar says and knows, loaded once, checked, and read by key and language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from content.danger import DangerLexicon, load_danger
from content.gazetteer import Gazetteer, load_gazetteer
from content.hotlines import Hotline
from content.lessons import Lesson, load_lessons
from content.offers import Offers, load_offers
from content.queues import Directory, load_directory
from content.rows import read_file

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Lines:
    """Several words below each other, as a list."""

    says: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Words by key; `values` fill the placeholders: text as it is, a Say by its words, several joined by `; `."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


Value = str | Say | tuple[Say, ...] | Lines


@dataclass(frozen=True, slots=True)
class NumberWords:
    """How people write the numbers of a list."""

    spelt: Mapping[str, str]  # satu -> 1
    joiners: frozenset[str]  # dan, sama
    counted: frozenset[str]  # orang, hari: a number before one of these counts, and chooses nothing


@dataclass(frozen=True, slots=True)
class Terms:
    """Figures the task force signs: what the chat keeps and for how long. All `usulan` until then."""

    text_limit: int  # characters of one message
    draft_minutes: int
    parked_minutes: int  # of a talk with an affected person
    append_minutes: int
    reopen_days: int
    keep_days: Mapping[str, int]  # kind -> days

    @property
    def parked_seconds(self) -> int:
        """The silence that parks a talk."""
        return self.parked_minutes * 60

    @property
    def reopen_seconds(self) -> int:
        """How long `belum selesai` works."""
        return self.reopen_days * 86_400


@dataclass(frozen=True, slots=True)
class Shelf:
    """The loaded content. Nothing here changes while the service runs."""

    words: Mapping[str, Mapping[str, str]]  # language -> key -> template
    numbers: NumberWords
    commands: Mapping[str, str]  # a whole message, lower case -> command
    answers: Mapping[str, frozenset[str]]  # key of an option -> whole messages that mean it
    lessons: Mapping[str, Lesson]
    offers: Offers
    danger: DangerLexicon
    directory: Directory
    gazetteer: Gazetteer
    code_words: tuple[str, ...]
    terms: Terms

    def text(self, say: Say, language: str = "id") -> str:
        """The words of a key with its values put in; an unknown key is a KeyError."""
        return self.words[language][say.key].format_map({k: self.value(v, language) for k, v in say.values.items()})

    def value(self, value: Value, language: str) -> str:
        """A placeholder's words. Values are never read as templates, so a brace in a story stays a brace."""
        if isinstance(value, str):
            return value
        if isinstance(value, Say):
            return self.text(value, language)
        if isinstance(value, Lines):
            return "\n".join(f"- {self.text(one, language)}" for one in value.says)
        return "; ".join(self.text(one, language) for one in value)

    @property
    def hotlines(self) -> tuple[Hotline, ...]:
        """The numbers, in the order of their file."""
        return self.directory.hotlines

    def command(self, text: str) -> str:
        """The command a whole message is, or nothing."""
        return self.commands.get(" ".join(text.lower().strip(" \t\n.!?*/").split()), "")


def load_fields(path: Path) -> Mapping[str, Any]:
    """A YAML file as plain data."""
    return read_file(path).fields


def flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested keys as dotted ones; leaves are text."""
    for name, value in tree.items():
        if not isinstance(name, str):
            raise ValueError(f"{above}: {name!r} must be written in quotes: YAML reads it as no word")
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping):
            yield from flat(value, key)
        else:
            yield key, str(value).strip()


def load_words(folder: Path) -> dict[str, str]:
    """All words of a language; each file holds one flow, and its name is the first part of the keys."""
    words: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        words.update(flat(load_fields(path), path.stem))
    for key, template in words.items():
        check_template(key, template)
    return words


def check_template(key: str, template: str) -> None:
    """Only named placeholders: a translator may move them, never guess them."""
    for _, name, spec, _ in Formatter().parse(template):
        if name is not None and (not name.isidentifier() or spec):
            raise ValueError(f"{key}: a placeholder must be a plain name in braces, not {{{name}}}")


def load_numbers(data: Mapping[str, Any]) -> NumberWords:
    """The number words of a language's reading.yaml."""
    spelt = {str(word): str(number) for number, words in data["numbers"].items() for word in words}
    return NumberWords(spelt, frozenset(data["joiners"]), frozenset(data["counted"]))


def load_terms(data: Mapping[str, Any]) -> Terms:
    """Retention and limits from terms.yaml; each row names who proposed it."""
    days = {str(kind): int(row["days"]) for kind, row in data["keep"].items()}
    return Terms(
        int(data["text_limit"]),
        int(data["draft_minutes"]),
        int(data["parked_minutes"]),
        int(data["append_minutes"]),
        int(data["reopen_days"]),
        days,
    )


def load_shelf(folder: Path = HERE) -> Shelf:
    """The whole content of a folder, or a ValueError that names what is wrong in which file."""
    reading = load_fields(folder / "reading" / "id.yaml")
    commands = {str(word): str(name) for name, words in reading["commands"].items() for word in words}
    return Shelf(
        words={"id": load_words(folder / "id")},
        numbers=load_numbers(reading),
        commands=commands,
        answers={str(key): frozenset(map(str, said)) for key, said in reading["answers"].items()},
        lessons=load_lessons(folder / "id" / "lessons"),
        danger=load_danger(folder / "reading"),
        offers=load_offers(folder / "offers.yaml"),
        directory=load_directory(folder / "directory"),
        gazetteer=load_gazetteer(folder / "places"),
        code_words=tuple((folder / "code_words.txt").read_text(encoding="utf-8").split()),
        terms=load_terms(load_fields(folder / "terms.yaml")),
    )
