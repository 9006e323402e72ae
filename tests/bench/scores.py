"""What the rounds came to: medians, and ratios taken within a round, as a table that a document can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from statistics import median

from rich import box
from rich.table import Table

from tests.bench.crowd import Score
from tests.bench.ground import BOT, CLIENT, DESK, FILED, FLOOR, KIND_BOT, READING, Cell

Scores = Mapping[Cell, Sequence[Score]]
COLUMNS = ("engine", "who", "at once", "turns/s", "p50 ms", "p99 ms", "CPU us")
RATIOS = ("x plain bot", "x 1 commit", "x CPU", "x floor")
RATE, COST = attrgetter("rate"), attrgetter("cost")
OURS = {DESK, CLIENT, READING}


def middle(scores: Sequence[Score], figure: Callable[[Score], float]) -> float:
    """The median of a figure over the rounds; nan where it was not taken."""
    return median(figure(one) for one in scores)


def ratio(scores: Scores, cell: Cell, other: Cell, figure: Callable[[Score], float] = RATE) -> str:
    """The median of the rounds' own ratios, and the lowest and highest of them."""
    if len(scores.get(other, ())) != len(scores[cell]):
        return ""  # not asked for, or measured once beside many
    pairs = zip(scores[cell], scores[other], strict=True)
    found = sorted(figure(ours) / figure(theirs) for ours, theirs in pairs)
    return f"{median(found):.2f}" + (f" ({found[0]:.2f}-{found[-1]:.2f})" if len(found) > 1 else "")


def floor_of(cell: Cell) -> Cell:
    """One at a time has one turn a commit under it, a crowd 64."""
    return Cell(cell.engine, FLOOR, 1 if cell.at_once == 1 else 64)


def row(scores: Scores, cell: Cell) -> list[str]:
    """One line of the table."""
    mine = scores[cell]
    waits = [f"{middle(mine, partial(Score.wait, share=share)):.1f}" for share in (0.5, 0.99)]
    line = [cell.engine, cell.who, str(cell.at_once), f"{middle(mine, RATE):,.0f}"]
    line += ["" if wait == "nan" else wait for wait in waits]
    line.append(f"{middle(mine, COST):,.0f}")
    for bot in (BOT, KIND_BOT):
        line.append(ratio(scores, cell, Cell(cell.engine, bot, cell.at_once)) if cell.who in OURS else "")
    line.append(ratio(scores, cell, Cell(cell.engine, BOT, cell.at_once), COST) if cell.who in OURS else "")
    line.append(ratio(scores, cell, floor_of(cell)) if cell.who not in {FLOOR, FILED} else "")
    return line


def table(scores: Scores) -> Table:
    """All of it, as Markdown."""
    made = Table(box=box.MARKDOWN)
    for number, column in enumerate((*COLUMNS, *RATIOS)):
        made.add_column(column, justify="left" if number < 2 else "right", no_wrap=True)
    for cell in scores:
        made.add_row(*row(scores, cell))
    return made
