"""Times and closed words as a caseworker reads them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console import labels
from bot.locale import load_words
from content.queues import load_directory
from content.vocabulary import Kind, State, Urgency
from tests.service import shelf

NOW = 1_795_246_200  # Saturday 21 November 2026, 14.30 WIB
HALF_TO_MIDNIGHT = NOW + 9 * 3600
say = load_words("id").say


@dataclass(frozen=True, slots=True)
class Row:
    due_at: int | None
    filed_at: int = NOW


@pytest.mark.parametrize(
    ("at", "now", "words"),
    [
        (NOW + 720, NOW, "jatuh tempo 14.42, 12 menit lagi"),
        (NOW, NOW, "jatuh tempo 14.30, 0 menit lagi"),
        (NOW - 300, NOW, "jatuh tempo 14.25, lewat 5 menit"),
        (NOW + 3 * 3600, NOW, "jatuh tempo 17.30, 3 jam lagi"),
        (HALF_TO_MIDNIGHT + 3600, HALF_TO_MIDNIGHT, "jatuh tempo 22 Nov, 00.30, 1 jam lagi"),
        (NOW - 3 * 86_400, NOW, "jatuh tempo 18 Nov, 14.30, lewat 3 hari"),
        (None, NOW, ""),
    ],
)
def test_due(at: int | None, now: int, words: str) -> None:
    assert labels.due(say, Row(at), now) == words


def test_an_answered_case_shows_only_the_hour() -> None:
    assert labels.filed(say, Row(NOW + 60), NOW) == "14.30"
    assert labels.filed(say, Row(None, NOW - NOW % 3600), NOW) == "sekitar 14.00"


@given(st.integers(0, 10**8))
def test_a_span_is_a_number_and_a_unit(seconds: int) -> None:
    count, unit = labels.span(say, seconds).split()
    assert count.isdigit() and unit in {"menit", "jam", "hari"}


@pytest.mark.parametrize(("table", "words"), [(labels.KIND, Kind), (labels.STATE, State), (labels.URGENCY, Urgency)])
def test_every_closed_word_has_a_label(table: dict[str, str], words: type[Kind | State | Urgency]) -> None:
    assert set(table) == {str(one) for one in words}


def test_every_queue_has_a_name() -> None:
    assert all(labels.queue_name(shelf(), id) for id in load_directory().queues)
    assert labels.queue_name(shelf(), "gone") == "gone"


def test_a_story_in_the_words_of_the_chat() -> None:
    told = {
        "when": "ongoing",
        "signs": ["locked", "new sign"],
        "kota": "31.74",
        "officials": ["rt"],
        "place": "",
        "x": 1,
    }
    lines = dict(labels.story(shelf(), say, told))
    assert lines["Masih terjadi?"] == ["masih berlangsung"]
    assert lines["Yang terlihat"] == ["dikunci atau dijaga", "new sign"]
    assert lines["Kota"] == ["Jakarta Selatan"] and lines["x"] == ["1"]
    assert lines["Aparat yang disebut terlibat"] == ["RT, RW, atau kelurahan"] and "Kelurahan" not in lines


@given(st.dictionaries(st.text(max_size=8), st.recursive(st.none() | st.text(max_size=8) | st.integers(), st.lists)))
def test_any_story_is_shown(data: dict[str, object]) -> None:
    for name, values in labels.story(shelf(), say, data):
        assert isinstance(name, str) and all(isinstance(one, str) for one in values)
