"""Chats of caseworkers on duty, and the notices that went to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models import worklist
from models.alert_tables import alert_notice
from models.base import hour_of, insert
from models.channel_tables import duty, notice
from models.tables import member, report, staff

AT_ONCE: Final = 50  # notices of one person in one run
RANK: Final = sa.case({"immediate": 0, "high": 1}, value=report.c.urgency, else_=2)
STANDS: Final = ("known", "told", "passed")  # a case that is free again after any other state is told anew


def offer(connection: Connection, staff_id: str, hash: bytes, until: int) -> None:
    """A code for linking, in place of any before; a chat that is linked stays until another one is."""
    row = {"staff": staff_id, "hash": hash, "until": until}
    tail = "ON CONFLICT (staff) DO UPDATE SET hash = excluded.hash, until = excluded.until"
    insert(connection, duty, [row], tail)


def find(connection: Connection, hash: bytes, now: int) -> str | None:
    """Whose code this is, while it holds and they are active."""
    query = sa.select(duty.c.staff).join(staff, staff.c.id == duty.c.staff)
    return connection.execute(query.where(duty.c.hash == hash, duty.c.until >= now, staff.c.active)).scalar()


def link(connection: Connection, staff_id: str, link_id: str, sealed: bytes, now: int) -> None:
    """Use the code up: this is the chat now. What lies on the desk already is known and not told."""
    forget_spots(connection, [staff_id])
    values = {"hash": None, "until": None, "link": link_id, "sealed": sealed, "since": hour_of(now)}
    connection.execute(sa.update(duty).where(duty.c.staff == staff_id).values(values))
    for row in fresh(connection, staff_id, limit=None):
        add(connection, staff_id, row.id, f"{link_id}.{row.id}", "known")


def waiting(connection: Connection, link_id: str) -> int:
    """How many reports that lay there when this chat was linked have nobody yet."""
    query = sa.select(sa.func.count()).select_from(notice).join(report, report.c.id == notice.c.report)
    query = query.join(duty, duty.c.staff == notice.c.staff)
    lay = (duty.c.link == link_id, notice.c.state == "known")
    free = (report.c.holder.is_(None), report.c.closed_at.is_(None))
    return int(connection.execute(query.where(*lay, *free)).scalar_one())


def unlink(connection: Connection, staff_id: str) -> bool:
    """Nothing more goes to this chat."""
    forget_spots(connection, [staff_id])
    return connection.execute(sa.delete(duty).where(duty.c.staff == staff_id)).rowcount == 1


def forget_spots(connection: Connection, staff_ids: Sequence[str]) -> None:
    """What was told stands in the chat that was linked before, and is changed from no other: that telephone may be
    somebody else's by now. Referrals among it lie on the desk, and the next chat is not told of them."""
    connection.execute(sa.delete(alert_notice).where(alert_notice.c.staff.in_(staff_ids)))
    known = sa.case((notice.c.state == "told", "known"), else_=notice.c.state)
    stood = sa.update(notice).where(notice.c.staff.in_(staff_ids))
    connection.execute(stood.values(state=known, changed=True, sealed=None))


def of_staff(connection: Connection, staff_id: str) -> Any | None:
    """One person's link: `since` is the hour, None where only a code waits."""
    return connection.execute(sa.select(duty.c.link, duty.c.since).where(duty.c.staff == staff_id)).first()


def staff_of(connection: Connection, link_id: str) -> str | None:
    """Whose chat a link is, while they are active."""
    query = sa.select(duty.c.staff).join(staff, staff.c.id == duty.c.staff)
    return connection.execute(query.where(duty.c.link == link_id, staff.c.active)).scalar()


def linked_in(connection: Connection, queues: Collection[str]) -> list[Any]:
    """Chats of those who hold the key of one of these queues, each once."""
    keyed = sa.exists().where(member.c.staff == duty.c.staff, member.c.queue.in_(queues), member.c.wrap.is_not(None))
    query = sa.select(duty.c.staff, duty.c.link, duty.c.sealed).join(staff, staff.c.id == duty.c.staff)
    return list(connection.execute(query.where(duty.c.link.is_not(None), staff.c.active, keyed)))


def linked(connection: Connection) -> list[Any]:
    """Chats that get notices: of active staff. Everybody on duty in a city, some hundreds."""
    query = sa.select(duty.c.staff, duty.c.link, duty.c.sealed).join(staff, staff.c.id == duty.c.staff)
    return list(connection.execute(query.where(duty.c.link.is_not(None), staff.c.active).order_by(duty.c.staff)))


def holds(connection: Connection, links: Collection[str]) -> set[str]:
    """Which of these links still hold: of active staff who are in some queue."""
    query = sa.select(duty.c.link).join(staff, staff.c.id == duty.c.staff)
    keyed = sa.exists().where(member.c.staff == duty.c.staff, member.c.wrap.is_not(None))
    return set(connection.execute(query.where(duty.c.link.in_(links), staff.c.active, keyed)).scalars())


def fresh(connection: Connection, staff_id: str, limit: int | None = AT_ONCE) -> list[Any]:
    """Reports on a person's desk that nobody holds and no notice was made of, the most urgent first; a row a queue."""
    known = sa.exists().where(notice.c.staff == staff_id, notice.c.report == report.c.id, notice.c.state.in_(STANDS))
    free = (report.c.closed_at.is_(None), report.c.holder.is_(None), ~known)
    return list(connection.execute(worklist.held(staff_id).where(*free).order_by(RANK, report.c.id).limit(limit)))


