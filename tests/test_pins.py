"""Pins: what a point on the map may mean, by reference points or by official boundaries, and where it is kept."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.app import boundaries_of
from bot.install import CannotStart
from bot.places_import import BadBoundaries, import_boundaries
from bot.reading import Reading
from bot.settings import Settings
from content.boundaries import Boundaries, load_boundaries, read_boundaries
from content.gazetteer import Kelurahan
from handlers.affected import Affected
from handlers.flows import FLOWS
from handlers.reading.places import Candidate, Found, Outside
from handlers.statement import Statement
from handlers.talk import Outcome, Place, Turn
from handlers.turns import play
from tests.databases import Sqlite
from tests.service import make_service, shelf

GAZETTEER = shelf().gazetteer
CODES = [row.code for row in GAZETTEER.kelurahan]
CAWANG, CILILITAN = "31.75.04.1007", "31.75.04.1006"
SIDE = 0.02  # degrees: 2.2 km
HUNDRED_METRES = 0.1 / 111.2


def square(lon: float, lat: float, side: float = SIDE) -> list[list[float]]:
    """A closed ring whose south-west corner is given."""
    return [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]


def feature(code: str, *rings: list[Any], name: str = "code") -> dict[str, Any]:
    """A kelurahan of one polygon: an outline and its holes."""
    return {"properties": {name: code}, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


def geojson(*features: Mapping[str, Any]) -> str:
    """A collection of features as text."""
    return json.dumps({"type": "FeatureCollection", "features": features})


# Two squares side by side, with a hole in the western one.
TWO = read_boundaries(
    geojson(
        feature(CAWANG, square(106.86, -6.26), square(106.862, -6.258, 0.004)),
        feature("3175041006", square(106.88, -6.26), name="kode_desa"),
    ),
    CODES,
)


# --- boundaries

NEAR = [
    ((-6.25, 106.875), [CAWANG]),
    ((-6.25, 106.8799), [CAWANG, CILILITAN]),
    ((-6.25, 106.8801), [CILILITAN, CAWANG]),
    ((-6.25, 106.89), [CILILITAN]),
    ((-6.2391, 106.8799), [CAWANG, CILILITAN]),
    ((-6.2376, 106.87), []),
    ((-6.256, 106.864), [CAWANG]),
    ((-6.25, 106.95), []),
]


@pytest.mark.parametrize(("point", "codes"), NEAR)
def test_a_point_lies_in_one_and_near_its_neighbours(point: tuple[float, float], codes: list[str]) -> None:
    assert [code for code, _ in TWO.near(*point, reach=0.25)] == codes


def test_a_hole_is_no_part_of_it() -> None:
    ((_, away),) = TWO.near(-6.256, 106.864, reach=0.25)
    assert away == pytest.approx(0.22, abs=0.01)
    assert TWO.near(-6.256, 106.870, reach=0.25) == ((CAWANG, 0.0),)


@given(x=st.floats(-0.01, 0.03), y=st.floats(-0.01, 0.03))
@settings(deadline=None)
def test_inside_is_inside_and_the_distance_is_the_distance(x: float, y: float) -> None:
    one = read_boundaries(geojson(feature(CILILITAN, square(106.88, -6.26))), CODES)
    found = dict(one.near(-6.26 + y, 106.88 + x, reach=10.0))
    beside, above = (max(-value, value - SIDE, 0.0) for value in (x, y))
    assert found[CILILITAN] == pytest.approx(111.2 * ((beside * 0.994) ** 2 + above**2) ** 0.5, abs=0.005)


SPOILT = [
    ("{", "Expecting"),
    ("[]", "no GeoJSON FeatureCollection"),
    ('{"type": "Feature"}', "no GeoJSON FeatureCollection"),
    (geojson({"properties": {"code": CAWANG}, "geometry": {"type": "Point", "coordinates": [1, 2]}}), "feature 1"),
    (geojson(feature(CAWANG, square(106, -6)[:-1])), "not closed"),
    (geojson(feature(CAWANG, [[1e6, 2e6], [1, 2], [3, 4], [1e6, 2e6]])), "not in degrees"),
    (geojson(feature(CAWANG, [["a", 1]])), "feature 1"),
    (geojson({"properties": {"code": CAWANG}, "geometry": None}), "feature 1"),
    (geojson({"geometry": {}}), "feature 1"),
]


@pytest.mark.parametrize(("text", "problem"), SPOILT)
def test_what_is_no_map_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_boundaries(text, CODES)


def test_rows_of_other_provinces_are_passed_over() -> None:
    text = geojson(feature("32.75.01.1001", square(107.0, -6.2)), feature(CAWANG, square(106.86, -6.26)))
    assert [row.code for row in read_boundaries(text, CODES).rows] == [CAWANG]


# --- the import


def around_points(rows: Iterator[Kelurahan]) -> str:
    """A small square around each reference point."""
    return geojson(*(feature(row.code, square(row.lon - 0.002, row.lat - 0.002, 0.004)) for row in rows))


def test_a_whole_map_is_taken_over_and_read_again(tmp_path: Path) -> None:
    source, target = tmp_path / "official.geojson", tmp_path / "kept" / "places.geojson"
    source.write_text(around_points(iter(GAZETTEER.kelurahan)), encoding="utf-8")
    assert "267 kelurahan" in import_boundaries(source, target, GAZETTEER)
    kept = load_boundaries(target, CODES)
    assert kept == load_boundaries(source, CODES)
    assert [one.name for one in target.parent.iterdir()] == [target.name]


def test_a_map_that_cannot_be_used_leaves_the_old_one(tmp_path: Path) -> None:
    source, target = tmp_path / "official.geojson", tmp_path / "places.geojson"
    target.write_text("old", encoding="utf-8")
    swapped = around_points(iter(GAZETTEER.kelurahan)).replace("[10", "[-10")
    for text, problem in [
        (around_points(iter(GAZETTEER.kelurahan[1:])), "1 kelurahan are missing"),
        (swapped, "lie elsewhere"),
        ("no map", "official.geojson"),
    ]:
        source.write_text(text, encoding="utf-8")
        with pytest.raises(BadBoundaries, match=problem):
            import_boundaries(source, target, GAZETTEER)
    with pytest.raises(BadBoundaries, match="not there"):
        import_boundaries(tmp_path / "nothing", target, GAZETTEER)
    assert target.read_text(encoding="utf-8") == "old"


def test_without_an_import_there_are_no_boundaries(tmp_path: Path) -> None:
    assert load_boundaries(tmp_path / "places.geojson", CODES) is None


def test_the_command_imports_and_the_next_start_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "official.geojson", tmp_path / "places.geojson"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUAR_PLACES", str(target))
    source.write_text("no map", encoding="utf-8")
    refused = CliRunner().invoke(app, ["places", "import", str(source)])
    assert (refused.exit_code, target.exists()) == (2, False)
    source.write_text(around_points(iter(GAZETTEER.kelurahan)), encoding="utf-8")
    done = CliRunner().invoke(app, ["places", "import", str(source)])
    assert (done.exit_code, "267 kelurahan" in done.output) == (0, True)
    assert boundaries_of(Settings(), shelf()) == load_boundaries(source, CODES)
    target.write_text("spoilt", encoding="utf-8")
    with pytest.raises(CannotStart, match="suar places import"):
        boundaries_of(Settings(), shelf())


# --- what is offered for a pin


def around(sqlite: Sqlite, boundaries: Boundaries | None, lat: float, lon: float) -> tuple[Found, ...]:
    """What the door makes of a pin."""
    with sqlite.fresh() as url, make_service(url) as service:
        reading = Reading(replace(service.house, boundaries=boundaries))
        try:
            return reading.around(lat, lon)
        finally:
            reading.close()


def test_by_points_the_nearest_four_are_offered(sqlite: Sqlite) -> None:
    found = around(sqlite, None, -6.2, 106.84)
    assert [type(one) for one in found] == [Candidate] * 4
    assert {one.pin for one in found} == {"-6.20000, 106.84000"}


def test_by_boundaries_the_right_one_and_those_beside_it(sqlite: Sqlite) -> None:
    found = around(sqlite, TWO, -6.25, 106.8799)
    assert [one.place for one in found if isinstance(one, Candidate)] == [CAWANG, CILILITAN]
    assert around(sqlite, TWO, -6.9, 107.6) == (Outside(""),)


def test_just_outside_the_border_both_may_be_meant(sqlite: Sqlite) -> None:
    inside, beyond = around(sqlite, TWO, -6.24 + HUNDRED_METRES, 106.87)
    assert isinstance(inside, Candidate) and inside.place == CAWANG
    assert isinstance(beyond, Outside)


# --- where it is kept

PIN = "-6.24000, 106.87000"
PLACES: tuple[Found, ...] = (Candidate(CAWANG, "Cawang", "Kramatjati", "Jakarta Timur", "31.75", 100, pin=PIN),)


def turn(**values: Any) -> Turn:
    """A message."""
    return Turn(shelf(), 1_780_000_000, "0" * 32, **values)


def went(place: Place, **values: Any) -> tuple[Place, Outcome]:
    """One turn, and where it led."""
    found = play(FLOWS, place, turn(**values))
    assert isinstance(found, Outcome) and found.place is not None
    return found.place, found


def test_nobody_who_prints_a_place_prints_where_a_pin_lay() -> None:
    assert PIN not in repr(PLACES) + repr(turn(places=PLACES))


def test_a_witnesss_pin_is_gone_with_the_turn() -> None:
    place, _ = went(Place("report", "where", Statement().dump(), 1), places=PLACES)
    assert (place.step, place.draft["found"]) == ("which", [CAWANG])
    assert PIN not in json.dumps(place.dump())


@pytest.mark.parametrize("child", ["yes", "no"])
def test_an_affected_person_is_asked_whether_the_point_may_be_kept(child: str) -> None:
    place, _ = went(Place("affected", "where", Affected(child=child, report="r", public="p").dump(), 1), places=PLACES)
    assert place.step == "which"
    place, said = went(place, text="1")
    assert [one.args["told"] for one in said.errands] == [[{"place": CAWANG, "kota": "31.75"}]]
    place = Place("affected", "pin", {**place.draft, "pending": []}, place.turn)
    place, said = went(place, text="1")
    assert [one.args["told"] for one in said.errands] == [[{"place_words": [PIN]}]]
    assert (place.draft["then"], place.draft.get("pin", "")) == ("happening", "")


@pytest.mark.parametrize("answer", ["2", "3", "jangan, nanti ketahuan"])
def test_anything_but_a_yes_forgets_the_point(answer: str) -> None:
    place, said = went(Place("affected", "pin", Affected(child="no", pin=PIN).dump(), 1), text=answer)
    assert place.step == "happening"
    assert PIN not in json.dumps(place.dump())
    assert said.errands == ()


def test_a_new_place_in_words_takes_the_pins_place() -> None:
    draft = Affected(child="no", pin=PIN, found=(CAWANG,)).dump()
    place, _ = went(Place("affected", "which", draft, 1), text="rumah itu")
    assert PIN not in json.dumps(place.dump())
