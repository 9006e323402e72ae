"""Being told that an answer is there: asked for, one neutral word, stopped at once, and gone when it was promised."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot import clock, pings
from bot.app import make_app, parts_of
from bot.filing import sealed_item
from bot.pings import Chat, open_chat, place_of, seal_chat
from bot.service import Service
from bot.standing import seal_standing
from handlers import front
from handlers.flows import FLOWS
from handlers.talk import Errand, Outcome, Place, Turn
from handlers.told import KEEP
from handlers.turns import button
from models import case, message, ping
from models import person as persons
from models.base import DAY
from models.channel_tables import ping as pings_table
from models.tables import item, person, report, sender
from models.tables import outbox as outbox_table
from tests.service import shelf
from tests.telegram_phone import Phone, buttons, until
from tests.telegram_server import BOT, Fault, Message, Telegram
from tests.test_telegram import to_code
from tests.web_chat import phone

WORD = "Ada pesan untuk Anda."
ASKED = "Mau diberi tahu di chat ini kalau ada jawaban?"
pytest_plugins = ("tests.telegram_suar",)
pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("no_telegram_pauses")]


@pytest.fixture
def wati(telegram: Telegram, service: Service) -> Phone:
    return Phone(telegram)


def column(service: Service, one: sa.Column[object]) -> list[object]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(one)).scalars())


def answered(service: Service, words: str = "Kami sudah ke sana.", kind: str = "answer") -> None:
    """A caseworker writes to every reporter; nothing else happens."""

    def work(connection: sa.Connection) -> None:
        for row in connection.execute(sa.select(report)).all():
            id = f"{row.id}.{kind}.{service.house.token()}"
            one = sealed_item(row.id, bytes(row.public), id, kind, words, row.lead)
            case.add(connection, row.id, one, service.house.now())

    service.desk.do(work).result()


def tell(service: Service) -> int:
    """The clock's next minute; how many words go out."""
    before = column(service, outbox_table.c.id)
    pings.tell(service.house, service.desk)
    return len(set(column(service, outbox_table.c.id)) - set(before))


def words_sent(someone: Phone) -> list[Message]:
    return [one for one in someone.heard() if one["text"] == WORD]


def asked_for(someone: Phone) -> str:
    """A report whose reporter wants to be told; its code."""
    code = to_code(someone)
    assert ASKED in someone.press("SUDAH")["text"]
    assert "Nanti kami beri tahu" in someone.press("Ya")["text"]
    return code


def test_who_said_yes_is_told_once_and_says_nothing_of_what_it_is(wati: Phone, service: Service) -> None:
    code = asked_for(wati)
    assert not tell(service)
    answered(service)
    tell(service)
    told = wati.answer()
    assert (told["text"], buttons(told)) == (WORD, [])
    answered(service, "Satu lagi.")
    assert not tell(service)
    assert "Satu lagi." in wati.say(code)["text"]
    until(lambda: column(service, pings_table.c.waits) == [False])
    wati.press("Selesai membaca")
    answered(service, "Sudah selesai.", "reason")
    tell(service)
    assert wati.answer()["text"] == WORD
    assert len(words_sent(wati)) == 2


def test_the_end_of_the_talk_is_told_after_yes_and_after_no(wati: Phone, service: Service) -> None:
    to_code(wati)
    question = wati.press("SUDAH")
    assert "simpan tersandi sampai 30 hari sesudah selesai" in question["text"]
    assert [one["text"] for one in buttons(question)] == ["Ya", "Tidak perlu"]
    done = wati.press("Tidak perlu")
    assert "Kalau masih ada sisa obrolan di HP Anda" in done["text"]
    assert column(service, pings_table.c.report) == []
    answered(service)
    assert not tell(service)


def test_what_is_no_answer_to_the_question_asks_it_again_and_0_is_no(wati: Phone, service: Service) -> None:
    to_code(wati)
    wati.press("SUDAH")
    assert ASKED in wati.say("hmm gimana ya")["text"]
    assert "Kalau masih ada sisa obrolan di HP Anda" in wati.say("0")["text"]
    assert column(service, pings_table.c.report) == []


async def test_a_report_of_telegram_goes_on_by_code_on_the_web_and_is_stopped_there(
    wati: Phone, service: Service
) -> None:
    code = asked_for(wati)
    answered(service)
    async with phone(make_app(service)) as one:
        await one.open()
        await one.post(code)
        assert "Kami sudah ke sana." in one.html
        await one.press("Berhenti diberi tahu")
        assert "tidak memberi tahu lagi" in one.html
        assert "Beri tahu saya" not in one.html
    assert column(service, pings_table.c.report) == []
    answered(service)
    assert not tell(service)
    assert words_sent(wati) == []


