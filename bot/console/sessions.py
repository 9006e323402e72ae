"""The cookie and the session behind it: idle after half an hour, over after ten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot import staff
from bot.console.visit import Console, Seat, Visit
from bot.sealing import hash_session
from models import roster, session

IDLE: Final = 30 * 60
LONGEST: Final = 10 * 3600
UNPROVEN: Final = 5 * 60  # time to find the phone
TOUCH: Final = 60  # seconds between two notes that somebody is there: not every click is a write


def cookie_name(console: Console) -> str:
    """Over https the name itself keeps other hosts of the domain from planting one."""
    return "__Host-suar" if console.secure else "suar"


def set_cookie(console: Console, response: Response, cookie: str) -> None:
    """A browser takes a `__Host-` cookie only for the whole host."""
    path = "/" if console.secure else "/konsol"
    response.set_cookie(
        cookie_name(console), cookie, path=path, secure=console.secure, httponly=True, samesite="strict"
    )


def drop_cookie(console: Console, response: Response) -> None:
    """Take the cookie back."""
    path = "/" if console.secure else "/konsol"
    response.delete_cookie(cookie_name(console), path=path, secure=console.secure, httponly=True, samesite="strict")


async def find_seat(console: Console, request: Request, now: int) -> Seat | None:
    """Whoever the cookie stands for, while their session holds."""
    token = staff.token_of(request.cookies.get(cookie_name(console), ""))
    if token is None:
        return None
    hash = hash_session(token)

    def query(connection: Connection) -> tuple[Any, list[Any]]:
        row = session.find(connection, hash)
        return row, roster.memberships(connection, row.staff) if row and row.proven else []

    row, members = await console.service.look(query)
    if row is None or is_over(row, now):
        return None
    return Seat(
        hash=hash,
        token=token,
        wrap=bytes(row.wrap),
        staff=row.staff,
        name=row.name,
        admin=row.admin,
        proven=row.proven,
        made_at=row.made_at,
        seen_at=row.seen_at,
        members=tuple(members),
    )


def is_over(row: Any, now: int) -> bool:
    """Too long idle, too old, or waiting too long for the second factor."""
    if not row.proven and now - row.made_at >= UNPROVEN:
        return True
    return bool(now - row.seen_at >= IDLE or now - row.made_at >= LONGEST)


async def touch(console: Console, seat: Seat, now: int) -> Seat:
    """Note that somebody is there; a page that asks for news by itself does not come here."""
    if now - seat.seen_at < TOUCH:
        return seat
    await console.service.write(lambda connection: session.touch(connection, seat.hash, now))
    return replace(seat, seen_at=now)


async def sign_out(visit: Visit) -> Response:
    """The row goes, and with it the key's last wrap; the browser is told to forget its copies."""
    response = visit.go("/masuk")
    if visit.seat is not None:
        ended = visit.seat.hash
        await visit.write(lambda connection: session.end(connection, ended))
    drop_cookie(visit.console, response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
