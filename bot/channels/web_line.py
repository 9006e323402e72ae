"""The waiting line of the web chat: scripts wait, a person hardly ever does."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

from bot.reading import WIDE, network_of


@dataclass(frozen=True, slots=True)
class Pace:
    """One every `interval` seconds, and `burst` at once after a rest."""

    interval: float
    burst: int


# A carrier's /24 holds thousands of phones, but they do not all begin a chat in the same minute.
OF_A_NETWORK: Final = Pace(1.0, 60)
# Whoever can rent a /16 or an IPv6 /48 has networks without end, and still gets a fifth of what all have.
OF_A_WIDE_NETWORK: Final = Pace(0.5, 120)
# What one small server answers well; a campaign on television brings about that.
OF_ALL: Final = Pace(0.1, 600)
# Somebody who taps through a lesson is faster than who types, but not for long; a script is.
OF_A_CHAT: Final = Pace(0.5, 30)
LONGEST: Final = 120  # seconds of line that are kept for somebody; behind it one is asked to come again
AT_ONCE: Final = 3  # messages of one chat in the door together: one is heard, the others wait for it
CHATS_KEPT: Final = 50_000
NETWORKS_KEPT: Final = 10_000


@dataclass(slots=True)
class Meter:
    """The generic cell rate algorithm: `due` is when the next one would come if all kept the interval."""

    pace: Pace
    due: float = -inf

    def turn(self, now: float) -> float:
        """When the next one may go; it is not taken by asking."""
        return max(self.due, now - self.pace.interval * self.pace.burst) + self.pace.interval

    def take(self, at: float) -> None:
        """Keep the turn that was told."""
        self.due = max(self.due, at)

    def rested(self, now: float) -> bool:
        """Whether the whole burst is left."""
        return self.due <= now - self.pace.interval * self.pace.burst


@dataclass(slots=True)
class Chat:
    """One chat as the door knows it: its turn in the line, its pace, and what of it is being heard."""

    turn: float = -inf
    meter: Meter = field(default_factory=lambda: Meter(OF_A_CHAT))
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0


class WaitingLine:
    """Who may come in now, in memory only: a restart forgets it, and nobody is worse off."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.all = Meter(OF_ALL)
        self.networks: OrderedDict[str, Meter] = OrderedDict()
        self.wide: OrderedDict[str, Meter] = OrderedDict()
        self.chats: OrderedDict[str, Chat] = OrderedDict()

    def chat(self, address: str) -> Chat:
        """The chat of an address; the one that was silent longest is forgotten first."""
        found = self.chats.setdefault(address, Chat())
        self.chats.move_to_end(address)
        while len(self.chats) > CHATS_KEPT:
            self.chats.popitem(last=False)
        return found

    def wait(self, address: str, origin: str) -> int:
        """Seconds until a message of this chat may come in, 0 for now; a first message takes a place in line."""
        now = self.clock()
        # Who is refused leaves no entry behind: a crowd at the door pushes nobody out who is in.
        if address not in self.chats:
            turn = self.place(origin, now)
            if turn - now > LONGEST:
                return LONGEST
            self.chat(address).turn = turn
        chat = self.chat(address)
        at = max(chat.turn, chat.meter.turn(now))
        if at > now:
            return ceil(at - now)
        chat.meter.take(chat.meter.turn(now))
        return 0

    def place(self, origin: str, now: float) -> float:
        """The turn of a new chat; taken only where it is near enough to be kept.

        Others may fill the line, but the first chat of a network that was idle always gets a place in it. By that an
        IPv6 network is the wide one: its parts cost nothing.
        """
        name = network_of(origin)
        own, wide = meter_of(self.networks, name, OF_A_NETWORK), self.wide_of(origin)
        idle = (wide if ":" in name else own).rested(now)
        turn = max(meter.turn(now) for meter in (own, wide, self.all))
        if idle:
            turn = min(turn, now + LONGEST)
        if turn - now <= LONGEST:
            for meter in (own, wide, self.all):
                meter.take(min(meter.turn(now), now + LONGEST))
        return turn

    def wide_of(self, origin: str) -> Meter:
        """What a network shares with its neighbours."""
        return meter_of(self.wide, network_of(origin, WIDE), OF_A_WIDE_NETWORK)


def meter_of(meters: OrderedDict[str, Meter], network: str, pace: Pace) -> Meter:
    """The meter of a network; the one that was silent longest is forgotten first."""
    meter = meters.setdefault(network, Meter(pace))
    meters.move_to_end(network)
    while len(meters) > NETWORKS_KEPT:
        meters.popitem(last=False)
    return meter
