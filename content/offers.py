"""Danger signs of a job offer, each with its source, and where an offer is looked up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.rows import Row, read_file
from content.vocabulary import Confidence

CITED = frozenset({"source", "source_date", "confidence"})


class Asked(StrEnum):
    """What is asked of an offer: the visa where the work is abroad, the address where it is not."""

    COUNTRY = "country"
    WHO = "who"
    MONEY = "money"
    VISA = "visa"
    ADDRESS = "address"
    CONTRACT = "contract"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Citation:
    """Who says so: a name, a month (`YYYY-MM`) or a year, and how sure it is."""

    source: str
    source_date: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class DangerSign:
    """Answers to one question that are a sign of danger; `id` is the key of its words.

    `abroad` says that they are none where the work is at home.
    """

    id: str
    asked: Asked
    answers: tuple[str, ...]
    abroad: bool
    cited: Citation


@dataclass(frozen=True, slots=True)
class Register:
    """The public page on which a company, a country and a vacancy abroad are looked up."""

    page: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Offers:
    """What is known of job offers."""

    signs: tuple[DangerSign, ...]
    register: Register

    @property
    def closed_countries(self) -> tuple[str, ...]:
        """Countries to which no migrant worker is placed, by id."""
        return tuple(answer for sign in self.signs if sign.asked is Asked.COUNTRY for answer in sign.answers)

    def seen(self, answers: Mapping[str, Collection[str]], abroad: bool) -> tuple[DangerSign, ...]:
        """The signs that answers show, in the file's order; `answers` maps a question to the options chosen."""
        counted = (sign for sign in self.signs if abroad or not sign.abroad)
        return tuple(sign for sign in counted if set(sign.answers) & set(answers.get(sign.asked, ())))


def load_offers(path: Path) -> Offers:
    """Read offers.yaml; ValueError names file, row and field."""
    file = read_file(path)
    file.only(frozenset({"signs", "register"}))
    signs: dict[str, DangerSign] = {}
    for row in file.each("signs"):
        sign = _sign(row)
        if sign.id in signs:
            row.wrong("id", "is there twice")
        signs[sign.id] = sign
    register = file.inner("register")
    register.only(CITED | {"page"})
    return Offers(tuple(signs.values()), Register(register.text("page"), _citation(register)))


def _sign(row: Row) -> DangerSign:
    row.only(CITED | {"id", "asked", "answers"}, frozenset({"abroad"}))
    if not row.texts("answers"):
        row.wrong("answers", "a sign that no answer shows is never seen")
    abroad = row.fields.get("abroad", False)
    if not isinstance(abroad, bool):
        row.wrong("abroad", "true is needed, or nothing")
    return DangerSign(row.text("id"), row.word(Asked, "asked"), row.texts("answers"), abroad, _citation(row))


def _citation(row: Row) -> Citation:
    return Citation(row.text("source"), row.month("source_date"), row.confidence())
