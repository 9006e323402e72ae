"""Where a person stands, as it is stored: sealed, of one size for all short talks, with its own end inside."""

from __future__ import annotations

import json
from dataclasses import dataclass

import structlog

from bot.house import House
from bot.keys import CannotOpen, Keys
from handlers.duty import NAME as DUTY
from handlers.talk import Place
from models.person import Person

log = structlog.get_logger()
# Bytes a place is filled up to. Nearly every talk fits the first, which PostgreSQL still keeps within the row.
SIZES = (1_536, 8_192, 32_768)


class Lost(Exception):
    """A place that does not open: its talk begins anew."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A place, when its silence ends (None while an errand runs), and to whom the errand's end is told."""

    place: Place
    until: int | None = None
    to: tuple[str, str] | None = None


def place_of(key: bytes) -> str:
    """Where a sealed place belongs; sealed for another row it does not open."""
    return f"person|{key.hex()}|place"


def seal_standing(house: House, key: bytes, place: Place, to: tuple[str, str], now: int) -> bytes:
    """The bytes of `person.place`. How long the silence of this talk may be is sealed too: a thief who could read
    it, or the exact size of a place, would know who is affected and who only learns."""
    minutes = house.shelf.terms.parked_minutes if hides(house, place) else house.shelf.terms.draft_minutes
    silence = {} if lasts(place) else {"until": now + 60 * minutes}
    ends = {"to": to} if place.errand else silence
    plain = json.dumps({**place.dump(), **ends}, ensure_ascii=False).encode()
    size = next((size for size in SIZES if len(plain) <= size), len(plain))
    return house.keys.seal_field(plain.ljust(size), place_of(key))


def open_standing(keys: Keys, one: Person) -> Standing:
    """What `seal_standing` made for this person, or Lost."""
    try:
        stored = json.loads(keys.open_field(one.place or b"", place_of(one.key)))
        to = (stored["to"][0], stored["to"][1]) if "to" in stored else None
        return Standing(Place.load(stored), stored.get("until", one.place_until), to)
    except (CannotOpen, LookupError, TypeError, ValueError) as error:
        log.error("place does not open", error=type(error).__name__)
        raise Lost from error


def lasts(place: Place) -> bool:
    """Whether a talk never ends by silence: a caseworker's chat."""
    return place.flow == DUTY


def over(house: House, one: Person, standing: Standing, now: int) -> bool:
    """Whether a talk has ended by silence."""
    ends = [end for end in (standing.until, one.place_until) if end is not None]
    return standing.place.errand is None and bool(ends) and min(ends) < now


def tells(house: House, standing: Standing) -> bool:
    """Whether whoever comes back is told that the talk has ended."""
    flow = house.flows.get(standing.place.flow)
    return flow is not None and flow.tells


def hides(house: House, place: Place) -> bool:
    """Whether nobody may see afterwards that there was this talk."""
    flow = house.flows.get(place.flow)
    return flow is not None and flow.parks
