"""What a file of rows would take away: ids that the program uses, facts, and numbers that still stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.draft_words import ids_of
from bot.drafts import Draft
from bot.locale import mark
from content.faults import Fault
from content.hotlines import load_hotlines
from content.rows import UTF_8

GONE: Final = mark("this id is gone, and the program may use it: keep it, or ask whoever looks after Suar")
REPLACES: Final = mark("this file takes the place of the one in use; %(count)s facts are lost: %(names)s")
STANDS: Final = mark("%(number)s still stands in %(files)s: change it there too")
NO_FACT: Final = "there is no fact %(id)s"
FACTS: Final = "facts"
FEW: Final = 3  # names of lost facts: who left out most of a file sees it by the number of them
NUMBER: Final = re.compile(r"\+?\d[\d .-]*\d")
UNREAD: Final = frozenset({"reading", "places"})  # nobody is told what stands there


def gone(draft: Draft, kept: Path) -> Iterator[Fault]:
    """Rows of the file in use that this one has not; of facts it matters only whether something names them."""
    path = kept / draft.path
    if draft.path.parts[0] != FACTS and path.is_file():
        lost = ids_of(draft.path.name, path.read_text(encoding=UTF_8)) - ids_of(draft.path.name, draft.text)
        yield from (Fault(f"{draft.name}: {id}", GONE) for id in sorted(lost))


def lost_facts(draft: Draft, kept: Path, whole: Path) -> frozenset[str]:
    """The facts of the file in use that stand nowhere any more."""
    path = kept / draft.path
    if draft.path.parts[0] != FACTS or not path.is_file():
        return frozenset()
    texts = (one.read_text(encoding=UTF_8) for one in (whole / FACTS).glob("*.yaml"))
    with suppress(Fault):  # that file is said by itself
        still = frozenset[str]().union(*(ids_of(draft.path.name, text) for text in texts))
        return ids_of(draft.path.name, path.read_text(encoding=UTF_8)) - still
    return frozenset()


def replaces(draft: Draft, lost: frozenset[str]) -> Fault:
    """One sentence for many facts that are missed."""
    first, *rest = sorted(lost)
    names = ", ".join((first, *rest[: FEW - 1], *(("...",) if len(lost) > FEW else ())))
    return Fault(draft.name, REPLACES, count=len(lost), names=names)


def still_standing(draft: Draft, kept: Path, whole: Path) -> Iterator[Fault]:
    """Numbers that people called so far, that the list has not any more, and that something still tells them."""
    with suppress(Fault):  # that list is said by itself
        numbers = {piece for line in load_hotlines(whole / "directory") for piece in pieces(line.number)}
        said = dict(told(whole))
        for line in load_hotlines(kept / "directory"):
            for number in sorted(pieces(line.number) - numbers):
                alone = re.compile(rf"(?<![\w.-]){re.escape(number)}(?![\w-])")
                if files := [name for name, text in said.items() if alone.search(text)]:
                    yield Fault(f"{draft.name}: {line.id}", STANDS, number=number, files=", ".join(files))


def told(whole: Path) -> Iterator[tuple[str, str]]:
    """Everything that people may be told, by its file."""
    for path in sorted((*whole.rglob("*.yaml"), *whole.rglob("*.md"))):
        name = path.relative_to(whole)
        if name.parts[0] not in UNREAD and name.name != "README.md":
            yield name.as_posix(), path.read_text(encoding=UTF_8)


def pieces(number: str | None) -> frozenset[str]:
    """The numbers in "129, WA 08111-129-129"."""
    return frozenset(NUMBER.findall(number or ""))
