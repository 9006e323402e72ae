"""Alerts at the vendors: twelve people on Telegram and some on WhatsApp, with pictures, corrections and faults."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot import broadcast as broadcasting
from bot import messengers, outbox
from bot.budget import MonthlyPurse
from bot.channels import telegram as sending
from bot.channels.telegram_wire import open_bot
from bot.channels.whatsapp import CLOSED, WhatsApp
from bot.channels.whatsapp_address import Reach
from bot.channels.whatsapp_wire import LIMITED, open_client, open_threads
from bot.outbox import Sender
from bot.pictures import redraw
from bot.service import Service
from models import subscription, trace
from models.tables import outbox as rows
from tests.databases import Sqlite
from tests.hostile import photo
from tests.service import make_service, shelf, staffed
from tests.subscribers import WORDS, approve, deliveries, enrol, state_of
from tests.telegram_phone import settings_for
from tests.telegram_server import Fault, Message, Telegram, serving_telegram
from tests.test_whatsapp_unasked import look_again
from tests.twilio_server import Fault as TwilioFault
from tests.twilio_server import Twilio
from tests.whatsapp_phone import CREATE

pytest_plugins = ("tests.whatsapp_suar",)
TWELVE = tuple(str(7001 + number) for number in range(12))
PICTURE = redraw(photo("PNG"))  # as an upload is kept
WA = "whatsapp:+62811000000"


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """Whatever is sent to it must be right, and never more than thirty in any second."""
    server = Telegram()
    for chat in TWELVE:
        server.chats[int(chat)].blocked = False
    yield server
    assert server.refused == []


@pytest.fixture
def service(sqlite: Sqlite, telegram: Telegram) -> Iterator[Service]:
    """A service without a sender: the tests send by hand."""
    with sqlite.fresh() as url, serving_telegram(telegram) as api, make_service(url) as bare:
        yield replace(staffed(bare), settings=settings_for(url, api, "polling"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the pauses between tries."""
    monkeypatch.setattr(sending, "SOON", 0)


def send_all(service: Service) -> None:
    """Clock and sender until nothing is left that may go now."""

    async def run() -> None:
        async with open_bot(service.settings) as (bot, _):
            sender = Sender(service, sending.Telegram(service, bot))
            for _ in range(12):
                broadcasting.run(service.house, service.desk)
                while await sender.step():
                    pass

    asyncio.run(run())


def shown(telegram: Telegram, chat: str) -> list[Message]:
    """What stands in somebody's chat."""
    return list(telegram.chats[int(chat)].messages.values())


def texts(telegram: Telegram) -> dict[str, list[str]]:
    """The words of the bot that stand in each chat."""
    return {who: [str(one.get("text") or one.get("caption")) for one in shown(telegram, who)] for who in TWELVE}


# Telegram


@pytest.mark.usefixtures("quick")
def test_twelve_people_and_what_can_happen_to_them(service: Service, telegram: Telegram) -> None:
    gone, left, pausing, english = TWELVE[:4]
    enrol(service.desk, "telegram", [gone, left, *TWELVE[4:]])
    enrol(service.desk, "telegram", [pausing], paused_until=service.house.now() + 3_600)
    enrol(service.desk, "telegram", [english], language="en")
    telegram.chats[int(gone)].blocked = True
    telegram.faults += [("sendMessage", Fault("429")), ("sendMessage", Fault("500")), ("sendMessage", Fault("502"))]
    key = service.house.keys.person_key("telegram", left)
    service.desk.do(lambda connection: subscription.leave(connection, [key])).result(20)
    approve(service.desk, danger=True)
    send_all(service)
    expected = {who: [WORDS["id"]] for who in TWELVE} | {gone: [], left: [], pausing: [], english: [WORDS["en"]]}
    assert texts(telegram) == expected
    assert state_of(service.house.engine) == "done"
    assert sorted(deliveries(service.house.engine).values()) == ["gone", *["sent"] * 9]


def test_a_broken_line_leaves_one_in_doubt_and_repeats_nothing(service: Service, telegram: Telegram) -> None:
    enrol(service.desk, "telegram", TWELVE)
    telegram.faults.append(("sendMessage", Fault("after")))
    approve(service.desk, danger=True)
    send_all(service)
    assert texts(telegram) == {who: [WORDS["id"]] for who in TWELVE}
    assert sorted(deliveries(service.house.engine).values()) == [*["sent"] * 11, "uncertain"]


