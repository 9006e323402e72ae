"""What a browser sent to the web chat, read within bounds, or refused in a way a person understands."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.media import LARGEST as LARGEST_MEDIA
from bot.media import PHOTO

LARGEST: Final = 64 * 1024  # bytes without a photo: the longest text in emoji, and the page's own bubbles
ID: Final = re.compile(r"[0-9a-f]{32}")
PRESSED_AT_MOST: Final = 12
BUTTON_AT_MOST: Final = 160
ROW_AT_MOST: Final = 2**63 - 1
LONGEST_ROW: Final = 18  # digits that fit into the store's numbers
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Refused(Exception):
    """A request that is not let in: status, key of the words (`web.` before it), seconds to wait if any."""

    def __init__(self, status: int, key: str, wait: int = 0, **values: str | int) -> None:
        super().__init__(key)
        self.status, self.key, self.wait, self.values = status, key, wait, values


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending. `draft` was in the box and stays there: a button does not send what is half written."""

    token: str = field(repr=False)
    id: str = ""
    text: str = field(default="", repr=False)
    pressed: tuple[str, ...] = ()
    draft: str = field(default="", repr=False)
    history: str = field(default="", repr=False)
    seen: int = 0
    look: bool = False  # only look what has come
    photo: bytes = field(default=b"", repr=False)

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not self.pressed and not self.text.strip() and not self.photo


class InMemory(MultiPartParser):
    """A form's parser that puts no photo on the disk: it would lie there open, with the place in it."""

    spool_max_size = LARGEST + LARGEST_MEDIA[PHOTO]


async def read_form(request: Request, body: bytes) -> Sent:
    """The fields of the page's form, and its photo."""
    if not is_form(request):
        raise Refused(415, "broken")
    form = await parse(request, body)
    try:
        return await read_parts(form)
    finally:
        await form.close()


async def read_parts(form: FormData) -> Sent:
    """What was written, pressed or ticked, and the photo; the form is closed after it."""
    text, press, look = clean(words(form, "text")), words(form, "press"), "look" in form
    return Sent(
        token=words(form, "token"),
        id=known_id(words(form, "id")),
        text="" if press or look else text,
        pressed=few([press] if press else [str(one) for one in form.getlist("pick")]),
        draft=text if press or look else "",
        history=words(form, "history"),
        seen=row_of(words(form, "seen")),
        look=look,
        photo=b"" if look else await photo_of(form),
    )


async def parse(request: Request, body: bytes) -> FormData:
    """The parts of a form; what is written in it is no longer than without a photo."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    bounds: dict[str, int] = {"max_fields": 40, "max_part_size": LARGEST}
    try:
        if media_type(request).startswith("multipart/form-data"):
            form = await InMemory(request.headers, stream(), max_files=1, **bounds).parse()
        else:
            form = await FormParser(request.headers, stream(), **bounds).parse()
    except (MultiPartException, HTTPException, ValueError) as error:  # ValueError: a charset that cannot decode
        raise Refused(413, "large") if len(body) > LARGEST else Refused(400, "broken") from error
    if sum(len(value) for _, value in form.multi_items() if isinstance(value, str)) > LARGEST:
        raise Refused(413, "large")
    return form


async def photo_of(form: FormData) -> bytes:
    """The photo of a form, or nothing; its name is not looked at."""
    if any(isinstance(value, UploadFile) and name != "photo" for name, value in form.multi_items()):
        raise Refused(400, "broken")
    found = form.get("photo")
    data = await found.read() if isinstance(found, UploadFile) else b""
    if len(data) > LARGEST_MEDIA[PHOTO]:
        raise Refused(413, "photo_large")
    return data


async def read_json(request: Request, body: bytes) -> Sent:
    """The fields that the page's script sends."""
    if not media_type(request).startswith("application/json"):
        raise Refused(415, "broken")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "broken") from error
    if not isinstance(data, dict):
        raise Refused(400, "broken")
    pressed, seen = data.get("pressed", []), data.get("seen", 0)
    if not isinstance(pressed, list) or type(seen) is not int or not 0 <= seen <= ROW_AT_MOST:
        raise Refused(400, "broken")
    return Sent(
        token=word(data, "token"),
        id=known_id(word(data, "id")),
        text=clean(word(data, "text")),
        pressed=few(pressed),
        seen=seen,
    )


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").lower()


def is_form(request: Request) -> bool:
    """Whether a browser sent the page's form, or its script a photo."""
    return media_type(request).startswith(("multipart/form-data", "application/x-www-form-urlencoded"))


def row_of(text: str) -> int:
    """A row's number in a header or a field; anything else is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ROW else 0


def words(form: FormData, name: str) -> str:
    found = form.get(name)
    return found if isinstance(found, str) else ""


def word(data: Mapping[str, Any], name: str) -> str:
    found = data.get(name, "")
    if not isinstance(found, str):
        raise Refused(400, "broken")
    return found


def known_id(text: str) -> str:
    """A message's id, made by the page; empty where none is needed."""
    if text and not ID.fullmatch(text):
        raise Refused(400, "broken")
    return text


def few(pressed: list[Any]) -> tuple[str, ...]:
    """Button tokens; no question has more."""
    whole = all(isinstance(one, str) and len(one) <= BUTTON_AT_MOST for one in pressed)
    if not whole or len(pressed) > PRESSED_AT_MOST:
        raise Refused(400, "broken")
    return tuple(clean(one) for one in pressed)


def clean(text: str) -> str:
    """The words without what no store takes: half characters, NUL and other controls; lines end as `\\n`."""
    whole = text.encode(errors="replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", whole)
