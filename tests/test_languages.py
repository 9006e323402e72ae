"""Talks in more than one language: files that are alike, a switch at any moment, and what it leaves as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.batch import body_of
from bot.codes import code_salt, derive
from bot.console import labels
from bot.desk import Desk
from bot.locale import load_words
from bot.sealing import info_report, unpad, unseal, unwrap_for_code
from content.languages import join_answers, join_commands, load_languages
from content.lessons import Ground
from content.localized import Localized
from content.queues import load_directory
from content.shelf import HERE, Say, check_localized
from handlers import front
from handlers.flows import FLOWS
from handlers.front import LANGUAGE
from handlers.render import Line, render
from handlers.talk import JSON, Errand, Event, Outcome, Place, Turn
from handlers.turns import begin, button, question
from models import case
from models.tables import outbox, person, report
from tests import tally
from tests.databases import Databases
from tests.service import shelf
from tests.tally import NOON, Office, office

ENGLISH = f"{LANGUAGE}en"
ERRAND = Errand("file", "e", {})
REVIEW = Place(
    "report",
    "review",
    {"when": "ongoing", "signs": ["locked"], "words": ["gembok"], "kelurahan": "31.74.08.1002", "kota": "31.74"},
    7,
)
PLACES = (
    Place("report", "signs", {"when": "ongoing", "words": ["gembok"]}, 4, past=("whom", "when"), kept=("a b c",)),
    Place("affected", "under18", {"report": "r", "public": "00", "code": "x"}, 5, past=("safe", "pass_on")),
    Place("learn", "quiz", {"lesson": "apa-itu-tppo", "card": 2}, 6),
    Place("code", "home", {"report": "r", "public": "00", "until": NOON + 60, "may": ["add"]}, 2),
    Place("report", "saved", {"lead": "ppapp-jaksel"}, 9),
    Place("menu", "more", {"said": ["belum dikirim"]}, 3),
)


def turn(text: str = "", *pressed: str, language: str = "id") -> Turn:
    return Turn(shelf=shelf(), now=NOON, token="0" * 32, language=language, text=text, pressed=pressed)


def played(place: Place | None, came: Turn) -> Outcome:
    outcome = front.answer(FLOWS, place, came)
    assert isinstance(outcome, Outcome)
    return outcome


# How the files of the languages keep together


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The words of both languages, to be spoilt."""
    for name in ("id", "en", "reading"):
        shutil.copytree(HERE / name, tmp_path / name)
    return tmp_path


def ground() -> Ground:
    """What the lessons may say."""
    return Ground.of(shelf().facts, shelf().hotlines)


def put(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def reading(folder: Path, line: str, part: str) -> None:
    """One line more in a part of the English reading file."""
    put(folder / "reading" / "en.yaml", f"{part}:\n", f"{part}:\n  {line}\n")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a key is missing": (
        lambda folder: put(folder / "en/front.yaml", "\nback: ", "\nbackwards: "),
        r"en/front.yaml: front.back: is missing",
    ),
    "a key too many": (
        lambda folder: put(folder / "en/learn.yaml", "raw:", "a: b\nraw:"),
        r"id/learn.yaml: learn.a: is missing",
    ),
    "a file is missing": (lambda folder: (folder / "en/numbers.yaml").unlink(), r"en/numbers.yaml: numbers\."),
    "another placeholder": (
        lambda folder: put(folder / "en/front.yaml", "{limit}", "{most}"),
        r"en/front.yaml: front.long",
    ),
    "no plain placeholder": (lambda folder: put(folder / "en/front.yaml", "{limit}", "{limit:>9}"), r"front.long"),
    "another number in one language": (
        lambda folder: put(folder / "en/front.yaml", "112", "119"),
        r"en/front.yaml: front.\S+: has not the figures of id",
    ),
    "a brace alone": (lambda folder: put(folder / "en/front.yaml", "{limit}", "{limit"), r"front.long: a brace"),
    "a lesson is missing": (
        lambda folder: next((folder / "en/lessons").glob("01*")).unlink(),
        r"en/01-apa-itu-tppo.md: is missing",
    ),
    "a card is missing": (
        lambda folder: cut_card(next((folder / "en/lessons").glob("03*"))),
        r"en/03-tawaran-kerja-luar-negeri.md: card 5: is missing",
    ),
    "another right answer": (
        lambda folder: turn_round(next((folder / "en/lessons").glob("01*"))),
        r"en/01-apa-itu-tppo.md: has not the right answers of id",
    ),
    "a word that YAML reads as none": (
        lambda folder: put(folder / "en/front.yaml", "\nback: ", "\nmore:\n  no: x\nback: "),
        "must be written in quotes",
    ),
}


