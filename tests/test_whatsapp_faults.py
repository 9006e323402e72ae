"""What goes wrong between us and Twilio: forged calls, broken lines, late news, a store that is away, a faulty day."""

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
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from twilio.rest import Client  # type: ignore[import-untyped]  # it brings no types

from bot import messengers, outbox
from bot.channels import whatsapp_remains, whatsapp_spool, whatsapp_status
from bot.channels.cut import utf16
from bot.channels.errors import GoneAway, Later, Refused, Uncertain
from bot.channels.whatsapp import CLOSED, WhatsApp
from bot.channels.whatsapp_address import Reach
from bot.channels.whatsapp_files import Files
from bot.channels.whatsapp_line import BODY, LONGEST, choices_of, pieces
from bot.channels.whatsapp_remains import Held, Sweeper, seal_held
from bot.channels.whatsapp_templates import shapes
from bot.channels.whatsapp_wire import BUSY, LIMITED, SOON, open_client
from bot.doctor import findings
from bot.inbound import DeskDown
from bot.keys import Keys, new_secret
from bot.media import GONE, LARGE
from bot.media import Refused as NotTaken
from bot.service import Service
from bot.settings import Settings
from bot.spool import Full, Spool
from handlers.render import Button, Line
from models import delivery, message, person, remains
from models.channel_tables import remains as remains_table
from models.message import Reply
from models.person import Person
from models.tables import outbox as outbox_table
from tests.databases import Sqlite
from tests.service import make_service, shelf, staffed
from tests.telegram_phone import until
from tests.test_telegram_faults import ROOT, free_port, let_leases_end, listening
from tests.twilio_server import ACCOUNT, SENDER, TOKEN, Fault, Twilio, serving_twilio, signed
from tests.twilio_spec import faults
from tests.whatsapp_phone import Phone, running_suar, settings_for

WATI = "whatsapp:+6281234567890"
HALLO = Line(("halo",))
DAY = int(os.environ.get("WHATSAPP_DAY", "300"))  # messages; `make whatsapp-day ARGS=5000`
STORIES = ("ada pintu digembok di sana", "mereka nangis tiap malam", "paspornya diambil bos")
KEYS = Keys.parse(new_secret(), new_secret())
CREATE = r"POST .*/Messages\.json"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the pauses; what an install keeps for itself lies in a folder of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(outbox, "IDLE", 0.02)
    for name in ("CHECK", "SETTLE"):
        monkeypatch.setattr(whatsapp_remains, name, 0)
    monkeypatch.setattr("bot.channels.whatsapp_door.SETTLE", 0)
    monkeypatch.setattr(whatsapp_remains, "LOOK", 0.05)
    monkeypatch.setattr(whatsapp_spool, "AGAIN", 0.02)


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    server = Twilio()
    yield server
    assert server.refused == []
    for method, path, values in server.calls:
        assert list(faults(method, path, values)) == []


@pytest.fixture
def api(twilio: Twilio) -> Iterator[str]:
    with serving_twilio(twilio) as url:
        yield url


@pytest.fixture
def service(sqlite: Sqlite, api: str) -> Iterator[Service]:
    """A service without a sender: the tests send by hand."""
    with sqlite.fresh() as url, make_service(url) as bare:
        yield replace(staffed(bare), settings=settings_for(url, api))


@pytest.fixture
def open_suar(sqlite: Sqlite, api: str, twilio: Twilio) -> Iterator[Service]:
    """A whole one."""
    with sqlite.fresh() as url, running_suar(url, api, twilio) as service:
        yield service


@pytest.fixture
def wati(twilio: Twilio) -> Phone:
    return Phone(twilio)


def send(service: Service, line: Line = HALLO, row: int = 1, until_: int | None = None) -> None:
    """Send a line by hand, as the outbox does."""
    now = service.house.now()
    address = str(Reach(WATI, now + 3_600 if until_ is None else until_))

    async def run() -> None:
        with open_client(service.settings) as client:
            await WhatsApp(service, client, {}).send(address, line, row)

    asyncio.run(run())


