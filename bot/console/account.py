"""One's own account: a new password by the old one, or by the printed recovery key."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.responses import Response

from bot import staff
from bot.console import labels
from bot.console.entry import TOO_OFTEN, allow, in_pool
from bot.console.joining import DIFFERENT, UNFIT_PASSWORD
from bot.console.visit import Visit
from bot.locale import mark
from bot.naming import clock
from models import duty, roster, session

OLD_WRONG: Final = mark("Your old password is not right. Nothing was changed.")
NOT_RECOVERED: Final = mark("Name, recovery key or code do not belong together. Nothing was changed.")
MISTYPED: Final = mark("The recovery key has a typing error. Compare each group with the paper.")


async def show_account(visit: Visit) -> Response:
    """Name, queues, and the form for a new password."""
    return await account(visit)


async def account(visit: Visit, status: int = 200, problem: str = "") -> Response:
    """The page of one's own account."""
    shelf = visit.service.house.shelf
    queues = [
        (labels.queue_name(shelf, row.queue), visit.say(labels.ROLE[row.role]), row.wrap is not None)
        for row in visit.member.members
    ]
    since = await visit.look(lambda connection: linked_since(connection, visit))
    chat = {"since": since, "messengers": visit.service.settings.messengers}
    return await visit.render("account.html", status, queues=queues, problem=problem, **chat)


def linked_since(connection: Connection, visit: Visit) -> str:
    """Since when a chat is linked, in words; nothing where none is."""
    row = duty.of_staff(connection, visit.member.staff)
    return clock(row.since, visit.now) if row and row.since is not None else ""


def unfit(visit: Visit) -> str:
    """What is wrong with the new password, as a msgid, or nothing."""
    if not staff.fit_password(visit.form.one("new")):
        return UNFIT_PASSWORD
    return DIFFERENT if visit.form.one("new") != visit.form.one("again") else ""


async def change_password(visit: Visit) -> Response:
    """The old password opens the key, the new one locks it; other sessions end."""
    seat = visit.member
    if not allow(visit, seat.name):
        return await account(visit, 429, TOO_OFTEN)
    if problem := unfit(visit):
        return await account(visit, 422, problem)
    row = await visit.look(lambda connection: roster.staff_by_id(connection, seat.staff))
    private = await in_pool(visit.console, staff.check_password, row, visit.form.one("old"))
    if private is None:
        await visit.write(lambda connection: staff.count_failure(connection, visit.now))
        return await account(visit, 403, OLD_WRONG)
    values = await in_pool(visit.console, staff.password_values, visit.form.one("new"), seat.staff, private)

    def work(connection: Connection) -> None:
        roster.set_password(connection, seat.staff, values)
        session.end_others(connection, seat.staff, keep=seat.hash)
        staff.record(connection, seat.staff, "changed password", now=visit.now)

    await visit.write(work)
    return visit.go("/akun?kabar=sandi")


async def show_recovery(visit: Visit) -> Response:
    """For who forgot the password and has the paper."""
    return await visit.render("forgot.html")


async def recover(visit: Visit) -> Response:
    """The printed key is the key itself: it opens what the forgotten password locked. No admin can."""
    name = staff.fit_name(visit.form.one("name")) or ""
    if not allow(visit, name):
        return await visit.render("forgot.html", 429, problem=TOO_OFTEN)
    if problem := unfit(visit):
        return await visit.render("forgot.html", 422, problem=problem)
    row = await visit.look(lambda connection: roster.staff_by_name(connection, name))
    try:
        private = staff.check_recovery(row, visit.form.one("key"))
    except ValueError:
        return await visit.render("forgot.html", 422, problem=MISTYPED)
    if row is None or private is None or not await spent(visit, row):
        await visit.write(lambda connection: staff.count_failure(connection, visit.now))
        return await visit.render("forgot.html", 403, problem=NOT_RECOVERED)
    values = await in_pool(visit.console, staff.password_values, visit.form.one("new"), row.id, private)

    def work(connection: Connection) -> None:
        roster.set_password(connection, row.id, values)
        session.end_others(connection, row.id)
        staff.record(connection, row.id, "recovered", now=visit.now)

    await visit.write(work)
    return visit.go("/masuk?kabar=sandi")


async def spent(visit: Visit, row: Any) -> bool:
    """Whether the six digits were right; they are used up."""
    keys, code = visit.service.house.keys, visit.form.one("code")
    return await visit.write(lambda connection: staff.check_code(connection, keys, row, code, visit.now))
