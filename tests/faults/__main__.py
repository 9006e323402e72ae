"""`make faults`: storms of kill -9 over SQLite and over PostgreSQL with several processes."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import SystemRandom

from tests.databases import Unavailable, running_postgres
from tests.faults.product import make_product
from tests.faults.storm import AT_ONCE, Outcome, Weather, storm

ENGINES = ("sqlite", "postgres")
PROCESSES = {"sqlite": ("run",), "postgres": ("serve", "serve", "work", "work")}


def options() -> argparse.Namespace:
    """What may be asked for."""
    parser = argparse.ArgumentParser(prog="make faults ARGS=...", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, help="one engine only (both)")
    parser.add_argument("--kills", type=int, default=20, help="kills on each engine (20)")
    parser.add_argument("--people", type=int, default=AT_ONCE, help=f"people who report at once ({AT_ONCE})")
    parser.add_argument("--seed", type=int, help="of an earlier run (a new one)")
    return parser.parse_args()


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'suar.db'}"
        return
    with running_postgres() as server, server.fresh() as url:
        yield url


def run(engine: str, asked: argparse.Namespace, seed: int) -> Outcome:
    """One storm."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suar-faults-")))
        url = stack.enter_context(database(engine, folder))
        product = make_product(folder, url, PROCESSES[engine])
        return asyncio.run(storm(product, Weather(seed, asked.people, asked.kills), tell))


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run from the command line; 1 if anything is not as promised."""
    asked = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the processes of a storm must not outlive it
    engines = [asked.engine] if asked.engine else list(ENGINES)
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(1_000_000)
    tell(f"This takes about {len(engines) * (asked.kills // 8 + 1)} minutes on two cores that do nothing else.")
    bad = False
    for engine in engines:
        tell(f"== {engine}")
        try:
            outcome = run(engine, asked, seed)
        except Unavailable as reason:
            tell(f"left out: {reason}")
            continue
        tell(str(outcome))
        for sentence in outcome.found:
            tell(f"  {sentence}")
        bad = bad or bool(outcome.found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
