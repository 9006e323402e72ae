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
from tests.telegram_server import Telegram, dumped

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")
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


def labels(phone: Phone) -> list[str]:
    return [one["text"] for one in buttons(phone.newest())]


def test_a_leader_makes_a_card_and_sends_the_advert_on(pak_rt: Phone, service: Service) -> None:
    pak_rt.press("Kartu peringatan untuk grup saya")
    pak_rt.say(ADVERT)
    until(lambda: TAKE in labels(pak_rt))  # the signs, the card alone, and what to do with it
    assert "Tanda bahaya yang terlihat" in dumped(pak_rt.all())
    pak_rt.press(TAKE)
    until(lambda: "Gambarnya di sini" in dumped(pak_rt.all()) and FORWARD in labels(pak_rt))
    alone = [one["text"] for one in pak_rt.all() if one["text"].endswith("Suar - Kelurahan Rawajati")]
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
