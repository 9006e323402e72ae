"""Every word a resident reads is easy to read: short sentences, in each language, by key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readability import LONGEST, MEDIAN, longest, median, sentences
from tests.service import shelf

CASEWORKERS = ("duty.", "channel.")  # read by staff, or by nobody


@pytest.mark.parametrize("language", shelf().languages)
def test_the_middle_sentence_of_all_keys_is_short(language: str) -> None:
    assert median(shelf().words[language].values()) <= MEDIAN


@pytest.mark.parametrize("language", shelf().languages)
def test_no_sentence_that_a_resident_reads_is_long(language: str) -> None:
    read = ((key, text) for key, text in shelf().words[language].items() if not key.startswith(CASEWORKERS))
    assert [(key, longest(text)) for key, text in read if longest(text) > LONGEST] == []


@pytest.mark.parametrize("language", shelf().languages)
def test_the_middle_sentence_of_every_lesson_is_short(language: str) -> None:
    for name in shelf().lessons:
        words = [text for key, text in shelf().words[language].items() if key.startswith(f"lesson.{name}.")]
        assert median(words) <= MEDIAN, name


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Lihat, catat, ceritakan.", [3]),
        ("Telepon 112 atau 110! Jangan menunggu di sini.", [4, 4]),
        ("Cek di siskop2mi.bp2mi.go.id jam 08.30, gratis.", [6]),
        ("Lanjut", []),
        ("Betul. {reason}", []),
        ("Sumber: UU 21/2007 dan KUHP\n- satu dua\n- tiga empat lima", [4, 2, 3]),
        ("", []),
    ],
)
def test_what_counts_as_a_sentence(text: str, counts: list[int]) -> None:
    assert sentences(text) == counts


@given(st.lists(st.integers(2, 60), min_size=1, max_size=8))
def test_sentences_are_counted_whatever_stands_beside_them(lengths: list[int]) -> None:
    text = " ".join(" ".join(["kata"] * count) + "." for count in lengths)
    assert sentences(text) == lengths
    assert longest(text) == max(lengths)
