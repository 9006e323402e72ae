"""The desk: everyone who is waiting, in one transaction of one writer thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import sleep
from typing import Any, TypeVar

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.batch import Errands, Played, run, seat_of
from bot.house import House
from bot.inbound import DeskDown, Inbound, Receipt

log = structlog.get_logger()
BATCH = 256  # messages a transaction may hold
RETRY = 0.2  # seconds before a batch that the database could not take is tried once more
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message and whoever waits for its receipt."""

    message: Inbound
    person: bytes
    receipt: Future[Receipt] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of writing by console, clock or errand, in a transaction of its own."""

    work: Callable[[Connection], Any]
    result: Future[Any] = field(default_factory=Future)


class Desk:
    """`hear` and `do` may be called from any thread; their futures resolve after the commit."""

    def __init__(self, house: House, start_errands: Callable[[Sequence[Errands]], None]) -> None:
        self.house = house
        self.start_errands = start_errands
        self.queue: deque[Waiting | Work] = deque()
        self.ready = threading.Condition()
        self.closing = False
        self.thread = threading.Thread(target=self.serve, name="desk", daemon=True)

    def start(self) -> None:
        """Open the desk."""
        self.thread.start()

    def close(self) -> None:
        """Finish what waits, then stop; later calls get DeskDown."""
        with self.ready:
            self.closing = True
            self.ready.notify()
        self.thread.join()

    @property
    def alive(self) -> bool:
        """Whether the writer thread is there to take messages."""
        return self.thread.is_alive() and not self.closing

    def hear(self, message: Inbound) -> Future[Receipt]:
        """Queue a message; DeskDown in the future means: not stored, not acknowledged, send it again."""
        waiting = Waiting(message, seat_of(0, message, self.house).key)
        self.put(waiting, waiting.receipt)
        return waiting.receipt

    def do(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a piece of writing. Keep it small: at most 500 rows, everybody waits for it."""
        item = Work(work)
        self.put(item, item.result)
        return item.result

    def put(self, item: Waiting | Work, future: Future[Any]) -> None:
        with self.ready:
            if self.closing:
                future.set_exception(DeskDown("the desk is closed"))
                return
            self.queue.append(item)
            self.ready.notify()

    def serve(self) -> None:
        """Take everyone who waits, write, answer, again. While a commit syncs, the next batch gathers by itself."""
        while True:
            with self.ready:
                self.ready.wait_for(lambda: self.queue or self.closing)
                if not self.queue:
                    return
                work, batch = self.take()
            if work:
                self.write(work)
            if batch:
                self.answer(batch)

    def take(self) -> tuple[Work | None, list[Waiting]]:
        """At most one piece of work, and one message of each person in their order."""
        work: Work | None = None
        batch: list[Waiting] = []
        rest: deque[Waiting | Work] = deque()
        persons: set[bytes] = set()
        while self.queue and len(batch) < BATCH:
            item = self.queue.popleft()
            if isinstance(item, Work):
                if work is None:
                    work = item
                else:
                    rest.append(item)
            elif item.person in persons:
                rest.append(item)
            else:
                persons.add(item.person)
                batch.append(item)
        self.queue.extendleft(reversed(rest))
        return work, batch

    def write(self, item: Work) -> None:
        """One piece of work; whatever it raises is its caller's."""
        try:
            with self.house.engine.begin() as connection:
                result = item.work(connection)
        except Exception as error:  # the job's edge: it belongs to whoever waits for the result
            item.result.set_exception(error)
        else:
            item.result.set_result(result)

    def answer(self, batch: list[Waiting]) -> None:
        """Play a batch; what the database cannot take now is tried once more and then left unacknowledged."""
        try:
            self.commit(batch)
        except (OperationalError, InterfaceError) as error:
            log.warning("desk could not write", error=type(error).__name__, waiting=len(batch))
            sleep(RETRY)
            try:
                self.commit(batch)  # an unknown COMMIT too: the ids decide what is played
            except (OperationalError, InterfaceError) as again:
                for waiting in batch:
                    waiting.receipt.set_exception(DeskDown(type(again).__name__))
        except DBAPIError as error:
            self.halve(batch, error)

    def halve(self, batch: list[Waiting], error: DBAPIError) -> None:
        """Find the turn that the database refuses; the one left alone gets the apology, its id recorded."""
        if len(batch) > 1:
            middle = len(batch) // 2
            self.answer(batch[:middle])
            self.answer(batch[middle:])
            return
        log.error("turn refused by the database", error=type(error.orig).__name__)
        try:
            self.commit(batch, refuse=True)
        except DBAPIError as again:
            batch[0].receipt.set_exception(DeskDown(type(again).__name__))

    def commit(self, batch: list[Waiting], refuse: bool = False) -> None:
        """One transaction; receipts and errands only after its COMMIT."""
        with self.house.engine.begin() as connection:
            played = run(connection, [waiting.message for waiting in batch], self.house, refuse)
        if played.errands:
            self.start_errands(played.errands)
        for index, receipt in played.receipts.items():
            batch[index].receipt.set_result(receipt)
        self.replay(batch, played)

    def replay(self, batch: list[Waiting], played: Played) -> None:
        """Who lost to another process goes to the head of the queue: a later message must not overtake."""
        with self.ready:
            self.queue.extendleft(batch[index] for index in reversed(played.lost))
