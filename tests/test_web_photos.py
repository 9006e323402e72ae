"""Photos in the web chat, with a script and without: taken where a witness tells, small, sealed, and nowhere else."""

from __future__ import annotations

import secrets
import threading
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.types import Message

from bot.channels import web_body, web_door
from bot.channels.web_request import Refused
from bot.desk import Desk
from bot.house import House
from bot.media import LARGEST, PHOTO
from bot.service import Service
from bot.uploads import load
from handlers.talk import JSON, Errand
from models.channel_tables import upload
from models.tables import file, report
from tests.databases import Sqlite
from tests.hostile import SECRET, photo, telling
from tests.service import make_service, staffed
from tests.web_chat import Clock, Page, Phone, make_web, phone

pytestmark = pytest.mark.anyio
ASKED = "Apakah foto ini memperlihatkan tempat Anda berdiri"
BUTTON = '<input type="file" name="photo" accept="image/*">'


@pytest.fixture
def service(sqlite: Sqlite) -> Iterator[Service]:
    with sqlite.fresh() as url, make_service(url, Clock().now) as service:
        yield staffed(service)


@pytest.fixture
async def one(service: Service) -> AsyncIterator[Phone]:
    async with phone(make_web(service, Clock())) as one:
        yield one


async def send(one: Phone, data: bytes, text: str = "", id: str = "") -> httpx.Response:
    """Send a photo as the script does."""
    fields = {"token": one.token, "id": id or secrets.token_hex(16), "text": text, "seen": str(one.seen)}
    answer = await one.client.post("/pesan", data=fields, files={"photo": ("IMG_0001.jpg", data)})
    if answer.status_code == httpx.codes.OK:
        one.html, one.seen = answer.json()["html"], answer.json()["seen"]
    return answer


async def rows(service: Service, table: sa.Table) -> int:
    def query(connection: Connection) -> int:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

    return await service.look(query)


async def test_a_photo_is_offered_only_where_a_witness_tells(one: Phone) -> None:
    assert BUTTON not in (await one.open()).html
    await one.to_review()
    assert BUTTON in one.html
    await one.press("Ubah jawaban")
    assert BUTTON not in one.html


async def test_a_photo_goes_with_the_report(one: Phone, service: Service) -> None:
    await one.to_review()
    await send(one, telling("JPEG"), "ini rumahnya")
    assert ASKED in one.html and "sudah kami terima" in one.html
    assert await rows(service, upload) == 1
    ids = await service.look(lambda connection: list(connection.execute(sa.select(upload.c.id)).scalars()))
    assert SECRET not in load(service.house, ids)[ids[0]]
    await one.press("Tempat saya berdiri, atau rumah saya")
    assert "1 foto" in one.html
    await one.press("Kirim sekarang")
    assert "Kode Anda" in one.html
    assert (await rows(service, report), await rows(service, file), await rows(service, upload)) == (1, 1, 0)


async def test_without_a_script_a_photo_is_a_field_of_the_form(one: Phone, service: Service) -> None:
    await one.to_review()
    page = Page(await one.client.get("/"))
    for label in ("Cerita ke petugas", "Orang lain yang saya lihat", "Ya, masih berlangsung"):
        page = await one.form(page, press=page.button(label))
    page = await one.form(page, pick=[page.button("Lainnya, saya tulis sendiri")])
    assert BUTTON in page.html
    fields = {**page.fields, "text": "jendelanya ditutup kain"}
    page = Page(await one.client.post("/", data=fields, files={"photo": ("a.png", photo("PNG"))}))
    assert ASKED in page.html and page.box == ""
    assert "Foto\njendelanya ditutup kain" in page.html
    assert "a.png" not in page.html and "<img class" not in page.html.replace('<img class="unseen"', "")
    page = await one.form(page, press=page.button("Jangan kirim fotonya"))
    assert "sudah kami hapus" in page.html
    assert await rows(service, upload) == 0


