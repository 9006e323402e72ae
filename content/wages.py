"""How sums of money and ages are typed in a job advert, and which wages are high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content.danger import named
from content.rows import Row


@dataclass(frozen=True, slots=True)
class Currency:
    """One unit in rupiah, rounded, and how it is typed."""

    rupiah: int
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A wage of `high` rupiah in it is high for work that asks for nothing, of `too_high` for most work."""

    id: str
    high: int
    too_high: int
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """How amounts are typed and measured; `fee`, `given` and `pay` are words before an amount."""

    currencies: tuple[Currency, ...]
    scales: Mapping[str, int]  # what is typed -> how many
    periods: tuple[Period, ...]
    skilled: int
    abroad: int
    fee: tuple[str, ...]
    given: tuple[str, ...]
    pay: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ages:
    """Words around a number that make it an age, before it and after it those that make it none; below `young` years it
    is a child's work.

    `kin` with at most one of `whose` before a number make it an age too: "adik saya 15".
    """

    young: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    kin: tuple[str, ...]
    whose: tuple[str, ...]
    no_age: tuple[str, ...]
    no_years: tuple[str, ...]


def load_money(row: Row) -> Money:
    """Read how money is typed and measured."""
    row.only(frozenset({"currencies", "scales", "periods", "skilled", "abroad", "fee", "given", "pay"}))
    currencies = (one.inner(name) for name, one in named(row, "currencies"))
    return Money(
        currencies=tuple(Currency(one.number("rupiah"), one.texts("typed")) for one in currencies),
        scales={typed: one.number("times") for one in row.each("scales") for typed in one.texts("typed")},
        periods=tuple(load_period(one) for one in row.each("periods")),
        skilled=row.number("skilled"),
        abroad=row.number("abroad"),
        fee=row.texts("fee"),
        given=row.texts("given"),
        pay=row.texts("pay"),
    )


def load_period(row: Row) -> Period:
    """Read a period of pay."""
    row.only(frozenset({"id", "high", "too_high", "typed"}))
    return Period(row.text("id"), row.number("high"), row.number("too_high"), row.texts("typed"))


def load_ages(row: Row) -> Ages:
    """Read how ages are typed."""
    row.only(frozenset({"young", "before", "after", "kin", "whose", "no_age", "no_years"}))
    words = (row.texts(field) for field in ("before", "after", "kin", "whose", "no_age", "no_years"))
    return Ages(row.number("young"), *words)
