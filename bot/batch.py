"""One batch of the desk: everyone who is waiting, played and written in one transaction, one statement a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from bot.effects import carry_out
from bot.house import House
from bot.inbound import INTERNAL, Inbound, Receipt
from bot.needs import fetch
from handlers import front
from handlers.render import render
from handlers.talk import Errand, Need, Outcome, Place, Turn
from models import message, person
from models.message import Reply
from models.person import Person

log = structlog.get_logger()
ROUNDS = 4  # a turn that still needs more after so many plays is a bug, and gets the apology


@dataclass(frozen=True, slots=True)
class Errands:
    """Errands of a person that start after the commit."""

    person: bytes
    errands: tuple[Errand, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """What a batch came to: a receipt for each message, errands to start, and messages to play again."""

    receipts: dict[int, Receipt] = field(default_factory=dict)  # by position in the batch
    errands: list[Errands] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Seat:
    """One message while its batch runs."""

    index: int
    message: Inbound
    key: bytes
    inbound: bytes
    person: Person = field(default_factory=lambda: Person(b""))
    place: Place | None = None
    to: tuple[str, str] = ("", "")
    outcome: Outcome | None = None
    found: dict[Need, Any] = field(default_factory=dict)


def seat_of(index: int, message: Inbound, house: House) -> Seat:
    """The keyed hashes under which a message and its person are known."""
    key = message.person or house.keys.person_key(message.channel, message.address)
    return Seat(index, message, key, house.keys.inbound_key(message.channel, message.id))


def run(connection: Connection, batch: Sequence[Inbound], house: House, refuse: bool = False) -> Played:
    """Play a batch inside an open transaction; at most one message of each person.

    `refuse`: the database would not take these turns; record their ids and apologise.
    """
    played = Played()
    now = house.now()
    seats = [seat_of(index, message, house) for index, message in enumerate(batch)]
    fresh = person.claim(connection, [seat.inbound for seat in seats], now)
    for seat in seats:
        if seat.inbound not in fresh:
            played.receipts[seat.index] = Receipt(repeated=True)
    seats = [seat for seat in seats if seat.inbound in fresh]
    if seats:
        sit(connection, seats, house, now)
        if refuse:
            for seat in seats:
                seat.outcome = sorry(seat, house)
        else:
            play_all(connection, seats, house, now)
        write(connection, seats, house, now, played)
    return played


def sit(connection: Connection, seats: Sequence[Seat], house: House, now: int) -> None:
    """Load who they are and where they stand. A place whose silence was too long is no longer theirs."""
    known = person.load(connection, [seat.key for seat in seats])
    for seat in seats:
        seat.person = known[seat.key]
        seat.to = (seat.message.channel, seat.message.address)
        if seat.person.place_until is not None and seat.person.place_until < now:
            seat.person = replace(seat.person, place=None, lapsed=True)
        if seat.person.place is not None:
            stored = json.loads(house.keys.open_field(seat.person.place, place_of(seat.key)))
            seat.place = Place.load(stored)
            if seat.message.channel == INTERNAL:
                seat.to = tuple(stored["to"])


def place_of(key: bytes) -> str:
    """Where a sealed place belongs; sealed for another row it does not open."""
    return f"person|{key.hex()}|place"


def body_of(key: bytes) -> str:
    """Where a sealed reply belongs."""
    return f"outbox|{key.hex()}|body"


def play_all(connection: Connection, seats: Sequence[Seat], house: House, now: int) -> None:
    """Play every turn in memory; what turns ask for is fetched for all of them at once, then they play again."""
    waiting = list(seats)
    for _ in range(ROUNDS):
        needs: dict[int, Need] = {}
        for seat in waiting:
            result = play_one(seat, house, now)
            if isinstance(result, Need):
                needs[seat.index] = result
            else:
                seat.outcome = result
        if not needs:
            return
        found = fetch(connection, house, set(needs.values()))
        waiting = [seat for seat in waiting if seat.index in needs]
        for seat in waiting:
            seat.found[needs[seat.index]] = found[needs[seat.index]]
    for seat in waiting:
        seat.outcome = sorry(seat, house)


def play_one(seat: Seat, house: House, now: int) -> Outcome | Need:
    """One pure turn. A bug in it costs nobody else anything: nothing has been written yet."""
    came = seat.message
    turn = Turn(
        shelf=house.shelf,
        now=now,
        token=house.token(),
        channel=seat.to[0],
        text=came.text,
        pressed=came.pressed,
        media=came.media,
        places=came.places,
        code=came.code,
        throttled=came.throttled,
        event=came.event,
        lapsed=seat.person.lapsed,
        found=seat.found,
    )
    try:
        return front.answer(house.flows, seat.place, turn)
    except Exception as error:  # the turn's edge: say sorry, keep the place
        log.error(
            "turn failed",
            flow=seat.place and seat.place.flow,
            step=seat.place and seat.place.step,
            error=type(error).__name__,
        )
        return sorry(seat, house)


def sorry(seat: Seat, house: House) -> Outcome:
    """An apology; the place stays, so nothing that was said is lost."""
    return front.apologise(house.flows, seat.place, house.shelf)


def write(connection: Connection, seats: Sequence[Seat], house: House, now: int, played: Played) -> None:
    """Persons first: whoever lost a race to another process writes nothing else and is played again."""
    won = person.save(connection, [after(seat, house, now) for seat in seats], now)
    losers = [seat for seat in seats if seat.key not in won]
    if losers:
        person.unclaim(connection, [seat.inbound for seat in losers])
        played.lost.extend(seat.index for seat in losers)
    winners = [seat for seat in seats if seat.key in won]
    effects = [(seat.key, effect) for seat in winners if seat.outcome for effect in seat.outcome.do]
    if effects:
        carry_out(connection, effects, now)
    bodies = {seat.key: body for seat in winners if (body := said(seat, house))}
    rows = message.put(
        connection, [reply(seat, bodies[seat.key], house) for seat in winners if seat.key in bodies], now
    )
    for seat in winners:
        body = bodies.get(seat.key)
        waits = seat.outcome is not None and seat.outcome.place is not None and seat.outcome.place.errand is not None
        played.receipts[seat.index] = Receipt(False, rows.get(seat.key), body, waits)
        if seat.outcome and seat.outcome.errands:
            played.errands.append(Errands(seat.key, seat.outcome.errands))


def after(seat: Seat, house: House, now: int) -> Person:
    """The person's row as this turn leaves it."""
    place = seat.outcome.place if seat.outcome else None
    if place is None:
        return Person(seat.key, seat.person.version + 1)
    stored = place.dump()
    if place.errand:
        stored["to"] = seat.to
    sealed = house.keys.seal_field(json.dumps(stored, ensure_ascii=False).encode(), place_of(seat.key))
    if place.errand:
        return Person(seat.key, seat.person.version + 1, sealed, None, seat.person.errand_at or now)
    return Person(seat.key, seat.person.version + 1, sealed, now + 60 * house.shelf.terms.draft_minutes)


def said(seat: Seat, house: House) -> bytes | None:
    """The rendered line as JSON, or nothing where the turn is silent."""
    line = render(seat.outcome, house.shelf) if seat.outcome else None
    return json.dumps(line.dump(), ensure_ascii=False).encode() if line else None


def reply(seat: Seat, body: bytes, house: House) -> Reply:
    """The outbox row; the web fetches its own, so it keeps no address."""
    channel, address = seat.to
    kept = None if channel == "web" else house.keys.seal_field(address.encode(), f"outbox|{seat.key.hex()}|address")
    return Reply(seat.key, channel, kept, house.keys.seal_field(body, body_of(seat.key)))
