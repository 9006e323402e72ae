"""`make bench`: rounds over both engines, everybody in turn, and one table at the end."""

from __future__ import annotations

import argparse
import asyncio
import logging
import pstats
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from tests.bench.crowd import Score
from tests.bench.goals import goals, verdicts
from tests.bench.ground import FILE, FILED_AT_ONCE, PARTS, STORE, STORED, Cell, Ground, ground
from tests.bench.scores import table
from tests.databases import Databases, Sqlite, Unavailable, running_postgres

WIDTH = 180
SETTING_UP = 180  # seconds that may go by before anybody talks: a million persons are stored first
FILINGS = 180  # seconds
LONGEST = 30  # seconds that a stretch may take beyond its length
COSTS = 25  # lines of the profile


def options() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds over everybody (3)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of one stretch (0.5)")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"which parts, of {', '.join(PARTS)} (all)")
    parser.add_argument("--profile", action="store_true", help="only show where the desk's thread spends its time")
    return parser.parse_args()


def engines(stack: AsyncExitStack, console: Console) -> dict[str, Databases]:
    """Both engines, or a clear line where there is no PostgreSQL."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suar-bench-")))
    found: dict[str, Databases] = {"SQLite": Sqlite(folder)}
    try:
        found["PostgreSQL"] = stack.enter_context(running_postgres())
    except Unavailable as reason:
        console.print(f"PostgreSQL is left out: {reason}")
    return found


async def play(
    grounds: list[Ground], parts: list[str], rounds: int, seconds: float, console: Console
) -> dict[Cell, list[Score]]:
    """Every round measures everybody once, so a busy moment of the machine falls on neighbours; the filings last."""
    scores: dict[Cell, list[Score]] = defaultdict(list)
    for number in range(rounds):
        console.print(f"round {number + 1} of {rounds} ...")
        for cell, measure in (pair for one in grounds for pair in one.cells(parts).items()):
            async with asyncio.timeout(seconds + LONGEST):  # a desk that has died says nothing at all
                scores[cell].append(await measure(seconds))
    if FILE in parts:
        for one in grounds:
            console.print(f"{FILED_AT_ONCE} filings on {one.engine} ...")
            async with asyncio.timeout(FILINGS):
                scores.update({cell: [score] for cell, score in (await one.filings(FILED_AT_ONCE)).items()})
    return scores


async def bench(asked: argparse.Namespace, console: Console) -> None:
    """Set up, measure, print."""
    async with AsyncExitStack() as stack:
        found = engines(stack, console)
        parts = asked.parts.split(",")
        full = STORED if STORE in parts and not asked.profile else ()
        async with asyncio.timeout(SETTING_UP):
            grounds = [await stack.enter_async_context(ground(*one, full=full)) for one in found.items()]
        if asked.profile:
            for one in grounds:
                console.print(f"desk on {one.engine}, 64 at once, by own time")
                costs = pstats.Stats(await one.profile(4 * asked.seconds))
                costs.strip_dirs().sort_stats("tottime").print_stats(COSTS)
            return
        scores = await play(grounds, parts, asked.rounds, asked.seconds, console)
        console.print(table(scores))
        console.print(verdicts(goals(scores)))


def main() -> None:
    """Run from the command line."""
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(bench(options(), Console(width=WIDTH)))


if __name__ == "__main__":
    main()
