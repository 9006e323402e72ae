"""Danger and watched: how many are heard, and how often it rings for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, share

SIGNS = ("emergency", "watched", "suicide")


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Recall and false alarms of each sign; `alike` marks rows that only look like danger."""
    found = [(row, reader.danger.read(row["text"])) for row in rows]
    for sign in SIGNS:
        meant = [bool(getattr(read, sign)) for row, read in found if row[sign]]
        alike = [bool(getattr(read, sign)) for row, read in found if not row[sign] and row.get("alike")]
        calm = [bool(getattr(read, sign)) for row, read in found if not row[sign] and not row.get("alike")]
        yield share(f"{sign}: heard", meant)
        yield share(f"{sign}: false alarm, ordinary", calm)
        if alike:
            yield share(f"{sign}: false alarm, look-alike", alike)
    both = [row for row, _ in found if row["emergency"] and row["watched"]]
    yield share("danger and watched: silent", [reader.danger.read(row["text"]).watched for row in both])
