"""What somebody wants, read from free text: rows written by hand, mistakes in the lexicon, and where it lands."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from content.danger import FOLDER
from content.intents import Intent, load_intents
from handlers import front
from handlers.flows import FLOWS
from handlers.landing import SAID, SURE, TALKS, offered, sure
from handlers.reading.danger import Danger
from handlers.reading.intent import READ_AT_MOST
from handlers.reading.meaning import Guess, Meaning
from handlers.reading.reader import Reader
from handlers.talk import Outcome, Turn
from handlers.turns import button
from tests.reading.figures import macro_f1, rows_of, share
from tests.service import shelf

NOTHING = Danger()


@lru_cache
def reader() -> Reader:
    """All readers, built once for all tests."""
    return Reader(shelf())


def guesses(text: str) -> tuple[Guess, ...]:
    """What a text may want, best first."""
    return reader().intents.read(text, reader().danger.read(text)).guesses


def told(text: str) -> Turn:
    """A first message as the door reads it."""
    danger = reader().danger.read(text)
    turn = Turn(shelf=shelf(), now=0, token="0" * 32, text=text, meaning=reader().meaning(text, danger))
    return replace(turn, emergency=danger.emergency, suicide=danger.suicide)


def met(text: str) -> Outcome:
    """What the first message comes to."""
    outcome = front.answer(FLOWS, None, told(text))
    assert isinstance(outcome, Outcome)
    return outcome


def at(outcome: Outcome) -> str:
    """Where somebody stands after it."""
    return f"{outcome.place.flow}.{outcome.place.step}" if outcome.place else ""


# --- rows written by hand


@pytest.mark.parametrize(("held", "floor"), [(False, 0.95), (True, 0.94)], ids=["seen", "held"])
def test_rows(held: bool, floor: float) -> None:
    pairs = [(row["intent"], reader().intent(row["text"]).value) for row in rows_of("intent", held)]
    missed = Counter(pair for pair in pairs if pair[0] != pair[1])
    assert macro_f1(pairs) >= floor, missed


def test_the_rows_are_many_each_once_and_of_every_intent() -> None:
    seen, held = rows_of("intent", False), rows_of("intent", True)
    assert len(seen) >= 150
    assert len(held) >= 150
    assert len({row["text"] for row in (*seen, *held)}) == len(seen) + len(held)
    assert len({row["id"] for row in (*seen, *held)}) == len(seen) + len(held)
    for rows in (seen, held):
        assert min(Counter(row["intent"] for row in rows).values()) >= 10
        assert {row["intent"] for row in rows} == set(Intent)


@pytest.mark.parametrize(("right", "low", "high"), [(0, 0, 0.28), (5, 0.24, 0.76), (10, 0.72, 1)])
def test_an_interval_of_ten_rows(right: int, low: float, high: float) -> None:
    found = share("", [True] * right + [False] * (10 - right))
    assert (round(found.low, 2), round(found.high, 2)) == (low, high)


# --- how people say it


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("mo ngelaporin tetangga", Intent.REPORT),
        ("laporan saya kemarin sudah sampai mana", Intent.STATUS),
        ("saya mau melaporkan sesuatu", Intent.REPORT),
        ("adik saya ktpnya ditahan bos", Intent.REPORT),
        ("ktp saya ditahan bos", Intent.AM_I_A_VICTIM),
        ("kak sy ga boleh plg dr tempat kerja, ktp sm bos", Intent.AM_I_A_VICTIM),
        ("berhenti langganan", Intent.UNSUBSCRIBE),
        ("mau langganan", Intent.SUBSCRIBE),
        ("hps data gw", Intent.DELETE),
        ("gmn cara ngenalin orang yg lagi dieksploitasi", Intent.LEARN),
        ("saya ketua rt 05", Intent.LEADER),
        ("ga jadi", Intent.BACK),
        ("MAKASIIIH KAK", Intent.THANKS),
        ("EN", Intent.LANGUAGE),
    ],
)
def test_spelling_person_and_negation(text: str, intent: Intent) -> None:
    assert reader().intent(text) is intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("pacar saya maksa saya nemenin om", Intent.AM_I_A_VICTIM),
        ("teman sekelas saya dipaksa nemenin om", Intent.REPORT),
        ("sore, awalnya dijanjiin jaga toko, begitu sampai malah disuruh nemenin tamu", Intent.AM_I_A_VICTIM),
        ("tante menawari saya kerja di penang, aman nggak ya", Intent.CHECK_JOB_OFFER),
        ("tante saya nawarin kerja ke anak-anak smp", Intent.REPORT),
        ("menahan ktp pekerja itu melanggar hukum nggak", Intent.LEARN),
        ("makasih atas penjelasannya", Intent.THANKS),
        ("makasih, tapi penjelasannya kurang, apa itu tppo", Intent.LEARN),
        ("minggu lalu saya sudah cerita, kok belum ada yang datang", Intent.STATUS),
        ("kalau ada modus baru kabari saya", Intent.SUBSCRIBE),
        ("tolong jangan kabari saya lagi", Intent.UNSUBSCRIBE),
        ("saya sekretaris RW, minta bahan buat rapat", Intent.LEADER),
        ("salah", Intent.BACK),
        ("itu salah siapa ya kalau orang dijual", Intent.LEARN),
        ("pengurus", Intent.LEADER),
    ],
)
def test_what_words_say_together(text: str, intent: Intent) -> None:
    assert reader().intent(text) is intent


def test_a_word_that_only_looks_like_a_form_of_another_is_not_heard_as_it() -> None:
    assert "ibu" not in reader().intents.speech.hear("makan").where
    assert "ibu" in reader().intents.speech.hear("mak").where


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("blim blam blum", Intent.OUT_OF_SCOPE),
        ("blim blam blum blim blam blum blim blam blum", Intent.REPORT),
        ("blim blam blum saya blim blam blum blim blam blum", Intent.AM_I_A_VICTIM),
    ],
)
def test_what_nobody_understands_is_a_story_where_it_is_long(text: str, intent: Intent) -> None:
    assert reader().intent(text) is intent
    assert sure(guesses(text)) is None


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("aku umur 14 disuruh kerja", True),
        ("umur saya 16", True),
        ("aku masih smp kak", True),
        ("i am 15 and they hit me", True),
        ("adik saya umur 14 dikunci", False),
        ("saya 35 tahun", False),
        ("anak tetangga 13 tahun", False),
        ("dulu waktu umur 12", False),
    ],
)
def test_who_says_that_they_are_a_child(text: str, minor: bool) -> None:
    assert reader().intents.read(text, NOTHING).minor is minor


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_of_any_text_the_shares_add_up_to_one(text: str) -> None:
    found = guesses(text)
    assert not found or abs(sum(one.confidence for one in found) - 1) < 1e-9
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert len(found) in {0, len(Intent)}


def test_of_a_text_too_long_the_first_and_the_last_part_are_read() -> None:
    calm = "rumah itu sepi sekali. " * READ_AT_MOST
    assert reader().intent(f"{calm} mau langganan notif") is Intent.SUBSCRIBE


# --- the lexicon


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("{greeting: 4}", "{salam: 3}", "'salam' is none of"),
        ("{greeting: 4}", "{greeting: 0}", "a whole number that is not zero"),
        ("- id: hello", "- id: thanks", "thanks: stands twice"),
        ("<kerabat>", "<jauh>", "no group is called '<jauh>'"),
        ("[makasih,", "[thx,", "'thx' is always read as 'makasih'"),
        ("\nalarms:", "\ntanda:", "tanda: is not a field of this row; is alarms meant"),
        ("  makasih:\n    [", "  makasih:\n    [yg, ", "'yg' already means 'yang'"),
        ("heard: [", "heard: [nobody, ", "no family is called 'nobody'"),
        ("some: [", "some: [nobody, ", "no family is called 'nobody'"),
        ("without: [", "without: [nobody, ", "no family is called 'nobody'"),
        ("  makan: [ibu]", "  makan: ibu", "a list of texts is needed"),
    ],
)
def test_a_mistake_in_the_lexicon_is_named(tmp_path: Path, said: str, instead: str, problem: str) -> None:
    text = (FOLDER / "intents.yaml").read_text(encoding="utf-8")
    assert said in text
    (tmp_path / "intents.yaml").write_text(text.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        load_intents(tmp_path, shelf().danger.spelling)


def test_every_group_is_used() -> None:
    lexicon = shelf().intents
    said = " ".join(phrase for _, phrase in lexicon.phrases())
    assert [name for name in lexicon.groups if f"<{name}>" not in said] == []


def test_every_intent_has_words_and_leads_somewhere() -> None:
    spoken = {intent for cue in shelf().intents.cues for intent, weight in cue.weights.items() if weight > 0}
    assert spoken == set(Intent)
    menu = {Intent.GREETING, Intent.BACK}  # the menu is their answer
    assert set(Intent) - set(TALKS) - set(SAID) - {Intent.SUBSCRIBE, Intent.UNSUBSCRIBE} == menu


# --- where it lands


@pytest.mark.parametrize(
    ("text", "step", "kept"),
    [
        ("di kontrakan sebelah rumah saya ada enam perempuan dikunci dari luar", "report.whom", True),
        ("kakak ipar saya kerja di myanmar, katanya minta ditebus 50 juta", "report.whom", True),
        ("kak sy ga boleh plg dr tempat kerja, ktp sm bos", "affected.safe", True),
        ("apa itu tppo", "learn.pick", False),
        ("minta nomor telepon yang bisa dihubungi", "numbers.which", False),
        ("laporan saya kemarin sudah sampai mana", "code.ask", False),
        ("tolong hapus semua data saya", "erase.sure", False),
        ("makasih banyak kak", "menu.top", False),
        ("jadwal transjakarta hari minggu", "menu.top", False),
        ("asdkjh qwerty zxcv", "menu.top", True),
        ("tolong", "menu.top", False),
        ("aku pengen mati aja", "menu.top", True),
    ],
)
def test_a_first_message_lands_in_its_talk_with_what_was_said(text: str, step: str, kept: bool) -> None:
    outcome = met(text)
    assert at(outcome) == step
    assert outcome.place is not None
    draft = outcome.place.draft
    said = [*draft.get("words", ()), *draft.get("said", ()), *outcome.place.kept]
    assert said == ([text] if kept else [])
    keys = {say.key for say in outcome.notes}
    assert ("front.heard" in keys) is (kept and step != "affected.safe")  # who is watched reads nothing of keeping


def test_a_child_who_says_the_age_is_met_as_a_child() -> None:
    outcome = met("aku umur 14 disuruh kerja di warung sampai malam, ga boleh pulang sama tante")
    assert at(outcome) == "affected.safe"
    assert outcome.place is not None
    assert outcome.place.draft["child"] == "yes"


def test_what_is_not_clear_is_asked_with_a_few_buttons_and_nothing_is_lost() -> None:
    unclear = Meaning((Guess(Intent.REPORT, 0.4), Guess(Intent.CHECK_JOB_OFFER, 0.35), Guess(Intent.LEARN, 0.25)))
    text = "adik ditawari kerja tapi ktp diambil"
    outcome = front.answer(FLOWS, None, replace(told(text), meaning=unclear))
    assert isinstance(outcome, Outcome)
    assert at(outcome) == "menu.which"
    assert outcome.question is not None
    assert [one.name for one in outcome.question.options] == ["report", "offer", "learn", "menu"]
    assert outcome.place is not None
    pressed = Turn(shelf=shelf(), now=0, token="1" * 32, pressed=(button(outcome.place, "offer"),))
    gone = front.answer(FLOWS, outcome.place, pressed)
    assert isinstance(gone, Outcome)
    assert at(gone) == "offer.read"
    assert gone.place is not None
    assert gone.place.draft["words"] == [text]


def test_one_of_two_stories_asks_whose_it_is() -> None:
    both = (Guess(Intent.REPORT, 0.45), Guess(Intent.AM_I_A_VICTIM, 0.45))
    assert sure(both) is Intent.REPORT
    assert sure((Guess(Intent.AM_I_A_VICTIM, 0.9),)) is Intent.AM_I_A_VICTIM
    assert sure((Guess(Intent.LEARN, SURE - 0.01),)) is None
    assert sure(()) is None
    assert offered((Guess(Intent.OUT_OF_SCOPE, 0.16), Guess(Intent.REPORT, 0.12))) == ()


def test_whoever_writes_in_the_menu_is_understood_too() -> None:
    hello = met("halo")
    assert at(hello) == "menu.top"
    outcome = front.answer(FLOWS, hello.place, told("mau lapor, tetangga saya nyekap pembantunya"))
    assert isinstance(outcome, Outcome)
    assert at(outcome) == "report.whom"


@pytest.mark.parametrize(
    "text",
    [
        "ini bot ya?",
        "siapa ini",
        "halo, ini siapa ya",
        "nomor palsu ga nih?",
        "ini resmi ga sih",
        "yg bales orang apa mesin",
        "lapor di sini bayar ga",
        "is this number fake",
        "are you a robot",
    ],
)
def test_whoever_asks_who_answers_is_told(text: str) -> None:
    outcome = met(text)
    assert at(outcome) == "help.card"
    assert [say.key for say in outcome.notes] == ["help.who"]
    assert outcome.question is not None
    assert "help.card.never" in {say.key for say in outcome.question.says}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("loker ini penipuan bukan", "offer.read"),
        ("ini siapa ya, saya mau lapor tetangga yang ngunci pembantunya", "report.whom"),
        ("siapa yang punya kontrakan di belakang itu, penghuninya dikunci dari luar", "report.whom"),
    ],
)
def test_whoever_tells_something_too_is_not_told_of_us(text: str, step: str) -> None:
    assert at(met(text)) == step


# --- on the command line


def test_a_file_is_read_row_by_row_and_bad_lines_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": 7, "text": "mau lapor"}\n{"id": "b"}\n\nnot json\n{"id": "c", "text": ""}\n', "utf-8")
    done = CliRunner().invoke(app, ["read", "intent", str(file)])
    assert done.exit_code == 1
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "7", "intent": "report"},
        {"id": "c", "intent": "out_of_scope"},
    ]
    assert "line 2: needs a text" in done.stderr
    assert "line 4: is not JSON" in done.stderr


def test_a_task_nobody_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("", "utf-8")
    assert CliRunner().invoke(app, ["read", "cats", str(file)]).exit_code == 2
    assert CliRunner().invoke(app, ["read", "danger", str(file)]).exit_code == 0