def cut_card(path: Path) -> None:
    head, _ = path.read_text(encoding="utf-8").rsplit("\n---\n", 1)
    path.write_text(head, encoding="utf-8")


def turn_round(path: Path) -> None:
    """The right answer becomes another one."""
    rows = path.read_text(encoding="utf-8").splitlines()
    right = next(at for at, row in enumerate(rows) if row.strip() == "right: true")
    other = next(at for at, row in enumerate(rows) if at > right and row.strip().startswith("reason:"))
    rows.insert(other + 1, rows.pop(right))
    path.write_text("\n".join(rows), encoding="utf-8")


@pytest.mark.parametrize("name", SPOILT)
def test_languages_that_are_not_alike_stop_the_start_and_the_file_is_named(name: str, copied: Path) -> None:
    spoil, told = SPOILT[name]
    spoil(copied)
    with pytest.raises(ValueError, match=told):
        load_languages(copied, ground())


def test_a_folder_without_a_reading_file_is_no_language_and_indonesian_comes_first(copied: Path) -> None:
    shutil.copytree(copied / "en", copied / "jv")
    (copied / "reading" / "su.yaml").write_text("{}")
    assert list(load_languages(copied, ground())) == ["id", "en"]


@pytest.mark.parametrize(
    ("line", "part", "told"),
    [
        ("erase: [kode]", "commands", "'kode' means erase here and code before"),
        ("report.when.past: [masih]", "answers", "'masih' means report.when.past here and report.when.ongoing before"),
    ],
)
def test_one_word_with_two_meanings_stops_the_start(copied: Path, line: str, part: str, told: str) -> None:
    name = line.partition(":")[0]
    text = (copied / "reading" / "en.yaml").read_text(encoding="utf-8")
    kept = [row for row in text.splitlines() if not row.strip().startswith(f"{name}:")]
    (copied / "reading" / "en.yaml").write_text("\n".join(kept), encoding="utf-8")
    reading(copied, line, part)
    languages = load_languages(copied, ground())
    with pytest.raises(ValueError, match=told):
        (join_commands if part == "commands" else join_answers)(languages)


def test_the_same_word_with_the_same_meaning_is_everybodys() -> None:
    assert shelf().command("Delete!") == shelf().command("hapus") == "erase"
    assert shelf().command("Bahasa  Inggris.") == shelf().command("english") == "language_en"


def test_a_text_of_the_directory_without_a_language_stops_the_start() -> None:
    directory = load_directory()
    check_localized(directory, frozenset({"en"}))
    with pytest.raises(ValueError, match=r"queues.yaml: ppapp-jakpus: name: needs a text for jv"):
        check_localized(directory, frozenset({"en", "jv"}))
    named = replace(directory.hotlines[0], note=Localized("hanya ini"))
    with pytest.raises(ValueError, match=rf"hotlines.yaml: {named.id}: note: needs a text for en"):
        check_localized(replace(directory, hotlines=(named,)), frozenset({"en"}))


def test_a_number_and_a_text_of_the_directory_are_said_in_the_language() -> None:
    assert "10.000" in shelf().text(Say("front.long", {"limit": 10_000}))
    assert "10,000" in shelf().text(Say("front.long", {"limit": 10_000}), "en")
    queue = shelf().directory.queues["ppapp-jaksel"].name
    assert queue.id in shelf().text(Say("report.unserved", {"queue": queue}))
    assert queue.to("en") in shelf().text(Say("report.unserved", {"queue": queue}), "en")


