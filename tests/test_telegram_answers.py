"""Answers as phones on Telegram send them: cut in pieces, with a photo instead of the last button, tapped twice."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.channels.telegram_door import AFTER, FULL, Parts
from bot.channels.telegram_update import Words
from bot.service import Service
from bot.standing import open_standing
from models import person
from tests.telegram_phone import Phone, buttons, ticked, until
from tests.telegram_server import Message, Telegram
from tests.test_telegram import PLACE, data, to_where

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")
LONG = ("kata " * 1_000)[: FULL + 50].strip()
REST = "dan tiap malam ada yang menangis di lantai dua"


@pytest.fixture
def wati(telegram: Telegram, service: Service) -> Phone:
    return Phone(telegram)


@pytest.fixture
def photo(telegram: Telegram) -> list[dict[str, object]]:
    """The sizes of a picture that can be fetched."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(picture, "JPEG")
    telegram.files["large"] = picture.getvalue()
    return [{"file_id": "large", "file_unique_id": "large", "width": 64, "height": 48}]


def words_of(service: Service, someone: Phone) -> list[str]:
    """The words that the talk has gathered."""
    key = service.house.keys.person_key("telegram", str(someone.id))
    with service.house.engine.connect().execution_options(reading=True) as connection:
        place = open_standing(service.house.keys, person.load(connection, [key])[key]).place
    return list(place.draft[service.house.flows[place.flow].story])


def to_signs(someone: Phone) -> Message:
    someone.say("/start")
    someone.press("Cerita ke petugas")
    someone.press("Orang lain yang saya lihat")
    return someone.press("Ya, masih berlangsung")


# One text in several messages


def test_the_rest_of_a_cut_text_answers_no_question(wati: Phone, service: Service) -> None:
    to_signs(wati)
    wati.send(text=LONG)
    wati.send(text=REST)
    assert "Di mana?" in wati.answer()["text"]
    until(lambda: words_of(service, wati) == [LONG, REST])
    assert wati.newest()["message_id"] == wati.seen
    wati.say("kalcit")
    review = wati.press(PLACE)["text"]
    assert f"{len(LONG + REST):,}".replace(",", ".") in review


def test_a_first_message_that_was_cut_is_one_story(wati: Phone, service: Service) -> None:
    wati.say("/start")
    wati.send(text=f"di rumah sebelah ada orang dikunci, {LONG}")
    wati.send(text=LONG)
    wati.send(text=REST)
    asked = wati.answer()
    until(lambda: words_of(service, wati)[1:] == [LONG, REST])
    assert wati.newest() == asked


def test_a_review_counts_the_rest_too(wati: Phone, service: Service) -> None:
    to_where(wati)
    wati.say("kalcit")
    wati.press(PLACE)
    wati.press("Tambah cerita, foto, atau suara")
    wati.send(text=LONG)
    wati.send(text=REST)
    wati.answer()
    assert f"{len(LONG + REST):,}".replace(",", ".") in wati.answer()["text"]
    assert words_of(service, wati) == [LONG, REST]


def test_danger_in_the_rest_is_answered(wati: Phone, service: Service) -> None:
    to_signs(wati)
    wati.send(text=LONG)
    wati.send(text="tolong, dia dipukuli sekarang")
    assert "Di mana?" in wati.answer()["text"]
    assert "112" in wati.answer()["text"]
    assert words_of(service, wati) == [LONG, "tolong, dia dipukuli sekarang"]


def test_a_command_right_after_a_full_message_is_one(wati: Phone) -> None:
    to_signs(wati)
    wati.send(text=LONG)
    wati.send(text="/privasi")
    assert "Di mana?" in wati.answer()["text"]
    assert "KTP" in wati.answer()["text"]


def test_what_has_no_beginning_to_stand_behind_is_heard_like_any_words(wati: Phone, service: Service) -> None:
    """A question about a place takes a long text as the place: what follows is heard, and lost by nobody."""
    to_where(wati)
    wati.send(text=LONG)
    wati.send(text="kalcit")
    wati.answer()
    assert PLACE in [one["text"] for one in buttons(wati.answer())]


def words(text: str, at: int, chat: int = 4001) -> Words:
    return Words(chat, f"m{at}", at, text, at=at)


