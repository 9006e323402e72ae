"""A plain yes or no, where the labels say more than that."""

from __future__ import annotations

import pytest

from handlers.flows import FLOWS
from handlers.talk import Outcome, Place, Turn
from handlers.turns import choose, play, question
from tests.service import shelf

WISH = {"kelurahan": "31.75.08.1004", "topics": "both"}


@pytest.mark.parametrize(
    ("flow", "step", "draft", "said", "meant"),
    [
        ("subscribe", "confirm", WISH, "ya", "yes"),
        ("subscribe", "confirm", WISH, "Iya kak", "yes"),
        ("subscribe", "confirm", WISH, "ga", "change"),
        ("told", "ask", {}, "ga", "no"),
        ("told", "ask", {}, "iya", "yes"),
        ("affected", "happening", {}, "tidak", ""),  # "Tidak boleh keluar" is no refusal
        ("report", "when", {}, "tidak", ""),  # nor is "Tidak tahu"
    ],
)
def test_a_plain_yes_or_no_means_the_one_label_that_begins_so(
    flow: str, step: str, draft: dict[str, str], said: str, meant: str
) -> None:
    place = Place(flow, step, draft, 3)
    turn = Turn(shelf(), 0, "0" * 32, text=said)
    chosen = choose(place, question(FLOWS, place, shelf()), turn)
    assert chosen is not None and "".join(chosen.choices) == meant


@pytest.mark.parametrize("step", ["data", "add", "correct", "home"])
def test_selesai_membaca_under_an_answer_is_valid_wherever_its_case_is_open(step: str) -> None:
    place = Place("code", step, {"report": "r", "may": ["add"], "until": 9}, 7)
    went = play(FLOWS, place, Turn(shelf(), 1, "0" * 32, pressed=("code.home:4:close",)))
    assert isinstance(went, Outcome) and went.place is None
    assert went.question is not None and went.question.says[0].key == "code.shut.ask"
