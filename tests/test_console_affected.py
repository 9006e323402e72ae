"""What a caseworker sees of an affected person's, a child's or a family's report: wishes first, words as they came."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from bot.console import labels
from bot.filing import sealed_item
from bot.locale import load_words
from handlers.affected import HAPPENING
from handlers.family import HAPPENED, REGIONS
from models import case
from tests.console_service import NUMBERS, OVERSIGHT, UPT, Cast, make_cast, post
from tests.databases import Sqlite
from tests.service import shelf

pytestmark = pytest.mark.anyio
OWN: Mapping[str, Any] = {
    "about": "self",
    "words": ["ktp saya dipegang"],
    "child": "yes",
    "happening": ["kept_in", "home"],
    "wishes": ["not_home"],
    "place": "",
    "kota": "31.75",
}
OF_A_FRIEND: Mapping[str, Any] = {
    "about": "family",
    "words": ["dia di kamboja"],
    "region": "abroad",
    "who": "man",
    "happened": ["unreachable", "ransom"],
    "contact": "0812 3333 4444, malam",
    "place": "",
}
say = load_words("id").say
NOT_HOME = "Pesan anak ini: jangan hubungi orang rumah. Yang menyakiti mungkin tinggal di sana."
NO_POLICE = "Pesan orang yang mengalami: jangan ke polisi dulu."


@pytest.fixture
def cast(sqlite: Sqlite) -> Iterator[Cast]:
    with sqlite.fresh() as url, make_cast(url) as cast:
        cast.hire("ani", {UPT: "petugas"})
        yield cast


def answers(cast: Cast, id: str, *told: Mapping[str, Any]) -> None:
    """The reporter answers our questions after the filing."""

    def work(connection: sa.Connection) -> None:
        public = bytes(case.get(connection, id).public)
        one = sealed_item(id, public, f"{id}.{next(NUMBERS)}", "told", json.dumps({"answers": list(told)}))
        case.add(connection, id, one, cast.clock.at)

    cast.service.desk.do(work).result()


async def page_of(cast: Cast, name: str, id: str) -> str:
    """The case as somebody sees it once it is opened."""
    async with cast.client(name) as client:
        await post(client, f"/kasus/{id}/buka")
        return html.unescape((await client.get(f"/konsol/kasus/{id}")).text)


async def test_a_childs_wish_stands_above_everything_that_was_told(cast: Cast) -> None:
    id = cast.file(OWN, {UPT: "lead", OVERSIGHT: "oversight"}, child="yes", urgency="immediate")
    text = await page_of(cast, "ani", id)
    assert text.index(NOT_HOME) < text.index("ktp saya dipegang")
    assert text.index("Orang di rumah disebut ikut terlibat.") < text.index("ktp saya dipegang")
    assert "orang yang mengalami sendiri" in text
    assert "Tidak boleh keluar" in text
    assert NO_POLICE not in text


async def test_answers_that_came_later_are_new_and_their_wishes_stand_on_top_too(cast: Cast) -> None:
    id = cast.file({"about": "self", "place": ""}, {UPT: "lead", OVERSIGHT: "oversight"})
    assert NO_POLICE not in await page_of(cast, "ani", id)
    answers(cast, id, {"wishes": ["no_police"]}, {"words": ["pintunya hijau"]}, {"officials": ["police"]})
    async with cast.client("ani") as ani:
        text = html.unescape((await ani.get(f"/konsol/kasus/{id}")).text)
        assert id in (await ani.get("/konsol/")).text
    assert text.index(NO_POLICE) < text.index("pintunya hijau")
    assert "Polisi atau tentara" in text
    assert "Ada aparat yang disebut terlibat." in text
    assert say("new") in text


async def test_who_answers_is_told_where_nobody_may_have_a_code(cast: Cast) -> None:
    for story, told in ((OWN, True), (OF_A_FRIEND, False)):
        id = cast.file(story)
        async with cast.client("sari") as sari:
            for act in ("buka", "terima"):
                await post(sari, f"/kasus/{id}/{act}")
            text = html.unescape((await sari.get(f"/konsol/kasus/{id}")).text)
        assert "Kirim jawaban" in text
        assert ("mungkin tidak punya kode" in text) is told


async def test_a_contact_is_shown_in_the_case_and_in_no_list(cast: Cast) -> None:
    id = cast.file(OF_A_FRIEND)
    text = await page_of(cast, "sari", id)
    assert "0812 3333 4444, malam" in text
    assert "Mereka memberi cara untuk dihubungi." in text
    assert "Di luar negeri" in text and "Keluarga diminta uang" in text
    async with cast.client("sari") as sari:
        assert "0812" not in (await sari.get("/konsol/")).text


async def test_who_may_not_read_it_sees_no_wish(cast: Cast) -> None:
    id = cast.file(OWN, {UPT: "lead", OVERSIGHT: "oversight"})
    async with cast.client("sari") as sari:
        answer = await sari.get(f"/konsol/kasus/{id}")
    assert answer.status_code == 404
    assert NOT_HOME not in answer.text


@pytest.mark.parametrize(
    "text", ["[]", "1", '{"answers": [1, {"x": {}}]}', '{"answers": 1}', '{"other": 1}', "no json"]
)
async def test_answers_of_another_shape_are_shown_all_the_same(cast: Cast, text: str) -> None:
    id = cast.file()

    def work(connection: sa.Connection) -> None:
        one = sealed_item(id, bytes(case.get(connection, id).public), f"{id}.t", "told", text)
        case.add(connection, id, one, cast.clock.at)

    cast.service.desk.do(work).result()
    assert "pintunya digembok dari luar" in await page_of(cast, "sari", id)


def test_every_answer_has_words_for_a_caseworker() -> None:
    for field, values in {"happening": HAPPENING, "happened": HAPPENED, "region": REGIONS}.items():
        for value in values:
            assert labels.in_chat(shelf(), field, value) != value, (field, value)


async def test_a_correction_is_called_so_and_is_new(cast: Cast) -> None:
    id = cast.file({"about": "self", "place": ""}, {UPT: "lead", OVERSIGHT: "oversight"})
    await page_of(cast, "ani", id)

    def work(connection: sa.Connection) -> None:
        public = bytes(case.get(connection, id).public)
        case.add(connection, id, sealed_item(id, public, f"{id}.fix", "correction", "lantai tiga"), cast.clock.at)

    cast.service.desk.do(work).result()
    async with cast.client("ani") as ani:
        text = html.unescape((await ani.get(f"/konsol/kasus/{id}")).text)
    heading = text.index("Pembetulan dari pelapor")
    assert heading < text.index(say("new"), heading) < text.index("lantai tiga")
