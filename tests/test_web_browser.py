"""The web chat in a real browser on a phone's screen: with a script, without, by keyboard, and when the net goes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from playwright.sync_api import Error as BrowserError
from starlette.applications import Starlette

from bot.channels import web, web_line
from bot.service import Service
from models.tables import outbox, report
from tests.chat_page import press
from tests.databases import Sqlite
from tests.service import make_service, staffed

PHONE: Any = {"width": 360, "height": 740}
SMALLEST_TARGET = 44  # CSS pixels, WCAG 2.5.5
REPLY = 5_000
TO_REVIEW = ("Cerita ke petugas", "Orang lain yang saya lihat", "Ya, masih berlangsung")
OpenPage = Callable[..., Page]


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The web chat on a free port of this machine."""
    config = uvicorn.Config(Starlette(routes=web.routes(service)), log_level="warning", ws="none")
    server = uvicorn.Server(config)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join()


@pytest.fixture
def service(sqlite: Sqlite) -> Iterator[Service]:
    with sqlite.fresh() as url, make_service(url) as service:
        yield staffed(service)


@pytest.fixture
def site(service: Service) -> Iterator[str]:
    with serving(service) as site:
        yield site


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """Open the chat on a phone; at the end no page may have asked elsewhere or complained."""
    contexts: list[BrowserContext] = []
    strange: list[str] = []

    def open_page(**choices: Any) -> Page:
        context = browser.new_context(viewport=PHONE, **choices)
        contexts.append(context)
        context.set_default_timeout(REPLY)
        page = context.new_page()
        page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else strange.append(asked.url))
        page.on("console", lambda said: strange.append(said.text) if "Failed to load" not in said.text else None)
        page.on("pageerror", lambda error: strange.append(str(error)))
        page.goto(site)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert strange == []


def last(page: Page) -> Any:
    return page.locator(".bubble").last


def to_review(page: Page) -> None:
    """A witness's report up to the last question."""
    press(page, *TO_REVIEW)
    page.get_by_label("Dikunci atau dijaga").check()
    press(page, "Kirim pilihan")
    expect(last(page)).to_contain_text("Di mana?")
    page.get_by_role("textbox").fill("rawajati")
    press(page, "Kirim", "Rawajati, Pancoran, Jakarta Selatan")
    expect(last(page)).to_contain_text("Siap dikirim")


def rows(service: Service, table: sa.Table) -> int:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def complaints(page: Page) -> str:
    results = Axe().run(page)
    return str(results.generate_snapshot())


def small_targets(page: Page) -> list[str]:
    """What a thumb should hit and is smaller than a thumb."""
    found = []
    for target in page.locator("button, .choices label, #keluar, textarea").all():
        box = target.bounding_box() if target.is_visible() else None
        if box and min(box["width"], box["height"]) < SMALLEST_TARGET:
            found.append(target.inner_text())
    return found


@pytest.mark.parametrize("choices", [{}, {"color_scheme": "dark"}, {"java_script_enabled": False}])
def test_a_witness_reports(open_page: OpenPage, service: Service, choices: dict[str, Any]) -> None:
    page = open_page(**choices)
    to_review(page)
    expect(last(page)).to_be_in_viewport()
    press(page, "Kirim sekarang")
    expect(last(page)).to_contain_text("Kode Anda")
    expect(page.locator(".bubble strong")).to_be_in_viewport()
    press(page, "SUDAH")
    expect(last(page)).to_contain_text("Jangan mendekat")
    assert rows(service, report) == 1


@pytest.mark.parametrize("choices", [{}, {"color_scheme": "dark"}])
def test_axe_finds_nothing_and_thumbs_find_everything(open_page: OpenPage, choices: dict[str, Any]) -> None:
    page = open_page(reduced_motion="reduce", **choices)
    assert complaints(page) == ""
    press(page, *TO_REVIEW)
    expect(last(page)).to_contain_text("Apa yang Anda lihat?")
    page.get_by_label("Dikunci atau dijaga").check()
    assert complaints(page) == ""
    assert small_targets(page) == []
    press(page, "Kirim")
    expect(last(page)).to_contain_text("Di mana?")
    press(page, "Kirim")
    expect(page.get_by_role("status")).to_contain_text("masih kosong")
    assert complaints(page) == ""


