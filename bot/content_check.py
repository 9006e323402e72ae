"""Whether files of content that are not in use yet are fit to be, and what is wrong with them where they are not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from bot.locale import Words, mark
from content.facts import load_facts
from content.faults import Fault
from content.hotlines import load_hotlines
from content.languages import FIRST, flat
from content.lessons import Ground, faults, read_lesson
from content.readability import LONGEST, MEDIAN, longest, median
from content.rows import read_file, read_yaml
from content.shelf import HERE, Shelf, load_shelf
from handlers.flows import FLOWS
from handlers.render import Line, render
from handlers.talk import Outcome, Place
from handlers.turns import question

LONG_SENTENCE: Final = mark("a sentence has %(count)s words; at most %(most)s are read easily")
HARD: Final = mark("its middle sentence has %(count)s words; at most %(most)s are read easily")
UNKNOWN: Final = mark("no file of the content has this name; a lesson ends in .md, a list of facts in .yaml")
UNREAD: Final = mark("cannot be read: %(why)s")
CUT: Final = mark("%(count)s characters; %(channel)s takes %(most)s in one message")
MOST: Final = 80  # characters of a file's name
NAME: Final = re.compile(rf"[a-z0-9][\w.-]{{0,{MOST - 1}}}", re.ASCII)
# What an officer leaves in a file is any of these; whatever else comes is our bug, and is seen as one.
UNREADABLE: Final = (LookupError, TypeError, AttributeError, ValueError)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file as somebody wrote it: where it would lie in the content, and its text."""

    path: PurePosixPath
    text: str = field(repr=False)

    @property
    def is_lesson(self) -> bool:
        """Whether it teaches."""
        return self.path.suffix == ".md"

    @property
    def language(self) -> str:
        """Whose words it holds; nothing where it holds none."""
        return self.path.parts[0] if self.path.parts[0] not in FOLDERS and len(self.path.parts) > 1 else ""


