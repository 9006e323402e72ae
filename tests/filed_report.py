"""A report as a witness files it, its words already sealed elsewhere."""

from __future__ import annotations

from typing import Any

from tests.tally import NOON

DUE = 3600


def row(id: str = "r", at: int = NOON) -> dict[str, Any]:
    """What stands in its table."""
    return {
        "id": id,
        "locator": id.encode(),
        "kdf": 1,
        "public": b"public",
        "code_wrap": b"code wrap",
        "questions": "witness/1",
        "kelurahan": None,
        "kota": "31.74",
        "kind": "work",
        "urgency": "normal",
        "child": "unknown",
        "officials": "",
        "lead": "lead",
        "filed_at": at,
        "due_at": at + DUE,
    }
