"""What goes wrong between us and Telegram: floods, silence, broken lines, a second poller, a forged webhook, a kill."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import random
import signal
import socket
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
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot import clock, messengers, outbox
from bot.channels import telegram as sending
from bot.channels.cut import cut, utf16
from bot.channels.errors import GoneAway, Later, Refused, Uncertain
from bot.channels.pace import Pace
from bot.channels.telegram_door import Door
from bot.channels.telegram_files import Files
from bot.channels.telegram_poll import Poller
from bot.channels.telegram_trace import Eraser, Spot, open_spot, seal_spot
from bot.channels.telegram_wire import open_bot
from bot.inbound import DeskDown, Inbound
from bot.media import GONE, LARGE
from bot.media import Refused as NotTaken
from bot.service import Service
from bot.settings import Settings
from handlers.render import Button, Line
from models import base, tables, trace
from tests.console_service import Clock
from tests.databases import Sqlite
from tests.service import make_service, shelf, staffed
from tests.telegram_phone import SECRET, Phone, buttons, running_suar, settings_for, until
from tests.telegram_server import TOKEN, Fault, Telegram, serving_telegram

ROOT = Path(__file__).resolve().parent.parent
WATI = 4001
NOON = Clock().at // base.DAY * base.DAY + base.DAY // 2
DAY = int(os.environ.get("TELEGRAM_DAY", "300"))  # messages; `make telegram-day ARGS=5000`
STORIES = ("ada pintu digembok di sana", "mereka nangis tiap malam", "paspornya diambil bos")


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    server = Telegram()
    yield server
    assert server.refused == []


@pytest.fixture
def api(telegram: Telegram) -> Iterator[str]:
    with serving_telegram(telegram) as url:
        yield url


@pytest.fixture
def service(sqlite: Sqlite, api: str) -> Iterator[Service]:
    """A service without a sender: the tests send by hand."""
    with sqlite.fresh() as url, make_service(url) as bare:
        yield replace(staffed(bare), settings=settings_for(url, api, "polling"))


def send(service: Service, *lines: Line, chat: int = WATI, api: str = "") -> None:
    """Send lines one after the other, as the outbox does."""

    async def run() -> None:
        settings = service.settings.model_copy(update={"telegram_api_base_url": api} if api else {})
        async with open_bot(settings) as (bot, _):
            channel = sending.Telegram(service, bot)
            for row, line in enumerate(lines):
                await channel.send(str(chat), line, row)

    asyncio.run(run())


HALLO = Line(("halo",))


# What is sent


@pytest.mark.parametrize(
    ("fault", "error"),
    [("403", GoneAway), ("500", Later), ("502", Later), ("drop", Uncertain), ("after", Uncertain), ("429", Later)],
)
def test_every_fault_has_its_name(service: Service, telegram: Telegram, fault: str, error: type[Exception]) -> None:
    telegram.chats[WATI].blocked = False
    telegram.faults.append(("sendMessage", Fault(fault, 7)))
    with pytest.raises(error) as raised:
        send(service, HALLO)
    if isinstance(raised.value, Later):
        assert raised.value.wait == (7 if fault == "429" else sending.SOON)


def test_a_chat_that_is_gone_and_one_that_refuses(service: Service, telegram: Telegram) -> None:
    with pytest.raises(GoneAway):
        send(service, HALLO)
    telegram.chats[WATI].blocked = False
    with pytest.raises(Refused):
        send(service, replace(HALLO, back=Button("x" * 65, "Menu")))
    assert telegram.refused.pop() == "Bad Request: BUTTON_DATA_INVALID"


def test_without_a_connection_nothing_was_sent(service: Service) -> None:
    with pytest.raises(Later):
        send(service, HALLO, api="http://127.0.0.1:9")


def test_a_flood_is_waited_out_to_the_second(service: Service, telegram: Telegram) -> None:
    telegram.chats[WATI].blocked = False

    async def run() -> list[float]:
        async with open_bot(service.settings) as (bot, _):
            channel = sending.Telegram(service, bot)
            telegram.faults.append(("sendMessage", Fault("429", 1)))
            with pytest.raises(Later):
                await channel.send(str(WATI), HALLO, 1)
            await channel.send(str(WATI), HALLO, 1)  # the server calls a message within that second a fault of ours
            channel.closed_until = channel.clock() + 100
            with pytest.raises(Later) as later:
                await channel.send(str(WATI), HALLO, 2)
            return [later.value.wait]

    (wait,) = asyncio.run(run())
    assert 99 <= wait <= 100
    assert len(telegram.chats[WATI].messages) == 1


def test_a_long_line_goes_on_behind_the_piece_that_arrived(service: Service, telegram: Telegram) -> None:
    telegram.chats[WATI].blocked = False
    long = Line(tuple("Satu kalimat lagi. " * 100 for _ in range(4)))

    async def run() -> None:
        async with open_bot(service.settings) as (bot, _):
            channel = sending.Telegram(service, bot)
            real, calls = bot.send_message, 0

            async def second_fails(_: object, *args: Any, **named: Any) -> object:
                nonlocal calls
                calls += 1
                if calls == 2:
                    telegram.faults.append(("sendMessage", Fault("502")))
                return await real(*args, **named)

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(type(bot), "send_message", second_fails)
                with pytest.raises(Later):
                    await channel.send(str(WATI), long, 1)
                await channel.send(str(WATI), long, 1)

    asyncio.run(run())
    texts = [message["text"] for message in telegram.chats[WATI].messages.values()]
    assert len(texts) == 2 and all(utf16(text) <= 4096 for text in texts)
    assert sum(text.count("Satu kalimat lagi.") for text in texts) == 400


def test_the_pace_is_flat(service: Service) -> None:
    """Never more than the rate in any second, the first one too; a chat may get a few at once after a rest."""
    at, pace = 0.0, Pace(sending.ALL, clock=lambda: at)
    times = []
    for _ in range(100):
        at += pace.wait()
        times.append(at)
    assert all(sum(start <= one < start + 1 for one in times) <= 26 for start in times)
    each = Pace(sending.EACH, sending.EACH_BURST, lambda: 100.0)
    assert [round(each.wait("a")) for _ in range(6)] == [0, 0, 0, 0, 1, 2]
    assert each.wait("b") == 0


@given(st.text(st.sampled_from("ab c.\n🙂é?"), max_size=400), st.integers(8, 60))
def test_pieces_fit_and_lose_nothing_but_space(text: str, limit: int) -> None:
    pieces = cut(text, limit)
    assert all(piece and utf16(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_at_the_end_of_a_sentence() -> None:
    assert cut("Satu dua tiga. Empat lima enam. Tujuh.", 32) == ["Satu dua tiga. Empat lima enam.", "Tujuh."]


# Files


def test_a_file_is_fetched_and_never_more_than_asked(service: Service, telegram: Telegram) -> None:
    telegram.files["foto"] = b"x" * 5_000
    files = Files(service.settings)
    assert files.fetch("foto", 5_000, 5) == telegram.files["foto"]
    with pytest.raises(NotTaken) as large:
        files.fetch("foto", 4_999, 5)
    with pytest.raises(NotTaken) as gone:
        files.fetch("lain", 5_000, 5)
    assert (large.value.why, gone.value.why) == (LARGE, GONE)


# What comes in


def test_the_offset_moves_only_when_the_page_is_stored(service: Service, telegram: Telegram) -> None:
    wati = Phone(telegram)
    wati.send(text="halo")

    async def run() -> None:
        async with open_bot(service.settings) as (bot, wire):
            door = Door(service, bot)
            poller = Poller(service, door, wire, patience=0)

            async def down(self: Service, message: Inbound, origin: str = "") -> object:
                raise DeskDown("gone")

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Service, "hear", down)
                assert not await poller.step()
            assert poller.next is None and len(telegram.updates) == 1
            assert await poller.step()
            assert await poller.step()
            await door.close()

    asyncio.run(run())
    assert telegram.updates == {}


def test_danger_is_answered_even_when_nothing_can_be_stored(service: Service, telegram: Telegram) -> None:
    wati = Phone(telegram)
    wati.send(text="tolong saya mau dibunuh sekarang")

    async def run() -> None:
        async with open_bot(service.settings) as (bot, wire):
            door = Door(service, bot)
            poller = Poller(service, door, wire, patience=0)
            poller.leads = True
            service.desk.close()
            assert [await poller.step(), await poller.step()] == [False, False]
            await door.close()

    asyncio.run(run())
    assert ["112" in message["text"] for message in wati.heard()] == [True]
    assert len(telegram.updates) == 1


def test_one_process_fetches_while_the_other_stands_by(service: Service, telegram: Telegram) -> None:
    other = replace(service, house=replace(service.house, holder="other"))

    async def run() -> list[bool]:
        async with open_bot(service.settings) as (bot, wire):
            pollers = [Poller(one, Door(one, bot), wire, patience=0) for one in (service, other)]
            return [await poller.step() for poller in pollers]

    assert asyncio.run(run()) == [True, False]
    assert sum(method == "getUpdates" for method, _ in telegram.calls) == 1


def test_a_forged_webhook_is_refused_and_a_huge_one_too(sqlite: Sqlite, api: str) -> None:
    with sqlite.fresh() as url, running_suar(url, api, "webhook") as service:
        hook = f"{service.settings.public_base_url}/in/telegram"
        head = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        update = {"update_id": 1}
        assert httpx.post(hook, json=update).status_code == 403
        assert (
            httpx.post(hook, json=update, headers={**head, "X-Telegram-Bot-Api-Secret-Token": "x"}).status_code == 403
        )
        assert httpx.post(hook, content=b"x" * 300_000, headers=head).status_code == 413
        assert httpx.post(hook, content=b"{", headers=head).status_code == 400
        assert httpx.post(hook, json=update, headers=head).status_code == 200
        service.desk.close()
        message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "halo"}
        down = httpx.post(hook, json={**update, "message": message}, headers=head)
        assert (down.status_code, down.headers["retry-after"]) == (503, "5")


# Setting up


def test_sync_tells_telegram_once(service: Service, telegram: Telegram) -> None:
    first = asyncio.run(messengers.sync(service.settings, service.house.shelf))
    assert "Telegram, en: commands" in first and telegram.profile["name", ""] == "Suar"
    assert asyncio.run(messengers.sync(service.settings, service.house.shelf)) == ["Telegram: updates are fetched"]
    hooked = settings_for(service.settings.database_url, service.settings.telegram_api_base_url, "webhook")
    asyncio.run(messengers.sync(hooked, service.house.shelf))
    assert telegram.webhook["secret_token"] == SECRET
    for words in telegram.profile.values():
        assert "trafficking" not in json.dumps(words).lower()


def test_doctor_says_whether_telegram_knows_the_token(service: Service) -> None:
    assert asyncio.run(messengers.fault(service.settings, shelf())) == ""
    wrong = service.settings.model_copy(update={"telegram_bot_token": type(service.settings.suar_keys)("1:x")})
    assert "TELEGRAM_BOT_TOKEN" in asyncio.run(messengers.fault(wrong, shelf()))


# What is kept


def test_ids_of_messages_go_after_two_days(database_url: str) -> None:
    now = Clock(NOON)
    with make_service(database_url, now) as service:

        async def keep() -> None:
            async with open_bot(settings_for(database_url, "http://127.0.0.1:9", "polling")) as (bot, _):
                await Eraser(service, bot).note(Spot(WATI, 1), Spot(WATI, 2, "m4001.2"))

        asyncio.run(keep())
        assert [kept(service, now, days) for days in (0, 1, 2)] == [2, 2, 0]


def kept(service: Service, now: Clock, days: int) -> int:
    """How many ids the clock leaves after so many days; the first is the middle of a day."""
    now.at = NOON + days * base.DAY
    parts = clock.Parts(service.house, service.desk, service.runner)
    clock.purge_short(parts, now.at, service.house.shelf.terms.keep_days)
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return len(trace.of_person(connection, service.house.keys.person_key("telegram", str(WATI))))


def test_a_stolen_database_knows_no_chat(database_url: str) -> None:
    with make_service(database_url) as service:
        row = seal_spot(service.house, Spot(WATI, 77_001_234, "m4001.2"))
        assert open_spot(service.house, row) == Spot(WATI, 77_001_234, "m4001.2")
    assert b"4001" not in row.sealed and b"77001234" not in row.sealed


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"telegram_bot_token": "not a token"}, "TELEGRAM_BOT_TOKEN must be what BotFather gave"),
        ({"telegram_mode": "webhook"}, "TELEGRAM_WEBHOOK_SECRET must be 32 to 256 random"),
        ({"telegram_mode": "webhook", "telegram_webhook_secret": "short"}, "TELEGRAM_WEBHOOK_SECRET must be"),
        ({"telegram_api_base_url": "api.telegram"}, "TELEGRAM_API_BASE_URL must be an address"),
    ],
)
def test_a_start_with_a_weak_webhook_is_refused_in_a_sentence(given: dict[str, Any], sentence: str) -> None:
    whole: dict[str, Any] = {"_env_file": None, "telegram_bot_token": TOKEN, **given}
    with pytest.raises(ValidationError, match=sentence) as refused:
        Settings(**whole)
    assert TOKEN not in str(refused.value.errors(include_input=False))


# A day, a kill


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Everything that is logged, at the level of debugging."""
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    kept = structlog.get_config()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(heard), cache_logger_on_first_use=False)
    try:
        yield heard
    finally:
        structlog.configure(**kept)
        root.removeHandler(handler)
        root.setLevel(level)


