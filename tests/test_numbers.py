"""Whoever looks for a number, whatever their need and hour, meets one that answers them that way."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from content.hotlines import Hotline, Topic, Where
from content.shelf import Say
from content.vocabulary import Hours, Known
from handlers.flows import FLOWS
from handlers.numbers import IMPOSTORS, NEEDS, lines
from handlers.placing import answering
from handlers.render import render
from handlers.talk import Outcome, Place
from handlers.turns import question
from tests.service import shelf


@dataclass(frozen=True, slots=True)
class Situation:
    """A person, the needs they may choose, and who answers them by the sources read: `never` turns them away."""

    name: str
    needs: tuple[str, ...]
    answers: tuple[str, ...]  # numbers as people write them
    never: tuple[str, ...] = ()


SITUATIONS = (
    Situation("a man", ("man",), ("110", "148", "0800-1000"), ("129", "0813-1761-7622", "0811-1772-273")),
    Situation("a woman", ("woman",), ("0813-1761-7622", "129", "148", "112", "110"), ("0811-1772-273",)),
    Situation("a child", ("child",), ("0813-1761-7622", "129", "0811-1772-273", "112", "110")),
    Situation("abroad", ("abroad",), ("+62 812-9007-0027", "+62 21 2924 4800"), ("112", "129", "0800-1000")),
    Situation("deaf", ("text",), ("0813-1761-7622", "08111-129-129", "0857-7001-0048"), ("112", "110", "0800-1000")),
    Situation("a deaf man", ("text",), ("0857-7001-0048", "0811-8080-141")),
    Situation("in danger", ("danger",), ("112", "110"), ("129",)),
    Situation("a worker", ("work",), ("0800-1000", "1500-630")),
)


def written(line: Hotline) -> tuple[str, ...]:
    """The numbers of a line: one may stand beside another."""
    return tuple(part.removeprefix("WA ").removeprefix("kantor ") for part in (line.number or "").split(", "))


def shown(need: str, language: str = "id") -> str:
    """The card of a need as it is read."""
    place = Place("numbers", "card", {"need": need})
    line = render(Outcome(place, question=question(FLOWS, place, shelf())), shelf(), language)
    assert line is not None
    return line.plain()


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.name)
def test_everybody_meets_numbers_that_take_them(situation: Situation) -> None:
    for need in situation.needs:
        found = [number for line in lines(need, shelf().hotlines) for number in written(line)]
        assert set(situation.answers) <= set(found)
        assert not set(situation.never) & set(found)
        for language in ("id", "en"):
            assert all(number in shown(need, language) for number in situation.answers)


@pytest.mark.parametrize("need", ["danger", "woman", "child", "man", "abroad", "text"])
def test_at_night_somebody_answers_and_the_card_says_who(need: str) -> None:
    awake = [line for line in lines(need, shelf().hotlines) if line.number and line.hours is Hours.ALWAYS]
    assert awake
    assert shown(need).count(" 24 jam. Menurut") == shown(need, "en").count(" 24 hours. According") == len(awake)


def test_who_is_at_work_only_in_office_hours_says_so() -> None:
    assert "Bisa WhatsApp. Pada jam kerja. Menurut" in shown("man")
    assert "WhatsApp works too. In office hours. According" in shown("man", "en")


def test_who_cannot_call_is_given_only_what_takes_writing_and_told_of_112_and_110() -> None:
    found = lines("text", shelf().hotlines)
    assert found and all(line.wa for line in found)
    assert any(line.hours is Hours.ALWAYS for line in found)
    for language, asked in (("id", "Minta orang di dekat Anda menelepon."), ("en", "Ask someone near you to call.")):
        assert asked in shown("text", language)


def test_who_does_not_want_to_live_first_meets_who_listens() -> None:
    assert [line.topic for line in lines("mind", shelf().hotlines)] == [Topic.CRISIS, Topic.DANGER, Topic.DANGER]


def test_impostors_are_named_wherever_somebody_might_be_asked_for_money() -> None:
    assert set(NEEDS) - IMPOSTORS == {"danger", "mind"}
    for need in NEEDS:
        assert ("Petugas tidak pernah minta uang." in shown(need)) is (need in IMPOSTORS)
        assert ("Officials never ask for money." in shown(need, "en")) is (need in IMPOSTORS)


def test_a_man_in_trouble_is_told_when_nobody_answers_at_night() -> None:
    said = shelf().text(Say("affected.numbers", {"lines": answering(Where.JAKARTA, Known.NO, Known.YES, shelf())}))
    assert "148, WA 0857-7001-0048, kantor (021) 29681560, pada jam kerja" in said
    assert "Polisi: 110" in said and "129" not in said
