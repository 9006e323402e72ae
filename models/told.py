"""What a reporter tells after the filing: which items that is, and what it changes in clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from models.tables import report

# Items of a reporter: free words, what corrects earlier ones, and answers to questions as JSON by field.
ADDED: Final = ("words", "correction", "told")
LEARNT: Final = frozenset({"kelurahan", "kota", "child", "kind", "officials"})


def learn(connection: Connection, report_id: str, values: Mapping[str, Any]) -> None:
    """What has become known since the filing, in the columns that say so in clear; nothing else changes."""
    known = {name: value for name, value in values.items() if name in LEARNT}
    connection.execute(sa.update(report).where(report.c.id == report_id).values(known))
