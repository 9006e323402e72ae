"""Identity: rows in which the writer gives themselves away, and rows in which nobody but others is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, share


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Rows warned, clean rows warned, and marked parts that are found by at least one of their words."""
    yield share("rows warned", [bool(reader.identity.read(row["text"])) for row in rows if row["pii"]])
    yield share("clean rows warned", [bool(reader.identity.read(row["text"])) for row in rows if not row["pii"]])
    yield share("parts found", [met(reader, row["text"], part) for row in rows for part in row["pii"]])


def met(reader: Reader, text: str, part: str) -> bool:
    """Whether something that was found overlaps a marked part."""
    start = text.index(part)
    return any(one.start < start + len(part) and start < one.end for one in reader.identity.read(text))
