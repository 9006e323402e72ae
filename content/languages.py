"""The languages of a talk: for each its words, lessons, numbers, commands and answers, alike in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any

from content.faults import Fault, Gathered
from content.figures import figures
from content.lessons import Ground, Lesson, load_lessons, place_of
from content.rows import UTF_8, read_file, read_mapping

FIRST = "id"  # every install has it, and everybody begins in it


@dataclass(frozen=True, slots=True)
class NumberWords:
    """How people write the numbers of a list."""

    spelt: Mapping[str, str]  # satu -> 1
    joiners: frozenset[str]  # dan, sama
    counted: frozenset[str]  # orang, hari: a number before one of these counts, and chooses nothing
    ordinals: Mapping[str, str]  # kedua -> 2; the last one is -1
    asides: frozenset[str]  # yang, aja, kak: they add nothing to an answer that is a number


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
    found: dict[str, Language] = {}
    gathered = Gathered()
    for code in (FIRST, *(code for code in codes if code != FIRST)):
        with gathered:
            found[code] = load_language(folder, code, ground)
    gathered.end()
    Gathered(fault for code, language in found.items() for fault in unlike(code, language, found[FIRST])).end()
    return found


def load_language(folder: Path, code: str, ground: Ground) -> Language:
    """One language; Fault names key or file."""
    reading = read_file(folder / "reading" / f"{code}.yaml").fields
    lessons: dict[str, Lesson] = {}
    words: dict[str, str] = {}
    gathered = Gathered()
    with gathered:
        lessons = load_lessons(folder / code / "lessons", ground)
    with gathered:
        words = load_words(folder / code)
    for lesson in lessons.values():
        words.update(lesson.words())
    for key, template in words.items():
        with gathered:
            check_template(home(code, key, lessons), template)
    gathered.end()
    return Language(words, lessons, load_numbers(reading), load_commands(reading), load_answers(reading))


def load_words(folder: Path) -> dict[str, str]:
    """All words of a language; each file holds one flow, and its name is the first part of the keys."""
    words: dict[str, str] = {}
    gathered = Gathered()
    for path in sorted(folder.glob("*.yaml")):
        with gathered:
            name = f"{folder.name}/{path.name}"
            words.update(flat(read_mapping(name, path.read_text(encoding=UTF_8)).fields, path.stem))
    gathered.end()
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


def check_template(where: str, template: str) -> None:
    """Only named placeholders: a translator may move them, never guess them."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise Fault(where, "a brace stands alone: { and } are only for a placeholder") from error
    for _, name, spec, _ in parsed:
        if name is not None and (not name.isidentifier() or spec):
            raise Fault(where, "a placeholder must be a plain name in braces, not {%(name)s}", name=name)


def placeholders(template: str) -> frozenset[str]:
    """The names that stand in braces."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def load_numbers(reading: Mapping[str, Any]) -> NumberWords:
    """The number words of a language's reading file."""
    spelt = {str(word): str(number) for number, words in reading["numbers"].items() for word in words}
    ordinals = {str(word): str(number) for number, words in reading["ordinals"].items() for word in words}
    joiners, counted, asides = (frozenset(reading[name]) for name in ("joiners", "counted", "asides"))
    return NumberWords(spelt, joiners, counted, ordinals, asides)


def load_commands(reading: Mapping[str, Any]) -> dict[str, str]:
    """Commands by the whole messages that mean them."""
    return {str(word): str(name) for name, words in reading["commands"].items() for word in words}


