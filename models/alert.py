"""Alerts until they are sent: proposed, decided, expired, taken back; a decision is made once, and by one person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import alert, covering
from models.base import insert
from models.leader_tables import leader

CHUNK: Final = 500
SHOWN: Final = 9  # of a leader's own, the newest first
LISTED: Final = 50  # of what is over, for the staff
UNSENT: Final = ("waiting", "ready")  # what can still be held back whole
LIVE: Final = ("ready", "preparing", "sending", "paused")
GONE_OUT: Final = ("preparing", "sending", "paused", "done")
Stored = Literal["stored", "many", "revoked"]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it is made; `words` is JSON, language -> text, times are seconds since 1970.

    `chat` is its writer's, sealed; `leader` is None for the staff's own, `author` for a leader's. `kelurahan` may be
    the code of a kecamatan or kota; `channels` has spaces between its names, and is empty for all.
    """

    id: str
    kota: str
    kelurahan: str
    rw: str
    words: str
    made_at: int
    until: int
    kind: str = "alert"
    about: str | None = None
    leader: str | None = None
    template: str | None = None
    picture: bytes | None = None
    danger: bool = False
    departing: bool = False
    state: str = "waiting"
    due_at: int | None = None
    send_at: int | None = None
    decided_by: str | None = None
    chat: bytes | None = None
    topic: str = "alerts"
    channels: str = ""
    author: str | None = None
    own: str = ""


NAMED: Final = tuple(one.name for one in fields(Alert))
BARE: Final = tuple(column for column in alert.c if column.name not in {"picture", "chat", "cursor"})


def put(connection: Connection, one: Alert) -> None:
    """Store an alert; a second time it changes nothing."""
    fresh = {"reason": "", "people": 0, "told": False, "cursor": None, "changed_at": one.made_at}
    row = {**{name: getattr(one, name) for name in NAMED}, **fresh}
    insert(connection, alert, [row], "ON CONFLICT (id) DO NOTHING")


def propose(connection: Connection, one: Alert, most: int) -> Stored:
    """Store a leader's alert, if they lead still and have fewer than `most` that wait.

    Their row is locked: a revocation, or another alert of theirs, comes before or after and not between.
    """
    theirs = sa.select(leader.c.id).where(leader.c.id == one.leader, leader.c.term >= one.made_at)
    if connection.execute(theirs.with_for_update()).scalar() is None:
        return "revoked"
    if connection.execute(sa.select(alert.c.id).where(alert.c.id == one.id)).scalar() is not None:
        return "stored"
    waits = (alert.c.leader == one.leader, alert.c.state == "waiting")
    if connection.execute(sa.select(sa.func.count()).where(*waits)).scalar_one() >= most:
        return "many"
    put(connection, one)
    return "stored"


def state_of(connection: Connection, alert_id: str) -> str | None:
    """Where an alert stands; None where there is none."""
    return connection.execute(sa.select(alert.c.state).where(alert.c.id == alert_id)).scalar()


def get(connection: Connection, alert_id: str) -> Any | None:
    """One alert without its picture."""
    return connection.execute(sa.select(*BARE, has_picture()).where(alert.c.id == alert_id)).first()


def has_picture() -> sa.Label[bool]:
    """Whether a picture goes with it."""
    return alert.c.picture.is_not(None).label("pictured")


def picture(connection: Connection, alert_id: str) -> bytes | None:
    """The picture of an alert, if it has one."""
    found = connection.execute(sa.select(alert.c.picture).where(alert.c.id == alert_id)).scalar()
    return bytes(found) if found is not None else None


def of_leader(connection: Connection, leader_ids: Collection[str], since: int) -> dict[str, list[Any]]:
    """What these leaders have written since then, the newest first; retractions are not listed."""
    own = (alert.c.leader.in_(leader_ids), alert.c.made_at >= since, alert.c.kind != "retraction")
    found: dict[str, list[Any]] = {one: [] for one in leader_ids}
    for row in connection.execute(sa.select(*BARE).where(*own).order_by(alert.c.made_at.desc(), alert.c.id)):
        if len(found[row.leader]) < SHOWN:
            found[row.leader].append(row)
    return found


