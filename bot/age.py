"""Encryption to a public key in the age format, in a stream: whoever writes a backup cannot read it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import pyrage

PRIVATE: Final = "AGE-SECRET-KEY-1"


class CannotDecrypt(Exception):
    """Another key, or a file that is not whole; the message says so."""


def new_pair() -> tuple[str, str]:
    """A private and a public key, as text."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


def recipient_of(text: str) -> Any:
    """The public key of a text `age1...`, or ValueError."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise ValueError("a public key begins with age1 and is copied whole") from error


def identities_in(path: Path) -> list[Any]:
    """The private keys of a file as `age-keygen` writes it, one a line, comments between; ValueError if none."""
    rows = [row.strip() for row in path.read_text(encoding="utf-8").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(row) for row in rows if row.startswith(PRIVATE)]
    except pyrage.IdentityError as error:
        raise ValueError(f"a private key in {path} is not whole") from error
    if not found:
        raise ValueError(f"{path} holds no private key: one begins with {PRIVATE}")
    return found


def encrypt(pieces: Iterator[bytes], out: IO[bytes], recipient: Any) -> None:
    """Encrypt what the pieces give into `out`, some kilobytes at a time. Whatever they raise is raised here."""
    source = Pieces(pieces)
    try:
        pyrage.encrypt_io(io.BufferedReader(source, 1 << 16), out, [recipient])
    except pyrage.EncryptError:
        if source.fault.error:
            raise source.fault.error from None
        raise


def decrypt(source: IO[bytes], take: Callable[[bytes], None], identities: list[Any]) -> None:
    """Give every piece to `take` once it is known to be genuine; CannotDecrypt where the file ends too early.

    Whatever `take` raises is raised here.
    """
    taker = Taker(take)
    try:
        pyrage.decrypt_io(source, taker, identities)
    except (pyrage.DecryptError, OSError) as error:
        if taker.fault.error:
            raise taker.fault.error from None
        raise CannotDecrypt("The file does not open with this key, or it is not whole.") from error


class Fault:
    """What went wrong on our side of the library, which would tell it as text only."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        """Begin a step."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.error = error


class Pieces(io.RawIOBase):
    """A file to read that is made of pieces as they come."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.rest = b""
        self.fault = Fault()

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill what fits; 0 at the end."""
        while not self.rest:
            with self.fault:
                piece = next(self.pieces, None)
            if piece is None:
                return 0
            self.rest = piece
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


class Taker:
    """A file to write to that hands everything on."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self.take = take
        self.fault = Fault()

    def write(self, piece: bytes) -> int:
        """Hand on a piece."""
        with self.fault:
            self.take(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""
