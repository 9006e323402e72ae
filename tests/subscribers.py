"""People who subscribed, and alerts for them, put into a store as the chat and the console put them there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.desk import Desk
from bot.keys import Keys
from bot.subscriptions import place_of
from models import alert
from models.alert import Alert
from models.alert_tables import alert as alerts
from models.alert_tables import subscription
from models.base import DAY, chunks, insert
from models.subscription import Subscription
from models.tables import outbox

PLUIT = "31.72.01.1004"
WORDS = {"id": "Hati-hati lowongan.\nBerlaku sampai 5 Des.\nSuar - Kelurahan Pluit", "en": "Take care.\nSuar"}


def subscribed(keys: Keys, channel: str, who: str, **more: Any) -> Subscription:
    """What one person has chosen."""
    person = keys.person_key(channel, who)
    row = Subscription(person, channel, "id", keys.seal_field(who.encode(), place_of(person)), PLUIT)
    return replace(row, **more)


def enrol(desk: Desk, channel: str, people: Sequence[str], **more: Any) -> list[bytes]:
    """Let people subscribe; what they are known by."""
    rows = [subscribed(desk.house.keys, channel, who, **more) for who in people]
    store(desk.house.engine, rows)
    return [one.person for one in rows]


def store(engine: Engine, rows: Sequence[Subscription]) -> None:
    """Keep many choices."""
    names = Subscription.__dataclass_fields__
    for some in chunks(rows):
        with engine.begin() as connection:
            insert(connection, subscription, [{name: getattr(one, name) for name in names} for one in some])


def approved(id: str, now: int, **more: Any) -> Alert:
    """An alert that the Sudin has let out."""
    row = Alert(id, "31.72", PLUIT, "", json.dumps(WORDS), now, now + 14 * DAY, state="ready", decided_by="sari")
    return replace(row, **more)


def approve(desk: Desk, id: str = "a1", **more: Any) -> str:
    """Let an alert out."""
    row = approved(id, desk.house.now(), **more)
    desk.do(lambda connection: alert.put(connection, row)).result(20)
    return id


def deliveries(engine: Engine, id: str = "a1") -> dict[bytes, str]:
    """What became of each delivery of an alert, by person."""
    with engine.connect().execution_options(reading=True) as connection:
        found = connection.execute(sa.select(outbox.c.person, outbox.c.state).where(outbox.c.alert == id))
        return {bytes(person): state for person, state in found}


def state_of(engine: Engine, id: str = "a1") -> str:
    """Where an alert stands."""
    with engine.connect().execution_options(reading=True) as connection:
        return str(connection.execute(sa.select(alerts.c.state).where(alerts.c.id == id)).scalar_one())


def lesson_of(connection: Connection) -> dict[bytes, int]:
    """How many of the weekly series have gone out to each."""
    found = connection.execute(sa.select(subscription.c.person, subscription.c.lesson))
    return {bytes(person): lesson for person, lesson in found}
