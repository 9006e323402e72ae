"""The words Suar says: every key there and used, neutral where others may see, short, kind, and in plain Indonesian."""

from __future__ import annotations

import re
import statistics

import pytest

from content.shelf import HERE, Say
from content.vocabulary import State
from content.voice import load_voice, unsaid
from handlers.attached import UNKEPT
from handlers.flows import FLOWS
from handlers.numbers import OURS, lines
from handlers.render import render
from handlers.talk import Outcome, Place
from handlers.turns import button, question
from tests import own_words
from tests.locked_screen import EXEMPT, LOCKED_SCREEN, TELLING
from tests.sayable import first_queues, in_source, said_in, shown, spoken, used
from tests.service import shelf
from tests.talk_words import BUILT, NEEDS, STEPS

LISTED = {
    ("subscribe", "home"),
    ("lead_invite", "list"),
    ("lead", "home"),
    ("lead_alert", "what"),
    ("lead_mine", "one"),
    ("lead_alert", "preview"),
    ("duty", "alert"),
}
# Promise 9: no details of violence, no blame, no pictures, no proof, no papers of stay.
NEVER_ASKED = re.compile(
    r"\b(kenapa|mengapa|kok|kabur|melawan|menolak|mau saja|foto|gambar|video|rekam|bukti|buktikan|visa|izin tinggal"
    r"|nik|nama anda|nama kamu|namamu|siapa yang|berapa kali|bagaimana cara|dipukul|diperkosa|disentuh|luka)\b",
    re.IGNORECASE,
)


def of_web(key: str) -> str:
    """The key whose words a channel says in its own way."""
    web = re.sub(r"(_(chat|telegram|whatsapp(_id)?))?(_list)?$", "", key)
    return web if web in shelf().words["id"] else key  # a name may end so as well


def test_keys_are_built_only_from_what_is_listed_here() -> None:
    assert in_source()[1] <= set(BUILT)


def test_every_key_that_is_said_exists() -> None:
    assert sorted(key for key in used() if key not in shelf().words["id"]) == []


def test_no_words_lie_unused() -> None:
    elsewhere = ("web.", "channel.", "poster.")
    written = {of_web(key) for key in shelf().words["id"] if not key.startswith(elsewhere)}
    assert sorted(written - used()) == []


def test_the_names_of_steps_and_options_are_what_is_stored() -> None:
    assert {name: set(flow.steps) for name, flow in FLOWS.items()} == {
        name: set(steps) for name, steps in STEPS.items()
    }
    for one in shown():
        offered = {option.name for option in one.question.options}
        pinned = set(STEPS[one.flow][one.step])
        from_data = {"which", "kind", "kecamatan", "kelurahan", "lessons", "before", "quiz", "result"}
        listed = one.step in from_data or (one.flow, one.step) in LISTED
        # By who it is, what was passed on or recorded, or what was read in the words.
        varies = (one.flow in {"affected", "learn"} or one.step == "review") and bool(offered)
        assert pinned & offered if listed or varies else pinned == offered, (one.flow, one.step)


def test_a_talk_that_varies_offers_nothing_that_is_not_pinned_and_all_that_is() -> None:
    for step, pinned in own_words.AFFECTED.items():
        here = (one.question for one in shown() if (one.flow, one.step) == ("affected", step))
        found = {option.name for question in here for option in question.options}
        assert found == set(pinned), step


def test_a_list_never_passes_nine_and_a_button_fits_telegram() -> None:
    for one in shown():
        assert len(one.line.buttons) <= 9, (one.flow, one.step)
        tokens = [*(pressed.token for pressed in one.line.buttons), *([one.line.back.token] if one.line.back else [])]
        assert max((len(token.encode()) for token in tokens), default=0) <= 64, (one.flow, one.step)
        assert len(set(tokens)) == len(tokens), (one.flow, one.step)


def test_no_two_answers_of_a_question_read_alike() -> None:
    for one in shown():
        labels = [pressed.label.lower() for pressed in one.line.buttons]
        assert len(set(labels)) == len(labels), (one.flow, one.step)


def test_a_question_fits_a_small_screen_and_any_channel() -> None:
    assert [(one.flow, one.step) for one in shown() if len(one.line.plain("Ketik angka:")) > 1_600] == []


@pytest.mark.parametrize("need", NEEDS)
def test_a_card_of_numbers_is_read_without_scrolling_for_long(need: str) -> None:
    place = Place("numbers", "card", {"need": need})
    line = render(Outcome(place, question=question(FLOWS, place, shelf())), shelf())
    assert line is not None
    assert len(line.plain()) <= 900
    named = [one for one in lines(need, shelf().hotlines) if one.source != OURS]
    assert line.plain().count("Menurut") == len(named)
    assert OURS not in line.plain()


def test_what_shows_on_a_locked_screen_is_neutral() -> None:
    for one in shown():
        if one.flow not in EXEMPT:
            assert not TELLING.search(one.line.plain()[:LOCKED_SCREEN]), (one.flow, one.step)


def test_every_text_that_can_come_first_is_neutral() -> None:
    labels = {key for one in shown() for option in one.question.options for key in said_in(option.label)}
    rows = {"row", "sign", "month", "summary"}  # these stand in lists
    keys = [key for key, _ in spoken() if not key.startswith(("learn.", "lesson")) and key not in labels]
    first = [key for key in keys if not rows & set(key.split("."))]
    assert [key for key in first if TELLING.search(shelf().words["id"][key][:LOCKED_SCREEN])] == []


