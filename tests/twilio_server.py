"""A strict Twilio on this machine: checks every call, delivers signed webhooks as the real one does, fails as told."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as XML

import aiohttp
from aiohttp import web

from tests.twilio_content import Contents, Refusal
from tests.twilio_spec import faults

ACCOUNT = "AC" + "0a" * 16
TOKEN = "5e" * 16
SENDER = "whatsapp:+622150000000"
WINDOW = 24 * 3_600
LONGEST, BODY = 1_600, 1_024
FINAL = {"delivered", "read", "failed", "undelivered", "received"}
AT_ONCE = 1_000  # calls on their way before an account is told to wait


@dataclass(slots=True)
class Fault:
    """What happens to a call instead of its answer: `429`, `500`, `after500`, `drop`, `after`, `pass`, or a code."""

    kind: str


@dataclass(slots=True)
class Kept:
    """A message as Twilio keeps it."""

    sid: str
    to: str
    text: str
    status: str
    choices: dict[str, str] = field(default_factory=dict)  # label -> token
    media: list[str] = field(default_factory=list)
    callback: str = ""
    template: str = ""  # the id of the template it was made from
    approved: bool = False  # so it may go out unasked


class Twilio:
    """The server's memory; everything is done in its own loop, so tests may look at it from outside."""

    def __init__(self) -> None:
        self.messages: dict[str, Kept] = {}
        self.chats: dict[str, list[Kept]] = defaultdict(list)  # what each person got
        self.content = Contents(ACCOUNT, self.new, self.wrong)
        self.contents = self.content.rows
        self.media: dict[str, tuple[str, bytes]] = {}
        self.heard: dict[str, float] = {}  # when each person wrote last
        self.stopped: set[str] = set()
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.refused: list[str] = []  # calls that no right client makes
        self.faults: deque[tuple[str, Fault]] = deque()
        self.callback_codes: deque[int] = deque()  # errors that the next messages meet after they were taken
        self.silent = False  # no callbacks
        self.shuffled = False  # callbacks in another order, and twice
        self.redirect = ""  # where media is fetched from
        self.ahead = 0.0  # seconds that this server's clock is ahead
        self.numbers: Counter[str] = Counter()
        self.webhook = self.fallback = ""
        self.delivered: list[int] = []  # status of every webhook; 0 is a broken connection
        self.busy = 0
        self.most = AT_ONCE
        self.tasks: set[asyncio.Task[None]] = set()
        self.session: aiohttp.ClientSession | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.port = 0

    # What comes in from the client

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Any call to the api or the content host."""
        values = await read(request)
        self.calls.append((request.method, request.path, values))
        if request.headers.get("Authorization") != basic():
            return answer(Refusal(401, 20003))
        fault = self.next_fault(f"{request.method} {request.path}")
        if fault and fault.kind == "drop":
            return hang_up(request)
        self.busy += 1
        try:
            for one in faults(request.method, request.path, values):
                raise self.wrong(400, 20001, one)
            self.fail(fault)
            result = self.act(request, values)
            await asyncio.sleep(0)
        except Refusal as refusal:
            return answer(refusal)
        finally:
            self.busy -= 1
        if fault and fault.kind == "after500":
            return web.Response(status=500, text="<html>oops</html>")
        return hang_up(request) if fault else result

    def fail(self, fault: Fault | None) -> None:
        """What is answered instead."""
        if self.busy > self.most:
            raise Refusal(429, 20429)
        kinds = {"429": (429, 20429), "500": (500, 20500), "503": (503, 20503)}
        if fault and fault.kind in kinds:
            raise Refusal(*kinds[fault.kind])
        if fault and fault.kind.isdecimal():
            raise Refusal(400, int(fault.kind))

    def next_fault(self, call: str) -> Fault | None:
        for number, (wanted, fault) in enumerate(self.faults):
            if re.search(wanted, call):
                del self.faults[number]
                return None if fault.kind == "pass" else fault
        return None

    def wrong(self, status: int, code: int, words: str) -> Refusal:
        """A refusal that a test must not cause."""
        self.refused.append(words)
        return Refusal(status, code, words)

    def act(self, request: web.Request, values: dict[str, Any]) -> web.StreamResponse:
        """By path and method; the specification has let nothing else through."""
        path, method = request.path, request.method
        if path.startswith("/v1/Content"):
            status, body = self.content.act(method, path, values)
            return web.Response(status=status) if body is None else web.json_response(body, status=status)
        if path.endswith("/Messages.json"):
            return web.json_response(self.create(values), status=201)
        if "/Media/" in path:
            return self.medium(method, path)
        if method == "DELETE":
            return self.delete(path.rpartition("/")[2].removesuffix(".json"))
        return web.json_response({"sid": ACCOUNT, "status": "active"})

    def create(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """POST Messages."""
        to = str(values["To"])
        if values.get("From") != SENDER or not to.startswith("whatsapp:"):
            raise self.wrong(400, 21212, "From or To is wrong")
        if to in self.stopped:
            raise Refusal(400, 21610)
        if "ContentVariables" in values and "ContentSid" not in values:
            raise self.wrong(400, 21654, "variables without a template")
        kept = Kept(self.new("SM"), to, "", "queued", callback=str(values.get("StatusCallback", "")))
        if "ContentSid" in values:
            kept.template = str(values["ContentSid"])
            given = json.loads(values.get("ContentVariables", "{}"))
            kept.text, kept.choices, kept.approved = self.content.fill(kept.template, given)
        else:
            kept.text = str(values.get("Body", ""))
            media = values.get("MediaUrl", [])
            kept.media = [media] if isinstance(media, str) else list(media)
        self.check_text(kept)
        self.take(kept)
        return {"sid": kept.sid, "status": "queued", "to": to, "from": SENDER, "body": kept.text}

    def check_text(self, kept: Kept) -> None:
        """How much fits."""
        units = len(kept.text.encode("utf-16-le")) // 2
        if not (kept.text.strip() or kept.media) or units > (BODY if kept.template else LONGEST):
            raise self.wrong(400, 21617, "the body is empty or too long")

    def take(self, kept: Kept) -> None:
        """A message is taken; what becomes of it is told later."""
        self.messages[kept.sid] = kept
        code = self.callback_codes.popleft() if self.callback_codes else 0
        if not kept.approved and self.now() - self.heard.get(kept.to, -WINDOW) >= WINDOW:
            code = 63016
        if not code:
            self.chats[kept.to].append(kept)
        self.spawn(self.tell(kept, code))

    async def tell(self, kept: Kept, code: int) -> None:
        """Callbacks: on its way and there, or not."""
        steps = ["failed"] if code else ["sent", "delivered", "read"]
        if self.silent:
            kept.status = steps[0]
            return
        order = [*reversed(steps), *steps] if self.shuffled else steps
        kept.status = "failed" if code else "read" if self.shuffled else "queued"
        for status in order:
            if not self.shuffled:
                kept.status = status
            values = {"MessageSid": kept.sid, "SmsSid": kept.sid, "MessageStatus": status, "SmsStatus": status}
            values |= {"To": kept.to, "From": SENDER, "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
            values |= {"ErrorCode": str(code)} if code else {"ChannelPrefix": "whatsapp"}
            if kept.callback:
                await self.post(kept.callback, values)

    def medium(self, method: str, path: str) -> web.StreamResponse:
        """Media, fetched or deleted."""
        sid = path.rpartition("/")[2].removesuffix(".json")
        if sid not in self.media:
            raise Refusal(404, 20404)
        if method == "DELETE":
            del self.media[sid]
            return web.Response(status=204)
        where = self.redirect or f"http://localhost:{self.port}/cdn/"
        return web.Response(status=307, headers={"Location": f"{where}{sid}"})

    async def cdn(self, request: web.Request) -> web.StreamResponse:
        """Another host, which must not see the password."""
        if "Authorization" in request.headers:
            self.refused.append("the password went to another host")
        kind, data = self.media[request.match_info["sid"]]
        return web.Response(body=data, content_type=kind)

    def delete(self, sid: str) -> web.StreamResponse:
        """One message; not while it is on its way."""
        kept = self.messages.get(sid)
        if kept is None:
            raise Refusal(404, 20404)
        if kept.status not in FINAL and not self.silent:
            raise Refusal(409, 20009)
        del self.messages[sid]
        return web.Response(status=204)

    def new(self, prefix: str) -> str:
        """A sid."""
        self.numbers["sid"] += 1
        return f"{prefix}{self.numbers['sid']:032x}"

    def now(self) -> float:
        return time.time() + self.ahead

    # What people do

    def incoming(self, sender: str, **values: str) -> str:
        """Somebody writes: the webhook is delivered; the id."""
        sid = self.new("MM" if values.get("NumMedia", "0") != "0" else "SM")
        self.heard[values.get("From", sender)] = self.now()
        self.messages[sid] = Kept(sid, SENDER, values.get("Body", ""), "received")
        given = {"SmsMessageSid": sid, "MessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": sender}
        given |= {"To": SENDER, "Body": "", "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01"}
        given |= {"ProfileName": "Wati W", "WaId": sender.rpartition("+")[2], "MessageType": "text"}
        given |= {"ChannelMetadata": '{"type":"whatsapp","data":{}}', "SomethingNew": "é", **values}
        self.spawn(self.deliver(given))
        return sid

    async def deliver(self, values: dict[str, str]) -> None:
        """Once; once more if there was no connection; then to the fallback, if one is set."""
        status, body = await self.post(self.webhook, values)
        if not status:
            status, body = await self.post(self.webhook, values)
        if not 200 <= status < 300 and self.fallback:
            more = {"ErrorCode": "11200", "ErrorUrl": self.webhook}
            status, body = await self.post(self.fallback, {**values, **more})
        self.delivered.append(status)
        if status == 200 and body.strip():
            for said in XML.fromstring(body):  # noqa: S314 - our own answer
                sent = Kept(self.new("SM"), values["From"], (said.text or "").strip(), "queued")
                sent.callback = said.get("statusCallback", "")
                self.take(sent)

    async def post(self, url: str, values: Mapping[str, str], signature: str = "") -> tuple[int, str]:
        """A signed form; status 0 where there was no connection."""
        assert self.session is not None
        head = {
            "X-Twilio-Signature": signature or signed(url, values),
            "I-Twilio-Idempotency-Token": values.get("MessageSid", ""),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        try:
            async with self.session.post(url, data=urlencode(values), headers=head) as said:
                return said.status, await said.text()
        except aiohttp.ClientError:
            return 0, ""

    def spawn(self, act: Any) -> None:
        """Do something beside everything else."""
        task = asyncio.get_running_loop().create_task(act)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def signed(url: str, values: Mapping[str, str]) -> str:
    """The signature as Twilio's documentation describes it."""
    text = url + "".join(f"{name}{values[name]}" for name in sorted(values))
    return base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha1)).decode()


