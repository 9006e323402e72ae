"""Job offers: every sign stands on an answer and a source, and no answer is read as more or less than it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.offers import Asked, load_offers
from content.vocabulary import Confidence
from handlers import offer
from handlers.offer import Offer
from handlers.talk import Go, Question, Turn
from tests.service import shelf

ROW = "{id: a, asked: who, answers: [person], source: X, source_date: '2022-08', confidence: A}"
REGISTER = "{page: a.go.id, source: X, source_date: '2025', confidence: A}"
ASKED = ("country", "who", "money", "visa", "address", "contract", "seen")


def options(step: str) -> tuple[str, ...]:
    """The names a step offers."""
    return tuple(one.name for one in offer.flow.steps[step].show(Offer(), shelf()).options)


def drafts() -> st.SearchStrategy[Offer]:
    """Every way in which the questions can be answered, the last with several at once."""
    one = {step: st.sampled_from(options(step)) for step in ASKED[:-1]}
    many = st.lists(st.sampled_from(options("seen")), min_size=1, unique=True).map(tuple)
    return st.builds(Offer, **one, seen=many).map(asked_only)


def asked_only(draft: Offer) -> Offer:
    """The draft without the question that is not asked of such an offer."""
    if draft.abroad:
        return Offer(draft.country, draft.who, draft.money, draft.visa, "", draft.contract, draft.seen)
    return Offer(draft.country, draft.who, draft.money, "", draft.address, draft.contract, draft.seen)


def words(question: Question) -> str:
    """A question's words, without its options."""
    return "\n".join(shelf().text(say) for say in question.says)


def load(tmp_path: Path, signs: str, register: str = REGISTER) -> None:
    """Load a file with these rows."""
    path = tmp_path / "offers.yaml"
    path.write_text(f"signs: [{signs}]\nregister: {register}\n", encoding="utf-8")
    load_offers(path)


def test_every_sign_stands_on_answers_that_are_offered() -> None:
    assert {step for step in offer.flow.steps if step in set(Asked)} == set(Asked)
    for sign in shelf().offers.signs:
        assert set(sign.answers) <= set(options(sign.asked)), sign.id
        assert not {"unknown", "none", "clear", "work", "company", "home"} & set(sign.answers), sign.id


def test_countries_where_nobody_is_placed_are_data() -> None:
    assert shelf().offers.closed_countries == ("kamboja", "myanmar", "thailand")
    assert options("country")[:3] == shelf().offers.closed_countries


@pytest.mark.parametrize(
    ("signs", "register", "said"),
    [
        (f"{ROW}, {ROW}", REGISTER, "a: id: is there twice"),
        (ROW.replace("[person]", "[]"), REGISTER, "a: answers:"),
        (ROW.replace("who", "name"), REGISTER, "a: asked: 'name' is none of"),
        (ROW.replace("confidence: A", "confidence: C"), REGISTER, "a: confidence: C is not verified"),
        (ROW.replace("source: X, ", ""), REGISTER, "a: source: is missing"),
        (ROW.replace("{id", "{abroad: 1, id"), REGISTER, "a: abroad:"),
        (ROW.replace("{id", "{firm: PT X, id"), REGISTER, "a: firm: is not a field"),
        (ROW, "{source: X, source_date: '2025', confidence: A}", "register: page: is missing"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, signs: str, register: str, said: str) -> None:
    load(tmp_path, ROW)
    with pytest.raises(ValueError, match=said):
        load(tmp_path, signs, register)


@given(drafts())
def test_a_result_names_each_sign_once_where_to_check_and_what_not_to_do(draft: Offer) -> None:
    result = words(offer.show_result(draft, shelf()))
    chosen = {draft.country, draft.who, draft.money, draft.visa, draft.contract}
    assert ("bukan negara penempatan" in result) == (draft.country in shelf().offers.closed_countries)
    assert ("disuruh membayar atau berutang" in result) == (draft.money == "yes")
    assert ("visanya bukan visa kerja" in result) == (draft.visa == "visit")
    assert ("yang ditawari belum 18 tahun" in result) == ("child" in draft.seen)
    assert ("belum terlihat tanda bahaya. Ini bukan jaminan." in result) == (result.count("\n- ") == 0)
    assert ("tanyakan dulu" in result) or "unknown" not in chosen
    assert "Jangan serahkan KTP atau paspor." in result
    assert "Nakertransgi" in result
    assert "penipu" not in result.lower()


@given(drafts())
def test_work_at_home_is_not_measured_by_the_rules_for_work_abroad(draft: Offer) -> None:
    result = words(offer.show_result(draft, shelf()))
    for abroad in ("siskop2mi", "BP3MI", "0800-1000", "Menurut", "orang atau akun pribadi\n", "kontraknya tidak ada"):
        assert draft.abroad or abroad not in result
    assert not draft.abroad or ("siskop2mi" in result and "0800-1000" in result)


@given(drafts())
def test_numbers_for_who_leaves_are_those_of_the_place(draft: Offer) -> None:
    soon = words(offer.show_soon(draft, shelf()))
    assert "112" in soon
    assert ("+62 812-9007-0027" in soon) == draft.abroad


@given(drafts())
def test_a_report_begins_with_what_was_found_and_with_the_child(draft: Offer) -> None:
    seed = offer.statement(draft, Turn(shelf=shelf(), now=0, token="0" * 32))
    (said,) = seed["words"]
    found = shelf().text(offer.named(draft, shelf())[0]) if offer.named(draft, shelf()) else "Tawaran kerja."
    assert found in said
    assert ("child" in seed["signs"]) == ("child" in draft.seen)


def test_our_own_proposals_are_no_source_and_a_single_source_is_said_so() -> None:
    draft = Offer(country="other", seen=("hurry", "lie"))
    kinds = {sign.cited.confidence for sign in offer.signs(draft, shelf())}
    assert kinds == {Confidence.PROPOSED, Confidence.ONE_SOURCE}
    result = words(offer.show_result(draft, shelf()))
    assert "disuruh cepat-cepat berangkat" in result
    assert "Usulan" not in result
    assert "(satu sumber)" in result


def test_changing_the_country_forgets_what_was_asked_only_there() -> None:
    before = Offer("kamboja", visa="visit", words=("saya ragu",))
    went = offer.country(before, Turn(shelf=shelf(), now=0, token="0" * 32, choices=("home",)))
    assert isinstance(went, Go)
    assert went.draft == Offer("home", words=("saya ragu",))
