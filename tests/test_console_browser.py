"""A caseworker's morning in a real browser, also by keys alone and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.console_service import SIGN_IN_WORDS, Cast, make_cast, serving
from tests.databases import Sqlite

SIZE: Any = {"width": 1280, "height": 800}


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
