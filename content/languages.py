"""The languages of a talk: for each its words, lessons, numbers, commands and answers, alike in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from content.faults import Fault
from content.figures import figures
from content.lessons import Ground, Lesson, load_lessons
from content.rows import read_file

FIRST = "id"  # every install has it, and everybody begins in it


@dataclass(frozen=True, slots=True)
class NumberWords:
    """How people write the numbers of a list."""

    spelt: Mapping[str, str]  # satu -> 1
    joiners: frozenset[str]  # dan, sama
    counted: frozenset[str]  # orang, hari: a number before one of these counts, and chooses nothing


@dataclass(frozen=True, slots=True)
class Language:
    """What the files of one language say; `words` holds the lessons too, by key."""

    words: Mapping[str, str]  # key -> template
    lessons: Mapping[str, Lesson]
    numbers: NumberWords
    commands: Mapping[str, str]  # a whole message, lower case -> command
    answers: Mapping[str, frozenset[str]]  # key of an option -> whole messages that mean it


def load_languages(folder: Path, ground: Ground) -> dict[str, Language]:
    """Indonesian first, then each folder with a file `reading/<code>.yaml`; Fault where two are not alike."""
    codes = sorted(path.stem for path in (folder / "reading").glob("*.yaml") if (folder / path.stem).is_dir())
    found = {code: load_language(folder, code, ground) for code in (FIRST, *(code for code in codes if code != FIRST))}
    for code, language in found.items():
        check_alike(code, language, found[FIRST])
    return found


def load_language(folder: Path, code: str, ground: Ground) -> Language:
    """One language; Fault names key or file."""
    reading = read_file(folder / "reading" / f"{code}.yaml").fields
    lessons = load_lessons(folder / code / "lessons", ground)
    words = load_words(folder / code)
    for lesson in lessons.values():
        words.update(lesson.words())
    for key, template in words.items():
        check_template(key, template)
    return Language(words, lessons, load_numbers(reading), load_commands(reading), load_answers(reading))


def load_words(folder: Path) -> dict[str, str]:
    """All words of a language; each file holds one flow, and its name is the first part of the keys."""
    words: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        words.update(flat(read_file(path).fields, path.stem))
    return words


def flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested keys as dotted ones; leaves are text."""
    for name, value in tree.items():
        if not isinstance(name, str):
            raise Fault(above, "%(name)s must be written in quotes: YAML reads it as no word", name=repr(name))
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping):
            yield from flat(value, key)
        else:
            yield key, str(value).strip()


def check_template(key: str, template: str) -> None:
    """Only named placeholders: a translator may move them, never guess them."""
    for _, name, spec, _ in Formatter().parse(template):
        if name is not None and (not name.isidentifier() or spec):
            raise Fault(key, "a placeholder must be a plain name in braces, not {%(name)s}", name=name)


def placeholders(template: str) -> frozenset[str]:
    """The names that stand in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def load_numbers(reading: Mapping[str, Any]) -> NumberWords:
    """The number words of a language's reading file."""
    spelt = {str(word): str(number) for number, words in reading["numbers"].items() for word in words}
    return NumberWords(spelt, frozenset(reading["joiners"]), frozenset(reading["counted"]))


def load_commands(reading: Mapping[str, Any]) -> dict[str, str]:
    """Commands by the whole messages that mean them."""
    return {str(word): str(name) for name, words in reading["commands"].items() for word in words}


def load_answers(reading: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Whole messages by the option they mean."""
    return {str(key): frozenset(map(str, said)) for key, said in reading["answers"].items()}


def check_alike(code: str, language: Language, first: Language) -> None:
    """The same keys, placeholders, and lessons as in Indonesian; the first that differs is named."""
    for key in sorted(language.words.keys() ^ first.words.keys()):
        here, there = (code, FIRST) if key in first.words else (FIRST, code)
        raise Fault(home(here, key), "%(key)s is missing; %(there)s has it", key=key, there=there)
    for key, template in language.words.items():
        if placeholders(template) != placeholders(first.words[key]):
            raise Fault(home(code, key), "%(key)s has not the placeholders of %(there)s", key=key, there=FIRST)
    for name, lesson in language.lessons.items():
        check_lesson_alike(code, lesson, first.lessons[name])


def check_lesson_alike(code: str, lesson: Lesson, first: Lesson) -> None:
    """A lesson differs from its Indonesian in nothing but its words: not in a figure either."""
    here = f"{code}/lessons: {lesson.id}"
    if lesson.right != first.right:
        raise Fault(here, "has not the right answers of %(there)s", there=FIRST)
    if (lesson.topic, lesson.facts) != (first.topic, first.facts):
        raise Fault(here, "has not the topic and facts of %(there)s", there=FIRST)
    for (key, words), (_, meant) in zip(lesson.words(), first.words(), strict=True):
        if sorted(figures(words)) != sorted(figures(meant)):
            raise Fault(f"{code}/lessons: {key}", "has not the figures of %(there)s", there=FIRST)


def home(code: str, key: str) -> str:
    """The file or folder in which a key stands."""
    flow = key.partition(".")[0]
    return f"{code}/lessons" if flow == "lesson" else f"{code}/{flow}.yaml"


def join_numbers(languages: Mapping[str, Language]) -> dict[str, NumberWords]:
    """For each language its own joiners; whoever mixes languages is understood, so the rest is everybody's."""
    numbers = [language.numbers for language in languages.values()]
    spelt = {word: number for one in numbers for word, number in one.spelt.items()}
    counted = frozenset(word for one in numbers for word in one.counted)
    return {
        code: NumberWords({**spelt, **language.numbers.spelt}, language.numbers.joiners, counted)
        for code, language in languages.items()
    }


def join_commands(languages: Mapping[str, Language]) -> dict[str, str]:
    """The commands of all languages; one word with two meanings is a Fault."""
    joined: dict[str, str] = {}
    for code, language in languages.items():
        for word, name in language.commands.items():
            if joined.setdefault(word, name) != name:
                raise two_meanings(code, word, name, joined[word])
    return joined


def join_answers(languages: Mapping[str, Language]) -> dict[str, frozenset[str]]:
    """The answers of all languages; one word that chooses two options of a question is a Fault."""
    joined: dict[str, frozenset[str]] = {}
    meant: dict[tuple[str, str], str] = {}
    for code, language in languages.items():
        for key, said in language.answers.items():
            joined[key] = joined.get(key, frozenset()) | said
            for word in sorted(said):
                before = meant.setdefault((key.rpartition(".")[0], word), key)
                if before != key:
                    raise two_meanings(code, word, key, before)
    return joined


def two_meanings(code: str, word: str, here: str, before: str) -> Fault:
    """One word that means two things."""
    where, quoted = f"reading/{code}.yaml", repr(word)
    return Fault(where, "%(word)s means %(here)s here and %(before)s before", word=quoted, here=here, before=before)
