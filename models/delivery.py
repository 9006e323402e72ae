"""Delivery: what a vendor says later about rows it has taken, in whatever order it says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import now as database_now
from models.message import close
from models.subscription import leave
from models.tables import outbox

# What may be known of a row before each news of it. A row that waits may have gone out before its line broke.
BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "sent": ("waiting", "uncertain"),
    "delivered": ("waiting", "uncertain", "sent"),
    "read": ("waiting", "uncertain", "sent", "delivered"),
    "refused": ("waiting", "uncertain", "sent"),
    "gone": ("waiting", "uncertain", "sent"),
}

TRIES: Final = 5  # with a minute at first, about a day


def told(connection: Connection, row: int, state: str) -> None:
    """A row has come so far; what is known already of it never goes back. Its words stay until it is delivered.

    Whoever has stopped us at the vendor is subscribed to nothing any more.
    """
    which = (outbox.c.id == row, outbox.c.state.in_(BEFORE[state]))
    people = list(connection.execute(sa.select(outbox.c.person).where(*which)).scalars()) if state == "gone" else []
    close(connection, which, state, keeps=state == "sent")
    if people:
        leave(connection, people)


def undone(connection: Connection, row: int, wait: int) -> None:
    """A row that was taken did not arrive: it waits again, for so many seconds and each time four times longer.

    One whose words are gone, or that was tried for a day, is refused; those of a delivery stand with its alert.
    """
    failed = (outbox.c.id == row, outbox.c.state.in_(BEFORE["refused"]))
    worded = sa.or_(outbox.c.body.is_not(None), outbox.c.alert.is_not(None))
    tries = connection.execute(sa.select(outbox.c.tries).where(*failed, worded)).scalar()
    if tries is None or tries >= TRIES:
        return close(connection, failed, "refused")
    due = database_now(connection) + wait * 4**tries
    values = {"state": "waiting", "due": due, "tries": tries + 1, "holder": None, "until": None}
    connection.execute(sa.update(outbox).where(*failed).values(values))
    return None


def reopen(connection: Connection, person: bytes, channel: str, address: bytes) -> None:
    """Somebody has written: what waited for them goes now, to the address that they wrote from, and so does what was
    taken and turns out not to have arrived."""
    now = database_now(connection)
    theirs = (outbox.c.person == person, outbox.c.channel == channel, outbox.c.body.is_not(None))
    taken, waiting = outbox.c.state == "sent", outbox.c.state == "waiting"
    connection.execute(sa.update(outbox).where(*theirs, sa.or_(taken, waiting)).values(address=address))
    later = (outbox.c.due > now, outbox.c.holder.is_(None))
    connection.execute(sa.update(outbox).where(*theirs, waiting, *later).values(due=now))
