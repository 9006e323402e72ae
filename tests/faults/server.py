"""A PostgreSQL server that a test may stop and start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.databases import (
    DRIVER,
    STOP_SECONDS,
    Owner,
    Postgres,
    Unavailable,
    _make_cluster,
    _owner,
    _process,
    _programs,
    _wait_for,
)

SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}  # an orderly stop, and one that is like a crash


@dataclass(slots=True)
class Server:
    """One cluster in a folder of its own."""

    programs: Path
    folder: Path
    owner: Owner
    postgres: Postgres
    lives: ExitStack = field(default_factory=ExitStack)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until it answers."""
        self.process = self.lives.enter_context(_process(self.programs, self.folder, self.owner))
        _wait_for(self.postgres, self.process, self.folder)

    def stop(self, how: str) -> None:
        """Until it has ended; whoever is connected is cut off."""
        if self.process is not None:
            self.process.send_signal(SIGNALS[how])
            self.process.wait(STOP_SECONDS)


@contextmanager
def own_server() -> Iterator[Server]:
    """A running server, stopped and erased at the end; the test is left out where none can be run."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="suar-pg-"))
        stack.callback(shutil.rmtree, folder)
        try:
            programs, owner = _programs(), _owner()
            if owner is not None:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            _make_cluster(programs, folder, owner)
        except Unavailable as reason:
            pytest.skip(str(reason))
        address = URL.create(DRIVER, "suar", database="postgres", query={"host": str(folder)})
        server = Server(programs, folder, owner, stack.enter_context(closing(Postgres(address))))
        stack.enter_context(server.lives)
        server.start()
        yield server
