"""A second Twilio, made from its OpenAPI documents alone: takes what they allow and answers what they describe."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from tests.hostile import photo
from tests.twilio_server import basic, read
from tests.twilio_spec import PLACEHOLDER, Operation, Schema, asked, faults, resolved

SID = re.compile(r"\^\(?([A-Z]{2})")


class Mock:
    """What was called, what was refused, and the little that answers depend on: what was made and what is gone."""

    def __init__(self) -> None:
        self.calls: list[tuple[Operation, dict[str, Any]]] = []
        self.refused: list[str] = []
        self.made: dict[str, list[dict[str, Any]]] = {}  # path -> answers to what was posted there
        self.gone: set[str] = set()
        self.number = 0

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Any call."""
        values = await read(request)
        wrong = list(faults(request.method, request.path, values))
        if request.headers.get("Authorization") != basic():
            wrong.append("no password")
        operation = asked(request.method, request.path)
        if wrong or operation is None:
            self.refused += wrong
            return web.json_response({"code": 20001, "message": "; ".join(wrong), "status": 400}, status=400)
        self.calls.append((operation, values))
        return self.answered(operation, request.path, values)

    def answered(self, operation: Operation, path: str, values: dict[str, Any]) -> web.StreamResponse:
        """What the document says that comes back; what was deleted is not there."""
        if path in self.gone:
            return web.json_response({"code": 20404, "message": "gone", "status": 404}, status=404)
        if operation.method == "DELETE":
            self.gone.add(path)
        if operation.answer is None:
            return web.Response(status=operation.status)
        if "/Media/" in path and not path.endswith(".json"):
            return web.Response(body=photo(), content_type="image/jpeg")
        body = self.example(operation.answer, {self.plain(name): one for name, one in values.items()})
        if operation.method == "POST":
            self.made.setdefault(operation.path, []).append(body)
        else:
            self.list(operation, body)
        return web.json_response(body, status=operation.status)

    def plain(self, name: str) -> str:
        """The name in an answer of what a form calls `FriendlyName`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() if name[:1].isupper() else name

    def list(self, operation: Operation, body: dict[str, Any]) -> None:
        """A page holds what was posted to its address, and is the last."""
        keys = [name for name, one in body.items() if isinstance(one, list)]
        if not PLACEHOLDER.search(operation.path.rpartition("/")[2]) and keys:
            body[keys[0]] = self.made.get(operation.path, [])
            if isinstance(body.get("meta"), dict):
                body["meta"] = {**body["meta"], "key": keys[0], "next_page_url": None}

    def example(self, schema: Schema, given: Mapping[str, Any]) -> Any:
        """A value of a schema; what was given is given back."""
        schema = resolved(schema)
        kind = schema.get("type", "string")
        if kind == "object":
            rows = schema.get("properties", {}).items()
            return {name: given[name] if name in given else self.example(one, {}) for name, one in rows}
        if kind == "array":
            return [self.example(schema["items"], {})]
        if "enum" in schema:
            return schema["enum"][0]
        if "pattern" in schema and (prefix := SID.match(schema["pattern"])):
            self.number += 1
            return f"{prefix[1]}{self.number:032x}"
        return None if schema.get("nullable") else {"integer": 0, "number": 0, "boolean": False}.get(kind, "")


@contextmanager
def serving_mock(mock: Mock) -> Iterator[str]:
    """The address of one on a free port of this machine, until the end."""
    ready, stop, port = threading.Event(), threading.Event(), [0]

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.+}", mock.call)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port[0] = runner.addresses[0][1]
        ready.set()
        await asyncio.to_thread(stop.wait)
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{port[0]}"
    finally:
        stop.set()
        thread.join()
