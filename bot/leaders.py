"""Leaders of an area: the code that invites one, and the errand that makes a chat theirs."""

from __future__ import annotations

import base64
import secrets
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.engine import Connection

from bot.desk import Desk
from bot.house import House
from bot.keys import Keys
from bot.pings import chat_of
from bot.reading import Limit, Throttle
from content.queues import WIB
from handlers.talk import JSON, Errand
from models import leader

CODE_BYTES: Final = 5  # eight letters
CODE_DAYS: Final = 7
YEAR: Final = 12  # months
TRIES: Final = Limit(5, 3_600)  # codes that one chat may try


def months_later(moment: int, months: int) -> int:
    """The same day of a later month in Jakarta, or its last day; seconds since 1970."""
    start = datetime.fromtimestamp(moment, WIB)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def new_code(keys: Keys) -> tuple[str, bytes]:
    """A code that invites a leader, two groups of four, and the hash that is stored."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return f"{text[:4]}-{text[4:]}", keys.token_mac("leader", text)


@dataclass(frozen=True, slots=True)
class Linker:
    """A code works once, and a chat that guesses waits an hour."""

    tries: Throttle

    def __call__(self, house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
        person = chat_of(errand).person
        if not self.tries.allow(person):
            return {"ok": False}
        hash, now = house.keys.token_mac("leader", errand.args["code"]), house.now()

        def work(connection: Connection) -> bool:
            # A crash between the linking and the telling leaves a leader whose code is used up.
            return bool(leader.link(connection, hash, person, now) or leader.of_persons(connection, [person], now))

        return {"ok": desk.do(work).result()}


def linker(house: House) -> Linker:
    """With a count of its own."""
    return Linker(Throttle(TRIES, house.now))
