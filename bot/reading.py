"""Reading a message at the door, before the desk: places, and codes within their limits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from bot.codes import CodeBook, code_salt, derive
from bot.house import House
from bot.inbound import Inbound
from handlers.reading.places import PlaceReader
from handlers.talk import Code

READ_AT_MOST = 400  # characters in which a place is looked for: an answer to "Di mana?" is short
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds for each key."""

    tries: int
    seconds: int


PER_PERSON = Limit(5, HOUR)
PER_ADDRESS = Limit(120, HOUR)  # carriers put thousands behind one address
WAITING = 40  # codes that may wait for the KDF: about two seconds of it
KEYS_KEPT = 10_000


class Throttle:
    """Counts tries by key within a window, in memory: what is forgotten by a restart is an hour at most."""

    def __init__(self, limit: Limit, now: Callable[[], int]) -> None:
        self.limit, self.now = limit, now
        self.tries: dict[bytes | str, deque[int]] = {}

    def allow(self, key: bytes | str) -> bool:
        """Count one try; whether it is still within the limit."""
        now = self.now()
        recent = self.tries.setdefault(key, deque())
        while recent and recent[0] <= now - self.limit.seconds:
            recent.popleft()
        if len(recent) >= self.limit.tries:
            return False
        recent.append(now)
        if len(self.tries) > KEYS_KEPT:
            self.tries = {
                one: times for one, times in self.tries.items() if times and times[-1] > now - self.limit.seconds
            }
        return True


def network_of(origin: str) -> str:
    """The /24 or /64 an address belongs to; limits count by it and it is never stored."""
    try:
        address = ip_address(origin)
    except ValueError:
        return origin
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))  # noqa: PLR2004 - IP versions


class Reading:
    """What the doors share to understand a message."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.places = PlaceReader(house.shelf.gazetteer)
        self.codes = CodeBook(house.shelf.code_words)
        self.salt = code_salt(house.keys.pepper)
        self.persons = Throttle(PER_PERSON, house.now)
        self.networks = Throttle(PER_ADDRESS, house.now)
        self.waiting = 0
        self.pool = ThreadPoolExecutor(1, "code")  # apart from sealing and from the staff's sign-in

    async def read(self, message: Inbound, origin: str = "") -> Inbound:
        """The message with what its text means; `origin` is the network address it came from, if any."""
        code = self.codes.read(message.text)
        if code:
            return await self.with_code(message, code, origin)
        if message.text:
            found = await asyncio.to_thread(self.places.read, message.text[:READ_AT_MOST], asked=True)
            return replace(message, places=tuple(found))
        return message

    async def with_code(self, message: Inbound, code: Sequence[str], origin: str) -> Inbound:
        """Locator and key of a code, or the mark that it was not tried."""
        person = self.house.keys.person_key(message.channel, message.address)
        full = self.waiting >= WAITING
        if full or not self.persons.allow(person) or (origin and not self.networks.allow(network_of(origin))):
            return replace(message, throttled=True, text="")
        self.waiting += 1
        try:
            key = await asyncio.get_running_loop().run_in_executor(self.pool, derive, tuple(code), self.salt)
        finally:
            self.waiting -= 1
        return replace(message, code=Code(key.locator, key.key), text="")

    def close(self) -> None:
        """Let go of the pool."""
        self.pool.shutdown(wait=False, cancel_futures=True)
