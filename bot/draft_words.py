"""What is wrong with a file of words: its keys, its labels, its numbers, and what is hard to read or not said."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from bot.drafts import Draft
from bot.locale import mark
from content.faults import Fault
from content.figures import figures
from content.languages import FIRST, flat, placeholders, unlike_words
from content.lessons import Ground
from content.readability import LONGEST, longest
from content.rows import read_file, read_mapping, read_yaml
from content.voice import Manner, Voice, unsaid

LONG_SENTENCE: Final = mark("a sentence has %(count)s words; at most %(most)s are read easily")
UNUSED: Final = mark("this key is said nowhere")
UNFILLED: Final = mark("%(name)s is not filled in here")
LOST: Final = mark("%(name)s is lost: keep it as it was")
ALIKE: Final = mark("reads like %(name)s: two buttons could not be told apart")
NO_NUMBER: Final = mark("%(figure)s stands in no row of hotlines.yaml")
UNSAID: Final = {
    Manner.FOREIGN: mark('"%(word)s" is of another language'),
    Manner.ROUGH: mark('"%(word)s" is stiff, blames, or is an office\'s word'),
    Manner.LOUD: mark('"%(word)s" frightens or orders about: say calmly what helps'),
    Manner.JARGON: mark('"%(word)s" is jargon: say it in everyday words'),
    Manner.PROMISED: mark('"%(word)s" promises more than we can keep'),
}
# Three digits from 100 on, or as many as a telephone has: what somebody would dial.
TELEPHONE: Final = re.compile(r"1\d\d|\d[\d.-]{5,}\d")


def words_faults(draft: Draft, kept: Path, voice: Voice, ground: Ground | None) -> Iterator[Fault]:
    """Against the file in use in `kept` and the numbers people call."""
    flow, used = draft.path.stem, read_file(kept / draft.path).fields
    tree = read_mapping(draft.name, draft.text).fields
    words, known = dict(flat(tree, flow)), dict(flat(used, flow))
    yield from (Fault(f"{draft.name}: {key}", UNUSED) for key in sorted(words.keys() - known.keys()))
    yield from (Fault(f"{draft.name}: {key}", "is missing") for key in sorted(known.keys() - words.keys()))
    for key, text in words.items():
        yield from hard_words(f"{draft.name}: {key}", key, text, voice)
        dialled = [one for one in figures(text) if ground and TELEPHONE.fullmatch(one) and one not in ground.dialled]
        for figure in dialled:
            yield Fault(f"{draft.name}: {key}", NO_NUMBER, figure=figure)
    for key in sorted(words.keys() & known.keys()):
        yield from refilled(f"{draft.name}: {key}", words[key], known[key])
    twins = dict(alike(tree, flow))
    for key in sorted(twins.keys() - dict(alike(used, flow)).keys()):
        yield Fault(f"{draft.name}: {key}", ALIKE, name=twins[key])


def refilled(where: str, text: str, used: str) -> Iterator[Fault]:
    """Placeholders that the program does not fill in, for the words in use have them not, and those that are lost."""
    ours, theirs = placeholders(text), placeholders(used)
    yield from (Fault(where, UNFILLED, name=f"{{{name}}}") for name in sorted(ours - theirs))
    yield from (Fault(where, LOST, name=f"{{{name}}}") for name in sorted(theirs - ours))


def unlike(draft: Draft, whole: Path, drafted: Collection[PurePosixPath]) -> Iterator[Fault]:
    """What this file says and the same file of another language does not, of the keys that both have."""
    words = dict(flat(read_mapping(draft.name, draft.text).fields, draft.path.stem))
    for path in (one for one in compared(draft, whole, drafted) if one.is_file()):
        there = dict(flat(read_file(path).fields, draft.path.stem))
        both = words.keys() & there.keys()
        ours, theirs = ({key: one[key] for key in both} for one in (words, there))
        yield from unlike_words(draft.language, ours, path.parent.name, theirs)


def compared(draft: Draft, whole: Path, drafted: Collection[PurePosixPath]) -> Iterator[Path]:
    """Where the same file of other languages lies, there or not; each pair is compared once.

    Of two drafts the translation is held against the Indonesian; a file that nobody touched is never to blame.
    """
    top, *below = draft.path.parts
    languages = sorted(path.stem for path in (whole / "reading").glob("*.yaml") if (whole / path.stem).is_dir())
    for language in (one for one in languages if one != top and FIRST in {one, top}):
        there = PurePosixPath(language, *below)
        if top != FIRST or there not in drafted:
            yield whole / there


def hard_words(where: str, key: str, text: str, voice: Voice) -> Iterator[Fault]:
    """Sentences that are too long, and words that Suar does not say."""
    if (count := longest(text)) > LONGEST:
        yield Fault(where, LONG_SENTENCE, count=count, most=LONGEST)
    yield from (Fault(where, UNSAID[manner], word=word) for manner, word in unsaid(key, text, voice))


def alike(tree: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """Keys of one question that read alike, each with the first that reads so."""
    said: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{above}.{name}"
        if isinstance(value, Mapping):
            yield from alike(value, key)
        elif "ask" in tree and (first := said.setdefault(str(value).strip().lower(), key)) != key:
            yield key, first


def ids_of(name: str, text: str) -> frozenset[str]:
    """Every `id` in a YAML text."""
    return frozenset(ids_in(read_yaml(name, text)))


def ids_in(value: object) -> Iterator[str]:
    """Every `id` of a row; of a text by language `id` is Indonesian, and no name."""
    if isinstance(value, dict):
        if "id" in value and ("en" not in value or "says" in value):
            yield str(value["id"])
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from ids_in(one)
