"""What was asked of the desk, as ratios taken within a round, and whether it was reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich import box
from rich.table import Table

from tests.bench.crowd import Score
from tests.bench.ground import (
    BOT,
    DESK,
    FILED,
    FILED_AT_ONCE,
    FLOOR,
    MEANWHILE,
    ONE_ROW,
    PURGING,
    QUIET,
    STORED,
    Cell,
    holding,
)
from tests.bench.strain import AT_ONCE

Scores = Mapping[Cell, Sequence[Score]]
OVER_BOT = {"SQLite": 5.0, "PostgreSQL": 4.0}
OVER_FLOOR = {"SQLite": 0.25, "PostgreSQL": 0.5}
FLAT = 0.8  # of the turns with few persons stored: what two stretches of the same thing may differ by
UNNOTICED = 1_000.0  # milliseconds that somebody waits for an answer without wondering


@dataclass(frozen=True, slots=True)
class Goal:
    """`found` holds one figure a round; what counts is the median."""

    engine: str
    what: str
    bound: float
    found: tuple[float, ...]
    most: bool = False  # the bound is from above

    @property
    def kept(self) -> bool:
        """Whether it was reached."""
        return median(self.found) <= self.bound if self.most else median(self.found) >= self.bound

    def row(self) -> list[str]:
        """One line of the table."""
        low, high, reached = min(self.found), max(self.found), f"{median(self.found):.2f}"
        spread = f" ({low:.2f}-{high:.2f})" if len(self.found) > 1 else ""
        asked = f"{'at most' if self.most else 'at least'} {self.bound:g}"
        return [self.engine, self.what, asked, reached + spread, "pass" if self.kept else "miss"]


def rate(score: Score) -> float:
    """Turns a second."""
    return score.rate


def middle(score: Score) -> float:
    """Milliseconds that half of the turns take at most."""
    return score.wait(0.5)


def slow(score: Score) -> float:
    """Milliseconds that 99 of 100 turns take at most."""
    return score.wait(0.99)


def goals(scores: Scores) -> list[Goal]:
    """Every goal whose cells were measured, by engine."""
    return [goal for engine in dict.fromkeys(cell.engine for cell in scores) for goal in of_engine(scores, engine)]


def of_engine(scores: Scores, engine: str) -> Iterator[Goal]:
    """The goals of one engine."""

    def cell(who: str, at_once: int = AT_ONCE) -> Cell:
        return Cell(engine, who, at_once)

    crowd, alone = cell(DESK), cell(DESK, 1)
    few, many = STORED
    for what, bound, most, ours, theirs, figures in (
        ("one-row commits of the disk", 1.0, False, crowd, cell(ONE_ROW, 1), (rate, rate)),
        ("plain bot, 64 at once", OVER_BOT.get(engine, 1.0), False, crowd, cell(BOT), (rate, rate)),
        ("floor, 64 a commit", OVER_FLOOR.get(engine, 0.25), False, crowd, cell(FLOOR), (rate, rate)),
        ("plain bot, one at a time", 1.0, False, alone, cell(BOT, 1), (rate, rate)),
        ("p99 at 64 over p50 at one", 50.0, True, crowd, alone, (slow, middle)),
        ("p99 while rows are purged over p99", 5.0, True, cell(PURGING), cell(QUIET), (slow, slow)),
        (f"{many:,} persons stored over {few:,}", FLAT, False, cell(holding(many)), cell(holding(few)), (rate, rate)),
    ):
        if ours in scores and theirs in scores:
            yield Goal(engine, what, bound, tuple(quotients(scores, ours, theirs, *figures)), most)
    filed, meanwhile = scores.get(cell(FILED, FILED_AT_ONCE)), scores.get(cell(MEANWHILE))
    if filed and meanwhile:
        what = f"seconds until {FILED_AT_ONCE} filings at once have their codes"
        yield Goal(engine, what, 30.0, (filed[0].seconds,), True)
        yield Goal(engine, "p99 in ms of 64 others meanwhile", UNNOTICED, (slow(meanwhile[0]),), True)


Figure = Callable[[Score], float]


def quotients(scores: Scores, ours: Cell, theirs: Cell, mine: Figure, other: Figure) -> Iterator[float]:
    """One ratio a round."""
    for one, two in zip(scores[ours], scores[theirs], strict=True):
        yield mine(one) / other(two)


def verdicts(found: Sequence[Goal]) -> Table:
    """All of them, as Markdown."""
    made = Table(box=box.MARKDOWN)
    for column in ("engine", "what", "asked", "reached", ""):
        made.add_column(column, no_wrap=True)
    for goal in found:
        made.add_row(*goal.row())
    return made
