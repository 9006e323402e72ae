"""A voice message packed anew: the sound as it was recorded, without what names its phone or its hour."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import filetype

from bot.media import BROKEN, FOREIGN, Refused

# RFC 3533, section 6: capture pattern, version, flags, granule position, serial, sequence, checksum, segments.
HEADER: Final = struct.Struct("<4sBBqIIIB")
CAPTURE: Final = b"OggS"
POLYNOMIAL: Final = 0x04C11DB7
SERIAL: Final = 1  # an encoder draws one at random; ours says nothing
# RFC 7845, section 5.1: version 1 and channel mapping family 0, one voice or two.
HEAD: Final = b"OpusHead\x01"
HEAD_BYTES: Final = 19
TAGS: Final = b"OpusTags"
NO_TAGS: Final = TAGS + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
FULL_SEGMENT: Final = 255


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an Ogg stream: its flags, its position in the sound, its table of segments, and their bytes."""

    flags: int
    granule: int
    segments: bytes
    body: bytes

    @property
    def ends_packet(self) -> bool:
        """Whether its last packet ends in it."""
        return bool(self.segments) and self.segments[-1] < FULL_SEGMENT


def repack(data: bytes) -> bytes:
    """One Ogg stream of Opus, with empty comments and a serial of ours; Refused for anything else.

    What follows the last page, or belongs to another stream, is left out.
    """
    if filetype.guess_mime(data) != "audio/ogg":
        raise Refused(FOREIGN)
    try:
        pages = list(pages_of(data))
    except (struct.error, IndexError) as fault:
        raise Refused(BROKEN) from fault
    if not pages or not pages[0].body.startswith(HEAD):
        raise Refused(FOREIGN)  # Vorbis, video, or whatever else an Ogg may hold
    sound = pages[1 + tag_pages(pages) :]
    head = pages[0].body
    if len(head) != HEAD_BYTES or head[HEAD_BYTES - 1] != 0 or not sound:
        raise Refused(BROKEN)
    tags = Page(0, 0, bytes([len(NO_TAGS)]), NO_TAGS)
    return b"".join(written(page, number) for number, page in enumerate([pages[0], tags, *sound]))


def pages_of(data: bytes) -> Iterator[Page]:
    """The pages of the first stream, as far as they stand one after another."""
    at, first = 0, None
    while data.startswith(CAPTURE, at):
        _, version, flags, granule, serial, _, _, count = HEADER.unpack_from(data, at)
        segments = data[at + HEADER.size : at + HEADER.size + count]
        start = at + HEADER.size + count
        at = start + sum(segments)
        if version != 0 or len(segments) != count or at > len(data):
            raise Refused(BROKEN)
        first = serial if first is None else first
        if serial == first:
            yield Page(flags, granule, segments, data[start:at])


def tag_pages(pages: list[Page]) -> int:
    """How many pages the comments fill; the sound begins on a page of its own."""
    if len(pages) == 1 or not pages[1].body.startswith(TAGS):
        raise Refused(BROKEN)
    for count, page in enumerate(pages[1:], start=1):
        if page.ends_packet:
            return count
    raise Refused(BROKEN)


def written(page: Page, number: int) -> bytes:
    """A page as bytes, with its checksum."""
    head = (CAPTURE, 0, page.flags, page.granule, SERIAL, number)
    bare = HEADER.pack(*head, 0, len(page.segments)) + page.segments + page.body
    return HEADER.pack(*head, checksum(bare), len(page.segments)) + page.segments + page.body


def checksum(data: bytes) -> int:
    """Ogg's CRC-32: not reflected, from 0, unlike zlib's."""
    table, crc = remainders(), 0
    for byte in data:
        crc = (crc << 8 & 0xFFFFFFFF) ^ table[crc >> 24 ^ byte]
    return crc


@lru_cache
def remainders() -> tuple[int, ...]:
    """What each byte leaves when divided by the polynomial."""
    table = []
    for byte in range(256):
        crc = byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (POLYNOMIAL if crc & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(crc)
    return tuple(table)
