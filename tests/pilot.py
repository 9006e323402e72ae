"""A small install as it runs in a pilot: its own keys, two people who hold a queue's key, and reports with codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from starlette.applications import Starlette

from bot import looks, staff
from bot.app import running
from bot.codes import code_salt, derive
from bot.console import pages
from bot.keys import new_secret
from bot.sealing import KeyPair, info_report, info_wrap, recovery_bytes, unpad, unseal, unwrap_for_code, wrap_for_code
from bot.settings import Settings
from models import case, roster
from models.tables import reader
from tests.console_service import OVERSIGHT, QUEUE, Cast, Clock, enter, post
from tests.console_service import SIGN_IN_WORDS as PASSWORD

Words = tuple[str, ...]
CHOSEN: Words = ("abadi", "bulan", "cermin", "dapur", "emas", "fajar")  # any six words make a key
ROLES = {QUEUE: "koordinator", OVERSIGHT: "petugas"}


def settings_of(url: str, **more: Any) -> Settings:
    """An install's settings, with keys of its own."""
    given = {"database_url": url, "suar_keys": f"k1:{new_secret()}", "suar_pepper": new_secret()}
    return Settings(**{**given, **more})


@contextmanager
def pilot(settings: Settings, *, first: bool = True) -> Iterator[Cast]:
    """The service of an install, in a folder of its own; at the first start its people are hired."""
    with running(settings, clock_too=False) as service:
        recovery = recovery_bytes(settings.recovery_file.read_text(encoding="utf-8"))
        cast = Cast(service, Clock(service.house.now()), Starlette(routes=pages.routes(service, looks.preview)))
        rows = service.desk.do(roster.queues).result()
        cast.queues.update({id: pair_of(row, recovery) for id, row in rows.items()})
        if first:
            cast.hire("sari", ROLES)
            cast.hire("budi", ROLES)
        yield cast


def pair_of(row: Any, recovery: bytes) -> KeyPair:
    """A queue's key pair as the recovery key gives it."""
    return KeyPair(staff.recovered_queue(row, recovery), bytes(row.public))


def with_code(cast: Cast, id: str, code: Words = CHOSEN, pepper: bytes | None = None) -> None:
    """Give a filed report a code, as filing does."""
    keys = derive(code, code_salt(pepper or cast.service.house.keys.pepper))
    cast.set(id, locator=keys.locator, code_wrap=wrap_for_code(keys.key, private_of(cast, id), id))


def private_of(cast: Cast, id: str, queue: str = QUEUE) -> bytes:
    """A report's private key as a queue's members get it."""
    query = sa.select(reader.c.wrap, reader.c.epoch).where(reader.c.report == id, reader.c.queue == queue)
    wrap, epoch = cast.service.desk.do(lambda connection: connection.execute(query).one()).result()
    return unseal(cast.queues[queue].private, bytes(wrap), info_wrap(queue, epoch, id))


def story_of(cast: Cast, private: bytes, id: str) -> str:
    """What was told, by a report's private key."""
    (row,) = cast.service.desk.do(lambda connection: case.items(connection, [id], ("story",))).result()
    return unpad(unseal(private, bytes(row.body), info_report(id, row.id))).decode()


def story_by_code(cast: Cast, code: Words = CHOSEN) -> str | None:
    """What whoever has the code could open; None where no report has it."""
    key, _ = cast.service.reading.try_code(code)
    row = cast.service.desk.do(lambda connection: case.by_locator(connection, [key.locator])).result()
    if not row:
        return None
    found = row[key.locator]
    return story_of(cast, unwrap_for_code(key.key, bytes(found.code_wrap), found.id), found.id)


async def case_read_by(cast: Cast, name: str, id: str) -> str:
    """A case's page for somebody who signs in with password and phone, and opens it."""
    cast.clock.at = cast.service.house.now()
    async with cast.client() as client:
        await enter(client, name, PASSWORD)
        await post(client, "/masuk/kode", code=cast.code(name))
        await post(client, f"/kasus/{id}/buka")
        return (await client.get(f"/konsol/kasus/{id}")).text
