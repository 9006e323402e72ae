"""Lessons: what a file must hold, how each one is walked to its end, and what is counted of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.facts import cited
from content.faults import Fault
from content.figures import figures, spelt_figures
from content.lessons import MOST_OF_A_TOPIC, Ground, Lesson, LessonTopic, faults, load_lessons, read_lesson
from content.shelf import HERE, Say
from handlers import front
from handlers.flows import FLOWS
from handlers.numbers import since
from handlers.render import render
from handlers.talk import Count, Outcome, Place, Turn
from handlers.turns import question
from tests.service import shelf
from tests.talks import FOLDER, Player, Sent, Talk, written

FRONT = '---\nchannel: plain\nopen: all\nnow: "2026-11-23T10:00:00+07:00"\n---\n'
WALKS = FOLDER / "lessons"
LESSONS = tuple(shelf().lessons.values())


def ground() -> Ground:
    """What lessons may say."""
    return Ground.of(shelf().facts, shelf().hotlines)


# Each lesson as a talk


def taps(lesson: Lesson) -> list[str]:
    """From hello to the end: a wrong guess, every card, and the right answers."""
    topics = [topic for topic in LessonTopic if topic in {one.topic for one in LESSONS}]
    listed = [one.id for one in LESSONS if one.topic == lesson.topic]
    wrong = next(at for at in range(len(lesson.quiz[0].choices)) if at != lesson.right[0])
    picked = [topics.index(lesson.topic), listed.index(lesson.id), wrong]
    numbers = [*picked, *[0] * len(lesson.cards), *lesson.right]
    return ["halo", "2", *(str(number + 1) for number in numbers)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_is_walked_as_its_transcript_says(lesson: Lesson, request: pytest.FixtureRequest) -> None:
    path = WALKS / f"{lesson.id}.txt"
    talk = Talk(lesson.id, {"now": "2026-11-23T10:00:00+07:00"}, tuple(Sent("R", one) for one in taps(lesson)), FRONT)
    player = Player(talk)
    runs = written(talk, player.run())
    if request.config.getoption("--rewrite-talks"):
        path.write_text(runs, encoding="utf-8")
    assert runs == path.read_text(encoding="utf-8")
    assert f"{len(lesson.quiz)} dari {len(lesson.quiz)}" in runs
    for name in ("begun", "both", "after.right", "done"):
        assert f"D> count lesson.{name}.{lesson.id}\n" in runs
    assert "before.right" not in runs
    assert player.place and (player.place.step, player.place.draft) == ("lessons", {"topic": str(lesson.topic)})


def test_no_transcript_is_left_of_a_lesson_that_is_gone() -> None:
    assert {path.stem for path in WALKS.glob("*.txt")} == set(shelf().lessons)


# What is offered and counted


def step(name: str, answer: str, **draft: object) -> Outcome:
    """One turn of a lesson; the answer is an option's name."""
    place = Place("learn", name, draft, 7)
    token = f"learn.{name}:7:{answer}"
    outcome = front.answer(FLOWS, place, Turn(shelf=shelf(), now=1_795_000_000, token="a" * 32, pressed=(token,)))
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize(
    ("guess", "answer", "counted"),
    [
        ("", 0, []),
        ("right", 0, ["both", "before.right", "after.right"]),
        ("wrong", 0, ["both", "after.right"]),
        ("right", 1, ["both", "before.right"]),
        ("wrong", 1, ["both"]),
    ],
)
def test_a_guess_is_counted_only_beside_the_answer_of_the_same_sitting(
    guess: str, answer: int, counted: list[str]
) -> None:
    name = "apa-itu-tppo"
    right = shelf().lessons[name].right[0]
    outcome = step("quiz", str(right if answer == 0 else 1 - right), lesson=name, before=guess)
    assert outcome.do == tuple(Count(f"lesson.{one}.{name}") for one in counted)


def test_whoever_guesses_nothing_reads_on_and_a_cry_for_help_turns_no_page() -> None:
    place = Place("learn", "before", {"topic": "basics", "lesson": "apa-itu-tppo"}, 7)
    for said, alarm, stands in (("tidak tahu", False, "card"), ("lewati", False, "card"), ("tolong", True, "before")):
        turn = Turn(shelf=shelf(), now=1_795_000_000, token="a" * 32, text=said, emergency=alarm)
        outcome = front.answer(FLOWS, place, turn)
        assert isinstance(outcome, Outcome) and outcome.place
        assert (outcome.place.step, outcome.place.draft.get("before")) == (stands, None), said


