"""Reports and the keys to them: sealed to those who may read, wrapped for a code, a password or a session."""

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.keys import NONCE_BYTES, CannotOpen

SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
KEY_BYTES: Final = 32
SIZE_CLASSES: Final = (512, 2048, 8192, 32768)
FILE_CLASSES: Final = (64 * 1024, 256 * 1024, 1024 * 1024)  # of photos and voice messages
LONGEST_PASSWORD: Final = 256
PASSWORD_KDF_VERSION: Final = 1
# RFC 9106, section 4, second recommended option, on one lane: a sign-in must not take every core.
PASSWORD_MEMORY_KIB: Final = 64 * 1024
PASSWORD_PASSES: Final = 3

_SALT_BYTES: Final = 16
_LENGTH_BYTES: Final = 4
_CHECK_BYTES: Final = 3
_RECOVERY_CHARACTERS: Final = 56
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 key pair, 32 raw bytes each."""

    private: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True, slots=True)
class PasswordRecord:
    """What is stored to check a password: 16 bytes of salt, 32 of verifier, and the version of the KDF."""

    salt: bytes = field(repr=False)
    verifier: bytes = field(repr=False)
    version: int = PASSWORD_KDF_VERSION


def new_keypair() -> KeyPair:
    """Return a fresh key pair: of a report, a queue's epoch, a member, or a recovery sheet."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal by HPKE base mode (RFC 9180) for whoever holds the private key; adds 48 bytes."""
    return SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info)