def sent_before(connection: Connection, template: str, kelurahan: str, since: int) -> bool:
    """Whether this template has gone, or is going, to any part of a kelurahan since then."""
    where = alert.c.kelurahan.in_(covering(kelurahan))
    same = (alert.c.template == template, where, alert.c.made_at >= since)
    lives = alert.c.state.not_in(("refused", "expired", "cancelled"))
    return connection.execute(sa.select(alert.c.id).where(*same, lives).limit(1)).scalar() is not None


def waiting(connection: Connection, kotas: Collection[str]) -> list[Any]:
    """What waits for a decision in these kota: departures first, then the soonest due."""
    order = (alert.c.departing.desc(), alert.c.due_at, alert.c.id)
    query = sa.select(*BARE, has_picture()).where(alert.c.state == "waiting", alert.c.kota.in_(kotas))
    return list(connection.execute(query.order_by(*order)))


def decided(connection: Connection, kotas: Collection[str], since: int) -> list[Any]:
    """All that is planned or goes out in these kota, then the newest of what went out or was taken back since then.

    Of what never went out that which the staff wrote, and that whose hour came too late or for too few.
    """
    there, order = alert.c.kota.in_(kotas), (alert.c.made_at.desc(), alert.c.id)
    query = sa.select(*BARE, has_picture()).where(there).order_by(*order)
    missed = sa.and_(alert.c.state.in_(("expired", "refused")), alert.c.send_at.is_not(None))
    done = sa.or_(alert.c.state.not_in(("refused", "expired")), alert.c.author.is_not(None), missed)
    over = (alert.c.state.not_in(("waiting", *LIVE)), alert.c.changed_at >= since, done)
    live = connection.execute(query.where(alert.c.state.in_(LIVE)))
    return [*live, *connection.execute(query.where(*over).limit(LISTED))]


def decide(connection: Connection, alert_id: str, staff: str, verdict: str, reason: str, now: int) -> bool:
    """`ready` or `refused`, by somebody who decides and did not write it; False where it does not wait any more.

    Whoever leads nothing any more sends nothing any more; nor does a correction go out after a newer one, or after a
    retraction.
    """
    leads, newer = sa.exists().where(leader.c.id == alert.c.leader, leader.c.term >= now), alert.alias("newer")
    later = (newer.c.about == alert.c.about, newer.c.made_at > alert.c.made_at, newer.c.state.in_(("ready", *GONE_OUT)))
    another = sa.or_(alert.c.author.is_(None), alert.c.author != staff)
    waits = (alert.c.id == alert_id, alert.c.state == "waiting", another, sa.or_(alert.c.leader.is_(None), leads))
    stands = ~sa.exists().where(*later) if verdict == "ready" else sa.true()
    values = {"state": verdict, "decided_by": staff, "reason": reason, "changed_at": now}
    return connection.execute(sa.update(alert).where(*waits, stands).values(values)).rowcount == 1


def planned(connection: Connection, now: int) -> list[Any]:
    """Approved ones for a later time that has come, and that hold still."""
    come = (alert.c.state == "ready", alert.c.send_at <= now, alert.c.until > now)
    return list(connection.execute(sa.select(*BARE).where(*come).order_by(alert.c.id)))


def give_back(connection: Connection, alert_id: str, reason: str, now: int) -> None:
    """One that was approved goes back to its writer after all, while none of it has gone out."""
    own = (alert.c.id == alert_id, alert.c.state == "ready")
    connection.execute(sa.update(alert).where(*own).values(state="refused", reason=reason, changed_at=now))