async def test_an_empty_file_field_is_no_photo(one: Phone) -> None:
    page = await one.open()
    sent = await one.client.post("/", data={**page.fields, "text": "halo"}, files={"photo": ("", b"")})
    assert sent.status_code == 200


@pytest.mark.parametrize("data", [b"no photo", photo("GIF")], ids=["words", "gif"])
async def test_what_is_no_photo_is_said_in_the_chat(one: Phone, service: Service, data: bytes) -> None:
    await one.to_review()
    assert (await send(one, data)).status_code == 200
    assert "belum bisa kami buka" in one.html
    assert await rows(service, upload) == 0


async def test_a_photo_that_nobody_asked_for_is_not_kept(one: Phone, service: Service) -> None:
    await one.open()
    await send(one, photo(), "halo semua apa kabar")
    assert "tidak bisa kami terima di sini" in one.html
    assert await rows(service, upload) == 0


@pytest.mark.parametrize("more", [1, 2 * 1024 * 1024], ids=["a little", "far"])
async def test_a_photo_too_large_is_refused_in_words(one: Phone, service: Service, more: int) -> None:
    await one.to_review()
    answer = await send(one, bytes(LARGEST[PHOTO] + more))
    assert answer.status_code == 413
    assert answer.json()["say"] == "Foto ini terlalu besar. Paling besar 10 MB."
    page = await one.open()
    sent = await one.client.post("/", data=page.fields, files={"photo": ("a", bytes(LARGEST[PHOTO] + more))})
    assert (sent.status_code, Page(sent).notice) == (413, "Foto ini terlalu besar. Paling besar 10 MB.")
    assert await rows(service, upload) == 0


async def test_the_same_photo_sent_again_is_one(one: Phone, service: Service) -> None:
    await one.to_review()
    id = secrets.token_hex(16)
    await send(one, photo(), id=id)
    asked = one.html
    await send(one, photo(), id=id)
    assert (one.html, await rows(service, upload)) == ("", 1)
    one.html = asked
    await one.press("Tidak")
    assert "1 foto" in one.html


@pytest.mark.parametrize("bound", ["PHOTOS_AT_ONCE", "OF_A_NETWORK"])
async def test_too_many_at_once_wait_and_words_do_not(one: Phone, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(web_body, bound, 0)
    await one.to_review()
    answer = await send(one, bytes(100_000))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert (await one.post("masih bisa menulis")).status_code == 200


def coming() -> Request:
    """A request with a photo of a hundred kilobytes."""
    head: dict[str, object] = {"headers": [(b"content-type", b"multipart/form-data; boundary=x")]}

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(100_000), "more_body": False}

    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", **head}, receive)


async def test_a_photo_keeps_its_place_until_it_was_heard_and_a_network_only_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_body, "OF_A_NETWORK", 1)
    bodies = web_body.Bodies()
    async with bodies.read(coming(), "203.0.113.9"), bodies.read(coming(), "198.51.100.9"):
        assert bodies.large.total() == 2
        with pytest.raises(Refused):
            async with bodies.read(coming(), "203.0.113.77"):
                pytest.fail("a neighbour was let in")
    assert not bodies.large


async def test_a_photo_sent_while_a_report_is_sealed_is_not_kept(
    one: Phone, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_door, "PATIENCE", 0.0)
    sealing, filing = threading.Event(), service.runner.errands["file"]

    def slow(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
        assert sealing.wait(20)
        return filing(house, desk, errand)

    service.runner.errands["file"] = slow
    await one.to_review()
    await one.press("Kirim sekarang")
    assert (await send(one, photo())).status_code == 200
    assert await rows(service, upload) == 0
    sealing.set()


async def test_only_one_file_and_only_under_its_name(one: Phone) -> None:
    await one.to_review()
    fields = {"token": one.token, "id": secrets.token_hex(16), "text": "x"}
    two = [("photo", ("a", photo())), ("photo", ("b", photo()))]
    assert (await one.client.post("/pesan", data=fields, files=two)).status_code == 400
    other = await one.client.post("/pesan", data=fields, files={"token2": ("a", photo())})
    assert other.status_code == 400
