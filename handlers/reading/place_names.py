"""What each place name can mean: the index that a reader of places looks names up in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from content.gazetteer import Alias, Gazetteer, Kelurahan, Rule
from handlers.reading.place_candidates import (
    ALIAS,
    AREA,
    HOMONYM,
    INSIDE,
    KOTA,
    MATE,
    NAME,
    SIBLING,
    TWIN,
    Candidate,
    Outside,
    kecamatan_at,
    kelurahan_at,
)
from handlers.reading.place_words import compact, tokens_of

DIRECTIONS = frozenset({"utara", "selatan", "timur", "barat"})
# A landmark is often said instead of the kelurahan it is named after; a spelling or a hand-made list is not.
LANDMARKS = frozenset(
    {
        "station",
        "terminal",
        "mall",
        "market",
        "apartment",
        "area",
        "hospital",
        "campus",
        "port",
        "airport",
        "gov",
    }
)
DOUBTS = {
    "unverified": 10,
    "verified-point-kota-disagrees": 10,
    "partly-verified": 5,
    "verified-point-border": 5,
}
VARIES = 5  # off for a name that differs by speaker
TWIN_DISTANCE = 2  # two letters apart: one slip of the thumb from another kota


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a name, and all it can mean, nearest first; `twins` are what it may mean too where it is
    misspelt, `kecamatan` what it means after that word, `areas` the codes it names as an area."""

    key: str
    rule: Rule
    offers: tuple[Candidate, ...]
    twins: tuple[Candidate, ...]
    kecamatan: tuple[Candidate, ...]
    areas: frozenset[str]
    outside: Outside | None

    @property
    def first(self) -> str:
        """The code of what it means first; of a place outside its name."""
        return self.offers[0].place if self.offers else self.outside.name if self.outside else self.key


@dataclass(slots=True)
class Meaning:
    """What is gathered for a form while the index is built."""

    rule: Rule = "phrase"
    offers: dict[str, Candidate] = field(default_factory=dict)
    twins: list[Candidate] = field(default_factory=list)
    kecamatan: list[Candidate] = field(default_factory=list)
    areas: set[str] = field(default_factory=set)
    outside: Outside | None = None

    def offer(self, candidate: Candidate) -> None:
        """Add a candidate, or keep the better score of the two."""
        known = self.offers.get(candidate.place)
        if known is None or known.score < candidate.score:
            self.offers[candidate.place] = candidate


def index_names(gazetteer: Gazetteer) -> Mapping[str, Form]:
    """All forms by their compact spelling."""
    building = NameIndex(gazetteer)
    building.add_names()
    for alias in gazetteer.aliases:
        building.add_alias(alias)
    for alias in gazetteer.aliases:
        if alias.type in LANDMARKS:
            building.add_inside(alias)
    building.add_stems()
    building.add_short_stems()
    building.add_siblings()
    building.add_twins()
    building.add_postal_codes()
    return {key: finished(key, meaning) for key, meaning in building.meanings.items()}


def finished(key: str, meaning: Meaning) -> Form:
    """A form with its offers in order; equal scores stay in the order of the source."""
    offers = tuple(sorted(meaning.offers.values(), key=lambda candidate: -candidate.score))
    areas = frozenset(meaning.areas)
    return Form(key, meaning.rule, offers, tuple(meaning.twins), tuple(meaning.kecamatan), areas, meaning.outside)


