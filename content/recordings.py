"""Recordings of cards and questions: Ogg Opus files beside the lessons, listed with whose voice they are."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.faults import Fault
from content.rows import Row, read_rows

LONGEST = 60  # seconds: about what a card takes to read aloud, twice
LARGEST = 150_000  # bytes: a few rupiah on a prepaid phone
LIST = "recordings.yaml"
RATE = 48_000  # granules a second in every Ogg Opus file, RFC 7845 section 4
HEADER = struct.Struct("<4sBBqIIIB")  # a page's: RFC 3533 section 6
HEAD = struct.Struct("<8sBBH")  # of Opus: magic, version, channels, pre-skip: RFC 7845 section 5.1


@dataclass(frozen=True, slots=True)
class Recording:
    """One file in `audio/`; `synthetic` where a machine speaks, which is said to whoever listens."""

    file: str
    seconds: int
    synthetic: bool

    def __str__(self) -> str:
        """Its length as players write it, `0:12`."""
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


def load_recordings(folder: Path, words: Mapping[str, str]) -> dict[str, Recording]:
    """The recordings of a folder by the key of what they say; a file that is not listed or is not fit is a Fault."""
    if not (folder / LIST).is_file():
        return {}
    found = dict(read_recording(row, folder, words) for row in read_rows(folder / LIST))
    listed = {one.file for one in found.values()}
    for path in sorted(folder.glob("*.opus")):
        if path.name not in listed:
            raise Fault(LIST, "%(file)s is not listed", file=path.name)
    return found


def read_recording(row: Row, folder: Path, words: Mapping[str, str]) -> tuple[str, Recording]:
    """One row: `file` as `<lesson>.<card or ask>.<number from 1>.opus`, `synthetic`, and whose `voice` it is."""
    row.only(frozenset({"file", "synthetic", "voice", "recorded_on"}))
    row.text("voice")
    row.day_or_none("recorded_on")
    file, synthetic = row.text("file"), row.fields["synthetic"]
    if not isinstance(synthetic, bool):
        row.wrong("synthetic", "true or false is needed")
    key = key_of(file)
    if key not in words:
        row.wrong("file", "a name like lesson.card.1.opus is needed, of a card or question that is there")
    path = folder / file
    if not path.is_file() or path.stat().st_size > LARGEST:
        row.wrong("file", "%(file)s is missing or larger than %(most)s bytes", file=file, most=LARGEST)
    seconds = duration(path.read_bytes())
    if not 0 < seconds <= LONGEST:
        row.wrong("file", "is no Ogg Opus file of at most %(most)s seconds", most=LONGEST)
    return key, Recording(file, round(seconds), synthetic)


def key_of(file: str) -> str:
    """The key of the words that a file says; nothing where its name is of no such shape."""
    lesson, _, rest = file.partition(".")
    part, _, number = rest.removesuffix(".opus").partition(".")
    if part not in {"card", "ask"} or not number.isdecimal() or not file.endswith(".opus"):
        return ""
    return f"lesson.{lesson}.{part}.{int(number) - 1}"


def duration(data: bytes) -> float:
    """Seconds of sound in an Ogg Opus file, by its last granule position; 0 where it is none."""
    pages = list(pages_of(data))
    if not pages or len(pages[0][1]) < HEAD.size:
        return 0
    magic, _, _, skipped = HEAD.unpack_from(pages[0][1])
    return max(0, pages[-1][0] - skipped) / RATE if magic == b"OpusHead" else 0


def pages_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The granule position and body of each page; it ends where the bytes are no page any more."""
    at = 0
    while len(data) >= at + HEADER.size:
        capture, version, _, granule, _, _, _, count = HEADER.unpack_from(data, at)
        table = data[at + HEADER.size : at + HEADER.size + count]
        begins = at + HEADER.size + count
        if capture != b"OggS" or version != 0 or len(data) < begins + sum(table):
            return
        yield granule, data[begins : begins + sum(table)]
        at = begins + sum(table)
