"""What a text about a place may mean: a kelurahan, a kecamatan, a kota, or somewhere outside Jakarta."""

from dataclasses import dataclass, field
from typing import Literal, TypedDict

from content.gazetteer import Kelurahan

# Scores, 0 to 100: how near what is offered lies to what was said. They order, they are no probability.
NAME, ALIAS, AREA, HOMONYM, INSIDE, SIBLING, TWIN, MATE, KOTA = 100, 95, 90, 85, 80, 75, 70, 60, 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant: a kelurahan (code set), a kecamatan, or only a kota."""

    code: str | None
    kelurahan: str | None
    kecamatan: str | None
    kota: str
    kota_code: str
    score: int
    kecamatan_code: str | None = None
    pin: str = field(default="", repr=False, compare=False)  # latitude and longitude in degrees, where a pin lay

    @property
    def level(self) -> Literal["kelurahan", "kecamatan", "kota"]:
        """How near the place is known."""
        if self.code is not None:
            return "kelurahan"
        return "kota" if self.kecamatan_code is None else "kecamatan"

    @property
    def place(self) -> str:
        """The code of its own level."""
        return self.code or self.kecamatan_code or self.kota_code


@dataclass(frozen=True, slots=True)
class Outside:
    """A place that is not in Jakarta, by the name people know."""

    name: str
    abroad: bool = False
    pin: str = field(default="", repr=False, compare=False)


Found = Candidate | Outside


def kelurahan_at(row: Kelurahan, score: int) -> Candidate:
    """A kelurahan as a candidate."""
    return Candidate(row.code, row.name, row.kecamatan, row.kota, row.kota_code, score, row.kecamatan_code)


def kecamatan_at(row: Kelurahan, score: int) -> Candidate:
    """The kecamatan of a kelurahan as a candidate."""
    return Candidate(None, None, row.kecamatan, row.kota, row.kota_code, score, row.kecamatan_code)


class Spelt(TypedDict, total=False):
    """A place as the command line writes it: null where the text does not decide, or only that it is outside."""

    kota: str | None
    kecamatan: str | None
    kelurahan: str | None
    kode: str
    outside: bool


def spelt(found: Candidate | Outside) -> Spelt:
    """A place by its names and the code of its own level."""
    if isinstance(found, Outside):
        return {"outside": True}
    return {"kota": found.kota, "kecamatan": found.kecamatan, "kelurahan": found.kelurahan, "kode": found.place}
