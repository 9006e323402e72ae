"""What somebody leads, as their talk sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from bot.house import House
from handlers.lead import Leads
from models import leader
from models.leader import Office


def leading(connection: Connection, house: House, persons: Collection[Any]) -> Mapping[Any, Leads]:
    """What these people lead today, in the names of the gazetteer; a kelurahan that is no more is nobody's."""
    found = leader.of_persons(connection, persons, house.now())
    named = ((person, office, house.shelf.gazetteer.by_code(office.kelurahan)) for person, office in found.items())
    return {person: leads(office, area.name) for person, office, area in named if area}


def leads(office: Office, name: str) -> Leads:
    """An office as a talk sees it."""
    return Leads(office.office, office.kelurahan, name, office.unit)