def unseal(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Open what `seal` made with the same `info`; raise CannotOpen otherwise."""
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info)
    except InvalidTag:
        raise CannotOpen("this does not open with that key, or belongs elsewhere") from None


def info_report(report_id: str, part: str) -> bytes:
    """Bind a sealed part of a report (its story, one answer, one file) to that report and part."""
    return _info("report", report_id, part)


def info_wrap(queue_id: str, epoch: int, report_id: str) -> bytes:
    """Bind a report's private key, wrapped for a queue, to queue, epoch and report."""
    return _info("wrap", queue_id, str(epoch), report_id)


def info_queue_member(queue_id: str, epoch: int, member_id: str) -> bytes:
    """Bind a queue's private key, wrapped for a member, to queue, epoch and member."""
    return _info("queue-member", queue_id, str(epoch), member_id)


def info_recovery(queue_id: str, epoch: int) -> bytes:
    """Bind a queue's private key, wrapped for the offline recovery key, to queue and epoch."""
    return _info("recovery", queue_id, str(epoch))


def info_previous(queue_id: str, epoch: int) -> bytes:
    """Bind the key of the epoch before, sealed to a queue's new one, to queue and new epoch."""
    return _info("previous", queue_id, str(epoch))


def pad(plaintext: bytes, classes: Sequence[int] = SIZE_CLASSES) -> bytes:
    """Pad to the next of these sizes or a multiple of the last: a size then says little about a story or a photo."""
    needed = _LENGTH_BYTES + len(plaintext)
    largest = classes[-1]
    size = next((size for size in classes if needed <= size), -(-needed // largest) * largest)
    return (len(plaintext).to_bytes(_LENGTH_BYTES) + plaintext).ljust(size, b"\0")


def unpad(padded: bytes, classes: Sequence[int] = SIZE_CLASSES) -> bytes:
    """Take off what `pad` added; raise CannotOpen where the bytes are not its work."""
    length = int.from_bytes(padded[:_LENGTH_BYTES])
    plaintext = padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
    if pad(plaintext, classes) != padded:
        raise CannotOpen("this was not padded here")
    return plaintext


def wrap_for_code(code_key: bytes, private: bytes, report_id: str) -> bytes:
    """Wrap a report's private key with the 32-byte key of its code."""
    return _wrap(code_key, private, _info("code", report_id))


def unwrap_for_code(code_key: bytes, wrapped: bytes, report_id: str) -> bytes:
    """Return the private key that `wrap_for_code` wrapped; raise CannotOpen otherwise."""
    return _unwrap(code_key, wrapped, _info("code", report_id))


def lock(password: str, private: bytes, member_id: str) -> bytes:
    """Lock a private key by a password alone: version byte, salt, wrap. ValueError if that is too long."""
    salt = os.urandom(_SALT_BYTES)
    _, key = _password_keys(password, salt)
    return bytes([PASSWORD_KDF_VERSION]) + salt + _wrap(key, private, _info("lock", member_id))


def unlock(password: str, locked: bytes, member_id: str) -> bytes:
    """Return the private key that `lock` locked; raise CannotOpen otherwise."""
    version, salt, wrapped = locked[:1], locked[1 : 1 + _SALT_BYTES], locked[1 + _SALT_BYTES :]
    if version != bytes([PASSWORD_KDF_VERSION]) or not wrapped or len(password) > LONGEST_PASSWORD:
        raise CannotOpen("this does not open with that password")
    _, key = _password_keys(password, salt)
    return _unwrap(key, wrapped, _info("lock", member_id))


def new_password(password: str, member_id: str, private: bytes) -> tuple[PasswordRecord, bytes]:
    """Return what checks a password, and the private key locked by it. ValueError if it is too long."""
    salt = os.urandom(_SALT_BYTES)
    verifier, key = _password_keys(password, salt)
    return PasswordRecord(salt, verifier), _wrap(key, private, _info("password", member_id))


def open_password(record: PasswordRecord, locked: bytes, password: str, member_id: str) -> bytes | None:
    """Return the member's private key, or None for a wrong password; one KDF, about 250 ms of one core.

    CannotOpen means that another password would not help: the record is of an unknown version, or the locked
    key was damaged or is another member's. For a name that does not exist pass a record of random bytes,
    16 and 32: the answer then takes the same time.
    """
    if record.version != PASSWORD_KDF_VERSION:
        raise CannotOpen("this password was stored by another version")
    if len(password) > LONGEST_PASSWORD:
        return None
    verifier, key = _password_keys(password, record.salt)
    if not hmac.compare_digest(verifier, record.verifier):
        return None
    return _unwrap(key, locked, _info("password", member_id))


def session_key(cookie_token: bytes) -> bytes:
    """Return the 32-byte key that a session's cookie carries; the server never stores it."""
    return _hkdf(cookie_token, b"suar/session-key/v1")


def hash_session(token: bytes) -> bytes:
    """Return the 32 bytes by which a session is found; they give neither the token nor its key away."""
    return _hkdf(token, b"suar/session-hash/v1")


def wrap_session(token: bytes, private: bytes, member_id: str) -> bytes:
    """Wrap a member's private key for as long as the session of this cookie lives."""
    return _wrap(session_key(token), private, _info("session", member_id))


def unwrap_session(token: bytes, wrapped: bytes, member_id: str) -> bytes:
    """Return the private key that `wrap_session` wrapped; raise CannotOpen otherwise."""
    return _unwrap(session_key(token), wrapped, _info("session", member_id))


def recovery_text(private: bytes) -> str:
    """Write a 32-byte private key as 14 groups of 4 (Crockford's base32), the last of them a checksum."""
    if len(private) != KEY_BYTES:
        raise ValueError(f"a private key has {KEY_BYTES} bytes, not {len(private)}")
    text = base64.b32encode(private + _check(private)).decode().translate(str.maketrans(_BASE32, _CROCKFORD))
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def recovery_bytes(text: str) -> bytes:
    """Read a recovery key, forgiving spaces, case, O for 0, I or L for 1; a typing error is a ValueError."""
    typed = "".join(char for char in text.upper() if char.isalnum()).translate(str.maketrans("OIL", "011"))
    if set(typed) - set(_CROCKFORD):
        raise ValueError("The recovery key holds a letter that is never used in one (such as U): compare it again.")
    if len(typed) != _RECOVERY_CHARACTERS:
        raise ValueError(
            f"The recovery key has {_RECOVERY_CHARACTERS} letters and digits, but {len(typed)} were typed."
        )
    whole = base64.b32decode(typed.translate(str.maketrans(_CROCKFORD, _BASE32)))
    private, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if not hmac.compare_digest(check, _check(private)):
        raise ValueError("The recovery key has a typing error: compare each group with the paper.")
    return private


def _info(*parts: str) -> bytes:
    """Join parts with their lengths before them: no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"suar/v1" + b"".join(len(part).to_bytes(2) + part for part in encoded)


def _wrap(key: bytes, private: bytes, where: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCMSIV(key).encrypt(nonce, private, where)


def _unwrap(key: bytes, wrapped: bytes, where: bytes) -> bytes:
    if len(wrapped) < NONCE_BYTES:
        raise CannotOpen("this is too short to be a wrapped key")
    try:
        return AESGCMSIV(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], where)
    except InvalidTag:
        raise CannotOpen("this key was wrapped with another key, for someone else, or has changed") from None


def _password_keys(password: str, salt: bytes) -> tuple[bytes, bytes]:
    """Return verifier and wrap key, 32 bytes each, from one run of Argon2id."""
    if len(password) > LONGEST_PASSWORD:
        raise ValueError(f"A password has at most {LONGEST_PASSWORD} characters.")
    kdf = Argon2id(salt=salt, length=64, iterations=PASSWORD_PASSES, lanes=1, memory_cost=PASSWORD_MEMORY_KIB)
    # Two keyboards may write the same letter in different ways; NFKC makes one of them.
    root = kdf.derive(unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass"))
    return _hkdf(root, b"suar/password-verifier/v1"), _hkdf(root, b"suar/password-wrap/v1")


def _hkdf(secret: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, label).derive(secret)


def _check(private: bytes) -> bytes:
    return hashlib.sha256(b"suar/recovery/v1" + private).digest()[:_CHECK_BYTES]
