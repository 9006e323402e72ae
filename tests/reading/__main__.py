"""`python -m tests.reading [TASK ...]`: every figure of every task with its 95 % interval, seen and held rows."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from content.shelf import load_shelf
from handlers.reading.reader import Reader
from tests.reading.figures import HERE, rows_of


def scorers(asked: list[str]) -> dict[str, Any]:
    """The modules `score_TASK.py` by task, all of them where none is asked for."""
    tasks = sorted(path.stem.removeprefix("score_") for path in HERE.glob("score_*.py"))
    return {task: import_module(f"tests.reading.score_{task}") for task in tasks if not asked or task in asked}


def main(asked: list[str]) -> None:
    """Print them."""
    reader = Reader(load_shelf())
    for task, scorer in scorers(asked).items():
        for held in (False, True):
            rows = rows_of(task, held)
            if rows:
                sys.stdout.write(f"\n{task}, {'held' if held else 'seen'}: {len(rows)} rows\n")
                sys.stdout.writelines(f"  {one}\n" for one in scorer.figures(reader, rows))


if __name__ == "__main__":
    main(sys.argv[1:])