def states(service: Service) -> list[str]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        query = sa.select(outbox_table.c.state).order_by(outbox_table.c.id)
        return [str(one) for one in connection.execute(query).scalars()]


def tries(service: Service) -> list[int]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(outbox_table.c.tries).order_by(outbox_table.c.id)).scalars())


def count(service: Service) -> int:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(remains_table)).scalar_one())


# What is sent


@pytest.mark.parametrize(
    ("fault", "error", "wait"),
    [
        ("429", Later, BUSY),
        ("500", Later, SOON),
        ("503", Later, SOON),
        ("after500", Later, SOON),
        ("63018", Later, LIMITED),
        ("21610", GoneAway, 0),
        ("21211", Refused, 0),
        ("drop", Uncertain, SOON),
        ("after", Uncertain, SOON),
    ],
)
def test_every_fault_has_its_name(
    service: Service, twilio: Twilio, fault: str, error: type[Exception], wait: int
) -> None:
    twilio.faults.append((CREATE, Fault(fault)))
    with pytest.raises(error) as raised:
        send(service)
    assert getattr(raised.value, "wait", 0) == wait


def test_without_a_connection_nothing_was_sent(service: Service) -> None:
    nowhere = replace(
        service, settings=service.settings.model_copy(update={"twilio_api_base_url": "http://127.0.0.1:9"})
    )
    with pytest.raises(Later):
        send(nowhere)


def test_outside_the_window_a_line_waits_and_twilio_is_not_asked(service: Service, twilio: Twilio) -> None:
    with pytest.raises(Later) as later:
        send(service, until_=service.house.now() + 60)
    assert later.value.wait == CLOSED
    assert twilio.calls == []


def test_a_long_line_is_cut_at_sentences_and_goes_on_behind_what_was_taken(service: Service, twilio: Twilio) -> None:
    twilio.heard[WATI] = time.time()
    long = Line(tuple("Satu kalimat lagi. " * 60 for _ in range(3)), (Button("a.b:1:c", "Ya"),))

    async def run() -> None:
        with open_client(service.settings) as client:
            channel = WhatsApp(service, client, {})
            address = str(Reach(WATI, service.house.now() + 3_600))
            twilio.faults.extend([(CREATE, Fault("pass")), (CREATE, Fault("503"))])
            with pytest.raises(Later):
                await channel.send(address, long, 1)
            await channel.send(address, long, 1)

    asyncio.run(run())
    texts = [one.text for one in twilio.chats[WATI]]
    assert sum(text.count("Satu kalimat lagi.") for text in texts) == 180
    assert texts[-1].endswith("1 Ya") and all(text.endswith(("lagi.", "1 Ya")) for text in texts)


WORDS = st.text(st.sampled_from("ab c.\n🙂é?"), min_size=1, max_size=500).filter(str.strip)
LABELS = st.lists(
    st.text(st.sampled_from("abcdé 🙂"), min_size=1, max_size=30).filter(str.strip), max_size=9, unique=True
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=4), LABELS, st.booleans(), st.booleans())
def test_whatever_is_said_fits_and_every_choice_is_there(
    texts: list[str], labels: list[str], many: bool, back: bool
) -> None:
    choices = tuple(Button(f"a.b:1:{number}", label) for number, label in enumerate(labels))
    line = Line(tuple(texts), choices, many, back=Button("a.b:1:back", "Kembali") if back else None)
    made = pieces(line, shelf(), {one: f"HX{number}" for number, one in enumerate(shapes())})
    for piece in made:
        body = "\n".join(value for name, value in piece.variables.items() if name.startswith("line"))
        assert (0 < utf16(piece.body) <= LONGEST) if piece.body else utf16(body) <= BODY
        if piece.template:
            tokens = {value for name, value in piece.variables.items() if name.startswith("token")}
            assert tokens == {one.token for one in choices_of(line)}
            assert all(value and "\n" not in value for value in piece.variables.values())
    if not made[0].template:
        said = "".join("\n".join(piece.body for piece in made).split())
        assert all("".join(label.split()) in said for label in labels)


# What comes in


def hook(service: Service, path: str = "/in/whatsapp") -> str:
    return f"{service.settings.public_base_url}{path}"


