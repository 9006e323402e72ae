"""An install's secrets and its first rows: made once, beside an empty database only."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import SecretStr
from sqlalchemy.engine import Connection, Engine

from bot.durable import sync_folder
from bot.keys import Keys, WrongKeys, new_secret, title_of
from bot.sealing import new_keypair, recovery_bytes, recovery_text
from bot.settings import Settings
from bot.staff import new_queue
from content.shelf import Shelf
from models import restored, roster

RECOVERY = "recovery.public"
FINGERPRINT = "fingerprint."
RETIRED = "retired."  # the same of secrets that nothing needs any more


class CannotStart(Exception):
    """The start is refused; the message says how to mend it."""


def is_empty(engine: Engine) -> bool:
    """Whether nothing was ever kept in a database: no table yet, or no fingerprint of a key."""
    with engine.connect().execution_options(reading=True) as connection:
        return not sa.inspect(connection).has_table("fact") or not roster.facts(connection, FINGERPRINT)


def check_whole(engine: Engine) -> None:
    """A database whose restore broke off is not what it looks like: nothing may start on it."""
    with engine.connect().execution_options(reading=True) as connection:
        if restored.is_half(connection):
            raise CannotStart("A restore into this database did not end: empty it, or use a new one, and restore.")


def write_private(path: Path, text: str) -> None:
    """A file that only its owner reads; one that is there already is not overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())  # on disk before the database that only this opens
    sync_folder(path.parent)


def ensure_secrets(settings: Settings, engine: Engine) -> Settings:
    """The settings with their keys; made here on the very first start, never beside a database with data."""
    if settings.suar_keys.get_secret_value() or settings.suar_pepper.get_secret_value():
        return settings
    if not is_empty(engine):
        raise CannotStart(
            "SUAR_KEYS and SUAR_PEPPER are missing, but the database has data that only the old ones open. "
            f"Put them back from your key sheet, into the environment, .env or {settings.secrets_file}."
        )
    keys, pepper = f"k1:{new_secret()}", new_secret()
    try:
        write_private(settings.secrets_file, f"SUAR_KEYS={keys}\nSUAR_PEPPER={pepper}\n")
    except FileExistsError:
        raise CannotStart(
            f"{settings.secrets_file} is there but names no SUAR_KEYS and SUAR_PEPPER. Mend it or move it away."
        ) from None
    return settings.model_copy(update={"suar_keys": SecretStr(keys), "suar_pepper": SecretStr(pepper)})


def check_keys(engine: Engine, keys: Keys) -> None:
    """The keys must be those the database was made with; the fingerprints of those in use are written down."""
    with engine.begin() as connection:
        stored, retired = roster.facts(connection, FINGERPRINT), roster.facts(connection, RETIRED)
        keys.check_fingerprints({name.removeprefix(FINGERPRINT): value for name, value in stored.items()})
        ours = keys.fingerprints()
        for name in keys.in_use:
            if RETIRED + name in retired:
                raise WrongKeys(f"{title_of(name)} was retired: take SUAR_KEYS and SUAR_PEPPER from the newest sheet.")
            roster.add_fact(connection, FINGERPRINT + name, ours[name])


def seed(connection: Connection, shelf: Shelf, recovery_file: Path) -> None:
    """Give every queue of the directory its first key, wrapped for the offline recovery key."""
    public = recovery_public(connection, recovery_file)
    known = roster.queues(connection)
    for queue in shelf.directory.queues:
        if queue not in known:
            pair, wrap = new_queue(queue, public)
            roster.add_queue(connection, queue, pair.public, wrap)


def recovery_public(connection: Connection, recovery_file: Path) -> bytes:
    """The recovery key's public half; its private half is written once, to be printed and taken offline."""
    known = roster.facts(connection, RECOVERY).get(RECOVERY)
    if known:
        return known
    public = kept_recovery(recovery_file) if recovery_file.exists() else new_recovery(recovery_file)
    roster.add_fact(connection, RECOVERY, public)
    return public


def new_recovery(path: Path) -> bytes:
    """Make the recovery key; its public half."""
    pair = new_keypair()
    write_private(path, f"{recovery_text(pair.private)}\n")
    return pair.public


def kept_recovery(path: Path) -> bytes:
    """The public half of a key that lies there already: a start broke off, or the database is a new one."""
    try:
        private = recovery_bytes(path.read_text(encoding="utf-8"))
    except ValueError:
        raise CannotStart(f"{path} holds no recovery key: move it away, and a new one is made.") from None
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
