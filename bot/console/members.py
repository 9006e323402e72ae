"""Who may read a queue: invitations, approvals, removals, and the admin's view of the directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console import labels
from bot.console.visit import Stop, Visit, not_found
from bot.locale import mark
from bot.naming import clock
from models import roster

ROLES: Final = ("petugas", "koordinator")


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of a queue as one of them sees it."""

    queue: str
    name: str
    role: str
    holds: bool
    people: tuple[Any, ...]

    @property
    def holders(self) -> int:
        return sum(1 for one in self.people if one.holds)


async def show_members(visit: Visit) -> Response:
    """The people of one's own queues."""
    seat, shelf = visit.member, visit.service.house.shelf

    def query(connection: Connection) -> list[Crew]:
        return [
            Crew(
                row.queue,
                labels.queue_name(shelf, row.queue),
                visit.say(labels.ROLE[row.role]),
                row.wrap is not None,
                tuple(roster.members(connection, row.queue)),
            )
            for row in seat.members
        ]

    roles = {name: visit.say(words) for name, words in labels.ROLE.items()}
    return await visit.render("members.html", crews=await visit.look(query), roles=roles, needed=roster.HOLDERS)


async def invite(visit: Visit) -> Response:
    """Make an invitation and show its code once: a koordinator for their queue, an admin for a koordinator."""
    queue, role, seat = visit.form.one("queue"), visit.form.one("role"), visit.member
    if role not in ROLES or not (queue in seat.coordinates or (seat.admin and role == "koordinator")):
        raise not_found()
    code, hash = staff.new_invite(visit.service.house.keys)
    until = visit.now + staff.INVITE_SECONDS

    def work(connection: Connection) -> None:
        if queue not in roster.queues(connection, [queue]):
            raise not_found()
        roster.add_invite(connection, hash, queue, role, until)
        staff.record(connection, seat.staff, "invited", queue=queue, now=visit.now)

    await visit.write(work)
    name = labels.queue_name(visit.service.house.shelf, queue)
    return await visit.render(
        "invited.html",
        code=code,
        queue=name,
        role=visit.say(labels.ROLE[role]),
        until=clock(until, visit.now),
        address=f"{visit.console.base_url.rstrip('/')}/konsol/undangan",
    )


async def approve(visit: Visit) -> Response:
    """Wrap the queue's key for somebody who waits, in the session of a member who holds it."""
    seat, queue_id, who = visit.member, visit.form.one("queue"), visit.form.one("staff")
    mine = seat.member(queue_id)
    if mine is None:
        raise not_found()
    private = staff.held_queue(mine, seat.private)

    def work(connection: Connection) -> bool:
        queue = roster.queues(connection, [queue_id])[queue_id]
        waiting = [one for one in roster.members(connection, queue_id) if one.id == who and not one.holds]
        if not waiting or queue.epoch != mine.epoch:
            return False
        wrap = staff.queue_for(queue, private, who, bytes(waiting[0].public))
        staff.record(connection, seat.staff, "approved", queue=queue_id, now=visit.now)
        return roster.approve(connection, who, queue_id, queue.epoch, wrap)

    if not await visit.write(work):
        raise not_found()
    return visit.go("/anggota?kabar=setuju")


async def remove(visit: Visit) -> Response:
    """Take somebody out of a queue; the last who holds its key stays, or nobody could read what is there.

    A queue that fewer hold than are needed gets no new reports, and that is said before and after.
    """
    seat, queue, who = visit.member, visit.form.one("queue"), visit.form.one("staff")
    if queue not in seat.coordinates:
        raise not_found()

    def work(connection: Connection) -> bool:
        people = {one.id: one for one in roster.members(connection, queue)}
        if who not in people:
            raise not_found()
        if people[who].holds and sum(1 for one in people.values() if one.holds) == 1:
            raise Stop(409, mark("This is the last person who holds the key of this queue. Approve another one first."))
        roster.remove_member(connection, who, queue)
        staff.record(connection, seat.staff, "removed", queue=queue, now=visit.now)
        return queue in roster.open_queues(connection)

    open = await visit.write(work)
    return visit.go(f"/anggota?kabar={'keluar' if open else 'keluar-tertutup'}")


async def show_directory(visit: Visit) -> Response:
    """All queues and how many hold their keys: what an admin sees, and no report."""
    shelf = visit.service.house.shelf
    held = await visit.look(roster.holders)
    rows = [
        {"id": id, "name": labels.queue_name(shelf, id), "hours": queue.hours.value, "holders": held.get(id)}
        for id, queue in shelf.directory.queues.items()
    ]
    return await visit.render("directory.html", rows=rows, needed=roster.HOLDERS)
