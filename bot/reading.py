"""Reading a message at the door, before the desk: places, and codes within their limits."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy.exc import InterfaceError, OperationalError

from bot.codes import CodeBook, CodeKey, code_salt, derive
from bot.house import House
from bot.inbound import Inbound
from handlers.reading.place_candidates import NAME, kelurahan_at
from handlers.reading.places import Found, Outside
from handlers.reading.reader import Reader
from handlers.talk import Code
from models import case

AROUND = 4  # kelurahan offered for a pin: the right one is among so many for 98.5 % of residents
BORDER = 0.25  # kilometres from a boundary within which those beyond it are offered too: stations lie on boundaries
# Kilometres from a pin to the point of its kelurahan: on the mainland the points lie 0.4 to 2.9 apart, at sea up to 16.
SURELY, MAINLAND = 2.0, 4.0
REACH = {"31.01": 16.0}  # Kepulauan Seribu
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds for each key."""

    tries: int
    seconds: int


PER_PERSON = Limit(5, HOUR)
PER_ADDRESS = Limit(120, HOUR)  # carriers put thousands behind one address
RIGHT = Limit(600, HOUR)  # right codes of a network that cost nobody a try: each is a run of the KDF all the same
WAITING = 40  # codes that may wait for the KDF: about two seconds of it
KEYS_KEPT = 10_000


class Throttle:
    """Counts tries by key within a window, in memory: what is forgotten by a restart is an hour at most.

    The key that was silent longest is dropped first, so a crowd of keys costs neither memory nor time.
    """

    def __init__(self, limit: Limit, now: Callable[[], int]) -> None:
        self.limit, self.now = limit, now
        self.tries: OrderedDict[bytes | str, deque[int]] = OrderedDict()

    def allow(self, key: bytes | str) -> bool:
        """Count one try; whether it is still within the limit."""
        if self.count(key) >= self.limit.tries:
            return False
        self.note(key)
        return True

    def count(self, key: bytes | str) -> int:
        """How many tries of a key are within the window."""
        recent = self.tries.get(key)
        while recent and recent[0] <= self.now() - self.limit.seconds:
            recent.popleft()
        return len(recent) if recent else 0

    def note(self, key: bytes | str) -> None:
        """Count one try without asking."""
        self.tries.setdefault(key, deque(maxlen=self.limit.tries)).append(self.now())
        self.tries.move_to_end(key)
        if len(self.tries) > KEYS_KEPT:
            self.tries.popitem(last=False)

    def give_back(self, key: bytes | str) -> None:
        """The newest try was none."""
        if self.count(key):
            self.tries[key].pop()


# Bits of an address, IPv4 and IPv6: what one office, home or mast has, and what one company can rent in a day.
NARROW = (24, 64)
WIDE = (16, 48)


def network_of(origin: str, bits: tuple[int, int] = NARROW) -> str:
    """The network an address belongs to; limits count by it and it is never stored."""
    try:
        address = ip_address(origin)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        plain = address.ipv4_mapped  # how a socket for both families names an IPv4 address
        return network_of(str(plain), bits) if plain else str(ip_network((int(address), bits[1]), strict=False))
    return str(ip_network((int(address), bits[0]), strict=False))


class Reading:
    """What the doors share to understand a message."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.reader = Reader(house.shelf)
        self.places, self.danger = self.reader.places, self.reader.danger
        self.codes = CodeBook(house.shelf.code_words)
        self.salts = [code_salt(pepper) for pepper in house.keys.peppers.values()]
        self.persons = Throttle(PER_PERSON, house.now)
        self.networks = Throttle(PER_ADDRESS, house.now)
        self.right = Throttle(RIGHT, house.now)
        self.waiting = 0
        self.pool = ThreadPoolExecutor(1, "code")  # apart from sealing and from the staff's sign-in

    async def read(self, message: Inbound, origin: str = "") -> Inbound:
        """The message with what its text means; `origin` is the network address it came from, if any."""
        code = self.codes.read(message.text)
        if code:
            return await self.with_code(message, code, origin)
        return await asyncio.to_thread(self.with_words, message) if message.text else message

    def with_words(self, message: Inbound) -> Inbound:
        """All that the words mean; beside a button they are an answer, and only its places are looked for."""
        found = message.places or self.places.read(message.text)
        if message.pressed:
            return replace(message, places=found)
        danger = self.danger.read(message.text)
        return replace(message, places=found, danger=danger, meaning=self.reader.meaning(message.text, danger))

    def around(self, lat: float, lon: float) -> tuple[Found, ...]:
        """What a pin in degrees may mean: at most four places, "outside Jakarta" the last of them where that may be.

        Each bears the pin, for the one talk that asks whether it may be kept; all others take the kelurahan only.
        """
        pin = f"{lat:.5f}, {lon:.5f}"
        near = self.by_boundary(lat, lon) if self.house.boundaries else self.by_point(lat, lon)
        return tuple(replace(found, pin=pin) for found in near)

    def by_boundary(self, lat: float, lon: float) -> tuple[Found, ...]:
        """The kelurahan that a point lies in, then those at most 250 m away."""
        gazetteer, boundaries = self.house.shelf.gazetteer, self.house.boundaries
        near = boundaries.near(lat, lon, BORDER) if boundaries else ()
        rows = [row for code, _ in near[:AROUND] if (row := gazetteer.by_code(code))]
        inside = tuple(kelurahan_at(row, NAME) for row in rows)
        return inside if near and near[0][1] == 0 else (*inside[: AROUND - 1], Outside(""))

    def by_point(self, lat: float, lon: float) -> tuple[Found, ...]:
        """The kelurahan whose reference points are nearest."""
        near = self.house.shelf.gazetteer.nearest(lat, lon, AROUND)
        inside = [kelurahan_at(row, NAME) for row, far in near if far <= REACH.get(row.kota_code, MAINLAND)]
        return (*inside[: AROUND - 1], Outside("")) if near[0][1] > SURELY else tuple(inside)

    async def with_code(self, message: Inbound, code: Sequence[str], origin: str) -> Inbound:
        """Locator and key of a code, or the mark that it was not tried."""
        person = message.person or self.house.keys.person_key(message.channel, message.address)
        network = network_of(origin) if origin else ""
        if self.waiting >= WAITING or not self.allow(person, network):
            return replace(message, throttled=True, text="")
        self.waiting += 1
        try:
            key, right = await asyncio.get_running_loop().run_in_executor(self.pool, self.try_code, tuple(code))
        finally:
            self.waiting -= 1
        if right and self.right.allow(network or person):
            self.persons.give_back(person)
            self.networks.give_back(network)
        return replace(message, code=Code(key.locator, key.key), text="")

    def allow(self, person: bytes, network: str) -> bool:
        """Count one try. The network first: who makes chats without end in it must not push others' counts out."""
        return (not network or self.networks.allow(network)) and self.persons.allow(person)

    def try_code(self, code: Sequence[str]) -> tuple[CodeKey, bool]:
        """Locator and key of a code, and whether a report has it; the same steps where none has.

        While an older pepper is still listed its codes are tried too, one KDF more.
        """
        tried = {key.locator: key for key in (derive(code, salt) for salt in self.salts)}
        newest = next(iter(tried.values()))
        try:
            with self.house.engine.connect().execution_options(reading=True) as connection:
                found = case.by_locator(connection, list(tried))
        except (OperationalError, InterfaceError):  # the desk finds that out and says it
            return newest, False
        return tried[next(iter(found))] if found else newest, bool(found)

    def close(self) -> None:
        """Let go of the pool."""
        self.pool.shutdown(wait=False, cancel_futures=True)
