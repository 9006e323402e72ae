"""Updates as Telegram sends them: their shape by the specification, and what is left of them for us."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup, Update

from bot.channels.telegram_line import is_tick, pieces, ticked, toggled
from bot.channels.telegram_update import Blocked, Came, Crowd, Tap, Words, read_update
from bot.reading import MAINLAND, SURELY
from content.gazetteer import Kelurahan
from handlers.reading.places import Candidate, Outside
from handlers.render import Button, Line
from tests.databases import Sqlite
from tests.service import make_service, shelf
from tests.telegram_types import RIGHTS, faults

FROM = {
    "id": 4001,
    "is_bot": False,
    "first_name": "Wati Rahasia",
    "last_name": "Sukamaju",
    "username": "wati_rahasia",
    "language_code": "id",
}
PRIVATE = {"id": 4001, "first_name": "Wati Rahasia", "username": "wati_rahasia", "type": "private"}
GROUP = {"id": -100777, "title": "RT 05 Rahasia", "type": "supergroup"}
BOT = {"id": 7, "is_bot": True, "first_name": "Suar", "username": "suar_bot"}
BASE = {"message_id": 11, "from": FROM, "chat": PRIVATE, "date": 1763700000}
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "✅ Satu", "callback_data": "a.b:1:x"}],
        [{"text": "Kirim", "callback_data": "ticked"}],
    ]
}
PHOTO = [
    {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 51, "file_size": 1101},
    {"file_id": "large", "file_unique_id": "b", "width": 1280, "height": 720, "file_size": 91000},
]
STICKER = {
    "file_id": "CAAC",
    "file_unique_id": "c",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}


def member(status: str) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {
        "kicked": {"until_date": 0},
        "administrator": dict.fromkeys(RIGHTS, False),
    }
    return {"status": status, "user": BOT, **more.get(status, {})}


def changed(chat: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {"chat": chat, "from": FROM, "date": 1, "old_chat_member": member(old), "new_chat_member": member(new)}


def tapped(message: dict[str, Any]) -> dict[str, Any]:
    return {"id": "99", "from": FROM, "message": message, "chat_instance": "-5", "data": "ticked"}


ID = "m4001.11"
FIXTURES: list[tuple[str, Any, Came | None]] = [
    ("message", {**BASE, "text": "halo"}, Words(4001, ID, 11, "halo")),
    (
        "message",
        {**BASE, "text": "/menu@suar_bot", "entities": [{"type": "bot_command", "offset": 0, "length": 14}]},
        Words(4001, ID, 11, "/menu"),
    ),
    ("message", {**BASE, "text": "/start 31-74-08-1003"}, Words(4001, ID, 11, "/start", kelurahan="31.74.08.1003")),
    ("message", {**BASE, "text": "/start 3174081003"}, Words(4001, ID, 11, "/start", kelurahan="31.74.08.1003")),
    ("message", {**BASE, "text": "/start promo_1"}, Words(4001, ID, 11, "/start")),
    ("message", {**BASE, "caption": "ini", "photo": PHOTO}, Words(4001, ID, 11, "ini", "photo", "large")),
    (
        "message",
        {**BASE, "voice": {"file_id": "AwAC", "file_unique_id": "v", "duration": 3, "mime_type": "audio/ogg"}},
        Words(4001, ID, 11, "", "voice", "AwAC"),
    ),
    ("message", {**BASE, "sticker": STICKER}, Words(4001, ID, 11, "", "sticker")),
    (
        "message",
        {**BASE, "contact": {"phone_number": "+62812", "first_name": "Budi", "user_id": 5}},
        Words(4001, ID, 11, "", "contact"),
    ),
    ("message", {**BASE, "location": {"latitude": -6.2, "longitude": 106.8}}, Words(4001, ID, 11, point=(-6.2, 106.8))),
    (
        "message",
        {**BASE, "venue": {"location": {"latitude": -6.2, "longitude": 106.8}, "title": "kos", "address": "x"}},
        Words(4001, ID, 11, point=(-6.2, 106.8)),
    ),
    (
        "edited_message",
        {**BASE, "edit_date": 1763700009, "text": "hallo"},
        Words(4001, "e4001.11.1763700009", 11, "hallo", "edited"),
    ),
    (
        "edited_message",
        {**BASE, "edit_date": 1763700009, "location": {"latitude": -6.2, "longitude": 106.8, "live_period": 900}},
        None,
    ),
    (
        "callback_query",
        tapped({**BASE, "from": BOT, "text": "Pilih", "reply_markup": KEYBOARD}),
        Tap(4001, "99", 11, "ticked", InlineKeyboardMarkup.de_json(KEYBOARD, None)),
    ),
    ("callback_query", tapped({"chat": PRIVATE, "message_id": 11, "date": 0}), Tap(4001, "99", 11, "ticked")),
    ("my_chat_member", changed(PRIVATE, "member", "kicked"), Blocked(4001)),
    ("my_chat_member", changed(PRIVATE, "kicked", "member"), None),
    ("my_chat_member", changed(GROUP, "left", "member"), Crowd(-100777, greeted=True)),
    ("my_chat_member", changed({**GROUP, "type": "channel"}, "left", "administrator"), Crowd(-100777)),
    ("my_chat_member", changed(GROUP, "member", "left"), None),
    ("message", {**BASE, "chat": GROUP, "text": "halo semua"}, Crowd(-100777)),
    ("message", {**BASE, "chat": GROUP, "group_chat_created": True}, Crowd(-100777)),
]


@pytest.mark.parametrize(("kind", "body", "meant"), FIXTURES, ids=lambda one: one if isinstance(one, str) else "")
def test_an_update_means_what_it_should(kind: str, body: Any, meant: Came | None) -> None:
    update = {"update_id": 500, kind: body}
    assert list(faults(update, "Update")) == []
    parsed = Update.de_json(update, None)
    assert parsed.update_id == 500 and not parsed.api_kwargs
    assert read_update(update) == meant


@pytest.mark.parametrize(("kind", "body", "meant"), FIXTURES, ids=lambda one: one if isinstance(one, str) else "")
def test_names_and_languages_stay_outside(kind: str, body: Any, meant: Came | None) -> None:
    came = read_update({"update_id": 500, kind: body})
    known = json.dumps([str(getattr(came, name)) for name in came.__slots__]) if came else ""
    assert not any(word in known for word in ("Rahasia", "rahasia", "Sukamaju", "+62812", "Budi", "kos"))
    assert "4001" not in repr(came)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": 1},
        {"update_id": 1, "purchased_paid_media": {"from": FROM}},
        {"update_id": 1, "message": {"text": "nobody"}},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {**BASE, "pinned_message": {**BASE, "text": "x"}}},
        {"update_id": 1, "message": {**BASE, "date": 10**30, "text": "x"}},
        {"update_id": 1, "message": {**BASE, "chat": {**PRIVATE, "type": "unheard_of"}, "new_field": 1}},
        [],
        None,
        "text",
    ],
)
def test_what_nobody_understands_is_dropped(raw: Any) -> None:
    came = read_update(raw)
    assert came is None or isinstance(came, Crowd)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["message", "chat", "id", "date", "from", "text", "update_id"]), inner)
        ),
        max_leaves=12,
    )
)
def test_no_json_ends_the_reading(raw: Any) -> None:
    read_update({"update_id": 1, "message": raw})


# Lines


def test_a_line_becomes_a_message_with_a_button_a_row() -> None:
    line = Line(("Satu.", "Dua?"), (Button("f.s:1:a", "Ya"),), back=Button("f.s:1:back", "Kembali"))
    (piece,) = pieces(line, shelf())
    assert piece.text == "Satu.\n\nDua?" and piece.entities == ()
    assert piece.keyboard is not None
    assert [[one.text for one in row] for row in piece.keyboard.inline_keyboard] == [["Ya"], ["Kembali"]]


def test_several_answers_are_ticked_and_sent_together() -> None:
    line = Line(("Apa?",), (Button("f.s:1:a", "A"), Button("f.s:1:b", "B")), many=True, back=Button("f.s:1:back", "K"))
    (piece,) = pieces(line, shelf())
    keyboard = piece.keyboard
    assert keyboard is not None and ticked(keyboard) == ()
    assert [is_tick(keyboard, token) for token in ("f.s:1:a", "f.s:1:back", "ticked")] == [True, False, False]
    both = toggled(toggled(keyboard, "f.s:1:b"), "f.s:1:a")
    assert ticked(both) == ("f.s:1:a", "f.s:1:b")
    assert toggled(both, "f.s:1:b") == toggled(keyboard, "f.s:1:a")


@given(st.text(min_size=1, max_size=6_000))
def test_a_covered_line_is_covered_whole(text: str) -> None:
    for piece in pieces(Line((text,), covert=True), shelf()):
        (cover,) = piece.entities
        assert (cover.type, cover.offset) == ("spoiler", 0)
        assert cover.length == len(piece.text.encode("utf-16-le", "surrogatepass")) // 2 <= 4096


# Pins


@pytest.mark.parametrize("here", shelf().gazetteer.kelurahan[::20], ids=lambda one: one.name)
def test_a_pin_on_a_kelurahan_offers_it_first(here: Kelurahan, sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_service(url) as service:
        found = service.reading.around(here.lat, here.lon)
    assert isinstance(found[0], Candidate)
    assert found[0].code == here.code
    assert len(found) <= 4


def test_a_pin_far_away_is_outside(sqlite: Sqlite) -> None:
    assert SURELY < MAINLAND
    with sqlite.fresh() as url, make_service(url) as service:
        assert service.reading.around(-6.9, 107.6) == (Outside(""),)
        assert isinstance(service.reading.around(-6.4, 106.82)[-1], Outside)  # Depok
