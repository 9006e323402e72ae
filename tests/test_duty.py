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
from bot.filing import sealed_item, wrapped
from bot.locale import load_words
from bot.pings import Chat
from bot.sealing import new_keypair
from bot.service import Service
from content.shelf import Say
from handlers.render import Line
from handlers.talk import Errand
from models import case, duty, roster
from models import person as persons
from models.base import DAY
from models.channel_tables import duty as duty_table
from models.channel_tables import notice as notice_table
from models.tables import item, person, report, trail
from models.tables import staff as people
from tests.console_service import report_row
from tests.databases import Sqlite
from tests.service import make_service, shelf, staffed
from tests.telegram_phone import Phone, buttons, settings_for, until
from tests.telegram_server import Fault, Message, Telegram

LEAD, NEXT, OVERSIGHT = "ppapp-jaksel", "upt-pppa", "pengawas"
READERS = {LEAD: "lead", NEXT: "next", OVERSIGHT: "oversight"}
ONLY = "Balas lewat konsol, bukan di sini."
MARKER = "kucing belang tiga di lantai dua"
pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")


@pytest.fixture
def sari(telegram: Telegram, service: Service) -> Phone:
    return Phone(telegram, id=5001)


@pytest.fixture
def budi(telegram: Telegram, service: Service) -> Phone:
    return Phone(telegram, id=5002)


def column(service: Service, one: sa.Column[Any]) -> list[Any]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(one)).scalars())


def offered(service: Service, who: str, seconds: int = chats.CODE_SECONDS) -> str:
    """A code as the console makes it."""
    code, hash = chats.new_code(service.house.keys)
    until_then = service.house.now() + seconds
    service.desk.do(lambda connection: duty.offer(connection, who, hash, until_then)).result()
    return code


def linked(service: Service, phone: Phone, who: str) -> None:
    told = phone.say(f"dinas {offered(service, who)}")
    assert "Chat dinas tersambung" in told["text"] and ONLY in told["text"]


def filed(service: Service, letters: str, readers: dict[str, str] = READERS, **facts: Any) -> str:
    """An immediate report on the desks of its active readers."""
    pair, id = new_keypair(), f"{letters}{'a' * 26}"[:26]
    row = report_row(id, pair, service.house.now()) | {"urgency": "immediate"} | facts

    def work(connection: sa.Connection) -> None:
        queues = roster.queues(connection, list(readers))
        wraps = [wrapped(queue, role, queues[queue], pair.private, id) for queue, role in readers.items()]
        case.file(connection, row, wraps, sealed_item(id, pair.public, f"{id}.story", "story", "{}"))

    service.desk.do(work).result()
    return id


def only_in(service: Service, who: str, *queues: str) -> None:
    """Take somebody out of every other queue."""

    def work(connection: sa.Connection) -> None:
        for row in roster.memberships(connection, who):
            if row.queue not in queues:
                roster.remove_member(connection, who, row.queue)

    service.desk.do(work).result()


def announce(service: Service) -> None:
    """The clock's next run."""
    notices.announce(service.house, service.desk)


def notice_for(service: Service, phone: Phone) -> Message:
    announce(service)
    return phone.answer()


def labels(message: Message) -> list[str]:
    return [one["text"] for one in buttons(message)]


def shows(phone: Phone, message: Message, words: str) -> bool:
    """Whether a message says this by now, and offers nothing more."""
    now = phone.telegram.chats[phone.id].messages[message["message_id"]]
    return words in now["text"] and not buttons(now)


def last_line(phone: Phone, message: Message) -> str:
    return str(phone.telegram.chats[phone.id].messages[message["message_id"]]["text"].splitlines()[-1])


def acts(service: Service) -> list[str]:
    return [one for one in column(service, trail.c.content) if '"report":' in one and "null" not in one]


