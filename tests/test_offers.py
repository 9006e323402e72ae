"""Job offers: every sign stands on answers or words and a source, and nothing is read as more than it shows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.intents import Intent
from content.offer_lexicon import load_offer_lexicon
from content.offers import Asked, Label, load_offers
from content.rows import read_file
from content.vocabulary import Confidence
from handlers import offer_result, offer_text
from handlers.offer_card import card_of
from handlers.offer_draft import Offer, flow, label, landing, signs
from handlers.reading.meaning import Guess, Meaning
from handlers.reading.offers import OfferReader, OfferReading
from handlers.talk import Go, Question, Turn
from tests.reading.figures import rows_of
from tests.reading.score_offers import micro_f1
from tests.service import shelf

CITED = "source: X, source_date: '2022-08', confidence: A"
ROW = f"{{id: a, points: 2, points_abroad: 3, check: [people], asked: who, answers: [person], {CITED}}}"
REGISTER = "{page: a.go.id, source: X, source_date: '2025', confidence: A}"
ASKED = ("country", "who", "money", "visa", "address", "contract", "seen")
BAD = "LOKER KAMBOJA admin chat gaji 15 juta, tiket ditanggung bos. Hub Budi PT Maju 081234567890"
GOOD = "Dibutuhkan kasir warung di Jl. Garuda, gaji 2 juta, datang langsung"
NOW = 1_795_400_000  # 23 November 2026


@lru_cache
def reader() -> OfferReader:
    """The reader of the content."""
    return OfferReader(shelf().offer_lexicon, shelf().offers)


def read(text: str) -> OfferReading:
    """What a text shows."""
    return reader().read(text)


def turn(text: str = "", *choices: str, **more: Any) -> Turn:
    """A message as the door reads it."""
    meaning = Meaning(offer=read(text)) if text else Meaning()
    named: dict[str, Any] = {"text": text, "words": text, "meaning": meaning, "choices": choices}
    return Turn(shelf=shelf(), now=NOW, token="0" * 32, **{**named, **more})


def at(step: str, draft: Offer, said: Turn) -> Go[Offer]:
    """Where a step leads."""
    answer = flow.steps[step].answer
    assert answer
    went = answer(draft, said)
    assert isinstance(went, Go)
    return went


def options(step: str) -> tuple[str, ...]:
    """The names a step offers."""
    return tuple(one.name for one in flow.steps[step].show(Offer(), shelf()).options)


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


def load(tmp_path: Path, rows: str, register: str = REGISTER) -> None:
    """Load a file with these rows."""
    path = tmp_path / "offers.yaml"
    figures = "caution: 2\nhigh: 5\ncard_days: 14\ntypical: []\n"
    path.write_text(f"signs: [{rows}]\nregister: {register}\n{figures}", encoding="utf-8")
    load_offers(path)


def test_every_sign_stands_on_answers_that_are_offered_or_on_words() -> None:
    assert {step for step in flow.steps if step in set(Asked)} == set(Asked)
    in_words = {clue.flag for clue in shelf().offer_lexicon.clues}
    for sign in shelf().offers.signs:
        assert sign.asked or sign.id in in_words, sign.id
        assert set(sign.answers) <= set(options(sign.asked) if sign.asked else ()), sign.id
        assert not {"unknown", "none", "clear", "work", "company", "home"} & set(sign.answers), sign.id


def test_countries_where_nobody_is_placed_are_data() -> None:
    assert shelf().offers.closed_countries == ("kamboja", "myanmar", "thailand")
    assert options("country")[:3] == shelf().offers.closed_countries


@pytest.mark.parametrize(
    ("rows", "register", "said"),
    [
        (f"{ROW}, {ROW}", REGISTER, "a: id: is there twice"),
        (ROW.replace("[person]", "[]"), REGISTER, "a: answers:"),
        (ROW.replace("asked: who, ", ""), REGISTER, "a: answers:"),
        (ROW.replace("who", "name"), REGISTER, "a: asked: 'name' is none of"),
        (ROW.replace("[people]", "[nowhere]"), REGISTER, "a: check: 'nowhere' is none of"),
        (ROW.replace("points: 2", "points: 0"), REGISTER, "a: points:"),
        (ROW.replace("confidence: A", "confidence: C"), REGISTER, "a: confidence: C is not verified"),
        (ROW.replace("source: X, ", ""), REGISTER, "a: source: is missing"),
        (ROW.replace("{id", "{abroad: 1, id"), REGISTER, "a: abroad:"),
        (ROW.replace("{id", "{firm: PT X, id"), REGISTER, "a: firm: is not a field"),
        (ROW, "{source: X, source_date: '2025', confidence: A}", "register: page: is missing"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: str, register: str, said: str) -> None:
    load(tmp_path, ROW)
    with pytest.raises(ValueError, match=said):
        load(tmp_path, rows, register)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("flag: tourist_visa", "flag: turist_visa", "nothing is called 'turist_visa'"),
        ("with: [closed]", "with: [shut]", "nothing is called 'shut'"),
        ("<papers>", "<paper>", "no group is called '<paper>'"),
        ("fee: [", "fees: [", "fees: is not a field of this row; is fee meant"),
        ("soft: [contact_only_chat", "soft: [contact_chat", "nothing is called 'contact_chat'"),
        ("{flag: minor_recruited, with: [far", "{flag: minor_recruit, with: [far", "nothing is called 'minor_recruit'"),
        ("minor_recruited, with: [far], more: 1", "minor_recruited, with: [far], more: 0", "beside 1: more:"),
    ],
)
def test_a_wrong_clue_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    written = Path("content/reading/offers.yaml").read_text(encoding="utf-8")
    (tmp_path / "offers.yaml").write_text(written.replace(before, after), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load_offer_lexicon(tmp_path, shelf().danger.spelling, shelf().abroad, shelf().offers.ids)


def test_places_abroad_have_one_home() -> None:
    for place in read_file(Path("content/reading/abroad.yaml")).texts("abroad"):
        assert read(f"butuh buruh pabrik untuk {place}").abroad, place


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("kerja di Malaysia, visa kerja resmi lewat P3MI berizin", set()),
        ("kami tidak memungut biaya apa pun", set()),
        ("lowongan gudang, tanpa potongan gaji, ijazah tidak ditahan, bukan penipuan", set()),
        ("kasir, biaya pendaftaran 150rb", {"fee_upfront_or_debt"}),
        ("admin toko gaji 10-15 juta sebulan", {"salary_too_high"}),
        ("jaga toko, 4 juta sebulan", set()),
        ("SPG event 250rb/hari", set()),
        ("jaga booth 500 ribu per hari", {"salary_too_high"}),
        ("programmer, pengalaman 3 tahun, 25 juta", set()),
        ("restoran Jepang di Melawai cari kasir, 4 juta", set()),
        ("cari ART, usia min 18 th, pengalaman 12 bulan", set()),
        ("cari ART umur 14-17 th", {"minor_recruited"}),
        ("𝗧𝗮𝗻𝗽𝗮 pengalaman, gaji 9jt", {"no_experience_high_pay", "salary_too_high"}),
    ],
)
def test_negation_money_and_ages_are_read(text: str, flags: set[str]) -> None:
    assert set(read(text).names) == flags


@pytest.mark.parametrize(
    ("text", "called"),
    [
        # Signs that only ask for care stay at caution, however many.
        ("kerja 2 jam sehari gaji 9jt tanpa pengalaman, nama PT rahasia, transfer 50rb dulu, DM aja", Label.CAUTION),
        ("butuh ART di Jakarta, ijazah asli disimpan majikan, biaya admin 100rb", Label.CAUTION),
        ("butuh ART di Jakarta, KTP ditahan sampai utang 6 juta lunas", Label.HIGH),
        ("anak umur 15 boleh jaga toko", Label.CAUTION),
        ("anak umur 15 boleh jaga toko, nanti umurnya dituakan di KTP", Label.HIGH),
        ("temannya nawarin kerja di Johor", Label.CAUTION),
        ("temannya nawarin kerja di Johor, di imigrasi bilang mau jenguk saudara", Label.HIGH),
        ("SPG parfum, gaji 4 juta, rok pendek", Label.CAUTION),
        ("SPG parfum, gaji 4 juta, nemenin tamu minum", Label.HIGH),
        ("jaga toko, 12 juta sebulan, pertanyaan dijawab muter", Label.CAUTION),
        ("jaga toko, dikasih 12 juta sebulan", Label.CAUTION),
        ("kemarin nonton film tentang TKW yang ditipu kerja di Kamboja", Label.LOW),
        ("di berita Kamboja bahaya, tapi om saya ngajak kerja di sana, aman kan?", Label.HIGH),
    ],
)
def test_signs_weigh_by_what_stands_beside_them(text: str, called: Label) -> None:
    reading = read(text)
    assert reading.label is called
    told = at("read", Offer(), turn(text)).draft if reading.told else None
    assert told is None or label(told, shelf()) is called


@given(st.text(max_size=300))
def test_whatever_is_written_shows_words_that_stand_in_it(text: str) -> None:
    for flag in read(text).flags:
        start, end = flag.span
        assert 0 <= start < end <= len(text)
        assert flag.words


@given(st.sampled_from([row["text"] for row in rows_of("offers", held=False)]))
def test_the_words_of_a_flag_are_those_of_the_advert(text: str) -> None:
    plain = " ".join(text.split())
    for flag in read(text).flags:
        assert all(words in plain for words in flag.words)


def test_a_long_advert_is_read_to_its_end() -> None:
    assert "no_placement_country" in read("Lowongan gudang. " * 500 + BAD).names


@pytest.mark.parametrize("held", [False, True], ids=["seen", "held"])
def test_the_reader_stays_as_good_as_it_was_measured(held: bool) -> None:
    rows = rows_of("offers", held)
    found = [read(row["text"]) for row in rows]
    labels = [(row["label"], one.label.value) for row, one in zip(rows, found, strict=True)]
    assert labels.count((Label.HIGH.value, Label.LOW.value)) <= 2
    assert labels.count((Label.LOW.value, Label.HIGH.value)) <= 1
    assert sum(right == one for right, one in labels) / len(labels) >= 0.85
    flags = [(frozenset(row["flags"]), frozenset(one.names)) for row, one in zip(rows, found, strict=True)]
    assert micro_f1(flags) >= 0.8
    known = shelf().offers.ids
    assert all(set(row["flags"]) <= known for row in rows)


@given(drafts())
def test_a_result_names_each_sign_once_where_to_check_and_what_not_to_do(draft: Offer) -> None:
    result = words(offer_result.show_result(draft, shelf()))
    found = {sign.id for sign in signs(draft, shelf())}
    assert ("no_placement_country" in found) == (draft.country in shelf().offers.closed_countries)
    assert ("fee_upfront_or_debt" in found) == (draft.money == "yes")
    assert ("tourist_visa" in found) == (draft.visa == "visit")
    assert ("minor_recruited" in found) == ("child" in draft.seen)
    assert (label(draft, shelf()) is Label.LOW) == (not found)
    assert ("Ini bukan bukti aman." in result) == (not found)
    assert ("tanyakan dulu" in result) or "unknown" not in {draft.country, draft.who, draft.money, draft.contract}
    assert result.count("\n- ") == min(len(found), offer_text.EXPLAINED)
    assert "Jangan serahkan KTP atau paspor asli." in result
    assert "Nakertransgi" in result
    assert "penipu " not in result.lower()


@given(drafts())
def test_work_at_home_is_not_measured_by_the_rules_for_work_abroad(draft: Offer) -> None:
    result = words(offer_result.show_result(draft, shelf()))
    for abroad in ("siskop2mi", "BP3MI", "0800-1000", "Menurut"):
        assert draft.abroad or abroad not in result
    assert not draft.abroad or ("siskop2mi" in result and "0800-1000" in result)


@given(drafts())
def test_numbers_for_who_leaves_are_those_of_the_place(draft: Offer) -> None:
    soon = words(offer_result.show_soon(draft, shelf()))
    assert "112" in soon
    assert ("+62 812-9007-0027" in soon) == draft.abroad


@given(drafts())
def test_a_report_begins_with_what_was_found_and_with_the_child(draft: Offer) -> None:
    seed = offer_result.statement(draft, turn())
    (said,) = seed["words"]
    assert said.startswith("Tawaran kerja. Tempat: ")
    assert ("Tanda:" in said) == bool(signs(draft, shelf()))
    assert ("child" in seed["signs"]) == ("child" in draft.seen)


def test_our_own_proposals_are_no_source_and_a_single_source_is_said_so() -> None:
    draft = Offer(country="other", seen=("hurry", "lie"))
    kinds = {sign.cited.confidence for sign in signs(draft, shelf())}
    assert kinds == {Confidence.PROPOSED, Confidence.ONE_SOURCE}
    result = words(offer_result.show_result(draft, shelf()))
    assert "disuruh cepat-cepat berangkat" in result
    assert "Usulan" not in result
    assert "(satu sumber)" in result


def test_changing_the_country_forgets_what_was_asked_only_there() -> None:
    before = Offer("kamboja", visa="visit", words=("saya ragu",))
    went = at("country", before, turn("", "home"))
    assert went.draft == Offer("home", words=("saya ragu",))


def test_a_pasted_advert_goes_along_only_when_a_report_is_asked_for() -> None:
    went = at("read", Offer(), turn(BAD))
    assert went.step == "result" and went.draft
    assert went.draft.words == () and went.draft.advert == (BAD,)
    asked = at("result", went.draft, turn("", "report"))
    assert asked.step == "report.whom" and BAD in asked.seed["words"]
    anew = at("result", went.draft, turn("", "again"))
    assert anew.step == "read" and anew.draft == Offer()


def test_a_card_holds_no_name_number_company_or_line_of_what_was_pasted() -> None:
    seen = read(BAD)
    card = shelf().text(card_of(seen.names, seen.abroad, shelf(), NOW))
    assert not {
        word for word in ("LOKER", "KAMBOJA", "Budi", "Maju", "0812", "15 juta", "tiket ditanggung") if word in card
    }
    assert "tanda bahaya" in card.lower() and "berlaku 14 hari" in card and "23 November 2026" in card
    assert "siskop2mi" in card


def test_only_what_shows_danger_may_be_shared() -> None:
    went = at("read", Offer(), turn(GOOD))
    assert went.draft and label(went.draft, shelf()) is Label.LOW
    shown = offer_result.show_result(went.draft, shelf())
    assert "card" not in {one.name for one in shown.options}
    assert "Ini bukan bukti aman." in words(shown)
    bad = at("read", Offer(), turn(BAD)).draft
    assert bad and "card" in {one.name for one in offer_result.show_result(bad, shelf()).options}


def test_the_rest_of_an_advert_is_read_with_its_beginning() -> None:
    first = at("read", Offer(), turn(GOOD)).draft
    assert first
    both = at("result", first, turn("oh iya, HP dikumpulkan dan KTP ditahan")).draft
    assert both and both.advert == (GOOD, "oh iya, HP dikumpulkan dan KTP ditahan")
    assert {"isolation_no_phone", "documents_held"} <= set(both.flags)


@pytest.mark.parametrize("text", ["loker", "???", "halo kak"])
def test_a_few_words_are_kept_and_asked_again(text: str) -> None:
    went = at("read", Offer(), turn(text))
    assert went.step == "read" and went.draft and went.draft.words == (text,)


@pytest.mark.parametrize("more", [{"emergency": True}, {"suicide": True}])
def test_a_cry_for_help_is_no_advert(more: dict[str, bool]) -> None:
    went = at("read", Offer(), turn("tolong saya tidak kuat lagi di tempat ini", **more))
    assert went.step == "read" and went.draft and went.draft.words


def test_a_story_is_no_advert() -> None:
    told = "saya sudah lima bulan bekerja tanpa libur sama sekali di ruko itu"
    meaning = Meaning(intents=(Guess(Intent.REPORT, 0.9),), offer=OfferReading(Label.LOW))
    went = at("read", Offer(), turn(told, meaning=meaning))
    assert went.step == "read" and went.draft and went.draft.words == (told,)


def test_a_first_message_that_is_an_advert_is_read_at_once_and_a_wish_to_check_asks_for_it() -> None:
    step, seed = landing(turn(BAD))
    assert step == "offer.result" and Offer.load(seed).advert == (BAD,)
    assert landing(turn("kak mau periksa lowongan dong")) == ("offer.read", {})
    assert landing(turn()) == ("offer.read", {})
