"""How hard a text is to read for somebody tired: the words of its sentences."""

import re
import statistics
from collections.abc import Iterable

LONGEST = 25  # words of a sentence
MEDIAN = 12  # words of the middle sentence
# A mark ends a sentence only before a space: 10.000, 08.30 and go.id hold none.
END = re.compile(r"[.?!:;]+(?=\s|$)|\n+")
HOLE = re.compile(r"\{\w+\}")
PLAIN = re.compile(r"\w")


def sentences(text: str) -> list[int]:
    """The words of each sentence, without labels of one word; what stands in braces counts as one."""
    parts = (HOLE.sub("x", part).split() for part in END.split(text))
    counted = (sum(1 for word in part if PLAIN.search(word)) for part in parts)
    return [count for count in counted if count > 1]


def median(texts: Iterable[str]) -> float:
    """The words of the middle sentence of several texts; 0 where there is none."""
    found = [count for text in texts for count in sentences(text)]
    return statistics.median(found) if found else 0


def longest(text: str) -> int:
    """The words of a text's longest sentence."""
    return max(sentences(text), default=0)
