"""Signing in: name and password first, then the six digits of the phone."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console.sessions import UNPROVEN, set_cookie
from bot.console.visit import Console, Seat, Stop, Visit
from bot.locale import mark
from bot.reading import Limit, Throttle, network_of
from bot.sealing import LONGEST_PASSWORD
from models import roster, session

QUARTER: Final = 900
# One network is often one office: many colleagues sign in from it in the morning.
LIMITS: Final = {"network": Limit(60, QUARTER), "name": Limit(20, QUARTER), "seat": Limit(8, QUARTER)}
# Of the second factor: by person in a network, and by person from wherever they have not been before.
DIGITS: Final = {"digits": Limit(5, UNPROVEN), "person": Limit(30, UNPROVEN)}
KNOWN: Final = Limit(1, 30 * 86_400)  # where somebody signed in: strangers cannot lock them out there
QUEUE: Final = 8  # sign-ins that may wait for the KDF: two seconds of it

WRONG: Final = mark("Name or password is not right.")
TOO_OFTEN: Final = mark("Too many tries. Please wait 15 minutes, then try again.")
WRONG_CODE: Final = mark("That code is not right, or was used already. Wait for the next one.")


def throttles(now: Any) -> dict[str, Throttle]:
    """Tries by network, by name, by name in a network, and of the second factor; and where each name is known."""
    return {name: Throttle(limit, now) for name, limit in {**LIMITS, **DIGITS, "known": KNOWN}.items()}


def network(visit: Visit) -> str:
    """The network a visit comes from; counted in memory, never stored."""
    return network_of(visit.request.client.host) if visit.request.client else ""


def allow(visit: Visit, name: str) -> bool:
    """Count one try: the network first, so that one room can use up neither memory nor what all have under a name.

    A network where this name has signed in is not held up by what others try elsewhere.
    """
    tries, where = visit.console.tries, network(visit)
    here = f"{where}|{name}"
    if not tries["network"].allow(where) or not tries["seat"].allow(here):
        return False
    return bool(tries["known"].count(here)) or tries["name"].allow(name)


def allow_digits(visit: Visit, seat: Seat) -> bool:
    """Count one try of the second factor, by the same rule."""
    tries, here = visit.console.tries, f"{network(visit)}|{seat.name}"
    return tries["digits"].allow(here) and (bool(tries["known"].count(here)) or tries["person"].allow(seat.name))


def welcome(visit: Visit, seat: Seat) -> None:
    """This name is known in this network; right digits were no try."""
    tries, here = visit.console.tries, f"{network(visit)}|{seat.name}"
    tries["known"].note(here)
    tries["digits"].give_back(here)


async def in_pool(console: Console, work: Any, *args: Any) -> Any:
    """Run a KDF in the staff's own pool; Stop where too many wait already."""
    if len(console.waiting) >= QUEUE:
        raise Stop(503, mark("Many people are signing in. Please try again in a moment."))
    console.waiting.append(None)
    try:
        return await asyncio.get_running_loop().run_in_executor(console.pool, work, *args)
    finally:
        console.waiting.pop()


async def show_sign_in(visit: Visit) -> Response:
    """The first page; whoever is signed in goes on."""
    if visit.seat is not None:
        return visit.go("/" if visit.seat.proven else "/masuk/kode")
    return await visit.render("sign_in.html")


async def sign_in(visit: Visit) -> Response:
    """Name and password; the same answer and time for a name that does not exist."""
    typed, password = visit.form.one("name"), visit.form.one("password")
    name = staff.fit_name(typed) or ""
    if len(password) > LONGEST_PASSWORD:
        return await visit.render("sign_in.html", 403, problem=WRONG, name=typed)
    if not allow(visit, name):
        return await visit.render("sign_in.html", 429, problem=TOO_OFTEN, name=typed)
    row = await visit.look(lambda connection: roster.staff_by_name(connection, name))
    private = await in_pool(visit.console, staff.check_password, row, password)
    if row is None or private is None:
        await visit.write(lambda connection: staff.count_failure(connection, visit.now))
        return await visit.render("sign_in.html", 403, problem=WRONG, name=typed)
    cookie = await visit.write(lambda connection: staff.begin(connection, row.id, private, proven=False, now=visit.now))
    response = visit.go("/masuk/kode")
    set_cookie(visit.console, response, cookie)
    return response


async def show_code(visit: Visit) -> Response:
    """The second page."""
    return await visit.render("code.html")


async def give_code(visit: Visit) -> Response:
    """The second factor opens a session of a new cookie; the half one ends, whoever knew its cookie."""
    seat = visit.member
    if not allow_digits(visit, seat):
        await visit.write(lambda connection: session.end(connection, seat.hash))
        return await visit.render("code.html", 429, problem=TOO_OFTEN)
    code, private = visit.form.one("code"), seat.private

    def work(connection: Connection) -> str | None:
        row = roster.staff_by_id(connection, seat.staff)
        if row is None or not staff.check_code(connection, visit.service.house.keys, row, code, visit.now):
            staff.count_failure(connection, visit.now)
            return None
        if not session.end(connection, seat.hash):
            return None
        return staff.begin(connection, seat.staff, private, proven=True, now=visit.now)

    cookie = await visit.write(work)
    if cookie is None:
        return await visit.render("code.html", 403, problem=WRONG_CODE)
    welcome(visit, seat)
    response = visit.go("/")
    set_cookie(visit.console, response, cookie)
    return response