# A switch at any moment


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.flow}.{place.step}")
@pytest.mark.parametrize(
    "came", [turn("english"), turn("Bahasa Inggris!"), turn("", ENGLISH)], ids=["word", "loud", "button"]
)
def test_a_switch_asks_again_in_the_language_and_changes_nothing_else(place: Place, came: Turn) -> None:
    if came.text == "english" and place.step == "more":
        return  # there it is the label of an option, tried below
    outcome = played(place, came)
    assert outcome.language == "en"
    assert outcome.place == replace(place, turn=place.turn + 1)
    assert outcome.question == question(FLOWS, place, shelf())
    assert (outcome.notes, outcome.do, outcome.errands) == ((), (), ())


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_menu_offers_the_other_language_in_its_own_words(language: str) -> None:
    other = {"id": "en", "en": "id"}[language]
    label = shelf().text(Say("menu.more.language"), language)
    place = Place("menu", "more", {"said": ["belum dikirim"]}, 3)
    for came in (turn(label, language=language), turn("", button(place, "language"), language=language)):
        outcome = played(place, came)
        assert outcome.language == other
        assert outcome.place and (outcome.place.step, outcome.place.draft) == ("top", {"said": ["belum dikirim"]})
        line = render(outcome, shelf(), outcome.language)
        assert line and line.language == other and line.texts[0] == shelf().text(Say("menu.hello"), other)


def test_on_the_ground_floor_it_opens_in_that_language() -> None:
    outcome = played(None, turn("english"))
    line = render(outcome, shelf(), outcome.language)
    assert outcome.language == "en"
    assert line and line.texts[0] == shelf().text(Say("menu.hello"), "en")
    assert line.buttons[0].label == shelf().text(Say("menu.top.offer"), "en")


def test_a_greeting_in_english_is_not_a_choice_of_language() -> None:
    for hello in ("hello", "hi", "good morning"):
        assert played(None, turn(hello)).language == ""


def test_while_something_is_stored_only_the_language_changes() -> None:
    place = Place("report", "sealing", PLACES[0].draft, 8, ERRAND)
    outcome = played(place, turn("english"))
    assert (outcome.place, outcome.notes, outcome.language) == (place, (Say("front.wait"),), "en")
    held = Place("affected", "filing", {"words": ["gembok"]}, 8, ERRAND)
    outcome = played(held, turn("english"))
    assert (outcome.place, outcome.notes, outcome.language) == (held, (), "en")


@pytest.mark.parametrize("token", ["language:xx", "language:", "language:en:9", "language:ID"])
def test_a_language_that_nobody_speaks_is_an_old_button(token: str) -> None:
    outcome = played(PLACES[0], turn("", token))
    assert outcome.language == ""
    assert outcome.notes == (Say("front.stale"),)
    assert played(None, turn("", token)).language == ""


def test_the_end_of_an_errand_is_no_message_and_switches_nothing() -> None:
    place = Place("report", "sealing", {}, 8, ERRAND)
    came = replace(turn(), event=Event("e", {"ok": False}))
    assert played(place, came).language == ""


def test_answers_are_understood_in_either_language() -> None:
    place = Place("report", "when", {}, 1)
    for language in shelf().languages:
        for said in ("Ya, masih berlangsung", "Yes, it is still going on", "2", "dua", "two"):
            outcome = played(place, turn(said, language=language))
            assert outcome.place and outcome.place.draft["when"] == "ongoing", (said, language)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("said", ["2 orang dikunci", "2 people locked in"])
def test_a_number_before_a_counted_thing_chooses_nothing_in_either_language(language: str, said: str) -> None:
    place = Place("report", "signs", {"when": "ongoing"}, 1)
    outcome = played(place, turn(said, language=language))
    assert outcome.place and outcome.place.draft["words"] == [said]


