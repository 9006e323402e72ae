"""Errands: what a talk waits for, done beside the desk in transactions that hold no person."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from bot import alerts, inviting, pings, subscribing
from bot.batch import Errands
from bot.desk import Desk
from bot.due import due_seconds
from bot.duty import Linker, accept, leave, pass_back
from bot.filing import file, filed, sealed_item
from bot.house import House
from bot.inbound import INTERNAL, Inbound, Receipt
from bot.leaders import linker
from bot.media import MediaSource
from bot.scrub import Scrubber
from bot.standing import Lost, open_standing
from bot.uploads import Fetcher, Kept, drop_unnamed, was_kept
from handlers import lead
from handlers.attached import FETCH
from handlers.duty import ACCEPT, LINK, PASS
from handlers.talk import JSON, Errand, Event
from handlers.told import FOLLOWED, KEEP, LEAVE, STOP
from models import case
from models.case import Item
from models.person import Person
from models.told import learn

log = structlog.get_logger()
REPEATED, ADDED, REOPENED = "repeated", "added", "reopened"  # what a reporter's words met
# A filing waits twice for the desk, longer than its KDF takes: with two threads 60 at once took twice as long or more.
# Each may hold 19 MiB meanwhile.
THREADS = 6
FETCHES = 4  # photos and voice messages on their way at once; most of it is waiting for a vendor

Work = Callable[[House, Desk, Errand], Mapping[str, JSON]]  # does an errand; what is told of its end


class Runner:
    """A bounded pool. What it was doing when it died stands in the place, and the clock starts it again."""

    def __init__(self, house: House, sources: Mapping[str, MediaSource] | None = None) -> None:
        self.house = house
        self.pool = ThreadPoolExecutor(THREADS, "errand")
        self.fetching = ThreadPoolExecutor(FETCHES, "fetch")  # a vendor that is slow with a photo delays no report
        self.sources: dict[str, MediaSource] = {"web": Kept(house), **(sources or {})}
        own: dict[str, Work] = {LINK: Linker(house), lead.LINK: linker(house), FETCH: Fetcher(self.sources, Scrubber())}
        self.errands: dict[str, Work] = {**ERRANDS, **alerts.ERRANDS, **inviting.ERRANDS, **subscribing.ERRANDS, **own}
        self.desk: Desk | None = None
        self.lock = threading.Lock()
        self.busy: set[str] = set()  # errands in the pool: the clock must not queue them once more
        self.failed: dict[str, int] = {}  # errands that failed here, and when first: the time of another try counts
        self.closed = False

    def start(self, people: Sequence[Errands]) -> None:
        """Begin the errands of people whose turns have been committed."""
        for one in people:
            for errand in one.errands:
                self.submit(one.person, pings.addressed(errand, one.person, one.to))

    def submit(self, person: bytes, errand: Errand) -> None:
        """Queue one errand, once; after closing it waits in its place for the next start."""
        with self.lock:
            if self.closed or errand.id in self.busy:
                return
            self.busy.add(errand.id)
            pool = self.fetching if errand.kind == FETCH else self.pool
            future = pool.submit(self.run, person, errand)
        future.add_done_callback(partial(self.ended, errand))

    def run(self, person: bytes, errand: Errand) -> None:
        """Do the work, then let its end be played as a turn of the same person."""
        if self.desk is None:
            raise RuntimeError("the runner was started before the desk")
        try:
            data = self.errands[errand.kind](self.house, self.desk, errand)
        except (LookupError, ValueError) as error:  # such as a queue whose key is broken: trying again helps nobody
            log.error("errand refused", kind=errand.kind, error=type(error).__name__)
            data = {"ok": False}
        if errand.wait:
            receipt = self.desk.hear(self.event(person, errand, data)).result()
            if receipt.repeated and errand.kind == FETCH:  # `hapus`, or another talk, was faster than the vendor
                self.desk.do(partial(drop_unnamed, house=self.house, key=person, upload_id=errand.id)).result()

    def event(self, person: bytes, errand: Errand, data: Mapping[str, JSON]) -> Inbound:
        """The end of an errand as a message; its id is new each time, the place knows what it waits for."""
        id = f"{errand.id}.{self.house.token()}"
        return Inbound(INTERNAL, id, person=person, event=Event(errand.id, data))

    def ended(self, errand: Errand, future: Future[None]) -> None:
        """A failure is logged by its type only, its message may hold words; the clock tries it again."""
        error = None if future.cancelled() else future.exception()
        with self.lock:
            self.busy.discard(errand.id)
            if error:
                self.failed.setdefault(errand.id, self.house.now())
            elif not future.cancelled():
                self.failed.pop(errand.id, None)
        if error:
            log.error("errand failed", kind=errand.kind, error=type(error).__name__)

    def resume(self, left: Sequence[Person], give_up_before: int) -> None:
        """Start again what a crash left. What this process tried, and what has failed here for too long, is given up.

        However long the service stood still, its first act is a try: nobody is told of a failure that nobody saw.
        """
        for one in left:
            errand = self.left_in(one)
            if errand is None:
                continue
            with self.lock:
                hopeless = errand.id not in self.busy and self.failed.get(errand.id, give_up_before) < give_up_before
            if hopeless:
                self.give_up(one.key, errand)
            else:
                self.submit(one.key, errand)

    def give_up(self, person: bytes, errand: Errand) -> None:
        """An apology, the words still in the chat; unless the work was done, and only its telling failed."""
        if self.desk is None:
            raise RuntimeError("the runner was started before the desk")
        with self.house.engine.connect().execution_options(reading=True) as connection:
            data = done_before(connection, self.house, errand) or {"ok": False}
        self.desk.hear(self.event(person, errand, data)).add_done_callback(partial(self.told, errand))

    def told(self, errand: Errand, receipt: Future[Receipt]) -> None:
        """The end of what was given up has been said, or the clock says it again."""
        if receipt.exception() is None:
            with self.lock:
                self.failed.pop(errand.id, None)

    def left_in(self, one: Person) -> Errand | None:
        """The errand a place waits for; a place that does not open holds up nobody else's."""
        try:
            standing = open_standing(self.house.keys, one)
        except Lost:
            return None
        errand, to = standing.place.errand, standing.to
        return pings.addressed(errand, one.key, to) if errand and to else errand

    def close(self) -> None:
        """Let running errands end; what is queued waits in its place."""
        with self.lock:
            self.closed = True
        for pool in (self.pool, self.fetching):
            pool.shutdown(wait=True, cancel_futures=True)


