"""A form that may carry a picture: read within bounds, drawn anew, and kept sealed while its alert is written."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bot import uploads
from bot.console.visit import LARGEST_FORM, MOST_FIELDS, Form, Stop, Visit, read_form
from bot.locale import mark
from bot.media import BROKEN, FOREIGN, LARGE, LARGEST, PHOTO, Refused
from models import file

SECONDS: Final = 120.0  # in which a form with a picture must be here, from an office's bad line
MOST: Final = LARGEST[PHOTO] + LARGEST_FORM  # bytes
READ_ON: Final = 32 * 1024 * 1024  # of a larger one that are let pass, so that a browser waits for the answer
TOKEN: Final = re.compile(r"[0-9a-f]{32}")
TOO_LARGE: Final = mark("That picture is larger than 10 MB. Please choose a smaller one.")
FAULTS: Final = {  # of bytes that are few enough
    LARGE: mark("That picture has more than 40 million pixels. Please choose a smaller one."),
    FOREIGN: mark("That is no picture that can be sent. Please choose a JPEG, PNG or WEBP."),
    BROKEN: mark("That picture does not open. Please choose another one."),
}
EMPTY: Final = mark("That file is empty. Please choose the picture again.")
MOST_OWN: Final = 10  # pictures of one of the staff that wait: nobody takes all the places there are
OWN_FULL: Final = mark(
    "Ten of your pictures wait in forms that were not sent. Please send one of those, or try again in a few hours; "
    "or go on without a picture."
)
FULL: Final = mark("No picture can be taken now. Please try again in a few minutes, or go on without.")


class OwnFull(Exception):
    """Somebody of the staff has as many pictures waiting as one may."""


class InMemory(MultiPartParser):
    """A form's parser that puts no picture on the disk: nobody has looked at it yet."""

    spool_max_size = MOST

    def close(self) -> None:
        """Let go of the file, also of one whose end never came."""
        for one in self._files_to_close_on_error:
            one.close()


@dataclass(slots=True)
class Bounded:
    """A body as it comes in, as far as it is taken."""

    request: Request
    size: int = 0

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        async for chunk in self.request.stream():
            self.size += len(chunk)
            if self.size <= MOST:
                yield chunk
            elif self.size > MOST + READ_ON:
                return


async def read_pictured(request: Request) -> Form:
    """The fields of a form with a file, which stands last in it: of one that is too large the words are kept."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await read_form(request)
    body = Bounded(request)
    bounds: dict[str, int] = {"max_files": 1, "max_fields": MOST_FIELDS, "max_part_size": LARGEST_FORM}
    parser = InMemory(request.headers, body.chunks(), **bounds)
    try:
        async with asyncio.timeout(SECONDS):
            parts = await parser.parse()
        picture = await picture_of(parts)
    except (TimeoutError, ClientDisconnect, MultiPartException, HTTPException, ValueError):
        raise Stop(400, mark("This is not a form of this page. Please load the page again.")) from None
    finally:
        parser.close()
    large = body.size > MOST or len(picture) > LARGEST[PHOTO]
    return Form(fields_of(parts), b"" if large else picture, large, not large and not picture and chosen(parts))


def chosen(parts: FormData) -> bool:
    """Whether somebody chose a file: of none a browser sends no name."""
    found = parts.get("photo")
    return isinstance(found, UploadFile) and bool(found.filename)


async def picture_of(parts: FormData) -> bytes:
    """The file of a form, or nothing; of its name only whether there is one is looked at."""
    found = parts.get("photo")
    return await found.read() if isinstance(found, UploadFile) else b""


def fields_of(parts: FormData) -> dict[str, list[str]]:
    """The texts of a form, without half characters and NULs."""
    fields: dict[str, list[str]] = {}
    for name, value in parts.multi_items():
        if isinstance(value, str):
            text = value.encode(errors="replace").decode().replace("\r\n", "\n").replace("\0", "")
            fields.setdefault(name, []).append(text)
    return fields


def place_of(visit: Visit, token: str) -> str:
    """Under what a picture waits: nobody else of the staff, and no reporter's, can be named by a token."""
    return f"{visit.member.staff}.{token}"


async def kept(visit: Visit, before: str) -> tuple[str, str]:
    """The token of the picture that goes with a form, empty where none does; and why the new one could not be taken.

    A new one takes the place of the one that its form had.
    """
    fault = TOO_LARGE if visit.form.large else EMPTY if visit.form.empty else ""
    if fault or not visit.form.picture:
        return before, fault
    token = secrets.token_hex(16)
    try:
        drawn = await run_in_threadpool(visit.console.scrubber.clean, PHOTO, visit.form.picture)
        await store(visit, token, drawn)
    except Refused as refused:
        return before, FAULTS.get(refused.why, FAULTS[BROKEN])
    except OwnFull:
        return before, OWN_FULL
    except uploads.Full:
        return before, FULL
    return token, ""


async def store(visit: Visit, token: str, drawn: bytes) -> None:
    """Keep a picture in the place of the one its form had; OwnFull or Full where too many wait."""
    house, place, old = visit.service.house, place_of(visit, token), visit.form.one("picture")
    sealed = uploads.sealed_under(house, place, drawn)

    def work(connection: Connection) -> None:
        file.discard(connection, [place_of(visit, old)] if TOKEN.fullmatch(old) else [])
        if file.waiting(connection, place_of(visit, "")) >= MOST_OWN:
            raise OwnFull
        uploads.keep(connection, house, place, sealed)

    await visit.write(work)


async def opened(visit: Visit, token: str) -> bytes | None:
    """The picture of a token of theirs; None where its hours are over."""
    if not TOKEN.fullmatch(token):
        return None
    place = place_of(visit, token)
    found = await run_in_threadpool(uploads.load, visit.service.house, [place])
    return found.get(place)
