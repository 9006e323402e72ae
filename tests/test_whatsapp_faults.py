"""What goes wrong between Twilio and us: forged and repeated calls, a store that is away, a kill, a faulty day."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import whatsapp_status
from bot.doctor import findings
from bot.inbound import DeskDown
from bot.keys import Keys, new_secret
from bot.service import Service
from bot.spool import Full, Spool
from models.channel_tables import remains
from tests.databases import Sqlite
from tests.telegram_phone import until
from tests.test_telegram_faults import ROOT, free_port, let_leases_end, listening
from tests.twilio_server import ACCOUNT, SENDER, TOKEN, Fault, Twilio, signed
from tests.whatsapp_phone import CREATE, WATI, Phone, column, running_suar, states

pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")
DAY = int(os.environ.get("WHATSAPP_DAY", "300"))  # messages; `make whatsapp-day ARGS=5000`
STORIES = ("ada pintu digembok di sana", "mereka nangis tiap malam", "paspornya diambil bos")
KEYS = Keys.parse(new_secret(), new_secret())


# What comes in


def hook(service: Service, path: str = "/in/whatsapp") -> str:
    return f"{service.settings.public_base_url}{path}"


def came(sid: int, text: str = "halo", **more: str) -> dict[str, str]:
    """The parameters of a webhook."""
    return {"MessageSid": f"SM{sid:032x}", "AccountSid": ACCOUNT, "From": WATI, "To": SENDER, "Body": text, **more}


def post(url: str, values: dict[str, str], signature: str = "", signed_for: str = "") -> httpx.Response:
    head = {"X-Twilio-Signature": signature or signed(signed_for or url, values)}
    return httpx.post(url, data=values, headers=head)


def test_what_twilio_has_not_signed_is_answered_by_a_status_and_nothing_else(plain: Service) -> None:
    url, values = hook(plain), came(1)
    forged = [
        httpx.post(url, data=values),
        post(url, values, signature="x"),
        post(url, {**values, "Body": "lain"}, signature=signed(url, values)),
        post(url, {**values, "New": "1"}, signature=signed(url, values)),
        post(url, values, signed_for="https://suar.example/in/whatsapp"),
        post(f"{url}?x=1", values, signature=signed(url, values)),
        httpx.post(
            url,
            data=values,
            headers={
                "X-Twilio-Signature": signed("https://evil.example/in/whatsapp", values),
                "X-Forwarded-Host": "evil.example",
                "X-Forwarded-Proto": "https",
            },
        ),
        post(hook(plain, "/in/whatsapp/status?part=1-1-1&tag=x"), {"MessageStatus": "read"}),
    ]
    assert [(one.status_code, one.content) for one in forged] == [(403, b"")] * len(forged)
    assert httpx.post(url, content=b"a" * 70_000).status_code == 413
    other = {**values, "AccountSid": f"AC{'1' * 32}"}
    assert post(url, other).status_code == 200
    assert states(plain) == [] and column(plain, remains.c.id) == []


def test_a_message_that_is_brought_again_is_one_turn(plain: Service, wati: Phone, twilio: Twilio) -> None:
    async def run() -> list[int]:
        async with httpx.AsyncClient() as client:
            url, values = hook(plain), came(1)
            head = {"X-Twilio-Signature": signed(url, values)}
            asked = [client.post(url, data=values, headers=head) for _ in range(8)]
            return [one.status_code for one in await asyncio.gather(*asked)]

    twilio.heard[WATI] = time.time()
    assert asyncio.run(run()) == [200] * 8
    wati.answer()
    wati.say("3")
    assert len(wati.heard()) == 2


def test_many_people_at_once_are_all_answered(plain: Service, twilio: Twilio) -> None:
    people = [Phone(twilio, f"whatsapp:+628120000{number:04d}") for number in range(20)]
    for someone in people:
        someone.send(Body="halo")
        someone.send(Body="3")
    for someone in people:
        until(partial(newer, someone, 1))
    assert set(twilio.delivered) == {200}


def test_the_fallback_address_is_the_same_door(plain: Service, twilio: Twilio, wati: Phone) -> None:
    twilio.fallback = f"{hook(plain)}?fallback=1"
    twilio.webhook = "http://127.0.0.1:9/in/whatsapp"
    assert wati.say("halo").startswith("Halo, ini Suar")


# The spool


class Away:
    """A store that is not there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch.context()

    def __enter__(self) -> None:
        async def down(self: Service, *args: object) -> None:
            raise DeskDown("away")

        patch = self.patch.__enter__()
        patch.setattr(Service, "hear", down)
        patch.setattr(Service, "write", down)

    def __exit__(self, *about: object) -> None:
        self.patch.__exit__(None, None, None)


