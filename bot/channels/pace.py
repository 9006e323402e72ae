"""An even pace: so many calls a second in all, so many to each person, without a burst at the start."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

KEPT = 10_000  # persons whose last call is remembered


@dataclass(slots=True)
class Pace:
    """The generic cell rate algorithm: a call every `every` seconds, and `burst` more calls at once after a rest.

    Leaky buckets that start empty let twice the rate through in their first second, and a vendor answers that with 429.
    """

    every: float
    burst: float = 0.0
    clock: Callable[[], float] = monotonic
    next_at: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def wait(self, key: str = "") -> float:
        """Take the next place in the line of a key; seconds until it is there."""
        now = self.clock()
        rested = now - self.burst * self.every
        at = max(self.next_at.get(key, rested), rested)
        self.next_at[key] = at + self.every
        self.next_at.move_to_end(key)
        if len(self.next_at) > KEPT:
            self.next_at.popitem(last=False)
        return max(at - now, 0.0)
