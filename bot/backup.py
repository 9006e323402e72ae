"""`suar backup`: the database as one file that only a key kept elsewhere opens, made while people talk."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, Self

from bot import age
from bot.dump import dumped
from bot.durable import sync_folder
from bot.house import House
from bot.install import FINGERPRINT, CannotStart, write_private
from bot.keys import Keys
from bot.migrate import current
from bot.settings import Settings
from models import roster
from models.base import HOUR

HEAD: Final = "-- suar "  # a comment in SQL: what follows is a dump that SQLite's own shell reads too
NAME: Final = "suar-{}.age"
LONGEST_HEAD: Final = 1 << 16


class NoBackup(Exception):
    """This is no backup of Suar's."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first line of a backup, encrypted with it: what it needs. Fingerprints are hex, times seconds since 1970.

    Anybody can encrypt to a public key. `mark` is made with a key of the install, so who lays another file in the
    place of a backup can make none, and nobody has seen one who cannot decrypt a backup.
    """

    engine: str
    schema: str
    made_at: int
    keys: dict[str, str]
    mark: str = ""

    def marked(self, keys: Keys) -> Self:
        """The same with the mark of an install with these keys."""
        bare = asdict(replace(self, mark=""))
        return replace(self, mark=keys.token_mac("backup", json.dumps(bare, sort_keys=True)).hex())

    def line(self) -> bytes:
        """As it is written."""
        return f"{HEAD}{json.dumps(asdict(self))}\n".encode()

    @classmethod
    def read(cls, line: bytes) -> Self:
        """The manifest of a first line, or NoBackup."""
        if not line.startswith(HEAD.encode()):
            raise NoBackup("This file is no backup of Suar's.")
        try:
            return cls(**json.loads(line[len(HEAD) :]))
        except (TypeError, ValueError):
            raise NoBackup("This backup was made by another version of Suar.") from None

    @property
    def fingerprints(self) -> dict[str, bytes]:
        """By the name of each key."""
        return {name: bytes.fromhex(value) for name, value in self.keys.items()}


def manifest_of(house: House) -> Manifest:
    """What a backup made now needs."""
    with house.engine.connect().execution_options(reading=True) as connection:
        facts = roster.facts(connection, FINGERPRINT)
        keys = {name.removeprefix(FINGERPRINT): value.hex() for name, value in facts.items()}
        made = Manifest(house.engine.dialect.name, current(connection) or "", house.now(), keys)
    return made.marked(house.keys)


def recipient(settings: Settings) -> Any:
    """The public key that backups are encrypted to; without one none is made."""
    if not settings.backup_recipient:
        raise CannotStart("BACKUP_RECIPIENT is not set: `suar backup key` makes a pair of keys and says what to do.")
    try:
        return age.recipient_of(settings.backup_recipient)
    except ValueError as error:
        raise CannotStart(f"BACKUP_RECIPIENT is no public key: {error}.") from None


def write(settings: Settings, house: House, out: IO[bytes]) -> None:
    """The whole backup into an open file or pipe; nothing of it is ever on a disk unencrypted."""
    key = recipient(settings)
    with dumped(house.engine, settings.postgres_programs) as pieces:
        age.encrypt(chain([manifest_of(house).line()], pieces), out, key)
    out.flush()


def make(settings: Settings, house: House, folder: Path | None, keep_days: int | None) -> str:
    """Into a folder, or to standard output where none is given; what the operator is told."""
    if folder is None:
        write(settings, house, sys.stdout.buffer)
        return ""
    longest = house.shelf.terms.keep_days["backups"]
    path, gone = save(settings, house, folder, min(keep_days or longest, longest))
    return f"{path} is written; {gone} older backups are gone."


def save(settings: Settings, house: House, folder: Path, keep_days: int) -> tuple[Path, int]:
    """Write today's file, then delete ours that are older than so many days. The file, and how many are gone.

    It gets its name when it is whole: a crash leaves only a `.part`, encrypted, which a later backup removes. One that
    still grows is another backup's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(NAME.format("*") + ".*part"):
        with suppress(FileNotFoundError):  # whoever wrote it is done just now
            if left.lstat().st_mtime < house.now() - HOUR:
                left.unlink()
    today = datetime.fromtimestamp(house.now(), UTC).date()
    path = folder / NAME.format(today)
    part = path.with_name(f"{path.name}.{house.token()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            write(settings, house, file)
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(folder)
    return path, forget_old(folder, today - timedelta(days=keep_days))


def forget_old(folder: Path, before: date) -> int:
    """Delete our files of days before then; what has another name is somebody else's. How many."""
    old = [path for path, day in made_in(folder) if day < before]
    for path in old:
        path.unlink()
    return len(old)


def made_in(folder: Path) -> Iterator[tuple[Path, date]]:
    """Our backups in a folder, with their days."""
    start, end = NAME.split("{}")
    for path in folder.glob(NAME.format("*")):
        with suppress(ValueError):
            yield path, date.fromisoformat(path.name.removeprefix(start).removesuffix(end))


def new_key(path: Path) -> str:
    """Make a pair: the private key into a file that only its owner reads; the public one, and what to do with both."""
    private, public = age.new_pair()
    try:
        write_private(path, f"# public key: {public}\n{private}\n")
    except FileExistsError:
        raise CannotStart(f"{path} is there already: take it away from this machine first.") from None
    return (
        f"BACKUP_RECIPIENT={public}\nPut this line into .env. The private key lies in {path}: take it away from this "
        "machine now, onto two media in two safes, and delete it here. Without it no backup can be read, with it each."
    )
