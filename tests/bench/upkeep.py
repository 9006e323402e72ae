"""`make upkeep`: the purge of very many reports, and a backup, while 64 people talk; as ratios of one run."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import perf_counter

from rich.console import Console
from sqlalchemy.engine import Connection

from bot import age, backup, clock
from bot.app import parts_of
from bot.settings import Settings
from models.base import DAY, chunks, insert
from models.tables import item, reader, report
from tests.bench.crowd import Score, crowd
from tests.bench.ours import Ours
from tests.bench.strain import AT_ONCE, count_reports
from tests.bench.talk import People
from tests.databases import Databases, Sqlite, Unavailable, running_postgres
from tests.service import make_service, staffed

WIDTH = 120
REPORTS = 100_000
QUIET = 5.0  # seconds of talk with nothing beside it
BOUND = 5.0  # p99 beside the work over p99 without
QUEUES = ("lead", "next", "oversight", "awake")
ITEM = b"b" * 560  # the smallest class of sealed words
WRAP = b"w" * 80


def closed(connection: Connection, numbers: Sequence[int], closed_at: int) -> None:
    """Reports as they lie after one answer, with four readers each."""
    plain = {"kdf": 1, "public": b"p" * 32, "questions": "witness/1", "kelurahan": None, "kota": "31.74"}
    plain |= {"kind": "work", "urgency": "normal", "child": "unknown", "officials": "", "lead": "lead", "holder": None}
    plain |= {"filed_at": closed_at, "due_at": None, "escalated": 0, "asked_again": False, "no_contact": False}
    plain |= {"warned": True, "closed_at": closed_at, "changed_at": closed_at, "state": "selesai"}
    wraps = {"active": True, "epoch": 1, "wrap": WRAP}
    words = {"queue": None, "hour": closed_at, "seen": True, "body": ITEM}
    ids = [f"r{number:06}" for number in numbers]
    insert(connection, report, [{"id": id, "locator": id.encode(), "code_wrap": WRAP} | plain for id in ids])
    insert(connection, reader, [{"report": id, "queue": one, "role": one} | wraps for id in ids for one in QUEUES])
    kinds = [(id, seq, kind) for id in ids for seq, kind in enumerate(("story", "answer"))]
    insert(
        connection,
        item,
        [{"id": f"{id}.{seq}", "report": id, "kind": kind, "seq": seq} | words for id, seq, kind in kinds],
    )


async def beside(ours: Ours, people: People, work: Callable[[], object]) -> tuple[Score, float]:
    """How a crowd fares until a piece of work in a thread of its own has ended, and its seconds."""
    began = perf_counter()
    going = asyncio.create_task(asyncio.to_thread(work))
    score = await crowd(ours.desk, people, AT_ONCE, float("inf"), going.done)
    await going
    return score, perf_counter() - began


async def measure(databases: Databases, reports: int, folder: Path, console: Console) -> bool:
    """Fill, let them talk, back up, purge; whether nobody waited longer than was asked."""
    with databases.fresh() as url, make_service(url) as service:
        staffed(service)
        parts, house, people, ours = parts_of(service), service.house, People(), Ours(service)
        long_ago = house.now() - 400 * DAY
        for some in chunks(range(reports)):
            await service.desk.done(partial(closed, numbers=some, closed_at=long_ago))
        quiet = await crowd(ours.desk, people, AT_ONCE, QUIET)
        _, recipient = age.new_pair()
        settings = Settings.model_construct(database_url=url, backup_recipient=recipient)
        works = {
            "backup": lambda: backup.save(settings, house, folder, 1),
            "purge": lambda: clock.purge_long(parts, house.now(), house.shelf.terms.keep_days),
        }
        kept = True
        for name, work in works.items():
            score, seconds = await beside(ours, people, work)
            waits, turns = score.wait(0.99) / quiet.wait(0.99), score.rate / quiet.rate
            kept = kept and waits <= BOUND
            console.print(
                f"{name} of {reports:,} reports: {seconds:.0f} s; p99 {waits:.2f} x quiet (at most {BOUND:g}), "
                f"turns {turns:.2f} x quiet"
            )
        left = await service.look(count_reports)
        console.print(f"reports left: {left}")
        return kept and not left


def main() -> int:
    """Run from the command line; 1 if somebody waited too long, or a report is left."""
    parser = argparse.ArgumentParser(prog="make upkeep ARGS=...", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only (both)")
    parser.add_argument("--reports", type=int, default=REPORTS, help=f"closed reports to purge ({REPORTS:,})")
    asked, console, kept = parser.parse_args(), Console(width=WIDTH), True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="suar-upkeep-")))
        if asked.engine != "postgres":
            console.print("== SQLite")
            kept = asyncio.run(measure(Sqlite(folder), asked.reports, folder / "sqlite", console))
        if asked.engine != "sqlite":
            console.print("== PostgreSQL")
            try:
                databases = stack.enter_context(running_postgres())
            except Unavailable as reason:
                console.print(f"left out: {reason}")
            else:
                kept = asyncio.run(measure(databases, asked.reports, folder / "postgres", console)) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
