"""Whole talks on Telegram over real HTTP, with updates that are fetched and updates that are brought."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PIL import Image

from bot import clock, outbox
from bot.app import make_app
from bot.channels import telegram as sending
from bot.channels import telegram_trace
from bot.channels.telegram_wire import open_bot
from bot.service import Service
from handlers.render import Button, Line
from models.channel_tables import trace
from models.tables import outbox as outbox_table
from models.tables import person, report
from tests.databases import Databases
from tests.telegram_phone import Mode, Phone, buttons, running_suar, ticked, until
from tests.telegram_server import Fault, Message, Telegram, dumped, serving_telegram, units
from tests.web_chat import phone

PLACE = "Rawajati, Pancoran, Jakarta Selatan"
STORY = "pintunya digembok dr luar, ada yg nangis"
QUIET = "Oke, terima kasih. Info layanan warga: 112."


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace is measured elsewhere."""
    monkeypatch.setattr(outbox, "IDLE", 0.02)
    monkeypatch.setattr(telegram_trace, "SWEEP", 1)
    monkeypatch.setattr(sending, "ALL", 0.001)
    monkeypatch.setattr(sending, "EACH", 0.001)
    monkeypatch.setattr(sending, "SOON", 0)


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    server = Telegram(most=10_000)
    yield server
    assert server.refused == []


@pytest.fixture
def api(telegram: Telegram) -> Iterator[str]:
    with serving_telegram(telegram) as url:
        yield url


@pytest.fixture(params=["polling-sqlite", pytest.param("webhook-postgres", marks=pytest.mark.postgres)])
def service(request: pytest.FixtureRequest, api: str) -> Iterator[Service]:
    """Both ways in, and both engines under them."""
    mode, _, engine = request.param.partition("-")
    databases: Databases = request.getfixturevalue(engine)
    way: Mode = "webhook" if mode == "webhook" else "polling"
    with databases.fresh() as url, running_suar(url, api, way) as service:
        yield service


@pytest.fixture
def wati(telegram: Telegram, service: Service) -> Phone:
    return Phone(telegram)


def labels(message: Message) -> list[str]:
    return [one["text"] for one in buttons(message)]


def data(message: Message, label: str) -> str:
    """What the button with this label brings back."""
    (found,) = [one["callback_data"] for one in buttons(message) if one["text"].endswith(label)]
    return str(found)


def rows(service: Service, table: sa.Table) -> int:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def to_where(someone: Phone) -> Message:
    """A witness's talk up to the question where it is."""
    someone.say("/start")
    someone.press("Cerita ke petugas")
    someone.press("Orang lain yang saya lihat")
    someone.press("Ya, masih berlangsung")
    return someone.press("Dikunci atau dijaga", "Banyak orang berganti-ganti", "Kirim pilihan")


def to_code(someone: Phone) -> str:
    """A whole report; its code."""
    to_where(someone)
    someone.say("kalcit")
    review = someone.press(PLACE)
    assert "dikunci atau dijaga; orang berganti-ganti" in review["text"]
    told = someone.press("Kirim sekarang")
    (copied,) = [one["copy_text"]["text"] for one in buttons(told) if "copy_text" in one]
    assert copied in told["text"] and len(copied.split()) == 6
    return str(copied)


def to_pass_on(someone: Phone) -> Message:
    """The talk of somebody it happens to, up to the question whether it may be passed on."""
    someone.say("kak sy ga boleh plg dr tempat kerja")
    return someone.press("Aman")


def test_a_witness_reports_with_buttons_to_the_end(wati: Phone, service: Service) -> None:
    to_code(wati)
    assert not any(message.get("entities") or message.get("protect_content") for message in wati.heard())
    wati.press("SUDAH")
    done = wati.press("Tidak perlu")
    assert "Kalau masih ada sisa obrolan di HP Anda" in done["text"]
    assert rows(service, report) == 1
    assert {message["link_preview_options"]["is_disabled"] for message in wati.heard()} == {True}


@pytest.mark.anyio
async def test_a_report_begun_on_telegram_is_read_on_the_web(wati: Phone, service: Service) -> None:
    code = to_code(wati)
    async with phone(make_app(service)) as browser:
        await browser.open()
        await browser.post("kode")
        await browser.post(code)
        assert "Diterima" in browser.html or "diterima" in browser.html


