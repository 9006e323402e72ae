"""A clock in a process of its own, with one job that writes down each run."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from threading import Event

from bot import clock
from bot.app import parts_of, running
from bot.settings import Settings

JOB = "tick"


def tick(path: Path, parts: clock.Parts) -> None:
    """One run."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{parts.house.holder}\n")


def main() -> None:
    """Tick every second until killed."""
    with running(Settings(), clock_too=False) as service:
        clock.JOBS = {JOB: (partial(tick, Path(sys.argv[1])), 1)}
        clock.start(parts_of(service))
        Event().wait()


if __name__ == "__main__":
    main()
