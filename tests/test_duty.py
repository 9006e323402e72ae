"""The chat on duty: linked by a code, told number, urgency and kecamatan; accepts, passes back, and keeps nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from bot import duty as chats
from bot import notices
from bot.app import console_of
from bot.console.labels import URGENCY
from bot.locale import load_words
from bot.pings import Chat
from bot.service import Service
from content.shelf import Say
from handlers.render import Line
from handlers.talk import Errand
from models import case, duty
from models import person as persons
from models.base import DAY
from models.channel_tables import duty as duty_table
from models.channel_tables import notice as notice_table
from models.tables import item, person, report, trail
from models.tables import staff as people
from tests.databases import Sqlite
from tests.duty_chats import (
    LEAD,
    MARKER,
    NEXT,
    ONLY,
    OVERSIGHT,
    announce,
    filed,
    labels,
    linked,
    offered,
    only_in,
)
from tests.service import make_service, shelf, staffed
from tests.telegram_phone import Phone, buttons, settings_for, until
from tests.telegram_server import Fault, Message, Telegram

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")


def column(service: Service, one: sa.Column[Any]) -> list[Any]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(one)).scalars())


def notice_for(service: Service, phone: Phone) -> Message:
    announce(service)
    return phone.answer()


def shows(phone: Phone, message: Message, words: str) -> bool:
    """Whether a message says this by now, and offers nothing more."""
    now = phone.telegram.chats[phone.id].messages[message["message_id"]]
    return words in now["text"] and not buttons(now)


def last_line(phone: Phone, message: Message) -> str:
    return str(phone.telegram.chats[phone.id].messages[message["message_id"]]["text"].splitlines()[-1])


def acts(service: Service) -> list[str]:
    return [one for one in column(service, trail.c.content) if '"report":' in one and "null" not in one]


def test_a_referral_comes_as_number_urgency_kecamatan_and_time(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    filed(service, "bcdefg")
    told = notice_for(service, caseworker)
    assert told["text"].startswith("Rujukan baru BCDEFG. Bahaya sekarang. Kec. Pancoran. Tanggapi sebelum ")
    assert labels(told) == ["Terima", "Kembalikan"]
    assert len(told["text"]) < 120
    announce(service)
    assert column(service, notice_table.c.state) == ["told"]
    assert len([one for one in caseworker.heard() if "Rujukan" in one["text"]]) == 2  # the greeting, and this


def test_what_lay_there_before_the_chat_was_linked_is_not_told(caseworker: Phone, service: Service) -> None:
    filed(service, "bcdefg")
    linked(service, caseworker, "sari")
    announce(service)
    assert column(service, notice_table.c.state) == ["known"]


def test_whoever_links_a_chat_hears_how_many_wait_already_and_nothing_of_them(
    caseworker: Phone, service: Service
) -> None:
    for letters in ("bcdefg", "cdefgh"):
        filed(service, letters)
    linked(service, caseworker, "budi")
    told = caseworker.newest()["text"]
    assert "menunggu di konsol: 2 rujukan." in told
    assert not [one for one in ("BCDEFG", "CDEFGH", "Pancoran", "Bahaya") if one in told]


def test_a_kill_between_the_linking_and_the_words_counts_them_after_all(service: Service) -> None:
    filed(service, "bcdefg")
    code, link = offered(service, "sari"), chats.Linker(service.house)
    args = {"person": "70" * 32, "to": ["telegram", "5001"], "code": code.replace("-", "")}
    errand = Errand("duty_link", "0" * 32, args)
    first, again = (link(service.house, service.desk, errand) for _ in range(2))
    assert first == again == {"ok": True, "link": "0" * 32, "waiting": 1}
    case_id = column(service, report.c.id)[0]
    service.desk.do(lambda connection: case.accept(connection, case_id, LEAD, service.house.now())).result()
    assert link(service.house, service.desk, errand)["waiting"] == 0


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_notice_says_how_urgent_it_is_as_the_console_does(language: str) -> None:
    say = load_words(language).say
    for urgency, label in URGENCY.items():
        assert shelf().text(Say(f"duty.urgency.{urgency}"), language) == say(label)


def test_two_accept_at_once_and_the_other_s_notice_says_so(
    caseworker: Phone, colleague: Phone, service: Service
) -> None:
    linked(service, caseworker, "sari")
    linked(service, colleague, "budi")
    id = filed(service, "bcdefg")
    announce(service)
    first, second = caseworker.answer(), colleague.answer()
    for phone, message in ((caseworker, first), (colleague, second)):
        phone.tap(message, buttons(message)[0]["callback_data"])
    said = {caseworker.answer()["text"].splitlines()[0], colleague.answer()["text"].splitlines()[0]}
    assert said == {"BCDEFG: sudah Anda terima.", "BCDEFG: sudah diambil rekan Anda."}
    announce(service)
    until(lambda: shows(caseworker, first, "Sudah") and shows(colleague, second, "Sudah"))
    assert {last_line(caseworker, first), last_line(colleague, second)} == {
        "Sudah Anda terima.",
        "Sudah diambil rekan Anda.",
    }
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    assert (row.state, row.holder) == ("ditangani", LEAD)
    (act,) = acts(service)
    assert '"what":"accepted"' in act and ("sari" in act or "budi" in act)


def test_passing_back_moves_it_to_the_next_queue_with_a_reason(
    caseworker: Phone, colleague: Phone, service: Service
) -> None:
    only_in(service, "sari", LEAD)
    only_in(service, "budi", NEXT)
    linked(service, caseworker, "sari")
    linked(service, colleague, "budi")
    id = filed(service, "bcdefg")
    message = notice_for(service, caseworker)
    assert column(service, notice_table.c.staff) == ["sari"]
    asked = caseworker.press("Kembalikan")
    assert labels(asked) == ["Bukan wilayah kami", "Bukan tugas kami", "Tidak bisa sekarang", "Kembali"]
    assert ("Mengapa" in caseworker.say(MARKER)["text"]) is True
    assert "sudah Anda kembalikan" in caseworker.press("Bukan tugas kami")["text"]
    announce(service)
    assert colleague.answer()["text"].startswith("Rujukan baru BCDEFG.")
    until(lambda: shows(caseworker, message, "Sudah Anda kembalikan."))
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    assert (row.escalated, row.holder, row.state) == (1, None, "diterima")
    assert column(service, item.c.kind).count("passed") == 1
    assert [one for one in acts(service) if '"what":"passed back"' in one and '"who":"sari"' in one]


def test_after_oversight_there_is_nobody_to_pass_to(caseworker: Phone, service: Service) -> None:
    only_in(service, "sari", OVERSIGHT)
    linked(service, caseworker, "sari")
    filed(service, "bcdefg", {OVERSIGHT: "lead"})
    notice_for(service, caseworker)
    caseworker.press("Kembalikan")
    assert "tidak ada antrean sesudah antrean Anda" in caseworker.press("Tidak bisa sekarang")["text"]


def test_a_case_that_is_opened_again_is_told_again(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    id = filed(service, "bcdefg")
    first = notice_for(service, caseworker)
    now = service.house.now()
    service.desk.do(lambda connection: case.close(connection, [id], now)).result()
    announce(service)
    until(lambda: shows(caseworker, first, "Sudah ditutup."))
    announce(service)
    due = {"immediate": 900, "high": 3600, "normal": 7200}
    service.desk.do(lambda connection: case.reopen(connection, id, now - DAY, due, now)).result()
    assert notice_for(service, caseworker)["text"].startswith("Rujukan baru BCDEFG.")


def test_whatever_else_is_written_gets_one_sentence_and_is_kept_nowhere(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    for text in (MARKER, "halo", "menu", "hapus", "/start", "0", f"BCDEFG {MARKER}"):
        assert caseworker.say(text)["text"].splitlines()[-1] == ONLY, text
    caseworker.send(photo=[{"file_id": "x", "file_unique_id": "y", "width": 9, "height": 9}], caption=MARKER)
    assert caseworker.answer()["text"] == ONLY
    assert column(service, item.c.id) == [] and column(service, report.c.id) == []
    if (path := service.house.engine.url.database or "").endswith(".db"):
        files = [one for one in Path(path).parent.glob("*") if one.is_file()]
        assert not [one for one in files if MARKER.encode() in one.read_bytes()]
    open_field = service.house.keys.open_field
    places = [open_field(bytes(place), f"person|{bytes(key).hex()}|place") for key, place in seats(service)]
    assert places and not [one for one in places if MARKER.encode() in one]


def seats(service: Service) -> list[Any]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(person.c.key, person.c.place)))


def test_danger_is_answered_in_a_work_chat_too_each_time(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    filed(service, "bcdefg")
    notice_for(service, caseworker)
    for _ in range(2):
        told = caseworker.say("tolong, dia dipukuli sekarang")["text"]
        assert "112" in told and told.splitlines()[-1] == ONLY
    assert caseworker.say("nanti dulu, ada orang")["text"] == ONLY
    assert [one for one in caseworker.heard() if "BCDEFG" in one["text"]]


@pytest.mark.parametrize("fault", ["wrong", "late", "used", "of somebody who left"])
def test_a_code_that_is_no_good_links_nothing(
    fault: str, caseworker: Phone, colleague: Phone, service: Service
) -> None:
    code = offered(service, "sari", -1 if fault == "late" else 600)
    if fault == "wrong":
        code = "AAAA-AAAA"
    if fault == "used":
        assert "tersambung" in colleague.say(f"dinas {code}")["text"]
    if fault == "of somebody who left":
        leave(service, "sari")
    assert "Kode itu salah" in caseworker.say(f"/start dinas-{code.replace('-', '')}")["text"]
    assert "Suar" in caseworker.say("halo")["text"]
    assert len([one for one in column(service, duty_table.c.link) if one]) == (fault == "used")


def one_link(service: Service) -> str:
    (found,) = [one for one in column(service, duty_table.c.link) if one]
    return str(found)


def leave(service: Service, who: str) -> None:
    """Somebody is no longer of the staff."""
    gone = sa.update(people).where(people.c.id == who).values(active=False)
    service.desk.do(lambda connection: connection.execute(gone)).result()


def test_a_link_of_the_console_opens_telegram_with_the_code(caseworker: Phone, service: Service) -> None:
    code = offered(service, "sari")
    assert "tersambung" in caseworker.say(f"/start dinas-{code.replace('-', '')}")["text"]


def test_a_chat_may_be_linked_anew_and_a_slip_leaves_its_link(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    slip = caseworker.say("dinas AAAA-AAAA")["text"]
    assert "Kode itu salah" in slip and slip.splitlines()[-1] == ONLY
    filed(service, "bcdefg")
    assert notice_for(service, caseworker)["text"].startswith("Rujukan baru BCDEFG.")
    assert caseworker.press("Kembalikan") and caseworker.press("Kembali")["text"] == ONLY
    service.desk.do(partial(duty.unlink, staff_id="sari")).result()
    linked(service, caseworker, "budi")
    assert column(service, duty_table.c.staff) == ["budi"]


@pytest.mark.parametrize("again", ["another account", "the same chat", "unlinked between"])
def test_what_was_told_in_the_chat_before_is_changed_nowhere(
    again: str, caseworker: Phone, service: Service, telegram: Telegram
) -> None:
    """The old telephone may be somebody else's by now; the new chat never had the words, and gets none of them."""
    linked(service, caseworker, "sari")
    case_id = filed(service, "bcdefg")
    told = notice_for(service, caseworker)
    until(lambda: column(service, notice_table.c.sealed) != [None])
    new = caseworker if again == "the same chat" else Phone(telegram, id=5009)
    if again == "unlinked between":
        service.desk.do(partial(duty.unlink, staff_id="sari")).result()
    linked(service, new, "sari")
    assert "menunggu di konsol: 1 rujukan." in new.newest()["text"]
    service.desk.do(lambda connection: case.accept(connection, case_id, LEAD, service.house.now())).result()
    filed(service, "cdefgh")
    announce(service)
    assert new.answer()["text"].startswith("Rujukan baru CDEFGH.")
    assert telegram.chats[caseworker.id].messages[told["message_id"]]["text"] == told["text"]
    assert not [one for one in new.all() if "BCDEFG" in one["text"] and one["message_id"] != told["message_id"]]
    assert sorted(column(service, notice_table.c.state)) == ["over", "told"]


