"""`python -m tests.reading [TASK ...]`: every figure of every task with its 95 % interval.

Rows that the lexicons were made with (seen), rows of the same writers kept aside (held), and rows of a writer who knew
no lexicon and whose misses nobody has studied (fresh): the last say how well a stranger is read.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from content.shelf import load_shelf
from handlers.reading.reader import Reader
from tests.reading.figures import HERE, rows_in

FOLDERS = {"seen": HERE, "held": HERE / "held", "fresh": HERE / "fresh"}


def scorers(asked: list[str]) -> dict[str, Any]:
    """The modules `score_TASK.py` by task, all of them where none is asked for."""
    tasks = sorted(path.stem.removeprefix("score_") for path in HERE.glob("score_*.py"))
    return {task: import_module(f"tests.reading.score_{task}") for task in tasks if not asked or task in asked}


def main(asked: list[str]) -> None:
    """Print them."""
    reader = Reader(load_shelf())
    for task, scorer in scorers(asked).items():
        for name, folder in FOLDERS.items():
            if rows := rows_in(folder, task):
                sys.stdout.write(f"\n{task}, {name}: {len(rows)} rows\n")
                sys.stdout.writelines(f"  {one}\n" for one in scorer.figures(reader, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
