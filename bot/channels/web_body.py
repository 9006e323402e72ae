"""The body of a request to the web chat, read within bounds of size, time and memory, and never put on the disk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Final

from starlette.requests import ClientDisconnect, Request

from bot.channels.web_request import LARGEST, Refused, media_type
from bot.media import LARGEST as LARGEST_MEDIA
from bot.media import PHOTO
from bot.reading import network_of

READ_ON: Final = 1024 * 1024  # bytes of a larger one that are let pass, so that a browser waits for the answer
SECONDS: Final = 20.0  # in which a body must be here: 64 kB over a bad 2G line
PHOTO_SECONDS: Final = 120.0  # the same with a photo, which the page's script has made small before
# With a photo, from its first bytes until its message has been heard: each is held several times over meanwhile.
PHOTOS_AT_ONCE: Final = 16
OF_A_NETWORK: Final = 6  # one that sends slowly on purpose leaves places to the others


class Bodies:
    """Reads bodies, and counts those that carry a photo, by the network they come from."""

    def __init__(self) -> None:
        self.large: Counter[str] = Counter()

    @asynccontextmanager
    async def read(self, request: Request, origin: str) -> AsyncIterator[bytes]:
        """The body while it is worked on, or Refused for one that is larger than anything a person would send here.

        `origin` is the network address it comes from.
        """
        with ExitStack() as held:
            yield await self.received(request, network_of(origin), held)

    async def received(self, request: Request, network: str, held: ExitStack) -> bytes:
        """The whole body; a large one takes a place that is given back with `held`."""
        photos = media_type(request).startswith("multipart/form-data")
        most = LARGEST + LARGEST_MEDIA[PHOTO] if photos else LARGEST
        large, size, parts = False, 0, bytearray()
        try:
            async with asyncio.timeout(SECONDS) as deadline:
                async for chunk in request.stream():
                    size += len(chunk)
                    if photos and size > LARGEST and not large:
                        large = True
                        held.enter_context(self.place(network))
                        deadline.reschedule(asyncio.get_running_loop().time() + PHOTO_SECONDS)
                    if size <= most:
                        parts += chunk
                    elif size > most + READ_ON:
                        break
        except TimeoutError as error:
            raise Refused(408, "broken") from error
        except ClientDisconnect as error:
            raise Refused(400, "broken") from error
        if size > most:
            raise Refused(413, "photo_large" if photos else "large")
        return bytes(parts)

    @contextmanager
    def place(self, network: str) -> Iterator[None]:
        """A place for one more photo, or Refused."""
        if self.large.total() >= PHOTOS_AT_ONCE or self.large[network] >= OF_A_NETWORK:
            raise Refused(429, "line", 5, seconds="5")
        self.large[network] += 1
        try:
            yield
        finally:
            self.large -= Counter({network: 1})  # a network without any leaves no entry behind
