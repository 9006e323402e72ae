"""Danger and watched words in every state that the transcripts reach, and through a running desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from content.shelf import Say
from handlers import front
from handlers.flows import FLOWS
from handlers.parking import LINES
from handlers.talk import Outcome, Place, Turn
from tests.service import make_service, shelf, staffed
from tests.talks import Player, load_talk
from tests.web_chat import Clock, Phone, make_web, phone

TALKS = sorted((Path(__file__).parent / "talks").glob("*.txt"))
WATCHED, DANGER = "ada orang, nanti lagi", "tolong saya disekap di kamar"


def states() -> list[Place]:
    """Every place where a person stands in some transcript, each step once a flow."""
    found: dict[tuple[str, str], Place] = {}
    for path in TALKS:
        player = Player(load_talk(path))
        for _ in player.run():
            if player.place is not None:
                found.setdefault((player.place.flow, player.place.step), player.place)
    return list(found.values())


def answered(place: Place | None, turn: Turn) -> Outcome:
    outcome = front.answer(FLOWS, place, turn)
    assert isinstance(outcome, Outcome)
    return outcome


def test_every_state_goes_quiet_when_somebody_looks() -> None:
    reached = states()
    assert len(reached) > 40
    for place in [None, *reached]:
        turn = Turn(shelf=shelf(), now=0, token="0" * 32, text=WATCHED, watched=True, emergency=True)
        outcome = answered(place, turn)
        assert outcome.notes == (Say("front.watched"),) and outcome.question is None, place
        assert outcome.place is None or outcome.place.draft == {}, place
        assert "112" in shelf().text(outcome.notes[0])


def test_every_state_gives_the_numbers_beside_what_it_answers_once_a_talk() -> None:
    for place in states():
        if place.errand is not None or place.cards:
            continue
        turn = Turn(shelf=shelf(), now=0, token="0" * 32, text="", media="sticker", emergency=True)
        outcome = answered(place, turn)
        said = [say.key for say in (*outcome.notes, *(outcome.question.says if outcome.question else ()))]
        assert any(key in LINES or key.startswith("front.danger") for key in said), (place.flow, place.step)
        if outcome.place is not None and outcome.place.flow == place.flow:
            again = answered(outcome.place, turn)
            assert not any(say.key.startswith("front.danger") for say in again.notes), (place.flow, place.step)


def said(place: Place | None, **heard: Any) -> list[str]:
    """The keys of what is said beside the question."""
    turn = replace(Turn(shelf=shelf(), now=0, token="0" * 32), **heard)
    return [say.key for say in answered(place, turn).notes]


def test_a_command_does_not_silence_danger() -> None:
    for place, card in ((None, []), (Place("report", "when", {}, 7), ["help.short"])):
        assert said(place, text="help", emergency=True) == ["front.danger", *card]
        assert said(place, text="help") == card


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (None, "saya disekap di Kamboja, tolong"),
        (None, "I am locked up in Myanmar, help"),
        (Place("menu", "top", {}, 7), "teman saya disekap di luar negeri"),
        (Place("offer", "country", {}, 7), "saya disekap di Kamboja, tolong"),
        (Place("offer", "who", {"country": "kamboja"}, 7), "tolong, saya disekap"),
        (Place("offer", "who", {"country": "other"}, 7), "tolong, saya disekap"),
    ],
)
def test_whoever_names_a_place_abroad_gets_the_numbers_of_both_sides(place: Place | None, text: str) -> None:
    notes = said(place, text=text, emergency=True)
    assert "front.danger_abroad" in notes
    assert "front.danger" in notes or place is None


@pytest.mark.parametrize("country", ["", "home", "unknown"])
def test_numbers_for_abroad_are_for_abroad(country: str) -> None:
    place = Place("offer", "who", {"country": country}, 7)
    assert "front.danger_abroad" not in said(place, text="tolong, saya disekap di Koja", emergency=True)
    told = Place("report", "tell", {"kota": "31.74"}, 7)
    assert "front.danger_abroad" not in said(told, text="tolong, mau dibawa ke Malaysia", emergency=True)


def test_another_talk_gives_the_numbers_again() -> None:
    first = Turn(shelf=shelf(), now=0, token="0" * 32, text="tolong dia dipukul", emergency=True)
    place = answered(Place("learn", "card", {"lesson": "tanda-di-sekitar"}, 7), first).place
    assert "front.danger" not in said(place, text="tolong dia dipukul", emergency=True)
    there = answered(place, replace(first, text="kode", emergency=False)).place
    assert there is not None and there.flow == "code"
    assert "front.danger" in said(there, text="tolong dia dipukul", emergency=True)


def test_a_talk_that_gave_the_numbers_itself_does_not_repeat_them() -> None:
    told = Turn(shelf=shelf(), now=0, token="0" * 32, text="1")
    place = answered(Place("report", "when", {}, 7), told).place
    assert place is not None and place.cards == ("emergency",)
    assert "front.danger" not in said(place, text="tolong dia dipukul", emergency=True)


@pytest.mark.parametrize(("draft", "key"), [({}, "front.mind"), ({"abroad": "yes"}, "front.mind_abroad")])
def test_who_wants_to_die_is_first_told_who_listens_and_not_of_the_police(draft: dict[str, str], key: str) -> None:
    notes = said(Place("affected", "happening", draft, 7), text="saya mau mati saja", emergency=True, suicide=True)
    assert notes[0] == key and "front.danger" not in notes
    for language in shelf().languages:
        assert "healing119.id" in shelf().text(Say(key), language)


@pytest.mark.parametrize("text", ["selesai", "Stop!", "berhenti", "stop here", "0", "kembali"])
@pytest.mark.parametrize("step", ["safe", "under18", "where", "code", "remember"])
def test_an_affected_person_stops_by_a_word_at_every_step(text: str, step: str) -> None:
    outcome = answered(Place("affected", step, {}, 7), Turn(shelf=shelf(), now=0, token="0" * 32, text=text))
    assert (outcome.place, outcome.notes) == (None, (Say("front.watched"),))


@pytest.mark.parametrize(
    ("step", "text", "leads"),
    [
        ("pass_on", "iya boleh", "filing"),
        ("pass_on", "ga", "under18"),
        ("pass_on", "yes please", "filing"),
        ("under18", "nggak", "where"),
        ("code", "ga usah", ""),
    ],
)
def test_a_plain_yes_or_no_is_an_answer(step: str, text: str, leads: str) -> None:
    outcome = answered(Place("affected", step, {}, 7), Turn(shelf=shelf(), now=0, token="0" * 32, text=text))
    assert (outcome.place.step if outcome.place else "") == leads


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[Phone]:
    with make_service(database_url, Clock().now) as service:
        async with phone(make_web(staffed(service), Clock())) as one:
            yield one


@pytest.mark.anyio
async def test_danger_is_answered_first_by_a_running_desk(one: Phone) -> None:
    await one.open()
    await one.post(DANGER)
    assert "112" in one.html and "110" in one.html
    await one.post("menu")
    await one.press("Cerita ke petugas")
    await one.press("Orang lain yang saya lihat")
    await one.post(WATCHED)
    assert "Oke, terima kasih." in one.html and "Apakah" not in one.html
    await one.post("halo")
    assert "Halo, ini Suar" in one.html and "Apakah masih terjadi?" not in one.html


@pytest.mark.anyio
async def test_nothing_of_the_talk_stays_on_the_page_when_somebody_looks(one: Phone) -> None:
    page = await one.open()
    page = await one.form(page, press=page.button("Cerita ke petugas"))
    page = await one.form(page, text=WATCHED)
    assert "Oke, terima kasih." in page.html
    assert "Tentang siapa?" not in page.html and WATCHED not in page.html and "Halo" not in page.html
    page = await one.form(page, text="halo")
    assert "Halo, ini Suar" in page.html and "Tentang siapa?" not in page.html
    await one.open()
    await one.press("Cerita ke petugas")
    assert (await one.post(WATCHED)).json()["wipes"] is True


@pytest.mark.anyio
async def test_our_own_words_are_no_alarm(one: Phone) -> None:
    await one.open()
    await one.press("Cerita ke petugas")
    await one.press("Orang lain yang saya lihat")
    await one.press("Sudah lewat")
    await one.post("Dikunci atau dijaga")
    assert "112" not in one.html
