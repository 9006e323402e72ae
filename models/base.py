"""The ground of the store: metadata, engines, the database's own time, and one-statement writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Dialect, Engine, make_url

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMES)

# Times are whole seconds since 1970, UTC: the same number on both engines, without a zone to lose.
Seconds = sa.BigInteger
# Without rowids SQLite keeps no order of arrival, which would tie a case to a person.
PRIVATE: Mapping[str, Any] = {"sqlite_with_rowid": False}
MOMENT = 200  # milliseconds
DAY = 86_400
HOUR = 3_600


def make_engine(url: str | URL) -> Engine:
    """An engine with the durability that the promises rest on: SQLite in WAL with synchronous=FULL.

    An error's text names no values: it may end in a log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            parsed, connect_args={"timeout": 10, "check_same_thread": False}, hide_parameters=True
        )
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
        return engine
    return sa.create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True)


def prepare_sqlite(connection: Any, record: Any) -> None:
    """secure_delete: what was purged must not stay readable in free pages."""
    connection.isolation_level = None  # SQLAlchemy's BEGIN below is the only one
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        # Of a new file only: elsewhere it does nothing, and yet waits for whoever writes.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL").close()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: no upgrade that fails in the middle of a batch."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def is_sqlite(connection: Connection) -> bool:
    """Which of the two engines this is."""
    return connection.dialect.name == "sqlite"


def now(connection: Connection) -> int:
    """Seconds since 1970 by the database's clock: leases of several machines need one clock."""
    if is_sqlite(connection):
        return int(connection.exec_driver_sql("SELECT unixepoch()").scalar_one())
    sql = "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint"
    return int(connection.exec_driver_sql(sql).scalar_one())


def truncate_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log: what was deleted stays readable there until the log is written over.

    While a backup reads it cannot be emptied, and who waits for that holds up every writer: so only for a moment.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={MOMENT}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.execute(f"PRAGMA busy_timeout={patience}")


def hour_of(seconds: int) -> int:
    """The start of the hour: the only time that stays on a case."""
    return seconds - seconds % HOUR


def day_of(seconds: int) -> int:
    """The start of the day, UTC."""
    return seconds - seconds % DAY


Row = Mapping[str, Any]
STATEMENTS = 2_048  # texts of statements that are kept: one for each size of a batch on SQLite, else one a use


def insert(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Row],
    tail: str = "",
    returning: tuple[str, ...] = (),
) -> list[Any]:
    """Write all rows in one statement; `tail` is its ON CONFLICT clause. Rows must share their columns.

    PostgreSQL takes the columns as arrays, so the statement's text does not grow with the batch and stays prepared.
    Measured against executemany and the ORM: docs/architecture.md says why.
    """
    if not rows:
        return []
    columns = tuple(rows[0])
    if is_sqlite(connection):
        sql = insert_values(connection.dialect, table, columns, len(rows), tail, returning)
        values: Any = tuple(row[column] for row in rows for column in columns)
    else:
        sql = insert_arrays(connection.dialect, table, columns, tail, returning)
        values = tuple([row[column] for row in rows] for column in columns)
    result = connection.exec_driver_sql(sql, values)
    return list(result) if returning else []


def rows_of(connection: Connection, columns: Sequence[sa.Column[Any]], keys: Sequence[bytes | str | int]) -> list[Any]:
    """The rows of the first column's table in which that column is one of the keys, in one statement."""
    if not keys:
        return []
    if is_sqlite(connection):
        return list(connection.exec_driver_sql(select_values(tuple(columns), len(keys)), tuple(keys)))
    return list(connection.exec_driver_sql(select_array(tuple(columns)), (list(keys),)))


@lru_cache(STATEMENTS)
def insert_values(
    dialect: Dialect, table: sa.Table, columns: tuple[str, ...], rows: int, tail: str, returning: tuple[str, ...]
) -> str:
    """SQLite's INSERT of so many rows."""
    one = f"({', '.join('?' * len(columns))})"
    return insert_text(dialect, table, columns, f"VALUES {', '.join([one] * rows)}", tail, returning)


@lru_cache(STATEMENTS)
def insert_arrays(
    dialect: Dialect, table: sa.Table, columns: tuple[str, ...], tail: str, returning: tuple[str, ...]
) -> str:
    """PostgreSQL's INSERT of any number of rows."""
    arrays = ", ".join(f"%b::{array_type(table.c[column])}" for column in columns)
    rows = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - marks and types of our own columns
    return insert_text(dialect, table, columns, rows, tail, returning)


def insert_text(
    dialect: Dialect, table: sa.Table, columns: Sequence[str], source: str, tail: str, returning: Sequence[str]
) -> str:
    """An INSERT; all names in it are those of our own tables."""
    back = f" RETURNING {', '.join(returning)}" if returning else ""
    name = dialect.identifier_preparer.quote(table.name)
    return f"INSERT INTO {name} ({', '.join(columns)}) {source} {tail}{back}"


@lru_cache(STATEMENTS)
def select_values(columns: tuple[sa.Column[Any], ...], keys: int) -> str:
    """SQLite's SELECT by so many keys."""
    return f"{select_text(columns)} IN ({', '.join('?' * keys)})"


@lru_cache(STATEMENTS)
def select_array(columns: tuple[sa.Column[Any], ...]) -> str:
    """PostgreSQL's SELECT by any number of keys."""
    return f"{select_text(columns)} = ANY(%b::{array_type(columns[0])})"


def select_text(columns: Sequence[sa.Column[Any]]) -> str:
    """A SELECT up to what its first column is compared with; all names in it are those of our own tables."""
    key = columns[0]
    return f"SELECT {', '.join(map(str, columns))} FROM {key.table.name} WHERE {key}"  # noqa: S608 - our own names


def array_type(column: sa.Column[Any]) -> str:
    """The PostgreSQL array type of a column."""
    kinds = {sa.LargeBinary: "bytea", sa.BigInteger: "bigint", sa.Integer: "integer", sa.Boolean: "boolean"}
    return next((name for kind, name in kinds.items() if isinstance(column.type, kind)), "text") + "[]"


def chunks(items: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    """Slices of at most `size`: nobody at the desk waits for more rows than that."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
