"""The filter of alerts: rows that must be stopped and for which reason, and rows that may go to whoever decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.reading.alert_filter import alert_filter
from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, share
from tests.service import shelf


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Rows stopped, rows stopped for the reason they were written for, and clean rows stopped."""
    judge = alert_filter(shelf())
    read = [(row["reason"], judge.read(row["text"]).reasons) for row in rows]
    yield share("rows stopped", [bool(found) for reason, found in read if reason])
    yield share("with the right reason", [reason in found for reason, found in read if reason])
    yield share("clean rows stopped", [bool(found) for reason, found in read if not reason])
