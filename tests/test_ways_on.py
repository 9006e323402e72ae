"""Where somebody is left who answers in their own way: a kind yes to SUDAH, STOP, a pin, a photo instead of an age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from content.shelf import Say
from handlers import front
from handlers.flows import FLOWS
from handlers.parking import names_abroad
from handlers.reading.places import Candidate
from handlers.render import Line, render
from handlers.subscribe import MINE
from handlers.subscribed import Choice
from handlers.talk import JSON, WEB, Need, Outcome, Place, Turn
from handlers.turns import question
from tests.service import shelf

SAVED = Place("report", "saved", {"lead": "ppapp-jaksel", "when": "ongoing"}, 3)
FAMILY = Place("family", "saved", {"lead": "ppapp-jaksel"}, 3)
TOLD = Place("told", "ask", {"report": "r", "then": "report.done", "lead": "ppapp-jaksel"}, 3)
REVIEW: Mapping[str, JSON] = {"when": "ongoing", "signs": ["other"], "words": ["anak nangis tiap mlm"], "kota": "31.74"}
AGE = Place("affected", "under18", {}, 3)
SUBSCRIBED = Choice("31.72.01.1001", "", True, False, False)
DONE = [
    "SUDAH",
    "sudah dicatat",
    "Ok",
    "iya",
    "ya",
    "sip",
    "sudah ya",
    "sudah kak",
    "okay",
    "noted it",
]


def hear(place: Place | None, text: str = "", mine: Choice | None = None, **more: Any) -> Outcome:
    """What a message comes to."""
    turn = Turn(shelf(), 1_796_000_000, "0" * 32, text=text, found={MINE: mine}, **more)
    outcome = front.answer(FLOWS, place, turn)
    assert not isinstance(outcome, Need)
    return outcome


def keys(outcome: Outcome) -> list[str]:
    """What is said, by its keys."""
    return [one.key for one in (*outcome.notes, *(outcome.question.says if outcome.question else ()))]


def shown(place: Place, channel: str = WEB) -> Line:
    """A question as a channel shows it."""
    line = render(Outcome(place, question=question(FLOWS, place, shelf())), shelf(), "id", channel)
    assert line is not None
    return line


@pytest.mark.parametrize("place", [SAVED, FAMILY], ids=["witness", "family"])
@pytest.mark.parametrize("word", DONE)
def test_a_kind_yes_says_that_the_code_is_written_down(place: Place, word: str) -> None:
    outcome = hear(place, word)
    assert outcome.place is None
    assert any(key.startswith("report.done.") for key in keys(outcome))


@pytest.mark.parametrize("word", ["belum", "tunggu sebentar", "kodenya apa tadi?"])
def test_anything_else_is_asked_again(word: str) -> None:
    assert "report.once" in keys(hear(SAVED, word))


@pytest.mark.parametrize("place", [SAVED, FAMILY, TOLD], ids=["witness", "family", "told"])
def test_stop_after_the_code_says_that_the_story_is_sent(place: Place) -> None:
    outcome = hear(place, "STOP")
    assert (outcome.place, keys(outcome)) == (None, ["front.ended_sent"])


def test_stop_in_a_story_says_that_info_still_comes() -> None:
    story = Place("report", "when", {"words": ["pintunya digembok"]}, 3)
    assert keys(hear(story, "stop")) == ["front.ended"]
    ended = hear(story, "stop", SUBSCRIBED)
    assert keys(ended) == ["front.ended", "front.still_subscribed"] and ended.do == ()
    left = hear(None, "stop", SUBSCRIBED)
    assert keys(left) == ["subscribe.left.ask"] and left.do
    assert keys(hear(None, "stop")) == ["front.stopped"]


def test_stop_in_the_talk_of_an_affected_person_tells_nobody_of_info() -> None:
    assert keys(hear(AGE, "stop", SUBSCRIBED)) == ["front.watched"]


def test_the_greeting_comes_before_what_is_said_to_the_first_words() -> None:
    said = keys(hear(None, "ada rumah yang pintunya selalu tertutup"))
    assert said.index("menu.hello") == 0


def test_a_pin_where_an_answer_is_changed_is_told_how_to_give_the_place() -> None:
    place = Place("report", "change", REVIEW, 3)
    pin = Candidate("31.74.08.1003", "Rawajati", "Pancoran", "Jakarta Selatan", "31.74", 100, "31.74.08")
    outcome = hear(place, places=(pin,))
    assert keys(outcome)[0] == "report.change.pin"
    assert outcome.place is not None and outcome.place.step == "change"
    named = shelf().text(Say("report.change.where"))
    assert f"Pilih {named}," in shelf().text(Say("report.change.pin"))


def test_words_under_a_photo_are_kept_and_the_age_is_asked_once_more() -> None:
    photo: dict[str, Any] = {"media": "photo", "reference": "x"}
    first = hear(AGE, "ini tempatnya kak", **photo)
    assert first.place is not None and first.place.step == "under18"
    assert first.place.draft["words"] == ["ini tempatnya kak"] and keys(first)[0] == "affected.photo"
    second = hear(first.place, "ini juga", **photo)
    assert second.place is not None and second.place.step == "where"
    aged = hear(AGE, "16 thn", **photo)
    assert aged.place is not None and aged.place.draft["child"] == "yes"


@pytest.mark.parametrize(("channel", "add"), [(WEB, "Tambah cerita atau foto"), ("telegram", ""), ("whatsapp", "")])
def test_a_witness_reads_what_the_channel_takes(channel: str, add: str) -> None:
    review = shown(Place("report", "review", REVIEW, 3), channel)
    assert review.buttons[1].label == (add or "Tambah cerita, foto, atau suara")
    assert review.buttons[1].short == ("" if add else "Tambah cerita/foto")
    signs = shown(Place("report", "signs", {}, 3), channel).plain()
    assert ("rekam suara" in signs) == (channel != WEB)


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("tambah cerita", "add"),
        ("Tambah cerita/foto", "add"),
        ("ubah", "change"),
        ("bukan begitu", "differs"),
        ("Perkiraan kurang tepat", "differs"),
        ("5", "differs"),
    ],
)
def test_the_review_understands_its_labels_old_and_new(typed: str, step: str) -> None:
    read = {**REVIEW, "read_kind": "child_exploitation", "read_of": "x", "read_urgency": "normal"}
    place = Place("report", "review", read, 3)
    labels = [one.label for one in shown(place).buttons]
    assert labels[-2:] == ["Perkiraannya kurang tepat", "Batal, hapus cerita ini"]
    outcome = hear(place, typed, channel="whatsapp")
    assert outcome.place is not None and outcome.place.step == step


@pytest.mark.parametrize("typed", ["batal", "Batal, hapus cerita ini", "5"])
def test_batal_at_the_review_ends_it(typed: str) -> None:
    outcome = hear(Place("report", "review", REVIEW, 3), typed)
    assert keys(outcome) == ["report.dropped.ask"]


@pytest.mark.parametrize(
    ("text", "abroad"),
    [
        ("tolong sy di hk, majikan tahan paspor", True),
        ("ditahan di tw", True),
        ("disekap waktu kerja di sg", True),
        ("gaji ditahan, kerja di uae", True),
        ("majikan jahat di my", True),
        ("dikunci di sg bambu", False),
        ("my god tolong", False),
    ],
)
def test_short_names_of_places_abroad(text: str, abroad: bool) -> None:
    turn = replace(Turn(shelf(), 0, ""), text=text)
    assert names_abroad(turn) is abroad
