"""From a webhook of Twilio to what was said, without the name and the second number that come with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any, Final, Self

from bot.channels.whatsapp_address import is_address
from bot.media import PHOTO, VOICE

MESSAGE: Final = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
MEDIA: Final = re.compile(r"/Media/(ME[0-9a-fA-F]{32})$")
TEXT: Final = "text"
PRESSED: Final = ("ButtonPayload", "ListId")
KINDS: Final[Mapping[str, str]] = {"image": PHOTO, "audio": VOICE}
OTHER: Final = "other"
STICKER: Final = "sticker"
STICKERS: Final = "image/webp"  # photos come as JPEG or PNG
MOST_MEDIA: Final = 10
NORTH, EAST = 90.0, 180.0  # degrees


@dataclass(frozen=True, slots=True)
class Came:
    """One message. `known_by` is who somebody is, `address` where they are answered."""

    id: str
    address: str = field(repr=False)
    known_by: str = field(repr=False)
    text: str = field(default="", repr=False)
    pressed: tuple[str, ...] = ()
    media: str = ""
    held: tuple[str, ...] = ()  # ids of its media at Twilio
    near: tuple[str, ...] = field(default=(), repr=False)  # codes of the kelurahan around a pin; "" is elsewhere
    at: int = 0  # when it came, seconds since 1970

    def dump(self) -> dict[str, Any]:
        """Plain JSON for the spool."""
        return asdict(self)

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """The message that `dump` wrote."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
        return cls(**values)


Around = Callable[[float, float], tuple[str, ...]]  # from a pin to the codes of kelurahan


def read_message(values: Mapping[str, str], now: int, around: Around) -> Came | None:
    """What a webhook means; None for what is no message of a person to us. Where a pin lay is forgotten here.

    Somebody is known by their business-scoped id where Twilio gives one: it stays the same whether they show their
    number or not. Until Twilio gives it they are known by what they write from.
    """
    sid, address = values.get("MessageSid", ""), values.get("From", "")
    if not MESSAGE.fullmatch(sid) or not is_address(address):
        return None
    scoped = values.get("ExternalUserId", "")
    known_by = scoped if is_address(scoped) else address
    pressed = tuple(values[name] for name in PRESSED if values.get(name))[:1]
    held, kind = media_of(values)
    point = point_of(values)
    text = "" if pressed or point else values.get("Body", "")
    said = values.get("MessageType", TEXT)
    if said == STICKER:
        kind = STICKER
    elif not (text or pressed or kind or point) and said != TEXT:
        kind = OTHER
    return Came(sid, address, known_by, text, pressed, kind, held, around(*point) if point else (), now)


def media_of(values: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The ids of what came beside the words, and the kind of the first."""
    number = values.get("NumMedia", "")
    count = min(int(number), MOST_MEDIA) if number.isdecimal() else 0
    found = (MEDIA.search(values.get(f"MediaUrl{one}", "")) for one in range(count))
    mime = values.get("MediaContentType0", "").partition(";")[0]
    sticker = mime == STICKERS and values.get("MessageType") != "image"
    kind = STICKER if sticker else KINDS.get(mime.partition("/")[0], OTHER)
    return tuple(one[1] for one in found if one), kind if count else ""


def point_of(values: Mapping[str, str]) -> tuple[float, float] | None:
    """Latitude and longitude of a pin, in degrees."""
    try:
        lat, lon = float(values["Latitude"]), float(values["Longitude"])
    except (KeyError, ValueError):
        return None
    on_earth = isfinite(lat) and isfinite(lon) and abs(lat) <= NORTH and abs(lon) <= EAST
    return (lat, lon) if on_earth else None
