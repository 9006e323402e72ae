"""What is printed: every word and code stands on the sheet, nothing overlaps, and a phone can read it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO

import httpx
import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from bot.drawing import Box, Code, Sheet, Text, pdf, png
from bot.poster import A5, CARD, EDGE, HIGH, WIDE, Printer, card, poster, typed
from bot.posters import Form, Size, Wanted, invitation, links, made
from bot.sheets import ALERT, mint, routes, sheet
from content.processing import Address
from content.shelf import Say, Shelf, load_shelf
from models import alert
from models.alert_tables import alert as alerts
from tests.console_service import Cast
from tests.subscribers import approved

pytest_plugins = ("tests.console_page",)
RAWAJATI = "31.74.08.1003"
URL = "https://suar.example/"
ALL = (Address("web", URL), Address("telegram", "@SuarJakarta"), Address("whatsapp", "+62 812-0000-0000"))
TWO_METRES = 5.0  # millimetres of a capital letter that somebody with ordinary eyes reads at two metres
ARM = 3.5  # millimetres of the em that is read without effort at arm's length: ten points
CAPITAL = 0.73  # of the em, in this typeface


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return replace(load_shelf(), addresses=ALL)


def codes(image: Image.Image) -> set[str]:
    return {one.text for one in zxingcpp.read_barcodes(image)}


def page(file: bytes) -> tuple[str, Image.Image, tuple[float, float]]:
    """The text of a PDF's one page, its picture, and its size in millimetres."""
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 1
    text = document[0].get_textpage().get_text_bounded()
    width, height = document[0].get_size()
    image: Image.Image = document[0].render(scale=150 / 72).to_pil()
    document.close()
    return text, image, (width / 72 * 25.4, height / 72 * 25.4)


def places(sheet: Sheet, printer: Printer) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of all words and codes."""
    found = []
    for mark in sheet.marks:
        if isinstance(mark, Code):
            found.append((mark.x, mark.y, mark.x + mark.side, mark.y + mark.side))
        elif isinstance(mark, Text):
            width = printer.typeface.width(mark.words, mark.size, mark.bold)
            left = mark.x - width / 2 if mark.align == "middle" else mark.x
            found.append((left, mark.y - CAPITAL * mark.size, left + width, mark.y))
    return found


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", [Size.A4, Size.A5])
def test_a_poster_carries_its_words_and_its_codes(shelf: Shelf, size: Size, language: str) -> None:
    text, image, measured = page(made(shelf, Wanted(size, Form.PDF, RAWAJATI, language), URL))
    printer = Printer(shelf, language)
    words = " ".join(text.split())
    for key in ("title", "invite", "women", "honest", "sign.locked", "channel.telegram"):
        assert printer.say(key) in words, key
    for number in ("112", "110", "129", "Rawajati"):
        assert number in words
    assert codes(image) == set(links(shelf, URL, RAWAJATI).values())
    assert measured == pytest.approx((210, 297) if size is Size.A4 else (148, 209.3), abs=0.2)


def test_a_link_carries_a_kelurahan_and_nothing_else(shelf: Shelf) -> None:
    assert links(shelf, URL, RAWAJATI) == {
        "web": "https://suar.example/",
        "telegram": "https://t.me/SuarJakarta?start=31-74-08-1003",
        "whatsapp": "https://wa.me/6281200000000?text=Halo%20Suar%20%2831.74.08.1003%29",
    }


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://suar.example/", "suar.example"),
        ("https://layanan.example/suar/", "layanan.example/suar"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("https://t.me/SuarJakarta?start=31-74-08-1003", "@SuarJakarta"),
        ("https://wa.me/6281200000000?text=Halo%20Suar", "0812-0000-0000"),
    ],
)
def test_what_to_type_is_as_short_as_it_can_be(link: str, address: str) -> None:
    assert typed(link) == address


@pytest.mark.parametrize("addresses", [(), ALL[:2], ALL])
def test_whoever_has_no_camera_reads_what_to_type(shelf: Shelf, addresses: tuple[Address, ...]) -> None:
    """At arm's length also on A5, and on the card as a phone shows it."""
    shown, printer = replace(shelf, addresses=addresses), Printer(shelf)
    where = links(shown, URL, RAWAJATI)
    large = [mark.words for mark in poster(printer, where).marks if isinstance(mark, Text) and mark.size * A5 >= ARM]
    assert {typed(link) for link in where.values()} <= set(large)
    lines = [mark for mark in invitation(printer, where, "").marks if isinstance(mark, Text)]
    assert [line.words for line in lines if "suar.example" in line.words] == ["Atau ketik: suar.example"]


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("addresses", [(), ALL[:2], ALL])
def test_a_card_for_a_group_can_be_read_by_a_phone(shelf: Shelf, addresses: tuple[Address, ...], form: Form) -> None:
    file = made(replace(shelf, addresses=addresses), Wanted(Size.CARD, form), URL)
    image = Image.open(BytesIO(file)) if form is Form.PNG else page(file)[1]
    assert codes(image) == {"https://suar.example/"}
    if form is Form.PNG:
        assert image.size == (1_080, 1_080)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("addresses", [(), ALL[:2], ALL])
def test_nothing_of_a_poster_overlaps_or_leaves_the_sheet(
    shelf: Shelf, addresses: tuple[Address, ...], language: str
) -> None:
    printer = Printer(shelf, language)
    names = [row.name for row in shelf.gazetteer.kelurahan]
    for area in ("", max(names, key=len)):
        sheet = poster(printer, links(replace(shelf, addresses=addresses), URL), area)
        found = places(sheet, printer)
        assert all(left >= EDGE / 2 and right <= WIDE - EDGE / 2 for left, _, right, _ in found)
        assert all(bottom < HIGH - 5 for *_, bottom in found)
        pairs = [(one, other) for at, one in enumerate(found) for other in found[at + 1 :]]
        assert not [pair for pair in pairs if overlap(*pair)]


