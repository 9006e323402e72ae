"""Bringing a database to the newest schema, one process at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

import models

LOCK = 7_823_114  # any number that nobody else locks in this database


class UnknownSchema(Exception):
    """A database that this code cannot bring to its own schema; the message says why."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the versions lie beside the models."""
    made = Config()
    made.set_main_option("script_location", str(Path(models.__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine, to: str = "head") -> None:
    """Migrate; a second process waits and finds nothing to do. UnknownSchema for a database of a newer version."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        now = current(connection)
        if now and now not in {one.revision for one in scripts().walk_revisions()}:
            raise UnknownSchema("This database was migrated by a newer version of Suar: start that one.")
        command.upgrade(config(connection), to)


def current(connection: Connection) -> str | None:
    """The version a database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The version this code needs."""
    return scripts().get_current_head()


def scripts() -> ScriptDirectory:
    """All versions."""
    return ScriptDirectory.from_config(config())
