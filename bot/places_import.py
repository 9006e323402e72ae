"""`suar places import FILE.geojson`: official boundaries become a file of this install, after a check."""

from __future__ import annotations

from pathlib import Path

from content.boundaries import Boundaries, load_boundaries, written
from content.gazetteer import Gazetteer


class BadBoundaries(Exception):
    """The file cannot be used; says why."""


def import_boundaries(source: Path, target: Path, gazetteer: Gazetteer) -> str:
    """Write the boundaries of a GeoJSON file where the service reads them; what was done, in a sentence.

    Whole or not at all: a map with a hole would send a pin to the wrong desk.
    """
    try:
        found = load_boundaries(source, [row.code for row in gazetteer.kelurahan])
    except (OSError, ValueError) as error:
        raise BadBoundaries(str(error)) from None
    if found is None:
        raise BadBoundaries(f"{source} is not there")
    check(found, gazetteer)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.write_text(written(found), encoding="utf-8")
    part.replace(target)
    return f"{len(found.rows)} kelurahan are in {target}. Pins are read by it from the next start on."


def check(found: Boundaries, gazetteer: Gazetteer) -> None:
    """Every kelurahan is there, and its own point lies in it or in what is drawn beside it."""
    missing = {row.code for row in gazetteer.kelurahan} - {row.code for row in found.rows}
    if missing:
        some = ", ".join(sorted(missing)[:3])
        raise BadBoundaries(f"{len(missing)} kelurahan are missing, {some} among them")
    astray = [row.code for row in gazetteer.kelurahan if not lies(found, row.code, row.lat, row.lon)]
    if astray:
        raise BadBoundaries(
            f"{len(astray)} kelurahan lie elsewhere than their points, {', '.join(astray[:3])} among them; "
            "are longitude and latitude in this order, in degrees (WGS 84)?"
        )


def lies(found: Boundaries, code: str, lat: float, lon: float) -> bool:
    """Whether a kelurahan comes within a kilometre of a point."""
    return any(one == code for one, _ in found.near(lat, lon, 1.0))
