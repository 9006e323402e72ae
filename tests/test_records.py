"""The records of processing: current, complete over tables and terms, and every slip in them named."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.records import page
from content.processing import CHANNELS, load_addresses, load_records
from content.vocabulary import Confidence, Family
from models.tables import report
from tests.service import shelf

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/records-of-processing.md"
DATA = ROOT / "content/processing.yaml"


def test_the_page_is_what_the_command_prints_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(shelf()), "suar records > docs/records-of-processing.md"
    assert CliRunner().invoke(app, ["records"]).output == page(shelf())


def test_every_table_is_in_a_record_and_every_record_has_tables() -> None:
    named = {name for one in shelf().records.processings for name in one.tables}
    assert named == set(report.metadata.tables)


def test_every_term_is_in_a_record() -> None:
    named = {name for one in shelf().records.processings for name in one.keep}
    assert named == set(shelf().terms.keep_days)


def test_every_channel_has_its_processors_and_whoever_leads_is_a_controller() -> None:
    records = shelf().records
    carried = {channel for one in records.processors.values() for channel in one.channels}
    assert carried == set(CHANNELS)
    assert set(records.controllers) == {Family.PPAPP, Family.UPT, Family.OVERSIGHT}


def test_what_is_read_in_the_law_is_told_from_what_we_propose() -> None:
    records = shelf().records
    assert records.proposed
    assert {one.confidence for one in records.laws.values()} == {Confidence.LAW}
    assert "**Usulan**" in page(shelf())


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("basis: [consent]", "basis: [wish]", "kontak: basis: 'wish'"),
        ("processors: [hosting, telegram, meta, twilio]", "processors: [post]", "percakapan: processors: 'post'"),
        ("specific: false", "specific: maybe", "kontak: specific: true or false"),
        ("    purpose: Memulihkan", "    aim: Memulihkan", "cadangan: aim: is not a field of this row; is purpose"),
        ("confidence: P}", "confidence: C}", "public_task: confidence: C"),
        ("channels: [telegram]", "channels: [signal]", "telegram: channels: 'signal'"),
    ],
)
def test_a_slip_names_row_and_field(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    text = DATA.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "processing.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=wrong):
        load_records(path)


def test_an_official_address_has_a_channel_and_a_source(tmp_path: Path) -> None:
    path = tmp_path / "official.yaml"
    row = "channel: telegram, address: '@suar', source: Gugus Tugas, source_date: '2026-12', confidence: A"
    path.write_text(f"addresses: [{{{row}}}]", encoding="utf-8")
    (one,) = load_addresses(path)
    assert (one.channel, one.address) == ("telegram", "@suar")
    for slip in (row.replace("telegram", "fax"), row.replace("source: Gugus Tugas, ", "")):
        path.write_text(f"addresses: [{{{slip}}}]", encoding="utf-8")
        with pytest.raises(ValueError, match=r"official\.yaml"):
            load_addresses(path)
