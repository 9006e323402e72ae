"""Numbers that people type or say where a button would be."""

from __future__ import annotations

import pytest

from handlers.typed import Typed, read_numbers
from tests.service import shelf


def typed(text: str, options: int = 4, many: bool = False, language: str = "id") -> Typed:
    """What a text says beside a list."""
    return read_numbers(text, options, many, shelf().numbers[language])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nomor dua", "2"),
        ("no 3 kak", "3"),
        ("yang kedua", "2"),
        ("yg ke 2 aja", "2"),
        ("yg atas", "1"),
        ("yang paling bawah", "4"),
        ("yg terakhir deh", "4"),
        ("saya pilih yang pertama", "1"),
        ("2 aja kak", "2"),
        ("opsi tiga ya min", "3"),
    ],
)
def test_a_choice_that_is_spoken(text: str, meant: str) -> None:
    assert typed(text) == Typed((meant,), "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [("the second one", "2"), ("option two please", "2"), ("the last one", "4"), ("3rd", "3"), ("one", "1")],
)
def test_a_choice_that_is_spoken_in_english(text: str, meant: str) -> None:
    assert typed(text, language="en") == Typed((meant,), "")


@pytest.mark.parametrize(
    "text",
    [
        "kedua orang tua saya dikunci",
        "pertama saya lihat mobil",
        "rumah nomor 2",
        "yang punya kos",
        "nomor 7",
        "no 12",
        "yang di lantai atas",
        "yang kedua atau ketiga",
        "2 hari ya",
        "ya",
    ],
)
def test_what_tells_something_chooses_nothing(text: str) -> None:
    assert typed(text) == Typed((), text)


def test_several_where_several_may_be_chosen() -> None:
    assert typed("yang pertama sama ketiga", many=True) == Typed(("1", "3"), "")
    assert typed("nomor 1 dan 4 aja", many=True) == Typed(("1", "4"), "")
    assert typed("two and one", many=True, language="en") == Typed(("2", "1"), "")


def test_a_number_leads_and_the_rest_is_told() -> None:
    assert typed("2 di belakang pasar") == Typed(("2",), "di belakang pasar")
