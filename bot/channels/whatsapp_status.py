"""What Twilio says of a message after it has taken it: on its way, there, read, or not."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from bot.channels.whatsapp_inbound import MESSAGE
from bot.channels.whatsapp_remains import UNSENT, Held, seal_held
from bot.channels.whatsapp_wire import CLOSED_CODES, GONE_CODES, LIMIT_CODES, LIMITED
from bot.house import House
from bot.service import Service
from models import delivery, remains

log = structlog.get_logger()
STATUS_PATH: Final = "/in/whatsapp/status"
STATES: Final[Mapping[str, str]] = {"sent": "sent", "delivered": "delivered", "read": "read"}
FAILED: Final = frozenset({"failed", "undelivered", "canceled"})
FINAL: Final = FAILED | {"delivered", "read"}
PART: Final = re.compile(r"(\d{1,18})-(\d{1,3})-(\d{1,3})")
PERSON: Final = 60  # seconds at first for which a message waits for its person, who ends them by writing


@dataclass(frozen=True, slots=True)
class Part:
    """Which message of which outbox row; row 0 is what was said without one."""

    row: int
    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        return f"{self.row}-{self.number}-{self.of}"


def tag(house: House, part: Part) -> str:
    """What nobody else can put beside a part."""
    return house.keys.token_mac("whatsapp/status", str(part)).hex()[:32]


def status_url(service: Service, part: Part) -> str:
    """Where Twilio tells of it."""
    base = service.settings.public_base_url.rstrip("/")
    return f"{base}{STATUS_PATH}?part={part}&tag={tag(service.house, part)}"


def part_of(house: House, query: Mapping[str, str]) -> Part | None:
    """The part of an address that `status_url` made; None for any other."""
    found = PART.fullmatch(query.get("part", ""))
    if found is None:
        return None
    part = Part(*(int(one) for one in found.groups()))
    return part if hmac.compare_digest(tag(house, part).encode(), query.get("tag", "").encode()) else None


def news(house: House, part: Part, values: Mapping[str, str], connection: Connection) -> None:
    """Write what a callback says; it may be repeated, and come before or after any other."""
    status, sid = values.get("MessageStatus", ""), values.get("MessageSid", "")
    if MESSAGE.fullmatch(sid):
        due = house.now() + (0 if status in FINAL else UNSENT)
        remains.add(connection, [seal_held(house, Held(sid), remains.OUTBOUND, due)])
    if part.row == 0 or part.number != part.of:
        return
    if status in STATES:
        delivery.told(connection, part.row, STATES[status])
    elif status in FAILED:
        fail(connection, part.row, code_of(values))


def code_of(values: Mapping[str, str]) -> int:
    """Twilio's own code of what went wrong; 0 where it gives none."""
    code = values.get("ErrorCode", "")
    return int(code) if code.isdecimal() else 0


def fail(connection: Connection, row: int, code: int) -> None:
    """A message that was taken did not arrive."""
    log.warning("a message did not arrive", code=code)
    if code in CLOSED_CODES:
        delivery.undone(connection, row, PERSON)
    elif code in LIMIT_CODES:
        delivery.undone(connection, row, LIMITED)
    else:
        delivery.told(connection, row, "gone" if code in GONE_CODES else "refused")
