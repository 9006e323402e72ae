"""A strict Telegram on this machine: checks every call, delivers updates as the real one does, and fails as told."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import aiohttp
from aiohttp import web

from tests.telegram_types import METHODS, faults

TOKEN = "7000000001:AAtestTOKENtestTOKENtestTOKENtest00"  # noqa: S105 - of no bot
BOT = {"id": 7000000001, "is_bot": True, "first_name": "Suar", "username": "suar_bot"}
CAPTION, TWO_DAYS = 1024, 48 * 3600  # a caption's UTF-16 units; seconds for which a message can be deleted
LONGEST, CALLBACK, COPY, ANSWER, AT_ONCE = 4096, 64, 256, 200, 100
ON_THE_WAY = 0.3  # seconds after a 429 in which calls may arrive that were sent before its answer was read
MOST = 30  # messages a second before Telegram asks for silence
# Type, name, and how the file begins: what says one thing and is another is refused.
PHOTO = re.compile(r"image/png suar[\w-]*\.png .PNG|image/jpeg suar[\w-]*\.jpg \ufffd{3}.", re.DOTALL)
CALLBACKS = 3 << 33  # callbacks of a user have a queue of their own
Message = dict[str, Any]


class Refusal(Exception):
    """An answer that is not `ok`."""

    def __init__(self, status: int, words: str, **parameters: int) -> None:
        super().__init__(words)
        self.status, self.words, self.parameters = status, words, parameters


@dataclass(slots=True)
class Fault:
    """What happens to a call instead of its answer: a status, or `drop` before or `after` it took effect."""

    kind: str
    seconds: int = 1


@dataclass(slots=True)
class Chat:
    """What stands in a chat, by message id."""

    kind: str = "private"
    messages: dict[int, Message] = field(default_factory=dict)
    blocked: bool = False
    deleted: list[int] = field(default_factory=list)


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


class Telegram:
    """The server's memory; everything is done in its own loop, so tests may look at it from outside."""

    def __init__(self, scale: float = 0.02, most: int = MOST) -> None:
        self.scale, self.most = scale, most  # of the seconds between deliveries of a webhook
        self.chats: dict[int, Chat] = defaultdict(Chat)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []  # calls that no right client makes
        self.faults: deque[tuple[str, Fault]] = deque()
        self.weather: Callable[[str], Fault | None] = lambda method: None  # faults that come by themselves
        self.updates: dict[int, dict[str, Any]] = {}
        self.callbacks: dict[str, float] = {}
        self.answered: Counter[str] = Counter()
        self.webhook: dict[str, Any] = {}
        self.profile: dict[tuple[str, str], Any] = {}
        self.files: dict[str, bytes] = {}
        self.photos: set[str] = set()  # of ours, by the id that Telegram gave them
        self.times: deque[float] = deque()
        self.silent_since = self.silent_until = 0.0
        self.numbers = Counter(message=100, update=500, callback=0)
        self.fetching = 0
        self.news = asyncio.Event()
        self.queues: dict[int, asyncio.Task[None]] = {}
        self.waiting: dict[int, deque[dict[str, Any]]] = defaultdict(deque)
        self.delivered: list[int] = []  # status of every delivery
        self.session: aiohttp.ClientSession | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    # What comes in from the client

    async def call(self, request: web.Request) -> web.StreamResponse:
        """POST /bot<token>/<method>."""
        if request.match_info["token"] != TOKEN:
            return self.answer(Refusal(401, "Unauthorized"))
        method, values = request.match_info["method"], await read(request)
        self.calls.append((method, values))
        fault = self.next_fault(method)
        if fault and fault.kind == "drop":
            return hang_up(request)
        try:
            self.check(method, values)
            if fault and fault.kind != "after":
                self.fail(fault)
            result = await getattr(self, snake(method))(values)
        except Refusal as refusal:
            return self.answer(refusal)
        return hang_up(request) if fault else web.json_response({"ok": True, "result": result})

    def check(self, method: str, values: dict[str, Any]) -> None:
        """Parameters as the specification has them; a wrong one is a fault of the client."""
        if method not in METHODS:
            raise self.wrong(404, f"Not Found: {method}")
        for name in {name.rstrip("!") for name in values} - {name.rstrip("!") for name in METHODS[method]}:
            raise self.wrong(400, f"Bad Request: {method} has no parameter {name}")
        for name, kind in METHODS[method].items():
            bare = name.rstrip("!")
            if bare not in values:
                if name.endswith("!"):
                    raise self.wrong(400, f"Bad Request: {method} needs {bare}")
                continue
            for one in faults(values[bare], kind, bare):
                raise self.wrong(400, f"Bad Request: {one}")

    def wrong(self, status: int, words: str) -> Refusal:
        """A refusal that a test must not cause."""
        self.refused.append(words)
        return Refusal(status, words)

    def next_fault(self, method: str) -> Fault | None:
        for number, (wanted, fault) in enumerate(self.faults):
            if wanted in {method, "*"}:
                del self.faults[number]
                return fault
        return self.weather(method)

    def fail(self, fault: Fault) -> None:
        if fault.kind == "429":
            self.silent_since = time.monotonic()
            self.silent_until = self.silent_since + fault.seconds
            raise Refusal(429, f"Too Many Requests: retry after {fault.seconds}", retry_after=fault.seconds)
        words = {"403": "Forbidden: bot was blocked by the user", "500": "Internal Server Error", "502": "Bad Gateway"}
        raise Refusal(int(fault.kind), words[fault.kind])

    def answer(self, refusal: Refusal) -> web.Response:
        body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.words}
        if refusal.parameters:
            body["parameters"] = refusal.parameters
        return web.json_response(body, status=refusal.status)

    # Methods

    async def get_me(self, values: dict[str, Any]) -> Any:
        return BOT

    async def send_message(self, values: dict[str, Any]) -> Message:
        chat = self.chat(values["chat_id"])
        self.check_text(values)
        self.check_keyboard(values.get("reply_markup"))
        self.count()
        message = self.message(values["chat_id"], BOT)
        message["text"] = values["text"]
        for name in ("entities", "reply_markup", "link_preview_options"):
            if name in values:
                message[name] = values[name]
        chat.messages[message["message_id"]] = message
        return message

    async def send_voice(self, values: dict[str, Any]) -> Message:
        chat = self.chat(values["chat_id"])
        kind, name, begins = values["voice"].split(" ")
        if (kind, begins) != ("audio/ogg", "OggS") or not name.endswith(".ogg"):
            raise self.wrong(400, "Bad Request: voice must be Ogg Opus")
        self.count()
        message = self.message(values["chat_id"], BOT)
        message["voice"] = {"file_id": name, "file_unique_id": name, "duration": 9}
        chat.messages[message["message_id"]] = message
        return message

    async def send_photo(self, values: dict[str, Any]) -> Message:
        """A file is brought once; whoever knows its id sends that."""
        chat = self.chat(values["chat_id"])
        file = values["photo"]
        if file not in self.photos and not PHOTO.fullmatch(file):
            raise self.wrong(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if units(values.get("caption", "")) > CAPTION:
            raise self.wrong(400, "Bad Request: message caption is too long")
        self.check_keyboard(values.get("reply_markup"))
        self.count()
        message = self.message(values["chat_id"], BOT)
        id = file if file in self.photos else f"photo{len(self.photos)}"
        self.photos.add(id)
        message["photo"] = [{"file_id": id, "file_unique_id": id, "width": 9, "height": 9}]
        message |= {name: values[name] for name in ("caption", "reply_markup") if name in values}
        chat.messages[message["message_id"]] = message
        return message

    async def send_document(self, values: dict[str, Any]) -> Message:
        """A file that the client brings."""
        chat = self.chat(values["chat_id"])
        kind, name, begins = values["document"].split(" ")
        if (kind, begins) != ("application/pdf", "%PDF") or not name.endswith(".pdf"):
            raise self.wrong(400, "Bad Request: document must be a PDF")
        self.count()
        message = self.message(values["chat_id"], BOT)
        message["document"] = {"file_id": name, "file_unique_id": name, "file_name": name, "mime_type": kind}
        chat.messages[message["message_id"]] = message
        return message

    async def edit_message_caption(self, values: dict[str, Any]) -> Message:
        message = self.chat(values["chat_id"]).messages.get(values["message_id"])
        if message is None or message["from"] != BOT or "photo" not in message:
            raise Refusal(400, "Bad Request: message to edit not found")
        self.count()
        message.pop("reply_markup", None)
        message["caption"] = values["caption"]
        return message

    async def delete_message(self, values: dict[str, Any]) -> bool:
        chat = self.chat(values["chat_id"])
        message = chat.messages.get(values["message_id"])
        if message is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        if message["date"] < time.time() - TWO_DAYS:
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")
        self.count()
        chat.deleted.append(values["message_id"])
        del chat.messages[values["message_id"]]
        return True

    def count(self) -> None:
        """Telegram's own rate; during a flood no call is right."""
        now = time.monotonic()
        if now < self.silent_until:
            if now < self.silent_since + ON_THE_WAY:
                raise Refusal(429, "Too Many Requests: retry after 1", retry_after=ceil(self.silent_until - now))
            raise self.wrong(429, "Too Many Requests: retry after 1")
        while self.times and self.times[0] <= now - 1:
            self.times.popleft()
        self.times.append(now)
        if len(self.times) > self.most:
            raise self.wrong(429, "Too Many Requests: retry after 1")

    def check_text(self, values: dict[str, Any]) -> None:
        text = values["text"]
        if not text.strip() or units(text) > LONGEST:
            raise self.wrong(400, "Bad Request: message text is empty or too long")
        for entity in values.get("entities", ()):
            if entity["offset"] < 0 or entity["length"] < 1 or entity["offset"] + entity["length"] > units(text):
                raise self.wrong(400, "Bad Request: an entity lies outside the text")

    def check_keyboard(self, keyboard: dict[str, Any] | None) -> None:
        buttons = [one for row in keyboard["inline_keyboard"] for one in row] if keyboard else []
        for one in buttons:
            kinds = set(one) - {"text"}
            data = one.get("callback_data", "x")
            if len(kinds) != 1 or not one["text"] or not 1 <= len(data.encode()) <= CALLBACK:
                raise self.wrong(400, "Bad Request: BUTTON_DATA_INVALID")
            if "copy_text" in one and not 1 <= len(one["copy_text"]["text"]) <= COPY:
                raise self.wrong(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")

    def chat(self, id: int) -> Chat:
        if id not in self.chats:
            raise Refusal(400, "Bad Request: chat not found")
        if self.chats[id].blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return self.chats[id]

    async def edit_message_reply_markup(self, values: dict[str, Any]) -> Message:
        message = self.chat(values["chat_id"]).messages.get(values["message_id"])
        if message is None or message["from"] != BOT:
            raise Refusal(400, "Bad Request: message to edit not found")
        self.check_keyboard(values.get("reply_markup"))
        if message.get("reply_markup") == values.get("reply_markup"):
            raise Refusal(400, "Bad Request: message is not modified")
        message["reply_markup"] = values["reply_markup"]
        return message

    async def edit_message_text(self, values: dict[str, Any]) -> Message:
        message = self.chat(values["chat_id"]).messages.get(values["message_id"])
        if message is None or message["from"] != BOT:
            raise Refusal(400, "Bad Request: message to edit not found")
        self.check_text(values)
        self.check_keyboard(values.get("reply_markup"))
        self.count()
        message.pop("reply_markup", None)
        message |= {name: values[name] for name in ("text", "entities", "reply_markup") if name in values}
        return message

    async def answer_callback_query(self, values: dict[str, Any]) -> bool:
        id = values["callback_query_id"]
        if len(values.get("text", "")) > ANSWER:
            raise self.wrong(400, "Bad Request: MESSAGE_TOO_LONG")
        if time.monotonic() - self.callbacks.get(id, 0) > 150 * max(self.scale, 0.1):
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered[id] += 1
        return True

    async def delete_messages(self, values: dict[str, Any]) -> bool:
        chat, ids = self.chat(values["chat_id"]), values["message_ids"]
        if not 1 <= len(ids) <= AT_ONCE:
            raise self.wrong(400, "Bad Request: message_ids must be 1 to 100")
        chat.deleted += [id for id in ids if chat.messages.pop(id, None)]
        return True

    async def leave_chat(self, values: dict[str, Any]) -> bool:
        if self.chat(values["chat_id"]).kind == "private":
            raise self.wrong(400, "Bad Request: chat member status can't be changed in private chats")
        del self.chats[values["chat_id"]]
        return True

    async def get_file(self, values: dict[str, Any]) -> dict[str, Any]:
        id = values["file_id"]
        if id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return {
            "file_id": id,
            "file_unique_id": f"u{id}",
            "file_size": len(self.files[id]),
            "file_path": f"photos/{id}",
        }

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET /file/bot<token>/<path>."""
        if request.match_info["token"] != TOKEN:
            return web.Response(status=401)
        return web.Response(body=self.files[request.match_info["path"].removeprefix("photos/")])

    async def set_webhook(self, values: dict[str, Any]) -> bool:
        self.webhook = values
        for update in self.updates.values():
            self.deliver(update)
        return True

    async def delete_webhook(self, values: dict[str, Any]) -> bool:
        self.webhook = {}
        return True

    async def get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        """An offset confirms all below it; a second poller ends the first."""
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if values.get("limit", 100) not in range(1, 101) or values.get("timeout", 0) > 50:
            raise self.wrong(400, "Bad Request: limit or timeout")
        self.fetching += 1
        mine = self.fetching
        for id in [id for id in self.updates if id < values.get("offset", 0)]:
            del self.updates[id]
        until = time.monotonic() + values.get("timeout", 0) * max(self.scale, 0.05)
        while not self.updates and time.monotonic() < until:
            await asyncio.sleep(0.01)
            if mine != self.fetching:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        allowed = values.get("allowed_updates") or []
        page = [self.updates[id] for id in sorted(self.updates)][: values.get("limit", 100)]
        return [one for one in page if not allowed or any(name in one for name in allowed)]

    def __getattr__(self, name: str) -> Callable[[dict[str, Any]], Any]:
        """get_my_... and set_my_...: what was set is given back."""
        verb, _, what = name.partition("_my_")
        if verb not in {"get", "set"} or not what:
            raise AttributeError(name)
        field = {"commands": "commands"}.get(what, what)

        async def profile(values: dict[str, Any]) -> Any:
            key = (what, values.get("language_code", ""))
            if verb == "set":
                self.profile[key] = values[field]
                return True
            known = self.profile.get(key, [] if what == "commands" else "")
            return known if what == "commands" else {field: known}

        return profile

    # What people do

    def message(self, chat: int, sender: dict[str, Any]) -> Message:
        self.numbers["message"] += 1
        kind = {"id": chat, "type": self.chats[chat].kind}
        return {"message_id": self.numbers["message"], "date": int(time.time()), "chat": kind, "from": sender}

    def push(self, kind: str, body: dict[str, Any]) -> int:
        """A new update; its id."""
        self.numbers["update"] += 1
        update = {"update_id": self.numbers["update"], kind: body}
        wrong = list(faults(update, "Update"))
        assert not wrong, wrong
        self.updates[self.numbers["update"]] = update
        if self.webhook:
            self.deliver(update)
        return self.numbers["update"]

    def deliver(self, update: dict[str, Any]) -> None:
        """In order for each chat; callbacks of a user in a queue of their own, so both may come at once."""
        query = update.get("callback_query")
        body = query or next(one for name, one in update.items() if name != "update_id")
        queue = query["from"]["id"] + CALLBACKS if query else body["chat"]["id"]
        self.waiting[queue].append(update)
        if queue not in self.queues or self.queues[queue].done():
            self.queues[queue] = asyncio.get_running_loop().create_task(self.drain(queue))

    async def drain(self, queue: int) -> None:
        """The first again at once, then after 2, 4, 8 seconds, or when the other side says."""
        while self.waiting[queue]:
            update, wait = self.waiting[queue][0], 0.0
            while self.webhook and (again := await self.bring(update)) is not None:
                await asyncio.sleep((again or wait) * self.scale)
                wait = min(wait * 2 or 2.0, 60.0)
            self.waiting[queue].popleft()
            self.updates.pop(update["update_id"], None)

    async def bring(self, update: dict[str, Any]) -> float | None:
        """One delivery; None where it was taken, else the seconds that were asked for."""
        assert self.session is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            async with self.session.post(self.webhook["url"], json=update, headers=headers) as answer:
                await answer.read()
                self.delivered.append(answer.status)
                return None if answer.ok else float(answer.headers.get("Retry-After", 0))
        except aiohttp.ClientError:
            return 0.0


def snake(method: str) -> str:
    """sendMessage -> send_message."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in method)


async def read(request: web.Request) -> dict[str, Any]:
    """Parameters as JSON, or as a form whose values are JSON where they are no text."""
    if request.content_type == "application/json":
        return dict(await request.json())
    kinds = {name.rstrip("!"): kind for name, kind in METHODS.get(request.match_info["method"], {}).items()}
    posted = (await request.post()).items()
    form = {name: filed(value) if isinstance(value, web.FileField) else str(value) for name, value in posted}
    return {name: value if kinds.get(name) == "String" else json.loads(value) for name, value in form.items()}


def filed(part: web.FileField) -> str:
    """A file that came in a form, as a text that names what it is."""
    return f"{part.content_type} {part.filename} {part.file.read(4).decode(errors='replace')}"


def hang_up(request: web.Request) -> web.StreamResponse:
    """Cut the line without an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response(status=500)


@contextmanager
def serving_telegram(telegram: Telegram) -> Iterator[str]:
    """The address of a Bot API on a free port of this machine, until the end."""
    ready, box = threading.Event(), dict[str, Any]()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", telegram.call)
        app.router.add_get("/file/bot{token}/{path:.+}", telegram.file)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        telegram.session = aiohttp.ClientSession()
        telegram.loop = asyncio.get_running_loop()
        box["port"], box["stop"] = runner.addresses[0][1], asyncio.Event()
        ready.set()
        await box["stop"].wait()
        for task in telegram.queues.values():
            task.cancel()
        await telegram.session.close()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield f"http://127.0.0.1:{box['port']}"
    finally:
        assert telegram.loop is not None
        telegram.loop.call_soon_threadsafe(box["stop"].set)
        thread.join()


def dumped(value: Any) -> str:
    """A value as text, to look for words in it."""
    return json.dumps(value, ensure_ascii=False)