def test_by_the_code_somebody_begins_and_stops(wati: Phone, service: Service) -> None:
    code = to_code(wati)
    wati.press("SUDAH")
    wati.press("Tidak perlu")
    wati.say(code)
    assert ASKED in wati.press("Beri tahu saya kalau ada jawaban")["text"]
    home = wati.press("Ya")
    assert "Berhenti diberi tahu" in [one["text"] for one in buttons(home)]
    answered(service)
    tell(service)
    assert wati.answer()["text"] == WORD
    wati.say(code)
    assert "tidak memberi tahu lagi" in wati.press("Berhenti diberi tahu")["text"]
    answered(service, "Lagi.")
    assert not tell(service)
    assert len(words_sent(wati)) == 1


@pytest.mark.parametrize("stopped_by", ["hapus", "stop", "contact", "blocked", "gone"])
def test_whatever_stops_it_takes_the_address(
    stopped_by: str, wati: Phone, service: Service, telegram: Telegram
) -> None:
    code = asked_for(wati)
    assert len(column(service, pings_table.c.report)) == 1
    match stopped_by:
        case "hapus":
            assert "permintaan diberi tahu" in wati.say("hapus")["text"]
            wati.press("Ya, hapus")
        case "stop":
            wati.say("stop")
        case "contact":
            wati.say(code)
            wati.press("Jangan hubungi saya lagi")
        case "blocked":
            block(wati)
        case _:
            telegram.faults.append(("sendMessage", Fault("403")))
            answered(service)
            tell(service)
    until(lambda: column(service, pings_table.c.report) == [])
    answered(service)
    assert not tell(service)
    assert words_sent(wati) == []


def test_another_chat_s_hapus_leaves_it(wati: Phone, service: Service, telegram: Telegram) -> None:
    asked_for(wati)
    other = Phone(telegram, id=4002)
    other.say("/start")
    other.say("hapus")
    assert "Sudah kami hapus" in other.press("Ya, hapus")["text"]
    assert len(column(service, pings_table.c.report)) == 1


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_thirty_days_after_closing_the_address_is_gone(days: int, left: int, wati: Phone, service: Service) -> None:
    asked_for(wati)
    closed = sa.update(report).values(state="selesai", closed_at=service.house.now() - days * DAY)
    service.desk.do(lambda connection: connection.execute(closed)).result()
    keep = service.house.shelf.terms.keep_days
    clock.purge_short(parts_of(service), service.house.now(), keep)
    assert len(column(service, pings_table.c.report)) == left


def test_only_the_sealed_address_leads_from_a_case_to_a_chat(wati: Phone, service: Service) -> None:
    """Promise 5 and its one exception."""
    asked_for(wati)
    (row,) = column(service, pings_table.c.sealed)
    (id,) = column(service, report.c.id)
    assert isinstance(row, bytes) and isinstance(id, str)
    (key,) = column(service, person.c.key)
    assert isinstance(key, bytes)
    assert key not in row and key.hex().encode() not in row and b"4001" not in row
    chat = open_chat(service.house, row, place_of(id))
    assert chat == Chat(key, "telegram", "4001", "id")
    assert open_chat(service.house, row, place_of("another")) is None
    short, long = (seal_chat(service.house, replace(chat, address=one), "ping|x|sealed") for one in ("1", "1" * 40))
    assert len(short) == len(long)
    assert {str(one.type) for one in pings_table.columns if one.name in {"upto", "waits"}} == {"INTEGER", "BOOLEAN"}


def test_a_kill_between_word_and_mark_says_it_again_and_never_not(wati: Phone, service: Service) -> None:
    asked_for(wati)
    answered(service)
    due = service.desk.do(ping.due).result()
    chat = pings.read(service.house, due[0])
    assert chat is not None
    pings.post(service.house, service.desk, [pings.word(service.house, chat)])
    assert wati.answer()["text"] == WORD
    tell(service)
    assert wati.answer()["text"] == WORD
    assert not tell(service)


def test_a_kill_while_the_address_is_being_kept_keeps_it_after_all(wati: Phone, service: Service) -> None:
    to_code(wati)
    (id,) = column(service, report.c.id)
    key, now = service.house.keys.person_key("telegram", str(wati.id)), service.house.now()
    errand = Errand(KEEP, "e" * 32, {"report": id, "language": "id"})
    place = Place("told", "keeping", {"report": id, "then": "report.done", "lead": "ppapp-jaksel"}, 9, errand)
    sealed = seal_standing(service.house, key, place, ("telegram", str(wati.id)), now)
    left = persons.Person(key, 99, sealed, None, now)
    rest = {"version": 99, "place": sealed, "place_until": None, "errand_at": now}
    service.desk.do(lambda connection: connection.execute(sa.update(person).values(rest))).result()
    service.runner.resume([left], 0)
    assert "Nanti kami beri tahu" in wati.answer()["text"]
    answered(service)
    assert tell(service) == 1
    assert wati.answer()["text"] == WORD


