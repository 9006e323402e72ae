"""Whether files of content that are not in use yet are fit to be, and what is wrong with them where they are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from bot.draft_alerts import alert_faults
from bot.draft_lines import ALERTS, HOTLINES, lines_of
from bot.draft_rows import NO_FACT, gone, lost_facts, replaces, still_standing
from bot.draft_words import compared, hard_words, ids_of, unlike, words_faults
from bot.drafts import Draft, laid_over
from bot.locale import Words, mark
from bot.sources import sourced
from content.facts import load_facts
from content.faults import Fault, Gathered
from content.hotlines import load_hotlines
from content.languages import unlike_lesson
from content.lessons import Ground, Lesson, faults, place_of, read_lesson, shape_faults, try_lesson
from content.readability import MEDIAN, median
from content.rows import UTF_8
from content.shelf import HERE, Shelf, load_shelf
from content.voice import Voice, load_voice

HARD: Final = mark("its middle sentence has %(count)s words; at most %(most)s are read easily")
LACKS: Final = mark("%(name)s is missing: compare with the file in use")
SHAPED: Final = mark("is not built like the file in use")
CUT: Final = mark("%(count)s characters; %(channel)s takes %(most)s in one message")
FUTURE: Final = mark("%(day)s is in the future")
SILENT: Final = Voice({}, {})  # of a language without words that are not said
UNLIKE: Final = "has not the "  # topic, answers, figures or placeholders of another language
# What an officer leaves in a file is any of these; whatever else comes is our bug, and is seen as one.
UNREADABLE: Final = (LookupError, TypeError, AttributeError, ValueError)
# Parts of a place in a file, as an officer calls them.
PARTS: Final = {
    "card": mark("card"),
    "cards": mark("cards"),
    "question": mark("question"),
    "choice": mark("choice"),
    "reason": mark("reason"),
    "row": mark("row"),
    "line": mark("line"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong, and, where nothing stops it from being loaded, the shelf that would come of it."""

    problems: tuple[Fault, ...]
    shelf: Shelf | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What a file is judged by: the content in use, the same with all drafts in it, what may be said."""

    kept: Path
    whole: Path
    ground: Ground | None  # none where facts or numbers do not load themselves
    voices: Mapping[str, Voice]
    drafted: frozenset[PurePosixPath]


def check(drafts: Sequence[Draft], limits: Mapping[str, int], today: date, folder: Path = HERE) -> Checked:
    """All that is wrong with some files laid over the content, at once.

    `limits` is the longest message by channel; nothing may be dated after `today`.
    """
    found: dict[str, Fault] = {}
    shelf: Shelf | None = None
    with laid_over(drafts, folder) as whole:
        ground: Ground | None = None
        voices: Mapping[str, Voice] = {}
        with noted(found, drafts):
            ground = Ground.of(load_facts(whole / "facts"), load_hotlines(whole / "directory"))
        with noted(found, drafts):
            voices = load_voice(whole / "voice.yaml")
        for draft in drafts:
            with noted(found, drafts):
                for fault in apart(draft, Beside(folder, whole, ground, voices, frozenset(one.path for one in drafts))):
                    note(found, fault)
        loading: dict[str, Fault] = {}
        with noted(loading, drafts, found):
            shelf = load_shelf(whole)
        lost = {draft: facts for draft in drafts if (facts := lost_facts(draft, folder, whole))}
    note(found, *blaming(loading.values(), drafts, lost))
    if shelf:
        note(found, *too_long(drafts, limits, shelf), *dated(drafts, shelf, today))
        for draft in (one for one in drafts if one.path.name == ALERTS and voices.keys() >= set(shelf.languages)):
            note(found, *alert_faults(draft.name, shelf, voices))
    return Checked(tuple(found.values()), shelf)


def blaming(faults: Iterable[Fault], drafts: Sequence[Draft], lost: Mapping[Draft, frozenset[str]]) -> Iterator[Fault]:
    """What stops the whole from being loaded, said of the file that it comes of."""
    listed, names = tuple(faults), {draft.name for draft in drafts}
    missed = {str(one.values["id"]) for one in listed if one.says == NO_FACT}
    left_out = [replaces(draft, facts) for draft, facts in lost.items() if facts & missed]
    yield from left_out
    for one in listed:
        ours = one.where.partition(":")[0] in names
        # The other language was compared from the side of the draft; what a lost fact breaks is told by its loss.
        if ours or not (left_out or one.says.startswith(UNLIKE)):
            yield one


def note(found: dict[str, Fault], *faults: Fault) -> None:
    """Keep faults, each once."""
    for fault in faults:
        found.setdefault(str(fault), fault)


@contextmanager
def noted(found: dict[str, Fault], drafts: Sequence[Draft], before: Collection[str] = ()) -> Iterator[None]:
    """Keep what stops a file from being read."""
    try:
        yield
    except Fault as fault:
        note(found, *fault.every())
    except UNREADABLE as error:
        if not found and not before:  # else it comes of what was found
            says, values = (LACKS, {"name": str(error.args[0])}) if isinstance(error, KeyError) else (SHAPED, {})
            note(found, Fault(drafts[0].name, says, **values))


def apart(draft: Draft, beside: Beside) -> Iterator[Fault]:
    """What is wrong with one file."""
    voice = beside.voices.get(draft.language, SILENT)
    if draft.is_lesson:
        yield from lesson_faults(draft, beside, voice)
    elif draft.language:
        yield from words_faults(draft, beside.kept, voice, beside.ground)
        yield from unlike(draft, beside.whole, beside.drafted)
    elif draft.path.suffix == ".yaml":
        yield from gone(draft, beside.kept)
        if draft.path.name == HOTLINES:
            yield from still_standing(draft, beside.kept, beside.whole)


def lesson_faults(draft: Draft, beside: Beside, voice: Voice) -> Iterator[Fault]:
    """What the loader refuses, what is hard to read or not said, and what the other language has not."""
    gathered = Gathered()
    lesson = try_lesson(draft.name, draft.text, gathered)
    yield from gathered.found
    grounded = beside.ground if lesson.facts or not gathered.found else None
    judged = faults(draft.name, lesson, grounded) if grounded else shape_faults(draft.name, lesson)
    broken = {one.where.rpartition(": ")[0] for one in gathered.found}
    yield from (one for one in judged if one.where not in broken)
    words = dict(lesson.words())
    for key, text in words.items():
        yield from hard_words(f"{draft.name}: {place_of(key)}", key, text, voice)
    if (middle := median(words.values())) > MEDIAN:
        yield Fault(draft.name, HARD, count=middle, most=MEDIAN)
    for path in compared(draft, beside.whole, beside.drafted):
        yield from beside_lesson(draft, lesson, path)


def beside_lesson(draft: Draft, lesson: Lesson, path: Path) -> Iterator[Fault]:
    """What a lesson and the same one of another language have not in common."""
    language = path.parent.parent.name
    if not path.is_file():
        yield Fault(f"{language}/{path.name}", "is missing; %(there)s has it", there=draft.language)
        return
    with suppress(Fault):  # that file is said by itself
        other = read_lesson(draft.path.name, path.read_text(encoding=UTF_8))
        yield from unlike_lesson(draft.language, lesson, language, other)


def too_long(drafts: Sequence[Draft], limits: Mapping[str, int], shelf: Shelf) -> Iterator[Fault]:
    """What would be cut into several messages on a channel."""
    for draft in drafts:
        for channel, most in limits.items():
            for drawn in lines_of(draft, shelf, channel.lower()):
                if (count := len(drawn.line.plain())) > most:
                    yield Fault(f"{draft.name}: {drawn.part}", CUT, count=count, channel=channel, most=most)


def dated(drafts: Sequence[Draft], shelf: Shelf, today: date) -> Iterator[Fault]:
    """Sources, checks and calls that have not happened yet."""
    rows = [one for one in sourced(shelf)]
    for draft in (one for one in drafts if one.path.suffix == ".yaml" and not one.language):
        ids = ids_of(draft.path.name, draft.text)
        for row in (one for one in rows if one.id in ids):
            days = (row.dated, row.looked.isoformat() if row.looked else "")
            yield from (
                Fault(f"{draft.name}: {row.id}", FUTURE, day=day) for day in days if day > today.isoformat()[: len(day)]
            )


def said(fault: Fault, words: Words) -> str:
    """A fault in the words of a language, after the place where it stands."""
    where = ": ".join(place_in(part, words) for part in fault.where.split(": "))
    return f"{where}: {words.say(fault.says, **fault.values)}"


def place_in(part: str, words: Words) -> str:
    """`card 5` in the words of a language; a name of a file, row or field as it is written."""
    name, _, number = part.partition(" ")
    return f"{words.say(PARTS[name])} {number}".strip() if name in PARTS and (number.isdigit() or not number) else part
