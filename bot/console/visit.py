"""One request of a caseworker: who they are, what they sent, and the page they get."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.locale import Words, mark
from bot.preview import Previewer
from bot.reading import Throttle
from bot.scrub import Scrubber
from bot.sealing import unwrap_session
from bot.service import Service

LARGEST_FORM: Final = 64 * 1024
FORM_SECONDS: Final = 20.0  # in which a form must be here
MOST_FIELDS: Final = 200
FORM_TYPE: Final = "application/x-www-form-urlencoded"
T = TypeVar("T")

# What was done is said on the page after it; the address names it, and nothing else can be put there.
NOTICES: Final = {
    "terima": mark("Your queue holds this case now. Please answer the reporter."),
    "milik": mark("Your queue holds this case already."),
    "didahului": mark("Another queue was first and takes care of this case. Thank you."),
    "jawab": mark("Sent. The reporter reads it with their code."),
    "tutup": mark("Closed. The reporter can read the reason."),
    "semua": mark("Closed. Each reporter can read the reason. What could not be closed is still in the list."),
    "setuju": mark("Approved. This person can read the queue now."),
    "keluar": mark("Removed. This person can no longer read the queue."),
    "keluar-tertutup": mark(
        "Removed. Too few people hold the key of this queue now: no new reports come here until another is approved."
    ),
    "kembali": mark("Passed back. The next queue can read it now."),
    "perpanjang": mark("Renewed for one more year."),
    "cabut": mark("Revoked. That chat is a resident's again."),
    "peringatan-ya": mark("Approved. It goes out now; below you see how far it is."),
    "peringatan-malam": mark("Approved. It goes out from 06.00."),
    "peringatan-tidak": mark("Returned. Its writer is told why."),
    "peringatan-sedikit": mark("Not sent: too few people would get it now. Returned, and its writer is told why."),
    "peringatan-jeda": mark("Paused. Whoever has not got it waits until somebody here lets it go on."),
    "peringatan-lanjut": mark("It goes on, to whoever has not got it yet."),
    "peringatan-henti": mark("Stopped. Nobody else gets it. Whoever has it keeps it: if it is wrong, retract it too."),
    "peringatan-tarik": mark("Retracted. Whoever got it is told now that it holds no more."),
    "peringatan-segera": mark("It goes out now, at night too."),
    "peringatan-betul": mark("The correction goes out now, to whoever got the first."),
    "peringatan-bahaya": mark("The warning goes out now, at night too, to everybody who subscribes there."),
    "peringatan-sepi": mark(
        "The warning goes out now, but fewer than five people subscribe there, perhaps nobody. Please also telephone "
        "the RT, RW or kelurahan there, and ask them to put its words into the group of their residents."
    ),
    "peringatan-pagi": mark("Stored. It goes out from 06.00; a coordinator can send it now."),
    "peringatan-nanti": mark("Approved. It goes out at the time that stands beside it."),
    "peringatan-tunggu": mark("Stored. It goes out once a colleague has approved it."),
    "peringatan-batal": mark("Called off. Nobody got it, and nobody will."),
    "putus": mark("The chat is no longer linked. It gets nothing more."),
    "sandi": mark("Your password was changed. Other sessions have ended."),
}


class Stop(Exception):
    """The visit ends here: a status, and a msgid that says what to do."""

    def __init__(self, status: int, msgid: str) -> None:
        super().__init__(msgid)
        self.status, self.msgid = status, msgid


def not_found() -> Stop:
    """The same for what does not exist and for what is somebody else's."""
    return Stop(404, mark("There is nothing here, or it is not for your queue."))


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody with a session. `proven`: the second factor was given; without it they can do nothing else."""

    hash: bytes = field(repr=False)
    token: bytes = field(repr=False)
    wrap: bytes = field(repr=False)
    staff: str
    name: str
    admin: bool
    proven: bool
    made_at: int
    seen_at: int
    members: tuple[Any, ...] = ()  # their rows in queues

    @property
    def private(self) -> bytes:
        """The member's own private key, out of the cookie, for this request."""
        return unwrap_session(self.token, self.wrap, self.staff)

    def member(self, queue: str) -> Any | None:
        """Their row in a queue, if they hold its key."""
        rows = [row for row in self.members if row.queue == queue and row.wrap is not None]
        return rows[0] if rows else None

    @property
    def reads(self) -> bool:
        """Whether they hold the key of any queue."""
        return any(row.wrap is not None for row in self.members)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The queues whose members they look after."""
        return tuple(row.queue for row in self.members if row.role == "koordinator" and row.wrap is not None)


@dataclass(frozen=True, slots=True)
class Console:
    """What all pages share; made once."""

    service: Service
    words: Words
    templates: Environment
    tries: Mapping[str, Throttle]
    pool: ThreadPoolExecutor  # the staff's own: a crowd in the chat must not keep them out
    preview: Previewer
    scrubber: Scrubber = field(default_factory=Scrubber)
    waiting: list[None] = field(default_factory=list)

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def base_url(self) -> str:
        """Where the console is reached."""
        return self.service.settings.console_base_url or self.service.settings.public_base_url


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, each a list of texts; line ends are plain, and no text holds a NUL.

    `picture` is what a form with a file brought; `large`: it was more than is taken; `empty`: a file without a byte.
    """

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    picture: bytes = field(default=b"", repr=False)
    large: bool = False
    empty: bool = False

    def one(self, name: str) -> str:
        """A field's text, or nothing."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> Sequence[str]:
        """Every value of a field, as of ticked boxes."""
        return self.fields.get(name, [])


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with its form and whoever sends it."""

    console: Console
    request: Request
    form: Form
    now: int
    seat: Seat | None = None

    @property
    def member(self) -> Seat:
        """Whoever is signed in; the route's access has made sure that somebody is."""
        if self.seat is None:
            raise not_found()
        return self.seat

    @property
    def service(self) -> Service:
        return self.console.service

    def say(self, msgid: str, **values: object) -> str:
        """Words in the language of the console."""
        return self.console.words.say(msgid, **values)

    async def look(self, query: Callable[[Connection], T]) -> T:
        return await self.service.look(query)

    async def write(self, work: Callable[[Connection], T]) -> T:
        return await self.service.write(work)

    async def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page; templates escape every value."""
        page = self.console.templates.get_template(template)
        demo = self.service.settings.suar_demo
        notice = NOTICES.get(self.request.query_params.get("kabar", ""), "")
        context = {"_": self.say, "seat": self.seat, "demo": demo, "notice": notice, "problem": "", **values}
        return HTMLResponse(await run_in_threadpool(page.render, context), status)

    def go(self, path: str) -> Response:
        """On to another page of the console, by GET."""
        return RedirectResponse(f"/konsol{path}", 303)


async def read_form(request: Request) -> Form:
    """The fields of a POST, at most 64 kB of them; Stop for anything else."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM_TYPE:
        raise Stop(415, mark("This is not a form of this page. Please load the page again."))
    body = await read_body(request)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except (UnicodeDecodeError, ValueError):
        raise Stop(400, mark("This is not a form of this page. Please load the page again.")) from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\0", ""))
    return Form(fields)


async def read_body(request: Request) -> bytes:
    """The body of a form; Stop for one that is too long, or that does not come to its end."""
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_FORM:
                    raise Stop(413, mark("That is too long. Please shorten it."))
    except (TimeoutError, ClientDisconnect):
        raise Stop(408, mark("This is not a form of this page. Please load the page again.")) from None
    return bytes(body)