def test_a_code_that_is_typed_does_not_stay_in_the_chat(wati: Phone, service: Service, telegram: Telegram) -> None:
    code = to_code(wati)
    wati.press("SUDAH")
    wati.press("Tidak perlu")
    wati.say("/kode")
    typed = wati.send(text=code)
    assert "terima" in wati.answer()["text"].lower()
    until(lambda: typed in telegram.chats[wati.id].deleted)
    assert code not in dumped(wati.all()[-2:])


def covered(message: Message) -> bool:
    """Whether a tap is needed to see any of it."""
    return message.get("entities") == [{"type": "spoiler", "offset": 0, "length": units(message["text"])}]


def to_opened(someone: Phone, code: str) -> Message:
    """A case that its code has opened; every line of it is covered."""
    assert covered(someone.say("/kode"))
    someone.send(text=code)
    opened = someone.answer()
    assert covered(opened)
    assert "terima" in opened["text"].lower()
    return opened


def test_what_a_code_opens_is_covered_and_goes_and_the_code_told_before_stays(wati: Phone, service: Service) -> None:
    code = to_code(wati)
    wati.say("/menu")
    before = [message["message_id"] for message in wati.all()]
    to_opened(wati, code)
    end = wati.press("Selesai membaca")
    assert "keluar dari cerita ini" in end["text"]
    there = [message["message_id"] for message in wati.all() if message.get("text") != "/kode"]
    assert there == [*before, end["message_id"]]
    assert code in dumped(wati.all())


@pytest.mark.parametrize("leaves", ["greeting", "silence"])
def test_what_a_code_opened_goes_however_it_is_left(wati: Phone, service: Service, leaves: str) -> None:
    code = to_code(wati)
    opened = to_opened(wati, code)
    if leaves == "greeting":
        wati.say("/start")
    else:
        ended = service.house.now() + 60 * service.house.shelf.terms.draft_minutes + 61
        later = replace(service.house, now=lambda: ended)
        clock.expire(clock.Parts(later, service.desk, service.runner))
    until(lambda: opened["message_id"] not in [message["message_id"] for message in wati.all()])
    assert code in dumped(wati.all())


def test_a_code_opened_after_ones_own_talk_leaves_nothing_of_that_talk(wati: Phone, service: Service) -> None:
    to_pass_on(wati)
    asked = wati.say("/kode")
    assert covered(asked)
    until(lambda: wati.all() == [asked])


def test_somebody_it_happens_to_is_covered_and_leaves_nothing_in_the_chat(wati: Phone, service: Service) -> None:
    asked = to_pass_on(wati)
    assert asked["entities"] == [{"type": "spoiler", "offset": 0, "length": units(asked["text"])}]
    assert "di bawah 18 tahun" in wati.press("Boleh")["text"]
    assert rows(service, report) == 1
    wati.press("Tidak")
    wati.say("deket pasar rebo, ruko cat biru")
    assert "Di sekitar Pasar Rebo, Jakarta Timur?" in wati.newest()["text"]
    ticks = wati.press("Ya")
    assert [label for label in labels(ticks) if label.startswith("▫️")][-1] == "▫️ Lainnya, saya tulis"
    wati.press("Tidak boleh keluar", "Lewati")  # one tap, and the tick goes along
    assert "perempuan atau laki-laki" in wati.newest()["text"]
    wati.press("Perempuan")
    wati.press("Lewati")
    told = wati.press("Ya")
    assert "melati" not in labels(told) and "Salin kode" not in labels(told)
    end = wati.press("Sudah ingat")
    assert covered(end) and "Ini bukan salah Anda" in end["text"]
    line = wati.press("Selesai")
    assert (line["text"], wati.all()) == (QUIET, [line])


def test_the_end_of_ones_own_talk_goes_with_its_silence(wati: Phone, service: Service) -> None:
    """Whoever lays the phone down after the last question leaves nothing of what it said either."""
    to_pass_on(wati)
    for label in ("Jangan dulu", "Lewati", "Lewati", "Lewati", "Lewati", "Tidak, hapus saja"):
        end = wati.press(label)
    assert labels(end) == ["Selesai"]
    ended = service.house.now() + service.house.shelf.terms.parked_seconds + 61
    clock.expire(clock.Parts(replace(service.house, now=lambda: ended), service.desk, service.runner))
    until(lambda: not wati.all())


