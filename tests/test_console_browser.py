"""A caseworker's morning in a real browser, also by keys alone and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.console_service import QUEUE, SIGN_IN_WORDS, STORY, Cast, make_cast, serving
from tests.databases import Sqlite

SIZE: Any = {"width": 1280, "height": 800}
PHONE: Any = {"width": 360, "height": 740}


@pytest.fixture
def cast(sqlite: Sqlite) -> Iterator[Cast]:
    with sqlite.fresh() as url, make_cast(url, suar_demo=True) as cast:
        yield cast


@pytest.fixture
def address(cast: Cast) -> Iterator[str]:
    with serving(cast.app) as url:
        yield url


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport=SIZE, java_script_enabled=request.param, locale="id-ID")
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport=SIZE, locale="id-ID")
    yield context.new_page()
    context.close()


def sign_in(page: Page, cast: Cast, name: str = "sari") -> None:
    page.goto("/konsol")
    page.get_by_label("Nama").fill(name)
    page.get_by_label("Kata sandi").fill(SIGN_IN_WORDS)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Enam angka").fill(cast.code(name))
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Kode dari HP Anda")


def nothing_wrong(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_case_from_the_list_to_its_end(page: Page, cast: Cast) -> None:
    id = cast.file()
    sign_in(page, cast)
    page.get_by_role("button", name="Buka").click()
    expect(page.get_by_text("pintunya digembok dari luar")).to_be_visible()
    page.get_by_role("button", name="Terima").click()
    page.get_by_label("Tulisan untuk pelapor").fill("Kami datang besok jam 10.")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("waktu kedatangan petugas")).to_be_visible()
    page.get_by_label("Tulisan untuk pelapor").fill("Terima kasih. Kami sudah mulai menangani.")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Terkirim.")).to_be_visible()
    page.get_by_text("Tutup laporan ini").click()
    page.get_by_label("Alasan, paling sedikit 10 huruf").fill("Orangnya sudah aman dan didampingi.")
    page.get_by_role("button", name="Tutup dengan alasan ini").click()
    expect(page.get_by_text("Laporan ini sudah selesai.")).to_be_visible()
    assert cast.row(id).state == "selesai"
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_label("Nama")).to_be_visible()


def test_nothing_is_wrong_for_assistive_technology(scripted: Page, cast: Cast) -> None:
    page = scripted
    cast.hire("tono", {QUEUE: "petugas"}, holds=False)
    new, late, held = cast.file(urgency="immediate", child="yes"), cast.file(due_at=cast.clock.at - 60), cast.file()
    cast.set(late, state="dibaca", asked_again=True, no_contact=True)
    cast.set(held, state="ditangani", holder=QUEUE)
    cast.add(held, "ada lagi yang datang")
    page.goto("/konsol")
    nothing_wrong(page)
    sign_in(page, cast, "budi")
    expect(page.locator("#news")).to_contain_text("laporan menunggu dibaca")
    nothing_wrong(page)
    for path in (
        f"kasus/{new}",
        f"kasus/{late}",
        f"kasus/{held}",
        "anggota",
        "akun",
        "?tampil=selesai",
        "lupa",
        "undangan",
    ):
        page.goto(f"/konsol/{path}")
        nothing_wrong(page)
    page.goto(f"/konsol/kasus/{held}")
    page.get_by_label("Tulisan untuk pelapor").fill("Pak Budi datang besok.")
    page.get_by_role("button", name="Kirim jawaban").click()
    nothing_wrong(page)


def test_the_keyboard_alone_is_enough(scripted: Page, cast: Cast) -> None:
    page = scripted
    id = cast.file()
    sign_in(page, cast)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    press_until(page, "Buka")
    expect(page.get_by_text("pintunya digembok dari luar")).to_be_visible()
    press_until(page, "Terima")
    expect(page.get_by_text("Silakan jawab pelapor")).to_be_visible()
    assert cast.row(id).holder == QUEUE


def press_until(page: Page, name: str) -> None:
    """Go on by Tab until the button of this name has the focus, then press it."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.innerText")).startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {name} by keyboard")


def test_what_comes_in_is_seen_and_heard_of(scripted: Page, cast: Cast) -> None:
    page = scripted
    cast.file()
    sign_in(page, cast)
    expect(page).to_have_title("(1) Laporan - Suar")
    page.get_by_role("button", name="Bunyi untuk laporan baru").click()
    expect(page.get_by_role("button", name="Bunyi untuk laporan baru")).to_have_attribute("aria-pressed", "true")
    second = cast.file()
    page.evaluate("document.activeElement.blur(); htmx.ajax('GET', '/konsol/kabar', '#poll')")
    expect(page).to_have_title("(2) Laporan - Suar")
    expect(page.get_by_role("status").filter(has_text="2 laporan menunggu dibaca.")).to_be_visible()
    expect(page.locator(f"[formaction$='{second}/buka']")).to_be_visible()


def test_ticks_stay_while_the_page_renews_itself(scripted: Page, cast: Cast) -> None:
    page = scripted
    cast.set(cast.file(), state="dibaca")
    sign_in(page, cast)
    expect(page.locator("#news")).to_contain_text("Tidak ada yang baru.")
    page.get_by_role("checkbox").check()
    cast.file()
    page.evaluate("document.activeElement.blur(); htmx.ajax('GET', '/konsol/kabar', '#poll')")
    expect(page).to_have_title("(1) Laporan - Suar")
    expect(page.get_by_role("checkbox")).to_be_checked()


def test_a_lost_connection_is_said(scripted: Page, cast: Cast) -> None:
    page = scripted
    sign_in(page, cast)
    expect(page.locator("#news")).to_contain_text("Tidak ada yang baru.")
    page.context.set_offline(True)
    page.evaluate("htmx.ajax('GET', '/konsol/kabar', {source: '#poll', target: '#poll'}).catch(() => null)")
    expect(page.get_by_text("Sambungan terputus.")).to_be_visible()


def test_no_page_complains_about_its_own_policy(scripted: Page, cast: Cast) -> None:
    page, said = scripted, []
    # A field that is in focus before the page has loaded needs no autofocus: a browser on a busy machine says so.
    page.on("console", lambda one: said.append(one.text) if not one.text.startswith("Autofocus") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if "127.0.0.1" not in request.url else None)
    id = cast.file()
    sign_in(page, cast)
    expect(page.locator("#news")).to_contain_text("laporan menunggu dibaca")
    page.goto(f"/konsol/kasus/{id}")
    page.goto("/konsol/anggota")
    assert said == [] and [url for url in outside if not url.startswith("data:")] == []


def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, address: str, cast: Cast) -> None:
    context = browser.new_context(base_url=address, viewport=PHONE)
    page = context.new_page()
    id = cast.file({**STORY, "words": ["x" * 400]})
    sign_in(page, cast, "budi")
    cast.set(id, state="ditangani", holder=QUEUE)
    for path in ("", f"kasus/{id}", "anggota", "akun", "undangan"):
        page.goto(f"/konsol/{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
    context.close()
