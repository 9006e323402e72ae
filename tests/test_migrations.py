"""Migrations: from empty, on data, by two processes at once, and the tables are those of the models."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

import models
from bot.migrate import UnknownSchema, config, current, newest, upgrade
from models import message, person
from models.base import make_engine, metadata
from models.message import Reply
from models.person import Person
from tests import tally
from tests.databases import Databases
from tests.tally import CHANNEL, NOON
from tests.test_purge import fill as fill_cases

ROOT = Path(models.__file__).parent.parent
REPORTS = 50


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh() as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def differences(engine: Engine) -> list[object]:
    """What a new migration would have to change."""
    with engine.connect().execution_options(reading=True) as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def test_from_empty_to_the_newest_are_the_tables_of_the_models(engine: Engine) -> None:
    upgrade(engine)
    assert tables(engine) == {*metadata.tables, "alembic_version"}
    assert differences(engine) == []
    with engine.connect().execution_options(reading=True) as connection:
        assert current(connection) == newest()


def test_a_database_that_is_up_to_date_is_left_alone(engine: Engine) -> None:
    upgrade(engine)
    with tally.logged(engine) as log:
        upgrade(engine)
    assert not [one for one in log.all if one.startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE"))]


def test_checks_and_names_are_those_of_the_models(databases: Databases, engine: Engine) -> None:
    """What the comparison does not see: CHECKs, WITHOUT ROWID, AUTOINCREMENT, rules of deletion."""
    upgrade(engine)
    with databases.fresh(tally.tables) as other:
        made = make_engine(other)
        assert shape(engine) == shape(made)
        made.dispose()


def shape(engine: Engine) -> dict[str, object]:
    seen = sa.inspect(engine)
    found: dict[str, object] = {}
    for table in metadata.tables:
        options = [key.get("options", {}) for key in seen.get_foreign_keys(table)]
        found[table] = (
            sorted((str(one["name"]), one["sqltext"]) for one in seen.get_check_constraints(table)),
            sorted(str(one["name"]) for one in seen.get_indexes(table)),
            sorted(map(str, options)),
            seen.get_pk_constraint(table)["constrained_columns"],
        )
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(reading=True) as connection:
            for name, sql in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
                found[f"{name}.sql"] = ("WITHOUT ROWID" in sql, "AUTOINCREMENT" in sql)
        found.pop("alembic_version.sql", None)
    return found


def test_up_from_each_version_to_the_next_on_data_and_back(engine: Engine) -> None:
    """The first version has nothing before it: its data goes with its tables. Later ones must keep theirs."""
    upgrade(engine, "0001")
    fill(engine)
    upgrade(engine)
    with engine.connect().execution_options(reading=True) as connection:
        assert person.load(connection, [b"wati"])[b"wati"].version == 1
        assert [one.body for one in message.of_person(connection, b"wati")] == [b"sealed"]
    with engine.begin() as connection:
        command.downgrade(config(connection), "base")
    assert tables(engine) - {"sqlite_sequence"} == {"alembic_version"}
    upgrade(engine)
    fill(engine)
    assert differences(engine) == []


def fill(engine: Engine) -> None:
    with engine.begin() as connection:
        person.save(connection, [Person(b"wati", 1)], NOON)
        message.put(connection, [Reply(b"wati", CHANNEL, None, b"sealed")], NOON)


def test_a_migration_that_breaks_off_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    class PowerCut(Exception):
        pass

    def cut(connection: object) -> None:
        raise PowerCut

    with tally.before(engine, "CREATE TABLE session", cut), pytest.raises(PowerCut):
        upgrade(engine)
    assert tables(engine) == set()
    upgrade(engine)
    assert differences(engine) == []


def test_two_processes_at_once_make_one_schema(url: str, engine: Engine) -> None:
    code = "import sys, bot.migrate, models.base; bot.migrate.upgrade(models.base.make_engine(sys.argv[1]))"
    both = [subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert differences(engine) == []


NEXT = '''"""A column more."""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    with op.batch_alter_table("report") as batch:
        batch.add_column(sa.Column("extra", sa.Text(), nullable=False, server_default="none"))
    op.create_index("ix_report_extra", "report", ["extra"])
'''
UPGRADE = """
import sys, models
from pathlib import Path
from bot.migrate import upgrade
from models.base import make_engine
models.__file__ = str(Path(sys.argv[2]) / "__init__.py")
upgrade(make_engine(sys.argv[1]))
"""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The models' folder as it may look one version on."""
    folder = tmp_path / "models"
    shutil.copytree(Path(models.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = str(newest())
    text = NEXT.format(number=f"{int(before) + 1:04}", before=before)
    (folder / "versions" / "next_a_column_more.py").write_text(text, encoding="utf-8")
    return folder


def test_two_processes_at_once_bring_a_full_database_one_version_on(
    url: str, engine: Engine, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at a deploy: each process migrates when it starts, and nothing that is stored goes or changes."""
    upgrade(engine)
    fill(engine)
    fill_reports(engine)
    before, version = stored(engine), str(newest())
    run = [sys.executable, "-c", UPGRADE, url, str(later)]
    both = [subprocess.Popen(run, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    after = stored(engine)
    assert [row.pop("extra") for row in after["report"]] == ["none"] * REPORTS
    assert after == before
    assert broken_keys(engine) == []
    monkeypatch.setattr(models, "__file__", str(later / "__init__.py"))
    with engine.connect().execution_options(reading=True) as connection:
        assert current(connection) == newest() == f"{int(version) + 1:04}"
    upgrade(engine)
    assert stored(engine)["person"] == before["person"]


def test_a_newer_database_is_not_taken_for_an_old_one(
    engine: Engine, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old program beside a database that a newer one has migrated must stop, and touch nothing."""
    with monkeypatch.context() as ahead:
        ahead.setattr(models, "__file__", str(later / "__init__.py"))
        upgrade(engine)
    with pytest.raises(UnknownSchema, match="a newer version of Suar"):
        upgrade(engine)


def fill_reports(engine: Engine) -> None:
    with engine.begin() as connection:
        fill_cases(connection, range(REPORTS), None)


def stored(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Every row of what people told, by table."""
    names = ("person", "outbox", "report", "reader", "item")
    with engine.connect().execution_options(reading=True) as connection:
        found = {name: connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))) for name in names}
        return {name: sorted((dict(row) for row in rows.mappings()), key=str) for name, rows in found.items()}


def broken_keys(engine: Engine) -> list[object]:
    """What the engine itself finds broken."""
    with engine.connect().execution_options(reading=True) as connection:
        if engine.dialect.name != "sqlite":
            return []
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


def test_a_folder_with_a_percent_sign_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "100%s" / "models"
    shutil.copytree(Path(models.__file__).parent, folder)
    before = newest()
    monkeypatch.setattr(models, "__file__", str(folder / "__init__.py"))
    assert newest() == before


def test_every_version_stands_on_the_one_before() -> None:
    names = sorted(path.stem for path in (ROOT / "models/versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert newest() == names[-1][:4]
