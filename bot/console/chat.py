"""One's own chat on duty: a code that links it, shown once, and the way to unlink it."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console.visit import Visit
from bot.duty import CODE_SECONDS, new_code
from models import duty

MINUTE = 60


async def make_code(visit: Visit) -> Response:
    """A code for ten minutes; a link where the bot's name is known."""
    if not visit.service.settings.has_telegram:
        return visit.go("/akun")  # which says why there is none
    seat = visit.member
    code, hash = new_code(visit.service.house.keys)
    await visit.write(lambda connection: duty.offer(connection, seat.staff, hash, visit.now + CODE_SECONDS))
    names = [one.address.lstrip("@") for one in visit.service.house.shelf.addresses if one.channel == "telegram"]
    links = [f"https://t.me/{name}?start=dinas-{code.replace('-', '')}" for name in names]
    return await visit.render("chat_code.html", code=code, links=links, minutes=CODE_SECONDS // MINUTE)


async def unlink(visit: Visit) -> Response:
    """Nothing more goes to that chat, from this moment on."""
    seat = visit.member

    def work(connection: Connection) -> None:
        if duty.unlink(connection, seat.staff):
            staff.record(connection, seat.staff, "unlinked a chat", now=visit.now)

    await visit.write(work)
    return visit.go("/akun?kabar=putus")
