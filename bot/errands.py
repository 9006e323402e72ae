"""Errands: what a talk waits for, done beside the desk in transactions that hold no person."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from bot.batch import Errands
from bot.codes import CODE_KDF_VERSION, code_from_seed, code_salt, derive, report_id_from_seed
from bot.desk import Desk
from bot.house import House
from bot.inbound import INTERNAL, Inbound
from bot.keys import CannotOpen
from bot.sealing import info_report, info_wrap, new_keypair, pad, seal, wrap_for_code
from bot.seat import place_of
from content.routing import Route, Urgency, route
from handlers import statement
from handlers.talk import JSON, Errand, Event, Place
from models import case, roster
from models.case import Item, Wrap
from models.person import Person

log = structlog.get_logger()
THREADS = 2  # KDF and HPKE release the GIL: two keep two cores busy and leave the desk its turn


class Runner:
    """A bounded pool. What it was doing when it died stands in the place, and the clock starts it again."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.pool = ThreadPoolExecutor(THREADS, "errand")
        self.desk: Desk | None = None
        self.lock = threading.Lock()
        self.busy: set[str] = set()  # errands in the pool: the clock must not queue them once more
        self.closed = False

    def start(self, people: Sequence[Errands]) -> None:
        """Begin the errands of people whose turns have been committed."""
        for one in people:
            for errand in one.errands:
                self.submit(one.person, errand)

    def submit(self, person: bytes, errand: Errand) -> None:
        """Queue one errand, once; after closing it waits in its place for the next start."""
        with self.lock:
            if self.closed or errand.id in self.busy:
                return
            self.busy.add(errand.id)
            future = self.pool.submit(self.run, person, errand)
        future.add_done_callback(partial(self.ended, errand))

    def run(self, person: bytes, errand: Errand) -> None:
        """Do the work, then let its end be played as a turn of the same person."""
        if self.desk is None:
            raise RuntimeError("the runner was started before the desk")
        try:
            data = ERRANDS[errand.kind](self.house, self.desk, errand)
        except (LookupError, ValueError) as error:  # such as a queue whose key is broken: trying again helps nobody
            log.error("errand refused", kind=errand.kind, error=type(error).__name__)
            data = {"ok": False}
        if errand.wait:
            self.desk.hear(self.event(person, errand, data)).result()

    def event(self, person: bytes, errand: Errand, data: Mapping[str, JSON]) -> Inbound:
        """The end of an errand as a message; its id is new each time, the place knows what it waits for."""
        id = f"{errand.id}.{self.house.token()}"
        return Inbound(INTERNAL, id, person=person, event=Event(errand.id, data))

    def ended(self, errand: Errand, future: Future[None]) -> None:
        """A failure is logged by its type only, its message may hold words; the clock tries it again."""
        with self.lock:
            self.busy.discard(errand.id)
        if not future.cancelled() and (error := future.exception()):
            log.error("errand failed", kind=errand.kind, error=type(error).__name__)

    def resume(self, left: Sequence[Person], give_up_before: int) -> None:
        """Start again what a crash left; what cannot succeed ends with an apology, the words still in the chat."""
        for one in left:
            errand = self.left_in(one)
            if errand and self.desk and (one.errand_at or 0) < give_up_before:
                self.desk.hear(self.event(one.key, errand, {"ok": False}))
            elif errand:
                self.submit(one.key, errand)

    def left_in(self, one: Person) -> Errand | None:
        """The errand a place waits for; a place that does not open holds up nobody else's."""
        try:
            stored = self.house.keys.open_field(one.place or b"", place_of(one.key))
            return Place.load(json.loads(stored)).errand
        except (CannotOpen, LookupError, TypeError, ValueError) as error:
            log.error("place does not open", error=type(error).__name__)
            return None

    def close(self) -> None:
        """Let running errands end; what is queued waits in its place."""
        with self.lock:
            self.closed = True
        self.pool.shutdown(wait=True, cancel_futures=True)