def came(sid: int, text: str = "halo", **more: str) -> dict[str, str]:
    """The parameters of a webhook."""
    return {"MessageSid": f"SM{sid:032x}", "AccountSid": ACCOUNT, "From": WATI, "To": SENDER, "Body": text, **more}


def post(url: str, values: dict[str, str], signature: str = "", signed_for: str = "") -> httpx.Response:
    head = {"X-Twilio-Signature": signature or signed(signed_for or url, values)}
    return httpx.post(url, data=values, headers=head)


def test_what_twilio_has_not_signed_is_answered_by_a_status_and_nothing_else(open_suar: Service) -> None:
    url, values = hook(open_suar), came(1)
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
        post(hook(open_suar, "/in/whatsapp/status?part=1-1-1&tag=x"), {"MessageStatus": "read"}),
    ]
    assert [(one.status_code, one.content) for one in forged] == [(403, b"")] * len(forged)
    assert httpx.post(url, content=b"a" * 70_000).status_code == 413
    other = {**values, "AccountSid": f"AC{'1' * 32}"}
    assert post(url, other).status_code == 200
    assert states(open_suar) == [] and count(open_suar) == 0


def test_a_message_that_is_brought_again_is_one_turn(open_suar: Service, wati: Phone, twilio: Twilio) -> None:
    async def run() -> list[int]:
        async with httpx.AsyncClient() as client:
            url, values = hook(open_suar), came(1)
            head = {"X-Twilio-Signature": signed(url, values)}
            asked = [client.post(url, data=values, headers=head) for _ in range(8)]
            return [one.status_code for one in await asyncio.gather(*asked)]

    twilio.heard[WATI] = time.time()
    assert asyncio.run(run()) == [200] * 8
    wati.answer()
    wati.say("3")
    assert len(wati.heard()) == 2


def test_many_people_at_once_are_all_answered(open_suar: Service, twilio: Twilio) -> None:
    people = [Phone(twilio, f"whatsapp:+628120000{number:04d}") for number in range(20)]
    for someone in people:
        someone.send(Body="halo")
        someone.send(Body="3")
    for someone in people:
        until(partial(newer, someone, 1))
    assert set(twilio.delivered) == {200}


def test_the_fallback_address_is_the_same_door(open_suar: Service, twilio: Twilio, wati: Phone) -> None:
    twilio.fallback = f"{hook(open_suar)}?fallback=1"
    twilio.webhook = "http://127.0.0.1:9/in/whatsapp"
    assert wati.say("halo").startswith("Halo, ini Suar")


# What Twilio says later


def test_news_in_any_order_and_twice_never_go_back(open_suar: Service, twilio: Twilio, wati: Phone) -> None:
    twilio.shuffled = True
    wati.say("halo")
    until(lambda: states(open_suar) == ["read"])
    until(lambda: not twilio.messages and count(open_suar) == 0)


