"""The staff: how people, invitations and queue keys come to be, and how somebody proves who they are."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.engine import Connection

from bot import totp
from bot.keys import Keys
from bot.sealing import (
    LONGEST_PASSWORD,
    KeyPair,
    PasswordRecord,
    hash_session,
    info_queue_member,
    info_recovery,
    new_keypair,
    new_password,
    open_password,
    recovery_bytes,
    seal,
    unseal,
    wrap_session,
)
from models import person, roster, session, trail

SHORTEST_PASSWORD: Final = 12
INVITE_SECONDS: Final = 7 * 86_400
TOKEN_BYTES: Final = 32
SALT_BYTES: Final = 16
# 80 random bits: nobody tries them against a live server within a week.
INVITE_BYTES: Final = 10
FAILED: Final = "staff.sign_in_failed"

_NAME: Final = re.compile(r"[^\W_][\w .'-]{1,38}\w")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person of the staff before they are stored; the two secrets are shown to them and not kept."""

    row: Mapping[str, Any] = field(repr=False)
    private: bytes = field(repr=False)
    totp: bytes = field(repr=False)


def fit_name(text: str) -> str | None:
    """The name to sign in with, 3 to 40 letters, digits and a few marks, in lower case; else None."""
    name = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return name if _NAME.fullmatch(name) else None


def fit_password(text: str) -> bool:
    """Whether a password may be chosen: 12 to 256 characters, not one repeated."""
    return SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD and len(set(text)) > SHORTEST_PASSWORD // 3


def newcomer(keys: Keys, name: str, password: str, *, admin: bool = False, demo: bool = False) -> Newcomer:
    """Make a person with a key pair of their own; one KDF, about 250 ms. ValueError for an unfit name."""
    fitting = fit_name(name)
    if fitting is None:
        raise ValueError("a name has 3 to 40 letters, digits, spaces or . ' -")
    id, pair, secret = secrets.token_hex(16), new_keypair(), totp.new_secret()
    row = {
        "id": id,
        "name": fitting,
        **password_values(password, id, pair.private),
        "public": pair.public,
        "totp": keys.seal_field(secret, totp_place(id)),
        "totp_step": None,
        "admin": admin,
        "demo": demo,
        "active": True,
    }
    return Newcomer(row, pair.private, secret)


def totp_place(staff_id: str) -> str:
    """Where a sealed second factor belongs."""
    return f"staff|{staff_id}|totp"


def password_values(password: str, staff_id: str, private: bytes) -> dict[str, Any]:
    """The columns that a password fills: what checks it, and the key that it locks; one KDF."""
    record, locked = new_password(password, staff_id, private)
    return {"salt": record.salt, "verifier": record.verifier, "kdf": record.version, "locked": locked}


def check_password(row: Any | None, password: str) -> bytes | None:
    """The private key of whoever knows the password; one KDF, about 250 ms, for nobody's row too."""
    if row is None or not row.active:
        nobody = PasswordRecord(secrets.token_bytes(16), secrets.token_bytes(32))
        open_password(nobody, b"", password, "")
        return None
    return open_password(PasswordRecord(row.salt, row.verifier, row.kdf), row.locked, password, row.id)


def check_code(connection: Connection, keys: Keys, row: Any, code: str, now: int) -> bool:
    """Whether the six digits are right and new; they are used up with this transaction."""
    secret = keys.open_field(bytes(row.totp), totp_place(row.id))
    step = totp.verify(secret, code, now, row.totp_step)
    return step is not None and roster.use_totp_step(connection, row.id, step)


def check_recovery(row: Any | None, text: str) -> bytes | None:
    """The private key printed on paper, if it is this person's; ValueError says what was mistyped."""
    private = recovery_bytes(text)
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return private if row is not None and row.active and public == bytes(row.public) else None


def begin(connection: Connection, staff_id: str, private: bytes, *, proven: bool, now: int) -> str:
    """Open a session and return its cookie: the only place where the key that wraps `private` is."""
    token = secrets.token_bytes(TOKEN_BYTES)
    wrap = wrap_session(token, private, staff_id)
    session.add(connection, hash_session(token), staff_id, wrap, proven=proven, now=now)
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def token_of(cookie: str) -> bytes | None:
    """The 32 bytes of a cookie, or None for anything that is none of ours."""
    try:
        token = base64.b64decode(cookie + "=" * (-len(cookie) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None


def new_queue(queue_id: str, recovery_public: bytes) -> tuple[KeyPair, bytes]:
    """The first key pair of a queue, and its private half sealed for the offline recovery key."""
    pair = new_keypair()
    return pair, seal(recovery_public, pair.private, info_recovery(queue_id, 1))


def recovered_queue(row: Any, recovery_private: bytes) -> bytes:
    """A queue's private key by the offline recovery key; CannotOpen for another one."""
    return unseal(recovery_private, bytes(row.recovery_wrap), info_recovery(row.id, row.epoch))


def queue_for(queue: Any, private: bytes, staff_id: str, public: bytes) -> bytes:
    """A queue's private key, wrapped for one member."""
    return seal(public, private, info_queue_member(queue.id, queue.epoch, staff_id))


def held_queue(member: Any, private: bytes) -> bytes:
    """A queue's private key by a member's own; `member` is their row in the queue. CannotOpen otherwise."""
    info = info_queue_member(member.queue, member.epoch, member.staff)
    return unseal(private, bytes(member.wrap), info)


def new_invite(keys: Keys) -> tuple[str, bytes]:
    """An invitation's code, four groups of four to read aloud, and the hash that is stored."""
    text = base64.b32encode(secrets.token_bytes(INVITE_BYTES)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4)), invite_hash(keys, text)


def invite_hash(keys: Keys, code: str) -> bytes:
    """By what an invitation is found; spaces, dashes and case are forgiven, 0, 1 and 8 read as letters."""
    typed = "".join(char for char in code.upper() if char.isalnum()).translate(str.maketrans("018", "OIB"))
    return keys.token_mac("invite", typed)


def join(connection: Connection, row: Mapping[str, Any], invitation: bytes, now: int) -> str | None:
    """Use an invitation and store the person, who waits for approval. The queue; None if it is used up."""
    used = roster.take_invite(connection, invitation, now)
    if used is None:
        return None
    roster.add_staff(connection, row)
    queue = roster.queues(connection, [used.queue])[used.queue]
    roster.add_member(connection, row["id"], queue.id, used.role, queue.epoch, None)
    record(connection, row["id"], "joined", queue=queue.id, now=now)
    return str(queue.id)


def record(
    connection: Connection,
    who: str,
    what: str,
    *,
    now: int,
    report: str | None = None,
    queue: str | None = None,
) -> None:
    """Write an act of the staff to the trail; `who` is an id, never a name."""
    content = {"who": who, "what": what, "report": report, "queue": queue}
    trail.add(connection, content, secrets.token_bytes(SALT_BYTES), now)


def count_failure(connection: Connection, now: int) -> None:
    """A sign-in that failed is counted by the day, without a name."""
    person.count(connection, [FAILED], now)
