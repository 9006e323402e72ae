"""What every part of the running service shares; made once, in app."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import time

from sqlalchemy.engine import Engine

from bot.keys import Keys
from bot.wake import Wake
from content.boundaries import Boundaries
from content.shelf import Shelf
from handlers.talk import Flows


def clock() -> int:
    """Seconds since 1970, UTC."""
    return int(time())


def token() -> str:
    """32 random hex digits."""
    return secrets.token_hex(16)


@dataclass(slots=True)
class Pushes:
    """Where somebody can be told unasked: on channels that always take it, and by messages that a vendor has approved.

    A job of each process asks the vendor and puts a new mapping in place of the old; everybody else reads it.
    """

    always: frozenset[str] = frozenset({"telegram"})
    approved: Mapping[tuple[str, str, str], str] = field(default_factory=dict)  # channel, template, language -> its id
    alerts: tuple[str, ...] = ("telegram",)  # the channels on which alerts go to those who subscribed
    asked: bool = False  # the vendor has answered since this process began

    def take(self, channel: str, template: str, language: str) -> bool:
        """Whether this message may go out on a channel whenever it comes."""
        return channel in self.always or (channel, template, language) in self.approved


@dataclass(frozen=True, slots=True)
class House:
    """Engine, keys and content. `now` and `token` are values a test may choose."""

    engine: Engine
    keys: Keys
    shelf: Shelf
    flows: Flows
    now: Callable[[], int] = clock
    token: Callable[[], str] = token
    holder: str = field(default_factory=token)  # this process, in leases and slots
    wake: Wake = field(default_factory=Wake)
    console_url: str = ""  # where caseworkers are led to
    public_url: str = ""  # where everybody reaches us, without a slash at its end
    pushes: Pushes = field(default_factory=Pushes)
    boundaries: Boundaries | None = None  # of kelurahan, where the operator has imported them
