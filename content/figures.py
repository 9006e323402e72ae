"""The figures in a text: years, ages, sums, articles, telephone numbers, as they can be compared between texts."""

import re
from collections.abc import Iterable

# A digit inside a word belongs to a name (SISKOP2MI), except after the sign of the rupiah.
FIGURE = re.compile(r"(?:(?<=Rp)|(?<!\w))\d+(?:[.,:/-]\d+)*")
# One language writes 10.000 and 08.00, another 10,000 and 08:00.
SAME = str.maketrans(",:", "..")


def figures(text: str) -> list[str]:
    """The figures in their order, written alike in every language; `0857-7001-0048` is one."""
    return [found.translate(SAME) for found in FIGURE.findall(text)]


def figures_of(texts: Iterable[str]) -> frozenset[str]:
    """All figures of several texts."""
    return frozenset(figure for text in texts for figure in figures(text))
