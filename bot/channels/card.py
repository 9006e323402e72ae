"""What a channel is given of an alert: its words for one person, and where they stand already."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.render import Line
from models.trace import Trace


@dataclass(frozen=True, slots=True)
class Card:
    """One delivery. `stands` is what the channel gave back for each message that is corrected or taken back by it."""

    alert: str  # the id, alike for everybody: a picture is brought to a vendor once
    line: Line
    picture: bytes | None = None
    stands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Where an alert stands now, for a later correction, and for `hapus`; nothing where a channel changes nothing."""

    stands: str = ""
    trace: Trace | None = None
