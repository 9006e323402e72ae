"""The product as an operator starts it: child processes that are killed at any point and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120  # seconds for anything to start or end: others may use this machine too
LOOK_EVERY = 0.05
WORKS = "Suar works in the background"


@dataclass(slots=True)
class Child:
    """One process of the product; its log grows over all its lives."""

    command: str
    folder: Path
    environment: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None
    began: int = 0  # where in the log this life begins
    kills: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """What it has written in this life."""
        return self.log.read_bytes()[self.began :].decode(errors="replace")

    def start(self) -> None:
        """Begin a life; it is not yet ready."""
        self.began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", self.command],
                cwd=self.folder,
                env={**self.environment, "PORT": str(self.port)},
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for the tests, which then end their children themselves
            )

    def kill(self) -> None:
        """kill -9."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.kills += 1

    def stop(self) -> int:
        """SIGTERM, as an operator stops it; the exit status, negative for a signal."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    async def ready(self, client: aiohttp.ClientSession) -> None:
        """Wait until it takes messages or works."""
        async with asyncio.timeout(PATIENCE):
            while not await self.is_ready(client):
                if self.process is None or self.process.poll() is not None:
                    raise RuntimeError(f"`suar {self.command}` did not start: {self.said[-2000:]}")
                await asyncio.sleep(LOOK_EVERY)

    async def is_ready(self, client: aiohttp.ClientSession) -> bool:
        if self.command == "work":
            return WORKS in self.said
        try:
            async with client.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


@dataclass(slots=True)
class Product:
    """All processes of one install, on one database and one set of keys."""

    folder: Path
    database_url: str
    children: list[Child] = field(default_factory=list)

    @property
    def doors(self) -> list[str]:
        """Where residents reach it."""
        return [child.url for child in self.children if child.command != "work"]

    @property
    def logs(self) -> str:
        """Everything that all processes have written in all their lives."""
        return "".join(child.log.read_text(errors="replace") for child in self.children)

    def suar(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.children[0].environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def free_ports(number: int) -> list[int]:
    """Ports of the loopback that nobody uses now."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(one.getsockname()[1]) for one in listeners]
    for one in listeners:
        one.close()
    return ports


def environment(database_url: str, port: int, more: dict[str, str]) -> dict[str, str]:
    """A demo on the loopback. Each reporter says by X-Forwarded-For which network they come from, as behind a proxy."""
    own = {
        "DATABASE_URL": database_url,
        "SUAR_DEMO": "1",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}}
    return {**kept, **own, **more}


def make_product(folder: Path, database_url: str, commands: Sequence[str], **more: str) -> Product:
    """An install in an empty folder, its database migrated and its demo staff made; nothing runs yet."""
    ports = free_ports(len(commands))
    settings = environment(database_url, ports[0], more)
    product = Product(folder, database_url)
    for number, (command, port) in enumerate(zip(commands, ports, strict=True)):
        product.children.append(Child(command, folder, settings, port, folder / f"{command}{number}.log"))
    made = product.suar("migrate")
    if made.returncode:
        raise RuntimeError(f"`suar migrate` failed: {made.stderr[-2000:]}")
    return product


@asynccontextmanager
async def running(product: Product, client: aiohttp.ClientSession) -> AsyncIterator[Product]:
    """All processes up and ready; whatever happens none outlives this."""
    try:
        for child in product.children:
            child.start()
        for child in product.children:
            await child.ready(client)
        yield product
    finally:
        for child in product.children:
            child.kill()


def ended_well(product: Product) -> list[str]:
    """Stop everything; the processes that did not end as asked."""
    codes = [(child, child.stop()) for child in product.children]
    return [f"`suar {child.command}` ended with {code}" for child, code in codes if code not in {0, -signal.SIGTERM}]
