"""What the logs say after many talks, every logger turned up: no word, number, address, token or code of anybody."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.app import health
from bot.channels import web
from bot.server import config
from bot.service import Service
from bot.settings import Settings
from content.vocabulary import State, Urgency
from tests.service import make_service, staffed
from tests.talks import FOLDER, load_talk
from tests.teller import WRONG_CODE, Teller
from tests.web_chat import Clock, Phone

pytestmark = pytest.mark.anyio
HERE, ADDRESS = "127.0.0.1", "203.0.113.77"
SPOKEN = "bosnya namanya joko, hp 0812 0000 1111"
TALKS = (
    *("saya-sendiri", "saya-sendiri-hp-kembali", "saya-sendiri-majikan-menulis", "saya-sendiri-tidak-pernah-ya"),
    *("saya-sendiri-ya-lalu-berhenti", "anak-sendiri", "anak-sendiri-orang-rumah", "anak-sendiri-nomor"),
    *("laki-laki-sendiri", "sendiri-di-luar-negeri", "keluarga", "keluarga-luar-negeri", "keluarga-anak-bahaya"),
    *("bahaya-sekali-saja", "bahaya-dan-dilihat", "hati-berat", "saksi", "sehari-penuh-bahasa-inggris"),
)
OURS = ("httpx", "httpcore")  # the phones of this test log what they ask
SHORTEST = 6  # letters of a word that is looked for


class Ear(logging.Handler):
    """Hears every record of every logger, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name} {self.format(record)} {record.args}")


@contextmanager
def listening() -> Iterator[Ear]:
    """All loggers at their loudest, but those of the phones; what the app itself silences afterwards stays silent."""
    root, ear = logging.getLogger(), Ear()
    known = [logging.getLogger(name) for name in sorted({*logging.root.manager.loggerDict, *OURS})]
    before = [(one, one.level, one.propagate, one.disabled) for one in (root, *known)]
    for one, *_ in before:
        one.setLevel(logging.CRITICAL if one.name.startswith(OURS) else logging.DEBUG)
        one.propagate, one.disabled = True, False
    root.addHandler(ear)
    try:
        yield ear
    finally:
        root.removeHandler(ear)
        for one, level, propagate, disabled in before:
            one.setLevel(level)
            one.propagate, one.disabled = propagate, disabled


@contextmanager
def served(service: Service, clock: Clock) -> Iterator[str]:
    """The chat behind a proxy that tells the address of who asks, as the server is set up."""
    app = Starlette(routes=[*health(service), *web.routes(service, clock)])
    with socket.socket() as listener:
        listener.bind((HERE, 0))
        server = uvicorn.Server(config(app, Settings.model_construct(trusted_proxies=HERE)))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://{HERE}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


async def errs(client: httpx.AsyncClient) -> None:
    """Somebody whose messages go astray: into an address, a broken body, one too large, a page that is not there."""
    await client.get("/", params={"kata": SPOKEN})
    await client.get(f"/{WRONG_CODE.replace(' ', '-')}")
    await client.post("/pesan", content=f'{{"text": "{SPOKEN}', headers={"content-type": "application/json"})
    await client.post("/pesan", json={"token": SPOKEN, "id": "0", "text": SPOKEN, "pressed": [SPOKEN], "seen": 0})
    await client.post("/", content=SPOKEN * 10_000, headers={"content-type": "text/plain"})
    await client.put("/pesan", content=SPOKEN)


async def heard_of(client: httpx.AsyncClient, clock: Clock, name: str) -> set[str]:
    """Tell one talk; every word that may stand in no log."""
    teller = Teller(Phone(client), clock)
    await teller.tell(load_talk(FOLDER / f"{name}.txt"))
    words = {word for code in teller.codes for word in code.split()}
    return {teller.phone.token, *teller.codes, *words, *teller.said}


async def test_no_word_of_any_talk_stands_in_any_log(database_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    clock = Clock(1_795_400_047)
    private: set[str] = {SPOKEN, "0812 0000", ADDRESS, WRONG_CODE, *WRONG_CODE.split()}
    with (
        listening() as ear,
        make_service(database_url, clock.now) as service,
        served(staffed(service), clock) as url,
    ):
        async with httpx.AsyncClient(base_url=url, headers={"x-forwarded-for": ADDRESS}) as client:
            await errs(client)
            for name in TALKS:
                private |= await heard_of(client, clock, name)
    logs = "\n".join((*ear.heard, *capfd.readouterr()))
    assert "sqlalchemy" in logs and "uvicorn" in logs  # what is heard is loud
    private -= {*State, *Urgency}  # "selesai" and "normal" are how a case is stored, too
    # As words: "standar" is a word of the codes, and a setting of PostgreSQL begins with "standard".
    found = sorted(
        one for one in private if len(one) >= SHORTEST and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", logs)
    )
    assert found == []