def test_a_covert_talk_leaves_the_chat_with_its_silence(wati: Phone, service: Service) -> None:
    """Whoever has the phone then finds neither her words nor ours, and a question that was late does not come."""
    asked = to_pass_on(wati)
    ended = service.house.now() + service.house.shelf.terms.parked_seconds + 61
    later = replace(service.house, now=lambda: ended)
    clock.expire(clock.Parts(later, service.desk, service.runner))
    until(lambda: not wati.all())
    late = Line((asked["text"],), (Button("affected.pass_on:1:yes", "Boleh"),), covert=True)

    async def send() -> None:
        async with open_bot(service.settings) as (bot, _):
            await sending.Telegram(service, bot).send(str(wati.id), late, 1)

    asyncio.run(send())
    assert wati.all() == []
    assert "Halo, ini Suar" in wati.say("halo")["text"]


def test_a_greeting_ends_a_covert_talk_and_its_chat(wati: Phone, service: Service) -> None:
    to_pass_on(wati)
    line = wati.say("halo")
    assert "Halo, ini Suar" in line["text"]
    assert wati.all() == [line]


def test_whoever_is_watched_leaves_one_plain_line(wati: Phone, service: Service) -> None:
    to_pass_on(wati)
    line = wati.say("ada orang, nanti lagi")
    assert (line["text"], buttons(line)) == (QUIET, [])
    assert wati.all() == [line]
    assert "Halo, ini Suar" in wati.say("halo")["text"]


def test_hapus_deletes_both_sides_of_the_chat(wati: Phone, service: Service) -> None:
    to_where(wati)
    until(lambda: rows(service, trace) > 5)
    wati.say("/hapus")
    last = wati.press("Ya, hapus")
    assert "hapus" in last["text"].lower()
    assert wati.all() == [last]
    until(lambda: rows(service, trace) == 1)
    assert rows(service, person) == 0


def test_ticks_stand_in_the_chat_and_words_beside_them_are_one_answer(wati: Phone, service: Service) -> None:
    wati.say("halo")
    wati.press("Cerita ke petugas")
    wati.press("Orang lain yang saya lihat")
    signs = wati.press("Ya, masih berlangsung")
    for label in ("Dikunci atau dijaga", "Takut, tidak boleh bicara", "Dikunci atau dijaga"):
        wati.tap(wati.newest(), data(signs, label))
    until(lambda: ticked(wati.newest()) == ["✅ Takut, tidak boleh bicara"])
    assert "Di mana?" in wati.say("mereka nangis tiap malam")["text"]
    wati.say("kalcit")
    review = wati.press(PLACE)["text"]
    assert "takut" in review.lower() and "dikunci" not in review.lower()


def test_ticks_are_heard_with_words_of_danger_too(wati: Phone, service: Service) -> None:
    wati.say("halo")
    wati.press("Cerita ke petugas")
    wati.press("Orang lain yang saya lihat")
    signs = wati.press("Ya, masih berlangsung")
    wati.tap(signs, data(signs, "Dikunci atau dijaga"))
    until(lambda: len(ticked(wati.newest())) == 1)
    where = wati.say("pintunya digembok dari luar, ada yang dipukul sekarang")["text"]
    assert "112" in where and "Di mana?" in where
    wati.say("kalcit")
    assert "dikunci atau dijaga" in wati.press(PLACE)["text"].lower()


def test_quick_taps_do_not_undo_each_other(wati: Phone, service: Service) -> None:
    wati.say("halo")
    wati.press("Cerita ke petugas")
    wati.press("Orang lain yang saya lihat")
    signs = wati.press("Ya, masih berlangsung")
    for label in ("Dikunci atau dijaga", "Ada anak di bawah 18 tahun", "Banyak orang berganti-ganti"):
        wati.tap(signs, data(signs, label))
    until(lambda: len(ticked(wati.newest())) == 3)


def test_nothing_ticked_is_said_beside_the_button(wati: Phone, service: Service, telegram: Telegram) -> None:
    wati.say("halo")
    wati.press("Cerita ke petugas")
    wati.press("Orang lain yang saya lihat")
    signs = wati.press("Ya, masih berlangsung")
    query = wati.tap(signs, "ticked")
    until(lambda: telegram.answered[query])
    (told,) = [values for method, values in telegram.calls if values.get("callback_query_id") == query]
    assert told["text"] == "Pilih dulu, baru kirim."
    assert wati.newest() == signs


def test_an_old_button_shows_the_question_that_stands(wati: Phone, service: Service, telegram: Telegram) -> None:
    hello = wati.say("halo")
    wati.press("Cerita ke petugas")
    query = wati.tap(hello, data(hello, "Belajar"))
    again = wati.answer()
    assert "sudah tidak berlaku" in again["text"] and "Tentang siapa?" in again["text"]
    until(lambda: telegram.answered[query] == 1)