def cancel(connection: Connection, alert_id: str, leader_id: str, now: int) -> bool:
    """Its writer takes it back while none of it has gone out."""
    own = (alert.c.id == alert_id, alert.c.leader == leader_id, alert.c.state.in_(UNSENT))
    values = {"state": "cancelled", "changed_at": now, "chat": None}
    return connection.execute(sa.update(alert).where(*own).values(values)).rowcount == 1


def take_back(connection: Connection, alert_id: str, now: int) -> bool:
    """The staff take back what one of them wrote, while none of it has gone out. Whether it was so."""
    own = (alert.c.id == alert_id, alert.c.author.is_not(None), alert.c.state.in_(UNSENT))
    return connection.execute(sa.update(alert).where(*own).values(state="cancelled", changed_at=now)).rowcount == 1


def hurry(connection: Connection, alert_id: str) -> bool:
    """A correction or retraction goes out at night too, from now on. Whether it is on its way, and did not before."""
    slow = (alert.c.kind.in_(("correction", "retraction")), alert.c.state.in_(LIVE), ~alert.c.danger)
    return connection.execute(sa.update(alert).where(alert.c.id == alert_id, *slow).values(danger=True)).rowcount == 1


def stops_with(leader_ids: Collection[str]) -> sa.ColumnElement[bool]:
    """What of these leaders goes out no more once they lead nothing: whatever has not begun, but that something was
    wrong, which nobody has to look at any more, is still said."""
    alone = sa.and_(alert.c.state == "ready", alert.c.about.is_(None))
    return sa.and_(alert.c.leader.in_(leader_ids), sa.or_(alert.c.state == "waiting", alone))


def unsent_of(connection: Connection, leader_ids: Collection[str]) -> dict[str, int]:
    """How many alerts would be stopped with each of these leaders; who has none is left out."""
    counted = sa.select(alert.c.leader, sa.func.count()).where(stops_with(leader_ids)).group_by(alert.c.leader)
    return {str(leader_id): number for leader_id, number in connection.execute(counted)}


def cancel_of_leader(connection: Connection, leader_ids: Collection[str]) -> None:
    """Whoever leads nothing any more: what has not gone out never goes, and nothing names them."""
    connection.execute(sa.update(alert).where(stops_with(leader_ids)).values(state="cancelled"))
    connection.execute(sa.update(alert).where(alert.c.leader.in_(leader_ids)).values(leader=None, chat=None))


def expire(connection: Connection, made_before: int, now: int) -> int:
    """What nobody has decided in time is not sent; its writer is told. Rows."""
    late = (alert.c.state == "waiting", alert.c.made_at < made_before)
    return connection.execute(sa.update(alert).where(*late).values(state="expired", changed_at=now)).rowcount


def untold(connection: Connection) -> list[Any]:
    """What waits, and those who decide do not know yet."""
    return list(connection.execute(sa.select(*BARE).where(alert.c.state == "waiting", ~alert.c.told)))


def tell(connection: Connection, alert_ids: Collection[str]) -> None:
    """They know now."""
    connection.execute(sa.update(alert).where(alert.c.id.in_(alert_ids)).values(told=True))


def answered(connection: Connection) -> list[Any]:
    """What was decided, or expired, and its writer does not know yet; with their chat, sealed."""
    over = (alert.c.chat.is_not(None), alert.c.state != "waiting")
    return list(connection.execute(sa.select(*BARE, alert.c.chat).where(*over).order_by(alert.c.id).limit(CHUNK)))


def chat_of(connection: Connection, leader_id: str) -> tuple[str, bytes] | None:
    """An alert whose writer was not told yet what became of it, and their chat, sealed; None where there is none."""
    known = (alert.c.leader == leader_id, alert.c.chat.is_not(None))
    row = connection.execute(sa.select(alert.c.id, alert.c.chat).where(*known).limit(1)).first()
    return (row.id, bytes(row.chat)) if row else None


def forget_chats(connection: Connection, alert_ids: Collection[str]) -> None:
    """Their writers know now, and are not reached from here any more."""
    connection.execute(sa.update(alert).where(alert.c.id.in_(alert_ids)).values(chat=None))