def test_the_keyboard_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke kotak tulisan")).to_be_focused()
    page.get_by_role("button", name="Cerita ke petugas").focus()
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Tentang siapa?")
    expect(last(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Orang lain yang saya lihat")).to_be_focused()
    page.get_by_role("textbox").focus()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Apakah masih terjadi?")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("dua")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("baris")
    expect(page.get_by_role("textbox")).to_have_value("dua\nbaris")


def test_a_double_tap_sends_once(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    page.get_by_role("button", name="Cerita ke petugas").dblclick()
    expect(last(page)).to_contain_text("Tentang siapa?")
    page.wait_for_load_state("networkidle")
    assert rows(service, outbox) == 1
    assert page.locator(".own").count() == 1


def test_a_double_tap_sends_once_without_a_script(open_page: OpenPage, service: Service) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_role("button", name="Cerita ke petugas").dblclick()
    expect(last(page)).to_contain_text("Tentang siapa?")
    assert rows(service, outbox) == 1


def test_nothing_typed_is_lost_when_the_net_goes(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    press(page, "Cerita ke petugas")
    expect(last(page)).to_contain_text("Tentang siapa?")
    page.context.set_offline(True)
    page.get_by_role("textbox").fill("orang lain di kos")
    press(page, "Kirim")
    expect(page.get_by_role("status")).to_contain_text("jaringan terputus")
    expect(page.get_by_role("textbox")).to_have_value("orang lain di kos")
    page.context.set_offline(False)
    expect(page.locator(".own").last).to_contain_text("orang lain di kos")
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.get_by_role("status")).to_be_empty()
    assert rows(service, outbox) == 2


def test_an_answer_that_was_lost_on_its_way_is_not_sent_twice(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    lost: list[int] = []

    def lose(route: Route) -> None:
        if not lost:
            # Fetched for it, this request lacks what the browser itself would have added.
            lost.append(route.fetch(headers={**route.request.headers, "sec-fetch-site": "same-origin"}).status)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/pesan", lose)
    press(page, "Cerita ke petugas")
    expect(last(page)).to_contain_text("Tentang siapa?")
    assert lost == [200]
    assert rows(service, outbox) == 1
    assert page.locator(".own").count() == 1


def test_other_words_after_a_failure_are_another_message(open_page: OpenPage, service: Service) -> None:
    page = open_page()
    page.context.set_offline(True)
    page.get_by_role("textbox").fill("hallo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("jaringan terputus")
    page.get_by_role("textbox").fill("ada yang dikurung di ruko")
    expect(page.get_by_role("status")).to_be_empty()
    page.context.set_offline(False)
    page.get_by_role("textbox").focus()
    page.keyboard.press("Enter")
    expect(last(page)).to_contain_text("Tulisan Anda kami simpan sebentar")
    expect(page.locator(".own")).to_have_text("Anda: ada yang dikurung di ruko")
    assert rows(service, outbox) == 1


@pytest.mark.parametrize("choices", [{}, {"java_script_enabled": False}])
def test_a_new_tab_a_reload_and_the_way_back_start_empty(open_page: OpenPage, choices: dict[str, Any]) -> None:
    page = open_page(**choices)
    page.get_by_role("textbox").fill("ada yang dikurung di ruko")
    press(page, "Kirim")
    expect(page.locator(".own")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    page.get_by_role("textbox").fill("setengah")
    page.reload()
    expect(page.locator(".own")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_have_value("")
    page.get_by_role("textbox").fill("ada yang dikurung di ruko")
    press(page, "Kirim")
    expect(page.locator(".own")).to_have_count(1)
    page.goto("about:blank")
    with suppress(BrowserError):  # without a script the browser asks first whether it should send again
        page.go_back()
    expect(page.locator(".own")).to_have_count(0)


@pytest.mark.parametrize("way", ["button", "escape"])
def test_the_quick_exit_leaves_nothing(browser: Browser, site: str, service: Service, way: str) -> None:
    target = service.house.shelf.words["id"]["web.exit_url"]
    asked: list[dict[str, str]] = []

    def weather(route: Route) -> None:
        asked.append(route.request.headers)
        route.fulfill(body="<title>Cuaca</title>", content_type="text/html")

    with browser.new_context(viewport=PHONE) as context:
        context.route(f"{target}**", weather)
        page = context.new_page()
        page.goto(site)
        press(page, "Cerita ke petugas")
        if way == "button":
            page.get_by_role("link", name="Keluar cepat").click()
        else:
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        page.wait_for_url(target)
        assert page.title() == "Cuaca"
        assert "referer" not in asked[0]
        page.go_back()
        assert page.url == "about:blank"


def test_one_escape_is_only_a_slip(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Escape")
    press(page, "Cerita ke petugas")
    expect(last(page)).to_contain_text("Tentang siapa?")


def test_the_code_can_be_copied(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    to_review(page)
    press(page, "Kirim sekarang")
    press(page, "Salin")
    expect(page.get_by_role("button", name="Tersalin")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".bubble strong").inner_text()


def test_who_waits_in_line_goes_on_without_doing_anything(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_line, "OF_A_NETWORK", web_line.Pace(6.0, 1))
    script = open_page()
    press(script, "Cerita ke petugas")
    expect(last(script)).to_contain_text("Tentang siapa?")
    page = open_page()
    page.get_by_role("textbox").fill("ada yang dikurung di ruko")
    press(page, "Kirim")
    expect(page.get_by_role("status")).to_contain_text("Giliran Anda")
    expect(page.get_by_role("textbox")).to_have_value("ada yang dikurung di ruko")
    expect(page.locator(".own")).to_have_count(1, timeout=4 * REPLY)
    expect(page.get_by_role("status")).to_be_empty()


def test_with_the_desk_down_the_words_stay_and_the_numbers_are_told(open_page: OpenPage, service: Service) -> None:
    page = open_page(java_script_enabled=False)
    service.desk.close()
    page.get_by_role("textbox").fill("ada yang dikurung")
    press(page, "Kirim")
    expect(page.get_by_role("status")).to_contain_text("Telepon 112 atau 110")
    expect(page.get_by_role("textbox")).to_have_value("ada yang dikurung")
