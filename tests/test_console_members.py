"""Joining a queue by invitation and approval, and leaving it."""

from __future__ import annotations

import base64
import re

import httpx
import pytest

from bot import totp
from models import roster
from tests.console_service import (
    QUEUE,
    SIGN_IN_WORDS,
    STORY,
    Cast,
    acts,
    enter,
    invited,
    post,
)

pytest_plugins = ("tests.console_page",)
pytestmark = pytest.mark.anyio


async def test_removal_stops_reading_at_once(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/buka")
    who = cast.service.desk.do(lambda c: roster.staff_by_name(c, "sari")).result()
    assert who is not None
    async with cast.client("budi") as budi:
        await post(budi, "/anggota/keluarkan", queue=QUEUE, staff=who.id)
        assert (await sari.get(f"/konsol/kasus/{id}")).status_code == 404
        assert id not in (await sari.get("/konsol/daftar")).text
        me = cast.service.desk.do(lambda c: roster.staff_by_name(c, "budi")).result()
        assert me is not None
        assert (await post(budi, "/anggota/keluarkan", queue=QUEUE, staff=me.id)).status_code == 409
    assert acts(cast) == ["opened", "removed"]


async def join(client: httpx.AsyncClient, code: str, name: str = "Nina", **other: str) -> httpx.Response:
    fields = {"code": code, "name": name, "password": SIGN_IN_WORDS, "again": SIGN_IN_WORDS, **other}
    return await post(client, "/undangan", **fields)


def phone_of(text: str, at: int) -> str:
    """What a phone shows that has scanned the page."""
    letters = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', text)
    assert letters is not None
    return totp.now_code(base64.b32decode(letters[1].replace(" ", "")), at)


async def test_somebody_joins_and_reads_after_approval(cast: Cast, nobody: httpx.AsyncClient) -> None:
    code, id = await invited(cast), cast.file()
    page = await join(nobody, code.lower().replace("-", " "))
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert sealed is not None and page.status_code == 200 and "data:image/svg+xml" in page.text
    wrong = await post(nobody, "/undangan/kode", sealed=sealed[1], code="000000")
    assert wrong.status_code == 422 and "data:image/svg+xml" in wrong.text
    key = await post(nobody, "/undangan/kode", sealed=sealed[1], code=phone_of(page.text, cast.clock.at))
    assert key.status_code == 200 and re.search(r"(\w{4}-){13}\w{4}", key.text)
    again = await post(nobody, "/undangan/kode", sealed=sealed[1], code=phone_of(page.text, cast.clock.at))
    assert again.status_code == 409
    cast.clock.at += 30
    await enter(nobody, "nina", SIGN_IN_WORDS)
    await post(nobody, "/masuk/kode", code=phone_of(page.text, cast.clock.at))
    assert "menunggu persetujuan" in (await nobody.get("/konsol/anggota")).text
    assert (await nobody.get(f"/konsol/kasus/{id}")).status_code == 404
    who = cast.service.desk.do(lambda c: roster.staff_by_name(c, "nina")).result()
    assert who is not None
    async with cast.client("sari") as sari:
        await post(sari, "/anggota/setujui", queue=QUEUE, staff=who.id)
    await post(nobody, f"/kasus/{id}/buka")
    assert STORY["words"][0] in (await nobody.get(f"/konsol/kasus/{id}")).text
    assert acts(cast)[:3] == ["invited", "joined", "approved"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"name": "ab"}, "Nama terdiri dari"),
        ({"name": "SARI"}, "Nama ini sudah dipakai"),
        ({"password": "pendek", "again": "pendek"}, "Kata sandi terdiri dari"),
        ({"password": "x" * 257, "again": "x" * 257}, "Kata sandi terdiri dari"),
        ({"again": "lain lain lain"}, "tidak sama"),
        ({"code": "AAAA-BBBB-CCCC-DDDD"}, "tidak berlaku"),
    ],
)
async def test_who_errs_when_joining_is_told(
    cast: Cast, nobody: httpx.AsyncClient, other: dict[str, str], words: str
) -> None:
    code = await invited(cast)
    page = await join(nobody, **{"code": code, **other})
    assert page.status_code == 422 and words in page.text
    assert SIGN_IN_WORDS not in page.text


async def test_an_invitation_ends_after_a_week_and_a_form_after_a_while(cast: Cast, nobody: httpx.AsyncClient) -> None:
    code = await invited(cast)
    page = await join(nobody, code)
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.text)
    assert sealed is not None
    cast.clock.at += 31 * 60
    late = await post(nobody, "/undangan/kode", sealed=sealed[1], code=phone_of(page.text, cast.clock.at))
    assert late.status_code == 400 and "sudah terlalu lama" in late.text
    cast.clock.at += 7 * 86_400
    assert "tidak berlaku" in (await join(nobody, code)).text
