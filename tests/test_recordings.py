"""Recordings: only fit files that are listed are loaded, and whoever taps Dengar hears one and is told whose voice."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web_sound import OGG, sound_url
from content.faults import Fault
from content.recordings import LARGEST, LIST, duration, key_of, load_recordings
from content.shelf import SOUNDS, Say
from handlers import front
from handlers.flows import FLOWS
from handlers.render import Line, render
from handlers.talk import Outcome, Place, Turn
from tests.databases import Sqlite
from tests.service import make_service, shelf
from tests.web_chat import Clock, make_web, phone

FILE = "tanda-di-sekitar.card.1.opus"
SAMPLE = (SOUNDS / FILE).read_bytes()
ROW: Mapping[str, Any] = {"file": FILE, "synthetic": True, "voice": "espeak-ng", "recorded_on": None}
CARD = Place("learn", "card", {"topic": "basics", "lesson": "tanda-di-sekitar"}, 7)


def tapped(place: Place, option: str, language: str = "id") -> Line:
    """The answer to a tap."""
    token = f"{place.flow}.{place.step}:{place.turn}:{option}"
    turn = Turn(shelf=shelf(), now=1_795_000_000, token="a" * 32, pressed=(token,), language=language)
    outcome = front.answer(FLOWS, place, turn)
    assert isinstance(outcome, Outcome)
    line = render(outcome, shelf(), language)
    assert line
    return line


def test_dengar_plays_the_card_says_that_a_machine_speaks_and_stays_there() -> None:
    line = tapped(CARD, "listen")
    assert line.sound == FILE
    assert line.texts[0] == "Rekaman 0:09. Suaranya buatan komputer."
    assert [one.label for one in line.buttons] == ["Lanjut", "Dengar"]
    assert Line.load(line.dump()) == line
    english = tapped(CARD, "listen", "en")
    assert (english.sound, english.buttons[1].label) == (FILE, "Listen (in Indonesian)")
    assert "made by a computer" in english.texts[0]


def test_dengar_stands_only_where_something_was_recorded_and_is_played_once() -> None:
    onward = tapped(CARD, "next")
    assert (onward.sound, [one.label for one in onward.buttons]) == ("", ["Lanjut"])
    assert "sound" not in onward.dump()
    assert tapped(Place("learn", "card", {"lesson": "tanda-di-sekitar", "card": 1}, 7), "listen").sound == ""


def test_every_recording_ships_with_its_words_and_length() -> None:
    assert {one.file for one in shelf().recordings.values()} == {path.name for path in SOUNDS.glob("*.opus")}
    for key, one in shelf().recordings.items():
        assert key in shelf().words["id"]
        assert str(one) in shelf().text(Say("learn.hear.machine", {"length": one}))


def folder(made: Path, data: bytes, row: Mapping[str, Any]) -> Path:
    """A folder with one recording."""
    (made / FILE).write_bytes(data)
    (made / LIST).write_text(yaml.safe_dump([dict(row)]), encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("data", "row", "told"),
    [
        (SAMPLE, {"synthetic": "ya"}, "synthetic: true or false"),
        (SAMPLE, {"voice": " "}, "voice: a text is needed"),
        (SAMPLE, {"file": "tanda-di-sekitar.card.9.opus"}, "of a card or question that is there"),
        (SAMPLE, {"file": "../tanda.card.1.opus"}, "of a card or question that is there"),
        (SAMPLE, {"file": "tanda-di-sekitar.card.2.opus"}, "is missing or larger than 150000"),
        (SAMPLE + bytes(LARGEST), {}, "is missing or larger than 150000"),
        (b"RIFF" + SAMPLE, {}, "is no Ogg Opus file"),
        (SAMPLE.replace(b"OpusHead", b"vorbis!!"), {}, "is no Ogg Opus file"),
        (b"", {}, "is no Ogg Opus file"),
    ],
)
def test_a_recording_that_is_not_fit_stops_the_start(
    tmp_path: Path, data: bytes, row: Mapping[str, Any], told: str
) -> None:
    with pytest.raises(Fault, match=told):
        load_recordings(folder(tmp_path, data, {**ROW, **row}), shelf().words["id"])


def test_a_long_recording_and_a_file_nobody_listed_are_refused(tmp_path: Path) -> None:
    at = SAMPLE.rindex(b"OggS") + 6  # of the last page: its granule position
    long = SAMPLE[:at] + struct.pack("<q", 61 * 48_000 + 312) + SAMPLE[at + 8 :]
    assert duration(long) == 61
    with pytest.raises(Fault, match="at most 60 seconds"):
        load_recordings(folder(tmp_path, long, ROW), shelf().words["id"])
    (tmp_path / "lain.opus").write_bytes(SAMPLE)
    with pytest.raises(Fault, match=r"lain.opus is not listed"):
        load_recordings(folder(tmp_path, SAMPLE, ROW), shelf().words["id"])
    assert load_recordings(tmp_path / "none", shelf().words["id"]) == {}


@given(st.binary(max_size=200) | st.integers(0, len(SAMPLE)).map(lambda end: SAMPLE[:end]))
def test_whatever_a_file_holds_its_length_is_a_number(data: bytes) -> None:
    assert 0 <= duration(data) <= 9.5


def test_a_name_is_a_card_or_question_counted_from_one() -> None:
    assert key_of("satu.ask.2.opus") == "lesson.satu.ask.1"
    assert [key_of(name) for name in ("satu.opus", "satu.card.x.opus", "satu.title.1.opus", "satu.card.1.mp3")] == [
        ""
    ] * 4


@pytest.mark.anyio
async def test_the_web_chat_plays_a_listed_file_and_no_other(sqlite: Sqlite) -> None:
    clock = Clock()
    with sqlite.fresh() as url, make_service(url, clock.now) as service:
        async with phone(make_web(service, clock)) as one:
            await one.open()
            for label in ("Belajar", "Kenali tanda dan hak", "Tanda-tanda di sekitar kita", "Lewati", "Dengar"):
                await one.press(label)
            assert f'<audio controls preload="none" src="/suara/{FILE}"></audio>' in one.html
            sent = await one.client.get(f"/suara/{FILE}")
            part = await one.client.get(f"/suara/{FILE}", headers={"Range": "bytes=0-3"})
            missing = [(await one.client.get(f"/suara/{name}")).status_code for name in (LIST, "..%2f01.md", "x.opus")]
    assert (sent.content, sent.headers["content-type"]) == (SAMPLE, OGG)
    assert "media-src 'self'" in sent.headers["content-security-policy"]
    assert (part.status_code, part.content) == (206, b"OggS")
    assert missing == [404] * 3


def test_a_vendor_fetches_it_from_the_public_address() -> None:
    assert sound_url("https://suar.example/", FILE) == f"https://suar.example/suara/{FILE}"
    assert OGG == "audio/ogg"
