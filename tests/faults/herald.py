"""Clock and Telegram's sender in a process of its own, as fast as the server takes it: to be killed in the middle."""

from __future__ import annotations

import asyncio
import threading

from bot import messengers, outbox
from bot.app import parts_of, running
from bot.channels import telegram
from bot.clock import JOBS
from bot.service import Service
from bot.settings import Settings

PACE = 0.002  # seconds between two calls; Telegram's own is 0.04
LOOK = 0.2  # seconds between two runs of the clock's job; the real one waits for its slot


def tick(service: Service, stopped: threading.Event) -> None:
    """Begin, prepare and end alerts."""
    work, _ = JOBS["broadcast"]
    while not stopped.wait(LOOK):
        work(parts_of(service))


def main() -> None:
    """Send until killed."""
    outbox.IDLE, telegram.ALL, telegram.EACH, telegram.SOON = 0.05, PACE, PACE, 0  # type: ignore[misc]  # constants, set here for a test's pace
    stopped = threading.Event()
    with running(Settings(), clock_too=False) as service:
        ticking = threading.Thread(target=tick, args=(service, stopped), daemon=True)
        ticking.start()
        try:
            asyncio.run(messengers.send_telegram(service))
        finally:
            stopped.set()


if __name__ == "__main__":
    main()