def test_an_answer_that_is_on_the_screen_is_not_told(wati: Phone, service: Service) -> None:
    """It counts as read when the next message comes; the clock's minute may be over before."""
    code = asked_for(wati)
    answered(service)
    assert "Kami sudah ke sana." in wati.say(code)["text"]
    until(lambda: column(service, pings_table.c.upto) == [last_letter(service)])
    assert not tell(service)
    answered(service, "Satu lagi.")
    assert tell(service) == 1
    assert wati.answer()["text"] == WORD


def last_letter(service: Service) -> object:
    """The number of the newest answer."""
    return max(int(str(one)) for one in column(service, item.c.seq))


def other_sends(service: Service, holds: bool) -> None:
    """Another process has the channel's lease, and stands still."""
    until_then = int(time.time()) + (14 if holds else -1)
    values = {"holder": "other", "until": until_then}
    work = sa.update(sender).where(sender.c.channel == "telegram").values(values)
    service.desk.do(lambda connection: connection.execute(work)).result()


async def read_on_the_web(service: Service, code: str) -> None:
    async with phone(make_app(service)) as one:
        await one.open()
        await one.post(code)
        assert "Kami sudah ke sana." in one.html


def unsent(service: Service) -> int:
    """Rows for Telegram that no sender has settled."""
    waits = (outbox_table.c.channel == "telegram", outbox_table.c.state == "waiting")
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return len(connection.execute(sa.select(outbox_table.c.id).where(*waits)).all())


async def test_a_word_that_was_late_is_dropped_once_the_answer_was_read_elsewhere(
    wati: Phone, service: Service
) -> None:
    code = asked_for(wati)
    answered(service)
    other_sends(service, True)
    assert tell(service) == 1
    await read_on_the_web(service, code)
    until(lambda: column(service, pings_table.c.waits) == [False] and not unsent(service))
    other_sends(service, False)
    answered(service, "Satu lagi.")
    assert tell(service) == 1
    assert wati.answer()["text"] == WORD
    assert len(words_sent(wati)) == 1


async def test_a_late_word_for_two_reports_goes_once_both_were_read(wati: Phone, service: Service) -> None:
    codes = [asked_for(wati), asked_for(wati)]
    answered(service)
    other_sends(service, True)
    assert tell(service) == 1
    await read_on_the_web(service, codes[0])
    until(lambda: sorted(map(str, column(service, pings_table.c.waits))) == ["False", "True"])
    assert unsent(service) == 1
    await read_on_the_web(service, codes[1])
    until(lambda: not unsent(service))
    other_sends(service, False)


def test_words_for_the_outbox_are_in_the_language_that_was_read(wati: Phone, service: Service) -> None:
    reply = pings.word(service.house, Chat(b"p" * 32, "telegram", "4001", "en"))
    line = json.loads(service.house.keys.open_field(reply.body, f"outbox|{(b'p' * 32).hex()}|body"))
    assert line["texts"] == ["There is a message for you."]
    assert service.desk.do(lambda connection: message.put(connection, [reply], 1)).result()


@pytest.mark.parametrize(("flow", "step"), [("report", "saved"), ("family", "saved")])
def test_a_channel_that_cannot_tell_never_asks(flow: str, step: str) -> None:
    place = Place(flow, step, {"lead": "ppapp-jaksel", "report": "r"})
    turn = Turn(shelf=shelf(), now=0, token="0" * 32, pressed=(button(place, "done"),))
    asked = front.answer(FLOWS, place, replace(turn, can_push=True))
    ended = front.answer(FLOWS, place, turn)
    assert isinstance(asked, Outcome) and isinstance(ended, Outcome)
    assert asked.place is not None and (asked.place.flow, asked.place.step) == ("told", "ask")
    assert ended.place is None


def block(someone: Phone) -> None:
    """Want nothing more from the bot."""
    change = {"chat": {"id": someone.id, "type": "private"}, "from": someone.sender, "date": 1}
    old, new = ({"user": BOT, "status": one} for one in ("member", "kicked"))
    kicked = {**change, "old_chat_member": old, "new_chat_member": {**new, "until_date": 0}}
    someone.do(lambda: someone.telegram.push("my_chat_member", kicked))
