"""Leaders of an area: invited by a code that works once, for a term, revoked at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert import cancel_of_leader
from models.base import hour_of, insert
from models.leader_tables import leader

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Office:
    """What somebody leads: rt, rw, kelurahan, kecamatan or school; `unit` says which where a kelurahan has several."""

    office: str
    kelurahan: str
    unit: str
    term: int  # seconds since 1970; the end of their time in office


def invite(connection: Connection, leader_id: str, office: Office, hash: bytes, until: int) -> None:
    """A place for a leader, and the hash of the code that fills it; made anew, the place has the new code only."""
    row = {"id": leader_id, "hash": hash, "until": until, "person": None, "since": None}
    named = {"office": office.office, "kelurahan": office.kelurahan, "unit": office.unit, "term": office.term}
    anew = "hash = excluded.hash, until = excluded.until WHERE leader.person IS NULL"
    insert(connection, leader, [{**row, **named}], f"ON CONFLICT (id) DO UPDATE SET {anew}")


def unused(connection: Connection, kelurahan: str, now: int) -> int:
    """How many codes of a kelurahan wait to be used."""
    waits = (leader.c.kelurahan == kelurahan, leader.c.person.is_(None), leader.c.until >= now)
    return connection.execute(sa.select(sa.func.count()).select_from(leader).where(*waits)).scalar_one()


def link(connection: Connection, hash: bytes, person: bytes, now: int) -> str | None:
    """Use a code up: this is the leader's chat now, and no other place's any more. The id, or None for a wrong code."""
    found = sa.select(leader.c.id).where(leader.c.hash == hash, leader.c.until >= now, leader.c.term >= now)
    id: str | None = connection.execute(found).scalar()
    if id is not None:
        end(connection, leader.c.person == person, leader.c.id != id)
        values = {"hash": None, "until": None, "person": person, "since": hour_of(now)}
        connection.execute(sa.update(leader).where(leader.c.id == id).values(values))
    return id


def person_of(connection: Connection, leader_id: str) -> bytes | None:
    """Whose chat a leader's is, by its keyed hash; None where nobody has used the code."""
    found = connection.execute(sa.select(leader.c.person).where(leader.c.id == leader_id)).scalar()
    return bytes(found) if found is not None else None


def of_persons(connection: Connection, persons: Collection[bytes], now: int) -> dict[bytes, Office]:
    """What these people lead today; nobody who is not a leader, or whose term is over, is among them."""
    query = sa.select(leader).where(leader.c.person.in_(persons), leader.c.term >= now)
    return {bytes(row.person): office_of(row) for row in connection.execute(query)}


def ids_of(connection: Connection, persons: Collection[bytes], now: int) -> dict[bytes, str]:
    """The ids of those of these people who lead something today."""
    query = sa.select(leader.c.person, leader.c.id).where(leader.c.person.in_(persons), leader.c.term >= now)
    return {bytes(person): id for person, id in connection.execute(query)}


def office_of(row: Any) -> Office:
    """The office of a row."""
    return Office(row.office, row.kelurahan, row.unit, row.term)


def listed(connection: Connection, kelurahan: Collection[str]) -> list[Any]:
    """The leaders of these kelurahan: id, office, kelurahan, unit, term, since. Never whose chat it is."""
    named = (leader.c.id, leader.c.office, leader.c.kelurahan, leader.c.unit, leader.c.term, leader.c.since)
    query = sa.select(*named).where(leader.c.kelurahan.in_(kelurahan))
    return list(connection.execute(query.order_by(leader.c.kelurahan, leader.c.office, leader.c.unit, leader.c.id)))


def renew(connection: Connection, leader_id: str, kelurahan: Collection[str], term: int) -> bool:
    """Another term, for a leader of one of these kelurahan. Whether there is one."""
    mine = (leader.c.id == leader_id, leader.c.kelurahan.in_(kelurahan))
    return connection.execute(sa.update(leader).where(*mine).values(term=term)).rowcount == 1


def revoke(connection: Connection, leader_id: str, kelurahan: Collection[str]) -> bool:
    """From this moment on they lead nothing; their chat is a resident's. Whether there was such a leader."""
    return end(connection, leader.c.id == leader_id, leader.c.kelurahan.in_(kelurahan)) == 1


def end(connection: Connection, *which: sa.ColumnElement[bool]) -> int:
    """Leaders who are none any more; what they wanted to send and has not gone out never goes. Leaders."""
    ids = list(connection.execute(sa.select(leader.c.id).where(*which).with_for_update()).scalars())
    cancel_of_leader(connection, ids)
    return connection.execute(sa.delete(leader).where(leader.c.id.in_(ids))).rowcount


def forget(connection: Connection, persons: Collection[bytes]) -> None:
    """`hapus`: whoever asks to be forgotten leads nothing any more."""
    end(connection, leader.c.person.in_(persons))


def purge(connection: Connection, now: int) -> int:
    """Terms that are over and codes that nobody used; a chunk. Rows."""
    over = sa.or_(leader.c.term < now, sa.and_(leader.c.person.is_(None), leader.c.until < now))
    some = sa.select(leader.c.id).where(over).order_by(leader.c.id).limit(CHUNK)
    return end(connection, leader.c.id.in_(some))
