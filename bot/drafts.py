"""Files of content that are not in use yet: where each would lie, and a copy of the content with them in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from bot.locale import mark
from content.faults import Fault
from content.languages import FIRST
from content.lessons import MARK
from content.recordings import LIST
from content.rows import UTF_8, read_yaml
from content.shelf import HERE, SOUNDS

UNKNOWN: Final = mark("no file of the content has this name; a lesson ends in .md, a list of facts in .yaml")
NO_TEXT: Final = mark("holds characters that cannot be read: save it as plain text in UTF-8")
MOST: Final = 80  # characters of a file's name
NAME: Final = re.compile(rf"[a-z0-9][\w.-]{{0,{MOST - 1}}}", re.ASCII)
FOLDERS: Final = ("facts", "reading", "directory", "places")
LOST: Final = "\ufffd"  # what stands in place of bytes that are no UTF-8


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
        top, *rest = self.path.parts
        return top if top not in FOLDERS and (len(rest) == 1 or self.is_lesson) else ""

    @property
    def name(self) -> str:
        """How it is called where something is wrong with it: with its language, for two may have one name."""
        return f"{self.language}/{self.path.name}" if self.language else self.path.name


def draft_of(name: str, text: str, language: str = FIRST, folder: Path = HERE) -> Draft:
    """Where a file belongs, by its name and what it holds; Fault where nothing of the content has that name.

    A name comes from a form too: one that leads out of the folder is none.
    """
    if not NAME.fullmatch(name):
        raise Fault(name[:MOST], UNKNOWN)
    if LOST in text:
        raise Fault(name, NO_TEXT)
    text = text.removeprefix(MARK)
    if name.endswith(".md"):
        return Draft(PurePosixPath(language, "lessons", name), text)
    if name == LIST:
        return Draft(PurePosixPath(SOUNDS.relative_to(HERE).as_posix(), name), text)
    homes = [part for part in (language, *FOLDERS, ".") if (folder / part / name).is_file()]
    if homes:
        return Draft(PurePosixPath(max(homes, key=lambda part: alike(folder / part / name, text)), name), text)
    if name.endswith(".yaml") and isinstance(read_yaml(name, text), list):
        return Draft(PurePosixPath("facts", name), text)
    raise Fault(name, UNKNOWN)


def alike(path: Path, text: str) -> int:
    """How many names at the left edge two files share: two of the content may have one name."""
    kept = path.read_text(encoding=UTF_8)
    edges = [{row.partition(":")[0] for row in one.splitlines() if row[:1].isalpha()} for one in (kept, text)]
    return len(edges[0] & edges[1])


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
