"""A whole database as a stream of bytes, and back: SQLite as SQL text, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from os import environ
from typing import IO, Any, Protocol

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import Engine

PIECE = 1 << 16  # bytes, about: so much is read at once
SECRETS = ("password", "sslpassword")  # what everybody here could read on a command line
PRIVATE = ("--no-owner", "--no-privileges")  # the roles of the machine it came from mean nothing on another
END = ("BEGIN TRANSACTION;", "COMMIT;")


class DumpFailed(Exception):
    """The database could not be read or filled; the message says how to mend it."""


class Sink(Protocol):
    """An empty database that is being filled."""

    def take(self, piece: bytes) -> None:
        """The next bytes of a dump."""
        ...

    def finish(self) -> None:
        """All came: keep it. Before this nothing of it is there."""
        ...


def dumped(engine: Engine, programs: str = "") -> AbstractContextManager[Iterator[bytes]]:
    """The database as it stands at one moment, read beside whoever writes. `programs`: the folder of pg_dump."""
    return sqlite_dump(engine) if engine.dialect.name == "sqlite" else postgres_dump(engine, programs)


def filling(engine: Engine, programs: str = "") -> AbstractContextManager[Sink]:
    """An empty database to be filled with a dump of the same engine."""
    return sqlite_fill(engine) if engine.dialect.name == "sqlite" else postgres_fill(engine, programs)


@contextmanager
def sqlite_dump(engine: Engine) -> Iterator[Iterator[bytes]]:
    """SQL text, out of one read transaction. Nothing lies in a second file on the way, not for a moment.

    Measured: as fast as VACUUM INTO, which needs such a file.
    """
    with sqlite_database(engine, "BEGIN") as database:
        yield pieces(line for line in database.iterdump() if line not in END)


def pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as bytes, many at a time."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(f"{line}\n")
        size += len(line)
        if size >= PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


@contextmanager
def sqlite_fill(engine: Engine) -> Iterator[Sink]:
    """One transaction: a dump that breaks off leaves nothing."""
    # Tables come by name, not by who stands on whom: foreign keys are checked at the end.
    with sqlite_database(engine, "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE") as database:
        yield SqliteSink(database)


@contextmanager
def sqlite_database(engine: Engine, *begin: str) -> Iterator[sqlite3.Connection]:
    """The driver's own connection in a transaction, which is rolled back unless it was committed."""
    with closing(engine.raw_connection()) as connection:
        database = connection.driver_connection
        if not isinstance(database, sqlite3.Connection):
            raise TypeError("this is no SQLite database")
        try:
            for statement in begin:
                database.execute(statement).close()
            yield database
        except sqlite3.Error as error:
            raise DumpFailed(f"SQLite could not go on: {error.sqlite_errorname}.") from None
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK").close()
            database.execute("PRAGMA foreign_keys=ON").close()


class SqliteSink:
    """Runs the statements of a dump as they become whole."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.rest = b""  # of a line
        self.statement = ""

    def take(self, piece: bytes) -> None:
        """Run every statement that ends in these bytes."""
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            self.statement += line.decode() + "\n"
            if sqlite3.complete_statement(self.statement):
                self.database.execute(self.statement).close()
                self.statement = ""

    def finish(self) -> None:
        """Commit, if no row stands on one that is missing."""
        if self.rest or self.statement.strip() or self.database.execute("PRAGMA foreign_key_check").fetchone():
            raise DumpFailed("The backup is not whole.")
        self.database.execute("COMMIT").close()


@contextmanager
def postgres_dump(engine: Engine, programs: str) -> Iterator[Iterator[bytes]]:
    """The custom format of pg_dump."""
    command = [program("pg_dump", programs), "--format=custom", *PRIVATE, *target(engine)]
    with process(command, engine, stdout=subprocess.PIPE) as dump:
        if dump.stdout is None:
            raise DumpFailed("pg_dump gives nothing to read.")
        yield iter(lambda: read(dump, PIECE), b"")


def read(dump: subprocess.Popen[bytes], size: int) -> bytes:
    """The next bytes; DumpFailed where pg_dump ended in an error: what came before is no backup."""
    piece: bytes = dump.stdout.read(size) if dump.stdout else b""
    if not piece and dump.wait():
        raise DumpFailed("pg_dump failed; it says why above. Its version must not be older than the server's.")
    return piece


@contextmanager
def postgres_fill(engine: Engine, programs: str) -> Iterator[Sink]:
    """By pg_restore, in one transaction."""
    options = ["--single-transaction", "--exit-on-error", *PRIVATE, *target(engine)]
    with process([program("pg_restore", programs), *options], engine, stdin=subprocess.PIPE) as fill:
        yield PostgresSink(fill)


class PostgresSink:
    """Feeds pg_restore."""

    def __init__(self, fill: subprocess.Popen[bytes]) -> None:
        self.fill = fill

    @property
    def pipe(self) -> IO[bytes]:
        """Where it listens."""
        if self.fill.stdin is None:
            raise DumpFailed("pg_restore does not listen.")
        return self.fill.stdin

    def take(self, piece: bytes) -> None:
        """Pass on."""
        try:
            self.pipe.write(piece)
        except BrokenPipeError:
            raise DumpFailed("pg_restore failed; it says why above.") from None

    def finish(self) -> None:
        """Its transaction commits when it has read to the end."""
        try:
            self.pipe.close()
        except BrokenPipeError:
            raise DumpFailed("pg_restore failed; it says why above.") from None
        if self.fill.wait():
            raise DumpFailed("pg_restore failed; it says why above.")


@contextmanager
def process(command: list[str], engine: Engine, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program beside us, ended with us; what it says goes to the operator, never into a log."""
    password = connection_of(engine).get("password")
    secret = {"PGPASSWORD": password} if password else {}
    # The address of the program and its options are ours; the environment of a process only its user can read.
    running = subprocess.Popen(command, env={**environ, **secret}, **pipes)  # noqa: S603
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()
        for pipe in (running.stdout, running.stdin):
            if pipe and not pipe.closed:
                shut(pipe)


def shut(pipe: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone."""
    try:
        pipe.close()
    except BrokenPipeError:
        return


def program(name: str, folder: str) -> str:
    """Where a program of PostgreSQL lies."""
    found = shutil.which(name, path=folder or None)
    if found is None:
        where = f"in {folder}" if folder else "on the PATH"
        raise DumpFailed(f"{name} is not {where}: install PostgreSQL's client programs, or set POSTGRES_PROGRAMS.")
    return found


def target(engine: Engine) -> list[str]:
    """The database for a program's command line."""
    words = {name: value for name, value in connection_of(engine).items() if name not in SECRETS}
    return [f"--dbname={make_conninfo('', **words)}"]


def connection_of(engine: Engine) -> dict[str, str]:
    """What libpq is told, wherever it stands in the address."""
    _, given = engine.dialect.create_connect_args(engine.url)
    return {name: str(value) for name, value in given.items() if isinstance(value, str | int)}
