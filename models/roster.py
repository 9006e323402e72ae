"""Queues and who may read them: keys, members, invitations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.base import insert
from models.tables import fact, invite, member, queue, staff

HOLDERS = 2  # members who must hold a queue's key before anything is filed to it (promise 10)


# As plain text: every fourth turn of a report asks this, and putting it together costs more than its answer.
OPEN = f"""
SELECT member.queue FROM member
JOIN staff ON staff.id = member.staff
JOIN queue ON queue.id = member.queue
WHERE member.wrap IS NOT NULL AND staff.active AND member.epoch = queue.epoch
GROUP BY member.queue HAVING count(*) >= {HOLDERS}
"""  # noqa: S608 - a constant of ours


def open_queues(connection: Connection) -> frozenset[str]:
    """Queues that somebody can read even when one member is away."""
    return frozenset(connection.exec_driver_sql(OPEN).scalars())


def queues(connection: Connection, ids: Collection[str] | None = None) -> dict[str, Any]:
    """Queue rows by id."""
    query = sa.select(queue) if ids is None else sa.select(queue).where(queue.c.id.in_(ids))
    return {row.id: row for row in connection.execute(query)}


def add_queue(connection: Connection, id: str, public: bytes, recovery_wrap: bytes) -> None:
    """A queue of the directory gets its first key, once."""
    row = {"id": id, "epoch": 1, "public": public, "recovery_wrap": recovery_wrap}
    insert(connection, queue, [row], "ON CONFLICT (id) DO NOTHING")


def add_staff(connection: Connection, row: Mapping[str, Any]) -> None:
    """A person of the staff; a taken name is an IntegrityError."""
    connection.execute(sa.insert(staff).values(dict(row)))


def staff_by_name(connection: Connection, name: str) -> Any | None:
    """Who signs in under a name."""
    return connection.execute(sa.select(staff).where(staff.c.name == name)).first()


def staff_by_id(connection: Connection, id: str) -> Any | None:
    """A person of the staff."""
    return connection.execute(sa.select(staff).where(staff.c.id == id)).first()


def add_member(connection: Connection, staff_id: str, queue_id: str, role: str, epoch: int, wrap: bytes | None) -> None:
    """Put somebody in a queue; without a wrap they wait for a member who holds the key."""
    row = {"staff": staff_id, "queue": queue_id, "role": role, "epoch": epoch, "wrap": wrap}
    insert(connection, member, [row], "ON CONFLICT (staff, queue) DO NOTHING")


def approve(connection: Connection, staff_id: str, queue_id: str, epoch: int, wrap: bytes) -> bool:
    """Give a waiting member the queue's key, wrapped for them in the approver's session."""
    waiting = (member.c.staff == staff_id, member.c.queue == queue_id, member.c.wrap.is_(None))
    return connection.execute(sa.update(member).where(*waiting).values(epoch=epoch, wrap=wrap)).rowcount == 1


def remove_member(connection: Connection, staff_id: str, queue_id: str) -> bool:
    """A revocation deletes a row."""
    gone = sa.delete(member).where(member.c.staff == staff_id, member.c.queue == queue_id)
    return connection.execute(gone).rowcount == 1


def memberships(connection: Connection, staff_id: str) -> list[Any]:
    """The queues of one person, with the wraps they hold."""
    return list(connection.execute(sa.select(member).where(member.c.staff == staff_id).order_by(member.c.queue)))


def members(connection: Connection, queue_id: str) -> list[Any]:
    """The people of one queue: name, role, whether they hold the key."""
    query = (
        sa.select(staff.c.id, staff.c.name, staff.c.public, member.c.role, member.c.wrap.is_not(None).label("holds"))
        .join(member, member.c.staff == staff.c.id)
        .where(member.c.queue == queue_id, staff.c.active)
        .order_by(staff.c.name)
    )
    return list(connection.execute(query))


def add_invite(connection: Connection, hash: bytes, queue_id: str, role: str, until: int) -> None:
    """An invitation works once, until a time."""
    connection.execute(sa.insert(invite).values(hash=hash, queue=queue_id, role=role, until=until))


def find_invite(connection: Connection, hash: bytes, now: int) -> Any | None:
    """An invitation that still holds."""
    return connection.execute(sa.select(invite).where(invite.c.hash == hash, invite.c.until >= now)).first()


def take_invite(connection: Connection, hash: bytes, now: int) -> Any | None:
    """Use an invitation: it is gone with this transaction."""
    used = (
        sa.delete(invite).where(invite.c.hash == hash, invite.c.until >= now).returning(invite.c.queue, invite.c.role)
    )
    return connection.execute(used).first()


def has_demo(connection: Connection) -> bool:
    """Whether demo people are in this database."""
    return connection.execute(sa.select(sa.exists().where(staff.c.demo))).scalar_one()


def facts(connection: Connection, prefix: str = "") -> dict[str, bytes]:
    """Small facts about this install, by name."""
    rows = connection.execute(
        sa.select(fact.c.name, fact.c.value).where(fact.c.name.startswith(prefix, autoescape=True))
    )
    return {row.name: bytes(row.value) for row in rows}


def add_fact(connection: Connection, name: str, value: bytes) -> None:
    """Write a fact once; a second writer finds the first one's."""
    insert(connection, fact, [{"name": name, "value": value}], "ON CONFLICT (name) DO NOTHING")


def holders(connection: Connection) -> dict[str, int]:
    """How many active people hold the current key of each queue; queues without any are there with 0."""
    holds = sa.and_(member.c.wrap.is_not(None), staff.c.active, member.c.epoch == queue.c.epoch)
    query = (
        sa.select(queue.c.id, sa.func.count().filter(holds))
        .outerjoin(member, member.c.queue == queue.c.id)
        .outerjoin(staff, staff.c.id == member.c.staff)
        .group_by(queue.c.id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def use_totp_step(connection: Connection, staff_id: str, step: int) -> bool:
    """Compare-and-set: a step is used once, also by two requests at the same moment."""
    unused = sa.or_(staff.c.totp_step.is_(None), staff.c.totp_step < step)
    used = sa.update(staff).where(staff.c.id == staff_id, unused).values(totp_step=step)
    return connection.execute(used).rowcount == 1


def set_password(connection: Connection, staff_id: str, values: Mapping[str, Any]) -> None:
    """Put in place what a new password gave: `salt`, `verifier`, `kdf`, `locked`."""
    connection.execute(sa.update(staff).where(staff.c.id == staff_id).values(dict(values)))


def has_staff(connection: Connection) -> bool:
    """Whether anybody is in this database yet."""
    return connection.execute(sa.select(sa.exists().select_from(staff))).scalar_one()


def purge_invites(connection: Connection, now: int) -> int:
    """Drop invitations whose time is over. Rows gone."""
    return connection.execute(sa.delete(invite).where(invite.c.until < now)).rowcount