def newer(someone: Phone, id: int) -> bool:
    return any(one["message_id"] > id for one in someone.heard())


def wild(someone: Phone, luck: random.Random) -> None:
    """Something that a person does."""
    heard = someone.heard()[-1:]  # of a talk that nobody may see nothing may stand there
    pressable = [one["callback_data"] for last in heard for one in buttons(last) if "callback_data" in one]
    if pressable and luck.random() < 0.6:
        someone.tap(heard[0], luck.choice(pressable))
    else:
        someone.send(text=luck.choice((*STORIES, "halo", "1", "kalcit", "0", "/menu")))


def waiting(service: Service) -> int:
    """Rows of the outbox that are not settled."""
    state = tables.outbox.c.state
    with service.house.engine.connect().execution_options(reading=True) as connection:
        counted = sa.select(sa.func.count()).select_from(tables.outbox).where(state == "waiting")
        return int(connection.execute(counted).scalar_one())


def test_a_day_with_faults(
    sqlite: Sqlite, telegram: Telegram, api: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nobody is left without an answer, nothing is sent that Telegram refuses, and the log knows nobody."""
    monkeypatch.setattr(outbox, "IDLE", 0.02)
    monkeypatch.setattr(sending, "SOON", 1)
    luck = random.Random(5)  # noqa: S311 - which faults come when
    people = [Phone(telegram, 910_000_000 + number) for number in range(max(10, DAY // 15))]
    with listening() as log, sqlite.fresh() as url, running_suar(url, api, "webhook") as service:
        for number in range(DAY):
            if luck.random() < 0.06:
                kind = luck.choice(("429", "500", "502", "drop", "after"))
                method = "sendMessage" if kind == "429" else luck.choice(("sendMessage", "answerCallbackQuery"))
                telegram.faults.append((method, Fault(kind)))
            wild(people[number % len(people)], luck)
            time.sleep(0.04)
        until(lambda: not telegram.updates, 60)
        until(lambda: not waiting(service), 60 + DAY / 10)
        for someone in people:
            someone.do(telegram.faults.clear)
            before = max((one["message_id"] for one in someone.heard()), default=0)
            someone.send(text="/menu")
            until(partial(newer, someone, before))
    out, err = capfd.readouterr()
    said = log.getvalue() + out + err
    for secret in (TOKEN, TOKEN.partition(":")[2], SECRET, *STORIES, *(str(one.id) for one in people), "Wati"):
        assert secret not in said
    assert set(telegram.delivered) == {200}


def test_a_kill_in_the_middle_of_a_talk_loses_nothing(tmp_path: Path, telegram: Telegram, api: str) -> None:
    wati = Phone(telegram)
    with suar(tmp_path, api) as first:
        wati.say("halo")
        wati.press("Cerita ke petugas")
        wati.send(text="1")
        first.send_signal(signal.SIGKILL)
        first.wait()
    wati.send(text="2")
    let_leases_end(tmp_path)
    with suar(tmp_path, api):
        until(lambda: not telegram.updates and "Apa yang Anda lihat" in wati.newest()["text"], 60)
        wati.seen = wati.newest()["message_id"]
        wati.say("1 4")
        wati.say("kalcit")
        wati.press("Rawajati, Pancoran, Jakarta Selatan")
        wati.press("Kirim sekarang")
        assert any("Kode Anda" in message["text"] for message in wati.heard())


def let_leases_end(folder: Path) -> None:
    """As if somebody had waited for half a minute before the next start."""
    engine = base.make_engine(f"sqlite:///{folder / 'suar.db'}")
    with engine.begin() as connection:
        for table in (tables.outbox, tables.sender):
            connection.execute(sa.update(table).values(until=table.c.until - 60))
    engine.dispose()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def suar(folder: Path, api: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own, as an operator starts it."""
    given = {
        "SUAR_DEMO": "1",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": api,
        "PORT": str(free_port()),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=folder, env=given, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
