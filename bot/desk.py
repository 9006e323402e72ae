"""The desk: everyone who is waiting, in one transaction of one writer thread."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from time import sleep
from typing import Any, TypeVar

import structlog
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.batch import Errands, Played, run
from bot.futures import End, Waits, resolve
from bot.house import House
from bot.inbound import DeskDown, Inbound, Receipt
from bot.seat import person_of
from bot.wake import SENDERS

log = structlog.get_logger()
BATCH = 256  # messages a transaction may hold
WORKS = 4  # pieces of work between two batches: filings at one moment need not wait for a batch each
DEADLOCK = "40P01"  # SQLSTATE deadlock_detected
TRIES = 4  # of work that was undone to end a deadlock
RETRY = 0.2  # seconds before a batch that the database could not take is tried once more
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message and whoever waits for its receipt."""

    message: Inbound
    person: bytes
    receipt: Waits


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of writing by console, clock or errand, in a transaction of its own."""

    work: Callable[[Connection], Any]
    result: Waits


@dataclass(frozen=True, slots=True)
class Failed:
    """A transaction that was rolled back, or whose COMMIT was not answered."""

    error: Exception

    @property
    def down(self) -> bool:
        """Whether the fault is the database's and not the work's: nothing may be acknowledged then."""
        return is_down(self.error)


def is_down(error: Exception) -> bool:
    """Whether an error means that the database cannot be had now: it is gone, locked, or gives no connection."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, (OperationalError, InterfaceError, NoConnection))


def is_victim(error: Exception) -> bool:
    """Whether PostgreSQL undid a whole transaction to end a deadlock: done again, nothing happens twice."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) == DEADLOCK


def attempt(engine: Engine, work: Callable[[Connection], T]) -> T | Failed:
    """Do some work in one transaction; an error of any kind must not end the writer's thread."""
    try:
        with engine.begin() as connection:
            return work(connection)
    except Exception as error:  # the job's edge: it belongs to whoever waits for the result
        return Failed(error)


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
        receipt: Future[Receipt] = Future()
        receipt.set_running_or_notify_cancel()  # a caller who goes away cannot cancel: what was put here is done
        self.put(Waiting(message, person_of(message, self.house), receipt), receipt)
        return receipt

    async def heard(self, message: Inbound) -> Receipt:
        """As `hear`, in an event loop."""
        receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self.put(Waiting(message, person_of(message, self.house), receipt), receipt)
        return await receipt

    def do(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a piece of writing. Keep it small: at most 500 rows, everybody waits for it."""
        result: Future[T] = Future()
        result.set_running_or_notify_cancel()
        self.put(Work(work, result), result)
        return result

    async def done(self, work: Callable[[Connection], T]) -> T:
        """As `do`, in an event loop."""
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.put(Work(work, result), result)
        return await result

    def put(self, item: Waiting | Work, future: Waits) -> None:
        """Add to the queue."""
        with self.ready:
            if not self.closing:
                self.queue.append(item)
                self.ready.notify()
                return
        future.set_exception(DeskDown("the desk is closed"))

    def serve(self) -> None:
        """Take everyone who waits, write, answer, again. While a commit syncs, the next batch gathers by itself."""
        while True:
            with self.ready:
                self.ready.wait_for(lambda: self.queue or self.closing)
                if not self.queue:
                    return
                works, batch = self.take()
            for work in works:
                self.write(work)
            if batch:
                self.answer(batch)

    def take(self) -> tuple[list[Work], list[Waiting]]:
        """A few pieces of work, and one message of each person in their order."""
        works: list[Work] = []
        batch: list[Waiting] = []
        rest: deque[Waiting | Work] = deque()
        persons: set[bytes] = set()
        while self.queue and len(batch) < BATCH:
            item = self.queue.popleft()
            if isinstance(item, Work):
                (works if len(works) < WORKS else rest).append(item)
            elif item.person in persons:
                rest.append(item)
            else:
                persons.add(item.person)
                batch.append(item)
        self.queue.extendleft(reversed(rest))
        return works, batch

    def write(self, item: Work) -> None:
        """One piece of work; whatever it raises is its caller's, and a database that is gone is DeskDown to all."""
        done = attempt(self.house.engine, item.work)
        for again in range(1, TRIES):
            if not (isinstance(done, Failed) and is_victim(done.error)):
                break
            sleep(RETRY * again)  # the other takes the row that both want before this one asks for it again
            done = attempt(self.house.engine, item.work)
        if isinstance(done, Failed):
            error = DeskDown(type(done.error).__name__) if done.down else done.error
            resolve([End(item.result, error=error)])
        else:
            resolve([End(item.result, done)])

    def answer(self, batch: list[Waiting]) -> None:
        """Play a batch; what the database cannot take now is tried once more and then left unacknowledged."""
        done = self.commit(batch)
        if isinstance(done, Failed) and done.down:
            log.warning("desk could not write", error=type(done.error).__name__, waiting=len(batch))
            sleep(RETRY)
            done = self.commit(batch)  # an unknown COMMIT too: the ids decide what is played
        if isinstance(done, Played):
            self.tell(batch, done)
        elif done.down:
            self.refuse(batch, done.error)
        else:
            self.halve(batch, done.error)

    def halve(self, batch: list[Waiting], error: Exception) -> None:
        """Find the turn that cannot be written; the one left alone gets the apology, its id recorded."""
        if len(batch) > 1:
            middle = len(batch) // 2
            self.answer(batch[:middle])
            self.answer(batch[middle:])
            return
        log.error("turn could not be written", error=type(error).__name__)
        done = self.commit(batch, refuse=True)
        if isinstance(done, Played):
            self.tell(batch, done)
        else:
            self.refuse(batch, done.error)

    def refuse(self, batch: Sequence[Waiting], error: Exception) -> None:
        """Nothing is stored and nothing acknowledged: whoever sent these sends them again."""
        down = type(error).__name__
        resolve(End(waiting.receipt, error=DeskDown(down)) for waiting in batch)

    def commit(self, batch: Sequence[Waiting], refuse: bool = False) -> Played | Failed:
        """Play a batch in one transaction."""
        messages = [waiting.message for waiting in batch]
        return attempt(self.house.engine, lambda connection: run(connection, messages, self.house, refuse))

    def tell(self, batch: Sequence[Waiting], played: Played) -> None:
        """After the COMMIT: errands, receipts, and who lost to another process goes to the head of the queue."""
        if played.errands:
            self.start_errands(played.errands)
        resolve(End(batch[index].receipt, receipt) for index, receipt in played.receipts.items())
        said = [waiting for index, receipt in played.receipts.items() if receipt.row for waiting in [batch[index]]]
        self.house.wake.ring([*(waiting.person for waiting in said), SENDERS] if said else ())
        with self.ready:
            # A later message of the same person must not overtake.
            self.queue.extendleft(batch[index] for index in reversed(played.lost))
