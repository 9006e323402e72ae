"""Posters and cards for whoever hands them out: choose one, get the file; nothing of it is kept or counted."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.console.visit import Visit, not_found
from bot.locale import mark
from bot.posters import MEDIA, Form, Size, Wanted, links, made

SIZES = {
    Size.A4: mark("A4, for a wall"),
    Size.A5: mark("A5, for a door or a counter"),
    Size.CARD: mark("Square, for a group chat"),
}
FORMS = {Form.PDF: mark("PDF, to print"), Form.PNG: mark("PNG, to send")}


async def show_posters(visit: Visit) -> Response:
    """What can be had."""
    shelf = visit.service.house.shelf
    rows = shelf.gazetteer.kelurahan
    places = {kota.name: [row for row in rows if row.kota_code == kota.code] for kota in shelf.gazetteer.kota()}
    return await visit.render(
        "posters.html",
        sizes={str(size): visit.say(msgid) for size, msgid in SIZES.items()},
        forms={str(form): visit.say(msgid) for form, msgid in FORMS.items()},
        places=places,
        channels=sorted(links(shelf, visit.service.settings.public_base_url)),
    )


async def send_poster(visit: Visit) -> Response:
    """The file of one choice."""
    asked = visit.request.query_params
    shelf = visit.service.house.shelf
    try:
        wanted = Wanted(Size(asked.get("ukuran", "")), Form(asked.get("bentuk", "")), asked.get("kelurahan", ""))
        file = await run_in_threadpool(made, shelf, wanted, visit.service.settings.public_base_url)
    except (ValueError, KeyError):
        raise not_found() from None
    named = f'attachment; filename="{wanted.file_name}"'
    return Response(file, media_type=MEDIA[wanted.form], headers={"Content-Disposition": named})
