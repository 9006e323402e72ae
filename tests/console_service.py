"""The cast of the console's tests: people with fixed roles, a clock to set, and reports for them to read."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import count
from typing import Any

import httpx
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette

from bot import looks, staff, totp
from bot.console import pages
from bot.filing import sealed_file, sealed_item, wrapped
from bot.keys import Keys, new_secret
from bot.sealing import KeyPair, new_keypair
from bot.service import Service
from models import case, roster
from models.file import add as add_files
from models.tables import report, trail
from tests.service import make_service

START = 1_795_246_200  # Saturday 21 November 2026, 14.30 WIB
SIGN_IN_WORDS = "pagi teduh sepeda biru"
QUEUE, OTHER, UPT, OVERSIGHT = "ppapp-jaksel", "ppapp-jakut", "upt-pppa", "pengawas"
IN, CODE, FIRST = "/konsol/masuk", "/konsol/masuk/kode", "/konsol/"
KALIBATA = "31.74.08.1002"
STORY: Mapping[str, Any] = {
    "when": "ongoing",
    "signs": ["locked", "many_people"],
    "words": ["pintunya digembok dari luar"],
    "place": KALIBATA,
    "kota": "31.74",
    "place_words": ["dekat minimarket"],
    "officials": [],
}
KEY = "0123456789abcdef0123456789abcdef"
NUMBERS = count(1)
LETTERS = str.maketrans("0123456789", "abcdefghij")  # an id has no 0, 1, 8 or 9


@dataclass(slots=True)
class Clock:
    """A time that a test sets."""

    at: int = START

    def __call__(self) -> int:
        return self.at


@lru_cache
def person(name: str, admin: bool) -> staff.Newcomer:
    """Somebody whose password is SIGN_IN_WORDS; made once, as a KDF takes a quarter of a second."""
    return staff.newcomer(Keys.parse(new_secret(), new_secret()), name, SIGN_IN_WORDS, admin=admin)


@dataclass(slots=True)
class Cast:
    """A console with its people: sari and budi of one queue, rina of another, dewi who administers."""

    service: Service
    clock: Clock
    app: Starlette
    queues: dict[str, KeyPair] = field(default_factory=dict)

    def hire(self, name: str, roles: Mapping[str, str], *, admin: bool = False, holds: bool = True) -> str:
        """Store somebody, with a role in each queue; their id."""
        new = person(name, admin)
        keys = self.service.house.keys
        row = {**new.row, "totp": keys.seal_field(new.totp, staff.totp_place(new.row["id"]))}

        def work(connection: sa.Connection) -> None:
            roster.add_staff(connection, row)
            for queue in roster.queues(connection, list(roles)).values():
                wrap = staff.queue_for(queue, self.queues[queue.id].private, row["id"], new.row["public"])
                roster.add_member(connection, row["id"], queue.id, roles[queue.id], 1, wrap if holds else None)

        self.service.desk.do(work).result()
        return str(row["id"])

    def cookie(self, name: str, *, proven: bool = True) -> str:
        """A session of somebody, without the quarter of a second."""
        row = self.service.desk.do(lambda connection: roster.staff_by_name(connection, name)).result()
        assert row is not None
        private = person(name, row.admin).private
        begin = self.service.desk.do(
            lambda connection: staff.begin(connection, row.id, private, proven=proven, now=self.clock.at)
        )
        return begin.result()

    def client(self, name: str = "", *, proven: bool = True, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A browser without JavaScript; signed in where a name is given."""
        transport = httpx.ASGITransport(self.app, client=(address, 1))
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
        if name:
            client.cookies.set("suar", self.cookie(name, proven=proven), domain="127.0.0.1", path="/konsol")
        return client

    def code(self, name: str) -> str:
        """What somebody's phone shows now."""
        return totp.now_code(person(name, name == "dewi").totp, self.clock.at)

    def file(
        self,
        story: Mapping[str, Any] = STORY,
        readers: Mapping[str, str] | None = None,
        attached: Sequence[tuple[str, bytes]] = (),
        **facts: Any,
    ) -> str:
        """A report that lies on the desks of its active readers, with files by kind; its id."""
        pair, id = new_keypair(), f"{next(NUMBERS):06d}".translate(LETTERS) + "abcdefghijklmnopqrst"
        row = report_row(id, pair, self.clock.at) | facts
        item = sealed_item(id, pair.public, f"{id}.story", "story", json.dumps(story))

        def work(connection: sa.Connection) -> None:
            chosen = readers or {QUEUE: "lead", OVERSIGHT: "oversight"}
            queues = roster.queues(connection, list(chosen))
            wraps = [wrapped(queue, role, queues[queue], pair.private, id) for queue, role in chosen.items()]
            case.file(connection, row, wraps, item)
            files = [sealed_file(row, number, *one) for number, one in enumerate(attached, start=1)]
            add_files(connection, id, files)

        self.service.desk.do(work).result()
        return id

    def add(self, id: str, words: str) -> None:
        """The reporter adds words."""

        def work(connection: sa.Connection) -> None:
            row = case.get(connection, id)
            one = sealed_item(id, bytes(row.public), f"{id}.{next(NUMBERS)}", "words", words)
            case.add(connection, id, one, self.clock.at)

        self.service.desk.do(work).result()

    def row(self, id: str) -> Any:
        """A report as it is stored."""
        return self.service.desk.do(lambda connection: case.get(connection, id)).result()

    def set(self, id: str, **values: Any) -> None:
        """Change a report as the clock or a reporter would."""
        change = sa.update(report).where(report.c.id == id).values(values)
        self.service.desk.do(lambda connection: connection.execute(change)).result()


