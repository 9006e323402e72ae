"""What runs beside the pages while the process lives: senders, pollers, erasing; what ends is begun again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import structlog

log = structlog.get_logger()
PAUSE: Final = 5.0  # seconds before a job that ended is begun again
Job = Callable[[], Coroutine[Any, Any, None]]


class Background:
    """A loop in a thread of its own."""

    def __init__(self, jobs: Mapping[str, Job], pause: float = PAUSE) -> None:
        self.jobs, self.pause = jobs, pause
        self.loop: asyncio.AbstractEventLoop | None = None
        self.stopped: asyncio.Event | None = None
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), name="background", daemon=True)

    def start(self) -> None:
        """Begin all jobs; without any there is nothing to begin."""
        if self.jobs:
            self.thread.start()
            self.ready.wait()

    def close(self) -> None:
        """End all jobs."""
        if self.loop and self.stopped:
            self.loop.call_soon_threadsafe(self.stopped.set)
            self.thread.join()

    async def serve(self) -> None:
        """Until closed."""
        self.loop, self.stopped = asyncio.get_running_loop(), asyncio.Event()
        keepers = [asyncio.create_task(self.keep(name, job)) for name, job in self.jobs.items()]
        self.ready.set()
        await self.stopped.wait()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.wait(keepers)

    async def keep(self, name: str, job: Job) -> None:
        """Run one job; its error is logged by its type only, and the job begins again."""
        while True:
            task = asyncio.create_task(job())
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                task.cancel()
                await asyncio.wait([task])
                raise
            if error := task.exception():
                log.error("background job failed", job=name, error=type(error).__name__)
            await asyncio.sleep(self.pause)
