"""Whole talks on WhatsApp over real HTTP, in plain numbers and with buttons, and nothing left at Twilio behind them."""

from __future__ import annotations

import asyncio
import re

import pytest
import sqlalchemy as sa

from bot import messengers
from bot.app import make_app
from bot.channels import whatsapp_door
from bot.service import Service
from models.channel_tables import remains
from models.tables import outbox as outbox_table
from models.tables import report
from tests.hostile import photo
from tests.talks import FOLDER
from tests.telegram_phone import until
from tests.twilio_server import ACCOUNT, Twilio
from tests.web_chat import phone
from tests.whatsapp_phone import Phone, column, states

PLACE = "Rawajati, Pancoran, Jakarta Selatan"
QUIET = "Oke, terima kasih. Info layanan warga: 112."
pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")


def to_where(someone: Phone) -> str:
    """A witness's talk up to the question where it is."""
    someone.say("halo")
    someone.say("3")
    someone.say("1")
    someone.say("2")
    return someone.say("1 4 pintunya digembok dr luar")


def to_code(someone: Phone) -> str:
    """A whole report; its code."""
    assert "Di mana?" in to_where(someone)
    assert f"1 {PLACE}" in someone.say("kalcit")
    assert "dikunci atau dijaga; orang berganti-ganti" in someone.say("1 tower dkt minimarket")
    told = someone.say("1")
    (code,) = [row for row in told.splitlines() if is_code(row)]
    return code.strip("* ")


def empty(twilio: Twilio, service: Service) -> None:
    """Twilio holds nothing, and nobody waits for that any more."""
    until(lambda: not twilio.messages and not twilio.media)
    until(lambda: column(service, remains.c.id) == [])


def test_a_witness_reports_in_plain_numbers_and_nothing_stays_at_twilio(
    wati: Phone, both: Service, twilio: Twilio
) -> None:
    hello = wati.say("halo")
    assert "WhatsApp memberi tahu kami nomor Anda" in hello and "Ketik angka:\n1 Cek lowongan kerja" in hello
    to_code(wati)
    assert "Pesan di sini tetap ada di HP Anda" in wati.say("SUDAH")
    assert len(column(both, report.c.id)) == 1
    empty(twilio, both)
    until(lambda: states(both) == ["read"] * wati.seen)
    with both.house.engine.connect().execution_options(reading=True) as connection:
        left = connection.execute(sa.select(outbox_table.c.body, outbox_table.c.address)).all()
    assert {tuple(row) for row in left} == {(None, None)}


@pytest.mark.anyio
async def test_a_report_begun_on_whatsapp_is_read_on_the_web(wati: Phone, both: Service) -> None:
    code = to_code(wati)
    async with phone(make_app(both)) as browser:
        await browser.open()
        await browser.post("kode")
        await browser.post(code)
        assert "diterima" in browser.html.lower()


# Numbers as people type them


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1 3", ("dikunci", "ktp")),
        ("13", ("dikunci", "ktp")),
        ("1 dan 3", ("dikunci", "ktp")),
        ("satu", ("dikunci",)),
        ("mereka nangis tiap malam", ("tulisan",)),
    ],
)
def test_numbers_and_words_mean_what_they_look_like(
    wati: Phone, plain: Service, typed: str, kept: tuple[str, ...]
) -> None:
    for text in ("halo", "3", "1", "2", typed, "kalcit"):
        wati.say(text)
    review = wati.say("1").lower()
    assert all(word in review for word in kept), review


