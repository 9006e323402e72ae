"""Words in chats on duty that an alert waits: where they stand, and which of them are not true any more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.alert_tables import alert, alert_notice
from models.base import insert
from models.channel_tables import duty

CHUNK: Final = 500
PREFIX: Final = "alert"


def name_of(alert_id: str, staff_id: str) -> str:
    """By what a channel knows one."""
    return f"{PREFIX}:{alert_id}:{staff_id}"


def parts_of(notice: str) -> tuple[str, str] | None:
    """The alert and whom of the staff a name is about; None for a notice of a report."""
    kind, _, rest = notice.partition(":")
    alert_id, _, staff_id = rest.partition(":")
    return (alert_id, staff_id) if kind == PREFIX else None


def keep_spot(connection: Connection, alert_id: str, staff_id: str, sealed: bytes) -> None:
    """Where one stands at the vendor, unless its alert is gone."""
    if connection.execute(sa.select(alert.c.id).where(alert.c.id == alert_id)).scalar() is None:
        return
    about = {"id": name_of(alert_id, staff_id), "alert": alert_id, "staff": staff_id}
    row = {**about, "sealed": sealed, "changed": False}
    tail = "ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, changed = excluded.changed"
    insert(connection, alert_notice, [row], tail)


def spot(connection: Connection, alert_id: str, staff_id: str) -> bytes | None:
    """Where it stands, sealed; None where it never went out."""
    own = alert_notice.c.id == name_of(alert_id, staff_id)
    found = connection.execute(sa.select(alert_notice.c.sealed).where(own)).scalar()
    return bytes(found) if found is not None else None


def outdated(connection: Connection) -> list[Any]:
    """Those whose alert waits no more, with the chats they went to; a chunk."""
    row, about = alert_notice.c, (alert.c.kelurahan, alert.c.state, alert.c.decided_by)
    query = (
        sa.select(row.alert, row.staff, *about, duty.c.link, duty.c.sealed)
        .join(alert, alert.c.id == row.alert)
        .outerjoin(duty, sa.and_(duty.c.staff == row.staff, duty.c.link.is_not(None)))
        .where(~row.changed, alert.c.state != "waiting")
    )
    return list(connection.execute(query.order_by(row.id).limit(CHUNK)))


def settle(connection: Connection, told: Collection[tuple[str, str]]) -> None:
    """These say now what became of their alert."""
    for alert_id, staff_id in sorted(told):
        own = alert_notice.c.id == name_of(alert_id, staff_id)
        connection.execute(sa.update(alert_notice).where(own).values(changed=True))
