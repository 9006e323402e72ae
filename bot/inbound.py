"""One message as a door hands it to the desk: verified, read, and stripped of names."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.reading.danger import Danger
from handlers.reading.meaning import EMPTY, Meaning
from handlers.reading.places import Found
from handlers.talk import Code, Event

INTERNAL = "errand"  # the channel of events that the house sends itself


@dataclass(frozen=True, slots=True)
class Inbound:
    """`id` is the vendor's; `address` is where an answer goes. Display names and language codes never come this far."""

    channel: str
    id: str
    address: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    pressed: tuple[str, ...] = ()
    media: str = ""  # photo, voice, sticker ...
    reference: str = field(default="", repr=False)  # by which the channel fetches a photo or a voice message later
    places: tuple[Found, ...] = field(default=(), repr=False)
    danger: Danger | None = field(default=None, repr=False)
    meaning: Meaning = field(default=EMPTY, repr=False)
    code: Code | None = field(default=None, repr=False)
    throttled: bool = False
    abroad_number: bool = False  # of a telephone number that is not Indonesian
    no_number: bool = False  # from an id, where others write from a number
    event: Event | None = field(default=None, repr=False)
    person: bytes | None = None  # where it is not the address by which somebody is known; an event has no address

    def __post_init__(self) -> None:
        """A lone half of a surrogate pair can be sent in JSON, and can be stored nowhere."""
        object.__setattr__(self, "text", self.text.encode("utf-8", "replace").decode())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the desk answers a door after the commit. `row` is the outbox row, where something was said."""

    repeated: bool = False
    row: int | None = None
    body: bytes | None = field(default=None, repr=False)  # the rendered line as JSON, for a door that answers at once
    waits: bool = False  # an errand runs; its end is said in a row of its own


class DeskDown(Exception):
    """The store could not take the message. It is not acknowledged; whoever sent it sends it again."""
