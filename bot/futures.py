"""Who waits for the desk: threads by a future of their own, coroutines all by one wake-up of their loop."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

Waits = Future[Any] | asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class End:
    """What a future comes to."""

    future: Waits
    result: Any = None
    error: Exception | None = None


def resolve(ends: Iterable[End]) -> None:
    """Tell everybody, from any thread. Waking a loop costs more than a turn, so each loop is woken once."""
    loops: defaultdict[asyncio.AbstractEventLoop, list[End]] = defaultdict(list)
    for end in ends:
        if isinstance(end.future, asyncio.Future):
            loops[end.future.get_loop()].append(end)
        else:
            settle(end)
    for loop, theirs in loops.items():
        with suppress(RuntimeError):  # a loop that has been closed: nobody waits there any more
            loop.call_soon_threadsafe(settle_all, theirs)


def settle_all(ends: Sequence[End]) -> None:
    """In the loop's own thread; who went away meanwhile is not waited for."""
    for end in ends:
        if not end.future.done():
            settle(end)


def settle(end: End) -> None:
    """One future."""
    if end.error is not None:
        end.future.set_exception(end.error)
    else:
        end.future.set_result(end.result)
