"""What has become of an alert, corrected or retracted, when and by whom; and a returned correction taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot.console.alert_rows import live
from bot.console.visit import Stop, Visit
from bot.locale import mark
from bot.naming import clock
from models import alert, alert_family, roster

WAITS: Final = "waiting"
BADGES: Final = {"correction": mark("corrected"), "retraction": mark("retracted")}
BECAME: Final = {
    "correction": mark("Corrected %(when)s by %(who)s."),
    "retraction": mark("Retracted %(when)s by %(who)s."),
    WAITS: mark("A correction waits for approval, written %(when)s by %(who)s."),
}
LINKS: Final = {
    "correction": mark("See the correction"),
    "retraction": mark("See the retraction"),
    WAITS: mark("See the correction"),
}
REFUSALS: Final = {
    "correction": mark("This one was corrected already. Please go on from its correction."),
    "retraction": mark("This one was retracted already. If something new must be said, please write a new alert."),
    WAITS: mark("A correction of this one waits for approval already. Please decide on that one first."),
}
OVERTAKEN: Final = mark("This was corrected or retracted meanwhile, so it does not go out any more. Please return it.")
LOST: Final = mark("What this corrects is not listed any more. Please write a new alert.")
AGAIN: Final = ("refused", "expired", "cancelled")  # states of a correction that is written again


def state_of(one: Any) -> str:
    """What a correction or retraction makes of what it mends, as a key of the tables above."""
    return WAITS if one.state == WAITS else str(one.kind)


def by_whom(connection: Connection, visit: Visit, one: Any) -> str:
    """Who of the staff wrote a correction, or retracted; nobody is named for a leader."""
    staff_id = one.decided_by if one.kind == "retraction" else one.author
    found = roster.staff_by_id(connection, staff_id) if staff_id else None
    return str(found.name) if found else visit.say(mark("a leader of the area"))


def mended(connection: Connection, visit: Visit, row: Any, family: Sequence[Any]) -> dict[str, Any]:
    """What an alert is mended by, in words; and what can still be done: corrected, retracted.

    `family`: corrections and retractions of the same alert, the oldest first.
    """
    one, stands = alert_family.mended_by(row, family), live(row)
    if one is None:
        return {"mended": None, "corrects": stands, "retracts": stands}
    state, when = state_of(one), clock(one.made_at, visit.now)
    shown = {
        "id": one.id,
        "badge": visit.say(BADGES[state]) if state in BADGES else "",
        "words": visit.say(BECAME[state], when=when, who=by_whom(connection, visit, one)),
        "link": visit.say(LINKS[state]),
    }
    return {"mended": shown, "corrects": False, "retracts": stands and state == WAITS}


def refuse_mended(connection: Connection, row: Any, act: str) -> None:
    """Stop whoever corrects or retracts an alert in whose place another stands; `act`: `correct` or `retract`."""
    one = alert_family.mend_of(connection, row)
    if one is not None and not (act == "retract" and one.state == WAITS):
        raise Stop(409, REFUSALS[state_of(one)])


def overtaken(connection: Connection, row: Any) -> bool:
    """Whether a correction that waits is late: another one, or a retraction, has gone out since it was written."""
    one = alert_family.mend_of(connection, row) if row.about is not None else None
    return one is not None and one.state != WAITS


def returned(row: Any) -> bool:
    """Whether this is a correction by the staff that came back, or was taken back, before anybody got it."""
    return row.kind == "correction" and row.author is not None and row.state in AGAIN and not row.people


def target_of(connection: Connection, row: Any) -> Any:
    """What a returned correction corrects, were it written again now; Stop where that cannot be corrected."""
    root = alert.get(connection, row.about)
    family = [one for one in alert_family.mends(connection, [row.about]).get(row.about, []) if one.state != WAITS]
    found = family[-1] if family else root
    if found is None or not (live(found) or found.kind == "retraction"):
        raise Stop(409, LOST)
    if found.kind == "retraction":
        raise Stop(409, REFUSALS["retraction"])
    refuse_mended(connection, found, "correct")
    return found
