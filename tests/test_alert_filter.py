"""What may not go to many people is stopped, with its reason; what helps is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.alerts import YEAR, load_alerts, working_end
from content.faults import Fault
from content.queues import WIB
from content.shelf import HERE
from handlers.alert_draft import AlertDraft, own_rw, sendable, words
from handlers.reading.alert_filter import Reason, alert_filter
from tests.reading.figures import rows_of
from tests.service import shelf

MOST_WRONG = 0.05


@pytest.mark.parametrize("held", [False, True], ids=["seen", "held"])
def test_harmful_rows_are_stopped_and_clean_ones_go_on(held: bool) -> None:
    judge, rows = alert_filter(shelf()), rows_of("alert_filter", held)
    harmful, clean = [row for row in rows if row["reason"]], [row for row in rows if not row["reason"]]
    missed = [row["text"] for row in harmful if row["reason"] not in judge.read(row["text"]).reasons]
    alarmed = [row["text"] for row in clean if judge.read(row["text"]).parts]
    assert len(missed) <= MOST_WRONG * len(harmful), missed
    assert len(alarmed) <= MOST_WRONG * len(clean), alarmed
    assert {row["reason"] for row in harmful} == set(Reason)


def test_there_are_enough_rows_of_each_reason() -> None:
    rows = rows_of("alert_filter", held=False)
    assert all(sum(row["reason"] == reason for row in rows) >= 15 for reason in Reason)
    assert sum(not row["reason"] for row in rows) >= 60


def test_every_template_and_card_passes_in_every_language() -> None:
    content, judge = shelf(), alert_filter(shelf())
    drafts = [AlertDraft(template=id, kelurahan="Rawajati", now=1) for id in content.alerts.templates]
    drafts.append(AlertDraft(signs=tuple(content.offers.typical), kelurahan="Rawajati", now=1))
    for draft in drafts:
        for text in words(draft, content).values():
            assert judge.read(text).parts == (), text


def test_every_month_has_templates_and_their_facts_are_surely_known() -> None:
    content = shelf()
    assert all(content.alerts.of_month(month) for month in YEAR)
    facts = {fact for one in content.alerts.templates.values() for fact in one.facts}
    assert all(content.facts[one].confidence in {"P", "A", "B"} for one in facts)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("months: [6, 7, 12]", "months: [6, 7, 13]", "months: months are numbers from 1 to 12"),
        ("months: [6, 7, 12]", "months: [6, Juli]", "months: months are numbers from 1 to 12"),
        (
            "facts: [magang-tanda, magang-2024]",
            "facts: [magang-tanda, tidak-ada]",
            "facts: there is no fact tidak-ada$",
        ),
        ("  - id: magang\n", "  - id: jerat-utang\n", "is there twice"),
        ("      en: Internships abroad\n", "", "needs a text for en"),
        ("months: [4, 5, 10]", "months: [5, 10]", ""),
        ("months: [1, 4, 5, 10, 11]", "months: [1]", ""),
        ("own_days: 14", "own_days: 0", "a whole number above zero is needed"),
    ],
)
def test_a_template_that_could_not_be_sent_refuses_the_start(old: str, new: str, told: str, tmp_path: Path) -> None:
    text = (HERE / "alerts.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "alerts.yaml").write_text(text.replace(old, new), encoding="utf-8")
    if told:
        with pytest.raises(Fault, match=told):
            load_alerts(tmp_path / "alerts.yaml", shelf().facts, shelf().languages)
    else:
        assert load_alerts(tmp_path / "alerts.yaml", shelf().facts, shelf().languages).of_month(4)


def test_a_month_without_a_template_refuses_the_start(tmp_path: Path) -> None:
    text = (
        (HERE / "alerts.yaml")
        .read_text(encoding="utf-8")
        .replace("[4, 5, 10]", "[5]")
        .replace("[1, 4, 5, 10, 11]", "[1]")
    )
    (tmp_path / "alerts.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match="months: 4: is missing"):
        load_alerts(tmp_path / "alerts.yaml", shelf().facts, shelf().languages)


def test_a_departure_is_heard_and_is_no_reason_to_stop() -> None:
    found = alert_filter(shelf()).read("Ada yang berangkat besok pagi ke luar negeri, tolong dicek dulu")
    assert found.departing and found.parts == ()
    assert not alert_filter(shelf()).read("Cek dulu sebelum berangkat ke luar negeri").departing


@given(st.text(max_size=700))
def test_whatever_is_written_is_judged(text: str) -> None:
    found = alert_filter(shelf()).read(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found.parts)


@given(st.text(max_size=300))
def test_what_is_sendable_stays_so_and_holds_no_sign_of_a_vendors_own(text: str) -> None:
    once = sendable(text)
    assert sendable(once) == once
    assert not set("{}[]<>|\\") & set(once)


@pytest.mark.parametrize(
    ("office", "unit", "rw"),
    [
        ("rt", "05/03", "03"),
        ("rt", "RT 05/RW 03", "03"),
        ("rt", "RW 03 RT 05", "03"),
        ("rt", "RT 5", ""),
        ("rw", "3", "03"),
        ("rw", "RW 012", "12"),
        ("rw", "", ""),
        ("school", "SDN 03", ""),
        ("kelurahan", "", ""),
    ],
)
def test_the_rw_of_a_leader_is_read_from_their_unit(office: str, unit: str, rw: str) -> None:
    assert own_rw(AlertDraft(office=office, unit=unit)) == rw


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-20T10:00", "2026-11-20T12:00"),  # a Friday
        ("2026-11-20T15:00", "2026-11-23T08:30"),
        ("2026-11-20T20:40", "2026-11-23T09:30"),
        ("2026-11-21T09:00", "2026-11-23T09:30"),
        ("2026-11-23T06:00", "2026-11-23T09:30"),
        ("2026-11-23T14:00", "2026-11-23T16:00"),
    ],
)
def test_two_working_hours_end_in_working_hours(start: str, end: str) -> None:
    at, until = (datetime.fromisoformat(one).replace(tzinfo=WIB) for one in (start, end))
    assert working_end(shelf().directory.office_hours, at.astimezone(UTC), timedelta(hours=2)) == until