def test_a_double_tap_counts_once(wati: Phone, service: Service) -> None:
    to_where(wati)
    wati.say("kalcit")
    review = wati.press(PLACE)
    for _ in range(2):
        wati.tap(review, data(review, "Kirim sekarang"))
    until(lambda: any("Kode Anda" in message["text"] for message in wati.heard()))
    assert rows(service, report) == 1
    assert sum("Kode Anda" in message["text"] for message in wati.heard()) == 1


def test_a_tap_and_a_message_at_once_are_both_answered(wati: Phone, service: Service) -> None:
    """Telegram keeps callbacks of a person in a queue of their own, so both may arrive together."""
    hello = wati.say("halo")
    wati.tap(hello, data(hello, "Belajar"))
    wati.send(text="kode")
    until(lambda: len([one for one in wati.heard() if one["message_id"] > hello["message_id"]]) == 2)


def test_a_changed_message_answers_nothing_again(wati: Phone, service: Service) -> None:
    wati.say("halo")
    first = wati.send(text="3")
    wati.answer()
    wati.edit(first, "4")
    told = wati.answer()
    assert "yang diubah" in told["text"] and "Tentang siapa?" in told["text"]
    second = wati.send(text="1")
    wati.answer()
    wati.edit(second, "/hapus")
    assert "Hapus semua" in wati.answer()["text"]


def test_what_is_no_text_is_met_kindly(wati: Phone, service: Service) -> None:
    sticker = {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 9, "height": 9}
    wati.say("halo")
    wati.send(sticker={**sticker, "is_animated": False, "is_video": False})
    assert "kata-kata" in wati.answer()["text"]
    wati.send(contact={"phone_number": "+628123456789", "first_name": "Budi"})
    assert "kata-kata" in wati.answer()["text"]


def test_a_photo_is_fetched_after_it_was_stored(wati: Phone, service: Service, telegram: Telegram) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(picture, "JPEG")
    telegram.files["large"] = picture.getvalue()
    sizes = [
        {"file_id": name, "file_unique_id": name, "width": width, "height": width}
        for name, width in (("small", 9), ("large", 64))
    ]
    wati.say("halo")
    wati.press("Cerita ke petugas")
    wati.press("Orang lain yang saya lihat")
    wati.press("Ya, masih berlangsung")
    wati.send(photo=sizes, caption="ini pintunya")
    asked = wati.answer()
    assert "Foto Anda sudah kami terima" in asked["text"] and "tempat Anda berdiri" in asked["text"]
    assert "Baik, terima kasih" in wati.press("Tidak")["text"]
    wati.send(photo=[{**sizes[0], "file_id": "gone"}])
    assert "belum sampai" in wati.answer()["text"]


