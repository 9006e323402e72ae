"""Joining by invitation: name and password, the phone's six digits, and the recovery key on paper."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

import segno
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from bot import staff, totp
from bot.console.entry import TOO_OFTEN, WRONG_CODE, in_pool, network
from bot.console.visit import Stop, Visit
from bot.keys import CannotOpen
from bot.locale import mark
from bot.sealing import recovery_text
from models import roster

MINUTES: Final = 15  # between the first page and the last
BYTES: Final = ("salt", "verifier", "locked", "public", "totp")
NO_INVITE: Final = mark("This code is not valid, or was used already. Please ask for a new one.")
UNFIT_NAME: Final = mark("A name has 3 to 40 letters, digits or spaces.")
TAKEN: Final = mark("This name is taken. Please choose another one.")
UNFIT_PASSWORD: Final = mark("A password has 12 to 256 characters. Three words that do not belong together are good.")
DIFFERENT: Final = mark("The two passwords are not the same.")


async def show_join(visit: Visit) -> Response:
    """The first page."""
    return await visit.render("join.html", values={})


async def join(visit: Visit) -> Response:
    """Check the invitation, make the account in memory, and ask for its second factor. Nothing is stored yet."""
    values = {"code": visit.form.one("code"), "name": visit.form.one("name")}
    if not visit.console.tries["network"].allow(network(visit)):
        return await visit.render("join.html", 429, problem=TOO_OFTEN, values=values)
    hash = staff.invite_hash(visit.service.house.keys, values["code"])
    problem = await problem_of(visit, hash)
    if problem:
        return await visit.render("join.html", 422, problem=problem, values=values)
    keys, password = visit.service.house.keys, visit.form.one("password")
    new: staff.Newcomer = await in_pool(visit.console, staff.newcomer, keys, values["name"], password)
    return await ask_code(visit, str(new.row["name"]), new.totp, seal_newcomer(visit, new, hash))


async def problem_of(visit: Visit, hash: bytes) -> str | None:
    """What keeps somebody from joining, as a msgid."""
    name, password = staff.fit_name(visit.form.one("name")), visit.form.one("password")
    valid = await visit.look(lambda connection: roster.find_invite(connection, hash, visit.now))
    if valid is None:
        return NO_INVITE
    if name is None:
        return UNFIT_NAME
    if not staff.fit_password(password):
        return UNFIT_PASSWORD
    if password != visit.form.one("again"):
        return DIFFERENT
    taken = await visit.look(lambda connection: roster.staff_by_name(connection, name))
    return TAKEN if taken is not None else None


async def ask_code(visit: Visit, name: str, secret: bytes, sealed: str, problem: str = "") -> Response:
    """The second factor as a QR code and in letters; `sealed` carries the account to the next page."""
    qr = segno.make(totp.uri(secret, name), error="m").svg_data_uri(scale=5, border=2, light="white")
    letters = base64.b32encode(secret).decode()
    groups = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return await visit.render(
        "join_code.html", 422 if problem else 200, qr=qr, letters=groups, sealed=sealed, problem=problem
    )


def place(now: int) -> str:
    """Where the sealed account belongs, by the quarter of an hour it was made in."""
    return f"join|{now // (MINUTES * 60)}|form"


def seal_newcomer(visit: Visit, new: staff.Newcomer, invitation: bytes) -> str:
    """The account, sealed with the server's key: nothing of it lies in the store until the phone works."""
    row = {key: value.hex() if key in BYTES else value for key, value in new.row.items()}
    data = {"row": row, "private": new.private.hex(), "totp": new.totp.hex(), "invite": invitation.hex()}
    sealed = visit.service.house.keys.seal_field(json.dumps(data).encode(), place(visit.now))
    return base64.urlsafe_b64encode(sealed).decode()


def open_newcomer(visit: Visit) -> Mapping[str, Any]:
    """What `seal_newcomer` sealed, up to twice the minutes ago; Stop for anything else."""
    keys = visit.service.house.keys
    for quarter in (visit.now, visit.now - MINUTES * 60):
        try:
            sealed = base64.urlsafe_b64decode(visit.form.one("sealed"))
            data: Mapping[str, Any] = json.loads(keys.open_field(sealed, place(quarter)))
        except (CannotOpen, ValueError):
            continue
        return data
    raise Stop(400, mark("This page is too old. Please start again with your invitation code."))


async def confirm(visit: Visit) -> Response:
    """The phone works: store the account, and show the recovery key this once."""
    data = open_newcomer(visit)
    row = {key: bytes.fromhex(value) if key in BYTES else value for key, value in data["row"].items()}
    secret = bytes.fromhex(data["totp"])
    if not visit.console.tries["digits"].allow(row["id"]):
        raise Stop(429, TOO_OFTEN)
    step = totp.verify(secret, visit.form.one("code"), visit.now, None)
    if step is None:
        return await ask_code(visit, str(row["name"]), secret, visit.form.one("sealed"), WRONG_CODE)
    row["totp_step"] = step

    def work(connection: Connection) -> str | None:
        return staff.join(connection, row, bytes.fromhex(data["invite"]), visit.now)

    try:
        joined = await visit.write(work)
    except IntegrityError:
        raise Stop(409, TAKEN) from None
    if joined is None:
        raise Stop(409, NO_INVITE)
    return await visit.render("recovery_key.html", key=recovery_text(bytes.fromhex(data["private"])))
