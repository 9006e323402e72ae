"""The waiting line of the web chat: scripts wait, a person hardly ever does."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

from bot.reading import network_of


@dataclass(frozen=True, slots=True)
class Pace:
    """One every `interval` seconds, and `burst` at once after a rest."""

    interval: float
    burst: int


# A carrier's /24 holds thousands of phones, but they do not all begin a chat in the same minute.
OF_A_NETWORK: Final = Pace(1.0, 60)
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


@dataclass(slots=True)
class Chat:
    """One chat as the door knows it: its turn in the line, its pace, and what of it is being heard."""

    turn: float | None = None
    meter: Meter = field(default_factory=lambda: Meter(OF_A_CHAT))
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0


class WaitingLine:
    """Who may come in now, in memory only: a restart forgets it, and nobody is worse off."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.all = Meter(OF_ALL)
        self.networks: OrderedDict[str, Meter] = OrderedDict()
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
        chat, now = self.chat(address), self.clock()
        if chat.turn is None:
            turn = self.place(network_of(origin), now)
            if turn - now > LONGEST:
                return LONGEST
            chat.turn = turn
        at = max(chat.turn, chat.meter.turn(now))
        if at > now:
            return ceil(at - now)
        chat.meter.take(chat.meter.turn(now))
        return 0

    def place(self, network: str, now: float) -> float:
        """The turn of a new chat; taken only where it is near enough to be kept."""
        meter = self.networks.setdefault(network, Meter(OF_A_NETWORK))
        self.networks.move_to_end(network)
        while len(self.networks) > NETWORKS_KEPT:
            self.networks.popitem(last=False)
        own, common = meter.turn(now), self.all.turn(now)
        if max(own, common) - now <= LONGEST:
            meter.take(own)
            self.all.take(common)
        return max(own, common)
