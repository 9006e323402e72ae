"""The figures in a text: years, ages, sums, articles, telephone numbers, as they can be compared between texts."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

# A digit inside a word belongs to a name (SISKOP2MI), except after the sign of the rupiah.
# The digit is looked for before what stands before it: most texts have none.
FIGURE = re.compile(r"\d(?:(?<=Rp\d)|(?<!\w\d))\d*(?:[.,:/-]\d+)*")
# One language writes 10.000 and 08.00, another 10,000 and 08:00.
SAME = str.maketrans(",:", "..")

ID = "satu dua tiga empat lima enam tujuh delapan sembilan"
EN = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
EN = f"{EN} eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: value for words in (ID, EN) for value, word in enumerate(words.split(), 1)}
ONES |= {word: value * 10 for value, word in enumerate(TENS.split(), 2)}
ONES |= {"sepuluh": 10, "sebelas": 11, "seratus": 100}
TIMES = {"puluh": 10, "ratus": 100, "hundred": 100}
THOUSANDS = {"ribu": 1_000, "thousand": 1_000, "juta": 1_000_000, "million": 1_000_000}
WHOLE = {"seribu": 1_000, "sejuta": 1_000_000}
WORD = re.compile(r"[^\W\d_]+")
# A small number counts people and things; before one of these it is an age, a term or a share, as a law gives it.
UNITS = frozenset(("tahun", "bulan", "minggu", "hari", "jam", "persen", "rupiah", "euro", "ayat"))
UNITS |= frozenset(("year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "percent"))
BEFORE = frozenset(("dari", "than", "hampir", "almost", "sekitar", "about", "over"))
SMALL = 10


@dataclass(frozen=True, slots=True)
class Spelt:
    """A figure written in words: its value, and whether it says "more than" or "about"."""

    words: str
    value: int
    rounded: bool

    def known(self, figures: Iterable[str]) -> bool:
        """Whether it is one of these, or a rounder form of one; thousands have points, a share of a date is none."""
        values = [int(one.replace(".", "")) for one in figures if one.replace(".", "").isdigit()]
        return any(self.value == one or (self.rounded and self.value <= one < 2 * self.value) for one in values)


def figures(text: str) -> list[str]:
    """The figures in their order, written alike in every language; `0857-7001-0048` is one."""
    return [found.translate(SAME) for found in FIGURE.findall(text)]


def figures_of(texts: Iterable[str]) -> frozenset[str]:
    """All figures of several texts, those in words too."""
    found = list(texts)
    return frozenset(
        one for text in found for one in (*figures(text), *(str(spelt.value) for spelt in spelt_figures(text)))
    )


def unfounded(text: str, known: Collection[str]) -> list[str]:
    """The figures of a text, in digits and then in words, that are none of those known."""
    found = [one for one in figures(text) if one not in known]
    return [*found, *(one.words for one in spelt_figures(text) if not one.known(known))]


def spelt_figures(text: str) -> Iterator[Spelt]:
    """The figures in words, Indonesian and English, that state something: from ten on, or before a unit of a law."""
    words = WORD.findall(text.lower())
    at = 0
    while at < len(words):
        value, end = read_number(words, at)
        if end > at and (value >= SMALL or (end < len(words) and words[end] in UNITS and value > 1)):
            rounded = bool(BEFORE.intersection(words[max(at - 1, 0) : at]) or words[end : end + 1] == ["lebih"])
            yield Spelt(" ".join(words[at:end]), value, rounded)
        at = max(end, at + 1)


def read_number(words: list[str], at: int) -> tuple[int, int]:
    """The number that begins at a word, and where it ends; it ends where it begins if there is none."""
    whole = part = 0
    begun = at
    while at < len(words):
        word = words[at]
        if word in ONES:
            part += ONES[word]
        elif word in WHOLE:
            whole += WHOLE[word]
        elif at == begun:
            break
        elif word == "belas":
            part += 10
        elif word in TIMES:
            part = part - part % 10 + part % 10 * TIMES[word] if part % 10 else part * TIMES[word]
        elif word in THOUSANDS:
            whole, part = whole + part * THOUSANDS[word], 0
        else:
            break
        at += 1
    return whole + part, at