FOLDERS: Final = ("facts", "reading", "directory", "places")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong, and, where nothing stops it from being loaded, the shelf that would come of it."""

    problems: tuple[Fault, ...]
    shelf: Shelf | None


def draft_of(name: str, text: str, language: str = FIRST, folder: Path = HERE) -> Draft:
    """Where a file belongs, by its name and what it holds; Fault where nothing of the content has that name.

    A name comes from a form too: one that leads out of the folder is none.
    """
    if not NAME.fullmatch(name):
        raise Fault(name[:MOST], UNKNOWN)
    if name.endswith(".md"):
        return Draft(PurePosixPath(language, "lessons", name), text)
    if name.endswith(".yaml") and isinstance(read_yaml(name, text), list):
        return Draft(PurePosixPath("facts", name), text)
    homes = [part for part in (language, *FOLDERS[1:], ".") if (folder / part / name).is_file()]
    if homes:
        return Draft(PurePosixPath(max(homes, key=lambda part: alike(folder / part / name, text)), name), text)
    raise Fault(name, UNKNOWN)


def alike(path: Path, text: str) -> int:
    """How many names at the left edge two files share: two of the content may have one name."""
    kept = path.read_text(encoding="utf-8")
    edges = [{row.partition(":")[0] for row in one.splitlines() if row[:1].isalpha()} for one in (kept, text)]
    return len(edges[0] & edges[1])


def check(drafts: Sequence[Draft], limits: Mapping[str, int], folder: Path = HERE) -> Checked:
    """All that is wrong with some files laid over the content; `limits` is the longest message by channel."""
    with laid_over(drafts, folder) as whole:
        if found := tuple(alone(drafts, whole, folder)):
            return Checked(found, None)
        try:
            shelf = load_shelf(whole)
        except Fault as fault:
            return Checked((fault,), None)
        except UNREADABLE as error:
            return Checked((Fault(drafts[0].path.name, UNREAD, why=error),), None)
    return Checked(tuple(too_long(drafts, limits, shelf)), shelf)


@contextmanager
def laid_over(drafts: Sequence[Draft], folder: Path) -> Iterator[Path]:
    """A copy of the content with the drafts in it; it is gone afterwards."""
    with TemporaryDirectory() as made:
        whole = Path(made) / "content"
        shutil.copytree(folder, whole, ignore=shutil.ignore_patterns("*.py", "__pycache__", "locale"))
        for draft in drafts:
            path = whole / draft.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(draft.text, encoding="utf-8")
        yield whole


def alone(drafts: Sequence[Draft], whole: Path, folder: Path) -> Iterator[Fault]:
    """What is wrong with each file by itself, all of it at once."""
    try:
        ground = Ground.of(load_facts(whole / "facts"), load_hotlines(whole / "directory"))
    except Fault as fault:
        yield fault
        return
    except UNREADABLE as error:
        yield Fault(drafts[0].path.name, UNREAD, why=error)
        return
    for draft in drafts:
        try:
            if draft.is_lesson:
                yield from lesson_faults(draft, ground)
            elif draft.language:
                yield from words_faults(draft, folder)
        except Fault as fault:
            yield fault


def lesson_faults(draft: Draft, ground: Ground) -> Iterator[Fault]:
    """What the loader refuses, and what is hard to read."""
    lesson = read_lesson(draft.path.name, draft.text)
    yield from faults(draft.path.name, lesson, ground)
    words = dict(lesson.words())
    yield from hard_to_read(draft.path.name, words)
    if (middle := median(words.values())) > MEDIAN:
        yield Fault(draft.path.name, HARD, count=middle, most=MEDIAN)


def words_faults(draft: Draft, folder: Path) -> Iterator[Fault]:
    """Keys that are said nowhere, keys that are gone, and what is hard to read."""
    tree, name = read_yaml(draft.path.name, draft.text), draft.path.name
    if not isinstance(tree, dict):
        raise Fault(name, "a mapping of names is needed")
    words = dict(flat(tree, draft.path.stem))
    known = dict(flat(read_file(folder / draft.path).fields, draft.path.stem))
    for key in sorted(words.keys() - known.keys()):
        yield Fault(f"{name}: {key}", mark("this key is said nowhere"))
    for key in sorted(known.keys() - words.keys()):
        yield Fault(f"{name}: {key}", "is missing")
    yield from hard_to_read(name, words)


def hard_to_read(name: str, words: Mapping[str, str]) -> Iterator[Fault]:
    """Sentences that are too long."""
    for key, text in words.items():
        if (count := longest(text)) > LONGEST:
            yield Fault(f"{name}: {key}", LONG_SENTENCE, count=count, most=LONGEST)


def too_long(drafts: Sequence[Draft], limits: Mapping[str, int], shelf: Shelf) -> Iterator[Fault]:
    """What would be cut into several messages on a channel."""
    for draft in drafts:
        for key, line in lines_of(draft, shelf):
            for channel, most in limits.items():
                if (count := len(line.plain())) > most:
                    yield Fault(f"{draft.path.name}: {key}", CUT, count=count, channel=channel, most=most)


def lines_of(draft: Draft, shelf: Shelf) -> Iterator[tuple[str, Line]]:
    """Every message that a lesson or a file of words becomes, by its place in the talk."""
    if draft.is_lesson:
        lesson = shelf.lessons[read_lesson(draft.path.name, draft.text).id]
        places = [("before", 0), *(("card", at) for at in range(len(lesson.cards)))]
        for step, at in [*places, *(("quiz", at) for at in range(len(lesson.quiz)))]:
            field = "card" if step == "card" else "question"
            place = Place("learn", step, {"topic": lesson.topic, "lesson": lesson.id, field: at})
            line = render(Outcome(place, question=question(FLOWS, place, shelf)), shelf, draft.language)
            if line:
                yield f"{step} {at + 1}", line
    elif draft.language:
        flow = f"{draft.path.stem}."
        for key, text in shelf.words[draft.language].items():
            if key.startswith(flow):
                yield key, Line((text,), language=draft.language)


def said(fault: Fault, words: Words) -> str:
    """A fault in the words of a language, after the place where it stands."""
    return f"{fault.where}: {words.say(fault.says, **fault.values)}"