def report_row(id: str, pair: KeyPair, now: int) -> dict[str, Any]:
    """The row of a report that nobody has opened."""
    return {
        "id": id,
        "locator": id.encode()[:16],
        "kdf": 1,
        "public": pair.public,
        "code_wrap": None,
        "questions": "witness/1",
        "kelurahan": KALIBATA,
        "kota": "31.74",
        "kind": "forced_labour",
        "urgency": "normal",
        "child": "unknown",
        "officials": "",
        "lead": QUEUE,
        "filed_at": now,
        "due_at": now + 3600,
    }


def add_queue(connection: sa.Connection, id: str, public: bytes, wrap: bytes) -> None:
    """A queue's first key, by name."""
    roster.add_queue(connection, id, public, wrap)


@contextmanager
def make_cast(url: str, **settings: Any) -> Iterator[Cast]:
    """A console on an empty database; `settings` differ from the defaults."""
    clock = Clock()
    with make_service(url, clock) as made:
        service = replace(made, settings=made.settings.model_copy(update=settings))
        cast = Cast(service, clock, Starlette(routes=pages.routes(service, looks.preview)))
        recovery = new_keypair()
        for id in (QUEUE, OTHER, UPT, OVERSIGHT):
            pair, wrap = staff.new_queue(id, recovery.public)
            cast.queues[id] = pair
            service.desk.do(partial(add_queue, id=id, public=pair.public, wrap=wrap)).result()
        cast.hire("sari", {QUEUE: "petugas"})
        cast.hire("budi", {QUEUE: "koordinator"})
        cast.hire("rina", {OTHER: "petugas"})
        cast.hire("dewi", {}, admin=True)
        yield cast


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The address of a server of this app on a free port of this machine, until the end."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


async def post(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    """Send a form as a browser does, an empty one too."""
    return await client.post(f"/konsol{path}", data=fields or {"": ""})


async def enter(client: httpx.AsyncClient, name: str, words: str) -> httpx.Response:
    """Give name and password."""
    return await post(client, "/masuk", **{"name": name, "password": words})


def letter(text: str, **fields: Any) -> dict[str, Any]:
    """The form of an answer or a reason, of a page that showed everything there is."""
    return {"text": text, "key": KEY, "last": "999", **fields}


def acts(cast: Cast) -> list[str]:
    """What the trail says was done."""
    rows = cast.service.desk.do(lambda c: list(c.execute(sa.select(trail.c.content)).scalars())).result()
    return [json.loads(row)["what"] for row in rows]


async def invited(cast: Cast) -> str:
    """The code of an invitation that budi made."""
    async with cast.client("budi") as budi:
        page = await post(budi, "/anggota/undang", queue=QUEUE, role="petugas")
    found = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", page.text)
    assert found is not None
    return found[0]
