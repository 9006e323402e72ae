"""An alert with its corrections and retractions: which of them stands now, and what one is mended by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert import BARE, GONE_OUT, UNSENT
from models.alert_tables import alert


def mends(connection: Connection, roots: Collection[str]) -> dict[str, list[Any]]:
    """Corrections and retractions by what they correct, the oldest first: those that wait, and all that have gone out
    or are about to."""
    alive = sa.or_(alert.c.state.in_((*UNSENT, *GONE_OUT)), alert.c.people > 0)
    query = sa.select(*BARE).where(alert.c.about.in_(roots), alive).order_by(alert.c.made_at, alert.c.id)
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.about, []).append(row)
    return found


def mended_by(row: Any, family: Sequence[Any]) -> Any | None:
    """The newest that has taken the place of an alert, else one that waits to; None where it stands as it is.

    `family`: its mends, the oldest first.
    """
    later = [one for one in family if row.about is None or (one.made_at, one.id) > (row.made_at, row.id)]
    out = [one for one in later if one.state != "waiting"]
    return next(reversed(out or later), None)


def mend_of(connection: Connection, row: Any) -> Any | None:
    """The same of one alert."""
    root = row.about or row.id
    return mended_by(row, mends(connection, [root]).get(root, []))


def dangerous(connection: Connection, row: Any) -> bool:
    """Whether an alert, or what it mends, is about a danger of now: what is wrong with that is said at night too."""
    first = sa.select(alert.c.danger).where(alert.c.id == row.about)
    return bool(row.danger or (row.about and connection.execute(first).scalar()))


def public_picture(connection: Connection, alert_id: str) -> bytes | None:
    """The picture of an alert that has gone out and still stands: nothing has corrected it or taken it back."""
    later, root = alert.alias("later"), sa.func.coalesce(alert.c.about, alert.c.id)
    mended = (later.c.about == root, later.c.made_at >= alert.c.made_at, later.c.id != alert.c.id)
    stands = ~sa.exists().where(*mended, later.c.state.in_(("ready", *GONE_OUT)))
    found = sa.select(alert.c.picture).where(alert.c.id == alert_id, alert.c.state.in_(GONE_OUT), stands)
    picture = connection.execute(found).scalar()
    return bytes(picture) if picture is not None else None


def newest(connection: Connection, root: str) -> str:
    """Of an alert and its corrections the last that has gone out, or is about to: what a retraction takes back now."""
    family = (sa.or_(alert.c.id == root, alert.c.about == root), alert.c.kind != "retraction")
    out = sa.or_(alert.c.state.in_(("ready", *GONE_OUT)), alert.c.people > 0)
    last = (alert.c.about.is_not(None).desc(), alert.c.made_at.desc(), alert.c.id.desc())
    return str(connection.execute(sa.select(alert.c.id).where(*family, out).order_by(*last).limit(1)).scalar_one())
