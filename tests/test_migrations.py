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
from bot.migrate import config, current, newest, upgrade
from models import message, person
from models.base import make_engine, metadata
from models.message import Reply
from models.person import Person
from tests import tally
from tests.databases import Databases
from tests.tally import CHANNEL, NOON

ROOT = Path(models.__file__).parent.parent


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


def test_a_folder_with_a_percent_sign_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "100%s" / "models"
    shutil.copytree(Path(models.__file__).parent, folder)
    monkeypatch.setattr(models, "__file__", str(folder / "__init__.py"))
    assert newest() == "0001"


def test_every_version_stands_on_the_one_before() -> None:
    names = sorted(path.stem for path in (ROOT / "models/versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert newest() == names[-1][:4]
