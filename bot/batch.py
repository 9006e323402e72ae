"""One batch of the desk: everyone who is waiting, played and written in one transaction, one statement a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.engine import Connection

from bot.effects import carry_out
from bot.house import House
from bot.inbound import Inbound, Receipt
from bot.needs import OF_WRITER, fetch
from bot.seat import APOLOGIES, TRIES, Seat, play_one, seat_of, sit
from bot.standing import lasts, seal_standing
from bot.subscriptions import answer_at
from handlers.attached import attached
from handlers.talk import Errand, Need
from models import file, message, person
from models.message import Reply
from models.person import Person

log = structlog.get_logger()
ROUNDS = 4  # a turn that still needs more after so many plays is a bug, and gets the apology


@dataclass(frozen=True, slots=True)
class Errands:
    """Errands of a person that start after the commit."""

    person: bytes
    errands: tuple[Errand, ...]
    to: tuple[str, str] = ("", "")  # channel and address


@dataclass(frozen=True, slots=True)
class Played:
    """What a batch came to: a receipt for each message, errands to start, and messages to play again."""

    receipts: dict[int, Receipt] = field(default_factory=dict)  # by position in the batch
    errands: list[Errands] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


def run(connection: Connection, batch: Sequence[Inbound], house: House, refuse: bool = False) -> Played:
    """Play a batch inside an open transaction; at most one message of each person.

    `refuse`: the database would not take these turns; record their ids and apologise.
    """
    played = Played()
    now = house.now()
    seats = [seat_of(index, message, house) for index, message in enumerate(batch)]
    fresh = person.claim(connection, [seat.inbound for seat in seats], now)
    seats = known_again(seats, fresh, played)
    if seats:
        sit(connection, seats, house, now)
        seats = awaited(seats, played)
        if refuse:
            for seat in seats:
                play_one(seat, house, now, APOLOGIES)
        else:
            play_all(connection, seats, house, now)
        write(connection, seats, house, now, played)
    return played


def known_again(seats: Sequence[Seat], fresh: set[bytes], played: Played) -> list[Seat]:
    """The seats whose ids were claimed just now, each id once; the others get the receipt of a repetition."""
    left, new = set(fresh), []
    for seat in seats:
        if seat.inbound in left:
            left.remove(seat.inbound)
            new.append(seat)
        else:
            played.receipts[seat.index] = Receipt(repeated=True)
    return new


def awaited(seats: Sequence[Seat], played: Played) -> list[Seat]:
    """Without the events that nobody waits for any more: an errand may be done twice, its end is told once."""
    waiting = []
    for seat in seats:
        errand, event = seat.place.errand if seat.place else None, seat.message.event
        if event is None or (errand is not None and errand.id == event.errand):
            waiting.append(seat)
        else:
            played.receipts[seat.index] = Receipt(repeated=True)
    return waiting


def body_of(key: bytes) -> str:
    """Where a sealed reply belongs."""
    return f"outbox|{key.hex()}|body"


def play_all(connection: Connection, seats: Sequence[Seat], house: House, now: int) -> None:
    """Play every turn in memory; what turns ask for is fetched for all of them at once, then they play again."""
    waiting = list(seats)
    for _ in range(ROUNDS):
        needs: dict[int, Need] = {}
        for seat in waiting:
            need = play_one(seat, house, now, TRIES)
            if need is not None:
                needs[seat.index] = need
        if not needs:
            return
        waiting = [seat for seat in waiting if seat.index in needs]
        found = fetch(connection, house, {owned(seat, needs[seat.index]) for seat in waiting})
        for seat in waiting:
            seat.found[needs[seat.index]] = found[owned(seat, needs[seat.index])]
    for seat in waiting:
        log.error("turn needs without end", need=needs[seat.index].kind)
        play_one(seat, house, now, APOLOGIES)


def owned(seat: Seat, need: Need) -> Need:
    """What a turn asks of whoever plays it: a turn does not know who that is."""
    return Need(need.kind, seat.key) if need in OF_WRITER else need


def write(connection: Connection, seats: Sequence[Seat], house: House, now: int, played: Played) -> None:
    """Persons first: whoever lost a race to another process writes nothing else and is played again."""
    won = person.save(connection, [after(seat, house, now) for seat in seats], now)
    losers = [seat for seat in seats if seat.key not in won]
    if losers:
        person.unclaim(connection, [seat.inbound for seat in losers])
        played.lost.extend(seat.index for seat in losers)
    winners = [seat for seat in seats if seat.key in won]
    effects = [(seat.key, effect) for seat in winners for effect in seat.outcome.do]
    if effects:
        carry_out(connection, effects, now)
    answer_at(connection, house, {seat.key: seat.message.address for seat in winners if seat.message.event is None})
    gone = {id for seat in winners for id in seat.uploads - attached(seat.outcome.place)}
    if gone:
        file.discard(connection, gone)
    if late := [seat.key for seat in winners if seat.hidden and left(seat)]:
        message.withdraw(connection, late)
    rows = message.put(connection, [reply(seat, seat.body, house) for seat in winners if seat.body], now)
    if any(seat.body and seat.to[0] != "web" for seat in winners):  # a web page waits where its turn was played
        house.wake.notify(connection)
    for seat in winners:
        waits = seat.outcome.place is not None and seat.outcome.place.errand is not None
        played.receipts[seat.index] = Receipt(False, rows.get(seat.key), seat.body, waits)
        if seat.outcome.errands:
            played.errands.append(Errands(seat.key, seat.outcome.errands, seat.to))


def left(seat: Seat) -> bool:
    """Whether the talk that somebody was in is over, by this turn or by silence before it."""
    return seat.place is None or seat.outcome.place is None or seat.outcome.place.flow != seat.hidden


def after(seat: Seat, house: House, now: int) -> Person:
    """The person's row as this turn leaves it."""
    place, language = seat.outcome.place, seat.outcome.language or seat.person.language
    before = seat.place.errand if seat.place else None
    if place is None:
        return Person(seat.key, seat.person.version + 1, language=language)
    sealed = seal_standing(house, seat.key, place, seat.to, now)
    if place.errand:
        goes_on = before is not None and before.id == place.errand.id
        since = seat.person.errand_at if goes_on else now
        return Person(seat.key, seat.person.version + 1, sealed, None, since, language=language)
    if lasts(place):
        return Person(seat.key, seat.person.version + 1, sealed, language=language)
    until = now + 60 * house.shelf.terms.draft_minutes
    until += -until % 60  # to the minute: it joins nothing
    return Person(seat.key, seat.person.version + 1, sealed, until, language=language)


def reply(seat: Seat, body: bytes, house: House) -> Reply:
    """The outbox row; the web fetches its own, so it keeps no address."""
    channel, address = seat.to
    kept = None if channel == "web" else house.keys.seal_field(address.encode(), f"outbox|{seat.key.hex()}|address")
    return Reply(seat.key, channel, kept, house.keys.seal_field(body, body_of(seat.key)))