def test_a_store_that_is_away_for_ten_minutes_loses_nothing_and_mixes_nothing(
    plain: Service, twilio: Twilio, wati: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    budi = Phone(twilio, "whatsapp:+6281299999999")
    wati.say("halo")
    with Away(monkeypatch):
        for number, text in enumerate(("3", "1", "2", "1 4"), 2):
            wati.send(Body=text)
            until(partial(brought, twilio, number))
        budi.send(Body="tolong saya mau dibunuh sekarang")
        assert budi.answer().text.startswith("Bahaya sekarang? Telepon 112")
        assert len(wati.heard()) == 1
    texts = [wati.answer().text for _ in range(4)]
    starts = ("Tentang siapa?", "Apakah masih terjadi?", "Apa yang Anda lihat?", "Di mana?")
    assert [text.startswith(start) for text, start in zip(texts, starts, strict=True)] == [True] * 4
    assert "Halo, ini Suar" in budi.answer().text
    assert set(twilio.delivered) == {200}
    until(lambda: not twilio.messages)


def test_what_a_dead_process_left_is_heard_by_the_next(
    sqlite: Sqlite, twilio_url: str, twilio: Twilio, wati: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite.fresh() as url, sqlite.fresh() as other:
        keys = (new_secret(), new_secret())
        monkeypatch.setattr("tests.service.new_secret", iter(keys * 2).__next__)
        with Away(monkeypatch), running_suar(url, twilio_url, twilio) as first:
            wati.send(Body="halo")
            until(lambda: twilio.delivered)
            folder = first.settings.spool_folder
        (left,) = folder.glob("*.spool")
        assert b"halo" not in left.read_bytes() and WATI.encode() not in left.read_bytes()
        left.write_bytes(left.read_bytes() + b"\x00\x00\x01\x00torn")
        assert any("Messages wait in" in one for one in findings(first.settings, first.house))
        assert oct(folder.stat().st_mode)[-3:] == "700" and oct(left.stat().st_mode)[-3:] == "600"
        with running_suar(other, twilio_url, twilio):
            assert wati.answer().text.startswith("Halo, ini Suar")
            until(lambda: not [one for one in folder.glob("*.spool") if one.stat().st_size])


def test_a_full_spool_says_so(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "a", KEYS, largest=200)
    spool.add(b"x" * 100)
    with pytest.raises(Full):
        spool.add(b"x" * 100)
    assert [spool.open(sealed) for sealed, _ in spool.records(0)] == [b"x" * 100]
    spool.close()


def test_no_two_processes_share_a_file(tmp_path: Path) -> None:
    first, second = Spool(tmp_path, "a", KEYS), Spool(tmp_path, "b", KEYS)
    first.add(b"eins")
    assert second.inherit() == 0
    first.close()
    assert second.inherit() == 1
    assert [second.open(sealed) for sealed, _ in second.records(0)] == [b"eins"]
    assert [path.name for path in tmp_path.iterdir()] == ["b.spool"]
    second.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5), st.integers(0, 60))
