"""What Suar says in English: neutral where others may see, short, plain, and no more than the Indonesian promises."""

from __future__ import annotations

import re
import statistics

import pytest

from content.lessons import Ground, load_lessons
from content.shelf import HERE, Say
from content.vocabulary import State
from handlers.reading.danger import DangerReader
from tests.locked_screen import EXEMPT, LOCKED_SCREEN
from tests.locked_screen import TELLING_IN_ENGLISH as TELLING
from tests.sayable import first_queues, said_in, shown, spoken
from tests.service import shelf
from tests.talk_words import BUILT, NEEDS

# One thing has one name: what is told is no report, who reads it no officer.
OTHER_NAMES = re.compile(
    r"\b(reports?|reporters?|complaints?|tickets?|cases?|officers?|case workers?)\b", re.IGNORECASE
)
OFFICERS = frozenset({"lesson.tawaran-kerja-luar-negeri.choice.2.2", "privacy.officer.named"})
# Promise 9: no details of violence, no blame, no pictures, no proof, no papers of stay.
NEVER_ASKED = re.compile(
    r"\b(why|how come|run away|escape|fight|resist|refuse|pictures?|video|film|record|proof|prove|visa|permit"
    r"|your name|who did|how many times|how often|beaten|raped|touched|injur\w*|hurt)\b",
    re.IGNORECASE,
)
OF_A_CHILD = re.compile(r"\b(name|school|class|teacher|parents?)\b", re.IGNORECASE)
HARD_FOR_A_CHILD = re.compile(
    r"\b(legal|authorit|procedure|information|assistance|regarding|appropriate)", re.IGNORECASE
)


def labels() -> frozenset[str]:
    """The keys of buttons: they stand below a question, never first."""
    return frozenset(key for one in shown() for option in one.question.options for key in said_in(option.label))


def test_every_word_is_there_in_both_languages_and_filled() -> None:
    words = shelf().words
    assert words["en"].keys() == words["id"].keys()
    assert [key for key, said in words["en"].items() if not said] == []
    for one in shown("en"):
        for text in (*one.line.texts, *(pressed.label for pressed in one.line.buttons)):
            assert not re.search(r"\{\w+\}", text), (one.flow, one.step)


def test_lessons_differ_in_nothing_but_their_words() -> None:
    ground = Ground.of(shelf().facts, shelf().hotlines)
    first, english = (load_lessons(HERE / code / "lessons", ground) for code in ("id", "en"))
    assert list(english) == list(first)
    for name, lesson in english.items():
        assert len(lesson.cards) == len(first[name].cards)
        assert lesson.right == first[name].right
        assert (lesson.topic, lesson.facts) == (first[name].topic, first[name].facts)


def test_numbers_in_english_are_those_in_indonesian() -> None:
    digits = re.compile(r"\d[\d\-/.]*\d|\d")
    for key, words in shelf().words["en"].items():
        said, meant = (sorted(digits.findall(text)) for text in (words, shelf().words["id"][key]))
        assert said == meant, key


def test_what_shows_on_a_locked_screen_is_neutral() -> None:
    for one in shown("en"):
        if one.flow not in EXEMPT:
            assert not TELLING.search(one.line.plain()[:LOCKED_SCREEN]), (one.flow, one.step)


def test_every_text_that_can_come_first_is_neutral() -> None:
    exempt = (*(f"{flow}." for flow in EXEMPT), "lesson.")
    keys = [key for key, _ in spoken("en") if not key.startswith(exempt) and key not in labels()]
    assert [key for key in keys if TELLING.search(shelf().words["en"][key][:LOCKED_SCREEN])] == []


def test_a_note_that_names_a_queue_is_neutral() -> None:
    for queue in shelf().directory.queues.values():
        for state in State:
            said = shelf().text(Say(f"code.state.{state}", {"queue": queue.name}), "en")
            assert not TELLING.search(said[:LOCKED_SCREEN])
    for queue in first_queues():
        for key in (*BUILT["report.officials.told.{}"], *BUILT["report.done.{}"], "report.unserved"):
            assert not TELLING.search(shelf().text(Say(key, {"queue": queue.name}), "en")[:LOCKED_SCREEN])


def test_one_thing_has_one_name() -> None:
    said = ((key, re.sub(r"\{\w+\}", "", words)) for key, words in spoken("en") if key not in OFFICERS)
    assert [(key, found.group()) for key, words in said if (found := OTHER_NAMES.search(words))] == []
    telling = {shelf().words["en"][key] for key in ("menu.top.report", "learn.pick.report", "offer.result.report")}
    assert telling == {"Tell a caseworker"}


@pytest.mark.parametrize("flow", ["affected", "child"])
def test_nothing_is_asked_that_an_affected_person_is_never_asked(flow: str) -> None:
    said = [(key, words) for key, words in spoken("en") if key.startswith(f"{flow}.")]
    assert len(said) > 30
    assert [(key, found.group()) for key, words in said if (found := NEVER_ASKED.search(words))] == []
    assert [key for key, words in said if flow == "child" and OF_A_CHILD.search(words)] == []
    assert [key for key, words in said if flow == "child" and HARD_FOR_A_CHILD.search(words)] == []


def test_sentences_are_short() -> None:
    text = " ".join(re.sub(r"[{}]", "", words) + "\n" for _, words in spoken("en"))
    sentences = [one for part in re.split(r"[.?!\n]", text) if len(one := part.split()) > 1]
    assert statistics.median(map(len, sentences)) <= 12
    assert max(map(len, sentences)) <= 30


def test_no_two_answers_of_a_question_read_alike() -> None:
    for one in shown("en"):
        said = [pressed.label.lower() for pressed in one.line.buttons]
        assert len(set(said)) == len(said), (one.flow, one.step)


def test_a_question_fits_a_small_screen_and_any_channel() -> None:
    assert [(one.flow, one.step) for one in shown("en") if len(one.line.plain("Type a number:")) > 1_600] == []


@pytest.mark.parametrize("need", NEEDS)
def test_a_card_of_numbers_is_read_without_scrolling_for_long(need: str) -> None:
    cards = [one.line.plain() for one in shown("en") if (one.flow, one.step) == ("numbers", "card")]
    assert len(cards) == len(NEEDS)
    assert len(cards[NEEDS.index(need)]) <= 1_000


def test_danger_has_its_numbers_and_the_centre_its_duty() -> None:
    said = shelf().words["en"]
    assert all(number in said["front.danger"] for number in ("112", "110"))
    assert "112" in said["front.watched"]
    for voice in ("affected", "child"):
        assert "tell the police within 24 hours" in said[f"{voice}.police.ask"]
        assert said[f"{voice}.police.no_police"] == "Not to the police yet"
    assert "tell the police within 24 hours" in said["affected.pass_on.ask"]


def test_no_command_rings_where_it_is_the_whole_message() -> None:
    reader = DangerReader(shelf().danger)
    rings = [word for word in shelf().commands if reader.read(word).emergency]
    assert rings in ([], ["help"])  # the card of help carries 112 and 110 itself
    if rings:
        assert all(number in shelf().words[code]["help.short"] for number in ("112", "110") for code in shelf().words)
