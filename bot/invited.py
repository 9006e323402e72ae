"""Who leads what in a kelurahan, as its officer sees it: offices and days, never whose chat it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from bot.house import House
from handlers.lead_invite import OFFICES
from handlers.talk import JSON
from models import leader


def led(connection: Connection, house: House, kelurahan: Collection[Any]) -> Mapping[Any, list[JSON]]:
    """Who leads what in each kelurahan: RT, RW and schools, never whose chat it is."""
    found: dict[Any, list[JSON]] = {code: [] for code in kelurahan}
    for row in leader.listed(connection, list(kelurahan)):
        if row.office in OFFICES and row.term >= house.now():
            shown = {"id": row.id, "office": row.office, "unit": row.unit, "term": row.term}
            found[row.kelurahan].append({**shown, "linked": row.since is not None})
    return found
