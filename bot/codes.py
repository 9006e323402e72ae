"""The reporter's code: six words from a seed, read as people type them, turned into a locator and a key."""

import base64
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from rapidfuzz import process
from rapidfuzz.distance import OSA

CODE_WORDS: Final = 6
LIST_WORDS: Final = 2048
CODE_KDF_VERSION: Final = 1
# A setting of OWASP's password storage sheet for Argon2id: light, because six words carry 66 bits themselves.
MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2

_WORD_BITS: Final = 11
_SEED_AT_LEAST: Final = 16
_LONGEST_TEXT: Final = 240
_LOCATOR_BYTES: Final = 16
_BREAKS: Final = re.compile(r"[\W_]+")
_LABELS: Final = frozenset({"kode", "code", "saya", "anda"})


@dataclass(frozen=True, slots=True)
class CodeKey:
    """What a code gives: `locator` (16 bytes) finds the report, `key` (32 bytes) opens its wrap."""

    locator: bytes = field(repr=False)
    key: bytes = field(repr=False)


def code_from_seed(seed: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """Return the six words that follow from a seed of at least 16 random bytes, the same ones each time."""
    if len(words) != LIST_WORDS:
        raise ValueError(f"the word list has {len(words)} words, not {LIST_WORDS}")
    bits = int.from_bytes(_from_seed(seed, b"suar/code/v1", 9))
    return tuple(words[bits >> _WORD_BITS * place & LIST_WORDS - 1] for place in range(CODE_WORDS))


def report_id_from_seed(seed: bytes) -> str:
    """Return the report's id: 128 bits as 26 lower-case base32 characters, which do not tell the code."""
    return base64.b32encode(_from_seed(seed, b"suar/report-id/v1", 16)).decode().rstrip("=").lower()


def code_salt(pepper: bytes) -> bytes:
    """Return the one salt of all codes, 32 bytes: without the pepper no code can be tried on a database."""
    return hmac.digest(pepper, f"code/v{CODE_KDF_VERSION}".encode(), "sha256")


def derive(code: Sequence[str], pepper_salt: bytes) -> CodeKey:
    """Return locator and key of a code; about 30 ms of one core and 19 MiB, other threads run meanwhile."""
    kdf = Argon2id(salt=pepper_salt, length=64, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB)
    root = kdf.derive(" ".join(code).encode())
    return CodeKey(
        locator=HKDF(SHA256(), _LOCATOR_BYTES, None, b"suar/code-locator/v1").derive(root),
        key=HKDF(SHA256(), 32, None, b"suar/code-key/v1").derive(root),
    )


class CodeBook:
    """Tells a code from other text; forgives one slip a word where only one word of the list can be meant."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._known = frozenset(self._words)

    def read(self, text: str) -> tuple[str, ...] | None:
        """Return the six words meant, in order, or None where the text is not shaped like a code."""
        if len(text) > _LONGEST_TEXT:
            return None
        code: list[str] = []
        for token in _tokens(text):
            word = self._meant(token)
            if word is None:
                return None
            code.append(word)
        return tuple(code) or None

    def _meant(self, token: str) -> str | None:
        if token in self._known:
            return token
        near = process.extract(token, self._words, scorer=OSA.distance, score_cutoff=1, limit=2)
        return near[0][0] if len(near) == 1 else None


def _tokens(text: str) -> list[str]:
    """Return six tokens, or none: people copy the label, the bullets and the numbers along with the words."""
    parts = _BREAKS.split(unicodedata.normalize("NFKC", text).casefold())
    tokens = [part for part in parts if part and not part.isdigit()]
    while len(tokens) > CODE_WORDS and tokens[0] in _LABELS:
        tokens.pop(0)
    return tokens if len(tokens) == CODE_WORDS else []


def _from_seed(seed: bytes, label: bytes, length: int) -> bytes:
    if len(seed) < _SEED_AT_LEAST:
        raise ValueError(f"a seed has at least {_SEED_AT_LEAST} bytes, this one {len(seed)}")
    return HKDF(SHA256(), length, None, label).derive(seed)
