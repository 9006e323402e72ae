"""Facts: each with its source, its date and how sure it is, and nothing is taught that is none of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sources import Sourced, by_urgency, sourced
from content.facts import Fact, cited, load_facts
from content.faults import Fault
from content.figures import figures
from content.lessons import CARD_LIMIT
from content.vocabulary import Confidence
from handlers import learn
from tests.service import shelf

ROW: dict[str, Any] = {
    "id": "satu",
    "says": "Pada 2025 ada 28 orang.",
    "en": "In 2025 there were 28 people.",
    "source": "UU 21/2007",
    "source_en": "Law 21/2007",
    "date": "2025-11",
    "confidence": "A",
    "checked_on": None,
}


def load(folder: Path, *rows: dict[str, Any]) -> dict[str, Fact]:
    """The facts of a folder with one file."""
    (folder / "satu.yaml").write_text(yaml.safe_dump(list(rows), allow_unicode=True), encoding="utf-8")
    return load_facts(folder)


def test_every_fact_that_a_lesson_names_stands_in_the_table_with_its_confidence() -> None:
    named = {id for lesson in shelf().lessons.values() for id in lesson.facts}
    assert named <= shelf().facts.keys()
    assert all(shelf().facts[id].confidence in set(Confidence) for id in named)


def test_no_fact_lies_unused() -> None:
    named = {id for lesson in shelf().lessons.values() for id in lesson.facts}
    assert sorted(shelf().facts.keys() - named) == []


def test_every_fact_says_the_same_figures_in_both_languages() -> None:
    for fact in shelf().facts.values():
        assert fact.says.to("en") != fact.says.id
        assert sorted(figures(fact.says.to("en"))) == sorted(figures(fact.says.id)), fact.id


def test_one_source_has_one_name_and_one_date() -> None:
    names: dict[str, str] = {}
    for fact in shelf().facts.values():
        assert names.setdefault(fact.source.id, fact.source.to("en")) == fact.source.to("en"), fact.id


@pytest.mark.parametrize(
    ("written", "begins", "ends"),
    [
        ("2007", "2007", "2007"),
        (2007, "2007", "2007"),
        ("2025-11", "2025-11", "2025-11"),
        (date(2025, 11, 3), "2025-11-03", "2025-11-03"),
        ("2020-12/2021-03", "2020-12", "2021-03"),
    ],
)
def test_when_a_source_is_from(tmp_path: Path, written: object, begins: str, ends: str) -> None:
    fact = load(tmp_path, {**ROW, "date": written})["satu"]
    assert (fact.begins, fact.ends) == (begins, ends)


SLIPS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "remembered only": (lambda: {**ROW, "confidence": "C"}, "C is not verified"),
    "a proposal unsaid": (lambda: {**ROW, "confidence": "D"}, "usulan: usulan: true belongs"),
    "a proposal by another name": (
        lambda: {**ROW, "confidence": "D", "usulan": True},
        "source: a proposal \\(D\\) is called one",
    ),
    "a fact called a proposal": (lambda: {**ROW, "usulan": True}, "usulan: usulan: true belongs"),
    "no source": (lambda: {**ROW, "source": " "}, "satu: source: a text is needed"),
    "no English": (lambda: {key: row for key, row in ROW.items() if key != "en"}, "satu: en: is missing"),
    "another figure": (lambda: {**ROW, "en": "In 2025 there were 82 people."}, "en: has not the figures"),
    "a month in words": (lambda: {**ROW, "date": "Nov 2025"}, "date: a year or month like"),
    "a month too many": (lambda: {**ROW, "date": "2025-13"}, "date: a year or month like"),
    "checked at no day": (lambda: {**ROW, "checked_on": "kemarin"}, "checked_on: a day like"),
    "an id that is no name": (lambda: {**ROW, "id": "Satu Dua"}, "id: a name like kata-kata-kecil"),
    "an id too long": (lambda: {**ROW, "id": "a" * 41}, "id: a name like kata-kata-kecil is needed, of at most 40"),
    "an end before its beginning": (lambda: {**ROW, "date": "2022-06/2020-12"}, "date: a year or month like"),
    "misspelt": (lambda: {**ROW, "sumber": "x"}, "sumber: is not a field"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_named_by_file_row_and_field(tmp_path: Path, name: str) -> None:
    row, told = SLIPS[name]
    with pytest.raises(Fault, match=told):
        load(tmp_path, row())


def test_all_that_is_wrong_in_all_rows_is_said_together(tmp_path: Path) -> None:
    rows = ({**ROW, "date": "kemarin", "confidence": "C"}, {**ROW, "id": "dua", "checked_on": "besok"})
    with pytest.raises(Fault) as caught:
        load(tmp_path, *rows)
    assert [one.where for one in caught.value.every()] == [
        "satu.yaml: satu: date",
        "satu.yaml: satu: confidence",
        "satu.yaml: dua: checked_on",
    ]


def test_no_fact_hides_where_it_is_from() -> None:
    ours = [fact.id for fact in shelf().facts.values() if "lembar fakta" in fact.source.id.lower()]
    assert ours == []
    proposed = {fact.id for fact in shelf().facts.values() if fact.source.id == "Usulan Suar"}
    assert proposed == {fact.id for fact in shelf().facts.values() if fact.confidence is Confidence.PROPOSED}


def test_what_a_lesson_says_of_our_own_terms_is_so() -> None:
    assert f"{shelf().terms.reopen_days} hari" in shelf().facts["suar-dibuka-lagi"].says.id


def test_a_name_is_given_once_over_all_files(tmp_path: Path) -> None:
    load(tmp_path, ROW)
    (tmp_path / "zwei.yaml").write_text(yaml.safe_dump([ROW]), encoding="utf-8")
    with pytest.raises(Fault, match=r"zwei.yaml: satu: id: is there twice"):
        load_facts(tmp_path)


def test_sources_that_are_equally_sure_are_cited_together(tmp_path: Path) -> None:
    rows = ({**ROW, "id": name, "confidence": sure} for name, sure in (("a", "P"), ("b", "B"), ("c", "A")))
    facts = load(tmp_path, *rows, {**ROW, "id": "d", "date": "2024"})
    found = cited(["a", "b", "c", "d"], facts)
    assert [(one.id, one.source.id, one.begins, one.ends) for one in found] == [
        ("a", "UU 21/2007", "2025-11", "2025-11"),
        ("b", "UU 21/2007", "2025-11", "2025-11"),
        ("c", "UU 21/2007", "2024", "2025-11"),
    ]


def test_a_card_names_the_short_source_and_the_list_the_full_one(tmp_path: Path) -> None:
    named = {"short": "Kompas", "short_en": "Kompas, a newspaper", "url": "https://contoh.id/1"}
    facts = load(tmp_path, {**ROW, **named}, {**ROW, "id": "dua", "source": "Harian Kompas", **named})
    (fact,) = cited(["satu", "dua"], facts)
    assert (fact.source.id, fact.source.to("en")) == ("Kompas", "Kompas, a newspaper")
    assert facts["satu"].source.id == "UU 21/2007"


@pytest.mark.parametrize("language", shelf().languages)
def test_the_sources_of_a_lesson_fit_a_card(language: str) -> None:
    for lesson in shelf().lessons.values():
        assert len(shelf().text(learn.sources(lesson, shelf()), language)) <= CARD_LIMIT, lesson.id


# Which of them are old

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("dated", "looked", "stale"),
    [
        ("2025-11", None, False),
        ("2025-10", None, True),
        ("2025", None, False),  # December at the latest
        ("2024", None, True),
        ("2007", date(2026, 1, 5), False),
        ("2026", date(2025, 10, 31), True),  # somebody has looked, and that is long ago
        ("2025-11-03", None, False),
    ],
)
def test_a_fact_is_old_a_year_after_somebody_looked_or_else_after_its_source(
    dated: str, looked: date | None, stale: bool
) -> None:
    assert Sourced("facts", "x", "s", dated, "A", looked).stale(TODAY) is stale


def test_what_is_to_be_done_first_stands_first() -> None:
    def row(
        file: str, id: str, dated: str, confidence: str = "A", number: str = "", looked: date | None = None
    ) -> Sourced:
        return Sourced(file, id, "s", dated, confidence, looked, number)

    rows = (
        row("facts", "law", "2007", "P"),
        row("facts", "old", "2020-01"),
        row("facts", "older", "2019"),
        row("facts", "new", "2026-10"),
        row("hotlines", "uncalled", "2026-10", number="112"),
        row("hotlines", "called", "2020", number="110", looked=date(2026, 11, 1)),
        row("hotlines", "long ago", "2026", number="129", looked=date(2025, 1, 1)),
        row("hotlines", "page", "2024"),
    )
    found = by_urgency(rows, TODAY)
    assert [[one.id for one in part] for part in (found.uncalled, found.stale, found.laws, found.fresh)] == [
        ["uncalled"],
        ["page", "long ago", "older", "old"],
        ["law"],
        ["new", "called"],
    ]
    assert sum(map(len, (found.uncalled, found.stale, found.laws, found.fresh))) == len(rows)


def test_everything_that_is_known_is_listed_with_its_source() -> None:
    rows = list(sourced(shelf()))
    files = {one.file for one in rows}
    assert files == {"facts", "hotlines", "queues", "handoffs", "offers"}
    listed = {one.id for one in rows}
    directory = shelf().directory
    assert listed >= {*shelf().facts, *directory.queues, *directory.handoffs, *(line.id for line in shelf().hotlines)}
    assert all(one.source.strip() and one.dated for one in rows)
    assert all(len(one.row().split("\t")) == 6 for one in rows)