def test_a_referral_comes_as_number_urgency_kecamatan_and_time(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    filed(service, "bcdefg")
    told = notice_for(service, sari)
    assert told["text"].startswith("Rujukan baru BCDEFG. Bahaya sekarang. Kec. Pancoran. Tanggapi sebelum ")
    assert labels(told) == ["Terima", "Kembalikan"]
    assert len(told["text"]) < 120
    announce(service)
    assert column(service, notice_table.c.state) == ["told"]
    assert len([one for one in sari.heard() if "Rujukan" in one["text"]]) == 2  # the greeting, and this


def test_what_lay_there_before_the_chat_was_linked_is_not_told(sari: Phone, service: Service) -> None:
    filed(service, "bcdefg")
    linked(service, sari, "sari")
    announce(service)
    assert column(service, notice_table.c.state) == ["known"]


def test_whoever_links_a_chat_hears_how_many_wait_already_and_nothing_of_them(sari: Phone, service: Service) -> None:
    for letters in ("bcdefg", "cdefgh"):
        filed(service, letters)
    linked(service, sari, "budi")
    told = sari.newest()["text"]
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


def test_two_accept_at_once_and_the_other_s_notice_says_so(sari: Phone, budi: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    linked(service, budi, "budi")
    id = filed(service, "bcdefg")
    announce(service)
    first, second = sari.answer(), budi.answer()
    for phone, message in ((sari, first), (budi, second)):
        phone.tap(message, buttons(message)[0]["callback_data"])
    said = {sari.answer()["text"].splitlines()[0], budi.answer()["text"].splitlines()[0]}
    assert said == {"BCDEFG: sudah Anda terima.", "BCDEFG: sudah diambil rekan Anda."}
    announce(service)
    until(lambda: shows(sari, first, "Sudah") and shows(budi, second, "Sudah"))
    assert {last_line(sari, first), last_line(budi, second)} == {"Sudah Anda terima.", "Sudah diambil rekan Anda."}
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    assert (row.state, row.holder) == ("ditangani", LEAD)
    (act,) = acts(service)
    assert '"what":"accepted"' in act and ("sari" in act or "budi" in act)


def test_passing_back_moves_it_to_the_next_queue_with_a_reason(sari: Phone, budi: Phone, service: Service) -> None:
    only_in(service, "sari", LEAD)
    only_in(service, "budi", NEXT)
    linked(service, sari, "sari")
    linked(service, budi, "budi")
    id = filed(service, "bcdefg")
    message = notice_for(service, sari)
    assert column(service, notice_table.c.staff) == ["sari"]
    asked = sari.press("Kembalikan")
    assert labels(asked) == ["Bukan wilayah kami", "Bukan tugas kami", "Tidak bisa sekarang", "Kembali"]
    assert ("Mengapa" in sari.say(MARKER)["text"]) is True
    assert "sudah Anda kembalikan" in sari.press("Bukan tugas kami")["text"]
    announce(service)
    assert budi.answer()["text"].startswith("Rujukan baru BCDEFG.")
    until(lambda: shows(sari, message, "Sudah Anda kembalikan."))
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    assert (row.escalated, row.holder, row.state) == (1, None, "diterima")
    assert column(service, item.c.kind).count("passed") == 1
    assert [one for one in acts(service) if '"what":"passed back"' in one and '"who":"sari"' in one]


def test_after_oversight_there_is_nobody_to_pass_to(sari: Phone, service: Service) -> None:
    only_in(service, "sari", OVERSIGHT)
    linked(service, sari, "sari")
    filed(service, "bcdefg", {OVERSIGHT: "lead"})
    notice_for(service, sari)
    sari.press("Kembalikan")
    assert "tidak ada antrean sesudah antrean Anda" in sari.press("Tidak bisa sekarang")["text"]


def test_a_case_that_is_opened_again_is_told_again(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    id = filed(service, "bcdefg")
    first = notice_for(service, sari)
    now = service.house.now()
    service.desk.do(lambda connection: case.close(connection, [id], now)).result()
    announce(service)
    until(lambda: shows(sari, first, "Sudah ditutup."))
    announce(service)
    due = {"immediate": 900, "high": 3600, "normal": 7200}
    service.desk.do(lambda connection: case.reopen(connection, id, now - DAY, due, now)).result()
    assert notice_for(service, sari)["text"].startswith("Rujukan baru BCDEFG.")


def test_whatever_else_is_written_gets_one_sentence_and_is_kept_nowhere(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    for text in (MARKER, "halo", "menu", "hapus", "/start", "0", f"BCDEFG {MARKER}"):
        assert sari.say(text)["text"].splitlines()[-1] == ONLY, text
    sari.send(photo=[{"file_id": "x", "file_unique_id": "y", "width": 9, "height": 9}], caption=MARKER)
    assert sari.answer()["text"] == ONLY
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


def test_danger_is_answered_in_a_work_chat_too_each_time(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    filed(service, "bcdefg")
    notice_for(service, sari)
    for _ in range(2):
        told = sari.say("tolong, dia dipukuli sekarang")["text"]
        assert "112" in told and told.splitlines()[-1] == ONLY
    assert sari.say("nanti dulu, ada orang")["text"] == ONLY
    assert [one for one in sari.heard() if "BCDEFG" in one["text"]]


@pytest.mark.parametrize("fault", ["wrong", "late", "used", "of somebody who left"])
def test_a_code_that_is_no_good_links_nothing(fault: str, sari: Phone, budi: Phone, service: Service) -> None:
    code = offered(service, "sari", -1 if fault == "late" else 600)
    if fault == "wrong":
        code = "AAAA-AAAA"
    if fault == "used":
        assert "tersambung" in budi.say(f"dinas {code}")["text"]
    if fault == "of somebody who left":
        leave(service, "sari")
    assert "Kode itu salah" in sari.say(f"/start dinas-{code.replace('-', '')}")["text"]
    assert "Suar" in sari.say("halo")["text"]
    assert len([one for one in column(service, duty_table.c.link) if one]) == (fault == "used")


def one_link(service: Service) -> str:
    (found,) = [one for one in column(service, duty_table.c.link) if one]
    return str(found)


def leave(service: Service, who: str) -> None:
    """Somebody is no longer of the staff."""
    gone = sa.update(people).where(people.c.id == who).values(active=False)
    service.desk.do(lambda connection: connection.execute(gone)).result()


def test_a_link_of_the_console_opens_telegram_with_the_code(sari: Phone, service: Service) -> None:
    code = offered(service, "sari")
    assert "tersambung" in sari.say(f"/start dinas-{code.replace('-', '')}")["text"]


def test_a_chat_may_be_linked_anew_and_a_slip_leaves_its_link(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    slip = sari.say("dinas AAAA-AAAA")["text"]
    assert "Kode itu salah" in slip and slip.splitlines()[-1] == ONLY
    filed(service, "bcdefg")
    assert notice_for(service, sari)["text"].startswith("Rujukan baru BCDEFG.")
    assert sari.press("Kembalikan") and sari.press("Kembali")["text"] == ONLY
    service.desk.do(partial(duty.unlink, staff_id="sari")).result()
    linked(service, sari, "budi")
    assert column(service, duty_table.c.staff) == ["budi"]


def test_a_chat_that_guesses_waits(sari: Phone, service: Service) -> None:
    for _ in range(chats.TRIES.tries):
        assert "Kode itu salah" in sari.say("dinas AAAA-BBBB")["text"]
    assert "Kode itu salah" in sari.say(f"dinas {offered(service, 'sari')}")["text"]


@pytest.mark.parametrize("why", ["unlinked", "another chat", "left", "in no queue"])
def test_a_link_that_ended_gets_and_does_nothing_more(why: str, sari: Phone, budi: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    id = filed(service, "bcdefg")
    old = notice_for(service, sari)
    if why == "unlinked":
        service.desk.do(partial(duty.unlink, staff_id="sari")).result()
    elif why == "another chat":
        linked(service, budi, "sari")
    elif why == "left":
        leave(service, "sari")
    else:
        only_in(service, "sari")
    filed(service, "cdefgh")
    announce(service)
    sari.tap(old, buttons(old)[0]["callback_data"])
    assert "tidak tersambung lagi" in sari.answer()["text"]
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    assert row.holder is None
    assert not [one for one in sari.heard() if "CDEFGH" in one["text"]]
    assert "Suar" in sari.say("halo")["text"]


def test_a_kill_between_accepting_and_the_words_tells_them_after_all(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    filed(service, "bcdefg")
    notice_for(service, sari)
    (id,) = column(service, notice_table.c.id)
    args = {"link": one_link(service), "notice": id, "why": ""}
    errand = Errand("duty_accept", "0" * 32, args)
    assert chats.accept(service.house, service.desk, errand)["result"] == "accepted"
    assert sari.press("Terima")["text"].startswith("BCDEFG: sudah Anda terima.")
    assert len(acts(service)) == 1


def test_a_chat_that_is_gone_is_unlinked(sari: Phone, service: Service, telegram: Telegram) -> None:
    linked(service, sari, "sari")
    filed(service, "bcdefg")
    telegram.faults.append(("sendMessage", Fault("403")))
    announce(service)
    until(lambda: column(service, duty_table.c.link) == [])


def test_a_work_chat_may_be_silent_for_months(sari: Phone, service: Service) -> None:
    linked(service, sari, "sari")
    wife = Phone(sari.telegram, id=5009)
    wife.say("halo")
    now = service.house.now()
    service.desk.do(lambda connection: connection.execute(sa.update(person).values(day=now - 90 * DAY))).result()
    ended = sa.update(person).where(person.c.place_until.is_not(None)).values(place=None, place_until=None)
    service.desk.do(lambda connection: connection.execute(ended)).result()
    service.desk.do(lambda connection: persons.purge(connection, 0, now - 30 * DAY)).result()
    assert len(column(service, person.c.key)) == 1
    assert sari.say("halo")["text"] == ONLY


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
