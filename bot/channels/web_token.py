"""A chat's token: whoever has it is that chat's person, and only a page we gave out holds one."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Final

from bot.keys import Keys

RANDOM_BYTES: Final = 16
TIME_BYTES: Final = 5
MAC_BYTES: Final = 16
TOKEN_BYTES: Final = RANDOM_BYTES + TIME_BYTES + MAC_BYTES
LIFETIME: Final = 12 * 3_600  # a working day: a page still open the next morning begins anew
AHEAD: Final = 60  # seconds: another machine's clock gave it out


@dataclass(frozen=True, slots=True)
class Token:
    """128 random bits, which are the address at the desk, and when they were given out, in seconds since 1970."""

    address: str = field(repr=False)
    issued: int


def new_token(now: int) -> Token:
    """A chat that nobody has yet."""
    return Token(secrets.token_hex(RANDOM_BYTES), now)


def write_token(token: Token, keys: Keys) -> str:
    """The token as a page carries it: base64url of address, time and MAC."""
    plain = bytes.fromhex(token.address) + token.issued.to_bytes(TIME_BYTES)
    return urlsafe_b64encode(plain + mac(plain, keys)).decode().rstrip("=")


def read_token(text: str, keys: Keys, now: int) -> Token | None:
    """The token of a page of ours, or None for one that is forged, cut, or older than its lifetime."""
    try:
        whole = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NotBase64, ValueError):
        return None
    plain = whole[: RANDOM_BYTES + TIME_BYTES]
    if len(whole) != TOKEN_BYTES or not hmac.compare_digest(whole[len(plain) :], mac(plain, keys)):
        return None
    token = Token(plain[:RANDOM_BYTES].hex(), int.from_bytes(plain[RANDOM_BYTES:]))
    return token if -AHEAD <= now - token.issued <= LIFETIME else None


def mac(plain: bytes, keys: Keys) -> bytes:
    """What only this server can add."""
    return keys.token_mac("web", plain.hex())[:MAC_BYTES]