def test_only_what_comes_at_once_behind_a_full_message_is_its_rest() -> None:
    parts = Parts()
    parts.heard(words(LONG, 10))
    assert parts.is_rest(words(REST, 10)) and parts.is_rest(words(REST, 10 + AFTER))
    assert not parts.is_rest(words(REST, 11 + AFTER)) and not parts.is_rest(words(REST, 9))
    assert not parts.is_rest(words(REST, 10, chat=4002))
    assert not parts.is_rest(Words(4001, "m", 2, REST, "photo", at=10))
    parts.heard(words(REST, 10))
    assert not parts.is_rest(words("halo", 10))
    parts.heard(words("x" * (FULL - 1), 20))
    assert not parts.is_rest(words(REST, 20))


# Ticks that were not sent


def test_a_photo_after_ticks_that_were_not_sent_brings_them_along(
    wati: Phone, service: Service, photo: list[dict[str, object]]
) -> None:
    signs = to_signs(wati)
    wati.tap(signs, data(signs, "Dikunci atau dijaga"))
    until(lambda: len(ticked(wati.newest())) == 1)
    wati.send(photo=photo)
    assert "tempat Anda berdiri" in wati.answer()["text"]
    assert "Di mana?" in wati.press("Tidak")["text"]
    wati.say("kalcit")
    assert "dikunci atau dijaga" in wati.press(PLACE)["text"].lower()


def test_a_tick_that_asks_for_words_is_asked_for_them_after_the_photo(
    wati: Phone, service: Service, photo: list[dict[str, object]]
) -> None:
    signs = to_signs(wati)
    wati.tap(signs, data(signs, "Lainnya, saya tulis atau rekam suara"))
    until(lambda: len(ticked(wati.newest())) == 1)
    wati.send(photo=photo)
    wati.answer()
    assert "Di mana?" not in wati.press("Tidak")["text"]
    assert "Di mana?" in wati.say("mereka tidak pernah keluar")["text"]


def test_a_photo_without_ticks_leaves_the_question_standing(
    wati: Phone, service: Service, photo: list[dict[str, object]]
) -> None:
    to_signs(wati)
    wati.send(photo=photo)
    wati.answer()
    assert "Dikunci atau dijaga" in str(buttons(wati.press("Tidak")))


def test_ticks_are_heard_where_no_photo_is_taken(wati: Phone, service: Service, photo: list[dict[str, object]]) -> None:
    """Somebody it happens to is told that no picture is needed, and their ticks count."""
    wati.say("kak sy ga boleh plg dr tempat kerja")
    for label in ("Aman", "Jangan dulu", "Tidak", "Lewati"):
        asked = wati.press(label)
    wati.tap(asked, data(asked, "Tidak boleh keluar"))
    until(lambda: len(ticked(wati.newest())) == 1)
    wati.send(photo=photo)
    told = wati.answer()["text"]
    assert "foto" in told.lower() and "Perempuan" in str(buttons(wati.newest()))
    assert "Pilihan tadi sudah kami catat." in told


def test_an_album_is_one_answer_with_one_question(
    wati: Phone, service: Service, photo: list[dict[str, object]]
) -> None:
    """The app sends each picture of an album as a message of its own, all in the same moment."""
    to_signs(wati)
    for _ in range(3):
        wati.send(photo=photo, media_group_id="13700000000000001")
    asked = wati.answer()
    assert "tempat Anda berdiri" in asked["text"]
    assert asked["text"].count("?") == 1
    wati.press("Tidak")
    assert [one["message_id"] for one in wati.heard() if "tempat Anda berdiri" in one["text"]] == [asked["message_id"]]


# Tapped twice


def test_a_second_tap_while_the_report_is_sealed_says_nothing(
    wati: Phone, service: Service, telegram: Telegram
) -> None:
    to_where(wati)
    wati.say("kalcit")
    review = wati.press(PLACE)
    queries = [wati.tap(review, data(review, "Kirim sekarang")) for _ in range(2)]
    until(lambda: any("Kode Anda" in message["text"] for message in wati.heard()))
    until(lambda: all(telegram.answered[one] == 1 for one in queries))
    assert not [message for message in wati.heard() if "Sebentar" in message["text"]]


def test_words_while_the_report_is_sealed_are_still_answered(wati: Phone, service: Service) -> None:
    to_where(wati)
    wati.say("kalcit")
    review = wati.press(PLACE)
    wati.tap(review, data(review, "Kirim sekarang"))
    wati.send(text="eh ada lagi")
    told = [wati.answer()["text"], wati.answer()["text"]]
    assert [text for text in told if "belum masuk" in text]
