"""What becomes of a chat on Telegram once the code was written down: the talk goes, nothing else."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import telegram as sending
from bot.channels.telegram_trace import Spot, seal_spot, written_down
from bot.channels.telegram_wire import open_bot
from bot.service import Service
from handlers.render import Line
from models import trace
from tests.telegram_phone import Phone, buttons, until
from tests.telegram_server import Fault, Telegram, dumped
from tests.test_telegram import STORY, to_code, to_where

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")
GONE = "Obrolan tadi kami hapus dari chat ini, juga kodenya."


@pytest.fixture
def wati(telegram: Telegram, service: Service) -> Phone:
    return Phone(telegram)


def shown(someone: Phone) -> list[int]:
    """What stands in the chat, by id."""
    return [int(one["message_id"]) for one in someone.all()]


def test_sudah_takes_the_talk_and_its_code_out_of_the_chat(wati: Phone) -> None:
    """Whoever opens the chat next finds neither story nor code; the answer stays."""
    to_where(wati)
    wati.say(STORY)
    wati.say("/menu")
    code = to_code(wati)
    assert "kami hapus dari chat, juga kodenya" in wati.newest()["text"]
    asked = wati.press("SUDAH")
    assert asked["text"].startswith(GONE)
    assert shown(wati) == [asked["message_id"]]
    assert code not in dumped(wati.all()) and STORY not in dumped(wati.all())
    end = wati.press("Tidak perlu")
    assert "Kalau masih ada sisa obrolan" in end["text"]
    assert shown(wati) == [asked["message_id"], end["message_id"]]


def test_sudah_that_is_typed_goes_too(wati: Phone) -> None:
    to_code(wati)
    asked = wati.say("sudah")
    assert shown(wati) == [asked["message_id"]]


def test_until_it_is_written_down_the_code_stays(wati: Phone) -> None:
    """Whoever answers something else, or goes to the menu, may still need it."""
    code = to_code(wati)
    assert "Kode hanya ditampilkan sekali" in wati.say("oke makasih")["text"]
    wati.say("/menu")
    assert code in dumped(wati.all())


def test_the_code_of_another_report_that_was_not_written_down_stays(wati: Phone) -> None:
    first = to_code(wati)
    before = shown(wati)
    wati.say("/menu")
    second = to_code(wati)
    asked = wati.press("SUDAH")
    assert shown(wati) == [*before, asked["message_id"]]
    assert first in dumped(wati.all()) and second not in dumped(wati.all())


def test_a_code_that_went_out_twice_goes_twice(service: Service) -> None:
    """A sender that died after the message and before its mark sends the row again."""
    spots = [Spot(4001, 1), Spot(4001, 2, code=7), Spot(4001, 3, code=8), Spot(4001, 4, code=8), Spot(4001, 5)]
    rows = [seal_spot(service.house, spot) for spot in spots]
    assert written_down(service.house, rows) == rows[2:]
    assert written_down(service.house, rows[:2]) == rows[:2]
    assert written_down(service.house, rows[:1]) == rows[:1]


def test_a_thief_reads_from_no_size_which_message_told_a_code(service: Service) -> None:
    spots = [Spot(4001, 1), Spot(4001, 10_999_999, "m4001.10999999", 2, 99_999_999)]
    assert len({len(seal_spot(service.house, spot).sealed) for spot in spots}) == 1


def test_a_talk_that_cannot_be_deleted_now_goes_before_the_answer_comes(wati: Phone, telegram: Telegram) -> None:
    to_code(wati)
    telegram.faults.append(("deleteMessages", Fault("502")))
    asked = wati.press("SUDAH")
    assert asked["text"].startswith(GONE)
    assert shown(wati) == [asked["message_id"]]


def test_what_telegram_will_not_delete_holds_no_answer_up(wati: Phone, telegram: Telegram) -> None:
    to_code(wati)
    telegram.chats[wati.id].messages.pop(shown(wati)[0])  # the person was faster
    assert "Tidak perlu" in [one["text"] for one in buttons(wati.press("SUDAH"))]


def test_another_try_of_an_answer_does_not_delete_what_arrived_of_it(service: Service, telegram: Telegram) -> None:
    telegram.chats[4001].blocked = False
    long = Line(tuple("Satu kalimat lagi. " * 100 for _ in range(4)), clears=True)

    async def run() -> None:
        async with open_bot(service.settings) as (bot, _):
            channel = sending.Telegram(service, bot)
            await channel.send("4001", Line(("kode",), copy="satu dua"), 1)
            channel.arrived[2] = 0
            await channel.send("4001", long, 2)

    asyncio.run(run())
    kept = service.house.keys.person_key("telegram", "4001")

    def known() -> int:
        with service.house.engine.connect().execution_options(reading=True) as connection:
            return len(trace.of_person(connection, kept))

    until(lambda: known() == 3)
    assert len(telegram.chats[4001].messages) == 3
