"""What the lurah's officer does in chat: leaders of their own kelurahan invited, renewed, revoked; each act trailed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from bot import revoking, staff
from bot.desk import Desk
from bot.house import House
from bot.leaders import CODE_DAYS, YEAR, months_later, new_code
from bot.pings import chat_of
from bot.wake import SENDERS
from handlers.lead_invite import INVITE, OFFICER, OFFICES, RENEW, REVOKE
from handlers.talk import JSON, Errand
from models import leader
from models.base import DAY
from models.leader import Office

MOST: Final = 30  # codes of a kelurahan that wait to be used
GONE: Final[Mapping[str, JSON]] = {"ok": False, "why": "gone"}


@dataclass(frozen=True, slots=True)
class Officer:
    """Who acts: the id of their place, their office, and until when what they give holds at most."""

    id: str
    office: Office
    now: int

    @property
    def term(self) -> int:
        """A year, and never longer than their own time."""
        return min(self.office.term, months_later(self.now, YEAR))


Act = Callable[[Connection, Officer], Mapping[str, JSON]]


def acting(house: House, desk: Desk, errand: Errand, act: Act) -> Mapping[str, JSON]:
    """Do it in one transaction, if they are the officer of a kelurahan in this moment."""
    person, now = chat_of(errand).person, house.now()

    def work(connection: Connection) -> Mapping[str, JSON]:
        office = leader.of_persons(connection, [person], now).get(person)
        id = leader.ids_of(connection, [person], now).get(person)
        if office is None or id is None or office.office != OFFICER:
            return GONE
        return act(connection, Officer(id, office, now))

    return desk.do(work).result()


def invite(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """A code that works once; after a crash the place gets a new one, for the first was told to nobody."""
    (code, hash), args = new_code(house.keys), errand.args

    def act(connection: Connection, officer: Officer) -> Mapping[str, JSON]:
        if leader.unused(connection, officer.office.kelurahan, officer.now) >= MOST:
            return {"ok": False, "why": "many"}
        until = officer.now + CODE_DAYS * DAY
        place = Office(args["office"], officer.office.kelurahan, args["unit"], officer.term)
        leader.invite(connection, errand.id, place, hash, until)
        trailed(connection, officer, "invited a leader")
        return {"ok": True, "code": code, "until": until}

    return acting(house, desk, errand, act)


def renew(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Another year, within the officer's own time."""

    def act(connection: Connection, officer: Officer) -> Mapping[str, JSON]:
        id, place = errand.args["leader"], [officer.office.kelurahan]
        if not theirs(connection, officer, id) or not leader.renew(connection, id, place, officer.term):
            return GONE
        trailed(connection, officer, "renewed a leader")
        return {"ok": True, "did": "renewed", "until": officer.term}

    return acting(house, desk, errand, act)


def revoke(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """From this moment on their chat is a resident's."""

    def act(connection: Connection, officer: Officer) -> Mapping[str, JSON]:
        id, place = errand.args["leader"], [officer.office.kelurahan]
        if not theirs(connection, officer, id) or not revoking.revoke(connection, house, id, place):
            return GONE
        trailed(connection, officer, "revoked a leader")
        return {"ok": True, "did": "revoked", "until": officer.now}

    done = acting(house, desk, errand, act)
    house.wake.ring([SENDERS])
    return done


def theirs(connection: Connection, officer: Officer, id: str) -> bool:
    """Whether this is an RT, RW or school of their kelurahan; other officers are the Sudin's to look after."""
    rows = leader.listed(connection, [officer.office.kelurahan])
    return any(row.id == id and row.office in OFFICES for row in rows)


def trailed(connection: Connection, officer: Officer, what: str) -> None:
    """The Sudin sees in the trail what was done, by the place of the officer and not their chat."""
    staff.record(connection, officer.id, f"{what} of {officer.office.kelurahan}", now=officer.now)


ERRANDS: Final[Mapping[str, Callable[[House, Desk, Errand], Mapping[str, JSON]]]] = {
    INVITE: invite,
    RENEW: renew,
    REVOKE: revoke,
}