def test_every_step_can_be_said_in_every_language() -> None:
    for language in shelf().languages:
        for name in shelf().lessons:
            for draft in ({"lesson": name}, {"lesson": name, "question": 1}):
                for step in ("before", "card", "quiz"):
                    asked = question(FLOWS, Place("learn", step, draft), shelf())
                    assert render(Outcome(Place("learn", step, draft), question=asked), shelf(), language)
        assert render(begin(FLOWS, "learn.pick", shelf(), 1), shelf(), language)


# What is kept of it


@pytest.fixture
def here(databases: Databases) -> Iterator[Office]:
    with databases.fresh(tally.staffed) as url, office(url, now=lambda: NOON) as here:
        yield here


def kept_language(desk: Desk) -> list[str]:
    with desk.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(person.c.language)).scalars())


def said(desk: Desk, text: str = "", *pressed: str) -> Line:
    receipt = tally.say(desk, "wati", text, pressed=pressed)
    assert receipt.body
    return Line.load(json.loads(receipt.body))


def test_a_language_outlives_the_talk_and_goes_at_hapus(here: Office) -> None:
    assert said(here.desk, "hello").language == "id"
    assert said(here.desk, "english").language == "en"
    assert kept_language(here.desk) == ["en"]
    assert said(here.desk, "privacy").language == "en"
    said(here.desk, "hapus")
    tally.say(here.desk, "wati", "1")
    tally.until(lambda: kept_language(here.desk) == [])
    gone = Line.load(lines(here)[-1])
    assert (gone.language, gone.wipes, kept_language(here.desk)) == ("en", True, [])
    back = said(here.desk, "hello")
    assert (back.language, back.wipes, kept_language(here.desk)) == ("id", False, ["id"])


def lines(here: Office) -> list[dict[str, JSON]]:
    """All that was said and still waits."""
    query = sa.select(outbox.c.body).order_by(outbox.c.id)
    with here.desk.house.engine.connect().execution_options(reading=True) as connection:
        bodies = connection.execute(query).scalars().all()
    return [json.loads(tally.keys().open_field(body, body_of(tally.key_of("wati")))) for body in bodies]


def story(here: Office, code: str) -> dict[str, JSON]:
    """What was filed, opened with its code."""
    key = derive(code.split(), code_salt(tally.keys().pepper))
    with here.desk.house.engine.connect().execution_options(reading=True) as connection:
        row = connection.execute(sa.select(report)).one()
        (part,) = case.items(connection, [row.id], ("story",))
    private = unwrap_for_code(key.key, row.code_wrap, row.id)
    opened: dict[str, JSON] = json.loads(unpad(unseal(private, part.body, info_report(row.id, part.id))))
    return opened


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_end_of_a_filing_is_told_in_the_language_of_then_and_the_readers_see_which_it_was(
    here: Office, language: str
) -> None:
    tally.seat_at(here.desk, "wati", place=REVIEW)
    if language == "en":
        said(here.desk, "english")
    here.desk.start_errands = lambda errands: None  # sealing takes long
    here.desk.hear(tally.message("wati", pressed=(button(place_kept(here), "send"),))).result(20)
    assert said(here.desk, "inggris").texts == (shelf().text(Say("front.wait"), "en"),)
    waiting = place_kept(here).errand
    assert waiting
    here.runner.run(tally.key_of("wati"), waiting)
    end = lines(here)[-1]
    assert end["language"] == "en"
    assert end["texts"][0] == shelf().text(Say("report.filed"), "en")
    filed = story(here, end["copy"])
    assert filed.get("language") == ({"en": "en"}.get(language))
    assert filed["words"] == ["gembok"]


def place_kept(here: Office) -> Place:
    place = tally.place_kept(here.desk.house.engine, "wati")
    assert place
    return place


def test_a_caseworker_reads_in_indonesian_that_the_reporter_wrote_english() -> None:
    say = load_words("id").say
    told = labels.story(shelf(), say, {"language": "en", "when": "ongoing"})
    assert told[0] == ("Bahasa", ["Inggris"])
    assert told[1] == ("Masih terjadi?", [shelf().text(Say("report.said.ongoing"))])
