"""Intent: the first guess, and how the mean over the fifteen intents stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, drawn, f1, macro_f1, share


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Right first guesses, macro-F1, and the F1 of each intent."""
    pairs = [(row["intent"], reader.intent(row["text"]).value) for row in rows]
    yield share("first guess right", [right == guess for right, guess in pairs])
    yield drawn("macro-F1", pairs, macro_f1)
    for name in sorted({right for right, _ in pairs}):
        yield drawn(f"F1 {name}", pairs, partial(f1, name=name))