def done_before(connection: Connection, house: House, errand: Errand) -> Mapping[str, JSON] | None:
    """What an errand has come to, if the store says that it was done; None if not."""
    if errand.kind == "file":
        return filed(connection, house, bytes.fromhex(errand.args["seed"]))
    if errand.kind == FETCH:
        return {"ok": True} if was_kept(connection, errand) else None
    return {"ok": True} if case.is_there(connection, errand.id) else None


def append(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Add a reporter's words or correction to their case; `reopened` and `closed` say what that met."""
    args = errand.args
    kind = args.get("item", "words")
    one = sealed_item(args["report"], bytes.fromhex(args["public"]), errand.id, kind, args["words"])
    try:
        got = desk.do(lambda connection: receive(connection, house, args["report"], one)).result()
    except case.Gone:
        return {"ok": False, "closed": True}
    return {"ok": True, "reopened": True} if got == REOPENED else {"ok": True}


def receive(connection: Connection, house: House, report_id: str, one: Item) -> str:
    """Store what a reporter adds so that somebody reads it; REPEATED where it is stored already.

    An open case without a clock gets one, a closed one is opened again; case.Gone where that is not possible any more.
    """
    now, due = house.now(), due_seconds(house)
    if not case.add(connection, report_id, one, now):
        return REPEATED
    if case.get(connection, report_id).closed_at is None:
        case.wake(connection, report_id, due, now)
        return ADDED
    if not case.reopen(connection, report_id, now - house.shelf.terms.reopen_seconds, due, now):
        raise case.Gone(report_id)
    return REOPENED


def tell(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Add answers to a report that was filed early, with what is known by them of place, kind, child and officials.

    Its readers stay: only a grant adds one.
    """
    args = errand.args
    told = json.dumps({"answers": args["told"]}, ensure_ascii=False)
    one = sealed_item(args["report"], bytes.fromhex(args["public"]), errand.id, "told", told)

    def work(connection: Connection) -> None:
        if receive(connection, house, args["report"], one) != REPEATED:
            learn(connection, args["report"], args["learnt"])

    return act(desk, work)


def reopen(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """`belum selesai`: the case is unread again, with the time of its urgency."""
    now, due = house.now(), due_seconds(house)
    since = now - house.shelf.terms.reopen_seconds
    return act(desk, lambda connection: case.reopen(connection, errand.args["report"], since, due, now))


def ask_again(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """`Belum ada jawaban`."""
    return act(desk, lambda connection: case.ask_again(connection, errand.args["report"]))


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


ERRANDS: Mapping[str, Work] = {
    "file": file,
    "append": append,
    "tell": tell,
    "reopen": reopen,
    "ask_again": ask_again,
    "stop_contact": pings.stop_contact,
    "read": read,
    KEEP: pings.keep,
    STOP: pings.stop,
    LEAVE: leave,
    FOLLOWED: pings.followed,
    ACCEPT: accept,
    PASS: pass_back,
}
