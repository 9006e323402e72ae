"""Danger and watched words in every state that the transcripts reach, and through a running desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

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
    assert (await one.post(WATCHED)).json()["quiet"] is True


@pytest.mark.anyio
async def test_our_own_words_are_no_alarm(one: Phone) -> None:
    await one.open()
    await one.press("Cerita ke petugas")
    await one.press("Orang lain yang saya lihat")
    await one.press("Sudah lewat")
    await one.post("Dikunci atau dijaga")
    assert "112" not in one.html
