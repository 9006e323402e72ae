"""Job offers: the label and the two mistakes that cost most, then the flags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from content.offers import Label
from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, drawn, f1, macro_f1, share

Flags = tuple[frozenset[str], frozenset[str]]  # what is right, what was read


def micro_f1(pairs: Sequence[Flags]) -> float:
    """Precision and recall of all flags of all rows in one figure."""
    both = sum(len(right & read) for right, read in pairs)
    either = sum(len(right) + len(read) for right, read in pairs)
    return 2 * both / either if either else 0.0


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Macro-F1 of the labels, high called low, low called high, micro-F1 of the flags, and the F1 of each."""
    read = [(row, reader.offers.read(row["text"])) for row in rows]
    labels = [(row["label"], found.label.value) for row, found in read]
    yield drawn("label macro-F1", labels, macro_f1)
    yield share("high called low", [found == Label.LOW for right, found in labels if right == Label.HIGH])
    yield share("low called high", [found == Label.HIGH for right, found in labels if right == Label.LOW])
    flags = [(frozenset(row["flags"]), frozenset(found.names)) for row, found in read]
    yield drawn("flags micro-F1", flags, micro_f1)
    for label in Label:
        yield drawn(f"F1 {label}", labels, partial(f1, name=label.value))
