"""Leaders of an area: invited by a code, they make a card and a poster, see no report, and lose it all when revoked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import zxingcpp
from PIL import Image
from starlette.applications import Starlette

from bot import offices, sheets
from bot.leaders import TRIES, months_later
from handlers import lead, lead_card
from handlers.lead import link_code
from models.base import DAY
from models.leader import purge
from models.leader_tables import leader
from models.tables import outbox, reader, report, trail
from tests.console_service import QUEUE, Cast, make_cast
from tests.web_chat import HOME, Phone, buttons

RAWAJATI, PLUIT = "31.74.08.1003", "31.72.01.1003"
ADVERT = """LOWONGAN KERJA KAMBOJA! Gaji 15 juta, tanpa pengalaman, semua biaya ditanggung pak Anton.
Berangkat besok lusa. WA 0812-3456-7890, PT Maju Jaya Sentosa"""
INVITED = {"office": "rw", "unit": "03", "kelurahan": RAWAJATI, "months": "12"}
CODE = re.compile(r"ketua ([A-Z2-7]{4}-[A-Z2-7]{4})")
LINK = re.compile(r"/lembar/[\w=.-]+")
pytest_plugins = ("tests.leader_page",)
pytestmark = pytest.mark.anyio


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url) as cast:
        yield cast


async def invited(cast: Cast, **changed: str) -> str:
    """A code, as the Sudin's coordinator gets it."""
    async with cast.client("budi") as budi:
        page = await budi.post("/konsol/pengurus/undang", data={**INVITED, **changed})
    found = CODE.search(page.text)
    assert found, page.text
    return found[1]


