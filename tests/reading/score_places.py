"""Places: how near what is offered first comes to what a row means, and that nothing is settled in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.reading.place_candidates import spelt
from handlers.reading.reader import Reader
from tests.reading.figures import Figure, Row, share

KOTA, KECAMATAN, KELURAHAN = 5, 8, 13  # letters of a code: 31.75, 31.75.06, 31.75.06.1001
NAMES = ("kota", "kecamatan", "kelurahan, first", "kelurahan, first three", "outside", "no place", "ambiguous")


def figures(reader: Reader, rows: Sequence[Row]) -> Iterator[Figure]:
    """Each figure over the rows that it can be told of."""
    judged = [judge(row["expect"], codes(reader, row["text"])) for row in rows]
    for name in NAMES:
        yield share(name, [one[name] for one in judged if name in one])


def codes(reader: Reader, text: str) -> list[str]:
    """What is offered, by code; "outside" for what does not lie in Jakarta."""
    found = [spelt(one) for one in reader.places.read(text)]
    return ["outside" if one.get("outside") else one["kode"] for one in found]


def judge(expected: Row, found: list[str]) -> dict[str, bool]:
    """Which figures a row counts for, and whether it is right.

    A row expects `kode`, any of these; `ambiguous`, none of these alone; `outside`; or nothing, where none is named.
    """
    if expected.get("outside"):
        return {"outside": found[:1] == ["outside"]}
    if "ambiguous" in expected:
        return {"ambiguous": undecided(expected["ambiguous"], found)}
    if "kode" in expected:
        return dict(by_level(expected["kode"], found))
    return {"no place": not found}


def undecided(among: list[str], found: list[str]) -> bool:
    """Whether something that may be meant is offered, and not as the only choice."""
    settled = len(found) == 1 and len(found[0]) == KELURAHAN
    return not settled and any(code.startswith(one) for code in found for one in among)


def by_level(right: list[str], found: list[str]) -> Iterator[tuple[str, bool]]:
    """Kota, kecamatan and kelurahan of the first place offered, as far down as the row tells."""
    first = found[0] if found else ""
    known = min(map(len, right))
    yield "kota", any(first[:KOTA] == one[:KOTA] for one in right)
    if known >= KECAMATAN:
        yield "kecamatan", any(first[:KECAMATAN] == one[:KECAMATAN] for one in right)
    if known == KELURAHAN:
        yield "kelurahan, first", first in right
        yield "kelurahan, first three", not set(right).isdisjoint(found[:3])
