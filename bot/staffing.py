"""People made from the command line: the first koordinator of a queue, an admin; and the demo's second factor."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from bot import staff, totp
from bot.house import House
from bot.install import CannotStart
from bot.keys import CannotOpen
from bot.sealing import recovery_bytes, recovery_text
from models import roster


def newcomer(house: House, name: str, password: str, *, admin: bool = False) -> staff.Newcomer:
    """A person with a fit name and password, or a sentence."""
    if not staff.fit_password(password):
        raise CannotStart("The password is too short or too plain: choose 12 to 256 characters.")
    try:
        return staff.newcomer(house.keys, name, password, admin=admin)
    except ValueError as error:
        raise CannotStart(f"That name does not fit: {error}.") from None


def first(house: House, queue_id: str, name: str, password: str, recovery: str) -> tuple[str, str]:
    """The first koordinator of a queue, who gets its key by the recovery key; their two secrets to write down."""
    try:
        key = recovery_bytes(recovery)
    except ValueError as error:
        raise CannotStart(str(error)) from None
    made = newcomer(house, name, password)
    try:
        with house.engine.begin() as connection:
            row = roster.queues(connection, [queue_id]).get(queue_id)
            if row is None:
                raise CannotStart(f"There is no queue {queue_id}; see content/directory/queues.yaml for the ids.")
            if roster.holders(connection)[queue_id]:
                raise CannotStart(f"{queue_id} has members already: they invite and approve in the console.")
            wrap = staff.queue_for(row, staff.recovered_queue(row, key), made.row["id"], made.row["public"])
            roster.add_staff(connection, made.row)
            roster.add_member(connection, made.row["id"], queue_id, "koordinator", row.epoch, wrap)
            staff.record(connection, made.row["id"], "first", queue=queue_id, now=house.now())
    except CannotOpen:
        raise CannotStart("That recovery key is not the one of this install.") from None
    except IntegrityError:
        raise CannotStart(f"The name {name} is taken.") from None
    return totp.uri(made.totp, made.row["name"]), recovery_text(made.private)


def admin(house: House, name: str, password: str) -> tuple[str, str]:
    """An admin, who holds no queue's key; their two secrets to write down."""
    made = newcomer(house, name, password, admin=True)
    try:
        with house.engine.begin() as connection:
            roster.add_staff(connection, made.row)
            staff.record(connection, made.row["id"], "admin", now=house.now())
    except IntegrityError:
        raise CannotStart(f"The name {name} is taken.") from None
    return totp.uri(made.totp, made.row["name"]), recovery_text(made.private)


def demo_otp(house: House, name: str) -> str:
    """The second factor of a demo person; nobody else's is ever printed."""
    with house.engine.connect().execution_options(reading=True) as connection:
        row = roster.staff_by_name(connection, staff.fit_name(name) or "")
    if row is None or not row.demo:
        raise CannotStart(f"{name} is no demo person. Real people read theirs from their own authenticator app.")
    return totp.now_code(house.keys.open_field(bytes(row.totp), staff.totp_place(row.id)), house.now())
