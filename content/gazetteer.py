"""The kelurahan of Jakarta, the names people use for them, and the words around such names."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, cast, get_args

from content.faults import Fault

FOLDER = Path(__file__).parent / "places"
DEGREE = 111.2  # kilometres of a degree of latitude

# phrase: read anywhere; ask: the same, but its meaning differs by speaker; near: after "di" or "dekat", or
# when a place was asked for; cue: after "kelurahan", as the answer itself, or before its own kota.
Rule = Literal["phrase", "ask", "near", "cue"]
Beyond = Literal["", "outside", "abroad"]  # in Jakarta; elsewhere in Indonesia; in another country
Role = Literal[
    "spelling",
    "kelurahan",
    "kecamatan",
    "kota",
    "near",
    "beside",
    "from",
    "not",
    "landmark",
    "street",
    "person",
    "named",
    "people",
    "boundary",
    "filler",
    "ordinary",
]

Key = TypeVar("Key")
Value = TypeVar("Value")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """The smallest unit a report is filed under; codes are Kemendagri's, the point is WGS 84 in degrees."""

    code: str
    name: str
    kecamatan: str
    kota: str
    kecamatan_code: str
    kota_code: str
    postal_code: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Area:
    """A kecamatan (code like 31.74.08) or a kota or kabupaten (31.74)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Alias:
    """What people call a place; `codes` are kelurahan, kecamatan or kota, or none."""

    forms: tuple[str, ...]
    type: str
    codes: tuple[str, ...]
    rule: Rule
    verification: str
    beyond: Beyond = ""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places and names, in the order of their codes."""

    kelurahan: tuple[Kelurahan, ...]
    aliases: tuple[Alias, ...]
    words: Mapping[Role, tuple[tuple[str, ...], ...]]  # a spelling's first form is the one names are written in
    _by_code: Mapping[str, Kelurahan] = field(init=False, repr=False, compare=False)
    _by_kecamatan: Mapping[str, tuple[Kelurahan, ...]] = field(init=False, repr=False, compare=False)
    _by_kota: Mapping[str, tuple[Area, ...]] = field(init=False, repr=False, compare=False)
    _kota: Mapping[str, Area] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index by code; a record that never changes may keep its own index."""
        rows = self.kelurahan
        kecamatan = {row.kecamatan_code: Area(row.kecamatan_code, row.kecamatan) for row in rows}
        set_once = object.__setattr__
        set_once(self, "_by_code", {row.code: row for row in rows})
        set_once(self, "_by_kecamatan", grouped(rows, lambda row: row.kecamatan_code))
        set_once(self, "_by_kota", grouped(kecamatan.values(), lambda area: area.code.rpartition(".")[0]))
        set_once(self, "_kota", {row.kota_code: Area(row.kota_code, row.kota) for row in rows})

    def by_code(self, code: str) -> Kelurahan | None:
        """The kelurahan of a code like 31.74.08.1003, or None."""
        return self._by_code.get(code)

    def kota(self) -> tuple[Area, ...]:
        """The five kota and Kepulauan Seribu."""
        return tuple(self._kota.values())

    def kecamatan(self, kota_code: str) -> tuple[Area, ...]:
        """The kecamatan of a kota; none for a code that is no kota."""
        return self._by_kota.get(kota_code, ())

    def kelurahan_of(self, kecamatan_code: str) -> tuple[Kelurahan, ...]:
        """The kelurahan of a kecamatan; none for a code that is no kecamatan."""
        return self._by_kecamatan.get(kecamatan_code, ())

    def nearest(self, lat: float, lon: float, most: int) -> tuple[tuple[Kelurahan, float], ...]:
        """The kelurahan whose points lie nearest to a place in degrees, and how far away they are, in kilometres."""
        wide = math.cos(math.radians(lat))
        apart = ((row, DEGREE * math.hypot(row.lat - lat, (row.lon - lon) * wide)) for row in self.kelurahan)
        return tuple(sorted(apart, key=lambda one: (one[1], one[0].code))[:most])

    def knows(self, code: str) -> bool:
        """Whether a code is a kelurahan, kecamatan or kota of Jakarta."""
        return code in self._by_code or code in self._by_kecamatan or code in self._kota


def grouped(values: Iterable[Value], key: Callable[[Value], Key]) -> dict[Key, tuple[Value, ...]]:
    """Values by key, in the order they came."""
    groups: dict[Key, list[Value]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return {name: tuple(members) for name, members in groups.items()}


def load_gazetteer(folder: Path = FOLDER) -> Gazetteer:
    """Read the three files of a folder; ValueError names file, line and what is wrong."""
    rows = tuple(read_kelurahan(where, row) for where, row in read_rows(folder / "kelurahan.csv"))
    if len({row.code for row in rows}) != len(rows):
        raise Fault("kelurahan.csv", "a code stands twice")
    words: dict[Role, list[tuple[str, ...]]] = {}
    for where, row in read_rows(folder / "words.csv"):
        words.setdefault(read_role(where, row["role"]), []).append(forms_of(row["word"], row["other_forms"]))
    aliases = tuple(read_rows(folder / "aliases.csv"))
    found = Gazetteer(
        rows,
        tuple(read_alias(where, row) for where, row in aliases),
        {role: tuple(groups) for role, groups in words.items()},
    )
    check_codes(found, [where for where, _ in aliases])
    return found


def read_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Each row of a CSV with "file: line" for the error; a row with a cell too many or too few is refused."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            where = f"{path.name}: line {reader.line_num}"
            if None in row or None in row.values():
                raise Fault(where, "not as many cells as columns; a comma inside a cell needs quotes")
            yield where, row


def read_kelurahan(where: str, row: Row) -> Kelurahan:
    """One kelurahan, with its kecamatan and kota in its own code."""
    code = row["code"]
    if not code.startswith(f"{row['kecamatan_code']}.") or not code.startswith(f"{row['kota_code']}."):
        raise Fault(where, "code %(name)s is not inside its kecamatan and kota", name=code)
    return Kelurahan(
        code=code,
        name=row["kelurahan"],
        kecamatan=row["kecamatan"],
        kota=row["kota"],
        kecamatan_code=row["kecamatan_code"],
        kota_code=row["kota_code"],
        postal_code=row["postal_code"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
    )


def read_alias(where: str, row: Row) -> Alias:
    """One alias; a rule the reader does not know is refused."""
    rule = row["match_rule"]
    if rule not in get_args(Rule):
        known = ", ".join(get_args(Rule))
        raise Fault(f"{where}: match_rule", "%(value)s is none of %(known)s", value=repr(rule), known=known)
    codes = tuple(code for code in row["code"].split("|") if code)
    forms = forms_of(row["alias"], row["other_forms"])
    beyond = row["level"] if row["level"] in get_args(Beyond) else ""
    return Alias(forms, row["type"], codes, cast(Rule, rule), row["verification"], cast(Beyond, beyond))


def read_role(where: str, role: str) -> Role:
    """A role of words.csv."""
    if role not in get_args(Role):
        known = ", ".join(get_args(Role))
        raise Fault(f"{where}: role", "%(value)s is none of %(known)s", value=repr(role), known=known)
    return cast(Role, role)


def forms_of(first: str, others: str) -> tuple[str, ...]:
    """The first form and those behind bars; ["a", "b|c"] gives a, b, c."""
    return (first, *(form for form in others.split("|") if form))


def check_codes(gazetteer: Gazetteer, wheres: list[str]) -> None:
    """Refuse an alias that leads nowhere."""
    for where, alias in zip(wheres, gazetteer.aliases, strict=True):
        for code in alias.codes:
            if not gazetteer.knows(code):
                raise Fault(where, "%(name)s is no kelurahan, kecamatan or kota", name=code)
