"""Danger signs of a job offer, each with its weight and source, and where an offer is looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.rows import Row, read_file
from content.vocabulary import Confidence

CITED = frozenset({"source", "source_date", "confidence"})
WEIGHED = frozenset({"id", "points", "points_abroad", "check"})


class Label(StrEnum):
    """What the signs of an offer come to; the lowest is no proof that it is safe."""

    HIGH = "high_risk"
    CAUTION = "caution"
    LOW = "low_risk"


class Asked(StrEnum):
    """What is asked of an offer: the visa where the work is abroad, the address where it is not."""

    COUNTRY = "country"
    WHO = "who"
    MONEY = "money"
    VISA = "visa"
    ADDRESS = "address"
    CONTRACT = "contract"
    SEEN = "seen"


class Check(StrEnum):
    """What one does about a sign before saying yes; the words stand under `offer.check`."""

    P3MI = "p3mi"
    WORK_VISA = "work_visa"
    CONTRACT = "contract"
    FREE = "free"
    FEE = "free_fee"
    PAPERS = "papers"
    COMPANY = "company"
    CAMPUS = "campus"
    CHILD = "law_child"
    TIME = "time"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Citation:
    """Who says so: a name, a month (`YYYY-MM`) or a year, and how sure it is."""

    source: str
    source_date: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class DangerSign:
    """A sign of danger; `id` is the key of its words, `points` its weight at home and abroad.

    `asked` and `answers` are the question and the options that show it; `abroad` says that they are none where the
    work is at home. A sign without a question is only read in adverts.
    """

    id: str
    points: int
    points_abroad: int
    check: tuple[Check, ...]
    asked: Asked | None
    answers: tuple[str, ...]
    abroad: bool
    cited: Citation

    def points_for(self, abroad: bool) -> int:
        """Its weight where the work is."""
        return self.points_abroad if abroad else self.points


@dataclass(frozen=True, slots=True)
class Register:
    """The public page on which a company, a country and a vacancy abroad are looked up."""

    page: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Offers:
    """What is known of job offers; `caution` and `high` are the points from which an offer is called so."""

    signs: tuple[DangerSign, ...]
    register: Register
    caution: int
    high: int
    card_days: int  # for which a warning card holds
    typical: tuple[str, ...]  # the signs of a card that no advert was read for

    @property
    def closed_countries(self) -> tuple[str, ...]:
        """Countries to which no migrant worker is placed, by id."""
        return tuple(answer for sign in self.signs if sign.asked is Asked.COUNTRY for answer in sign.answers)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all signs."""
        return frozenset(sign.id for sign in self.signs)

    def sign(self, id: str) -> DangerSign:
        """The sign of an id."""
        return next(sign for sign in self.signs if sign.id == id)

    def seen(self, answers: Mapping[str, Collection[str]], abroad: bool) -> tuple[DangerSign, ...]:
        """The signs that answers show, in the file's order; `answers` maps a question to the options chosen."""
        counted = (sign for sign in self.signs if sign.asked and (abroad or not sign.abroad))
        return tuple(sign for sign in counted if set(sign.answers) & set(answers.get(sign.asked or "", ())))

    def label(self, points: int) -> Label:
        """What so many points are called."""
        if points >= self.high:
            return Label.HIGH
        return Label.CAUTION if points >= self.caution else Label.LOW


def load_offers(path: Path) -> Offers:
    """Read offers.yaml; ValueError names file, row and field."""
    file = read_file(path)
    file.only(frozenset({"signs", "register", "caution", "high", "card_days", "typical"}))
    signs: dict[str, DangerSign] = {}
    for row in file.each("signs"):
        sign = _sign(row)
        if sign.id in signs:
            row.wrong("id", "is there twice")
        signs[sign.id] = sign
    register = file.inner("register")
    register.only(CITED | {"page"})
    known = Register(register.text("page"), _citation(register))
    typical = file.texts("typical")
    if unknown := sorted(set(typical) - signs.keys()):
        file.wrong("typical", "no sign is called %(name)s", name=", ".join(unknown))
    return Offers(
        signs=tuple(signs.values()),
        register=known,
        caution=file.number("caution"),
        high=file.number("high"),
        card_days=file.number("card_days"),
        typical=typical,
    )


def _sign(row: Row) -> DangerSign:
    row.only(CITED | WEIGHED, frozenset({"abroad", "asked", "answers"}))
    asked = row.word(Asked, "asked") if "asked" in row.fields else None
    answers = row.texts("answers") if "answers" in row.fields else ()
    if bool(asked) != bool(answers):
        row.wrong("answers", "a question and its answers stand together")
    abroad = row.fields.get("abroad", False)
    if not isinstance(abroad, bool):
        row.wrong("abroad", "true is needed, or nothing")
    return DangerSign(
        id=row.text("id"),
        points=row.number("points"),
        points_abroad=row.number("points_abroad"),
        check=row.words(Check, "check"),
        asked=asked,
        answers=answers,
        abroad=abroad,
        cited=_citation(row),
    )


def _citation(row: Row) -> Citation:
    return Citation(row.text("source"), row.month("source_date"), row.confidence())
