"""Who decides on an alert, the Sudin of its kota or whoever is on call; and what their chat may look at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot.house import House
from content.queues import Directory
from content.vocabulary import Family, Person
from handlers.talk import JSON
from models import alert, duty, roster

SUDIN: Final = Family.PPAPP


def deciders(directory: Directory, kota: str, urgent: bool, now: int, open_queues: Collection[str]) -> frozenset[str]:
    """The queues that may decide: the Sudin's, or the next of its fallbacks that has readers; and those on call."""
    chains = (directory.chain(queue) for queue in directory.of(SUDIN, kota))
    lead = (next((one for one in chain if one in open_queues), None) for chain in chains)
    found = {one for one in lead if one}
    return frozenset(found | on_call(directory, kota, now, open_queues) if urgent else found)


def urgent(row: Any) -> bool:
    """Whether an alert cannot wait for office hours: somebody may leave soon, or something wrong has gone out."""
    return bool(row.departing) or row.kind == "correction"


def on_call(directory: Directory, kota: str, now: int, open_queues: Collection[str]) -> set[str]:
    """The first desk that is awake now and has readers: who is told at night."""
    moment, families = datetime.fromtimestamp(now, UTC), directory.table.awake[Person.WOMAN_OR_UNKNOWN]
    ids = (id for family in families for id in directory.of(family, kota))
    awake = next((id for id in ids if id in open_queues and directory.awake(id, moment)), None)
    return {awake} if awake else set()


def held(members: Iterable[Any]) -> frozenset[str]:
    """The queues whose key somebody holds."""
    return frozenset(row.queue for row in members if row.wrap is not None)


def kotas_of(directory: Directory, queues: Collection[str], open_queues: Collection[str], now: int) -> frozenset[str]:
    """The kota for which the holder of these queues decides in office matters."""
    return frozenset(
        kota for kota in directory.kota if deciders(directory, kota, False, now, open_queues) & frozenset(queues)
    )


def reviews(connection: Connection, house: House, keys: Collection[Any]) -> Mapping[Any, JSON]:
    """What a chat on duty may look at: by link and id, or the first that waits where no id is given."""
    return {key: review(connection, house, *key) for key in keys}


def review(connection: Connection, house: House, link: str, alert_id: str) -> JSON:
    """An alert that waits for whoever has this link; None for anybody else's, and for one that waits no more."""
    who = duty.staff_of(connection, link)
    if who is None:
        return None
    rows = alert.waiting(connection, house.shelf.directory.kota)
    mine = (row for row in rows if alert_id in {"", row.id} and may(connection, house, who, row))
    row = next(mine, None)
    if row is None:
        return None
    return {
        "notice": row.id,
        "place": row.kelurahan,
        "text": json.loads(row.words)["id"],
        "picture": bool(row.pictured),
    }


def may(connection: Connection, house: House, staff_id: str, row: Any) -> bool:
    """Whether somebody decides on an alert: never on their own."""
    if row.author == staff_id:
        return False
    wanted = deciders(house.shelf.directory, row.kota, urgent(row), house.now(), roster.open_queues(connection))
    return bool(wanted & held(roster.memberships(connection, staff_id)))
