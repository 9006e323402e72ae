"""Reports: the kind, how soon, child, and officials, of which each is missed or raised for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from bot.read_command import read_report
from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, drawn, f1, macro_f1, share


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Macro-F1 of the kinds, then each flag: recall, and false alarms among the rows without it."""
    read = [(row, read_report(reader, row["text"])) for row in rows]
    kinds = [(row["category"], found["category"]) for row, found in read]
    yield drawn("kind macro-F1", kinds, macro_f1)
    yield share("trafficking or not right", [row["is_tppo"] == found["is_tppo"] for row, found in read])
    yield share("urgency right", [row["urgency"] == found["urgency"] for row, found in read])
    at_once = [(row["urgency"] == "immediate", found["urgency"] == "immediate") for row, found in read]
    yield share("immediate recall", [said for right, said in at_once if right])
    yield share("immediate for others", [said for right, said in at_once if not right])
    for flag in ("child_involved", "official_suspected"):
        yield share(f"{flag} recall", [found[flag] for row, found in read if row[flag]])
        yield share(f"{flag} false alarms", [found[flag] for row, found in read if not row[flag]])
    for name in sorted({right for right, _ in kinds}):
        yield drawn(f"F1 {name}", kinds, partial(f1, name=name))