def test_an_old_notice_still_accepts_once_its_own_chat_is_linked_anew(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    filed(service, "bcdefg")
    told = notice_for(service, caseworker)
    linked(service, caseworker, "sari")
    caseworker.tap(told, buttons(told)[0]["callback_data"])
    assert "sudah Anda terima" in caseworker.answer()["text"]
    assert column(service, notice_table.c.state) == ["accepted"]


def test_a_chat_that_guesses_waits(caseworker: Phone, service: Service) -> None:
    for _ in range(chats.TRIES.tries):
        assert "Kode itu salah" in caseworker.say("dinas AAAA-BBBB")["text"]
    assert "Kode itu salah" in caseworker.say(f"dinas {offered(service, 'sari')}")["text"]


@pytest.mark.parametrize("why", ["unlinked", "another chat", "left", "in no queue"])
def test_a_link_that_ended_gets_and_does_nothing_more(
    why: str, caseworker: Phone, colleague: Phone, service: Service
) -> None:
    linked(service, caseworker, "sari")
    id = filed(service, "bcdefg")
    old = notice_for(service, caseworker)
    if why == "unlinked":
        service.desk.do(partial(duty.unlink, staff_id="sari")).result()
    elif why == "another chat":
        linked(service, colleague, "sari")
    elif why == "left":
        leave(service, "sari")
    else:
        only_in(service, "sari")
    filed(service, "cdefgh")
    announce(service)
    caseworker.tap(old, buttons(old)[0]["callback_data"])
    assert "tidak tersambung lagi" in caseworker.answer()["text"]
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    assert row.holder is None
    assert not [one for one in caseworker.heard() if "CDEFGH" in one["text"]]
    assert "Suar" in caseworker.say("halo")["text"]


def test_a_kill_between_accepting_and_the_words_tells_them_after_all(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    filed(service, "bcdefg")
    notice_for(service, caseworker)
    (id,) = column(service, notice_table.c.id)
    args = {"link": one_link(service), "notice": id, "why": ""}
    errand = Errand("duty_accept", "0" * 32, args)
    assert chats.accept(service.house, service.desk, errand)["result"] == "accepted"
    assert caseworker.press("Terima")["text"].startswith("BCDEFG: sudah Anda terima.")
    assert len(acts(service)) == 1


def test_a_chat_that_is_gone_is_unlinked(caseworker: Phone, service: Service, telegram: Telegram) -> None:
    linked(service, caseworker, "sari")
    filed(service, "bcdefg")
    telegram.faults.append(("sendMessage", Fault("403")))
    announce(service)
    until(lambda: column(service, duty_table.c.link) == [])


def test_a_work_chat_may_be_silent_for_months(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    wife = Phone(caseworker.telegram, id=5009)
    wife.say("halo")
    now = service.house.now()
    service.desk.do(lambda connection: connection.execute(sa.update(person).values(day=now - 90 * DAY))).result()
    ended = sa.update(person).where(person.c.place_until.is_not(None)).values(place=None, place_until=None)
    service.desk.do(lambda connection: connection.execute(ended)).result()
    service.desk.do(lambda connection: persons.purge(connection, 0, now - 30 * DAY)).result()
    assert len(column(service, person.c.key)) == 1
    assert caseworker.say("halo")["text"] == ONLY


def test_a_notice_leads_to_the_console_and_says_no_more_than_the_kecamatan(sqlite: Sqlite) -> None:
    assert (
        console_of(settings_for("sqlite://", "", "polling", "https://suar.example/")) == "https://suar.example/konsol"
    )
    with sqlite.fresh() as url, make_service(url) as bare:
        house = replace(staffed(bare).house, console_url="https://suar.example/konsol")
        chat = Chat(b"p" * 32, "telegram", "1", "en")
        for kelurahan, kota, place in (
            ("31.74.08.1002", "31.74", "Kec. Pancoran"),
            (None, "31.74", "Jakarta Selatan"),
            (None, "outside", "Outside Jakarta"),
            (None, "unknown", "Place not known yet"),
        ):
            row = SimpleNamespace(id="bcdefg" + "a" * 20, urgency="high", kelurahan=kelurahan, kota=kota, due_at=None)
            line = notices.line_of(house, chat, row, "0" * 32)
            assert line.texts == (f"New referral BCDEFG. Urgent. {place}.", "Console: https://suar.example/konsol")
            assert [one.label for one in line.buttons] == ["Accept", "Pass back"]
            assert Line.load(line.dump()) == line


# Hours

MONDAY_NOON = int(datetime(2026, 11, 23, 5, tzinfo=UTC).timestamp())
MONDAY_NIGHT = MONDAY_NOON + 12 * 3600


@pytest.mark.parametrize(
    ("now", "urgency", "told"),
    [
        (MONDAY_NOON, "normal", 1),
        (MONDAY_NIGHT, "normal", 0),
        (MONDAY_NIGHT, "high", 0),
        (MONDAY_NIGHT, "immediate", 1),
    ],
)
def test_ordinary_ones_wait_for_the_hours_of_their_queue(now: int, urgency: str, told: int, sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_service(url, lambda: now) as bare:
        service = staffed(bare)
        filed(service, "bcdefg", urgency=urgency)
        with service.house.engine.connect().execution_options(reading=True) as connection:
            assert len(notices.due_for(connection, service.house, "sari")) == told
