"""Official boundaries of kelurahan, where an operator has brought them: what a point lies in, and what is near."""

import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from content.gazetteer import DEGREE

Point = tuple[float, float]  # longitude and latitude in degrees, WGS 84, in the order of GeoJSON
Ring = tuple[Point, ...]  # closed: the last point is the first
Box = tuple[float, float, float, float]  # west, south, east, north
CORNERS = 4  # of the smallest closed ring
EAST, NORTH = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Boundary:
    """The outlines of one kelurahan, islands and holes alike, and the box around them."""

    code: str
    rings: tuple[Ring, ...]
    box: Box

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point lies inside: a line from it crosses the outlines an odd number of times."""
        return sum(crosses(ring, lon, lat) for ring in self.rings) % 2 == 1

    def away(self, lon: float, lat: float) -> float:
        """Kilometres from a point to the nearest outline."""
        wide = math.cos(math.radians(lat))
        return DEGREE * min(off_line(start, end, (lon, lat), wide) for start, end in self.lines())

    def lines(self) -> Iterator[tuple[Point, Point]]:
        """Every side of every outline."""
        for ring in self.rings:
            yield from pairwise(ring)

    def within_reach(self, lon: float, lat: float, reach: float) -> bool:
        """Whether its box comes as near to a point as so many kilometres."""
        high = reach / DEGREE
        wide = high / math.cos(math.radians(lat))
        west, south, east, north = self.box
        return west - wide <= lon <= east + wide and south - high <= lat <= north + high


def crosses(ring: Ring, lon: float, lat: float) -> int:
    """How often a line from a point to the east crosses a ring."""
    found = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (x2 - x1) * (lat - y1) / (y2 - y1):
            found += 1
    return found


def off_line(start: Point, end: Point, point: Point, wide: float) -> float:
    """Degrees of latitude from a point to a side; `wide` is the length of a degree of longitude in them."""
    x, y = (point[0] - start[0]) * wide, point[1] - start[1]
    dx, dy = (end[0] - start[0]) * wide, end[1] - start[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (x * dx + y * dy) / length)) if length else 0.0
    return math.hypot(x - along * dx, y - along * dy)


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The boundaries of every kelurahan that the file of an operator holds."""

    rows: tuple[Boundary, ...]

    def near(self, lat: float, lon: float, reach: float) -> tuple[tuple[str, float], ...]:
        """Codes of the kelurahan that a point lies in (0 km) or at most `reach` km away from, nearest first."""
        rows = [row for row in self.rows if row.within_reach(lon, lat, reach)]
        found = [(row.code, 0.0 if row.holds(lon, lat) else row.away(lon, lat)) for row in rows]
        return tuple(sorted((one for one in found if one[1] <= reach), key=lambda one: (one[1], one[0])))


def read_boundaries(text: str, codes: Collection[str]) -> Boundaries:
    """The boundaries of a GeoJSON text (RFC 7946) whose features name a code of `codes`; ValueError says what is wrong.

    A code may stand under any property, with its full stops (31.75.06.1001) or without.
    """
    data = json.loads(text)
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise ValueError("it is no GeoJSON FeatureCollection")
    names = {code: code for code in codes} | {code.replace(".", ""): code for code in codes}
    rings: dict[str, tuple[Ring, ...]] = {}
    for number, feature in enumerate(features, start=1):
        try:
            code = code_of(feature, names)
            if code:
                rings[code] = (*rings.get(code, ()), *rings_of(feature["geometry"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"feature {number} has no outline of longitudes and latitudes ({error})") from None
    return Boundaries(tuple(Boundary(code, found, box_of(found)) for code, found in sorted(rings.items())))


def code_of(feature: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The code of a feature, or nothing: files of a whole province hold rows of other places too."""
    values = (str(value).strip() for value in (feature["properties"] or {}).values())
    return next((names[value] for value in values if value in names), "")


def rings_of(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """The rings of a Polygon or a MultiPolygon."""
    if geometry["type"] not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"it is a {geometry['type']}")
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            points = tuple((float(point[0]), float(point[1])) for point in ring)
            if len(points) < CORNERS or points[0] != points[-1]:
                raise ValueError("a ring is not closed")
            if not all(abs(lon) <= EAST and abs(lat) <= NORTH for lon, lat in points):
                raise ValueError("a point is not in degrees")
            yield points


def box_of(rings: tuple[Ring, ...]) -> Box:
    """The box around rings."""
    lons, lats = [lon for ring in rings for lon, _ in ring], [lat for ring in rings for _, lat in ring]
    return min(lons), min(lats), max(lons), max(lats)


def written(boundaries: Boundaries) -> str:
    """Boundaries as the GeoJSON that `read_boundaries` reads; which ring is an island and which a hole is not kept."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": row.code},
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in row.rings]},
        }
        for row in boundaries.rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def load_boundaries(file: Path, codes: Collection[str]) -> Boundaries | None:
    """The boundaries of a file, or None where there is no such file; ValueError names it."""
    if not file.exists():
        return None
    try:
        return read_boundaries(file.read_text(encoding="utf-8"), codes)
    except (UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{file}: {error}") from None