@pytest.mark.parametrize("name", ["saksi", "saya-sendiri", "keluarga"])
def test_the_journeys_in_plain_numbers_are_as_they_are_written(
    name: str, wati: Phone, plain: Service, request: pytest.FixtureRequest
) -> None:
    """What came over HTTP, word for word."""
    path = FOLDER / "whatsapp" / f"{name}.txt"
    sent = [row[3:] for row in path.read_text(encoding="utf-8").splitlines() if row.startswith("R> ")]
    found = "".join(f"R> {text}\n{shown(wati.say(text))}" for text in sent)
    if request.config.getoption("--rewrite-talks"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def shown(text: str) -> str:
    """An answer in a transcript; a code is another one each time."""
    rows = ["(kode)" if is_code(row) else row for row in text.splitlines()]
    return "".join(f"{'  ' if number else 'B>'} {row}".rstrip() + "\n" for number, row in enumerate(rows))


def is_code(row: str) -> bool:
    words = row.strip("* ").split()
    return len(words) == 6 and all(word.isalpha() and word.islower() for word in words)


# Buttons


def test_a_question_with_few_answers_has_buttons_and_one_with_more_a_list(wati: Phone, tapping: Service) -> None:
    wati.say("halo")
    assert "Ketik angka" not in wati.heard()[-1].text and len(wati.heard()[-1].choices) == 5
    assert wati.press("Cerita ke petugas") == "Tentang siapa?" and "Orang yang saya lihat" in wati.heard()[-1].choices
    assert wati.say("2").startswith("Halo. Aman mengetik sekarang?")
    assert list(wati.heard()[-1].choices) == ["Aman", "Tidak", "Selesai"]
    assert "Boleh" in wati.press("Aman")


def test_a_number_means_the_same_where_buttons_stand(wati: Phone, tapping: Service) -> None:
    wati.say("halo")
    assert "Tentang siapa?" in wati.say("3")
    assert "Belajar" in wati.heard()[0].choices


def test_an_old_button_shows_the_question_that_stands(wati: Phone, tapping: Service) -> None:
    wati.say("halo")
    old = wati.heard()[0]
    wati.press("Cerita ke petugas")
    wati.press_only("Belajar", old)
    again = wati.answer().text
    assert "sudah tidak berlaku" in again and "Tentang siapa?" in again


def test_a_double_tap_counts_once(wati: Phone, tapping: Service) -> None:
    to_where(wati)
    wati.say("kalcit")
    wati.say("1")
    for _ in range(2):
        wati.send(Body="1")
    until(lambda: any("Kode Anda" in one.text for one in wati.heard()))
    assert len(column(tapping, report.c.id)) == 1


def test_templates_are_made_once_and_followed(twilio: Twilio, tapping: Service) -> None:
    before = dict(twilio.contents)
    stale = {**next(iter(before.values())), "sid": f"HX{'f' * 32}", "friendly_name": f"suar_quick-reply_1_1_{'0' * 12}"}
    twilio.contents[stale["sid"]] = stale
    told = asyncio.run(messengers.sync(tapping.settings, tapping.house.shelf))
    assert told[0] == "WhatsApp: 0 templates made, 1 deleted" and "/in/whatsapp" in told[-1]
    assert twilio.contents == before


def test_a_template_that_was_deleted_leaves_numbers(wati: Phone, twilio: Twilio, tapping: Service) -> None:
    wati.say("halo")
    twilio.contents.clear()
    assert "1 Cek lowongan kerja" in wati.say("menu")
    empty(twilio, tapping)


# Words that are commands


def test_stop_ends_a_talk_and_what_is_written_after_it_is_answered(wati: Phone, plain: Service) -> None:
    to_where(wati)
    assert wati.say("BERHENTI").startswith("Baik, kita berhenti di sini.")
    assert wati.say("stop").startswith("Baik. Suar tidak mengirim apa pun")
    assert wati.say("halo").startswith("Halo, ini Suar")
    assert len(column(plain, report.c.id)) == 0


def test_stop_in_a_talk_that_nobody_may_see_leaves_the_plain_line(wati: Phone, plain: Service) -> None:
    for text in ("halo", "3", "2", "1"):
        wati.say(text)
    assert wati.say("keluar") == QUIET


def test_petugas_names_where_a_person_answers_and_when(wati: Phone, plain: Service) -> None:
    assert ": 112, 24 jam" in wati.say("petugas")
    to_where(wati)
    told = wati.say("PETUGAS")
    assert "pada jam kerja" in told and "Di mana?" in told


def test_that_the_web_is_safer_is_said_to_whom_it_happens_once(wati: Phone, plain: Service) -> None:
    for text in ("halo", "3", "2", "1", "1"):
        wati.say(text)
    assert sum("Lewat web jejaknya lebih sedikit" in one.text for one in wati.heard()) == 1


# Who somebody is


def test_a_person_who_hides_their_number_is_served_and_keeps_the_talk_when_they_show_it(
    twilio: Twilio, plain: Service
) -> None:
    hidden = Phone(twilio, "whatsapp:ID.13491208655302741918", "whatsapp:ID.13491208655302741918")
    hidden.say("halo")
    hidden.say("3")
    seen = Phone(twilio, "whatsapp:+6281234567890", hidden.address)
    assert "Apakah masih terjadi?" in seen.say("1")
    assert "Apa yang Anda lihat?" in hidden.say("2")


def test_the_number_of_another_country_is_a_hint_and_nothing_more(twilio: Twilio, plain: Service) -> None:
    abroad = Phone(twilio, "whatsapp:+855123456789")
    abroad.say("halo")
    assert "+62 812-9007-0027" in abroad.say("tolong saya mau dibunuh sekarang")
    assert "+62 21 2924 4800, 24 jam" in abroad.say("petugas")


def test_nobody_abroad_is_sent_to_a_number_that_does_not_answer_there(twilio: Twilio, plain: Service) -> None:
    abroad = Phone(twilio, "whatsapp:+60123456789")
    answers = [abroad.say("kak sy ga boleh plg dr tempat kerja, paspor sm bos"), abroad.say("1"), abroad.say("1")]
    for text in answers:
        assert not re.search(r"\b112\b", text), text
    assert "+62 812-9007-0027" in answers[0] and "+62 812-9007-0027" in answers[2]


def test_the_number_of_another_country_meets_the_numbers_for_abroad_first(twilio: Twilio, plain: Service) -> None:
    for address, first, second in (
        ("whatsapp:+855123456789", "1 Ada di luar negeri", "2 Bahaya sekarang"),
        ("whatsapp:+6281234567890", "1 Bahaya sekarang", "2 Perempuan"),
    ):
        someone = Phone(twilio, address)
        someone.say("halo")
        asked = someone.say("4")
        assert f"{first}\n{second}" in asked
        card = someone.say("1")
        assert ("+62 812-9007-0027" in card) is (someone.address[:12] != "whatsapp:+62")
        assert f"{first}\n{second}" in someone.say("0")
        assert f"{first}\n{second}" in someone.say("9")


# What is no text


def test_a_pin_becomes_a_kelurahan_and_is_kept_nowhere(wati: Phone, plain: Service) -> None:
    to_where(wati)
    wati.send(Latitude="-6.2571234", Longitude="106.8461234", Address="rumah", Label="rumah")
    offered = wati.answer().text
    assert "Jakarta Selatan" in offered and "rumah" not in offered
    wati.say("1")
    wati.send(Latitude="-6.2571234", Longitude="106.8461234")
    assert "Lokasi itu tidak kami simpan" in wati.answer().text


def test_a_photo_is_fetched_and_then_deleted(
    wati: Phone, plain: Service, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatsapp_door, "MEDIA", 4)
    to_where(wati)
    for text in ("kalcit", "1", "2"):
        wati.say(text)
    picture(wati, "image/jpeg", photo())
    assert "foto" in wati.answer().text.lower()
    assert len([path for method, path, _ in twilio.calls if method == "GET" and "/Media/" in path]) == 1
    empty(twilio, plain)


def test_what_cannot_be_taken_is_met_kindly_and_deleted(wati: Phone, plain: Service, twilio: Twilio) -> None:
    wati.say("halo")
    picture(wati, "application/pdf", b"%PDF-")
    assert "kata-kata" in wati.answer().text
    wati.send(MessageType="sticker")
    assert "kata-kata" in wati.answer().text
    empty(twilio, plain)


def picture(someone: Phone, kind: str, data: bytes, words: str = "") -> None:
    """Send something with bytes, and words under it."""
    twilio = someone.twilio

    def act() -> None:
        sid = twilio.new("ME")
        twilio.media[sid] = (kind, data)
        url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media/{sid}"
        twilio.incoming(someone.address, NumMedia="1", MediaUrl0=url, MediaContentType0=kind, Body=words)

    someone.do(act)


def test_a_recording_is_fetched_from_the_public_address_and_comes_before_the_words(wati: Phone, plain: Service) -> None:
    for text in ("halo", "belajar", "1", "2", "lewati"):
        wati.say(text)
    assert "2 Dengar" in wati.heard()[-1].text
    wati.say("dengar")
    until(lambda: "Suaranya buatan komputer." in wati.heard()[-1].text)
    (spoken,) = [one for one in wati.heard() if one.media]
    base = plain.settings.public_base_url.rstrip("/")
    assert (spoken.text, spoken.media) == ("", [f"{base}/suara/tanda-di-sekitar.card.1.opus"])
