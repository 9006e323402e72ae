"""Persons and the ids of their messages: who stands where, and what was already heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import chunks, day_of, insert, is_sqlite, rows_of
from models.tables import counter, inbound, person


@dataclass(frozen=True, slots=True)
class Person:
    """A row as it was read; `place` is sealed. Version 0 stands for nobody yet."""

    key: bytes
    version: int = 0
    place: bytes | None = None
    place_until: int | None = None
    errand_at: int | None = None
    lapsed: bool = False
    language: str = "id"


COLUMNS = tuple(person.c[field.name] for field in fields(Person))


def claim(connection: Connection, keys: Sequence[bytes], now: int) -> set[bytes]:
    """Record the ids of messages and give back those that are new: only they may be played.

    This comes first in the transaction: ids looked up before the persons doubled talks under READ COMMITTED.
    In sorted order: two processes that hear the same messages must lock in one order.
    """
    rows = [{"key": key, "day": day_of(now)} for key in sorted(set(keys))]
    return {bytes(row[0]) for row in insert(connection, inbound, rows, "ON CONFLICT DO NOTHING", ("key",))}


def unclaim(connection: Connection, keys: Sequence[bytes]) -> None:
    """Take ids back whose turn lost to another process; they are played again."""
    connection.execute(sa.delete(inbound).where(inbound.c.key.in_(keys)))


def load(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, Person]:
    """The persons of a batch; who is not stored yet comes as version 0."""
    found = {bytes(row[0]): Person(*row) for row in rows_of(connection, COLUMNS, keys)}
    return {key: found.get(key, Person(key)) for key in keys}


def save(connection: Connection, persons: Sequence[Person], now: int) -> set[bytes]:
    """Write the persons, each with the version after the one it was read at; give back the keys that won.

    A row that another process deleted meanwhile (`hapus`) loses too: it must not come back to life.
    """
    rows = [
        {
            "key": one.key,
            "version": one.version,
            "day": day_of(now),
            "place": one.place,
            "place_until": one.place_until,
            "errand_at": one.errand_at,
            "lapsed": one.lapsed,
            "language": one.language,
        }
        for one in sorted(persons, key=lambda one: one.key)
    ]
    kept = ("version", "day", "place", "place_until", "errand_at", "lapsed", "language")
    change = ", ".join(f"{name} = excluded.{name}" for name in kept)
    tail = f"ON CONFLICT (key) DO UPDATE SET {change} WHERE person.version = excluded.version - 1"
    # PostgreSQL leaves xmax at 0 where it inserted. SQLite has one writer, so nothing vanishes under it.
    returning = ("key", "version", "false" if is_sqlite(connection) else "xmax = 0")
    written = insert(connection, person, rows, tail, returning)
    risen = [bytes(key) for key, version, inserted in written if inserted and version > 1]
    if risen:
        forget(connection, risen)
    return {bytes(row[0]) for row in written}.difference(risen)


def forget(connection: Connection, keys: Sequence[bytes]) -> None:
    """Persons who asked to be forgotten."""
    connection.execute(sa.delete(person).where(person.c.key.in_(keys)))


def silent(connection: Connection, before: int, after: bytes) -> list[Person]:
    """Persons whose longest possible silence ends before then, in the order of their keys; at most one chunk."""
    chosen = (person.c.place_until < before, person.c.key > after)
    rows = connection.execute(sa.select(*COLUMNS).where(*chosen).order_by(person.c.key).limit(500))
    return [Person(*row) for row in rows]


def lapse(connection: Connection, keys: Sequence[bytes], before: int, told: bool) -> set[bytes]:
    """End talks whose silence was too long: the words go; a mark stays where whoever comes back is told.

    Who has written since they were looked at has a later end, and is left alone. The keys of the others.
    """
    ended = {"place": None, "place_until": None, "lapsed": told, "version": person.c.version + 1}
    silent = (person.c.key.in_(keys), person.c.place_until < before)
    rows = connection.execute(sa.update(person).where(*silent).values(ended).returning(person.c.key))
    return {bytes(key) for key in rows.scalars()}


def waiting(connection: Connection, before: int) -> list[Person]:
    """Persons whose errand was started before then and has not ended: a crash left it."""
    rows = connection.execute(sa.select(*COLUMNS).where(person.c.errand_at < before).limit(500))
    return [Person(*row) for row in rows]


def purge(connection: Connection, ids_before: int, persons_before: int) -> int:
    """Forget old ids and persons who have not written since, at most one chunk each. Rows gone."""
    gone = 0
    # A place that never ends is a caseworker's chat: it may be silent for as long as it is linked.
    ends = sa.or_(person.c.place.is_(None), person.c.place_until.is_not(None), person.c.errand_at.is_not(None))
    for table, before, also in ((inbound, ids_before, sa.true()), (person, persons_before, ends)):
        old = list(connection.execute(sa.select(table.c.key).where(table.c.day < before, also).limit(500)).scalars())
        if old:
            gone += connection.execute(sa.delete(table).where(table.c.key.in_(old), table.c.day < before)).rowcount
    return gone


def count(connection: Connection, names: Sequence[str], now: int) -> None:
    """Add one to each counter of the day; names are sorted so that two processes lock in one order."""
    tally = {name: names.count(name) for name in sorted(names)}
    rows = [{"name": name, "day": day_of(now), "count": number} for name, number in tally.items()]
    tail = "ON CONFLICT (name, day) DO UPDATE SET count = counter.count + excluded.count"
    for chunk in chunks(rows):
        insert(connection, counter, chunk, tail)
