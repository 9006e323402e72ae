"""An ordinary alert in a real browser: written, looked at, approved by a colleague, also without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from models import alert as alerts
from models import subscription
from models.alert import Alert
from models.base import DAY
from models.subscription import Subscription
from tests.console_service import Cast, make_cast, serving
from tests.databases import Sqlite
from tests.hostile import telling
from tests.test_console_browser import PHONE, SIZE, nothing_wrong, sign_in

RAWAJATI = "31.74.08.1003"
TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor dan menyuruh cepat berangkat. Tanya Suar dulu."


@pytest.fixture
def cast(sqlite: Sqlite) -> Iterator[Cast]:
    with sqlite.fresh() as url, make_cast(url, suar_demo=True, telegram_bot_token=SecretStr("123:abc")) as cast:
        for number in range(60):
            one = Subscription(str(number).encode().ljust(32, b"x"), "telegram", "id", b"sealed", RAWAJATI)
            cast.service.desk.do(partial(subscription.subscribe, chosen=one)).result()
        yield cast


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, cast: Cast) -> Iterator[Page]:
    with serving(cast.app) as url:
        context = browser.new_context(
            base_url=url, viewport=SIZE, java_script_enabled=request.param, locale="id-ID", timezone_id="Asia/Jakarta"
        )
        yield context.new_page()
        context.close()


@pytest.fixture
def phone(browser: Browser, cast: Cast) -> Iterator[Page]:
    with serving(cast.app) as url:
        context = browser.new_context(base_url=url, viewport=PHONE, locale="id-ID", timezone_id="Asia/Jakarta")
        yield context.new_page()
        context.close()


def fill(page: Page, picture: Path) -> None:
    """A planned alert with a picture for one kecamatan."""
    page.goto("/konsol/peringatan")
    page.get_by_role("button", name="Tulis info").click()
    page.get_by_role("textbox", name="Tulisan sendiri").fill(TEXT)
    page.get_by_label("Untuk wilayah").select_option("31.74.08")
    page.get_by_label("Dikirim pada").fill("2026-11-23T07:00")
    page.get_by_label("Gambar kalau mau").set_input_files(picture)
    page.get_by_role("button", name="Lihat dulu").click()


def drawn(folder: Path) -> Path:
    """A picture as a phone takes it."""
    made = folder / "pasar.jpg"
    made.write_bytes(telling("JPEG"))
    return made


def test_written_looked_at_and_left_to_a_colleague(page: Page, cast: Cast, tmp_path: Path) -> None:
    sign_in(page, cast, "sari")
    fill(page, drawn(tmp_path))
    look = page.get_by_role("region", name="Begini jadinya")
    expect(look).to_contain_text("Suar - Kecamatan Pancoran")
    expect(look).to_contain_text("50 atau lebih")
    expect(page.get_by_role("textbox", name="Tulisan sendiri")).to_have_value(TEXT)
    page.get_by_role("button", name="Minta persetujuan rekan").click()
    expect(page.get_by_text("Disimpan. Dikirim sesudah rekan Anda menyetujuinya.")).to_be_visible()
    expect(page.get_by_role("button", name="Setujui dan kirim")).to_have_count(0)
    page.get_by_role("button", name="Keluar").click()
    sign_in(page, cast, "budi")
    page.goto("/konsol/peringatan")
    expect(page.get_by_text("sari", exact=True)).to_be_visible()
    page.get_by_role("button", name="Setujui dan kirim").click()
    expect(page.get_by_role("heading", name="Terjadwal")).to_be_visible()
    page.get_by_role("button", name="Ubah").click()
    expect(page.get_by_label("Dikirim pada")).to_have_value("2026-11-23T07:00")


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(page: Page, cast: Cast) -> None:
    sign_in(page, cast, "sari")
    page.goto("/konsol/peringatan/tulis")
    page.get_by_role("textbox", name="Tulisan sendiri").fill("Hubungi pak Anton di 0812-3456-7890 sebelum malam.")
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.get_by_text("Belum disimpan.")).to_be_visible()
    field = page.get_by_role("textbox", name="Tulisan sendiri")
    expect(field).to_have_value("Hubungi pak Anton di 0812-3456-7890 sebelum malam.")
    expect(field).to_have_accessible_description(
        "Ini tidak bisa dikirim ke banyak orang. Di dalamnya ada: nama orang, nomor telepon atau akun. Tulis tanpa itu."
    )
    expect(page.get_by_label("Untuk wilayah")).to_have_accessible_description("Pilih salah satu.")


def test_it_fits_a_phone_and_helps_who_hears_it(phone: Page, cast: Cast, tmp_path: Path) -> None:
    sign_in(phone, cast, "budi")
    now, said = cast.clock.at, json.dumps({"id": TEXT * 4, "en": "Take care."})
    one = Alert(
        "a" * 32, "31.74", "31.74", "", said, now, now + DAY, state="ready", send_at=now + 7200, author="x", own=TEXT
    )
    cast.service.desk.do(lambda connection: alerts.put(connection, one)).result()
    fill(phone, drawn(tmp_path))
    expect(phone.get_by_role("region", name="Begini jadinya")).to_be_visible()
    phone.wait_for_load_state()  # styles too: without them any page is too wide
    for path in ("", "peringatan", "peringatan/tulis"):
        if path:
            phone.goto(f"/konsol/{path}")
        wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
        nothing_wrong(phone)


def test_what_was_mended_and_what_was_typed_wrongly_fit_a_phone_and_are_heard(phone: Page, cast: Cast) -> None:
    now, said = cast.clock.at, json.dumps({"id": TEXT * 3})
    states = (("a", "done", None), ("b", "sending", "a" * 32), ("c", "refused", "b" * 32))
    for at, (name, state, about) in enumerate(states):
        kind = "correction" if about else "alert"
        one = Alert(
            name * 32,
            "31.74",
            RAWAJATI,
            "",
            said,
            now - 90 + at,
            now + DAY,
            kind,
            about,
            state=state,
            author="x",
            own=TEXT,
        )
        cast.service.desk.do(partial(alerts.put, one=one)).result()
    sign_in(phone, cast, "budi")
    phone.goto("/konsol/peringatan")
    phone.get_by_role("link", name="Lihat pembetulannya").click()
    assert phone.url.endswith(f"#{'b' * 32}")
    fits(phone)
    phone.goto("/konsol/pengurus")
    phone.get_by_label("Yang mana").fill("Pak Slamet")
    phone.locator("select[name=kelurahan]").select_option(RAWAJATI)
    phone.get_by_role("button", name="Buat undangan").click()
    expect(phone.get_by_label("Yang mana")).to_have_accessible_description(
        "Tulis nomor RT dan RW-nya, misalnya 05/02. Bukan nama orang."
    )
    expect(phone.get_by_label("Yang mana")).to_have_value("Pak Slamet")
    fits(phone)


def fits(page: Page) -> None:
    """Not wider than the screen, and nothing wrong for who hears it."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    nothing_wrong(page)


def test_an_empty_file_is_said_and_no_file_is_none(page: Page, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "kosong.jpg").write_bytes(b"")
    sign_in(page, cast, "sari")
    fill(page, tmp_path / "kosong.jpg")
    expect(page.get_by_label("Gambar kalau mau")).to_have_accessible_description(
        "Berkas itu kosong. Pilih lagi gambarnya."
    )
    page.get_by_label("Gambar kalau mau").set_input_files([])
    page.get_by_role("button", name="Lihat dulu").click()
    expect(page.get_by_role("region", name="Begini jadinya")).to_be_visible()
