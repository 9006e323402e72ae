"""What alerts may cost on the channel that takes money for them: a number's tier, a month's rupiah, and an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from bot.house import House
from bot.marks import Lease
from bot.series import month_of
from bot.settings import Settings
from models import budget
from models.broadcast import Limits
from models.budget import Budget
from models.message import Parcel

PAID: Final = "whatsapp"


def limits(connection: Connection, house: House, settings: Settings) -> Limits:
    """What the estimate of an alert goes by."""
    used, price = budget.used(connection, house.now()), house.shelf.broadcast.price
    return Limits(settings.broadcasters, PAID, settings.whatsapp_tier, price, used)


@dataclass(frozen=True, slots=True)
class MonthlyPurse:
    """The tier of a number on WhatsApp and the ceiling of rupiah, as the sender's `Purse`."""

    house: House
    settings: Settings

    @property
    def budget(self) -> Budget:
        """The limits of this month."""
        tier, ceiling = self.settings.whatsapp_tier, self.settings.whatsapp_monthly_rupiah
        return Budget(tier, ceiling, self.house.shelf.broadcast.price, month_of(self.house.now()))

    def take(self, connection: Connection, most: int, lease: Lease) -> list[Parcel]:
        """At most so many, each counted; none where alerts on this channel are off.

        Once a number has written to as many people as it may, only those get more who were among them.
        """
        if self.settings.whatsapp_broadcast == "off":
            return []
        now = self.house.now()
        left = budget.left(connection, self.budget, now)
        most = min(most, left.messages)
        anybody = min(most, left.people)
        found = lease(anybody, None) if anybody else []
        if len(found) == anybody < most:
            found += lease(most - anybody, budget.since(now))
        budget.charge(connection, self.budget, [one.person for one in found], now)
        return found

    def give_back(self, connection: Connection, number: int) -> None:
        """So many did not go out."""
        budget.spend(connection, self.budget, -number)