def test_the_pace_is_kept_from_the_first_second(service: Service, telegram: Telegram) -> None:
    """The server refuses the thirty-first of any second, and `refused` must stay empty."""
    many = [str(8001 + number) for number in range(70)]
    for chat in many:
        telegram.chats[int(chat)].blocked = False
    enrol(service.desk, "telegram", many)
    approve(service.desk, danger=True)
    send_all(service)
    assert set(deliveries(service.house.engine).values()) == {"sent"}


def test_a_correction_is_a_new_message_and_the_wrong_words_go(service: Service, telegram: Telegram) -> None:
    enrol(service.desk, "telegram", TWELVE)
    approve(service.desk, danger=True)
    send_all(service)
    before = {who: shown(telegram, who)[0]["message_id"] for who in TWELVE}
    rung = len(telegram.calls)
    deleted = TWELVE[0]
    telegram.chats[int(deleted)].messages.clear()  # by its person
    approve(service.desk, "a2", kind="correction", about="a1", danger=True, words='{"id": "Ralat."}')
    send_all(service)
    assert texts(telegram) == {who: ["Ralat."] for who in TWELVE}
    after = {who: shown(telegram, who)[0]["message_id"] for who in TWELVE}
    assert all(after[who] != before[who] for who in TWELVE)
    assert [method for method, _ in telegram.calls[rung:]].count("sendMessage") == 12
    approve(service.desk, "a3", kind="correction", about="a1", danger=True, words='{"id": "Ralat lagi."}')
    send_all(service)
    assert texts(telegram) == {who: ["Ralat lagi."] for who in TWELVE}


def test_what_is_taken_back_goes_and_everybody_who_got_it_is_told(service: Service, telegram: Telegram) -> None:
    enrol(service.desk, "telegram", TWELVE)
    approve(service.desk, danger=True)
    send_all(service)
    old, late = TWELVE[:3], "7777"
    enrol(service.desk, "telegram", [late])
    telegram.chats[int(late)].blocked = False
    for who in old:
        shown(telegram, who)[0]["date"] -= 3 * 86_400
    approve(service.desk, "a2", kind="retraction", about="a1", danger=True, words='{"id": "Ini tidak berlaku."}')
    send_all(service)
    assert texts(telegram) == {who: ["Ini tidak berlaku."] * (2 if who in old else 1) for who in TWELVE}
    assert shown(telegram, late) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fault", ["after", "500"])
def test_a_removal_without_an_answer_is_tried_again(service: Service, telegram: Telegram, fault: str) -> None:
    enrol(service.desk, "telegram", TWELVE[:2])
    approve(service.desk, danger=True)
    send_all(service)
    telegram.faults.append(("deleteMessage", Fault(fault)))
    approve(service.desk, "a2", kind="retraction", about="a1", danger=True, words='{"id": "Ini tidak berlaku."}')
    send_all(service)
    assert texts(telegram) == {who: ["Ini tidak berlaku."] if who in TWELVE[:2] else [] for who in TWELVE}


def test_a_picture_is_brought_once_and_goes_with_its_words(service: Service, telegram: Telegram) -> None:
    enrol(service.desk, "telegram", TWELVE)
    approve(service.desk, danger=True, picture=PICTURE)
    send_all(service)
    photos = [values["photo"] for method, values in telegram.calls if method == "sendPhoto"]
    assert len(photos) == 12
    assert len([one for one in photos if one.startswith("image/")]) <= outbox.LANES  # those that went out at once
    approve(service.desk, "a2", kind="correction", about="a1", danger=True, words='{"id": "Ralat."}')
    send_all(service)
    assert texts(telegram) == {who: ["Ralat."] for who in TWELVE}


def test_hapus_finds_an_alert_in_the_chat_too(service: Service, telegram: Telegram) -> None:
    enrol(service.desk, "telegram", TWELVE[:1])
    approve(service.desk, danger=True)
    send_all(service)
    key = service.house.keys.person_key("telegram", TWELVE[0])
    with service.house.engine.connect().execution_options(reading=True) as connection:
        assert len(trace.of_person(connection, key)) == 1


# WhatsApp