def unanswered(connection: Connection, links: Collection[str]) -> list[Any]:
    """Notices in these chats whose report nobody holds yet, the most urgent first, then by when they are due."""
    query = (
        sa.select(duty.c.link, notice.c.id.label("notice"), report.c.id)
        .join(notice, notice.c.staff == duty.c.staff)
        .join(report, report.c.id == notice.c.report)
        .where(duty.c.link.in_(links), notice.c.state == "told")
        .where(report.c.holder.is_(None), report.c.closed_at.is_(None))
    )
    return list(connection.execute(query.order_by(RANK, report.c.due_at, report.c.id)))


def move(connection: Connection, link_id: str, sealed: bytes) -> None:
    """The chat of a link has written, and may be reached for longer."""
    connection.execute(sa.update(duty).where(duty.c.link == link_id).values(sealed=sealed))


def add(connection: Connection, staff_id: str, report_id: str, notice_id: str, state: str = "told") -> bool:
    """A notice, one for each person and report; in place of one that is over. Whether it is new."""
    row = {"id": notice_id, "staff": staff_id, "report": report_id, "state": state, "changed": state == "known"}
    tail = (
        "ON CONFLICT (staff, report) DO UPDATE SET id = excluded.id, state = excluded.state, "
        "changed = excluded.changed, sealed = NULL WHERE notice.state IN ('over', 'accepted')"
    )
    return bool(insert(connection, notice, [row], tail, ("id",)))


def notice_of(connection: Connection, notice_id: str, link_id: str) -> Any | None:
    """A notice for whoever has this link, while they are active; None for anybody else's."""
    query = (
        sa.select(notice.c.id, notice.c.report, notice.c.state, notice.c.staff)
        .join(duty, duty.c.staff == notice.c.staff)
        .join(staff, staff.c.id == notice.c.staff)
    )
    return connection.execute(query.where(notice.c.id == notice_id, duty.c.link == link_id, staff.c.active)).first()


def mark(connection: Connection, notice_id: str, state: str) -> None:
    """What its person did with it."""
    connection.execute(sa.update(notice).where(notice.c.id == notice_id).values(state=state, changed=False))


def mark_own(connection: Connection, staff_id: str, report_id: str, state: str) -> None:
    """What somebody did in the console with what they were told of."""
    own = (notice.c.staff == staff_id, notice.c.report == report_id)
    connection.execute(sa.update(notice).where(*own).values(state=state, changed=notice.c.state == "known"))


def renew(connection: Connection, report_id: str, queue: str) -> None:
    """A case was passed on: whoever is not in that queue is told of it as of a new one."""
    mates = sa.select(member.c.staff).where(member.c.queue == queue)
    others = (notice.c.report == report_id, notice.c.staff.not_in(mates), notice.c.state != "told")
    connection.execute(sa.update(notice).where(*others).values(state="over", changed=True))


def outdated(connection: Connection) -> list[Any]:
    """Notices whose words are not true any more, with their reports; at most a chunk."""
    gone = sa.and_(
        notice.c.state.in_(("known", "told")), sa.or_(report.c.holder.is_not(None), report.c.closed_at.is_not(None))
    )
    done = sa.and_(notice.c.state.in_(("accepted", "passed")), ~notice.c.changed)
    query = (
        sa.select(report, notice.c.id.label("notice"), notice.c.state.label("went"), duty.c.link, duty.c.sealed)
        .join(notice, notice.c.report == report.c.id)
        .join(duty, duty.c.staff == notice.c.staff)
        .where(sa.or_(gone, done), duty.c.link.is_not(None))
    )
    return list(connection.execute(query.order_by(notice.c.id).limit(500)))


def settle(connection: Connection, states: Mapping[str, str]) -> None:
    """These notices say now what became of them."""
    for id, state in sorted(states.items()):
        connection.execute(sa.update(notice).where(notice.c.id == id).values(state=state, changed=True))


def end(connection: Connection) -> None:
    """What was passed back is over with its case: one that is opened again is told to all."""
    closed = sa.select(report.c.id).where(report.c.closed_at.is_not(None))
    passed = (notice.c.state == "passed", notice.c.changed, notice.c.report.in_(closed))
    connection.execute(sa.update(notice).where(*passed).values(state="over"))


def keep_spot(connection: Connection, notice_id: str, sealed: bytes) -> None:
    """Where a notice stands at the vendor."""
    connection.execute(sa.update(notice).where(notice.c.id == notice_id).values(sealed=sealed))


def spot(connection: Connection, notice_id: str) -> bytes | None:
    """Where it stands, sealed; None where it never went out, or the notice is gone."""
    found = connection.execute(sa.select(notice.c.sealed).where(notice.c.id == notice_id)).scalar()
    return bytes(found) if found is not None else None


def drop(connection: Connection, staff_ids: Sequence[str]) -> None:
    """Chats that are gone."""
    forget_spots(connection, staff_ids)
    connection.execute(sa.delete(duty).where(duty.c.staff.in_(staff_ids)))
