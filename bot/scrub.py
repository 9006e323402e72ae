"""Cleaning what came from a stranger's phone, each in a process of its own that has nothing to lose."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from PIL import Image

from bot.media import BROKEN, LARGEST, PHOTO, VOICE, Refused
from bot.pictures import redraw
from bot.voices import repack

ROOT: Final = Path(__file__).parent.parent
CLEANERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {PHOTO: redraw, VOICE: repack}
SECONDS: Final = 20  # of a processor: a photo of 40 million pixels takes about two
PATIENCE: Final = 60  # seconds by the clock: it gives way to everybody's talks
KINDNESS: Final = 10
MEMORY: Final = 1024**3  # bytes of address space: 40 million pixels in RGBA, twice, and the libraries
REFUSED: Final = 3  # the status of a process that says why
AT_ONCE: Final = 2


class Scrubber:
    """Cleans at most two at once; more would take the processor from everybody's talks."""

    def __init__(self) -> None:
        self.places = BoundedSemaphore(AT_ONCE)

    def clean(self, kind: str, data: bytes) -> bytes:
        """A photo as a fresh JPEG, a voice message as bare Ogg; Refused with the reason.

        A decoder that hostile bytes have taken over finds no key and no address in its environment, can open no file
        and no connection and start no process, and has little memory and a short life.
        """
        with self.places:
            try:
                done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
                    [sys.executable, "-E", "-s", "-m", __name__, kind],
                    input=data,
                    capture_output=True,
                    timeout=PATIENCE,
                    check=False,
                    env={},
                    cwd=ROOT,
                )
            except subprocess.TimeoutExpired:
                raise Refused(BROKEN) from None
        if done.returncode == REFUSED:
            raise Refused(done.stdout.decode("ascii", "replace"))
        if done.returncode != 0 or not done.stdout:
            raise Refused(BROKEN)
        return done.stdout


def confine() -> None:
    """Give up what a decoder does not need, before it sees a byte.

    Our user's files hold the keys, so nothing more is opened: what decoding loads is loaded first.
    """
    Image.init()
    os.nice(KINDNESS)
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows not all of them
            resource.setrlimit(limit, (most, most))


def main(kind: str) -> int:
    """Clean what comes on standard input; the status of this process."""
    confine()
    data = sys.stdin.buffer.read(LARGEST[kind] + 1)
    try:
        out, status = CLEANERS[kind](data), 0
    except Refused as refused:
        out, status = refused.why.encode(), REFUSED
    sys.stdout.buffer.write(out)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
