"""The third journey on Telegram: a leader makes a card of an advert and sends it on; and a voice that arrives."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.leaders import CODE_DAYS, new_code
from bot.service import Service
from models import file, leader
from models.base import DAY
from models.leader import Office
from models.tables import reader, report
from tests.hostile import voice
from tests.telegram_phone import Phone, buttons, until
from tests.telegram_server import Fault, Message, Telegram, dumped
from tests.whatsapp_phone import states

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")
LINK = "/lembar/"  # of every address of a card or poster
TAKE, FORWARD = "Ambil gambar dan teksnya", "Teruskan lowongan asli ke petugas"
RAWAJATI = "31.74.08.1003"
ADVERT = (
    "LOKER KAMBOJA gaji 15 juta tanpa pengalaman, tiket dan paspor ditanggung, berangkat minggu ini. "
    "PT Maju Jaya Sentosa, hub Anton 0812-3456-7890"
)


@pytest.fixture
def pak_rt(telegram: Telegram, service: Service) -> Phone:
    """The chat of an RT leader, linked by the code of their invitation."""
    phone, house = Phone(telegram), service.house
    code, hash = new_code(house.keys)
    now = house.now()
    office = Office("rt", RAWAJATI, "03", now + 365 * DAY)
    service.desk.do(lambda connection: leader.invite(connection, "l1", office, hash, now + CODE_DAYS * DAY)).result()
    assert "Halo, pengurus RT" in phone.say(f"ketua {code}")["text"]
    return phone


def texts(phone: Phone) -> list[str]:
    """What stands in the chat in words."""
    return [one["text"] for one in phone.all() if "text" in one]


def labels(phone: Phone) -> list[str]:
    return [one["text"] for one in buttons(phone.newest())]


def test_a_leader_makes_a_card_and_sends_the_advert_on(pak_rt: Phone, service: Service) -> None:
    pak_rt.press("Kartu peringatan untuk grup saya")
    pak_rt.say(ADVERT)
    until(lambda: TAKE in labels(pak_rt))  # the signs, the card alone, and what to do with it
    assert "Tanda bahaya yang terlihat" in dumped(pak_rt.all())
    pak_rt.press(TAKE)
    until(lambda: LINK in dumped(pak_rt.all()) and FORWARD in labels(pak_rt))
    alone = [text for text in texts(pak_rt) if text.endswith("Suar - Kelurahan Rawajati")]
    assert alone and alone[-1].startswith("Hati-hati")
    for private in ("Anton", "0812", "Maju Jaya"):
        assert private not in dumped([one for one in pak_rt.all() if one["from"]["is_bot"]]), private
    pak_rt.press(FORWARD)
    until(lambda: "Ada yang akan berangkat dalam 2 hari?" in pak_rt.newest()["text"])
    pak_rt.press("Ya")
    until(lambda: "Sudah diteruskan ke petugas" in dumped(pak_rt.all()) and TAKE in labels(pak_rt))
    assert FORWARD not in labels(pak_rt)
    assert "Kode" not in dumped(pak_rt.all())
    with service.house.engine.connect().execution_options(reading=True) as connection:
        ((id, urgency, place),) = connection.execute(sa.select(report.c.id, report.c.urgency, report.c.kelurahan))
        queues = set(connection.execute(sa.select(reader.c.queue).where(reader.c.report == id)).scalars())
    assert (urgency, place) == ("high", None)
    assert "upt-pppa" in queues, "somebody who leaves within two days does not wait for office hours"


def files(phone: Phone, kind: str) -> list[Message]:
    """The photos or documents that stand in the chat."""
    return [one for one in phone.all() if kind in one]


def to_card(phone: Phone) -> None:
    """As far as the button that takes the general card."""
    phone.press("Kartu peringatan untuk grup saya")
    phone.press("Lewati, pakai kartu umum")
    until(lambda: TAKE in labels(phone))


def taken(phone: Phone) -> str:
    """The words behind a file, once they came."""
    return until(lambda: next((text for text in reversed(texts(phone)) if LINK in text), ""))


def test_a_card_comes_as_a_photo_before_its_text_and_its_link(pak_rt: Phone) -> None:
    to_card(pak_rt)
    pak_rt.press(TAKE)
    assert "bisa langsung Anda teruskan" in taken(pak_rt)
    (photo,) = files(pak_rt, "photo")
    after = [one for one in pak_rt.heard() if one["message_id"] > photo["message_id"]]
    assert after[0]["text"].endswith("Suar - Kelurahan Rawajati") and LINK in after[1]["text"]
    assert "caption" not in photo and "reply_markup" not in photo


@pytest.mark.parametrize(("size", "name"), [("Dinding (A4)", "suar-a4"), ("Pintu atau meja (A5)", "suar-a5")])
def test_a_poster_comes_as_a_document_that_can_be_printed(size: str, name: str, pak_rt: Phone) -> None:
    pak_rt.press("Poster")
    pak_rt.press(size)
    assert "siap dicetak" in taken(pak_rt)
    (paper,) = files(pak_rt, "document")
    assert paper["document"]["file_name"] == f"{name}-31-74-08-1003-id.pdf"


def test_a_poster_for_a_group_comes_as_a_photo(pak_rt: Phone) -> None:
    pak_rt.press("Poster")
    pak_rt.press("Grup chat (gambar)")
    assert "teruskan ke grup" in taken(pak_rt)
    assert len(files(pak_rt, "photo")) == 1 and not files(pak_rt, "document")


@pytest.mark.parametrize("fault", ["500", "502", "drop"])
def test_a_file_that_cannot_be_brought_leaves_its_link_in_the_same_answer(
    fault: str, pak_rt: Phone, telegram: Telegram, service: Service
) -> None:
    pak_rt.do(lambda: telegram.faults.append(("sendDocument", Fault(fault))))
    pak_rt.press("Poster")
    pak_rt.press("Dinding (A4)")
    assert "kalau posternya tidak muncul" in taken(pak_rt)
    until(lambda: states(service)[-1] == "sent")
    assert not files(pak_rt, "document")
    assert [method for method, _ in telegram.calls].count("sendDocument") == 1
    assert pak_rt.press("Poster")["text"].startswith("Poster untuk di mana?")


def test_a_flood_is_waited_out_and_the_file_comes_once(pak_rt: Phone, telegram: Telegram) -> None:
    to_card(pak_rt)
    pak_rt.do(lambda: telegram.faults.append(("sendPhoto", Fault("429", 1))))
    pak_rt.press(TAKE)
    taken(pak_rt)
    assert len(files(pak_rt, "photo")) == 1
    assert len([text for text in texts(pak_rt) if text.endswith("Suar - Kelurahan Rawajati")]) == 2  # shown, and given


def test_a_chat_that_was_blocked_meanwhile_is_gone(pak_rt: Phone, telegram: Telegram, service: Service) -> None:
    pak_rt.press("Poster")
    message = pak_rt.newest()
    (data,) = [one["callback_data"] for one in buttons(message) if one["text"] == "Dinding (A4)"]
    pak_rt.do(lambda: telegram.faults.append(("sendDocument", Fault("403"))))
    pak_rt.tap(message, data)
    until(lambda: states(service)[-1] == "gone")
    assert not [text for text in texts(pak_rt) if LINK in text]


def test_two_taps_bring_one_picture(pak_rt: Phone) -> None:
    to_card(pak_rt)
    message = pak_rt.newest()
    (data,) = [one["callback_data"] for one in buttons(message) if one["text"] == TAKE]
    pak_rt.tap(message, data)
    pak_rt.tap(message, data)
    taken(pak_rt)
    until(lambda: any("tombol" in text.lower() for text in texts(pak_rt)))  # the second is an old button by then
    assert len(files(pak_rt, "photo")) == 1


def test_hapus_takes_the_files_away_too(pak_rt: Phone) -> None:
    pak_rt.press("Poster")
    pak_rt.press("Dinding (A4)")
    taken(pak_rt)
    pak_rt.say("hapus")
    until(lambda: "Ya, hapus" in labels(pak_rt))
    pak_rt.press("Ya, hapus")
    until(lambda: not files(pak_rt, "document"))


def test_a_leader_who_is_revoked_is_a_resident_again(pak_rt: Phone, service: Service) -> None:
    assert service.desk.do(lambda connection: leader.revoke(connection, "l1", [RAWAJATI])).result()
    assert "Masa tugas Anda di sini sudah selesai" in pak_rt.press("Poster")["text"]
    assert "Kartu peringatan" not in dumped([pak_rt.say("halo")])


def test_a_voice_message_is_fetched_and_goes_with_the_report(telegram: Telegram, service: Service) -> None:
    wati = Phone(telegram)
    telegram.files["AwAC"] = voice()
    wati.say("halo")
    for label in ("Cerita ke petugas", "Orang lain yang saya lihat", "Ya, masih berlangsung"):
        wati.press(label)
    wati.send(voice={"file_id": "AwAC", "file_unique_id": "v", "duration": 3, "mime_type": "audio/ogg"})
    assert "suara" in wati.answer()["text"].lower()
    wati.say("dikunci dari luar")
    wati.say("kalcit")
    wati.press("Rawajati, Pancoran, Jakarta Selatan")
    wati.press("Kirim sekarang")
    with service.house.engine.connect().execution_options(reading=True) as connection:
        (id,) = connection.execute(sa.select(report.c.id)).scalars()
        assert [one.kind for one in file.of_report(connection, id)] == ["voice"]
