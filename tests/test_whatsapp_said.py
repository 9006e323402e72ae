"""What is said on WhatsApp where it differs: to who hides a number, to stickers, in lists, with a photo, to leaders."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
import requests

from bot.channels.cut import utf16
from bot.channels.whatsapp_line import LABEL, numbered, pieces
from bot.channels.whatsapp_templates import LIST, shapes
from bot.leaders import new_code
from bot.service import Service
from content.shelf import Picture, Say
from handlers.render import Button, Line, render
from handlers.talk import Option, Outcome, Place, Question
from handlers.wording import SHORT
from models import leader
from models.leader import Office
from tests.hostile import photo
from tests.service import shelf
from tests.talks import FOLDER
from tests.telegram_phone import until
from tests.test_whatsapp import picture, shown, to_where
from tests.twilio_server import Fault, Twilio
from tests.whatsapp_phone import CREATE, Phone, states

HIDDEN = "whatsapp:ID.13491208655302741918"
ADVERT = "LOKER KAMBOJA gaji 15 juta tanpa pengalaman, semua ditanggung pak Anton, berangkat lusa. WA 0812-3456-7890"
DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ 20\d\d")
NUMBER = re.compile(r"memberi tahu kami nomor|tells us your phone number")
pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")


# Who hides a number


def test_who_hides_a_number_is_told_of_an_id_and_no_number(twilio: Twilio, plain: Service) -> None:
    hidden = Phone(twilio, HIDDEN, HIDDEN)
    said = [hidden.say(text) for text in ("halo", "0", "2", "menu", "3", "privasi", "english", "stop", "halo")]
    assert "WhatsApp memberi kami tanda pengenal, bukan nomor HP." in said[0]
    assert "WhatsApp memberi kami tanda pengenal Anda, bukan nomor HP." in said[2]
    assert "tanda pengenal Anda" in said[5] and "Tentang siapa?" in said[5]
    assert "WhatsApp gives us an ID, not your phone number." in said[8]
    assert not any(NUMBER.search(text) for text in said)


def test_who_shows_a_number_later_is_told_of_it(twilio: Twilio, plain: Service) -> None:
    Phone(twilio, HIDDEN, HIDDEN).say("halo")
    seen = Phone(twilio, "whatsapp:+6281234567890", HIDDEN)
    assert "memberi tahu kami nomor HP Anda" in seen.say("privasi")


# What is no text


def test_a_sticker_and_an_empty_message_get_a_sentence_that_fits(wati: Phone, plain: Service, twilio: Twilio) -> None:
    wati.send(Body="", MessageType="sticker")
    first = wati.answer().text
    assert first.startswith("Stiker belum bisa kami baca.") and "Halo, ini Suar" in first
    to_where(wati)
    picture(wati, "image/webp", b"RIFF")
    assert wati.answer().text.startswith("Stiker belum bisa kami baca. Tulis dengan kata-kata, ya.\nDi mana?")
    wati.send(Body="")
    assert wati.answer().text.startswith("Pesannya kosong. Tulis sesuatu atau pilih jawaban, ya.\nDi mana?")
    wati.send(Body="", MessageType="contacts")
    assert wati.answer().text.startswith("Itu tidak bisa kami terima di sini.")
    assert not [path for method, path, _ in twilio.calls if method == "GET" and "/Media/" in path]


def test_danger_under_a_photo_is_answered_before_the_photo_is_fetched(wati: Phone, plain: Service) -> None:
    for text in ("halo", "3", "1", "2"):
        wati.say(text)
    picture(wati, "image/jpeg", photo(), "tolong dia mau dibunuh sekarang")
    assert wati.answer().text.startswith("Bahaya sekarang? Telepon 112")
    told = wati.answer().text
    assert told.startswith("Foto Anda sudah kami terima.") and "memperlihatkan tempat Anda berdiri" in told
    assert "Bahaya sekarang?" not in told + wati.say("4")


# Lists


def test_a_label_has_a_short_form_only_where_a_list_needs_it() -> None:
    words = {code: shelf().words[code] for code in shelf().languages}
    short = [key for key in words["id"] if key.endswith(SHORT) and key.removesuffix(SHORT) in words["id"]]
    assert short
    for key in short:
        long = key.removesuffix(SHORT)
        assert any(utf16(texts[long]) > LABEL[LIST] for texts in words.values()), key
        assert all(0 < utf16(texts[key]) <= LABEL[LIST] for texts in words.values()), key


def test_a_list_says_it_shorter_and_numbers_say_it_whole() -> None:
    asked = Question(
        (Say("report.whom.ask"),), tuple(Option(one, Say(f"report.whom.{one}")) for one in ("other", "self"))
    )
    line = render(Outcome(Place("report", "whom", {}, 1), question=asked), shelf(), "id", "whatsapp")
    assert line is not None
    (tapped,) = pieces(line, shelf(), {one: "HX1" for one in shapes()})
    assert "Orang yang saya lihat" in tapped.variables.values()
    assert "1 Orang lain yang saya lihat\n2 Saya sendiri" in numbered(line, shelf())[0].body
    assert Line.load(line.dump()) == line


def test_what_a_list_shows_is_understood_when_it_is_typed(wati: Phone, tapping: Service) -> None:
    wati.say("halo")
    assert wati.say("3") == "Tentang siapa?"
    assert next(iter(wati.heard()[-1].choices)) == "Orang yang saya lihat"
    assert wati.say("orang yang saya lihat") == "Apakah masih terjadi?"
    assert "Apa yang Anda lihat?" in wati.press("Ya, masih berlangsung")


# Numbered text


def test_that_several_may_be_chosen_is_said_once(wati: Phone, plain: Service) -> None:
    for text in ("halo", "3", "1"):
        wati.say(text)
    asked = wati.say("2")
    assert asked.count("Boleh pilih beberapa.") == 1 and "Ketik angka, misalnya 1 3:" in asked


def test_an_only_answer_that_the_words_name_is_not_listed() -> None:
    only = Line(("Sudah dicatat? Balas SUDAH.",), (Button("a.b:1:done", "SUDAH"),))
    assert numbered(only, shelf())[0].body == "Sudah dicatat? Balas SUDAH."
    other = Line(("Sudah dicatat?",), (Button("a.b:1:done", "SUDAH"),))
    assert numbered(other, shelf())[0].body == "Sudah dicatat?\nKetik angka:\n1 SUDAH"


# Leaders


def invited(service: Service) -> str:
    """The code of a leader of Rawajati."""
    code, hash = new_code(service.house.keys)
    later = service.house.now() + 86_400
    office = Office("rt", "31.74.08.1003", "05", later)
    service.desk.do(lambda connection: leader.invite(connection, "0" * 32, office, hash, later)).result()
    return code


def test_a_leader_gets_a_picture_and_a_text_that_can_be_sent_on_as_they_are(wati: Phone, plain: Service) -> None:
    for text in (f"ketua {invited(plain)}", "1"):
        wati.say(text)
    whole = wati.say(ADVERT)
    assert "Kartu siap:" in whole
    wati.send(Body="1")
    shown, card, rest = (wati.answer() for _ in range(3))
    assert shown.text == "" and len(shown.media) == 1
    assert card.text.startswith("Hati-hati lowongan") and card.text.endswith("Suar - Kelurahan Rawajati")
    assert card.text in whole and "http" not in rest.text
    assert rest.text.startswith(
        "Gambar dan teks di atas bisa langsung Anda teruskan ke grup.\nMau apa lagi?\nKetik angka:\n1 "
    )
    given = requests.get(plain.settings.public_base_url + urlsplit(shown.media[0]).path, timeout=30)
    assert given.headers["content-type"] == "image/png" and given.content.startswith(b"\x89PNG")
    assert "Ada yang akan berangkat" in wati.say("2")


def test_a_poster_for_a_group_comes_as_a_picture_and_one_for_a_wall_as_an_address(wati: Phone, plain: Service) -> None:
    wati.say(f"ketua {invited(plain)}")
    wati.say("poster")
    wati.send(Body="Grup chat (gambar)")
    assert wati.answer().media and "teruskan ke grup" in wati.answer().text
    wati.say("poster")
    assert "/lembar/" in wati.say("Dinding (A4)")


def test_a_card_that_twilio_does_not_fetch_comes_as_its_link(wati: Phone, plain: Service) -> None:
    wati.say(f"ketua {invited(plain)}")
    wati.say("poster")
    wati.do(lambda: wati.twilio.faults.append((CREATE, Fault("21620"))))
    link = wati.say("Grup chat (gambar)")
    given = requests.get(plain.settings.public_base_url + urlsplit(link).path, timeout=30)
    assert given.content.startswith(b"\x89PNG")
    assert "teruskan ke grup" in wati.answer().text


def test_the_journey_of_a_leader_in_plain_numbers_is_as_it_is_written(
    wati: Phone, plain: Service, request: pytest.FixtureRequest
) -> None:
    """Every message that came over HTTP, word for word but for the day."""
    path = FOLDER / "whatsapp" / "pengurus.txt"
    sent = [row[3:] for row in path.read_text(encoding="utf-8").splitlines() if row.startswith("R> ")]
    for text in (f"ketua {invited(plain)}", "stop"):
        wati.say(text)
    found = "".join(f"R> {text}\n{''.join(map(shown, heard(wati, plain, text)))}" for text in sent)
    found = DAY.sub("(hari ini)", found)
    if request.config.getoption("--rewrite-talks"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def heard(someone: Phone, service: Service, text: str) -> list[str]:
    """All messages of an answer, once the last of them was read."""
    someone.send(Body=text)
    said = [someone.answer()]
    until(lambda: set(states(service)) == {"read"})
    said += [someone.answer() for _ in range(len(someone.heard()) - someone.seen)]
    return [one.text or "(gambar)" for one in said]


def test_the_address_of_a_picture_survives_the_outbox() -> None:
    says = (
        Say("lead.card", {"text": "a", "place": "b"}, alone=True),
        Say("lead.taken", {"address": Picture("http://a/b")}),
    )
    asked = Question((Say("lead.ready.more"),))
    outcome = Outcome(Place("lead", "ready", {}, 1), says, asked)
    line = render(outcome, shelf(), "id", "telegram")
    assert line is not None and Line.load(line.dump()) == line
    assert [part.texts for part in line.parts()] == [line.texts[:1], line.texts[1:]]
    assert "http://a/b" in line.texts[1] and line.picture == "http://a/b"