def load_answers(reading: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Whole messages by the option they mean."""
    return {str(key): frozenset(map(str, said)) for key, said in reading["answers"].items()}


def unlike(code: str, language: Language, first: Language) -> Iterator[Fault]:
    """Where a language has not the lessons, keys, placeholders and figures of Indonesian."""
    theirs = language.lessons
    for name in sorted(theirs.keys() ^ first.lessons.keys()):
        here, there, held = (code, FIRST, first) if name in first.lessons else (FIRST, code, language)
        yield Fault(f"{here}/{held.lessons[name].file}", "is missing; %(there)s has it", there=there)
    for name in (one for one in theirs if one in first.lessons):
        yield from unlike_lesson(code, theirs[name], FIRST, first.lessons[name])
    yield from unlike_words(code, of_flows(language.words), FIRST, of_flows(first.words))


def of_flows(words: Mapping[str, str]) -> dict[str, str]:
    """The words that are no lesson's."""
    return {key: said for key, said in words.items() if not key.startswith("lesson.")}


def unlike_words(code: str, words: Mapping[str, str], there: str, meant: Mapping[str, str]) -> Iterator[Fault]:
    """A key that is missing in one of two languages; where the first says another placeholder or another number."""
    for key in sorted(words.keys() ^ meant.keys()):
        here, other = (code, there) if key in meant else (there, code)
        yield Fault(home(here, key), "is missing; %(there)s has it", there=other)
    for key in sorted(words.keys() & meant.keys()):
        ours, theirs = placeholders(words[key]), placeholders(meant[key])
        if ours != theirs:
            names = ", ".join(f"{{{name}}}" for name in sorted(ours ^ theirs))
            yield Fault(home(code, key), "has not the placeholders of %(there)s: %(names)s", there=there, names=names)
        yield from unlike_figures(home(code, key), words[key], there, meant[key])


def unlike_figures(where: str, text: str, there: str, meant: str) -> Iterator[Fault]:
    """The figures that stand in one of two texts and not in the other."""
    ours, theirs = Counter(figures(text)), Counter(figures(meant))
    if ours != theirs:
        named = ", ".join(sorted((ours - theirs) + (theirs - ours)))
        yield Fault(where, "has not the figures of %(there)s: %(figures)s", there=there, figures=named)


def unlike_lesson(code: str, lesson: Lesson, there: str, meant: Lesson) -> Iterator[Fault]:
    """A lesson differs from the same one of another language in nothing but its words: not in a figure either."""
    here = f"{code}/{lesson.file}"
    if (lesson.topic, lesson.facts) != (meant.topic, meant.facts):
        yield Fault(here, "has not the topic and facts of %(there)s", there=there)
    words, others = dict(lesson.words()), dict(meant.words())
    for key in sorted(words.keys() ^ others.keys()):
        where, other = (code, there) if key in others else (there, code)
        yield Fault(f"{where}/{meant.file}: {place_of(key)}", "is missing; %(there)s has it", there=other)
    if words.keys() == others.keys() and lesson.right != meant.right:
        yield Fault(here, "has not the right answers of %(there)s", there=there)
    for key in (one for one in words if one in others):
        yield from unlike_figures(f"{here}: {place_of(key)}", words[key], there, others[key])


def home(code: str, key: str, lessons: Mapping[str, Lesson] | None = None) -> str:
    """The file in which a key stands, and its place there."""
    flow, _, rest = key.partition(".")
    if lessons and flow == "lesson":
        return f"{code}/{lessons[rest.partition('.')[0]].file}: {place_of(key)}"
    return f"{code}/{flow}.yaml: {key}"


def join_numbers(languages: Mapping[str, Language]) -> dict[str, NumberWords]:
    """For each language its own joiners; whoever mixes languages is understood, so the rest is everybody's."""
    numbers = [language.numbers for language in languages.values()]
    spelt = {word: number for one in numbers for word, number in one.spelt.items()}
    counted = frozenset(word for one in numbers for word in one.counted)
    ordinals = {word: number for one in numbers for word, number in one.ordinals.items()}
    return {
        code: replace(own, spelt={**spelt, **own.spelt}, counted=counted, ordinals={**ordinals, **own.ordinals})
        for code, own in ((code, language.numbers) for code, language in languages.items())
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
