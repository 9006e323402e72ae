"""Photos and voice messages: how large they may be, and how a channel fetches what it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

PHOTO: Final = "photo"
VOICE: Final = "voice"
LARGEST: Final[Mapping[str, int]] = {PHOTO: 10 * 1024 * 1024, VOICE: 5 * 1024 * 1024}  # bytes
SECONDS: Final = 30.0  # in which a channel must have fetched one

LARGE: Final = "large"  # more bytes or pixels than are taken
FOREIGN: Final = "foreign"  # another format than those that can be cleaned
BROKEN: Final = "broken"  # of a known format, and yet it does not open
GONE: Final = "gone"  # the channel does not give it


class Refused(Exception):
    """A photo or voice message that cannot be taken; `why` is one of the four words above."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class MediaSource(Protocol):
    """What a channel gives its messages a reference to, such as Telegram's file_id or a vendor's address."""

    def fetch(self, reference: str, most: int, seconds: float) -> bytes:
        """The bytes behind a reference, fetched in a thread that may wait; nobody else does.

        Reading stops, with Refused(LARGE), as soon as more than `most` bytes have come, whatever length was announced;
        after `seconds` in all, and for whatever the vendor says instead, it is Refused(GONE).
        """
        ...