def rows(cast: Cast, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    return cast.service.desk.do(lambda connection: [tuple(row) for row in connection.execute(query)]).result()


async def linked(cast: Cast, phone: Phone) -> None:
    await phone.post(f"ketua {await invited(cast)}")
    assert "Halo, pengurus RW. Kelurahan Rawajati." in phone.html


async def test_an_advert_becomes_a_card_without_name_number_or_company(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    await phone.press("Kartu peringatan untuk grup saya")
    await phone.post(ADVERT)
    card = phone.html
    assert "Tanda bahaya yang terlihat" in card
    assert "Suar - Kelurahan Rawajati" in card
    for private in ("Anton", "0812", "Maju Jaya", "15 juta"):
        assert private not in card, private
    await phone.press("Ambil gambar dan teksnya")
    found = LINK.search(phone.html)
    assert found
    assert re.search(r'<a href="[^"]*/lembar/[^"]*" target="_blank"', phone.html)
    picture = await phone.client.get(found[0])
    assert picture.headers["content-type"] == "image/png"
    image = Image.open(BytesIO(picture.content))
    assert image.size == (1_080, 1_080)
    assert {one.text for one in zxingcpp.read_barcodes(image)} <= {cast.service.settings.public_base_url}
    assert rows(cast, sa.select(report.c.id)) == []


async def test_an_advert_that_is_sent_on_reaches_the_queue_without_its_leader(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    await phone.press("Kartu peringatan untuk grup saya")
    await phone.post(ADVERT)
    await phone.press("Teruskan lowongan asli ke petugas")
    await phone.press("Ya")
    assert "Sudah diteruskan ke petugas." in phone.html
    assert "Kode" not in phone.html
    assert "Teruskan lowongan asli ke petugas" not in buttons(phone.html)
    ((id, urgency, kelurahan, kota),) = rows(
        cast, sa.select(report.c.id, report.c.urgency, report.c.kelurahan, report.c.kota)
    )
    assert (urgency, kelurahan, kota) == ("high", None, "31.74")
    assert (QUEUE,) in rows(cast, sa.select(reader.c.queue).where(reader.c.report == id))
    async with cast.client("sari") as sari:
        opened = await sari.post(f"/konsol/kasus/{id}/buka", data={"id": str(id)})
        assert opened.status_code == 303, opened.text
        case = (await sari.get(f"/konsol/kasus/{id}")).text
    assert "PT Maju Jaya Sentosa" in case
    assert "Rawajati" not in case


async def test_without_an_advert_there_is_a_general_card(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    await phone.press("Kartu peringatan untuk grup saya")
    await phone.post("Lowongan kasir toko roti, gaji 4 juta sebulan, kontrak jelas, alamat toko jelas")
    assert "Tanda bahaya belum terlihat" in phone.html
    await phone.press("Lewati, pakai kartu umum")
    assert "Hati-hati lowongan kerja luar negeri" in phone.html
    assert "Teruskan lowongan asli ke petugas" not in buttons(phone.html)


async def test_a_poster_for_the_own_kelurahan(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    for size, media in (("Dinding (A4)", "application/pdf"), ("Grup chat (gambar)", "image/png")):
        await phone.press("Poster")
        await phone.press(size)
        found = LINK.search(phone.html)
        assert found
        assert (await phone.client.get(found[0])).headers["content-type"] == media


async def test_who_is_revoked_has_a_residents_chat_at_once(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    ((id,),) = rows(cast, sa.select(leader.c.id))
    async with cast.client("rina") as rina:  # of another kota
        assert (await rina.post("/konsol/pengurus/cabut", data={"leader": str(id)})).status_code == 404
    async with cast.client("budi") as budi:
        assert (await budi.post("/konsol/pengurus/cabut", data={"leader": str(id)})).status_code == 303
    await phone.press("Poster")
    assert "Masa tugas Anda di sini sudah selesai." in phone.html
    await phone.post("pemimpin")
    assert "Kartu peringatan" not in phone.html


async def test_the_name_of_the_menu_opens_it_from_every_step(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    for steps in ((), ("Poster",), ("Kartu peringatan untuk grup saya", "Lewati, pakai kartu umum")):
        for step in steps:
            await phone.press(step)
        for word in ("pengurus", "PEMIMPIN"):
            await phone.post(word)
            assert "Halo, pengurus RW." in phone.html
            assert "Pilih salah satu jawaban" not in phone.html.rpartition(">Anda<")[2]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-11-22T10:00", 12, "2027-11-22T10:00"),
        ("2026-11-22T10:00", 36, "2029-11-22T10:00"),
        ("2026-08-31T23:30", 6, "2027-02-28T23:30"),
        ("2028-02-29T00:00", 12, "2029-02-28T00:00"),
        ("2026-12-31T01:00", 12, "2027-12-31T01:00"),
    ],
)
def test_a_term_is_counted_in_months_of_the_calendar(start: str, months: int, end: str) -> None:
    begun, over = (int(datetime.fromisoformat(f"{one}+07:00").timestamp()) for one in (start, end))
    assert months_later(begun, months) == over


async def test_a_term_ends_by_itself_and_can_be_renewed(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    ((id,),) = rows(cast, sa.select(leader.c.id))
    over = sa.update(leader).values(term=cast.clock.at - 1)
    cast.service.desk.do(lambda connection: connection.execute(over).rowcount).result()
    await phone.press("Poster")
    assert "Masa tugas Anda di sini sudah selesai." in phone.html
    async with cast.client("budi") as budi:
        assert (await budi.post("/konsol/pengurus/perpanjang", data={"leader": str(id)})).status_code == 303
        assert "Pengurus" in (await budi.get("/konsol/pengurus")).text
    await phone.post("pemimpin")
    assert "Halo, pengurus RW." in phone.html


async def test_a_cry_where_a_term_has_ended_gets_its_numbers_and_is_kept(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    over = sa.update(leader).values(term=cast.clock.at - 1)
    cast.service.desk.do(lambda connection: connection.execute(over).rowcount).result()
    await phone.post("tolong ada yang disekap di ruko sebelah, pintunya digembok dari luar")
    assert 'href="tel:112"' in phone.html
    assert "Masa tugas Anda di sini sudah selesai." in phone.html
    assert "kami simpan sebentar" in phone.html


async def test_what_is_over_is_purged(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    await invited(cast)
    now = cast.clock.at
    purged = [
        cast.service.desk.do(partial(purge, now=at)).result()
        for at in (now, now + 8 * DAY, now + 8 * DAY, now + 366 * DAY)
    ]
    assert purged == [0, 1, 0, 1]


async def test_a_code_works_once_and_for_a_week(cast: Cast, pages: Starlette, phone: Phone) -> None:
    code = await invited(cast)
    cast.clock.at += 8 * DAY
    await phone.open()
    await phone.post(f"ketua {code}")
    assert "Kode itu tidak cocok" in phone.html
    code = await invited(cast)
    await phone.post(f"Ketua {code.lower().replace('-', ' ')}")
    assert "Halo, pengurus RW." in phone.html
    transport = httpx.ASGITransport(app=pages, client=("127.0.0.1", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        other = Phone(client)
        await other.open()
        await other.post(f"ketua {code}")
        assert "Kode itu tidak cocok" in other.html


async def test_a_chat_that_guesses_waits(cast: Cast, phone: Phone) -> None:
    for _ in range(TRIES.tries):
        await phone.post("ketua AAAA-AAAA")
    await phone.post(f"ketua {await invited(cast)}")
    assert "Kode itu tidak cocok" in phone.html


async def test_where_no_channel_brings_alerts_it_is_said_before_anything_is_written(cast: Cast, phone: Phone) -> None:
    cast.service.house.pushes.alerts = ()
    await phone.post(f"ketua {await invited(cast)}")
    await phone.press("Kirim ke pelanggan di kelurahan")
    assert "Info ke pelanggan belum bisa dikirim dari Suar ini." in phone.html
    await phone.press("Kartu peringatan untuk grup saya")
    await phone.press("Lewati, pakai kartu umum")
    await phone.press("Kirim juga ke pelanggan")
    assert "Info ke pelanggan belum bisa dikirim dari Suar ini." in phone.html
    await phone.press("Ambil gambar dan teksnya")
    assert "Teks di atas bisa langsung Anda salin" in phone.html


async def test_what_was_told_for_a_caseworker_outlives_the_leader(cast: Cast, phone: Phone) -> None:
    await phone.post(f"ketua {await invited(cast)}")
    await phone.press("Kartu peringatan untuk grup saya")
    await phone.post("anak itu menangis tiap malam di lantai atas, kami semua tidak tahu harus apa")
    ended = sa.update(leader).values(term=cast.service.house.now() - 1)
    cast.service.desk.do(lambda connection: connection.execute(ended)).result()
    await phone.post("halo")
    assert "Masa tugas Anda di sini sudah selesai." in phone.html
    assert "Belum dikirim ke siapa pun." in phone.html
    await phone.post("pengurus")
    assert "Menu pengurus dibuka dengan kode." in phone.html


async def test_whoever_is_no_leader_meets_the_residents_chat(cast: Cast, phone: Phone) -> None:
    await phone.post("saya ketua RT, mau sebar info loker bahaya")
    assert "Kartu peringatan untuk grup saya" not in phone.html
    assert rows(cast, sa.select(leader.c.id)) == []


@pytest.mark.parametrize(
    "text", ["ketua", "ketua AAAA", "ketua AAAA-AAAA-AAAA", "ketua 0000-1111", "ketua rt05 rw03", "x" * 10_000]
)
def test_what_is_no_code_is_read_as_words(text: str) -> None:
    assert link_code(text) == ""


@pytest.mark.parametrize("text", ["ketua A0B1-8DEF", "KETUA a0b1 8def", "ketua  aobi -bdef ", "ketua-AOBIBDEF"])
def test_a_code_copied_from_paper_is_forgiven_what_looks_alike(text: str) -> None:
    assert link_code(text) == "AOBIBDEF"


async def test_hapus_ends_it_too(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    await phone.post("hapus")
    await phone.press("Ya, hapus")
    assert rows(cast, sa.select(leader.c.person)) == []


async def test_an_invitation_is_for_the_own_kota_and_names_an_office(cast: Cast) -> None:
    wrong = [{"kelurahan": PLUIT}, {"office": "gubernur"}, {"months": "999"}, {"unit": "x" * 41}, {"kelurahan": ""}]
    async with cast.client("budi") as budi:
        got = [(await budi.post("/konsol/pengurus/undang", data={**INVITED, **one})).status_code for one in wrong]
    assert got == [404, 404, 404, 422, 422]
    assert rows(cast, sa.select(leader.c.id)) == []


async def test_the_trail_names_the_act_and_not_the_chat(cast: Cast, phone: Phone) -> None:
    await linked(cast, phone)
    acts = [str(row[0]) for row in rows(cast, sa.select(trail.c.content))]
    assert any("invited a leader" in act for act in acts)
    ((person,),) = rows(cast, sa.select(leader.c.person))
    assert isinstance(person, bytes)
    assert not [act for act in acts if person.hex() in act]
    assert rows(cast, sa.select(outbox.c.id).where(outbox.c.bulk)) == []


async def test_an_address_that_was_not_made_here_gives_nothing(cast: Cast, phone: Phone) -> None:
    keys = cast.service.house.keys
    good = sheets.mint(keys, ["poster", "a5", RAWAJATI, "id"])
    text, _, signed = good.partition(".")
    for bad in (text, f"{text}.", f"{text}x.{signed}", f"{text}.{signed[:-2]}AA", "x" * 2_000, "%00.%00"):
        assert (await phone.client.get(f"/lembar/{bad}")).status_code == 404, bad
    assert (await phone.client.get(f"/lembar/{good}")).status_code == 200


def test_a_leader_reaches_their_office_and_nothing_else() -> None:
    """Whatever a leader's talk may ask of the store is named in its source: no need of it fetches a report."""
    trees = [ast.parse(Path(str(one.__file__)).read_text(encoding="utf-8")) for one in (lead, lead_card)]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [node for node in calls if getattr(node.func, "id", "") == "Need"]
    kinds = {ast.unparse(node.args[0]) for node in made}
    assert kinds == {"'leader'", "'alert_channels'", "SHEET"}
    names = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]
    asked = {node.id for node in names if node.id.isupper()}
    assert not asked & {"OPEN", "CASE", "KEPT"}
    queried = [
        node.attr
        for node in ast.walk(ast.parse(Path(offices.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    ]
    assert "of_persons" in queried
    assert not {"report", "listed", "select"} & set(queried)
