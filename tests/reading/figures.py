"""Figures of a reader with what chance may make of them: shares by Wilson, F1 by drawing the rows again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
Z = 1.96  # of a 95 % interval
DRAWS = 400
Row = dict[str, Any]
Pair = tuple[str, str]  # what is right, what was read


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure between 0 and 1 with its 95 % interval, and of how many it is."""

    name: str
    value: float
    low: float
    high: float
    of: int

    def __str__(self) -> str:
        span = f"{100 * self.low:5.1f} to {100 * self.high:5.1f}"
        return f"{self.name:<34}{100 * self.value:6.1f} %   ({span}, of {self.of})"


def rows_of(task: str, held: bool) -> list[Row]:
    """The rows of a task that the lexicons were made with, or those kept aside."""
    return rows_in(HERE / "held" if held else HERE, task)


def rows_in(folder: Path, task: str) -> list[Row]:
    """The rows in a folder: `task.jsonl` and, where there are more sorts of writers, `task_*.jsonl`."""
    files = [*folder.glob(f"{task}.jsonl"), *sorted(folder.glob(f"{task}_*.jsonl"))]
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def share(name: str, right: Iterable[bool]) -> Figure:
    """How many of some are right, with Wilson's interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    found = list(right)
    n, hits = len(found), sum(found)
    if not n:
        return Figure(name, 0, 0, 1, 0)
    p, z2 = hits / n, Z * Z / n
    middle, half = (p + z2 / 2) / (1 + z2), Z * sqrt(p * (1 - p) / n + z2 / (4 * n)) / (1 + z2)
    return Figure(name, p, max(0.0, middle - half), min(1.0, middle + half), n)


def macro_f1(pairs: Sequence[Pair]) -> float:
    """The mean of the F1 of each class that is right or read at all."""
    classes = {one for pair in pairs for one in pair}
    return sum(f1(pairs, one) for one in classes) / len(classes) if classes else 0.0


def f1(pairs: Sequence[Pair], name: str) -> float:
    """Precision and recall of one class in one figure."""
    both = sum(right == read == name for right, read in pairs)
    either = sum(right == name for right, _ in pairs) + sum(read == name for _, read in pairs)
    return 2 * both / either if either else 0.0


def drawn(name: str, rows: Sequence[Any], measure: Callable[[Sequence[Any]], float]) -> Figure:
    """Any measure of rows, with the interval that drawing as many of them again and again gives."""
    luck = Random(0)  # noqa: S311 - of a statistic, no secret
    values = sorted(measure(luck.choices(rows, k=len(rows))) for _ in range(DRAWS)) if rows else [0.0]
    low, high = values[int(0.025 * len(values))], values[int(0.975 * len(values))]
    return Figure(name, measure(rows), low, high, len(rows))
