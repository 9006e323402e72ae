"""What a leader's talk asks of the store about alerts: sizes in steps, and what they wrote themselves."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot.house import House
from handlers.lead_mine import seen
from handlers.talk import JSON
from models import alert, leader, subscription
from models.alert import GONE_OUT, UNSENT
from models.base import DAY

SHOWN_DAYS: Final = 30  # for which a leader sees what they wrote
PLANNED: Final = frozenset({"later", "waiting"})  # states in which its time is told
LATER: Final = DAY  # after which a reach is told: how fast an alert goes out would tell how many they are


def sizes(connection: Connection, house: House, areas: Collection[Any]) -> Mapping[Any, int]:
    """How many subscribers each area has, in steps: nobody who asks for this ever sees a count."""
    now = house.now()
    return {area: subscription.reach(connection, area[0], area[1], now) for area in areas}


def carried(connection: Connection, house: House, keys: Collection[Any]) -> Mapping[Any, bool]:
    """Whether any channel brings alerts to whoever subscribed."""
    return dict.fromkeys(keys, bool(house.pushes.alerts))


def repeated(connection: Connection, house: House, keys: Collection[Any]) -> Mapping[Any, bool]:
    """Of each (template, kelurahan) whether it went out not long ago, and is looked at before it goes again."""
    since = house.now() - house.shelf.alerts.again_days * DAY
    return {(id, code): alert.sent_before(connection, id, code, since) for id, code in keys}


def own(connection: Connection, house: House, persons: Collection[Any]) -> Mapping[Any, list[JSON]]:
    """What these people have written, as they may see it."""
    now = house.now()
    ids = leader.ids_of(connection, persons, now)
    found = alert.of_leader(connection, list(ids.values()), now - SHOWN_DAYS * DAY)
    return {person: [row_of(row, now) for row in found[id]] for person, id in ids.items()}


def row_of(row: Any, now: int) -> JSON:
    """An alert as its writer sees it: of its way out only that it goes, and a day later whom it reached, in steps."""
    text = json.loads(row.words)["id"]
    reach = subscription.size_step(row.people) if began(row) and row.changed_at < now - LATER else 0
    state = "sent" if began(row) else seen(state_of(row, now))
    shown = {
        "id": row.id,
        "state": state,
        "made": row.made_at,
        "corrects": row.kind == "correction",
        "rw": row.rw,
        "text": text,
    }
    return {**shown, "reason": row.reason, "reach": reach, "send_at": (row.send_at or 0) if state in PLANNED else 0}


def state_of(row: Any, now: int) -> str:
    """Where one that has not begun stands: planned for later, or its time was over before it could begin."""
    if row.state == "ready" and (row.send_at or 0) > now:
        return "later"
    return "missed" if row.state == "expired" and (row.decided_by or row.due_at is None) else str(row.state)


def began(row: Any) -> bool:
    """Whether an alert has gone out, or is going."""
    return row.state in GONE_OUT or (row.state not in UNSENT and row.people > 0)
