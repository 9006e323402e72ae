"""The console's Pratinjau: who may see it, what it says and shows, and that nothing of it stays."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from content.shelf import HERE
from tests.console_service import Cast, post
from tests.service import shelf

pytest_plugins = ("tests.console_page",)
pytestmark = pytest.mark.anyio
PAGE = "/konsol/pratinjau"
NAME = "01-apa-itu-tppo.md"
LESSON = (HERE / "id/lessons" / NAME).read_text(encoding="utf-8")
ENGLISH = (HERE / "en/lessons" / NAME).read_text(encoding="utf-8")
MENU = (HERE / "id/menu.yaml").read_text(encoding="utf-8")
HOTLINES = (HERE / "directory/hotlines.yaml").read_text(encoding="utf-8")
WORDS = (HERE / "id/learn.yaml").read_text(encoding="utf-8")


@pytest.fixture
async def budi(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    async with cast.client("budi") as client:
        yield client


async def test_a_koordinator_and_an_admin_find_it_and_nobody_else(cast: Cast, budi: httpx.AsyncClient) -> None:
    assert (await budi.get(PAGE)).status_code == 200
    assert 'href="/konsol/pratinjau"' in (await budi.get("/konsol/")).text
    async with cast.client("dewi") as dewi, cast.client("sari") as sari, cast.client() as nobody:
        assert (await dewi.get(PAGE)).status_code == 200
        assert (await sari.get(PAGE)).status_code == 404
        assert (await post(sari, "/pratinjau", name=NAME, language="id", text=LESSON)).status_code == 404
        assert 'href="/konsol/pratinjau"' not in (await sari.get("/konsol/")).text
        assert (await nobody.get(PAGE)).headers["location"] == "/konsol/masuk"


async def test_a_lesson_is_shown_on_each_channel(budi: httpx.AsyncClient) -> None:
    shown = await post(budi, "/pratinjau", name=NAME, language="id", text=LESSON)
    assert shown.status_code == 200
    assert "Tidak ada yang salah." in shown.text
    assert shown.text.count("1/5 Apa itu perdagangan orang?") == 3
    assert '<dd class="told">Belum tepat, tidak apa-apa. Banyak yang mengira begitu.' in shown.text
    assert (
        "Sumbernya" in shown.text and "<td>kuhp-455</td><td>KUHP Pasal 455, berlaku 2 Januari 2026</td>" in shown.text
    )
    assert "1 Lanjut" in shown.text and '<span class="badge">Lanjut</span>' in shown.text


async def test_what_is_wrong_is_said_and_what_was_written_is_still_there(budi: httpx.AsyncClient) -> None:
    wrong = LESSON.replace("hingga 15 tahun", "hingga <b>20</b> tahun")
    shown = await post(budi, "/pratinjau", name=NAME, language="id", text=wrong)
    assert "id/01-apa-itu-tppo.md: kartu 5: angka 20 tidak ada di faktanya" in shown.text
    assert "hingga &lt;b&gt;20&lt;/b&gt; tahun" in shown.text and "<b>20" not in shown.text
    assert 'class="part"' not in shown.text
    nothing = await post(budi, "/pratinjau", name="catatan.txt", language="id", text="halo")
    assert "tidak ada berkas isi dengan nama ini" in nothing.text


async def test_a_file_of_words_is_shown_key_by_key_and_an_empty_form_is_only_a_form(budi: httpx.AsyncClient) -> None:
    shown = await post(budi, "/pratinjau", name="learn.yaml", language="id", text=WORDS.replace("Lewati", "Lewat saja"))
    assert (
        "<header>learn.before.skip <small>id/learn.yaml</small></header>" in shown.text and "Lewat saja" in shown.text
    )
    empty = await post(budi, "/pratinjau", name="", language="id", text="")
    assert (empty.status_code, "Hasil" in empty.text) == (200, False)
    odd = await post(budi, "/pratinjau", name=NAME, language="xx", text=LESSON)
    assert (odd.status_code, "Hasil" in odd.text) == (200, False)


async def test_both_languages_and_each_messengers_own_words_are_drawn(budi: httpx.AsyncClient) -> None:
    both = {"name": [NAME, NAME], "language": ["id", "en"], "text": [LESSON, ENGLISH]}
    shown = await post(budi, "/pratinjau", **both)
    assert "What is human trafficking?" in shown.text and "<small>en/01-apa-itu-tppo.md</small>" in shown.text
    menu = await post(budi, "/pratinjau", name="menu.yaml", language="id", text=MENU)
    own = shelf().words["id"]["menu.hello_telegram"].splitlines()[1]
    assert own not in shelf().words["id"]["menu.hello"] and own in menu.text
    numbers = await post(budi, "/pratinjau", name="hotlines.yaml", language="id", text=HOTLINES)
    assert "<header>numbers.card.danger <small>en/hotlines.yaml</small></header>" in numbers.text


async def test_all_that_is_wrong_is_said_at_once_and_in_indonesian(budi: httpx.AsyncClient) -> None:
    wrong = {"name": ["catatan.txt", "foto.jpg"], "language": ["id", "id"], "text": ["halo", "halo"]}
    shown = await post(budi, "/pratinjau", **wrong)
    assert shown.text.count("tidak ada berkas isi dengan nama ini") == 2


async def test_another_site_cannot_send_it_and_nothing_is_kept(cast: Cast, budi: httpx.AsyncClient) -> None:
    before = (HERE / "id/lessons" / NAME).stat().st_mtime_ns
    foreign = await budi.post(
        PAGE, data={"name": NAME, "language": "id", "text": LESSON}, headers={"Origin": "https://lain.example"}
    )
    assert foreign.status_code == 403
    await post(budi, "/pratinjau", name="99-baru.md", language="id", text=LESSON)
    assert "99-baru" not in (await budi.get(PAGE)).text
    assert (HERE / "id/lessons" / NAME).stat().st_mtime_ns == before
    assert not list((HERE / "id/lessons").glob("99*"))
