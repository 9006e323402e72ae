"""`python -m tests.reading [TASK ...]`: every figure of every task with its 95 % interval.

Rows that the lexicons were made with (seen), rows of the same writers kept aside (held), and rows of a writer who knew
no lexicon and whose misses nobody has studied (fresh): the last say how well a stranger is read.
"""

from __future__ import annotations

import sys
from importlib import import_module
from statistics import median
from time import process_time
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
    began = process_time()
    reader = Reader(load_shelf())
    sys.stdout.write(f"\nlexicons read in: {process_time() - began:.2f} seconds of CPU\n")
    for task, scorer in scorers(asked).items():
        for name, folder in FOLDERS.items():
            if rows := rows_in(folder, task):
                sys.stdout.write(f"\n{task}, {name}: {len(rows)} rows\n")
                sys.stdout.writelines(f"  {one}\n" for one in scorer.figures(reader, rows))
    texts = [row["text"] for task in scorers([]) for row in rows_in(FOLDERS["fresh"], task)]
    sys.stdout.write(
        f"\nall readings of a message: {median(took(reader, text) for text in texts):.1f} ms at the median\n"
    )


def took(reader: Reader, text: str) -> float:
    """Milliseconds of CPU for everything that is read of a message."""
    began = process_time()
    danger = reader.danger.read(text)
    reader.places.read(text), reader.meaning(text, danger), reader.kinds.read(text, danger), reader.identity.read(text)
    return (process_time() - began) * 1_000


if __name__ == "__main__":
    main(sys.argv[1:])
