"""The web page in two languages, and how it forgets: with a script, without, and in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.service import Service
from content.shelf import Say
from tests.chat_page import press
from tests.databases import Sqlite
from tests.service import make_service, shelf, staffed
from tests.test_web_browser import PHONE, last, serving, small_targets
from tests.web_chat import Clock, Phone, buttons, make_web, phone

ENGLISH = "language:en"
INDONESIAN = "language:id"
BUBBLE = re.compile(r'<div class="bubble" lang="(\w+)"')
STORY = "pintunya digembok dari luar"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(sqlite: Sqlite, clock: Clock) -> Iterator[Service]:
    with sqlite.fresh() as url, make_service(url, clock.now) as service:
        yield staffed(service)


@pytest.fixture
def app(service: Service, clock: Clock) -> Starlette:
    return make_web(service, clock)


@pytest.fixture
async def one(app: Starlette) -> AsyncIterator[Phone]:
    async with phone(app) as one:
        yield one


def said(key: str, language: str = "id") -> str:
    return shelf().text(Say(key), language)


def page_language(html: str) -> str:
    found = re.search(r'<html lang="(\w+)">', html)
    assert found
    return found[1]


# Without a script


@pytest.mark.anyio
async def test_the_page_follows_the_language_of_its_newest_answer(one: Phone) -> None:
    page = await one.open()
    assert page_language(page.html) == "id"
    page = await one.form(page, press=ENGLISH)
    assert page_language(page.html) == "en"
    assert BUBBLE.findall(page.html) == ["id", "en"]
    for key in ("web.under", "web.exit", "web.box", "web.log", "menu.top.learn"):
        assert said(key, "en") in unescape(page.html), key
    page = await one.form(page, text="3")
    assert (page_language(page.html), BUBBLE.findall(page.html)) == ("en", ["id", "en", "en"])
    page = await one.form(page, text="bahasa indonesia")
    assert page_language(page.html) == "id"
    assert "Tentang siapa?" in page.html


@pytest.mark.anyio
async def test_each_page_offers_the_other_language_and_hides_its_own(one: Phone) -> None:
    page = await one.open()
    shown = re.findall(r'class="tongue" lang="(\w+)"( hidden)?>([^<]+)<', page.html)
    assert shown == [("id", " hidden", "Indonesia"), ("en", "", "English")]
    page = await one.form(page, press=ENGLISH)
    shown = re.findall(r'class="tongue" lang="(\w+)"( hidden)?>', page.html)
    assert shown == [("id", ""), ("en", " hidden")]
    assert '<p class="bubble own" id="baru"><span class="unseen">You: </span>English</p>' in page.html


@pytest.mark.anyio
async def test_what_is_half_written_stays_when_the_language_changes(one: Phone) -> None:
    page = await one.form(await one.open(), press=ENGLISH, text=STORY)
    assert (page.answer.status_code, page.box) == (200, STORY)
    page = await one.form(page, press="language:xx", text=STORY)
    assert (page_language(page.html), page.box) == ("en", STORY)
    assert said("front.stale", "en") in unescape(page.html)


@pytest.mark.anyio
async def test_a_refusal_speaks_the_language_of_the_page(one: Phone) -> None:
    page = await one.form(await one.open(), press=ENGLISH)
    assert (await one.form(page, text=" ")).notice == said("web.empty", "en")
    long = await one.form(page, text="a" * 10_001)
    assert "10,001" in long.notice and "10,000" in long.notice
    assert "10.001" in (await one.form(await one.open(), text="a" * 10_001)).notice


@pytest.mark.anyio
async def test_after_hapus_the_page_keeps_only_that_it_was_erased(one: Phone) -> None:
    page = await one.form(await one.open(), text=STORY)
    page = await one.form(page, text="hapus")
    assert STORY in page.html
    page = await one.form(page, press=buttons(page.html)[said("erase.sure.gone")], text="belum selesai ditulis")
    assert page.answer.status_code == 409  # what stands in the box is not thrown away in silence
    page = await one.form(page, press=buttons(page.html)[said("erase.sure.gone")])
    assert len(BUBBLE.findall(page.html)) == 1
    assert "bubble own" not in page.html
    assert STORY not in page.html
    assert page.box == ""
    page = await one.form(page, text="halo")
    assert STORY not in page.html
    assert len(BUBBLE.findall(page.html)) == 2


# With a script


@pytest.mark.anyio
async def test_a_script_gets_the_words_of_the_page_when_the_language_changes(one: Phone) -> None:
    await one.open()
    one.headers = {"Content-Language": "id"}
    told = (await one.post("", ENGLISH)).json()
    assert told["language"] == "en"
    assert told["words"]["sending"] == said("web.sending", "en")
    assert told["words"]["under"] == said("web.under", "en")
    one.headers = {"Content-Language": "en"}
    told = (await one.post("1")).json()
    assert "language" not in told and "words" not in told
    assert BUBBLE.findall(told["html"]) == ["en"]
    assert (await one.post(" ")).json()["say"] == said("web.empty", "en")
    one.headers = {"Content-Language": "../id"}
    assert (await one.post(" ")).json()["say"] == said("web.empty")


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["hapus", "majikan datang, sudah dulu ya"])
async def test_a_script_is_told_to_wipe_and_gets_only_what_may_stay(one: Phone, text: str) -> None:
    await one.open()
    await one.post(STORY)
    told = (await one.post(text)).json()
    if text == "hapus":
        assert "wipes" not in told
        told = (await one.post("1")).json()
    assert told["wipes"] is True
    assert len(BUBBLE.findall(told["html"])) == 1


@pytest.mark.anyio
async def test_the_words_of_the_page_reach_the_script_as_they_are(one: Phone) -> None:
    found = re.search(r'data-words="([^"]*)"', (await one.open()).html)
    assert found
    assert json.loads(unescape(found[1]))["you"] == said("web.you")


# In a browser


@pytest.fixture
def site(service: Service) -> Iterator[str]:
    with serving(service) as site:
        yield site


def opened(browser: Browser, site: str, **choices: Any) -> Page:
    page = browser.new_context(viewport=PHONE, reduced_motion="reduce", **choices).new_page()
    page.goto(site)
    return page


def fits(page: Page) -> bool:
    parts = "[document.documentElement, document.querySelector('header')]"
    wide: list[int] = page.evaluate(f"{parts}.map((part) => part.scrollWidth)")
    return max(wide) <= int(PHONE["width"])


@pytest.mark.parametrize("choices", [{}, {"color_scheme": "dark"}, {"java_script_enabled": False}])
def test_somebody_reads_english_on_a_small_phone(browser: Browser, site: str, choices: dict[str, Any]) -> None:
    page = opened(browser, site, **choices)
    assert fits(page)
    page.get_by_role("textbox").fill("masih ditulis")
    press(page, "English")
    expect(page.get_by_role("button", name=said("menu.top.report", "en"), exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("textbox", name=said("web.box", "en"))).to_have_value("masih ditulis")
    expect(page.locator("header")).to_contain_text(said("web.exit", "en"))
    assert fits(page)
    assert small_targets(page) == []
    if choices.get("java_script_enabled", True):
        assert str(Axe().run(page).generate_snapshot()) == ""
    page.get_by_role("textbox").fill("")
    press(page, said("menu.top.report", "en"))
    expect(last(page)).to_contain_text(said("report.whom.ask", "en"))
    press(page, "Indonesia")
    expect(last(page)).to_contain_text(said("report.whom.ask"))
    expect(page.locator("html")).to_have_attribute("lang", "id")


@pytest.mark.parametrize("choices", [{}, {"java_script_enabled": False}])
def test_nothing_of_the_talk_is_left_on_the_screen_after_hapus(
    browser: Browser, site: str, choices: dict[str, Any]
) -> None:
    page = opened(browser, site, **choices)
    page.get_by_role("textbox").fill(STORY)
    press(page, "Kirim")
    expect(page.locator(".own")).to_contain_text(STORY)
    expect(last(page)).not_to_contain_text(STORY)
    page.get_by_role("textbox").fill("hapus")
    press(page, "Kirim", said("erase.sure.gone"))
    expect(page.locator(".bubble")).to_have_count(1)
    expect(page.get_by_role("textbox")).to_have_value("")
    assert STORY not in page.content()


def test_enter_in_a_tick_sends_the_ticks_and_not_the_language(browser: Browser, site: str) -> None:
    page = opened(browser, site, java_script_enabled=False)
    press(page, "Cerita ke petugas", "Orang lain yang saya lihat", "Ya, masih berlangsung")
    page.get_by_label("Dikunci atau dijaga").check()
    page.get_by_label("Dikunci atau dijaga").press("Enter")
    expect(last(page)).to_contain_text("Di mana?")
    expect(page.locator("html")).to_have_attribute("lang", "id")