def test_every_list_has_room_for_the_way_to_a_caseworker() -> None:
    for topic in LessonTopic:
        asked = question(FLOWS, Place("learn", "lessons", {"topic": topic}), shelf())
        assert len(asked.options) <= MOST_OF_A_TOPIC + 1
        assert asked.options[-1].name == "report"
    assert len(question(FLOWS, Place("learn", "pick", {}), shelf()).options) <= len(LessonTopic) + 1


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_last_card_names_each_source_once_and_says_which_are_less_sure(language: str) -> None:
    for lesson in LESSONS:
        place = Place("learn", "card", {"lesson": lesson.id, "card": len(lesson.cards) - 1})
        line = render(Outcome(place, question=question(FLOWS, place, shelf())), shelf(), language)
        assert line
        for fact in cited(lesson.facts, shelf().facts):
            said = f"{fact.source.to(language)} ({shelf().value(since(fact.begins), language)}"
            assert len(re.findall(rf"[:;] {re.escape(said)}", line.texts[-1])) == 1, (lesson.id, said)
        doubts = {fact.confidence for fact in cited(lesson.facts, shelf().facts)}
        one = shelf().text(Say("learn.one_source", {"source": "", "date": ""}), language).strip(" ()")
        for confidence, mark in (("B", one), ("D", {"id": "Usulan Suar", "en": "Proposal of Suar"}[language])):
            assert line.texts[-1].count(mark) == (confidence in doubts), lesson.id


# What a file must hold

GOOD = (HERE / "id" / "lessons" / "01-apa-itu-tppo.md").read_text(encoding="utf-8")


