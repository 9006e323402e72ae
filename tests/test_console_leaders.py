"""Leaders in the console: an office is typed and never a person, and whoever is revoked takes what waits along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.console.leader_units import unit_of
from models import alert
from models.alert import Alert
from models.base import DAY
from models.leader_tables import leader
from tests.console_service import Cast, make_cast, post
from tests.service import shelf

RAWAJATI = "31.74.08.1003"
FORM = {"office": "rt", "unit": "05/02", "kelurahan": RAWAJATI, "months": "12"}
FAULT = re.compile(r'<small class="fault" id="p-(\w+)"[^>]*>([^<]*)<')


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url) as cast:
        yield cast


def taken(office: str, text: str) -> str | None:
    content = shelf()
    return unit_of(office, text, content.gazetteer.by_code(RAWAJATI), content.alert_lexicon.titles)


@pytest.mark.parametrize(
    ("office", "text", "unit"),
    [
        ("rt", "05/02", "05/02"),
        ("rt", "5/2", "05/02"),
        ("rt", "RT 05/RW 02", "05/02"),
        ("rt", "rt.005 rw.002", "05/02"),
        ("rt", "RW 02 RT 05", "05/02"),
        ("rt", "RT 112 / RW 12", "112/12"),
        ("rw", "RW 02", "02"),
        ("rw", " 2 ", "02"),
        ("rw", "RW02", "02"),
        ("kelurahan", "", ""),
        ("kelurahan", "Kelurahan Rawajati", ""),
        ("kelurahan", "rawajati", ""),
        ("kelurahan", "2", "2"),
        ("kecamatan", "Kecamatan Pancoran", ""),
        ("school", "SMPN 12", "SMPN 12"),
        ("school", "sd negeri 03 pagi", "sd negeri 03 pagi"),
        ("school", "SMK Budi Luhur", "SMK Budi Luhur"),
        ("school", "MTsN 6", "MTsN 6"),
        ("school", "Pesantren Al Hikmah", "Pesantren Al Hikmah"),
    ],
)
def test_an_office_is_taken_as_people_write_it(office: str, text: str, unit: str) -> None:
    assert taken(office, text) == unit


@pytest.mark.parametrize("office", ["rt", "rw", "kelurahan", "kecamatan", "school"])
@pytest.mark.parametrize("text", ["Pak Slamet", "slamet", "Bu Rini 05/02", "RW Pak Slamet", "0812-3456-7890", "x" * 41])
def test_a_name_is_none(office: str, text: str) -> None:
    assert taken(office, text) is None


@pytest.mark.parametrize(
    ("office", "text"),
    [
        ("rt", ""),
        ("rt", "05"),
        ("rt", "00/02"),
        ("rw", ""),
        ("rw", "00"),
        ("school", ""),
        ("school", "SMP"),
        ("school", "SMPN 12 Pak Slamet"),
        ("kelurahan", "Pluit"),
        ("kecamatan", "Rawajati"),
    ],
)
def test_what_does_not_say_which_office_is_asked_again(office: str, text: str) -> None:
    assert taken(office, text) is None


@given(st.sampled_from(["rt", "rw"]), st.text(max_size=60))
def test_of_an_rt_or_rw_numbers_are_kept_and_nothing_else(office: str, text: str) -> None:
    unit = taken(office, text)
    assert unit is None or re.fullmatch(r"\d{2,3}(/\d{2,3})?", unit)


@pytest.mark.anyio
async def test_a_name_is_refused_beside_its_field_and_no_kelurahan_is_chosen_before(cast: Cast) -> None:
    async with cast.client("budi") as budi:
        opened = (await budi.get("/konsol/pengurus")).text
        wrong = await post(budi, "/pengurus/undang", **{**FORM, "unit": "Pak Slamet", "kelurahan": ""})
        right = await post(budi, "/pengurus/undang", **{**FORM, "unit": "RT 05/RW 02"})
    assert '<select name="kelurahan" required><option value="">Pilih dulu</option>' in opened
    assert not re.search(r'<option value="31[^"]*" selected', opened)
    faults = {name: unescape(words) for name, words in FAULT.findall(wrong.text)}
    assert wrong.status_code == 422 and set(faults) == {"unit", "kelurahan"}
    assert faults["unit"] == "Tulis nomor RT dan RW-nya, misalnya 05/02. Bukan nama orang."
    assert 'value="Pak Slamet"' in wrong.text and "ketua " not in wrong.text
    assert right.status_code == 200 and "ketua " in right.text and "RT 05/02 Rawajati" in right.text


@pytest.mark.anyio
async def test_before_and_after_a_revocation_the_page_says_what_it_stops(cast: Cast) -> None:
    async with cast.client("budi") as budi:
        await post(budi, "/pengurus/undang", **FORM)
        ids = cast.service.desk.do(lambda connection: list(connection.execute(sa.select(leader.c.id)).scalars()))
        (who,) = ids.result()
        assert "tidak ada yang ikut dibatalkan" in (await budi.get("/konsol/pengurus")).text
        wrote(cast, who, "a", state="waiting")
        wrote(cast, who, "b", state="ready", send_at=cast.clock.at + DAY)
        wrote(cast, who, "c", state="sending")
        wrote(cast, who, "d", state="ready", kind="correction", about="c")
        before = (await budi.get("/konsol/pengurus")).text
        done = await post(budi, "/pengurus/cabut", leader=who)
        after = (await budi.get(done.headers["location"])).text
        forged = (await budi.get("/konsol/pengurus?kabar=cabut&henti=<b>")).text
    assert "Ini juga membatalkan 2 info mereka yang belum dikirim." in before
    assert "Ikut dibatalkan: 2 info mereka yang belum dikirim." in after
    assert "Ikut dibatalkan" not in forged
    states = cast.service.desk.do(lambda connection: [alert.state_of(connection, id) for id in "abcd"]).result()
    assert states == ["cancelled", "cancelled", "sending", "ready"]


def wrote(cast: Cast, who: str, id: str, **more: Any) -> None:
    """An alert of that leader's."""
    now = cast.clock.at
    one = Alert(id, "31.74", RAWAJATI, "", "{}", now, now + DAY, leader=who, **more)
    cast.service.desk.do(partial(alert.put, one=one)).result()
