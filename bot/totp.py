"""The second factor of a sign-in: six digits from a phone's authenticator (RFC 6238), each accepted once."""

import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP_SECONDS: Final = 30
ISSUER: Final = "Suar"
SECRET_BYTES: Final = 20


def new_secret() -> bytes:
    """Return 20 random bytes, the length RFC 4226 advises for SHA-1."""
    return secrets.token_bytes(SECRET_BYTES)


def uri(secret: bytes, name: str) -> str:
    """Return the `otpauth://` address of an account, for a QR code. It holds the secret."""
    return _totp(secret).get_provisioning_uri(name, ISSUER)


def now_code(secret: bytes, at: float) -> str:
    """Return the six digits that a phone shows at `at`, in seconds since 1970."""
    return _totp(secret).generate(at).decode()


def verify(secret: bytes, code: str, at: float, last_step: int | None) -> int | None:
    """Return the 30-second step that `code` belongs to, or None.

    One step early or late is forgiven, as phones' clocks drift. The caller keeps the step and passes it as
    `last_step` the next time: that step and all before it are refused, so a code is used once.
    """
    digits = "".join(code.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    now = int(at // STEP_SECONDS)
    steps = [step for step in (now - 1, now, now + 1) if step > (-1 if last_step is None else last_step)]
    fitting = [step for step in steps if hmac.compare_digest(now_code(secret, step * STEP_SECONDS), digits)]
    return fitting[0] if fitting else None


def _totp(secret: bytes) -> TOTP:
    sha1 = SHA1()  # noqa: S303  authenticator apps ignore any other hash; HMAC does not rest on collisions
    return TOTP(secret, DIGITS, sha1, STEP_SECONDS)