@pytest.fixture
def office(unsent: Service, twilio: Twilio) -> Service:
    """WhatsApp with alerts on, and everything that may go out unasked approved."""
    twilio.content.verdict = "approved"
    asyncio.run(messengers.sync(unsent.settings, shelf()))
    look_again(unsent)
    unsent.house.pushes.alerts = ("whatsapp",)
    more = {"whatsapp_broadcast": "on", "whatsapp_tier": 250, "whatsapp_monthly_rupiah": 1_000_000}
    return replace(unsent, settings=unsent.settings.model_copy(update=more))


def write_all(service: Service) -> int:
    """Clock and sender once. How many were sent or settled."""

    async def run() -> int:
        with open_client(service.settings) as client, open_threads() as threads:
            purse = MonthlyPurse(service.house, service.settings)
            sender = Sender(service, WhatsApp(service, client, {}, threads), keeps=True, purse=purse)
            broadcasting.run(service.house, service.desk)
            return await sender.step()

    return asyncio.run(run())


def created(twilio: Twilio) -> list[dict[str, Any]]:
    """What was sent."""
    return [values for method, path, values in twilio.calls if re.fullmatch(CREATE, f"{method} {path}")]


pauses = pytest.mark.usefixtures("no_pauses")


@pauses
def test_outside_the_day_only_the_approved_message_goes_out(office: Service, twilio: Twilio) -> None:
    now = office.house.now()
    enrol(office.desk, "whatsapp", [f"{WA}{number}" for number in range(3)])
    enrol(office.desk, "whatsapp", [str(Reach(f"{WA}9", now + 3_600))])
    approve(office.desk, danger=True)
    assert write_all(office) == 4
    assert sorted("ContentSid" in one for one in created(twilio)) == [False, True, True, True]
    (free,) = [one["Body"] for one in created(twilio) if "Body" in one]
    assert free == WORDS["id"]
    assert all(" ".join(WORDS["id"].split()) in one["ContentVariables"] for one in created(twilio) if "Body" not in one)


@pauses
def test_where_the_message_is_not_approved_it_waits_and_costs_nothing(office: Service, twilio: Twilio) -> None:
    office.house.pushes.approved = {}
    enrol(office.desk, "whatsapp", [f"{WA}1"])
    approve(office.desk, danger=True)
    assert write_all(office) == 1
    assert write_all(office) == 0
    assert created(twilio) == []
    with office.house.engine.connect().execution_options(reading=True) as connection:
        row = connection.execute(sa.select(rows)).one()
    assert row.state == "waiting"
    assert row.due >= office.house.now() + CLOSED - 60


@pauses
def test_alerts_are_off_until_somebody_turns_them_on(office: Service, twilio: Twilio) -> None:
    bare = replace(office, settings=office.settings.model_copy(update={"whatsapp_broadcast": "off"}))
    enrol(office.desk, "whatsapp", [f"{WA}1"])
    approve(office.desk, danger=True)
    assert write_all(bare) == 0
    assert created(twilio) == []


@pauses
def test_the_limit_of_the_number_holds_all_alerts_back(office: Service, twilio: Twilio) -> None:
    enrol(office.desk, "whatsapp", [f"{WA}{number}" for number in range(30)])
    approve(office.desk, danger=True)
    twilio.faults.append((CREATE, TwilioFault("63018")))
    assert write_all(office) < 30
    with office.house.engine.connect().execution_options(reading=True) as connection:
        found = connection.execute(sa.select(rows.c.due, rows.c.tries).where(rows.c.state == "waiting")).all()
    assert max(row.due for row in found) >= office.house.now() + LIMITED - 5
    assert sum(row.tries for row in found) == 1


@pauses
def test_a_correction_is_a_message_of_its_own(office: Service, twilio: Twilio) -> None:
    enrol(office.desk, "whatsapp", [f"{WA}1", f"{WA}2"])
    approve(office.desk, danger=True)
    write_all(office)
    enrol(office.desk, "whatsapp", [f"{WA}3"])
    approve(office.desk, "a2", kind="correction", about="a1", danger=True, words='{"id": "Ralat: itu tidak benar."}')
    write_all(office)
    said = [one["ContentVariables"] for one in created(twilio)]
    assert len(said) == 4
    assert sum("Ralat" in one for one in said) == 2
