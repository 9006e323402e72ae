"""A running service on a test's own database: house, desk, reading, and staff that can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy.engine import Connection

from bot.desk import Desk
from bot.errands import Runner
from bot.house import House, clock
from bot.keys import Keys, new_secret
from bot.reading import Reading
from bot.sealing import info_queue_member, info_recovery, new_keypair, seal
from bot.service import Service
from bot.settings import Settings
from content.shelf import Shelf, load_shelf
from handlers.flows import FLOWS
from models import roster
from models.base import make_engine, metadata

STAFF = ("sari", "budi")


@lru_cache
def shelf() -> Shelf:
    """The content as it is shipped; it never changes, so all tests read it once."""
    return load_shelf()


@contextmanager
def make_service(url: str, now: Callable[[], int] = clock) -> Iterator[Service]:
    """A service with fresh keys on an empty database, its desk open; closed in order at the end."""
    engine = make_engine(url)
    metadata.create_all(engine)
    house = House(
        engine, Keys.parse(new_secret(), new_secret()), shelf(), FLOWS, now, public_url="http://127.0.0.1:8000"
    )
    runner, reading = Runner(house), Reading(house)
    desk = Desk(house, runner.start)
    runner.desk = desk
    desk.start()
    try:
        yield Service(house, Settings.model_construct(database_url=url), desk, runner, reading)
    finally:
        reading.close()
        runner.close()
        desk.close()
        engine.dispose()


def staffed(service: Service) -> Service:
    """Every queue of the directory gets a key that two people hold; nobody can sign in as them."""
    service.desk.do(lambda connection: add_staff(connection, service.house)).result()
    return service


def add_staff(connection: Connection, house: House) -> None:
    """The rows of `staffed`."""
    members = {name: new_keypair() for name in STAFF}
    for name, pair in members.items():
        row = {
            "id": name,
            "name": name,
            "salt": b"",
            "verifier": b"",
            "kdf": 1,
            "locked": b"",
            "public": pair.public,
            "totp": b"",
            "totp_step": None,
            "admin": False,
            "demo": False,
            "active": True,
        }
        roster.add_staff(connection, row)
    recovery = new_keypair()
    for queue in house.shelf.directory.queues:
        pair = new_keypair()
        wrap = seal(recovery.public, pair.private, info_recovery(queue, 1))
        roster.add_queue(connection, queue, pair.public, wrap)
        for name, member in members.items():
            held = seal(member.public, pair.private, info_queue_member(queue, 1, name))
            roster.add_member(connection, name, queue, "petugas", 1, held)
