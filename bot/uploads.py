"""Uploads: photos and voice messages of a talk, fetched, cleaned, and kept sealed until its report is filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from bot.desk import Desk
from bot.house import House
from bot.keys import CannotOpen
from bot.media import BROKEN, GONE, LARGE, LARGEST, SECONDS, MediaSource, Refused
from bot.scrub import Scrubber
from bot.sealing import FILE_CLASSES, pad, unpad
from bot.standing import Lost, open_standing
from handlers.attached import attached
from handlers.talk import JSON, Errand
from models import file, person
from models.base import HOUR

log = structlog.get_logger()
LONGEST_TALK: Final = 3 * HOUR  # a talk lets its uploads go itself; the clock takes what one has left behind
MOST_WAITING: Final = 400  # uploads of everybody: a crowd of strangers must not fill the disk


class Full(Exception):
    """Too many uploads wait already; whoever sent this one may try again later."""


def sealed_under(house: House, upload_id: str, data: bytes) -> bytes:
    """Bytes sealed by the server's key and bound to the id under which they lie; their size in classes."""
    return house.keys.seal_field(pad(data, FILE_CLASSES), place_of(upload_id))


def opened(house: House, upload_id: str, body: bytes) -> bytes:
    """What `sealed_under` sealed; CannotOpen otherwise."""
    return unpad(house.keys.open_field(body, place_of(upload_id)), FILE_CLASSES)


def place_of(upload_id: str) -> str:
    """Where a sealed upload belongs."""
    return f"upload|{upload_id}|body"


def keep(connection: Connection, house: House, upload_id: str, body: bytes) -> None:
    """Store sealed bytes for as long as a talk may last, once; Full where that is too much."""
    if file.waiting(connection) >= MOST_WAITING:
        raise Full
    until = house.now() + 60 * house.shelf.terms.draft_minutes + LONGEST_TALK
    file.keep(connection, upload_id, body, until + -until % 60)  # to the minute, like the end of a talk


def named(connection: Connection, house: House, key: bytes) -> frozenset[str]:
    """The uploads that somebody's place names."""
    one = person.load(connection, [key])[key]
    try:
        return attached(open_standing(house.keys, one).place) if one.place else frozenset()
    except Lost:
        return frozenset()


def drop_unnamed(connection: Connection, house: House, key: bytes, upload_id: str) -> None:
    """Let an upload go whose talk went on without it; one that was told of before, by another try, stays."""
    if upload_id not in named(connection, house, key):
        file.discard(connection, [upload_id])


def load(house: House, ids: Sequence[str]) -> dict[str, bytes]:
    """The bytes of uploads by id; one that is gone or does not open is left out."""
    with house.engine.connect().execution_options(reading=True) as connection:
        found = file.uploads(connection, ids)
    return dict(opening(house, found))


def opening(house: House, found: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Uploads that open."""
    for id, body in found.items():
        try:
            yield id, opened(house, id, body)
        except CannotOpen as error:
            log.error("upload does not open", error=type(error).__name__)


class Kept:
    """The web's own source: its bytes came with the message and lie here, sealed, as they came."""

    def __init__(self, house: House) -> None:
        self.house = house

    def fetch(self, reference: str, most: int, seconds: float) -> bytes:
        """See `MediaSource`."""
        found = load(self.house, [reference])
        if reference not in found:
            raise Refused(GONE)
        if len(found[reference]) > most:
            raise Refused(LARGE)
        return found[reference]


@dataclass(frozen=True, slots=True)
class Fetcher:
    """The errand `fetch`: from a reference to clean bytes that wait under the errand's id."""

    sources: Mapping[str, MediaSource]
    scrubber: Scrubber

    def __call__(self, house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
        """Whether it was taken, and why not. Doing it twice stores it once; what came is let go at once.

        Whoever does it again after a crash, or beside a slow one, may find nothing to fetch any more: it is here.
        """
        kind, reference = str(errand.args["kind"]), str(errand.args["reference"])
        try:
            body = sealed_under(house, errand.id, self.clean(str(errand.args["channel"]), kind, reference))
        except Refused as refused:

            def let_go(connection: Connection) -> bool:
                file.discard(connection, [reference])
                return was_kept(connection, errand)

            return {"ok": True} if desk.do(let_go).result() else {"ok": False, "why": refused.why}

        def work(connection: Connection) -> None:
            keep(connection, house, errand.id, body)
            file.discard(connection, [reference])

        try:
            desk.do(work).result()
        except Full:
            return {"ok": False, "why": GONE}
        return {"ok": True}

    def clean(self, channel: str, kind: str, reference: str) -> bytes:
        """Fetch and clean; Refused where either does not work."""
        if channel not in self.sources or kind not in LARGEST:
            raise Refused(GONE)
        data = self.sources[channel].fetch(reference, LARGEST[kind], SECONDS)
        if not data:
            raise Refused(BROKEN)
        if len(data) > LARGEST[kind]:
            raise Refused(LARGE)
        return self.scrubber.clean(kind, data)


def was_kept(connection: Connection, errand: Errand) -> bool:
    """Whether a fetch that was given up had stored its bytes all the same."""
    return bool(file.uploads(connection, [errand.id]))
