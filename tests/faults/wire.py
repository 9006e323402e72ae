"""A line between the service and PostgreSQL that can lose the answer to a COMMIT, or be cut altogether."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url

COMMIT = b"COMMIT\0"
SOCKET = ".s.PGSQL.5432"
AT_MOST = 65_536
LOST = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(slots=True, eq=False)
class Call:
    """One connection through the line."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    said: bytes = b""  # by the service since its last COMMIT
    deaf: bool = False  # the answer that comes next is lost

    def cut(self) -> None:
        """Both ends find the line dead."""
        for end in (self.client, self.server):
            end.transport.abort()


@dataclass(slots=True)
class Wire:
    """`lose` are words of a transaction whose COMMIT is done and not answered, each lost once."""

    upstream: URL
    port: int = 0
    lose: list[bytes] = field(default_factory=list)
    lost: int = 0
    calls: set[Call] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the service finds its database."""
        here = self.upstream.set(host="127.0.0.1", port=self.port, query={"sslmode": "disable"})
        return here.render_as_string(hide_password=False)

    async def upstream_end(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        folder = self.upstream.query.get("host")
        if folder:
            return await asyncio.open_unix_connection(f"{folder}/{SOCKET}")
        return await asyncio.open_connection(self.upstream.host, self.upstream.port or 5432)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its beginning to its end."""
        answers, server = await self.upstream_end()
        call = Call(writer, server)
        self.calls.add(call)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.questions(call, reader))
                group.create_task(self.answers(call, answers))
        finally:
            self.calls.discard(call)
            call.cut()

    async def questions(self, call: Call, reader: asyncio.StreamReader) -> None:
        """From the service to the database."""
        with suppress(*LOST):
            while data := await reader.read(AT_MOST):
                call.said += data
                if COMMIT in data:
                    call.deaf = self.unlucky(call.said)
                    call.said = b""
                call.server.write(data)
                await call.server.drain()
        call.cut()

    def unlucky(self, said: bytes) -> bool:
        """Whether the answer to this COMMIT gets lost."""
        found = next((words for words in self.lose if words in said), None)
        if found is not None:
            self.lose.remove(found)
            self.lost += 1
        return found is not None

    async def answers(self, call: Call, reader: asyncio.StreamReader) -> None:
        """From the database to the service."""
        with suppress(*LOST):
            while data := await reader.read(AT_MOST):
                if call.deaf:  # it has been done; nobody hears so
                    break
                call.client.write(data)
                await call.client.drain()
        call.cut()


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A line to the database of a URL, in a thread of its own: whoever opens a service waits for its database."""
    line, up, over = Wire(make_url(url)), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
        line.port = server.sockets[0].getsockname()[1]
        up.set()
        await over.wait()
        server.close()
        for call in list(line.calls):
            call.cut()
        while line.calls:
            await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="wire")
    thread.start()
    up.wait()
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
