"""What docs/architecture.md promises is shown by tests that exist, and what it says of columns is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from models.alert_tables import subscription
from models.channel_tables import upload
from models.leader_tables import leader
from models.tables import report

ROOT = Path(__file__).resolve().parent.parent
# Importing the tables of all files fills it.
METADATA, *_ = report.metadata, upload.metadata, leader.metadata, subscription.metadata
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
INVARIANT = re.compile(r"^- \*\*I(\d+)\.\*\* ", re.MULTILINE)
TEST = re.compile(r"`(tests/\w+\.py)::(\w+)`")


def invariants() -> dict[int, str]:
    """Number and text of each."""
    parts = INVARIANT.split(PAGE)[1:]
    return {int(number): text.split("\n\n")[0] for number, text in zip(parts[::2], parts[1::2], strict=True)}


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_invariants_are_numbered_without_gaps() -> None:
    assert list(invariants()) == list(range(1, len(invariants()) + 1))
    assert len(invariants()) > 30


def test_every_invariant_names_tests_that_exist() -> None:
    for number, text in invariants().items():
        named = TEST.findall(text)
        assert named, f"I{number} names no test"
        assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == [], f"I{number}"


def test_every_promise_names_tests_that_exist() -> None:
    page = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if re.match(r"^\| (\d+|[a-z])", row) and not row.startswith("| finding")]
    assert [row for row in rows if not TEST.search(row)] == []
    assert len(re.findall(r"^\| \d+ ", page, re.MULTILINE)) == 15
    named = TEST.findall(page)
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_every_column_in_the_clear_is_listed() -> None:
    """A column is named with its table, or it is bytes: a key, a hash, or something sealed."""
    section = PAGE.split("## What is in clear")[1].split("\n## ")[0]
    rows = {row[0].strip("` "): row[1] for row in re.findall(r"^\| (`\w+`) +\| ([^|]+)", section, re.MULTILINE)}
    assert set(rows) == set(METADATA.tables)
    for name, table in METADATA.tables.items():
        said = set(re.findall(r"`(\w+)`", rows[name]))
        clear = {column.name for column in table.columns if str(column.type) not in {"BLOB", "BYTEA"}}
        assert said == clear, name


def test_every_place_of_the_map_exists() -> None:
    section = PAGE.split("## Where each thing lives")[1].split("\n## ")[0]
    named = re.findall(r"`([\w./]+/[\w./]*)`", section)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []
