"""A queue's new key after somebody has left it, and a new recovery key, both by the printed recovery key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import sleep
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.engine import Connection

from bot import staff
from bot.house import House
from bot.install import RECOVERY, CannotStart, write_private
from bot.keys import CannotOpen
from bot.sealing import (
    KeyPair,
    info_previous,
    info_queue_member,
    info_recovery,
    info_wrap,
    new_keypair,
    recovery_bytes,
    recovery_text,
    seal,
    unseal,
)
from bot.workshop import working
from models import epoch, roster
from models.epoch import Rewrap

SWEEPS: Final = 3  # a filing may have read the old key a moment before it was turned: they are taken along
BETWEEN: Final = 2.0  # seconds


def renew(house: House, queue_id: str, recovery: str, wait: Callable[[float], None] = sleep) -> str:
    """Give a queue a new key, and its members and reports their wraps of it; what the operator is told."""
    key = recovery_key(house, recovery)
    with house.engine.connect().execution_options(reading=True) as connection:
        row = roster.queues(connection, [queue_id]).get(queue_id)
    if row is None:
        raise CannotStart(f"There is no queue {queue_id}; see content/directory/queues.yaml for the ids.")
    old = staff.recovered_queue(row, key.private)
    with working(house) as parts:
        parts.desk.do(lambda connection: take_along(connection, row, old)).result()
        new = new_keypair()
        ready = prepared(house, row, old, new.public)
        held, reports = parts.desk.do(
            lambda connection: turn(connection, house, row, KeyPair(old, key.public), new, ready)
        ).result()
        with house.engine.connect().execution_options(reading=True) as connection:
            now = roster.queues(connection, [queue_id])[queue_id]
        private = staff.recovered_queue(now, key.private)
        for _ in range(SWEEPS):
            wait(BETWEEN)
            reports += parts.desk.do(lambda connection: take_along(connection, now, private)).result()
    return f"{queue_id} has a new key. {held} people hold it, and {reports} reports are wrapped for it."


def recovery_key(house: House, text: str) -> KeyPair:
    """The printed key as a pair, or a sentence: it must be this install's."""
    try:
        private = recovery_bytes(text)
    except ValueError as error:
        raise CannotStart(str(error)) from None
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    with house.engine.connect().execution_options(reading=True) as connection:
        if roster.facts(connection, RECOVERY).get(RECOVERY) != public:
            raise CannotStart("That recovery key is not the one of this install.")
    return KeyPair(private, public)


def prepared(house: House, row: Any, old: bytes, public: bytes) -> dict[bytes, bytes]:
    """The wraps that there are, and what each becomes: made before the transaction, so that nobody waits for it."""
    with house.engine.connect().execution_options(reading=True) as connection:
        anew = rewraps(connection, row.id, row.epoch + 1, public, {row.epoch: old}, {})
    return {one.before: one.after for one in anew}


def turn(
    connection: Connection, house: House, row: Any, before: KeyPair, new: KeyPair, ready: Mapping[bytes, bytes]
) -> tuple[int, int]:
    """One transaction: the new key, its holders, and every report under it. How many people and reports.

    At no moment can a member see a report and not open it. The old key goes along, sealed to the new one, for the
    reports that are filed at this very moment. `before` is the old private key and the recovery key's public half.
    """
    number = row.epoch + 1
    holders = epoch.holders(connection, row.id, row.epoch)
    values = {
        "public": new.public,
        "recovery_wrap": seal(before.public, new.private, info_recovery(row.id, number)),
        "previous": seal(new.public, before.private, info_previous(row.id, number)),
    }
    if not epoch.turn(connection, row.id, row.epoch, values):
        raise CannotStart("Somebody else has just given this queue a new key.")
    wraps = {one.id: seal(bytes(one.public), new.private, info_queue_member(row.id, number, one.id)) for one in holders}
    epoch.hand(connection, row.id, wraps)
    anew = rewraps(connection, row.id, number, new.public, {row.epoch: before.private}, ready)
    epoch.rewrap(connection, row.id, number, anew)
    staff.record(connection, "install", "renewed", queue=row.id, now=house.now())
    return len(holders), len(anew)


def take_along(connection: Connection, row: Any, private: bytes) -> int:
    """Wrap anew what an older key still wraps. `private` is the queue's key now. How many."""
    if row.previous is None:
        return 0
    before = unseal(private, bytes(row.previous), info_previous(row.id, row.epoch))
    anew = rewraps(connection, row.id, row.epoch, bytes(row.public), {row.epoch - 1: before}, {})
    epoch.rewrap(connection, row.id, row.epoch, anew)
    return len(anew)


def rewraps(
    connection: Connection,
    queue_id: str,
    number: int,
    public: bytes,
    keys: Mapping[int, bytes],
    ready: Mapping[bytes, bytes],
) -> list[Rewrap]:
    """Every report of a queue that one of these older keys opens, sealed to the new one; some are ready."""

    def anew(row: Any) -> bytes:
        private = unseal(keys[row.epoch], bytes(row.wrap), info_wrap(queue_id, row.epoch, row.report))
        return seal(public, private, info_wrap(queue_id, number, row.report))

    rows = [row for row in epoch.wraps(connection, queue_id, number) if row.epoch in keys]
    return [Rewrap(row.report, bytes(row.wrap), ready.get(bytes(row.wrap)) or anew(row)) for row in rows]


def left_there(house: House, path: Path) -> str:
    """What to do with a recovery key that lies on the disk: one of a change that broke off must not be printed."""
    try:
        recovery_key(house, path.read_text(encoding="utf-8"))
    except CannotStart:
        return f"{path} holds a recovery key that opens nothing here: delete the file, then run this again."
    return f"A recovery key still lies in {path}: print the sheet, then delete it."


def replace_recovery(house: House, path: Path, recovery: str) -> str:
    """Another recovery key in the place of the printed one; what the operator is told."""
    old, new = recovery_key(house, recovery), new_keypair()
    try:
        write_private(path, f"{recovery_text(new.private)}\n")
    except FileExistsError:
        raise CannotStart(left_there(house, path)) from None

    def work(connection: Connection) -> None:
        rows = roster.queues(connection)
        keys = {id: staff.recovered_queue(row, old.private) for id, row in rows.items()}
        wraps = {id: seal(new.public, keys[id], info_recovery(id, row.epoch)) for id, row in rows.items()}
        epoch.recovered_by(connection, RECOVERY, new.public, wraps)

    try:
        with house.engine.begin() as connection:
            work(connection)
    except CannotOpen:
        path.unlink()
        raise CannotStart("That recovery key does not open every queue; nothing was changed.") from None
    return f"The new recovery key lies in {path}: print `suar keys sheet`, then delete it, and burn the old paper."