def put(old: str, new: str) -> str:
    """The first lesson with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


SLIPS: dict[str, tuple[Callable[[], str], str]] = {
    "no front matter": (lambda: "Perdagangan orang", "begins with its front matter"),
    "words before it": (lambda: f"Hai\n{GOOD}", "begins with its front matter"),
    "broken YAML": (lambda: put("title: ", "title: ["), "is not YAML"),
    "unknown topic": (lambda: put("topic: basics", "topic: kerja"), "'kerja' is none of basics, work"),
    "misspelt field": (lambda: put("topic:", "topik:"), "topik: is not a field of this row; is topic meant"),
    "field too many": (lambda: put("topic:", "level: 1\ntopic:"), "level: is not a field"),
    "no reason": (
        lambda: put("        reason: Persetujuan", "        alasan: Persetujuan"),
        "alasan: is not a field of this row; is reason meant",
    ),
    "no facts": (lambda: put(GOOD[GOOD.index("facts:") : GOOD.index("quiz:")], "facts: []\n"), "names its facts"),
    "unknown fact": (lambda: put("- kuhp-455", "- kuhp-999"), "no fact kuhp-999"),
    "a figure of its own": (lambda: put("hingga 15 tahun", "hingga 20 tahun"), "card 5: the figure 20 stands"),
    "a figure in a reason": (
        lambda: put("Banyak yang mengira", "9 dari 10 mengira"),
        "question 1: reason 2: the figure 9 stands",
    ),
    "a figure in words": (lambda: put("hingga 15 tahun", "hingga dua puluh tahun"), "card 5: the figure dua puluh"),
    "a small figure before a unit": (lambda: put("hingga 15 tahun", "hingga tiga tahun"), "card 5: the figure tiga"),
    "two choices alike": (
        lambda: put("text: Tidak, karena ia setuju", "text: ya, Bisa"),
        "question 1: choice 2: reads like choice 1",
    ),
    "a choice too long": (
        lambda: put("text: Ya, bisa", "text: " + "Ya, bisa " * 6),
        "question 1: choice 1: at most 50 characters",
    ),
    "a card too long": (lambda: put("Tidak selalu ada pukulan.", "Tidak selalu. " * 30), "card 2: "),
    "a long title": (lambda: put("Apa itu perdagangan orang?", "Apa " * 20), "title: at most 40"),
    "two right answers": (
        lambda: put("setuju\n        reason", "setuju\n        right: true\n        reason"),
        "question 1",
    ),
    "a card too few": (lambda: "\n---\n".join(GOOD.split("\n---\n")[:3]), "cards: 3 to 6"),
    "right that is no yes": (lambda: put("right: true", "right: ya"), "true is needed"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_named_by_its_place(name: str) -> None:
    text, told = SLIPS[name]
    try:
        found = [str(one) for one in faults("01-x.md", read_lesson("01-x.md", text()), ground())]
    except Fault as fault:
        found = [str(fault)]
    assert any(told in one for one in found), found


def test_all_shipped_lessons_are_sound_and_a_folder_refuses_a_ninth_of_a_topic(tmp_path: Path) -> None:
    for code in shelf().languages:
        assert list(load_lessons(HERE / code / "lessons", ground())) == list(shelf().lessons)
    for number in range(MOST_OF_A_TOPIC + 1):
        named = put("title: Apa itu", f"title: {chr(65 + number)} Apa itu")
        (tmp_path / f"{number:02}-satu{number}.md").write_text(named, encoding="utf-8")
    with pytest.raises(Fault, match="basics has more than 8 lessons"):
        load_lessons(tmp_path, ground())
    (tmp_path / "00-satu1.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(Fault, match="has this name already"):
        load_lessons(tmp_path, ground())


def test_a_figure_of_another_lesson_is_none_of_this_one() -> None:
    lesson = next(iter(LESSONS))
    bare = replace(lesson, facts=())
    assert {one for text in lesson.cards for one in figures(text)} - ground().figures(bare.facts)


@given(st.integers(10, 999_999_999), st.sampled_from(["tahun", "orang", "years"]))
def test_a_figure_in_words_is_the_same_figure(number: int, unit: str) -> None:
    assert [one.value for one in spelt_figures(f"Ada {spelt_out(number)} {unit}.")] == [number]


def spelt_out(number: int) -> str:
    """A number in Indonesian words."""
    ones = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
    for size, name, one in ((10**6, "juta", "satu juta"), (1000, "ribu", "seribu"), (100, "ratus", "seratus")):
        if number >= size:
            count, rest = divmod(number, size)
            return f"{one if count == 1 else f'{spelt_out(count)} {name}'} {spelt_out(rest)}".strip()
    if number >= 20:
        return f"{ones[number // 10]} puluh {ones[number % 10]}".strip()
    if number > 11:
        return f"{ones[number - 10]} belas"
    return (*ones, "sepuluh", "sebelas")[number]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Lebih dari seribu mahasiswa ikut.", True),
        ("More than one thousand took part.", True),
        ("Seribu lebih mahasiswa ikut.", True),
        ("Seribu mahasiswa ikut.", False),
        ("Lebih dari dua ribu mahasiswa ikut.", False),
        ("Lebih dari lima ratus mahasiswa ikut.", False),
    ],
)
def test_a_round_figure_in_words_rests_on_the_exact_one(text: str, known: bool) -> None:
    assert [one.known({"1.047", "33"}) for one in spelt_figures(text)] == [known]


def test_what_an_editor_adds_to_a_file_breaks_nothing() -> None:
    odd = "\ufeff" + GOOD.replace("---\n", "--- \t\r\n")
    assert read_lesson("01-x.md", odd) == read_lesson("01-x.md", GOOD)


def test_the_line_of_a_slip_is_that_of_the_file() -> None:
    line = GOOD.splitlines().index("topic: basics") + 1
    with pytest.raises(Fault, match=f"near line {line}:"):
        read_lesson("01-x.md", put("topic: basics", "topic: basics: work"))


def test_two_titles_of_a_topic_are_told_apart(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number:02}-satu{number}.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(Fault, match="satu1: has the title of satu0"):
        load_lessons(tmp_path, ground())


@given(st.integers(0, 10**12), st.sampled_from(["{}", "Rp{}", "+{}", "pada {}.", "({})"]))
def test_a_number_is_found_however_it_stands(number: int, around: str) -> None:
    assert figures(around.format(number)) == [str(number)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WhatsApp 0857-7001-0048, telepon 148.", ["0857-7001-0048", "148"]),
        ("UU 21/2007 Pasal 33", ["21/2007", "33"]),
        ("cek di siskop2mi.bp2mi.go.id atau P3MI", []),
        ("Rp10.000 or Rp10,000 at 08:30", ["10.000", "10.000", "08.30"]),
        ("dua rumah", []),
    ],
)
def test_what_counts_as_a_figure(text: str, found: list[str]) -> None:
    assert figures(text) == found