def test_no_words_of_a_poster_lie_unused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    said: set[str] = set()
    text = Shelf.text

    def noted(shelf: Shelf, say: Say, language: str) -> str:
        said.update({say.key} if say.key.startswith("poster.") else ())
        return text(shelf, say, language)

    monkeypatch.setattr(Shelf, "text", noted)
    for addresses in ((), ALL):
        for size in Size:
            made(replace(shelf, addresses=addresses), Wanted(size), URL)
    made(shelf, Wanted(Size.A4, Form.PDF, RAWAJATI), URL)
    for abroad in (True, False):
        sheet(shelf, URL, ("card", RAWAJATI, "id", 1_795_246_200, abroad, "urgent_departure"))
    assert said == {key for key in shelf.words["id"] if key.startswith("poster.")}


def test_what_must_be_seen_is_large_enough(shelf: Shelf) -> None:
    printer = Printer(shelf)
    sheet = poster(printer, links(shelf, URL), "Rawajati")
    large = {mark.words for mark in sheet.marks if isinstance(mark, Text) and mark.size * CAPITAL >= TWO_METRES}
    assert {"112", "110", "129", printer.say("sign.locked"), printer.say("danger")} <= large


def test_black_ink_alone_is_enough(shelf: Shelf) -> None:
    image = Image.open(BytesIO(made(shelf, Wanted(Size.A5, Form.PNG), URL)))
    assert image.mode == "L"
    shades = image.histogram()
    assert (shades[0] + shades[255]) / sum(shades) > 0.97  # what is neither is the soft edge of letters


def test_the_same_sheet_is_the_same_file_and_names_nobody(shelf: Shelf) -> None:
    wanted = Wanted(Size.A4, Form.PDF, RAWAJATI)
    file = made(shelf, wanted, URL)
    assert made(shelf, wanted, URL) == file
    document = pypdfium2.PdfDocument(file)
    assert document.get_metadata_value("Author") in {"", "anonymous"}
    document.close()


def test_a_kelurahan_that_does_not_exist_is_refused(shelf: Shelf) -> None:
    with pytest.raises(KeyError):
        made(shelf, Wanted(Size.A4, Form.PDF, "31.74.08.9999"), URL)


LINES = st.lists(st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=200), max_size=6)


@given(title=st.text("abcdef ghij-", min_size=1, max_size=90).filter(str.strip), lines=LINES)
def test_whatever_a_card_says_stays_on_it(shelf: Shelf, title: str, lines: list[str]) -> None:
    printer = Printer(shelf)
    sheet = card(printer, title, lines, ("21 November 2026", "Suar - Kelurahan Penjaringan"), URL)
    for mark in sheet.marks:
        if isinstance(mark, Text):
            assert 0 <= mark.y <= CARD
            assert mark.x + printer.typeface.width(mark.words, mark.size, mark.bold) <= CARD
        elif isinstance(mark, Box):
            assert mark.y + mark.height <= CARD
    assert png(sheet, printer.typeface, 60)
    assert pdf(sheet, printer.typeface)


@pytest.mark.anyio
async def test_whoever_is_signed_in_gets_a_sheet_and_nobody_else(cast: Cast) -> None:
    query = {"ukuran": "a5", "bentuk": "pdf", "kelurahan": RAWAJATI}
    async with cast.client("sari") as sari:
        page_of_choices = await sari.get("/konsol/poster")
        sheet = await sari.get("/konsol/poster/berkas", params=query)
        wrong = [await sari.get("/konsol/poster/berkas", params={**query, **{name: "x"}}) for name in query]
    async with cast.client("") as nobody:
        refused = await nobody.get("/konsol/poster/berkas", params=query)
    assert page_of_choices.text.count("<option") == len(list(Size)) + len(list(Form)) + 1 + 267
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["content-disposition"] == 'attachment; filename="suar-a5-31-74-08-1003-id.pdf"'
    assert "Rawajati" in page(sheet.content)[0]
    assert [one.status_code for one in wrong] == [404, 404, 404]
    assert refused.status_code == 303


@pytest.mark.anyio
async def test_no_cache_keeps_the_picture_of_an_alert_or_that_there_is_none(cast: Cast) -> None:
    """What is taken back is gone at once; and who looked too early sees it later."""
    keys, now, do = cast.service.house.keys, cast.clock.at, cast.service.desk.do
    do(lambda connection: alert.put(connection, approved("a1", now, picture=b"jpeg"))).result()
    picture, poster = (f"/lembar/{mint(keys, wanted)}" for wanted in ([ALERT, "a1"], ["poster", "a5", "", "id"]))
    found, door = [], httpx.ASGITransport(Starlette(routes=routes(cast.service.house)))
    async with httpx.AsyncClient(transport=door, base_url="http://127.0.0.1:8000") as nobody:
        for state in ("ready", "sending", "cancelled"):
            turned = sa.update(alerts).values(state=state)
            do(partial(Connection.execute, statement=turned)).result()
            answer = await nobody.get(picture)
            found.append((answer.status_code, answer.headers["cache-control"]))
        forged = await nobody.get("/lembar/x.y")
        kept = await nobody.get(poster)
    assert found == [(404, "no-store"), (200, "no-store"), (404, "no-store")]
    assert (forged.status_code, forged.headers["cache-control"]) == (404, "no-store")
    assert (kept.status_code, kept.headers["cache-control"]) == (200, "public, max-age=3600")
    assert kept.headers["x-content-type-options"] == "nosniff"
