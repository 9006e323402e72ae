"""`suar restore`: a backup into an empty database, purged before any door opens."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from bot import age, clock, install
from bot.app import open_engine
from bot.backup import LONGEST_HEAD, Manifest, NoBackup
from bot.clock import Parts
from bot.dump import DumpFailed, Sink, filling
from bot.house import House
from bot.install import CannotStart
from bot.keys import Keys
from bot.migrate import UnknownSchema, upgrade
from bot.settings import Settings
from bot.workshop import working
from content.shelf import load_shelf
from handlers.flows import FLOWS
from models import restored, subscription

AGAIN = "Empty this database (a new file, or a new database) and restore again."


def restore(settings: Settings, file: Path, identity: Path) -> Manifest:
    """Fill the empty database, migrate, purge; CannotStart with a sentence for whatever is in the way."""
    engine = open_engine(settings)
    try:
        check_empty(engine)
        if not settings.suar_keys.get_secret_value():
            raise CannotStart("Put SUAR_KEYS and SUAR_PEPPER back from the key sheet first: a backup holds no keys.")
        return restore_into(settings, House(engine, settings.keys, load_shelf(), FLOWS), file, identity)
    finally:
        engine.dispose()


def told(settings: Settings, file: Path, identity: Path) -> str:
    """Restore; what the operator must know before anybody is let in."""
    made = datetime.fromtimestamp(restore(settings, file, identity).made_at, UTC)
    return (
        f"Restored as of {made:%Y-%m-%d %H:%M} UTC, and purged. Everybody signs in anew. Before you start: whoever was "
        "removed from a queue, or asked to be forgotten, since then is back. See docs/operations.md."
    )


def restore_into(settings: Settings, house: House, file: Path, identity: Path) -> Manifest:
    """The same with an opened house."""
    try:
        manifest = fill(settings, house, file, age.identities_in(identity))
        upgrade(house.engine)
    except (OSError, ValueError) as error:
        raise CannotStart(f"{error}") from None
    except (NoBackup, DumpFailed, UnknownSchema, age.CannotDecrypt) as error:
        raise CannotStart(f"{error}{left_over(house.engine)}") from None
    except DBAPIError as error:
        raise CannotStart(f"The backup could not be put back ({type(error).__name__}). {AGAIN}") from None
    install.check_keys(house.engine, house.keys)
    with working(house) as parts:
        purge(parts)
        parts.desk.do(lambda connection: restored.finish(connection, house.now())).result()
    return manifest


def left_over(engine: Engine) -> str:
    """What to do, if a restore had begun."""
    with engine.connect().execution_options(reading=True) as connection:
        return f" {AGAIN}" if restored.is_half(connection) else ""


def check_empty(engine: Engine) -> None:
    """Nobody's reports are written over."""
    install.check_whole(engine)
    with engine.connect().execution_options(reading=True) as connection:
        if not restored.is_empty(connection):
            raise CannotStart("The database at DATABASE_URL is not empty. Restore into a new one, and change it then.")


def fill(settings: Settings, house: House, file: Path, identities: list[object]) -> Manifest:
    """Decrypt into the database. Its mark goes in first and stays: a half-filled one refuses to start."""
    with ExitStack() as stack, file.open("rb") as source:

        def opened(manifest: Manifest) -> Sink:
            check(manifest, house.engine, house.keys)
            with house.engine.begin() as connection:
                restored.begin(connection, house.now())
            return stack.enter_context(filling(house.engine, settings.postgres_programs))

        intake = Intake(opened)
        age.decrypt(source, intake.take, identities)
        return intake.finish()


def check(manifest: Manifest, engine: Engine, keys: Keys) -> None:
    """Nothing is written before it is known that engine and keys fit."""
    if manifest.engine != engine.dialect.name:
        raise NoBackup(f"This is a backup of {manifest.engine}, and DATABASE_URL names {engine.dialect.name}.")
    keys.check_fingerprints(manifest.fingerprints)
    if not hmac.compare_digest(manifest.mark, manifest.marked(keys).mark):
        raise NoBackup("This backup was not made by the install whose keys these are: somebody else wrote it.")


@dataclass(slots=True)
class Intake:
    """Takes a decrypted backup: its first line is the manifest, the rest goes into the sink that it opens."""

    open: Callable[[Manifest], Sink]
    head: bytes = b""
    manifest: Manifest | None = None
    sinks: list[Sink] = field(default_factory=list)

    def take(self, piece: bytes) -> None:
        """The next bytes."""
        if not self.sinks:
            self.head += piece
            line, end, piece = self.head.partition(b"\n")
            if not end:
                if len(self.head) > LONGEST_HEAD:
                    raise NoBackup("This file is no backup of Suar's.")
                return
            self.manifest = Manifest.read(line)
            self.sinks.append(self.open(self.manifest))
        self.sinks[0].take(piece)

    def finish(self) -> Manifest:
        """All of it came, and was genuine."""
        if self.manifest is None:
            raise NoBackup("This file is no backup of Suar's.")
        self.sinks[0].finish()
        return self.manifest


def purge(parts: Parts) -> None:
    """What would be gone by now, and what may have been ended, used or sent since the backup was made.

    Drafts go as if everybody had been silent, and what was to be said in them; a talk that waits for its report to be
    filed keeps it.
    """
    silence = 60 * (parts.house.shelf.terms.draft_minutes + 1)
    later = replace(parts.house, now=lambda: parts.house.now() + silence)
    clock.expire(replace(parts, house=later), withdrawn=True)
    parts.desk.do(restored.drop_doors).result()
    parts.desk.do(restored.list_bulk).result()
    parts.desk.do(lambda connection: subscription.doubt(connection, parts.house.now())).result()
    clock.confirm(parts)
