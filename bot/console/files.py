"""One photo or voice message of a case, opened by itself, each opening in the trail."""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot.console.attachments import listed
from bot.console.cases import facts, report_of, trailed
from bot.console.dossier import Dossier, cover, report_key, unlock
from bot.console.visit import Stop, Visit, not_found
from bot.filing import file_part
from bot.keys import CannotOpen
from bot.locale import mark
from bot.sealing import FILE_CLASSES, info_report, unpad, unseal
from models import file
from models.file import File

# Nothing runs in a file, whatever is in it, and no page may hold it in a frame.
CSP: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
TYPES: Final = {"photo": ("image/jpeg", "foto-%d.jpg"), "voice": ("audio/ogg", "suara-%d.ogg")}
MOST_DIGITS: Final = 3


def number_of(visit: Visit) -> int:
    """The number of the file that the address names."""
    text = str(visit.request.path_params["number"])
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise not_found()
    return int(text)


async def show_file(visit: Visit) -> Response:
    """A page of its own for one file: the photo blurred until somebody wants to see it, the voice silent."""
    seat, id, number = visit.member, report_of(visit), number_of(visit)
    dossier = await visit.look(lambda connection: unlock(connection, seat, id))
    if dossier.row.state == "diterima":
        return visit.go(f"/kasus/{id}")
    found = [one for one in listed(visit, dossier) if one.number == number]
    if not found:
        raise not_found()
    return await visit.render("file.html", file=found[0], **facts(visit, dossier))


async def send_file(visit: Visit) -> Response:
    """The bytes, for whoever may read the report, once their opening stands in the trail."""
    seat, id, number = visit.member, report_of(visit), number_of(visit)

    def query(connection: Connection) -> tuple[Dossier, File | None]:
        return cover(connection, seat, id), file.one(connection, id, number)

    dossier, found = await visit.look(query)
    if found is None or dossier.row.state == "diterima":
        raise not_found()
    try:
        sealed = unseal(report_key(seat, dossier.row), found.body, info_report(id, file_part(number)))
        data = unpad(sealed, FILE_CLASSES)
    except CannotOpen:
        raise Stop(409, mark("This cannot be opened with your key. Please tell the coordinator.")) from None
    await visit.write(lambda connection: trailed(connection, visit, dossier, f"opened.file.{number}"))
    media, name = TYPES[found.kind]
    return Response(data, media_type=media, headers={"Content-Disposition": f'inline; filename="{name % number}"'})
