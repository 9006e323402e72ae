"""The recordings of lessons, for the web chat and for vendors that fetch what they pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from bot.headers import security_headers
from content.shelf import SOUNDS, Shelf

AT: Final = "/suara"
OGG: Final = "audio/ogg"  # what RFC 7845 section 9 names for Opus in Ogg; WhatsApp takes no other name for it


def sound_url(base: str, file: str) -> str:
    """Where a recording is fetched."""
    return f"{base.rstrip('/')}{AT}/{file}"


def sound_routes(shelf: Shelf, csp: str) -> list[BaseRoute]:
    """The files that are listed, and no other; they hold nothing of anybody, so a phone may keep one for a day."""
    files: dict[str, Path] = {one.file: SOUNDS / one.file for one in shelf.recordings.values()}

    async def send(request: Request) -> Response:
        path = files.get(request.path_params["file"])
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, media_type=OGG)

    return [Route(f"{AT}/{{file}}", send, middleware=[security_headers(csp, "public, max-age=86400")])]