@pytest.mark.parametrize("key", sorted(key for key in in_source()[0] if not key.startswith(EXEMPT)))
def test_a_note_that_comes_first_is_neutral(key: str) -> None:
    assert not TELLING.search(shelf().words["id"][key][:LOCKED_SCREEN])


def test_a_note_that_names_a_queue_is_neutral() -> None:
    for queue in shelf().directory.queues.values():
        for state in State:
            assert not TELLING.search(shelf().text(Say(f"code.state.{state}", {"queue": queue.name}))[:LOCKED_SCREEN])
    for queue in first_queues():
        for key in (*BUILT["report.officials.told.{}"], *BUILT["report.done.{}"], "report.unserved"):
            assert not TELLING.search(shelf().text(Say(key, {"queue": queue.name}))[:LOCKED_SCREEN])


@pytest.mark.parametrize("language", shelf().languages)
def test_no_word_is_foreign_rough_or_more_than_we_can_keep(language: str) -> None:
    voice = load_voice(HERE / "voice.yaml")[language]
    words = shelf().words[language].items()
    assert [(key, *found) for key, text in words for found in unsaid(key, text, voice)] == []


@pytest.mark.parametrize(
    ("language", "key", "text", "found"),
    [
        ("id", "menu.hello", "Kenapa tidak kabur? Seharusnya Anda tahu.", ["rough", "rough"]),
        ("id", "menu.hello", "Dijamin 100% anonimitasnya.", ["promised", "promised", "promised"]),
        ("id", "menu.hello", "Submit laporan Anda.", ["foreign"]),
        ("id", "menu.hello", "Kamu aman?", ["rough"]),
        ("id", "child.safe.ask", "Kamu aman?", []),
        ("en", "menu.hello", "You must submit; police won't know.", ["rough", "rough", "promised"]),
        ("id", "menu.hello", "Waspada! Segera laporkan.", ["loud", "loud"]),
        ("id", "menu.hello", "Anda harusnya tahu. Kenapa Anda mau?", ["rough", "rough"]),
        ("id", "menu.hello", "Kami selalu aman. Di sini Anda aman.", ["promised", "promised"]),
        ("id", "menu.hello", "Petugas akan menjawab hari ini. Dijamin.", ["promised", "promised"]),
        ("id", "lesson.magang-palsu.card.1", "TPPO itu eksploitasi.", ["jargon", "jargon"]),
        ("id", "lesson.petugas-mengenali.card.0", "Perdagangan orang (TPPO).", []),
        ("en", "menu.hello", "Beware! You are safe here.", ["loud", "loud", "promised"]),
        ("id", "menu.hello", "Nama Anda tidak kami minta.", []),
    ],
)
def test_the_words_that_are_not_said_are_found(language: str, key: str, text: str, found: list[str]) -> None:
    voice = load_voice(HERE / "voice.yaml")[language]
    assert [manner for manner, _ in unsaid(key, text, voice)] == found


def test_a_child_is_kamu_and_everybody_else_is_anda() -> None:
    for one in shown():
        if "child." in " ".join(said_in(one.question)):
            assert not re.search(r"\bAnda\b", one.line.plain()), one.step
    assert [key for key, words in spoken() if key.startswith("child.") and re.search(r"\bAnda\b", words)] == []


@pytest.mark.parametrize("flow", ["affected", "child"])
def test_nothing_is_asked_that_an_affected_person_is_never_asked(flow: str) -> None:
    # One sentence of each may name photos: the one that says that none is needed.
    said = [(key, words) for key, words in spoken() if key.startswith(f"{flow}.") and key not in UNKEPT.values()]
    assert len(said) > 30
    assert [(key, found.group()) for key, words in said if (found := NEVER_ASKED.search(words))] == []
    asked = re.compile(r"\b(nama|sekolah|kelas|guru)", re.IGNORECASE)
    assert [key for key, words in said if flow == "child" and asked.search(words)] == []


def test_a_resident_tells_and_never_files() -> None:
    office = re.compile(r"\b(lapor|laporan|melapor|pelapor|pengaduan|tiket|kasus)\w*", re.IGNORECASE)
    assert [(key, words) for key, words in spoken() if office.search(words)] == []


def test_sentences_are_short() -> None:
    text = " ".join(re.sub(r"[{}]", "", words) + "\n" for _, words in spoken())
    sentences = [one for part in re.split(r"[.?!\n]", text) if len(one := part.split()) > 1]
    assert statistics.median(map(len, sentences)) <= 12
    assert max(map(len, sentences)) <= 30


def test_placeholders_are_filled_by_what_is_said_with_them() -> None:
    for one in shown():
        for text in (*one.line.texts, *(pressed.label for pressed in one.line.buttons)):
            assert not re.search(r"\{\w+\}", text), (one.flow, one.step)
    assert [key for key, words in shelf().words["id"].items() if not words] == []


def test_suar_says_what_it_never_asks_for_and_gives_numbers_for_danger() -> None:
    texts = {(one.flow, one.step): one.line.plain() for one in shown()}
    assert "Suar tidak pernah minta uang, OTP, atau foto KTP." in texts["privacy", "card"]
    assert "112" in texts["menu", "top"]
    assert "110" in texts["menu", "top"]
    assert "Nama dan KTP tidak kami minta." in shelf().words["id"]["menu.hello"]


def test_button_tokens_carry_the_turn() -> None:
    assert button(Place("report", "when", {}, 7), "past") == "report.when:7:past"
