"""Wages and ages in a job advert, as numbers with what they are counted in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from content.wages import Ages, Currency, Money, Period

NUMBER = r"\d{1,3}(?:[.,]\d{3})+|\d{1,9}(?:[.,]\d{1,2})?"
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
BEFORE = 32  # letters before an amount in which a word says what it is
AFTER = 18  # letters after it in which its period stands
EARLIER = 14  # letters before it in which its period may stand: "sehari bisa 1 juta"
BREAK = re.compile(r"[\n,;]")
SURELY = 1_000_000  # a bare number from here on is rupiah
CHILD = 10  # years; below, a number is no age of somebody who works
MAJORITY = 18


class Use(Enum):
    """What a sum of money is: somebody earns it, has to pay it, or it goes to somebody else."""

    WAGE = auto()
    FEE = auto()
    GIVEN = auto()


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum in rupiah with its period, what it is, and the letters it was typed in."""

    rupiah: int
    period: Period
    use: Use
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Age:
    """Years, and the letters they were typed in."""

    years: int
    start: int
    end: int


class AmountReader:
    """Finds sums of money; a bare number is none."""

    def __init__(self, money: Money) -> None:
        self.scales = money.scales
        self.rupiah = {typed: one.rupiah for one in money.currencies for typed in one.typed}
        self.month = next(one for one in money.periods if one.id == "month")
        self.periods = {typed: one for one in money.periods for typed in one.typed}
        self.amount = amount_pattern(money.currencies, money.scales)
        # "per jam", "/jam" or "sejam" after the amount; a bare word counts as well, for adverts save letters.
        self.after = re.compile(rf"[\s/+]*(?:per|tiap|a|every|each)?[\s/]*({either(self.periods)})\b")
        self.before = re.compile(rf"\b({either(self.periods)})\b")
        self.uses = {word: Use.WAGE for word in money.pay}
        self.uses |= {word: Use.FEE for word in money.fee} | {word: Use.GIVEN for word in money.given}
        self.said = re.compile(rf"\b({either(self.uses)})\b")

    def read(self, text: str) -> Iterator[Amount]:
        """The sums of a folded text; of a range the upper end."""
        for found in self.amount.finditer(text):
            if rupiah := self._rupiah(found):
                use, period = self._use(text[max(found.start() - BEFORE, 0) : found.start()]), self._period(text, found)
                if use is Use.GIVEN and period:
                    use = Use.WAGE  # who is given so much a month is paid it
                yield Amount(rupiah, period or self.month, use, found.start(), found.end())

    def _rupiah(self, found: re.Match[str]) -> int:
        """The amount, or 0 where it is counted in nothing."""
        typed, scale = found["high"] or found["low"], self.scales.get(found["scale"] or found["first"] or "", 1)
        currency = found["before"] or found["after"] or ""
        amount = number(typed)
        if not currency and scale == 1 and not (THOUSANDS.fullmatch(typed) and amount >= SURELY):
            return 0
        return int(amount * scale * self.rupiah.get(currency, 1))

    def _use(self, before: str) -> Use:
        """What the nearest word before it in its line says; where none says anything, adverts speak of wages."""
        said = self.said.findall(before.rpartition("\n")[2])
        return self.uses[said[-1]] if said else Use.WAGE

    def _period(self, text: str, found: re.Match[str]) -> Period | None:
        """The period that stands with it."""
        after = self.after.match(text, found.end(), found.end() + AFTER)
        if after:
            return self.periods[after[1]]
        earlier = self.before.findall(BREAK.split(text[max(found.start() - EARLIER, 0) : found.start()])[-1])
        return self.periods[earlier[-1]] if earlier else None


class AgeReader:
    """Finds the ages of people who are wanted for work, from ten years on."""

    def __init__(self, ages: Ages) -> None:
        before, after, other = either(ages.before), either(ages.after), either(ages.no_years)
        kin = rf"(?:{either(ages.kin)})(?:\s(?:{either(ages.whose)}))?"
        no_years = rf"(?![\d.,]*\d|\s*(?:{other})(?!\w))"
        self.pattern = re.compile(
            rf"\b(?:{before})\b[^\d\n,;]{{0,16}}(?P<a>\d\d){no_years}"
            rf"|\b{kin}\s*\(?(?P<k>\d\d){no_years}|[a-z]\s?\((?P<n>\d\d)\)"
            rf"|(?<![\d.,])(?P<b>\d\d)\s*(?:-\s*\d\d\s*)?(?:{after})\b"
        )
        self.no_age = re.compile(rf"\b(?:{either(ages.no_age)})\b[^\n]{{0,28}}$")

    def read(self, text: str) -> Iterator[Age]:
        """The ages below 18 in a folded text; of a range the lower end."""
        for found in self.pattern.finditer(text):
            years = int(found["a"] or found["k"] or found["n"] or found["b"])
            if CHILD <= years < MAJORITY and not self.no_age.search(text[: found.start()]):
                yield Age(years, found.start(), found.end())


def either(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def amount_pattern(currencies: Iterable[Currency], scales: Iterable[str]) -> re.Pattern[str]:
    """`rp 10-15 jt`, `$1500`, `2.500 ringgit`: a number with its currency and scale, or a range of such."""
    coin, scale = either(typed for one in currencies for typed in one.typed), either(scales)
    return re.compile(
        rf"(?<![\w.,])(?P<before>{coin})?[\s.:]*(?P<low>{NUMBER})(?!\d)\s*(?:(?P<first>{scale})\b)?"
        rf"(?:\s*(?:-|–|~|sampai|sampe|s/d|sd|to|hingga)\s*(?:{coin})?[\s.]*(?P<high>{NUMBER})(?!\d))?"
        rf"\s*(?P<scale>(?:{scale})\b)?\+*\s*(?P<after>(?:{coin})(?!\w))?"
    )


def number(typed: str) -> float:
    """A number as it is typed in Indonesia: 1.500.000, 2,5, 10."""
    if THOUSANDS.fullmatch(typed):
        return float(typed.replace(".", "").replace(",", ""))
    return float(typed.replace(",", "."))
