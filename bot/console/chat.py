"""One's own chat on duty: a code that links it, shown once, and the way to unlink it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console.visit import Visit
from bot.duty import CODE_SECONDS, new_code
from models import duty

MINUTE = 60


async def make_code(visit: Visit) -> Response:
    """A code for ten minutes; a link where the name or the number of Suar is known."""
    settings = visit.service.settings
    if not settings.messengers:
        return visit.go("/akun")  # which says why there is none
    seat = visit.member
    code, hash = new_code(visit.service.house.keys)
    await visit.write(lambda connection: duty.offer(connection, seat.staff, hash, visit.now + CODE_SECONDS))
    places, minutes = " / ".join(settings.messengers), CODE_SECONDS // MINUTE
    found = list(links(visit, code))
    return await visit.render("chat_code.html", code=code, links=found, messengers=places, minutes=minutes)


def links(visit: Visit, code: str) -> Iterator[tuple[str, str]]:
    """Messenger and address that opens the chat with the code written."""
    for one in visit.service.house.shelf.addresses:
        if one.channel == "telegram":
            yield "Telegram", f"https://t.me/{one.address.lstrip('@')}?start=dinas-{code.replace('-', '')}"
    if visit.service.settings.has_whatsapp:
        number = visit.service.settings.twilio_whatsapp_from.rpartition("+")[2]
        yield "WhatsApp", f"https://wa.me/{number}?text=dinas%20{code}"


async def unlink(visit: Visit) -> Response:
    """Nothing more goes to that chat, from this moment on."""
    seat = visit.member

    def work(connection: Connection) -> None:
        if duty.unlink(connection, seat.staff):
            staff.record(connection, seat.staff, "unlinked a chat", now=visit.now)

    await visit.write(work)
    return visit.go("/akun?kabar=putus")
