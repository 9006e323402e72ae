"""What can go wrong with a sending, as what to do about it."""

from __future__ import annotations


class SendError(Exception):
    """A channel classifies; the outbox decides."""


class Later(SendError):
    """Try again after `wait` seconds: the vendor is busy and did not take it."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"later, in {wait} s")
        self.wait = wait


class Flood(Later):
    """The vendor takes nothing from us for `wait` seconds, whoever it is for."""


class Shut(Later):
    """This person cannot be written to for now: no fault of the message, and no try of it is spent."""


class GoneAway(SendError):
    """The person cannot be reached here any more."""


class Refused(SendError):
    """The vendor will never take this."""


class Uncertain(SendError):
    """The line broke after the call went out: it may have arrived, and the vendor may say so within `wait` seconds."""

    def __init__(self, wait: int = 1) -> None:
        super().__init__("uncertain")
        self.wait = wait
