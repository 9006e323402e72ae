"""The demo staff: eight people across the queues, two key holders each, and an admin."""

from __future__ import annotations

import secrets

from sqlalchemy.engine import Connection

from bot import staff, totp
from bot.house import House
from bot.install import CannotStart, write_private
from bot.sealing import recovery_bytes
from bot.settings import Settings
from content.vocabulary import Family
from models import roster

ADMIN = "dewi admin"
# Who holds the keys of which families; the two of a pair are colleagues, so every queue can read.
PAIRS: tuple[tuple[tuple[str, str], frozenset[Family]], ...] = (
    (("sari", "budi"), frozenset({Family.PPAPP})),
    (("wati", "agus"), frozenset({Family.UPT, Family.OVERSIGHT})),
    (("rina", "joko"), frozenset({Family.SOSIAL, Family.SEHAT, Family.DIDIK})),
    (("tuti", "hadi"), frozenset({Family.NAKER, Family.BP3MI, Family.POLICE})),
)
PASSWORD_BYTES = 12


def seed(connection: Connection, house: House, settings: Settings) -> None:
    """Make them once, beside nobody else; their logins are random and lie in a file that only the owner reads.

    A file that lies there belongs to another database, or to a start that broke off.
    """
    if roster.has_demo(connection):
        return
    if roster.has_staff(connection):
        raise CannotStart("This database holds real staff: SUAR_DEMO=1 needs a new DATABASE_URL.")
    recovery = recovery_bytes(settings.recovery_file.read_text(encoding="utf-8"))
    lines = [add(connection, house, ADMIN, frozenset(), recovery, admin=True)]
    for pair, families in PAIRS:
        lines += [add(connection, house, name, families, recovery) for name in pair]
    settings.demo_file.unlink(missing_ok=True)
    write_private(settings.demo_file, "".join(lines))


def add(
    connection: Connection, house: House, name: str, families: frozenset[Family], recovery: bytes, admin: bool = False
) -> str:
    """One person with the keys of their queues; the line of the logins' file."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    made = staff.newcomer(house.keys, name, password, admin=admin, demo=True)
    roster.add_staff(connection, made.row)
    rows = roster.queues(connection)
    first = any(name == pair[0] for pair, _ in PAIRS)
    for queue in house.shelf.directory.queues.values():
        if queue.family in families:
            row = rows[queue.id]
            private = staff.recovered_queue(row, recovery)
            wrap = staff.queue_for(row, private, made.row["id"], made.row["public"])
            role = "koordinator" if first else "petugas"
            roster.add_member(connection, made.row["id"], queue.id, role, row.epoch, wrap)
    what = "admin" if admin else f"{', '.join(sorted(families))}{' (koordinator)' if first else ''}"
    return f"{name}\t{password}\t{totp.uri(made.totp, name)}\t{what}\n"