class NameIndex:
    """Gathers the meanings of every form, names first."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.meanings: dict[str, Meaning] = {}
        self.named = {compact(row.name): row for row in gazetteer.kelurahan}
        self.stems = stems_of(gazetteer.kelurahan)

    def meaning(self, key: str) -> Meaning:
        """The meaning of a form, begun when it is new."""
        return self.meanings.setdefault(key, Meaning())

    def add_names(self) -> None:
        """Every kelurahan, kecamatan and kota by its own name; where two bear one, the larger is offered first."""
        larger = {compact(row.kecamatan) for row in self.gazetteer.kelurahan}
        for key, row in self.named.items():
            self.meaning(key).offer(kelurahan_at(row, HOMONYM if key in larger else NAME))
        for kota in self.gazetteer.kota():
            self.add_area(compact(kota.name), kota.code, KOTA)
            for kecamatan in self.gazetteer.kecamatan(kota.code):
                self.add_area(compact(kecamatan.name), kecamatan.code, AREA)

    def add_area(self, key: str, code: str, score: int) -> None:
        """A form that names a kecamatan or a kota."""
        meaning = self.meaning(key)
        meaning.areas.add(code)
        rows = self.gazetteer.kelurahan_of(code)
        meaning.kecamatan += [kecamatan_at(row, NAME) for row in rows[:1]]
        meaning.kecamatan += [kelurahan_at(row, MATE) for row in rows]
        for candidate in self.area_offers(code, score):
            meaning.offer(candidate)

    def area_offers(self, code: str, score: int) -> Iterator[Candidate]:
        """A kota or a kecamatan; where a kelurahan bears its name also that one and those beside it."""
        rows = self.gazetteer.kelurahan_of(code)
        if not rows:
            kota = next(kota for kota in self.gazetteer.kota() if kota.code == code)
            yield Candidate(None, None, None, kota.name, code, KOTA)
            return
        yield kecamatan_at(rows[0], score)
        if any(same_name(row) for row in rows):
            yield from (kelurahan_at(row, HOMONYM if same_name(row) else MATE) for row in rows)

    def add_alias(self, alias: Alias) -> None:
        """Every form of an alias; its rule holds for a kelurahan's own name too."""
        score = ALIAS - DOUBTS.get(alias.verification, 0) - (VARIES if alias.rule == "ask" else 0)
        for form in alias.forms:
            key = compact(form)
            meaning = self.meaning(key)
            meaning.rule = alias.rule
            meaning.outside = Outside(alias.forms[0], alias.beyond == "abroad") if alias.beyond else None
            for code in alias.codes:
                row = self.gazetteer.by_code(code)
                if row is None:
                    self.add_area(key, code, score)
                else:
                    meaning.offer(kelurahan_at(row, score))

    def add_inside(self, alias: Alias) -> None:
        """The kelurahan whose name stands inside a landmark's: Kalibata in Kalibata City, in Rawajati."""
        rows = [row for form in alias.forms for row in self.names_inside(tokens_of(form))]
        for form in alias.forms:
            for row in rows:
                self.meaning(compact(form)).offer(kelurahan_at(row, INSIDE))

    def names_inside(self, tokens: list[str]) -> Iterator[Kelurahan]:
        """Longest names first; an ordinary word counts only where it is all that follows "stasiun"."""
        start = 0
        while start < len(tokens):
            end = next((end for end in range(len(tokens), start, -1) if self.counts(tokens, start, end)), None)
            if end is not None:
                yield self.named["".join(tokens[start:end])]
            start = end or start + 1

    def counts(self, tokens: list[str], start: int, end: int) -> bool:
        """Whether words inside a landmark's name are a kelurahan's name."""
        key = "".join(tokens[start:end])
        if key not in self.named:
            return False
        after_title = tokens[0] in {"stasiun", "terminal"} and (start, end) == (1, len(tokens))
        return self.meanings[key].rule != "cue" or after_title

    def add_stems(self) -> None:
        """Gunung Sahari, where only Gunung Sahari Utara and Selatan exist."""
        for key, rows in self.stems.items():
            if len(rows) > 1 and key not in self.meanings:
                for row in rows.values():
                    self.meaning(key).offer(kelurahan_at(row, ALIAS - VARIES))

    def add_short_stems(self) -> None:
        """Cemput Barat: who shortens a name shortens it before a direction too."""
        for alias in self.gazetteer.aliases:
            rows = {last: row for form in alias.forms for last, row in self.stems.get(compact(form), {}).items()}
            for key, row in ((compact(form) + last, row) for form in alias.forms for last, row in rows.items()):
                if key not in self.meanings:
                    self.meaning(key).offer(kelurahan_at(row, ALIAS))

    def add_siblings(self) -> None:
        """Grogol may be meant as Grogol Utara: names that begin with the whole of another."""
        for row in self.gazetteer.kelurahan:
            tokens = tokens_of(row.name)
            for length in range(1, len(tokens)):
                meaning = self.meanings.get("".join(tokens[:length]))
                if meaning is not None and meaning.outside is None:
                    meaning.offer(kelurahan_at(row, SIBLING))

    def add_twins(self) -> None:
        """Kalibata and Kalibaru: a slip apart and in different kota, so "kalibaa" is taken for neither alone."""
        for (one, row), (other, twin) in combinations(self.named.items(), 2):
            near = Levenshtein.distance(one, other, score_cutoff=TWIN_DISTANCE) <= TWIN_DISTANCE
            if near and row.kota_code != twin.kota_code:
                self.meanings[one].twins.append(kelurahan_at(twin, TWIN))
                self.meanings[other].twins.append(kelurahan_at(row, TWIN))

    def add_postal_codes(self) -> None:
        """A number is a postal code only where it is called one, and several kelurahan may share it."""
        for row in self.gazetteer.kelurahan:
            meaning = self.meaning(row.postal_code)
            meaning.rule = "cue"
            meaning.offer(kelurahan_at(row, INSIDE))


def stems_of(rows: Iterable[Kelurahan]) -> Mapping[str, Mapping[str, Kelurahan]]:
    """Kelurahan whose name ends in a direction, by what stands before it and by the direction."""
    stems: dict[str, dict[str, Kelurahan]] = {}
    for row in rows:
        *stem, last = tokens_of(row.name)
        if stem and last in DIRECTIONS:
            stems.setdefault("".join(stem), {})[last] = row
    return stems


def same_name(row: Kelurahan) -> bool:
    """Whether a kelurahan bears the name of its own kecamatan."""
    return compact(row.name) == compact(row.kecamatan)