ORDERS = st.lists(st.sampled_from(["sent", "delivered", "read", "refused"]), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(ORDERS)
def test_no_order_of_news_makes_a_row_less_than_it_was(news: list[str]) -> None:
    rank = {"waiting": 0, "sent": 1, "refused": 2, "delivered": 3, "read": 4}
    engine = sa.create_engine("sqlite://")
    outbox_table.metadata.create_all(engine)
    with engine.begin() as connection:
        person.save(connection, [Person(b"wati", 1)], 0)
        row = message.put(connection, [Reply(b"wati", "whatsapp", b"a", b"b")], 0)[b"wati"]
        best = "waiting"
        for one in news:
            delivery.told(connection, row, one)
            now = connection.execute(sa.select(outbox_table.c.state)).scalar_one()
            assert rank[now] >= rank[best]
            best = now
        assert rank[best] >= rank["delivered"] or not {"delivered", "read"} & set(news[:1])
    engine.dispose()


def test_a_line_that_broke_after_its_message_went_out_is_not_sent_twice(
    open_suar: Service, twilio: Twilio, wati: Phone
) -> None:
    twilio.faults.append((CREATE, Fault("after")))
    assert wati.say("halo").startswith("Halo")
    until(lambda: states(open_suar) == ["read"])
    assert len(wati.heard()) == 1
    until(lambda: not twilio.messages)


@pytest.mark.parametrize(("code", "name"), [(63016, "PERSON"), (63018, "LIMITED")])
def test_what_did_not_arrive_is_sent_again(
    open_suar: Service, twilio: Twilio, wati: Phone, code: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside the window it waits until the person writes; at Meta's limit for as long as that takes."""
    monkeypatch.setattr(whatsapp_status, "LIMITED", 0)
    twilio.callback_codes.append(code)
    wati.send(Body="halo")
    if name == "PERSON":
        until(lambda: tries(open_suar) == [1])
        assert states(open_suar) == ["waiting"]
        assert wati.heard() == []
        wati.send(Body="3")
        assert wati.answer().text.startswith("Halo")
        assert wati.answer().text.startswith("Tentang siapa?")
    else:
        assert wati.answer().text.startswith("Halo")
    until(lambda: not twilio.messages)


def test_whoever_has_stopped_us_is_not_written_to(open_suar: Service, twilio: Twilio, wati: Phone) -> None:
    wati.do(lambda: twilio.stopped.add(wati.address))
    wati.send(Body="halo")
    until(lambda: states(open_suar) == ["gone"])


# What is deleted


def test_a_message_is_deleted_until_twilio_knows_it_no_more(service: Service, twilio: Twilio) -> None:
    sid = "SM" + "1" * 32
    held = seal_held(service.house, Held(sid, ("ME" + "2" * 32,)), remains.INBOUND, 0)
    service.desk.do(lambda connection: remains.add(connection, [held])).result()

    async def step(client: Client) -> int:
        service.desk.do(lambda connection: connection.execute(sa.update(remains_table).values(due=0))).result()
        return await Sweeper(service, client).step()

    with open_client(service.settings) as client:
        twilio.faults.extend([("DELETE", Fault("500")), ("DELETE", Fault("429")), ("DELETE", Fault("drop"))])
        assert [asyncio.run(step(client)) for _ in range(3)] == [1, 1, 1] and count(service) == 1
        assert "1 messages" in " ".join(late(service))
        assert asyncio.run(step(client)) == 1
    assert count(service) == 0
    assert [path.rpartition("/")[2] for _, path, _ in twilio.calls][-2:] == [f"ME{'2' * 32}.json", f"{sid}.json"]


def late(service: Service) -> list[str]:
    """What doctor says when much time has passed."""
    house = replace(service.house, now=lambda: int(time.time()) + 100_000)
    return [one for one in findings(service.settings, house) if "Twilio" in one]


def test_a_message_that_is_on_its_way_waits_for_its_end(service: Service, twilio: Twilio) -> None:
    twilio.heard[WATI] = time.time()
    twilio.silent = True
    send(service)
    assert count(service) == 1 and len(twilio.messages) == 1


# Files


def test_a_file_is_fetched_with_the_password_for_twilio_alone(service: Service, twilio: Twilio) -> None:
    media = f"ME{'3' * 32}"
    twilio.media[media] = ("image/jpeg", b"x" * 5_000)
    files, reference = Files(service.settings), f"MM{'1' * 32}/{media}"
    assert files.fetch(reference, 5_000, 5) == b"x" * 5_000
    for most, why in ((4_999, LARGE), (5_000, GONE)):
        if why == GONE:
            twilio.redirect = "http://10.0.0.1/"
        with pytest.raises(NotTaken) as refused:
            files.fetch(reference, most, 5)
        assert refused.value.why == why
    with pytest.raises(NotTaken):
        files.fetch(f"MM{'1' * 32}/ME{'9' * 32}", 5_000, 5)


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
    open_suar: Service, twilio: Twilio, wati: Phone, monkeypatch: pytest.MonkeyPatch
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
    sqlite: Sqlite, api: str, twilio: Twilio, wati: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite.fresh() as url, sqlite.fresh() as other:
        keys = (new_secret(), new_secret())
        monkeypatch.setattr("tests.service.new_secret", iter(keys * 2).__next__)
        with Away(monkeypatch), running_suar(url, api, twilio) as first:
            wati.send(Body="halo")
            until(lambda: twilio.delivered)
            folder = first.settings.spool_folder
        (left,) = folder.glob("*.spool")
        assert b"halo" not in left.read_bytes() and WATI.encode() not in left.read_bytes()
        left.write_bytes(left.read_bytes() + b"\x00\x00\x01\x00torn")
        assert any("Messages wait in" in one for one in findings(first.settings, first.house))
        assert oct(folder.stat().st_mode)[-3:] == "700" and oct(left.stat().st_mode)[-3:] == "600"
        with running_suar(other, api, twilio):
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


# Setting up


@pytest.mark.parametrize(
    "wrong",
    [
        {"twilio_account_sid": ACCOUNT},
        {"twilio_whatsapp_from": SENDER},
        {"twilio_account_sid": "AC1", "twilio_auth_token": TOKEN, "twilio_whatsapp_from": SENDER},
        {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_whatsapp_from": "+62 21 5000"},
    ],
)
def test_settings_that_are_not_whole_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="TWILIO_ACCOUNT_SID"):
        Settings(**wrong)


def test_what_twilio_brings_must_come_over_a_sealed_line() -> None:
    whole: dict[str, Any] = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_whatsapp_from": SENDER}
    with pytest.raises(ValidationError, match="PUBLIC_BASE_URL must begin with https"):
        Settings(**whole, public_base_url="http://suar.example")
    assert Settings(**whole, public_base_url="https://suar.example").twilio_account_sid == ACCOUNT


def test_doctor_says_what_twilio_thinks_of_us(service: Service) -> None:
    assert "suar channels sync" in asyncio.run(messengers.fault(service.settings))
    asyncio.run(messengers.sync(service.settings, service.house.shelf))
    assert asyncio.run(messengers.fault(service.settings)) == ""
    token = type(service.settings.suar_keys)("wrong")
    wrong = service.settings.model_copy(update={"twilio_auth_token": token})
    assert "TWILIO_AUTH_TOKEN" in asyncio.run(messengers.fault(wrong))


# A day


def wild(someone: Phone, luck: random.Random) -> None:
    """Something that a person does."""
    someone.send(Body=luck.choice((*STORIES, "halo", "1", "2", "3", "1 3", "kalcit", "0", "menu", "petugas", "stop")))


def test_a_day_with_faults(
    sqlite: Sqlite, twilio: Twilio, api: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nobody is left without an answer, nothing is sent that Twilio refuses, and the log knows nobody."""
    for name in ("SOON", "BUSY", "LIMITED"):
        monkeypatch.setattr(f"bot.channels.whatsapp_wire.{name}", 1)
    monkeypatch.setattr(whatsapp_status, "LIMITED", 1)
    luck = random.Random(5)  # noqa: S311 - which faults come when
    people = [Phone(twilio, f"whatsapp:+62812700{number:05d}") for number in range(max(10, DAY // 15))]
    with listening() as log, sqlite.fresh() as url, running_suar(url, api, twilio, templates=True):
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


def test_a_kill_in_the_middle_of_a_talk_loses_nothing(tmp_path: Path, twilio: Twilio, api: str, wati: Phone) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    twilio.webhook = f"{url}/in/whatsapp"
    with process(tmp_path, api, url, port) as first:
        wati.say("halo")
        wati.say("3")
        wati.send(Body="1")
        until(lambda: len(twilio.delivered) == 3)
        first.send_signal(signal.SIGKILL)
    let_leases_end(tmp_path)
    with process(tmp_path, api, url, port):
        until(lambda: "Apakah masih terjadi?" in wati.heard()[-1].text, 60)
        wati.seen = len(wati.heard())
        wati.say("2")
        assert "Di mana?" in wati.say("1 4")
        until(lambda: not twilio.messages, 90)


@contextmanager
def process(folder: Path, api: str, url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, as an operator starts it, as soon as it answers."""
    given = {
        "SUAR_DEMO": "1",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_BASE_URL": api,
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
