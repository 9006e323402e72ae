"""The server's keys and pepper: read and checked once, then used to seal fields and to hash addresses."""

import base64
import binascii
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES: Final = 32
NONCE_BYTES: Final = 12
FINGERPRINT_BYTES: Final = 16
PEPPER: Final = "pepper"

# Of 32 random bytes about 30 differ, fewer than 16 once in 10^9 draws; a repeated word or pattern has fewer.
_DISTINCT_AT_LEAST: Final = 16
_KEY_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,16}")
_MEND: Final = "put at least 32 random bytes in base64url there, for example from `openssl rand -base64 32`"


class WeakSecret(ValueError):
    """A key or the pepper is missing or guessable; the message says how to mend it, never the value."""


class WrongKeys(ValueError):
    """The keys are not those the database was written with; the message says which one."""


class CannotOpen(Exception):
    """Something sealed does not open: another key, another place, or changed bytes."""


def new_secret() -> str:
    """Return 32 random bytes as base64url text, fit for SUAR_KEYS and SUAR_PEPPER."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """The keys by id, the first one current, and the pepper; safe to share between threads."""

    ring: Mapping[str, bytes] = field(repr=False)
    pepper: bytes = field(repr=False)
    _ciphers: dict[tuple[str, str], AESGCMSIV] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def parse(cls, keys: str, pepper: str) -> Self:
        """Read SUAR_KEYS (`id:base64url,...`; a bare value is `k1`) and SUAR_PEPPER, or raise WeakSecret."""
        items = [item.strip() for item in keys.split(",") if item.strip()]
        if not items:
            raise WeakSecret(f"SUAR_KEYS is missing: {_MEND}.")
        ring: dict[str, bytes] = {}
        for item in items:
            name, colon, value = item.rpartition(":")
            _name_key(name if colon else "k1", value, ring)
        secret = _decode(pepper, "SUAR_PEPPER")
        if len({secret, *ring.values()}) <= len(ring):
            raise WeakSecret(f"SUAR_PEPPER and every key in SUAR_KEYS must differ: make a new SUAR_PEPPER; {_MEND}.")
        return cls(ring, secret)

    @property
    def current(self) -> str:
        """The id of the key that seals; the others only open."""
        return next(iter(self.ring))

    def seal_field(self, data: bytes, where: str) -> bytes:
        """Seal `data` for one place in the database, `table|row|column`; adds 29 bytes and the key's id."""
        nonce = os.urandom(NONCE_BYTES)
        name = self.current
        return b"%b:%b%b" % (
            name.encode(),
            nonce,
            self._cipher(name, where).encrypt(nonce, data, where.encode()),
        )

    def open_field(self, sealed: bytes, where: str) -> bytes:
        """Open what `seal_field` made for the same place, by any key listed; raise CannotOpen otherwise."""
        head, _, body = sealed.partition(b":")
        name = head.decode("ascii", "replace")
        if name not in self.ring or len(body) < NONCE_BYTES:
            raise CannotOpen("this field was not sealed with any key in SUAR_KEYS")
        try:
            return self._cipher(name, where).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], where.encode())
        except InvalidTag:
            raise CannotOpen("this field does not open here") from None

    def person_key(self, channel: str, address: str) -> bytes:
        """32 bytes that stand for a person of a channel, so that the address itself need not be kept."""
        return self._mac("person", channel, address)

    def inbound_key(self, channel: str, message_id: str) -> bytes:
        """16 bytes that stand for an inbound message's id, for telling a repeated one."""
        return self._mac("inbound", channel, message_id)[:16]

    def token_mac(self, purpose: str, token: str) -> bytes:
        """32 bytes that only this server can make of a token for a purpose; see `hmac.compare_digest`."""
        return self._mac("token", purpose, token)

    def trail_link(self, link: bytes, digest: bytes) -> bytes:
        """Return the next link of the trail, 32 bytes; whoever rewrites rows cannot make it."""
        return hmac.digest(self.pepper, b"suar/trail/v1|" + link + digest, "sha256")

    def fingerprints(self) -> dict[str, bytes]:
        """16 bytes for each key id and for `pepper`: they name a secret without helping to guess it."""
        return {name: _fingerprint(secret) for name, secret in {**self.ring, PEPPER: self.pepper}.items()}

    def check_fingerprints(self, stored: Mapping[str, bytes]) -> None:
        """Raise WrongKeys unless every fingerprint stored is one of ours; keys added since are welcome."""
        ours = self.fingerprints()
        for name, fingerprint in stored.items():
            title = "SUAR_PEPPER" if name == PEPPER else f"Key {name} of SUAR_KEYS"
            if name not in ours:
                raise WrongKeys(f"{title} is missing, and this database needs it: put it back from the key sheet.")
            if not hmac.compare_digest(ours[name], fingerprint):
                raise WrongKeys(f"{title} is not the one this database was made with: take it from the key sheet.")

    def _cipher(self, name: str, where: str) -> AESGCMSIV:
        table = where.partition("|")[0]
        cipher = self._ciphers.get((name, table))
        if cipher is None:
            cipher = AESGCMSIV(HKDF(SHA256(), 32, None, f"suar/field/v1|{table}".encode()).derive(self.ring[name]))
            self._ciphers[name, table] = cipher
        return cipher

    def _mac(self, use: str, kind: str, value: str) -> bytes:
        return hmac.digest(self.pepper, f"{use}|{kind}|{value}".encode("utf-8", "surrogatepass"), "sha256")


def _name_key(name: str, value: str, ring: dict[str, bytes]) -> None:
    if not _KEY_ID.fullmatch(name) or name == PEPPER:
        raise WeakSecret("A key id in SUAR_KEYS is not usable: write `id:value` with up to 16 letters or digits as id.")
    if name in ring:
        raise WeakSecret(f"SUAR_KEYS names {name} twice: give each key an id of its own, as in `k2:...,k1:...`.")
    ring[name] = _decode(value, f"Key {name} of SUAR_KEYS")


def _decode(value: str, title: str) -> bytes:
    text = value.strip()
    if not text:
        raise WeakSecret(f"{title} is missing: {_MEND}.")
    try:
        secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise WeakSecret(f"{title} is not base64url: {_MEND}.") from None
    if len(secret) < SECRET_BYTES:
        raise WeakSecret(f"{title} is too short, {len(secret)} bytes: {_MEND}.")
    if not _looks_random(secret):
        raise WeakSecret(f"{title} is not random: {_MEND}.")
    return secret


def _looks_random(secret: bytes) -> bool:
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    return min(len(set(secret)), len(steps)) >= _DISTINCT_AT_LEAST


def _fingerprint(secret: bytes) -> bytes:
    return hmac.digest(secret, b"suar/fingerprint/v1", "sha256")[:FINGERPRINT_BYTES]
