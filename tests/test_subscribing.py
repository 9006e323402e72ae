"""The talk about info of an area: whatever is said at any of its questions, a command is one and never a place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from content.shelf import Say
from handlers.weekly import WEEK, lessons, of_week
from tests.service import shelf
from tests.talks import Heard, Player, Sent, Talk

NOW = "2026-11-20T19:40:00+07:00"
STATES: Mapping[str, tuple[str, ...]] = {
    "where": ("langganan",),
    "which": ("langganan", "penjaringan"),
    "area": ("langganan", "penjaringan", "1"),
    "rw": ("langganan", "penjaringan", "1", "2"),
    "topics": ("langganan", "penjaringan", "1", "1"),
    "confirm": ("langganan", "penjaringan", "1", "1", "3"),
}
LINKED = ("halo suar (31.72.01.1001)", "langganan")
SAVING = (*STATES["confirm"], "1")
MINE = {"kelurahan": "31.72.01.1001", "rw": "", "alerts": True, "lessons": False, "paused": False}
PAUSES = ("JEDA 1 BULAN", "jeda", "Jeda sebulan.", "PAUSE 1 MONTH")


def player(**front: Any) -> Player:
    """Somebody on Telegram."""
    return Player(Talk("", {"now": NOW, "via": "telegram", **front}, (), ""))


def at(said: tuple[str, ...], **front: Any) -> Player:
    """The same, after they have said this."""
    talk = player(**front)
    for text in said:
        talk.hear(Sent("R", text))
    return talk


def stands(talk: Player) -> str:
    return f"{talk.place.flow}.{talk.place.step}" if talk.place else ""


def keys(talk: Player) -> list[str]:
    """What was said last, by its keys."""
    outcome = talk.outcome
    assert outcome is not None
    return [one.key for one in (*outcome.notes, *(outcome.question.says if outcome.question else ()))]


def ended(talk: Player, **data: Any) -> Heard:
    """The choice is kept, or could not be."""
    return talk.hear(Sent("X", json.dumps(data)))


def test_every_question_of_the_talk_is_gone_through() -> None:
    for state, said in STATES.items():
        assert stands(at(said)) == f"subscribe.{state}"
    assert stands(at(SAVING)) == "subscribe.saving"


@pytest.mark.parametrize("state", STATES)
class TestEverywhere:
    @pytest.mark.parametrize("word", PAUSES)
    def test_a_rest_before_anything_comes_is_told_so_and_the_question_stands(self, state: str, word: str) -> None:
        talk = at((*STATES[state], word))
        assert (stands(talk), keys(talk)[0]) == (f"subscribe.{state}", "subscribe.not_yet")

    def test_go_on_asks_again(self, state: str) -> None:
        talk = at((*STATES[state], "lanjut"))
        assert stands(talk) == f"subscribe.{state}"
        assert not {"subscribe.where.unclear", "front.choose", "subscribe.rw.unclear"} & set(keys(talk))

    @pytest.mark.parametrize("word", ["jeda 1 bulan", "jeda"])
    def test_whoever_gets_info_already_rests_at_once(self, state: str, word: str) -> None:
        first, *others = STATES[state]
        talk = at((first, "ubah pilihan", *others), subscribed=MINE)
        assert stands(talk) == f"subscribe.{state}"
        assert talk.hear(Sent("R", word)).done == ("rest 30",)
        assert keys(talk) == ["subscribe.paused.ask"]

    @pytest.mark.parametrize("word", ["berhenti", "STOP", "keluar"])
    def test_stop_ends_it(self, state: str, word: str) -> None:
        talk = at(STATES[state])
        assert "leave" in talk.hear(Sent("R", word)).done
        assert stands(talk) == ""

    def test_the_menu_and_the_way_back_are_no_places(self, state: str) -> None:
        assert stands(at((*STATES[state], "menu"))) == "menu.top"
        before = dict(zip(list(STATES)[1:], STATES, strict=False)) | {"topics": "area"}
        asked = f"subscribe.{before[state]}" if state in before else "menu.top"
        assert stands(at((*STATES[state], "batal"))) == asked

    def test_a_leader_comes_to_their_menu(self, state: str) -> None:
        leads = {"office": "rt", "code": "31.72.01.1001", "kelurahan": "Penjaringan", "unit": "05/03"}
        assert stands(at((*STATES[state], "pengurus"), leads=leads)) == "lead.home"


@pytest.mark.parametrize("word", PAUSES)
def test_a_rest_at_the_question_of_a_link_is_no_place_either(word: str) -> None:
    talk = at((*LINKED, word))
    assert (stands(talk), keys(talk)[0]) == ("subscribe.linked", "subscribe.not_yet")


def test_send_says_yes() -> None:
    assert stands(at((*STATES["confirm"], "kirim"))) == "subscribe.saving"


# While the choice is being kept


@pytest.mark.parametrize("word", ["berhenti", "STOP", "batal"])
@pytest.mark.parametrize("ok", [True, False])
def test_who_stops_while_the_choice_is_kept_gets_nothing(word: str, ok: bool) -> None:
    talk = at((*SAVING, "halo?", word, "halo?"))
    assert stands(talk) == "subscribe.saving"
    assert ended(talk, ok=ok).done == ("leave",)
    assert keys(talk) == ["subscribe.left.ask"]


def test_who_wants_a_rest_meanwhile_has_it_once_something_is_kept() -> None:
    talk = at((*SAVING, "jeda 1 bulan"))
    assert ended(talk, ok=True).done == ("rest 30",)
    talk = at((*SAVING, "jeda 1 bulan"))
    assert ended(talk, ok=False).done == ()
    assert stands(talk) == "subscribe.confirm"


def test_the_menu_comes_with_word_that_it_is_kept() -> None:
    talk = at((*SAVING, "menu"))
    ended(talk, ok=True)
    assert (stands(talk), keys(talk)[0]) == ("menu.top", "subscribe.done.ask")


def test_other_words_meanwhile_are_asked_for_once_more() -> None:
    talk = at((*SAVING, "ada yang mau saya ceritakan"))
    ended(talk, ok=True)
    assert keys(talk) == ["subscribe.missed", "subscribe.done.ask"]
    talk = at((*SAVING, "ada yang mau saya ceritakan"))
    ended(talk, ok=False)
    talk.hear(Sent("R", "1"))
    ended(talk, ok=True)
    assert keys(talk) == ["subscribe.done.ask"]


# Where no info comes


@pytest.mark.parametrize("links", [(), ("https://t.me/suar_bot",)])
def test_where_none_comes_it_is_said_first_with_what_there_is(links: tuple[str, ...]) -> None:
    talk = at(("langganan",), via="web", links=links)
    assert stands(talk) == "subscribe.elsewhere"
    assert talk.line is not None and ("\n".join(talk.line.texts).count("t.me") == len(links))
    assert talk.hear(Sent("R", "1")).done[0].startswith("count lesson.begun.")
    assert stands(talk) == "learn.before"


def test_the_lesson_there_changes_from_week_to_week_and_begins_anew_after_the_last() -> None:
    series = lessons(shelf())
    found = [of_week(shelf(), number * WEEK).id for number in range(len(series) + 1)]
    assert found[:-1] == [one.id for one in series] and found[-1] == found[0]
    assert all(shelf().text(Say(f"lesson.{id}.title")) for id in found)
