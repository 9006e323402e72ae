"""Photos and voice messages in the console: named, opened one at a time by who may read the report, and trailed."""

from __future__ import annotations

import httpx
import pytest

from bot.keys import CannotOpen
from tests.console_service import OVERSIGHT, QUEUE, STORY, Cast, acts
from tests.hostile import photo, voice

pytest_plugins = ("tests.console_page",)
pytestmark = pytest.mark.anyio
PHOTO, VOICE = photo(), voice()
FILES = [{"kind": "photo", "shows": "yes"}, {"kind": "voice", "shows": ""}, {"kind": "photo", "shows": "no"}]
ATTACHED = [("photo", PHOTO), ("voice", VOICE), ("photo", PHOTO)]
GUARDED = "Jangan diperlihatkan ke luar"


def case_with_files(cast: Cast, state: str = "dibaca") -> str:
    id = cast.file({**STORY, "files": FILES}, attached=ATTACHED)
    cast.set(id, state=state)
    return id


async def test_a_case_names_its_files_and_sends_none(cast: Cast, sari: httpx.AsyncClient) -> None:
    page = (await sari.get(f"/konsol/kasus/{case_with_files(cast)}")).text
    assert [name in page for name in ("Foto 1", "Pesan suara 2", "Foto 3")] == [True] * 3
    assert page.count(GUARDED) == 1
    assert "<img" not in page and "<audio" not in page and "shows" not in page


async def test_a_case_without_files_says_nothing_of_them(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    cast.set(id, state="dibaca")
    assert "Foto dan pesan suara" not in (await sari.get(f"/konsol/kasus/{id}")).text


async def test_a_photo_opens_by_itself_and_blurred(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = case_with_files(cast)
    page = (await sari.get(f"/konsol/kasus/{id}/berkas/1")).text
    assert page.count("<img") == 1 and 'class="veil"' in page and GUARDED in page
    assert '<input type="checkbox" id="clear">' in page
    style = (await sari.get("/konsol/static/console.css")).text
    assert ".veil img { max-height: 80vh; filter: blur(2rem); }" in style
    assert f"/konsol/kasus/{id}/berkas/1/isi" in page and "berkas/3" not in page
    assert GUARDED not in (await sari.get(f"/konsol/kasus/{id}/berkas/3")).text
    assert "<audio controls" in (await sari.get(f"/konsol/kasus/{id}/berkas/2")).text


@pytest.mark.parametrize(
    ("number", "data", "kind", "name"),
    [(1, PHOTO, "image/jpeg", "foto-1.jpg"), (2, VOICE, "audio/ogg", "suara-2.ogg")],
)
async def test_its_bytes_can_do_nothing_and_are_kept_nowhere(
    cast: Cast, sari: httpx.AsyncClient, number: int, data: bytes, kind: str, name: str
) -> None:
    got = await sari.get(f"/konsol/kasus/{case_with_files(cast)}/berkas/{number}/isi")
    assert got.content == data
    assert got.headers["content-type"] == kind
    assert got.headers["content-disposition"] == f'inline; filename="{name}"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["cross-origin-resource-policy"] == "same-origin"


async def test_each_opening_is_trailed(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = case_with_files(cast)
    before = len(acts(cast))
    for number in (1, 1, 2):
        await sari.get(f"/konsol/kasus/{id}/berkas/{number}/isi")
    assert acts(cast)[before:] == ["opened.file.1", "opened.file.1", "opened.file.2"]


@pytest.mark.parametrize("who", ["rina", "dewi", ""])
@pytest.mark.parametrize("path", ["berkas/1", "berkas/1/isi"])
async def test_nobody_else_sees_any(cast: Cast, who: str, path: str) -> None:
    id = case_with_files(cast)
    async with cast.client(who) as client:
        got = await client.get(f"/konsol/kasus/{id}/{path}")
    assert got.status_code == (404 if who else 303)
    assert PHOTO not in got.content
    assert not [one for one in acts(cast) if one.startswith("opened.file")]


async def test_oversight_sees_none_before_it_comes_up(cast: Cast) -> None:
    cast.hire("wayan", {OVERSIGHT: "petugas"})
    id = cast.file({**STORY, "files": FILES}, {QUEUE: "lead", OVERSIGHT: "oversight"}, ATTACHED)
    cast.set(id, state="dibaca")
    async with cast.client("wayan") as wayan:
        assert (await wayan.get(f"/konsol/kasus/{id}/berkas/1/isi")).status_code == 404


async def test_a_file_of_another_report_does_not_open_under_this_one(cast: Cast, sari: httpx.AsyncClient) -> None:
    mine, bare = case_with_files(cast), cast.file()
    cast.set(bare, state="dibaca")
    for path in (f"{bare}/berkas/1", f"{bare}/berkas/1/isi", f"{mine}/berkas/4", f"{mine}/berkas/4/isi"):
        assert (await sari.get(f"/konsol/kasus/{path}")).status_code == 404
    for number in ("0", "-1", "1x", "99999", "%C2%B2", "..%2f1"):
        assert (await sari.get(f"/konsol/kasus/{mine}/berkas/{number}/isi")).status_code == 404


async def test_the_cover_comes_before_any_file(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = case_with_files(cast, state="diterima")
    page = await sari.get(f"/konsol/kasus/{id}/berkas/1")
    assert (page.status_code, page.headers["location"]) == (303, f"/konsol/kasus/{id}")
    assert (await sari.get(f"/konsol/kasus/{id}/berkas/1/isi")).status_code == 404


async def test_a_damaged_file_is_said_and_trails_nothing(
    cast: Cast, sari: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise CannotOpen

    id = case_with_files(cast)
    monkeypatch.setattr("bot.console.files.unseal", fail)
    got = await sari.get(f"/konsol/kasus/{id}/berkas/1/isi")
    assert got.status_code == 409
    assert "koordinator" in got.text
    assert "opened.file.1" not in acts(cast)