def file(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Seal a report for its readers and its code and store it, once: id and code follow from the seed."""
    draft = statement.Statement.load(errand.args["draft"])
    seed = bytes.fromhex(errand.args["seed"])
    code = code_from_seed(seed, house.shelf.code_words)
    told = {"ok": True, "code": " ".join(code)}
    with house.engine.connect().execution_options(reading=True) as connection:
        lead = case.lead(connection, report_id_from_seed(seed))
        open_now, queues = roster.open_queues(connection), roster.queues(connection)
    if lead:  # a crash came between the filing and the telling
        return {**told, "queue": lead}
    now = house.now()
    way = route(house.shelf.directory, statement.facts(draft, house.shelf), open_now, datetime.fromtimestamp(now, UTC))
    if way is None:
        return {"ok": False, "closed": True}
    row, wraps, story = sealed_report(house, draft, seed, code, way, queues, now)

    def work(connection: Connection) -> str | None:
        case.file(connection, row, wraps, story)
        return case.lead(connection, row["id"])

    return {**told, "queue": desk.do(work).result()}


def sealed_report(
    house: House,
    draft: statement.Statement,
    seed: bytes,
    code: Sequence[str],
    way: Route,
    queues: Mapping[str, Any],
    now: int,
) -> tuple[dict[str, Any], list[Wrap], Item]:
    """The rows of a report: its own key pair, wrapped once for each reader and once for the code."""
    id, key, code_key = report_id_from_seed(seed), new_keypair(), derive(code, code_salt(house.keys.pepper))
    facts = statement.facts(draft, house.shelf)
    row = {
        "id": id,
        "locator": code_key.locator,
        "kdf": CODE_KDF_VERSION,
        "public": key.public,
        "code_wrap": wrap_for_code(code_key.key, key.private, id),
        "questions": statement.QUESTIONS,
        "kelurahan": draft.kelurahan or None,
        "kota": facts.area,
        "kind": facts.kind.value,
        "urgency": facts.urgency.value,
        "child": facts.child.value,
        "officials": ",".join(sorted(facts.officials)),
        "lead": way.lead,
        "filed_at": now,
        "due_at": now + int(way.due.total_seconds()),
    }
    wraps = [wrapped(reader.queue, reader.role, queues[reader.queue], key.private, id) for reader in way.readers]
    story = json.dumps(statement.story(draft), ensure_ascii=False)
    return row, wraps, sealed_item(id, key.public, f"{id}.story", "story", story)


def wrapped(queue: str, role: str, row: Any, private: bytes, report_id: str) -> Wrap:
    """A report's key for one queue; the next queue and oversight see it only when it comes to them."""
    sealed = seal(row.public, private, info_wrap(queue, row.epoch, report_id))
    return Wrap(queue, str(role), role in {"lead", "awake"}, row.epoch, sealed)


def sealed_item(report_id: str, public: bytes, item_id: str, kind: str, words: str, queue: str | None = None) -> Item:
    """Words sealed to a report's key, padded so that their length says little."""
    return Item(item_id, kind, seal(public, pad(words.encode()), info_report(report_id, item_id)), queue)


def append(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Add a reporter's words to their case."""
    args = errand.args
    one = sealed_item(args["report"], bytes.fromhex(args["public"]), errand.id, "words", args["words"])

    def work(connection: Connection) -> None:
        case.add(connection, args["report"], one, house.now())  # False is a repetition: the words are there

    return act(desk, work)


def reopen(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """`belum selesai`: the case is unread again, with the time of a normal one."""
    now = house.now()
    since = now - house.shelf.terms.reopen_seconds
    due = now + int(house.shelf.directory.table.due[Urgency.NORMAL].total_seconds())
    return act(desk, lambda connection: case.reopen(connection, errand.args["report"], since, due, now))


def ask_again(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """`Belum ada jawaban`."""
    return act(desk, lambda connection: case.ask_again(connection, errand.args["report"]))


def stop_contact(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """No answers wanted any more."""
    return act(desk, lambda connection: case.stop_contact(connection, errand.args["report"]))


def read(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Answers that were shown before this message came."""
    return act(desk, lambda connection: case.seen(connection, errand.args["letters"]))


def act(desk: Desk, work: Callable[[Connection], object]) -> Mapping[str, JSON]:
    """One act on a case in its own transaction; a case that is gone by now is said, not raised."""
    try:
        done = desk.do(work).result()
    except case.Gone:
        return {"ok": False}
    return {"ok": done is not False}


ERRANDS: Mapping[str, Callable[[House, Desk, Errand], Mapping[str, JSON]]] = {
    "file": file,
    "append": append,
    "reopen": reopen,
    "ask_again": ask_again,
    "stop_contact": stop_contact,
    "read": read,
}
