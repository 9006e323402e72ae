"""One message while its batch runs: who sent it, where they stand, and what their turn comes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from bot.house import House
from bot.inbound import INTERNAL, Inbound
from bot.standing import Lost, hides, open_standing, over, tells
from content.shelf import Say
from handlers import duty, front, told
from handlers.attached import attached
from handlers.render import render
from handlers.talk import Need, Outcome, Place, Turn
from handlers.turns import back
from handlers.wording import UNNUMBERED
from models import person
from models.person import Person

log = structlog.get_logger()


@dataclass(slots=True)
class Seat:
    """One message while its batch runs."""

    index: int
    message: Inbound
    key: bytes
    inbound: bytes
    person: Person = field(default_factory=lambda: Person(b""))
    place: Place | None = None
    uploads: frozenset[str] = frozenset()  # that the place held; those it does not hold after this turn go
    hidden: str = ""  # the flow they were in, where nobody may see afterwards that there was such a talk
    to: tuple[str, str] = ("", "")
    outcome: Outcome = field(default_factory=lambda: Outcome(None))
    body: bytes | None = None  # the rendered line as JSON; None where the turn is silent
    found: dict[Need, Any] = field(default_factory=dict)


def seat_of(index: int, message: Inbound, house: House) -> Seat:
    """The keyed hashes under which a message and its person are known."""
    return Seat(index, message, person_of(message, house), house.keys.inbound_key(message.channel, message.id))


def person_of(message: Inbound, house: House) -> bytes:
    """The keyed hash under which whoever sent a message is known."""
    return message.person or house.keys.person_key(message.channel, message.address)


def sit(connection: Connection, seats: Sequence[Seat], house: House, now: int) -> None:
    """Load who they are and where they stand. A place whose silence was too long is no longer theirs."""
    known = person.load(connection, [seat.key for seat in seats])
    for seat in seats:
        seat.person = known[seat.key]
        seat.to = (seat.message.channel, seat.message.address)
        if seat.person.place is not None:
            take_place(seat, house, now)


def take_place(seat: Seat, house: House, now: int) -> None:
    """Open where somebody stands. What does not open is lost, and their talk begins anew; nobody else's stops."""
    try:
        standing = open_standing(house.keys, seat.person)
    except Lost:
        seat.person = replace(seat.person, lapsed=True)
        return
    seat.uploads = attached(standing.place)
    seat.hidden = standing.place.flow if hides(house, standing.place) else ""
    if over(house, seat.person, standing, now):
        seat.person = replace(seat.person, place=None, lapsed=tells(house, standing))
        return
    seat.place = standing.place
    if seat.message.channel == INTERNAL and standing.to:
        seat.to = standing.to


def play_one(seat: Seat, house: House, now: int, tries: Sequence[Try]) -> Need | None:
    """One pure turn and its words. A bug in it costs nobody else anything: nothing has been written yet."""
    turn = turn_of(seat, house, now)
    for one in tries:
        try:
            outcome = one(seat, turn, house)
            if isinstance(outcome, Need):
                return outcome
            seat.body, seat.outcome = said(outcome, house, seat), outcome
        except Exception as error:  # the turn's edge: say sorry, keep the place
            where = seat.place and f"{seat.place.flow}.{seat.place.step}"
            log.error("turn failed", step=where, error=type(error).__name__)
        else:
            return None
    raise RuntimeError("not even an apology could be made")


def turn_of(seat: Seat, house: House, now: int) -> Turn:
    """The message as a step sees it."""
    came = seat.message
    return Turn(
        shelf=house.shelf,
        now=now,
        token=house.token(),
        channel=seat.to[0],
        language=seat.person.language,
        text=came.text,
        pressed=came.pressed,
        media=came.media,
        reference=came.reference,
        places=came.places,
        emergency=came.danger is not None and came.danger.emergency,
        watched=came.danger is not None and came.danger.watched,
        suicide=came.danger is not None and came.danger.suicide,
        meaning=came.meaning,
        code=came.code,
        throttled=came.throttled,
        can_push=house.pushes.take(seat.to[0], told.TEMPLATE, seat.person.language),
        abroad_number=came.abroad_number,
        no_number=came.no_number,
        event=came.event,
        waited=now - (seat.person.errand_at or now),
        lapsed=seat.person.lapsed,
        found=seat.found,
    )


def answer(seat: Seat, turn: Turn, house: House) -> Outcome | Need:
    """What the conversation answers."""
    return duty.answer(house.flows, seat.place, turn)


def sorry(seat: Seat, turn: Turn, house: House) -> Outcome:
    """An apology; the place stays, so nothing that was said is lost.

    The end of an errand that cannot be told is silent, and the clock brings it again; one that the clock has given
    up leads back to the question before it, or nobody could ever leave.
    """
    if turn.event is None or seat.place is None:
        return front.apologise(house.flows, seat.place, house.shelf)
    if turn.event.data.get("ok"):
        return Outcome(seat.place)
    return replace(back(house.flows, seat.place, turn), notes=(Say("front.sorry"),))


def bare(seat: Seat, turn: Turn, house: House) -> Outcome:
    """The apology alone, where even the question that stands cannot be shown."""
    return Outcome(None if turn.event else seat.place, notes=(Say("front.sorry"),))


Try = Callable[[Seat, Turn, House], "Outcome | Need"]
APOLOGIES: tuple[Try, ...] = (sorry, bare)
TRIES: tuple[Try, ...] = (answer, *APOLOGIES)


def said(outcome: Outcome, house: House, seat: Seat) -> bytes | None:
    """The rendered line as JSON, or nothing where the turn is silent."""
    channel = f"{seat.to[0]}{UNNUMBERED}" if seat.message.no_number else seat.to[0]
    line = render(outcome, house.shelf, outcome.language or seat.person.language, channel)
    return json.dumps(line.dump(), ensure_ascii=False).encode() if line else None
