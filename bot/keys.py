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
_PEPPER_ID: Final = re.compile(r"p[1-9][0-9]{0,3}")
_FIRST_PEPPER: Final = "p1"
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
    """The keys and the peppers by id, the first of each current; safe to share between threads.

    A new pepper is for the codes of new reports. Persons, messages, tokens and the trail stay with the oldest that is
    listed: their hashes cannot be made anew, as nobody keeps what they were made of.
    """

    ring: Mapping[str, bytes] = field(repr=False)
    peppers: Mapping[str, bytes] = field(repr=False)
    _ciphers: dict[tuple[str, str], AESGCMSIV] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def parse(cls, keys: str, pepper: str) -> Self:
        """Read SUAR_KEYS (`id:base64url,...`; a bare value is `k1`) and SUAR_PEPPER (the same; `p1`), or WeakSecret."""
        items, peppers = _items(keys), _items(pepper)
        if not items:
            raise WeakSecret(f"SUAR_KEYS is missing: {_MEND}.")
        ring: dict[str, bytes] = {}
        for item in items:
            name, colon, value = item.rpartition(":")
            _name_key(name if colon else "k1", value, ring)
        secrets: dict[str, bytes] = {}
        for item in peppers or [""]:
            name, colon, value = item.rpartition(":")
            _name_pepper(name if colon else _FIRST_PEPPER, value, secrets)
        if len({*secrets.values(), *ring.values()}) < len(ring) + len(secrets):
            raise WeakSecret(f"SUAR_PEPPER and every key in SUAR_KEYS must differ: make a new SUAR_PEPPER; {_MEND}.")
        return cls(ring, secrets)

    @property
    def current(self) -> str:
        """The id of the key that seals; the others only open."""
        return next(iter(self.ring))

    @property
    def pepper(self) -> bytes:
        """The pepper of new codes; with the others the codes of older reports are tried too."""
        return next(iter(self.peppers.values()))

    @property
    def pepper_number(self) -> int:
        """The number of the pepper of new codes, kept with each report: 1 for `p1`."""
        return number_of(next(iter(self.peppers)))

    @property
    def root(self) -> bytes:
        """The oldest pepper: what persons and messages are known by."""
        return self.peppers[min(self.peppers, key=number_of)]

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

    def is_current(self, sealed: bytes) -> bool:
        """Whether a field was sealed with the key in use."""
        return sealed.startswith(b"%b:" % self.current.encode())

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
        return hmac.digest(self.root, b"suar/trail/v1|" + link + digest, "sha256")

    def fingerprints(self) -> dict[str, bytes]:
        """16 bytes for each key and pepper by name: they name a secret without helping to guess it."""
        peppers = {pepper_name(id): secret for id, secret in self.peppers.items()}
        return {name: _fingerprint(secret) for name, secret in {**self.ring, **peppers}.items()}

    @property
    def in_use(self) -> tuple[str, str]:
        """The names of the key and the pepper that what is written now will need."""
        return self.current, pepper_name(next(iter(self.peppers)))

    def check_fingerprints(self, stored: Mapping[str, bytes]) -> None:
        """Raise WrongKeys unless every fingerprint stored is one of ours; keys added since are welcome."""
        ours = self.fingerprints()
        for name, fingerprint in stored.items():
            if name not in ours:
                raise WrongKeys(
                    f"{title_of(name)} is missing, and this database needs it: put it back from the key sheet."
                )
            if not hmac.compare_digest(ours[name], fingerprint):
                raise WrongKeys(
                    f"{title_of(name)} is not the one this database was made with: take it from the key sheet."
                )

    def _cipher(self, name: str, where: str) -> AESGCMSIV:
        table = where.partition("|")[0]
        cipher = self._ciphers.get((name, table))
        if cipher is None:
            cipher = AESGCMSIV(HKDF(SHA256(), 32, None, f"suar/field/v1|{table}".encode()).derive(self.ring[name]))
            self._ciphers[name, table] = cipher
        return cipher

    def _mac(self, use: str, kind: str, value: str) -> bytes:
        return hmac.digest(self.root, f"{use}|{kind}|{value}".encode("utf-8", "surrogatepass"), "sha256")


def number_of(pepper: str) -> int:
    """The number in a pepper's id."""
    return int(pepper[1:])


def pepper_name(id: str) -> str:
    """A pepper's name among the fingerprints."""
    return PEPPER if id == _FIRST_PEPPER else f"{PEPPER}.{id}"


def title_of(name: str) -> str:
    """What a person calls the secret of a fingerprint's name."""
    if name == PEPPER:
        return "SUAR_PEPPER"
    pepper, dot, id = name.partition(".")
    return f"Pepper {id} of SUAR_PEPPER" if dot and pepper == PEPPER else f"Key {name} of SUAR_KEYS"


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _name_pepper(name: str, value: str, peppers: dict[str, bytes]) -> None:
    if not _PEPPER_ID.fullmatch(name) or name in peppers:
        raise WeakSecret("SUAR_PEPPER is not readable: write `p2:value,p1:value`, each number once, the newest first.")
    peppers[name] = _decode(value, title_of(pepper_name(name)))


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