def basic() -> str:
    """The header of account and token."""
    return "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


async def read(request: web.Request) -> dict[str, Any]:
    """Query, form or JSON."""
    if request.method != "POST":
        return dict(request.query)
    if request.content_type == "application/json":
        return dict(await request.json())
    return {name: str(value) for name, value in (await request.post()).items()}


def answer(refusal: Refusal) -> web.Response:
    """An error as Twilio writes it."""
    body = {"code": refusal.code, "message": str(refusal), "status": refusal.status, "more_info": "docs"}
    return web.json_response(body, status=refusal.status)


def hang_up(request: web.Request) -> web.StreamResponse:
    """Cut the line without an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response(status=500)


@contextmanager
def serving_twilio(twilio: Twilio) -> Iterator[str]:
    """The address of a Twilio on a free port of this machine, until the end."""
    ready, box = threading.Event(), dict[str, Any]()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/cdn/{sid}", twilio.cdn)
        app.router.add_route("*", "/{path:.+}", twilio.call)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        twilio.session, twilio.loop = aiohttp.ClientSession(), asyncio.get_running_loop()
        twilio.port, box["stop"] = runner.addresses[0][1], asyncio.Event()
        ready.set()
        await box["stop"].wait()
        for task in list(twilio.tasks):
            task.cancel()
        await twilio.session.close()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{twilio.port}"
    finally:
        assert twilio.loop is not None
        twilio.loop.call_soon_threadsafe(box["stop"].set)
        thread.join()
