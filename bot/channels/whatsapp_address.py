"""Addresses on WhatsApp: a number or a business-scoped id, and until when it may be written to freely."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

NAME = "whatsapp"
PREFIX = "whatsapp:"
WINDOW = 24 * 3_600  # seconds after somebody's message in which anything may be sent to them
MARGIN = 300  # seconds before its end: a message waits at Twilio too
SHAPE = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9_.-]{1,128})")
HOME = "+62"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person is written to. `until` (seconds since 1970) is kept beside the address only, and sealed with it:
    a column with the hour of somebody's last message would lead from a person to a case."""

    to: str = field(repr=False)
    until: int = 0

    @classmethod
    def of(cls, to: str, now: int) -> Self:
        """An address that has just been heard from; to the minute, which is enough."""
        return cls(to, (now + WINDOW) // 60 * 60)

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` wrote."""
        to, _, until = text.partition("|")
        return cls(to, int(until or 0))

    def __str__(self) -> str:
        return f"{self.to}|{self.until}"

    def is_open(self, now: int) -> bool:
        """Whether anything may be sent there now."""
        return now < self.until - MARGIN


def is_address(text: str) -> bool:
    """Whether a text is an address on WhatsApp."""
    return SHAPE.fullmatch(text) is not None


def has_number(address: str) -> bool:
    """Whether it is a telephone number, and no business-scoped id."""
    return address.removeprefix(PREFIX).startswith("+")


def is_abroad(address: str) -> bool:
    """Whether it is a telephone number of another country; of a business-scoped id nobody knows."""
    return has_number(address) and not address.removeprefix(PREFIX).startswith(HOME)
