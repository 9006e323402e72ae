"""What a browser sent to the web chat, read within bounds, or refused in a way a person understands."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

LARGEST: Final = 64 * 1024  # bytes of a body: the longest text in emoji, and the page's own bubbles
READ_ON: Final = 1024 * 1024  # bytes of a larger one that are let pass, so that a browser waits for the answer
SECONDS: Final = 20.0  # in which a body must be here: 64 kB over a bad 2G line
ID: Final = re.compile(r"[0-9a-f]{32}")
PRESSED_AT_MOST: Final = 12
BUTTON_AT_MOST: Final = 160
ROW_AT_MOST: Final = 2**63 - 1
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Refused(Exception):
    """A request that is not let in: status, key of the words (`web.` before it), seconds to wait if any."""

    def __init__(self, status: int, key: str, wait: int = 0, **values: str) -> None:
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

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not self.pressed and not self.text.strip()


async def read_form(request: Request) -> Sent:
    """The fields of the page's form."""
    if not media_type(request).startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        raise Refused(415, "broken")
    whole = Request(request.scope, replay(await read_body(request)))
    try:
        form = await whole.form(max_files=0, max_fields=40, max_part_size=LARGEST)
    except (MultiPartException, HTTPException, ValueError) as error:  # ValueError: a charset that cannot decode
        raise Refused(400, "broken") from error
    text, press, look = clean(words(form, "text")), words(form, "press"), "look" in form
    return Sent(
        token=words(form, "token"),
        id=known_id(words(form, "id")),
        text="" if press or look else text,
        pressed=few([press] if press else [str(one) for one in form.getlist("pick")]),
        draft=text if press or look else "",
        history=words(form, "history"),
        look=look,
    )


async def read_json(request: Request) -> Sent:
    """The fields that the page's script sends."""
    if not media_type(request).startswith("application/json"):
        raise Refused(415, "broken")
    try:
        data = json.loads(await read_body(request))
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


async def read_body(request: Request) -> bytes:
    """The body, or Refused for one that is larger than anything a person would write here."""
    size, parts = 0, bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= LARGEST:
                    parts += chunk
                elif size > READ_ON:
                    break
    except TimeoutError as error:
        raise Refused(408, "broken") from error
    except ClientDisconnect as error:
        raise Refused(400, "broken") from error
    if size > LARGEST:
        raise Refused(413, "large")
    return bytes(parts)


def replay(body: bytes) -> Any:
    """A body that was read, as a server would hand it over."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").lower()


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
