"""A spool: what a door has taken while the database could not, sealed and on the disk before anybody is told so."""

from __future__ import annotations

import fcntl
import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import structlog

from bot.durable import sync_folder
from bot.keys import CannotOpen, Keys

log = structlog.get_logger()
LENGTH: Final = struct.Struct(">I")  # before each record
WHERE: Final = "spool|record|body"
LARGEST: Final = 64 * 1024 * 1024  # bytes of a file: some hundred thousand messages
ENDING: Final = ".spool"


class Full(Exception):
    """No more fits, or the disk takes nothing: whoever sent it is told that it was not taken."""


class Spool:
    """One file of one process, held by a lock; calls may come from any thread.

    A record counts once it is synced. One that was torn by a crash was told to nobody, and is left out.
    """

    def __init__(self, folder: Path, name: str, keys: Keys, largest: int = LARGEST) -> None:
        self.folder, self.path, self.keys, self.largest = folder, folder / f"{name}{ENDING}", keys, largest
        self.lock = threading.Lock()
        self.file: IO[bytes] | None = None

    def add(self, plain: bytes) -> None:
        """Keep a record; Full if that is not possible."""
        sealed = self.keys.seal_field(plain, WHERE)
        with self.lock:
            try:
                self.write(LENGTH.pack(len(sealed)) + sealed)
            except OSError as error:
                log.error("the spool cannot be written", error=type(error).__name__)
                raise Full from error

    def write(self, record: bytes) -> None:
        """Append and sync; a record that did not get there whole is cut off again."""
        file = self.opened()
        size = file.seek(0, os.SEEK_END)
        if size + len(record) > self.largest:
            raise Full
        try:
            file.write(record)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise

    def opened(self) -> IO[bytes]:
        """The file of this process, made with its first record."""
        if self.file is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.file = locked(self.path)
            if self.file is None:
                raise Full
            sync_folder(self.folder)
        return self.file

    def records(self, start: int) -> list[tuple[bytes, int]]:
        """What was kept from a place in the file on, each with the place behind it."""
        with self.lock:
            if self.file is None:
                return []
            self.file.seek(start)
            return list(read_records(self.file, start))

    def open(self, sealed: bytes) -> bytes | None:
        """What was given to `add`; None for what no key opens."""
        try:
            return self.keys.open_field(sealed, WHERE)
        except CannotOpen as error:
            log.error("a record of the spool does not open", error=type(error).__name__)
            return None

    def empty(self, end: int) -> bool:
        """Forget everything, if nothing was kept behind this place since; whether that was so."""
        with self.lock:
            if self.file is None:
                return True
            if self.file.seek(0, os.SEEK_END) > end:
                return False
            self.file.truncate(0)
            os.fsync(self.file.fileno())
            return True

    def inherit(self) -> int:
        """Take over what dead processes have left: their records come into this file first. How many."""
        taken = 0
        for path in sorted(self.folder.glob(f"*{ENDING}")):
            if path == self.path or (file := locked(path)) is None:
                continue
            with file:
                left = [sealed for sealed, _ in read_records(file, 0)]
                if left:
                    with self.lock:
                        self.write(b"".join(LENGTH.pack(len(one)) + one for one in left))
                path.unlink()
                taken += len(left)
        return taken

    def close(self) -> None:
        """Let go of the file; what is in it is taken over by whoever starts next."""
        with self.lock:
            if self.file is not None:
                if not self.file.seek(0, os.SEEK_END):
                    self.path.unlink(missing_ok=True)
                self.file.close()
                self.file = None


def locked(path: Path) -> IO[bytes] | None:
    """The file, held by this process; None where another holds it."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def read_records(file: IO[bytes], start: int) -> Iterator[tuple[bytes, int]]:
    """Whole records, each with the place behind it."""
    file.seek(start)
    while len(head := file.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        body = file.read(length)
        if len(body) < length:
            return
        yield body, file.tell()
