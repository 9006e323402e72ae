"""A Bot API in a process of its own that takes every message at once and notes when: both sides send to it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from aiohttp import web

from tests.bench.vendor import OURSELVES


class Office:
    """Counts and answers."""

    def __init__(self, wait: float) -> None:
        self.wait = wait  # seconds until an answer
        self.times: list[float] = []

    async def take(self, request: web.Request) -> web.Response:
        """sendMessage, answered as by the real one."""
        values: dict[str, Any] = dict(
            await (request.json() if request.content_type.endswith("json") else request.post())
        )
        self.times.append(time.monotonic())
        await asyncio.sleep(self.wait)
        chat = {"id": int(values["chat_id"]), "type": "private", "first_name": "Warga", "username": "warga_rt"}
        sent = {"message_id": len(self.times), "from": OURSELVES, "chat": chat, "date": 1_767_225_600}
        return web.json_response({"ok": True, "result": sent | {"text": values["text"]}})

    async def me(self, request: web.Request) -> web.Response:
        """getMe."""
        return web.json_response({"ok": True, "result": OURSELVES})

    async def seen(self, request: web.Request) -> web.Response:
        """When each message came, in seconds; forgotten with this."""
        times, self.times = self.times, []
        return web.json_response(times)


def main() -> None:
    """Serve on a free port until killed; the port is the only thing said."""
    office, app = Office(float(sys.argv[2])), web.Application()
    app.router.add_post("/bot{token}/sendMessage", office.take)
    app.router.add_post("/bot{token}/getMe", office.me)
    app.router.add_get("/seen", office.seen)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=lambda text: None, access_log=None)


@contextmanager
def post_office(port: int, wait: float = 0.0) -> Iterator[str]:
    """Its address, once it answers; `wait` is the seconds that each message takes there."""
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.post_office", str(port), str(wait)])
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                seen(url)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


def seen(url: str) -> list[float]:
    """When each message since the last look came."""
    times: list[float] = httpx.get(f"{url}/seen").json()
    return times


if __name__ == "__main__":
    main()
