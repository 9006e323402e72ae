"""WhatsApp when its 24 hours are over: being told and duty by approved messages, and what waits where none stands."""

from __future__ import annotations

from functools import partial

import pytest

from bot.channels import whatsapp_address
from bot.channels.whatsapp_address import WINDOW
from bot.channels.whatsapp_approved import standings, take_over
from bot.channels.whatsapp_wire import open_client
from bot.service import Service
from models import case, duty
from models.channel_tables import duty as duty_table
from models.channel_tables import notice as notices_table
from models.channel_tables import ping as pings_table
from models.tables import item, report, trail
from models.tables import outbox as outbox_table
from tests.duty_chats import LEAD, MARKER, ONLY, announce, filed, offered, only_in
from tests.telegram_phone import until
from tests.test_told import ASKED, WORD, answered, tell
from tests.test_whatsapp import to_code
from tests.twilio_server import Fault, Kept, Twilio
from tests.whatsapp_phone import CREATE, Phone, column, states

pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")


class Day:
    """A day goes by, for us and for Twilio; somebody who writes after it opens the window again."""

    def __init__(self, twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
        self.twilio, self.monkeypatch = twilio, monkeypatch

    def later(self) -> None:
        self.monkeypatch.setattr(whatsapp_address, "MARGIN", WINDOW)
        self.twilio.ahead += WINDOW

    def again(self) -> None:
        self.monkeypatch.setattr(whatsapp_address, "MARGIN", 300)


@pytest.fixture
def day(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> Day:
    return Day(twilio, monkeypatch)


@pytest.fixture
def sari(twilio: Twilio) -> Phone:
    return Phone(twilio, "whatsapp:+6281100000001")


@pytest.fixture
def budi(twilio: Twilio) -> Phone:
    return Phone(twilio, "whatsapp:+6281100000002")


def asked_for(someone: Phone) -> str:
    """A report whose reporter wants to be told; its code."""
    code = to_code(someone)
    assert ASKED in someone.say("SUDAH")
    assert "Nanti kami beri tahu" in someone.say("1")
    return code


def look_again(service: Service) -> None:
    """The job that follows Meta asks once more."""
    with open_client(service.settings) as client:
        take_over(service.house.pushes, standings(client, service.house.shelf.templates))


# Being told


def test_a_word_comes_as_text_within_a_day_and_by_the_approved_message_after_it(
    wati: Phone, approved: Service, day: Day
) -> None:
    code = asked_for(wati)
    answered(approved)
    tell(approved)
    told = wati.answer()
    assert (told.text, told.choices, told.template) == (WORD, {}, "")
    assert "Kami sudah ke sana." in wati.say(code)
    until(lambda: column(approved, pings_table.c.waits) == [False])
    day.later()
    answered(approved, "Satu lagi.")
    tell(approved)
    told = wati.answer()
    assert (told.text, told.choices, told.approved) == (WORD, {}, True)
    until(lambda: states(approved)[-1] == "read")
    until(lambda: not wati.twilio.messages)


@pytest.mark.parametrize("verdict", ["pending", "rejected", "paused"])
def test_where_no_message_stands_approved_nobody_is_asked(
    verdict: str, wati: Phone, tapping: Service, twilio: Twilio
) -> None:
    twilio.content.judge(verdict)
    look_again(tapping)
    for text in ("halo", "3", "1", "2", "1 4", "kalcit", "1", "1"):
        wati.say(text)
    until(lambda: any("Kode Anda" in one.text for one in wati.heard()))
    done = wati.say("SUDAH")
    assert ASKED not in done and "Pesan di sini tetap ada di HP Anda" in done
    assert column(tapping, pings_table.c.report) == []


def test_it_is_asked_in_the_languages_that_are_approved(wati: Phone, tapping: Service, twilio: Twilio) -> None:
    twilio.content.judge("approved", only="suar_ping_id")
    look_again(tapping)
    take = tapping.house.pushes.take
    assert take("whatsapp", "ping", "id") and not take("whatsapp", "ping", "en")
    assert not take("whatsapp", "referral", "id") and not take("web", "ping", "id") and take("telegram", "ping", "en")


def test_a_message_that_meta_took_back_fails_by_callback_and_waits_for_the_person(
    wati: Phone, approved: Service, twilio: Twilio, day: Day
) -> None:
    asked_for(wati)
    day.later()
    twilio.content.judge("paused")
    answered(approved)
    tell(approved)
    until(lambda: column(approved, outbox_table.c.tries)[-1] == 1)
    assert states(approved)[-1] == "waiting"
    day.again()
    wati.send(Body="halo")
    heard = {wati.answer().text, wati.answer().text}
    assert WORD in heard and any(text.startswith("Halo, ini Suar") for text in heard)


def test_what_is_known_to_be_taken_back_is_not_even_tried(
    wati: Phone, approved: Service, twilio: Twilio, day: Day
) -> None:
    asked_for(wati)
    day.later()
    twilio.content.judge("rejected", "INVALID_FORMAT")
    look_again(approved)
    answered(approved)
    before = len(creations(twilio))
    tell(approved)
    until(lambda: column(approved, outbox_table.c.tries)[-1] == 1)
    assert len(creations(twilio)) == before
    assert states(approved)[-1] == "waiting"


def test_a_template_deleted_at_twilio_waits_and_is_not_sent_as_text(
    wati: Phone, approved: Service, twilio: Twilio, day: Day
) -> None:
    asked_for(wati)
    day.later()
    twilio.contents.clear()
    answered(approved)
    tell(approved)
    until(lambda: column(approved, outbox_table.c.tries)[-1] == 1)
    assert creations(twilio)[-1].keys() & {"Body", "ContentSid"} == {"ContentSid"}
    assert states(approved)[-1] == "waiting"


def creations(twilio: Twilio) -> list[dict[str, str]]:
    """The messages that Twilio was asked for."""
    return [values for method, path, values in twilio.calls if method == "POST" and path.endswith("/Messages.json")]


@pytest.mark.parametrize("still_approved", [True, False])
def test_stop_takes_the_address_whatever_stands_approved(
    still_approved: bool, wati: Phone, approved: Service, twilio: Twilio, day: Day
) -> None:
    asked_for(wati)
    if not still_approved:
        twilio.content.judge("disabled")
        look_again(approved)
    assert "tidak mengirim apa pun" in wati.say("STOP")
    until(lambda: column(approved, pings_table.c.report) == [])
    day.later()
    answered(approved)
    assert not tell(approved)


def test_whoever_has_stopped_us_at_twilio_is_told_nothing_more(
    wati: Phone, approved: Service, twilio: Twilio, day: Day
) -> None:
    asked_for(wati)
    wati.do(lambda: twilio.stopped.add(wati.address))
    day.later()
    answered(approved)
    tell(approved)
    until(lambda: column(approved, pings_table.c.report) == [])
    until(lambda: states(approved)[-1] == "gone")


# Duty


def linked(service: Service, someone: Phone, who: str) -> None:
    told = someone.say(f"dinas {offered(service, who)}")
    assert "Chat dinas tersambung" in told and ONLY in told


def holder(service: Service, id: str) -> str | None:
    row = service.desk.do(lambda connection: case.get(connection, id)).result()
    return row.holder if row.holder is None else str(row.holder)


def mentions(someone: Phone, words: str) -> list[Kept]:
    return [one for one in someone.heard() if words in one.text]


def test_a_referral_is_accepted_by_its_button_and_the_others_are_told(
    sari: Phone, budi: Phone, approved: Service
) -> None:
    linked(approved, sari, "sari")
    linked(approved, budi, "budi")
    id = filed(approved, "bcdefg")
    announce(approved)
    told = sari.answer()
    assert told.text.startswith("Rujukan baru BCDEFG. Bahaya sekarang. Kec. Pancoran. Tanggapi sebelum ")
    assert list(told.choices) == ["Terima", "Kembalikan"] and not told.approved
    budi.answer()
    assert sari.press("Terima").startswith("BCDEFG: sudah Anda terima.")
    assert holder(approved, id) == LEAD
    announce(approved)
    said = budi.answer().text.splitlines()
    assert said == ["Rujukan BCDEFG. Bahaya sekarang. Kec. Pancoran.", "Sudah diambil rekan Anda."]
    announce(approved)
    until(lambda: set(states(approved)) == {"read"})
    assert not mentions(sari, "Sudah Anda terima")  # she was told by the answer to her button


def test_after_a_day_the_approved_message_says_four_things_and_a_number_accepts(
    sari: Phone, budi: Phone, approved: Service, day: Day
) -> None:
    linked(approved, sari, "sari")
    linked(approved, budi, "budi")
    day.later()
    id = filed(approved, "bcdefg")
    announce(approved)
    told, other = sari.answer(), budi.answer()
    assert told.approved and told.text.startswith(
        "Rujukan baru untuk Anda, nomor BCDEFG. Tingkat: Bahaya sekarang. Wilayah: Kec. Pancoran. Tanggapi sebelum "
    )
    assert other.approved
    day.again()
    assert sari.say("1").startswith("BCDEFG: sudah Anda terima.")
    assert holder(approved, id) == LEAD
    day.later()
    announce(approved)
    until(lambda: set(states(approved)) <= {"read", "sent"})
    assert not mentions(budi, "diambil")
    day.again()
    assert budi.say("1").splitlines() == ["Tidak ada rujukan yang menunggu jawaban Anda.", ONLY]


def test_a_case_without_a_time_has_a_message_of_its_own(sari: Phone, approved: Service, day: Day) -> None:
    linked(approved, sari, "sari")
    day.later()
    filed(approved, "bcdefg", due_at=None)
    announce(approved)
    told = sari.answer()
    assert told.approved and "Tidak ada batas waktu." in told.text


def test_an_act_opens_the_window_for_what_comes_next(sari: Phone, approved: Service, day: Day) -> None:
    linked(approved, sari, "sari")
    (old,) = column(approved, duty_table.c.sealed)
    filed(approved, "bcdefg")
    announce(approved)
    sari.answer()
    sari.press("Terima")
    (new,) = column(approved, duty_table.c.sealed)
    assert bytes(new) != bytes(old)


def test_passing_back_by_numbers_moves_it_to_the_next_queue(sari: Phone, plain: Service) -> None:
    only_in(plain, "sari", LEAD)
    linked(plain, sari, "sari")
    id = filed(plain, "bcdefg")
    announce(plain)
    assert sari.answer().text.splitlines()[-2:] == ["1 Terima", "2 Kembalikan"]
    asked = sari.say("kembalikan")
    assert asked.splitlines()[0] == "Mengapa dikembalikan?" and "2 Bukan tugas kami" in asked
    assert "sudah Anda kembalikan" in sari.say("2")
    row = plain.desk.do(lambda connection: case.get(connection, id)).result()
    assert (row.escalated, row.holder) == (1, None)
    assert column(plain, item.c.kind).count("passed") == 1
    assert [one for one in column(plain, trail.c.content) if '"what":"passed back"' in one]


def test_with_several_referrals_a_number_asks_which(sari: Phone, plain: Service) -> None:
    linked(plain, sari, "sari")
    later = plain.house.now() + 9_000
    first, second = filed(plain, "bcdefg", due_at=later), filed(plain, "cdefgh", due_at=later - 60)
    announce(plain)
    assert {sari.answer().text.split()[2], sari.answer().text.split()[2]} == {"BCDEFG.", "CDEFGH."}
    asked = sari.say("1")
    assert asked.startswith("Rujukan yang mana?") and "1 CDEFGH\n2 BCDEFG\n0 Kembali" in asked
    assert "Rujukan yang mana?" in sari.say(MARKER)
    assert sari.say("0") == ONLY
    sari.say("1")
    assert sari.say("2").startswith("BCDEFG: sudah Anda terima.")
    assert (holder(plain, first), holder(plain, second)) == (LEAD, None)
    assert sari.say("satu").startswith("CDEFGH: sudah Anda terima.")
    assert holder(plain, second) == LEAD


def test_whatever_else_is_written_gets_one_sentence_and_is_kept_nowhere(sari: Phone, plain: Service) -> None:
    linked(plain, sari, "sari")
    filed(plain, "bcdefg")
    announce(plain)
    sari.answer()
    for text in (MARKER, "halo", "menu", "hapus", "0", "3", "1 jam lagi saya baca", f"BCDEFG {MARKER}"):
        assert sari.say(text).splitlines()[-1] == ONLY, text
    assert column(plain, item.c.kind) == ["story"] and len(column(plain, report.c.id)) == 1
    assert column(plain, notices_table.c.state) == ["told"]


@pytest.mark.parametrize("fault", ["wrong", "late"])
def test_a_code_that_is_no_good_links_nothing(fault: str, sari: Phone, plain: Service) -> None:
    code = "AAAA-AAAA" if fault == "wrong" else offered(plain, "sari", -1)
    assert "Kode itu salah" in sari.say(f"dinas {code}")
    assert not [one for one in column(plain, duty_table.c.link) if one]


def test_a_link_that_ended_gets_and_does_nothing_more(sari: Phone, approved: Service) -> None:
    linked(approved, sari, "sari")
    id = filed(approved, "bcdefg")
    announce(approved)
    sari.answer()
    approved.desk.do(partial(duty.unlink, staff_id="sari")).result()
    assert "tidak tersambung lagi" in sari.say("1")
    assert holder(approved, id) is None


@pytest.mark.parametrize("word", ["STOP", "berhenti"])
def test_whoever_writes_stop_in_a_work_chat_is_unlinked_and_told_so(word: str, sari: Phone, approved: Service) -> None:
    linked(approved, sari, "sari")
    assert sari.say(word).startswith("Baik. Rujukan baru tidak dikirim lagi ke chat ini.")
    assert column(approved, duty_table.c.link) == []
    filed(approved, "bcdefg")
    announce(approved)
    assert column(approved, notices_table.c.id) == []
    assert sari.say("halo").startswith("Halo, ini Suar")
    linked(approved, sari, "sari")


def test_a_work_chat_that_has_stopped_us_is_unlinked(sari: Phone, approved: Service, twilio: Twilio, day: Day) -> None:
    linked(approved, sari, "sari")
    sari.do(lambda: twilio.stopped.add(sari.address))
    day.later()
    filed(approved, "bcdefg")
    announce(approved)
    until(lambda: column(approved, duty_table.c.link) == [])


def test_a_call_that_broke_after_it_was_taken_is_not_told_twice(
    sari: Phone, approved: Service, twilio: Twilio, day: Day
) -> None:
    linked(approved, sari, "sari")
    day.later()
    filed(approved, "bcdefg")
    twilio.faults.append((CREATE, Fault("after")))
    announce(approved)
    until(lambda: states(approved)[-1] == "read")
    assert len(mentions(sari, "nomor BCDEFG")) == 1
