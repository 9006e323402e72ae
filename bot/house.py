"""What every part of the running service shares; made once, in app."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from time import time

from sqlalchemy.engine import Engine

from bot.keys import Keys
from bot.wake import Wake
from content.shelf import Shelf
from handlers.talk import Flows


def clock() -> int:
    """Seconds since 1970, UTC."""
    return int(time())


def token() -> str:
    """32 random hex digits."""
    return secrets.token_hex(16)


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
    pushes: frozenset[str] = frozenset({"telegram"})  # channels on which somebody can be told unasked
