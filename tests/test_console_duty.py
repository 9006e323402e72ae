"""The console's side of the chat on duty, and passing a case back, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from bot.console.labels import queue_name
from bot.duty import CODE_SECONDS
from bot.pings import Chat, seal_chat
from content.processing import Address
from models import duty
from tests.console_service import KEY, OTHER, OVERSIGHT, QUEUE, UPT, Cast, acts, make_cast, post, serving
from tests.databases import Sqlite
from tests.test_console_browser import SIZE, nothing_wrong, sign_in

pytestmark = pytest.mark.anyio
TELEGRAM: Any = {"telegram_bot_token": SecretStr("123:abc"), "telegram_api_base_url": "http://127.0.0.1:9"}
WHATSAPP: Any = {
    "twilio_account_sid": "AC" + "0a" * 16,
    "twilio_auth_token": SecretStr("5e" * 16),
    "twilio_whatsapp_from": "whatsapp:+622150000000",
    "twilio_api_base_url": "http://127.0.0.1:9",
}
WHY = "Ini bukan wilayah antrean kami."
CODE = re.compile(r"dinas ([A-Z2-7]{4}-[A-Z2-7]{4})")


@pytest.fixture
def cast(sqlite: Sqlite) -> Iterator[Cast]:
    with sqlite.fresh() as url, make_cast(url, suar_demo=True, **TELEGRAM) as cast:
        yield cast


def staff_of(cast: Cast, code: str, later: int = 0) -> str | None:
    """Whose chat a code would link."""
    keys, now = cast.service.house.keys, cast.clock.at + later
    hash = keys.token_mac("duty", code.replace("-", ""))
    return cast.service.desk.do(lambda connection: duty.find(connection, hash, now)).result()


def link(cast: Cast, who: str) -> None:
    """A chat of theirs is linked."""
    sealed = seal_chat(cast.service.house, Chat(b"p" * 32, "telegram", "1", "id"), "duty|l|sealed")
    cast.service.desk.do(lambda connection: duty.link(connection, who, "l", sealed, cast.clock.at)).result()


async def made(cast: Cast, name: str) -> str:
    async with cast.client(name) as one:
        found = CODE.search((await post(one, "/akun/chat")).text)
    assert found is not None
    return found[1]


async def test_a_code_holds_for_ten_minutes_and_a_new_one_replaces_it(cast: Cast) -> None:
    first = await made(cast, "sari")
    who = staff_of(cast, first)
    assert who is not None
    assert staff_of(cast, first, CODE_SECONDS + 1) is None
    second = await made(cast, "sari")
    assert (staff_of(cast, first), staff_of(cast, second)) == (None, who)
    assert staff_of(cast, await made(cast, "budi")) != who


async def test_without_a_messenger_the_page_says_why_and_offers_no_button(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_cast(url) as bare:
        async with bare.client("sari") as sari:
            page = (await sari.get("/konsol/akun")).text
            sent = await post(sari, "/akun/chat")
    assert "belum ada Telegram atau WhatsApp yang dipasang di layanan ini" in page
    assert 'action="/konsol/akun/chat"' not in page
    assert (sent.status_code, sent.headers["location"]) == (303, "/konsol/akun")


async def test_since_when_is_said_and_unlinking_is_a_button(cast: Cast) -> None:
    who = staff_of(cast, await made(cast, "sari"))
    assert who is not None
    link(cast, who)
    async with cast.client("sari") as sari:
        page = (await sari.get("/konsol/akun")).text
        assert "Terhubung sejak 14.00." in page
        gone = await post(sari, "/akun/chat/putus")
        assert gone.headers["location"].endswith("/konsol/akun?kabar=putus")
        assert "Terhubung sejak" not in (await sari.get("/konsol/akun")).text
    assert "unlinked a chat" in acts(cast)


async def test_where_the_bot_is_known_a_link_carries_the_code(cast: Cast) -> None:
    object.__setattr__(cast.service.house.shelf, "addresses", (Address("telegram", "@suar_bot"),))
    try:
        async with cast.client("sari") as sari:
            page = (await post(sari, "/akun/chat")).text
    finally:
        object.__setattr__(cast.service.house.shelf, "addresses", ())
    found = CODE.search(page)
    assert found is not None
    assert f"https://t.me/suar_bot?start=dinas-{found[1].replace('-', '')}" in page


async def test_where_only_whatsapp_is_set_up_the_code_goes_there(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_cast(url, suar_demo=True, **WHATSAPP) as cast:
        async with cast.client("sari") as sari:
            page = (await post(sari, "/akun/chat")).text
    found = CODE.search(page)
    assert found is not None
    assert "Kirim ini ke Suar di WhatsApp dari HP Anda" in page and "Telegram" not in page
    assert f"https://wa.me/622150000000?text=dinas%20{found[1]}" in page


async def test_passing_back_shows_the_case_to_the_next_queue_with_the_reason(cast: Cast) -> None:
    cast.hire("tuti", {UPT: "petugas"})
    id = cast.file(readers={QUEUE: "lead", UPT: "next", OVERSIGHT: "oversight"}, state="dibaca")
    cast.set(id, state="dibaca")
    async with cast.client("sari") as sari, cast.client("tuti") as tuti:
        assert (await tuti.get(f"/konsol/kasus/{id}")).status_code == 404
        short = await post(sari, f"/kasus/{id}/kembalikan", text="tidak", key=KEY)
        assert short.status_code == 422
        for _ in range(2):
            done = await post(sari, f"/kasus/{id}/kembalikan", text=WHY, key=KEY)
            assert done.headers["location"].endswith("?kabar=kembali")
        page = (await tuti.get(f"/konsol/kasus/{id}")).text
        assert WHY in page
        assert f"Dikembalikan oleh {queue_name(cast.service.house.shelf, QUEUE)}" in page
    assert acts(cast).count("passed back") == 1
    row = cast.row(id)
    assert (row.escalated, row.holder, row.state) == (1, None, "dibaca")


async def test_who_holds_a_case_lets_go_of_it_and_the_clock_runs(cast: Cast) -> None:
    id = cast.file()
    async with cast.client("sari") as sari:
        await post(sari, f"/kasus/{id}/buka")
        await post(sari, f"/kasus/{id}/terima")
        cast.set(id, due_at=None)
        await post(sari, f"/kasus/{id}/kembalikan", text=WHY, key=KEY)
    row = cast.row(id)
    assert (row.holder, row.state, row.escalated) == (None, "dibaca", 2)
    assert row.due_at is not None and row.due_at > cast.clock.at


async def test_who_may_not_pass_a_case_back(cast: Cast) -> None:
    cast.hire("tuti", {OVERSIGHT: "petugas"})
    id = cast.file(readers={QUEUE: "lead", OTHER: "awake", OVERSIGHT: "oversight"})
    cast.set(id, state="ditangani", holder=OTHER)
    last = cast.file(readers={OVERSIGHT: "lead"})
    async with cast.client("sari") as sari, cast.client("tuti") as tuti:
        assert (await post(sari, f"/kasus/{id}/kembalikan", text=WHY, key=KEY)).status_code == 409
        assert (await post(tuti, f"/kasus/{last}/kembalikan", text=WHY, key=KEY)).status_code == 409
        assert (await post(sari, f"/kasus/{last}/kembalikan", text=WHY, key=KEY)).status_code == 404
    assert "passed back" not in acts(cast)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_by_hand_in_a_browser(scripts: bool, cast: Cast, browser: Browser) -> None:
    cast.hire("tuti", {UPT: "petugas"})
    id = cast.file(readers={QUEUE: "lead", UPT: "next"})
    cast.set(id, state="dibaca")
    with serving(cast.app) as url:
        context = browser.new_context(base_url=url, viewport=SIZE, java_script_enabled=scripts, locale="id-ID")
        page = context.new_page()
        sign_in(page, cast)
        by_hand(page, id, look=scripts)
        context.close()


def by_hand(page: Page, id: str, look: bool) -> None:
    """Make a code, then pass a case back."""
    page.goto("/konsol/akun")
    if look:
        nothing_wrong(page)
    page.get_by_role("button", name="Hubungkan chat").click()
    expect(page.locator(".code")).to_have_text(CODE)
    if look:
        nothing_wrong(page)
    page.goto(f"/konsol/kasus/{id}")
    page.get_by_text("Kembalikan kasus ini").click()
    if look:
        nothing_wrong(page)
    page.get_by_label("Mengapa antrean Anda tidak bisa menanganinya?").fill(WHY)
    page.get_by_role("button", name="Kembalikan", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Sudah dikembalikan")).to_be_visible()
    expect(page.get_by_text(WHY)).to_be_visible()