def test_a_torn_record_costs_none_before_it(
    tmp_path_factory: pytest.TempPathFactory, said: list[bytes], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder, "a", KEYS)
    for one in said:
        spool.add(one)
    ends = [end for _, end in spool.records(0)]
    spool.close()
    size = max(ends[-1] - cut, 0)
    os.truncate(folder / "a.spool", size)
    heir = Spool(folder, "b", KEYS)
    whole = sum(end <= size for end in ends)
    assert heir.inherit() == whole
    assert [heir.open(sealed) for sealed, _ in heir.records(0)] == said[:whole]
    heir.close()


# A day


def wild(someone: Phone, luck: random.Random) -> None:
    """Something that a person does."""
    someone.send(Body=luck.choice((*STORIES, "halo", "1", "2", "3", "1 3", "kalcit", "0", "menu", "petugas", "stop")))


def test_a_day_with_faults(
    sqlite: Sqlite, twilio: Twilio, twilio_url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nobody is left without an answer, nothing is sent that Twilio refuses, and the log knows nobody."""
    for name in ("SOON", "BUSY", "LIMITED"):
        monkeypatch.setattr(f"bot.channels.whatsapp_wire.{name}", 1)
    monkeypatch.setattr(whatsapp_status, "LIMITED", 1)
    luck = random.Random(5)  # noqa: S311 - which faults come when
    people = [Phone(twilio, f"whatsapp:+62812700{number:05d}") for number in range(max(10, DAY // 15))]
    with listening() as log, sqlite.fresh() as url, running_suar(url, twilio_url, twilio, templates=True):
        for number in range(DAY):
            if luck.random() < 0.06:
                kind = luck.choice(("429", "500", "after500", "63018", "drop", "after"))
                twilio.faults.append((luck.choice((CREATE, "DELETE")), Fault(kind)))
            if luck.random() < 0.03:
                twilio.callback_codes.append(63018)
            wild(people[number % len(people)], luck)
            time.sleep(0.02)
        until(lambda: len(twilio.delivered) == DAY, 120)
        for someone in people:
            someone.do(twilio.faults.clear)
            someone.do(twilio.callback_codes.clear)
            before = len(someone.heard())
            someone.send(Body="menu")
            until(partial(newer, someone, before), 60)
        until(lambda: not twilio.messages, 120)
    out, err = capfd.readouterr()
    said = log.getvalue() + out + err
    for secret in (TOKEN, ACCOUNT, *STORIES, *(one.address[-11:] for one in people), "Wati"):
        assert secret not in said
    assert set(twilio.delivered) == {200}


def brought(twilio: Twilio, number: int) -> bool:
    return len(twilio.delivered) == number


def newer(someone: Phone, before: int) -> bool:
    return len(someone.heard()) > before


def test_a_kill_in_the_middle_of_a_talk_loses_nothing(
    tmp_path: Path, twilio: Twilio, twilio_url: str, wati: Phone
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    twilio.webhook = f"{url}/in/whatsapp"
    with process(tmp_path, twilio_url, url, port) as first:
        wati.say("halo")
        wati.say("3")
        wati.send(Body="1")
        until(lambda: len(twilio.delivered) == 3)
        first.send_signal(signal.SIGKILL)
    let_leases_end(tmp_path)
    with process(tmp_path, twilio_url, url, port):
        until(lambda: "Apakah masih terjadi?" in wati.heard()[-1].text, 60)
        wati.seen = len(wati.heard())
        wati.say("2")
        assert "Di mana?" in wati.say("1 4")
        until(lambda: not twilio.messages, 90)


@contextmanager
def process(folder: Path, twilio_url: str, url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, as an operator starts it, as soon as it answers."""
    given = {
        "SUAR_DEMO": "1",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_BASE_URL": twilio_url,
        "PUBLIC_BASE_URL": url,
        "PORT": str(port),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "log").open("ab") as log:
        started = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=folder, env=given, stdout=log, stderr=log)
    try:
        until(partial(answers, url), 60)
        yield started
    finally:
        started.terminate()
        started.wait(30)


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").is_success
    except httpx.HTTPError:
        return False