def test_a_pin_becomes_a_kelurahan_and_is_kept_nowhere(
    wati: Phone, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_where(wati)
    wati.send(location={"latitude": -6.2571234, "longitude": 106.8461234})
    offered = wati.answer()
    near = [label for label in labels(offered) if "Jakarta Selatan" in label]
    assert 1 <= len(near) <= 4
    assert near[0] in wati.press(near[0])["text"]
    wati.send(location={"latitude": -6.2571234, "longitude": 106.8461234})
    assert "Lokasi itu tidak kami simpan" in wati.answer()["text"]


def test_a_pin_outside_jakarta_is_told_so(wati: Phone, service: Service) -> None:
    to_where(wati)
    wati.send(venue={"location": {"latitude": -6.9, "longitude": 107.6}, "title": "rumah", "address": "Bandung"})
    assert [label for label in labels(wati.answer()) if "luar Jakarta" in label]


def test_a_link_brings_its_kelurahan_along_for_info_and_into_no_report(wati: Phone, service: Service) -> None:
    assert PLACE in wati.say("/start 31-74-08-1003")["text"]
    assert "Kelurahan Rawajati, Pancoran?" in wati.say("/langganan")["text"]
    assert PLACE in wati.say("/start 31-74-08-1003")["text"]
    wati.press("Cerita ke petugas")
    wati.press("Orang lain yang saya lihat")
    wati.press("Ya, masih berlangsung")
    assert PLACE not in labels(wati.press("Dikunci atau dijaga", "Kirim pilihan"))


@pytest.mark.parametrize("payload", ["", " 99-99-99-9999", " abc_DEF-1"])
def test_a_link_with_anything_else_is_an_ordinary_start(wati: Phone, service: Service, payload: str) -> None:
    text = wati.say(f"/start{payload}")["text"]
    assert text.startswith("Halo, ini Suar") and "Tautan" not in text


def test_commands_are_heard(wati: Phone, service: Service) -> None:
    wati.say("halo")
    assert "kode" in wati.say("/kode@suar_bot")["text"].lower()
    assert "Telegram" in wati.say("/privasi")["text"]
    assert "Ada yang bisa kami bantu?" in wati.say("/menu")["text"]
    assert "How can we help?" in wati.say("/english")["text"]
    assert "Ada yang bisa kami bantu?" in wati.say("/indonesia")["text"]


def test_a_group_is_told_once_and_left(wati: Phone, service: Service, telegram: Telegram) -> None:
    group, member = -100_500, {"user": {"id": 7000000001, "is_bot": True, "first_name": "Suar"}}
    telegram.chats[group].kind = "supergroup"

    def put_in() -> None:
        change = {"chat": {"id": group, "type": "supergroup"}, "from": wati.sender, "date": 1}
        old, new = {"status": "left", **member}, {"status": "member", **member}
        message = {**telegram.message(group, wati.sender), "text": "halo semua"}
        telegram.push("my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new})
        telegram.push("message", message)

    wati.do(put_in)
    until(lambda: group not in telegram.chats)
    said = [values["text"] for method, values in telegram.calls if method == "sendMessage"]
    assert said == ["Suar hanya menjawab di chat pribadi. Tulis langsung ke Suar, ya. Kami keluar dari sini."]
    assert rows(service, person) == 0


def test_whoever_blocks_us_is_waited_for_no_longer(wati: Phone, service: Service, telegram: Telegram) -> None:
    wati.say("halo")
    telegram.faults.extend([("sendMessage", Fault("500"))] * 3)
    member = {"user": {"id": 7000000001, "is_bot": True, "first_name": "Suar"}}

    def block() -> None:
        telegram.chats[wati.id].blocked = True
        change = {"chat": {"id": wati.id, "type": "private"}, "from": wati.sender, "date": 1}
        old, new = {"status": "member", **member}, {"status": "kicked", "until_date": 0, **member}
        telegram.push("my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new})

    wati.send(text="belajar")
    wati.do(block)
    until(lambda: states(service).get("gone") == 1)


def states(service: Service) -> dict[str, int]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        state = outbox_table.c.state
        found = connection.execute(sa.select(state, sa.func.count()).group_by(state))
        return {str(name): int(number) for name, number in found}


def test_ten_thousand_letters_come_in_pieces_and_all_are_kept(wati: Phone, service: Service) -> None:
    to_where(wati)
    wati.say("kalcit")
    wati.press(PLACE)
    wati.press("Tambah cerita, foto, atau suara")
    pieces = [f"bagian {number} " + "kata " * 650 for number in range(3)]
    for piece in pieces:
        wati.send(text=piece.strip())
    until(lambda: len([one for one in wati.heard() if one["message_id"] > wati.seen]) == 3)
    wati.seen = wati.newest()["message_id"]
    assert f"{len(''.join(piece.strip() for piece in pieces)):,}".replace(",", ".") in wati.newest()["text"]


def test_an_update_of_an_unknown_kind_holds_nobody_up(wati: Phone, service: Service, telegram: Telegram) -> None:
    def push() -> None:
        for body in ({"purchased_paid_media": {"from": wati.sender}}, {"message": {"text": "no chat"}}, {}):
            telegram.numbers["update"] += 1
            telegram.updates[telegram.numbers["update"]] = {"update_id": telegram.numbers["update"], **body}

    wati.do(push)
    assert "Halo, ini Suar" in wati.say("halo")["text"]


def test_a_recording_comes_as_a_voice_message_before_the_words(wati: Phone, service: Service) -> None:
    wati.say("/start")
    for label in ("Belajar", "Kenali tanda dan hak", "Tanda-tanda di sekitar kita", "Lewati"):
        wati.press(label)
    words = wati.press("Dengar")
    while "Suaranya buatan komputer." not in words.get("text", ""):
        words = wati.answer()
    (voice,) = [message for message in wati.all() if "voice" in message]
    assert voice["voice"]["file_id"].endswith(".ogg") and voice["message_id"] < words["message_id"]
    assert labels(words)[:2] == ["Lanjut", "Dengar"]
