"""What a message may mean, as it was read at the door: values only, so that a turn can be played again."""

from __future__ import annotations

from dataclasses import dataclass

from content.intents import Intent
from handlers.reading.offers import OfferReading


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that somebody may want; the confidences of all fifteen add up to 1."""

    intent: Intent
    confidence: float


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a free text may mean; beside a pressed button it is empty.

    `offer` is what stands in a job advert. What a story is about, and what in it names its writer, is read of the
    whole story before its review, not of one message.
    """

    intents: tuple[Guess, ...] = ()  # best first; none for a text without words
    minor: bool = False  # the writer says that they are under 18
    about: bool = False  # the writer asks who answers here, or whether it is genuine
    offer: OfferReading | None = None


EMPTY = Meaning()
