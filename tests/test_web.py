"""The web chat over HTTP: with and without a script, with repeated, forged, huge and hasty requests."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from bot.batch import Errands
from bot.channels import web_door
from bot.channels.web_line import OF_A_CHAT
from bot.service import Service
from models.tables import outbox, person, report
from tests.databases import Sqlite
from tests.service import make_service, staffed
from tests.web_chat import HOME, Clock, Page, Phone, buttons, make_web, phone

pytestmark = pytest.mark.anyio
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


async def count(service: Service, table: sa.Table) -> int:
    return await service.look(
        lambda connection: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    )


async def kept_words(service: Service) -> int:
    def query(connection: Connection) -> int:
        return connection.execute(sa.select(sa.func.count()).where(outbox.c.body.is_not(None))).scalar_one()

    return await service.look(query)


# The page


async def test_the_page_is_small_keeps_nothing_and_asks_nobody_else(one: Phone, service: Service) -> None:
    page = await one.open()
    headers = page.answer.headers
    sizes = [int(headers["content-length"])]
    for path in ("/aset/chat.css", "/aset/chat.js"):
        assert path in page.html
        sizes.append(int((await one.client.get(path)).headers["content-length"]))
    assert headers["content-encoding"] == "gzip"
    assert sum(sizes) < 20_000
    assert "set-cookie" not in headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    links = [part.split('"')[0] for part in page.html.split('href="')[1:]]
    assert [link for link in links if "://" in link and not link.startswith("data:")] == [
        service.house.shelf.words["id"]["web.exit_url"]
    ]


async def test_opening_the_page_makes_nobody_and_every_page_is_a_new_chat(one: Phone, service: Service) -> None:
    first, second = await one.open(), await one.open()
    assert first.fields["token"] != second.fields["token"]
    assert "Cerita ke petugas" in buttons(first.html)
    assert await count(service, person) == 0


async def test_only_the_first_page_tells_who_has_no_script_that_it_loads_again(one: Phone) -> None:
    page = await one.open()
    assert "halaman ini dimuat ulang" in page.html
    page = await one.form(page, text="hapus")
    page = await one.form(page, press=page.button("Ya, hapus"))
    assert page.html.count('class="bubble') == 1
    assert "halaman ini dimuat ulang" not in page.html


async def test_a_trial_says_that_it_is_one(service: Service, clock: Clock, one: Phone) -> None:
    words = 'data-say="trial">Percobaan: belum tersambung ke petugas sungguhan.'
    assert words not in (await one.open()).html
    trial = replace(service, settings=service.settings.model_copy(update={"suar_demo": True}))
    async with phone(make_web(trial, clock)) as other:
        assert words in (await other.open()).html


async def test_the_talk_goes_on_without_a_script(one: Phone) -> None:
    page = await one.open()
    page = await one.form(page, press=page.button("Cerita ke petugas"))
    assert "Cerita ke petugas</p>" in page.html  # one's own words stay in sight
    page = await one.form(page, press=page.button("Orang lain yang saya lihat"))
    page = await one.form(page, text="1")
    page = await one.form(page, text=STORY, pick=[page.button("Dikunci atau dijaga"), page.button("Tidak tahu pasti")])
    assert f"Dikunci atau dijaga, Tidak tahu pasti\n{STORY}" in page.html
    assert "Di mana?" in page.html


async def test_a_button_does_not_go_without_the_words_in_the_box(one: Phone) -> None:
    page = await one.open()
    refused = await one.form(page, press=page.button("Cerita ke petugas"), text="saya lihat")
    assert refused.box == "saya lihat"
    assert "belum dikirim" in refused.notice and "Tentang siapa?" not in refused.html
    page = await one.form(refused, press=page.button("Lainnya"), text="saya lihat")
    assert page.box == "saya lihat" and "Pilih yang Anda perlukan." in page.html


# Repeated, at once, and again


async def test_two_taps_at_once_are_one_message_with_a_script(one: Phone, service: Service) -> None:
    await one.open()
    id, token = secrets.token_hex(16), buttons(one.html)["Cerita ke petugas"]
    answers = await asyncio.gather(*(one.post("", token, id=id, seen=0) for _ in range(2)))
    assert answers[0].json() == answers[1].json()
    assert "Tentang siapa?" in answers[0].json()["html"]
    assert await count(service, outbox) == 1


async def test_two_taps_at_once_are_one_message_without_a_script(one: Phone, service: Service) -> None:
    page = await one.open()
    token = page.button("Cerita ke petugas")
    both = await asyncio.gather(*(one.form(page, press=token) for _ in range(2)))
    assert all("Tentang siapa?" in one.html for one in both)
    assert await count(service, outbox) == 1


async def test_a_message_sent_again_after_a_lost_answer_is_answered_again(one: Phone, service: Service) -> None:
    await one.open()
    id = secrets.token_hex(16)
    first = await one.post("halo", id=id)
    one.seen = 0  # the answer was lost on its way
    assert (await one.post("halo", id=id)).json() == first.json()
    await one.shown()
    one.seen = 0
    assert (await one.post("halo", id=id)).json()["html"] == ""
    assert await kept_words(service) == 0


async def test_a_page_loaded_again_is_answered_until_it_was_shown_and_then_starts_empty(one: Phone) -> None:
    start = await one.open()
    shown = await one.form(start, text=STORY)
    assert STORY in shown.html
    assert STORY in (await one.form(start, text=STORY)).html  # it never arrived
    assert (await one.client.get(shown.slip)).headers["content-type"] == "image/gif"
    again = await one.form(start, text=STORY)
    assert STORY not in again.html
    assert again.fields["token"] != start.fields["token"]


async def test_what_was_shown_is_told_by_the_next_message_too(one: Phone, service: Service) -> None:
    await one.open()
    first = (await one.post("halo")).json()
    second = (await one.post("halo")).json()
    assert second["seen"] > first["seen"]
    assert second["html"].count('class="bubble"') == 1
    assert await kept_words(service) == 1
    page = await one.open()
    for _ in range(3):
        page = await one.form(page, text="halo")  # a browser that fetches no pictures
    assert await kept_words(service) == 2


async def test_nobody_settles_what_waits_for_another(one: Phone, app: Starlette, service: Service) -> None:
    await one.open()
    await one.post("halo")
    async with phone(app) as other:
        await other.open()
        answer = await other.client.post("/sudah", json={"token": other.token, "seen": one.seen})
        assert answer.status_code == 204
        forged = await other.client.get("/sudah/azE6AAAA")
        assert forged.status_code == 200
    assert await kept_words(service) == 1


# Who may speak


@pytest.mark.parametrize("forge", ["", "x", "A" * 50, "cut", "flip", "é" * 50])
async def test_a_token_that_we_did_not_give_out_makes_nobody(one: Phone, service: Service, forge: str) -> None:
    page = await one.open()
    good = one.token
    one.token = {"cut": good[:-1], "flip": ("B" if good[0] == "A" else "A") + good[1:]}.get(forge, forge)
    refused = await one.post(STORY)
    assert refused.status_code == 403
    assert "mulai dari awal" in refused.json()["say"]
    again = await one.form(page, token=one.token, text=STORY)
    assert again.answer.status_code == 403
    assert again.box == STORY
    assert await count(service, person) == 0
    one.token = refused.json()["token"]
    assert (await one.post(STORY)).status_code == 200


async def test_a_token_is_too_old_the_next_morning(one: Phone, clock: Clock) -> None:
    page = await one.open()
    clock.at += 12 * 3_600
    assert (await one.form(page, text="halo")).answer.status_code == 200
    clock.at += 1
    late = await one.form(page, text=STORY)
    assert late.answer.status_code == 403
    assert late.box == STORY
    assert late.fields["token"] != page.fields["token"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": HOME}, 200),
        ({"origin": "HTTP://127.0.0.1:8000"}, 200),
        ({"sec-fetch-site": "cross-site", "origin": HOME}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://lain.example"}, 403),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"origin": "http://127.0.0.1:a"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_only_our_own_page_may_send(one: Phone, headers: dict[str, str], status: int) -> None:
    page = await one.open()
    one.headers = headers
    assert (await one.form(page, text="halo")).answer.status_code == status
    assert (await one.post("halo")).status_code == status


# What may be said


@pytest.mark.parametrize("text", ["a" * 10_000, "🙏 " * 4_999 + "ya", "baris\nbaris"])
async def test_long_words_and_emoji_arrive_whole(one: Phone, text: str) -> None:
    page = await one.open()
    page = await one.form(page, press=page.button("Cerita ke petugas"))
    page = await one.form(page, text=text)
    assert page.answer.status_code == 200
    assert "Tulisan Anda kami simpan sebentar" in page.html
    await one.open()
    assert (await one.post(text)).status_code == 200


async def test_words_that_are_too_long_are_never_cut_in_silence(one: Phone) -> None:
    page = await one.open()
    text = "a" * 10_001
    refused = await one.form(page, text=text)
    assert refused.answer.status_code == 422
    assert "10.001 huruf" in refused.notice
    assert refused.box == text
    assert (await one.post(text)).status_code == 422
    assert (await one.form(refused, text="a" * 10_000)).answer.status_code == 200


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_an_empty_box_is_said(one: Phone, service: Service, text: str) -> None:
    page = await one.open()
    assert "masih kosong" in (await one.form(page, text=text)).notice
    assert (await one.post(text)).json()["say"].startswith("Kotak masih kosong")
    assert await count(service, person) == 0


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><b>", "{{ 7 * 7 }}"]
)
async def test_words_are_words_and_never_markup(one: Phone, text: str) -> None:
    page = await one.open()
    refused = await one.form(page, text=text, id="zz")
    shown = await one.form(page, text=text)
    for html in (refused.html, shown.html):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>" not in html
    assert shown.html.count("</textarea>") == 1
    assert "&lt;" in shown.html or "{{ 7 * 7 }}" in shown.html


async def test_half_characters_and_controls_do_not_break_the_desk(one: Phone) -> None:
    await one.open()
    body = json.dumps({"token": one.token, "id": secrets.token_hex(16), "text": "a\ud800\x00b cerita panjang"})
    answer = await one.client.post("/pesan", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert "Tulisan Anda kami simpan sebentar" in answer.json()["html"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 50_000,
        b'{"seen": 1e999}',
        b'{"seen": true}',
        b'{"seen": -1}',
        b'{"seen": 99999999999999999999}',
        b'{"seen": ' + b"9" * 5_000 + b"}",
        b'{"text": 5}',
        b'{"pressed": "a"}',
        b'{"pressed": [1]}',
        b'{"pressed": ["' + b"a" * 200 + b'"]}',
        b'{"pressed": ' + json.dumps(["a"] * 13).encode() + b"}",
        b'{"id": "../../etc"}',
    ],
)
@pytest.mark.parametrize("path", ["/pesan", "/sudah"])
async def test_broken_json_is_answered_in_words(one: Phone, path: str, body: bytes) -> None:
    answer = await one.client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "tidak terbaca" in answer.json()["say"]


async def test_other_kinds_of_content_are_answered_in_words(one: Phone) -> None:
    for kind in ("text/plain", "application/xml", ""):
        headers = {"content-type": kind}
        assert (await one.client.post("/pesan", content=b"{}", headers=headers)).status_code == 415
        assert (await one.client.post("/", content=b"text=a", headers=headers)).status_code == 415
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert (await one.client.post("/", content=b"--x\r\nbroken", headers=broken)).status_code in {400, 403}
    files = {"text": ("photo.jpg", b"\xff\xd8")}
    assert (await one.client.post("/", files=files)).status_code == 400


async def pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 8_192):
        yield b" " * 8_192


@pytest.mark.parametrize("size", [80_000, 8_000_000])
async def test_a_huge_body_is_answered_in_words(one: Phone, size: int) -> None:
    headers = {"content-type": "application/json"}
    for content in (b" " * size, pieces(size)):
        answer = await one.client.post("/pesan", content=content, headers=headers)
        assert answer.status_code == 413
        assert "terlalu besar" in answer.json()["say"]
    page = await one.open()
    assert "terlalu besar" in (await one.form(page, text="a" * size)).notice


# When it does not work


async def test_with_the_desk_down_numbers_are_given_and_nothing_typed_is_lost(one: Phone, service: Service) -> None:
    page = await one.open()
    service.desk.close()
    refused = await one.form(page, text=STORY)
    assert refused.answer.status_code == 503
    assert refused.box == STORY
    assert refused.fields["id"] == page.fields["id"]
    assert "112" in refused.notice
    assert "110" in refused.notice
    answer = await one.post(STORY)
    assert answer.status_code == 503
    assert answer.json()["say"] == refused.notice
    assert (await one.open()).answer.status_code == 200


async def test_ticks_stay_where_a_message_was_not_taken(one: Phone, service: Service) -> None:
    page = await one.open()
    for said in ({"press": page.button("Cerita ke petugas")}, {"text": "1"}, {"text": "2"}):
        page = await one.form(page, **said)
    service.desk.close()
    page = await one.form(page, pick=page.button("Dikunci atau dijaga"))
    assert page.html.count(" checked") == 1


async def test_scripts_wait_in_line_and_people_of_other_networks_do_not(app: Starlette, clock: Clock) -> None:
    async with phone(app, "203.0.113.9") as script, phone(app, "198.51.100.7") as neighbour:
        for _ in range(60):
            await script.open()
            assert (await script.post("halo")).status_code == 200
        page = await script.open()
        waits = await script.post(STORY)
        assert (waits.status_code, waits.json()["wait"], waits.headers["retry-after"]) == (429, 1, "1")
        assert "1 detik" in waits.json()["say"]
        told = await script.form(page, text=STORY)
        assert told.answer.status_code == 429
        assert told.box == STORY
        assert "tekan Kirim" in told.notice
        await neighbour.open()
        assert (await neighbour.post("halo")).status_code == 200
        clock.at += 1
        assert (await script.form(told, text=STORY)).answer.status_code == 200


async def test_one_chat_keeps_the_pace_of_a_person(one: Phone, clock: Clock) -> None:
    await one.open()
    assert [(await one.post("halo")).status_code for _ in range(OF_A_CHAT.burst)] == [200] * OF_A_CHAT.burst
    assert (await one.post("halo")).status_code == 429
    clock.at += 1
    assert (await one.post("halo")).status_code == 200


# A report


async def test_the_code_is_shown_once_and_then_gone(one: Phone, service: Service) -> None:
    await one.to_review()
    sent, id = buttons(one.html)["Kirim sekarang"], secrets.token_hex(16)
    answer = (await one.post("", sent, id=id)).json()
    assert "Kode Anda" in answer["html"]
    assert "<strong data-once>" in answer["html"]
    assert not answer["waits"]
    assert await kept_words(service) == 1
    await one.shown()
    assert await kept_words(service) == 0
    one.seen = 0
    assert "Kode" not in (await one.post("", sent, id=id)).text
    assert await count(service, report) == 1


async def test_the_code_is_shown_once_on_either_engine(database_url: str, clock: Clock) -> None:
    with make_service(database_url, clock.now) as service:
        async with phone(make_web(staffed(service), clock)) as one:
            await one.to_review()
            await one.press("Kirim sekarang")
            assert "Kode Anda" in one.html
        assert await kept_words(service) == 0
        assert await count(service, report) == 1


class Held:
    """Errands that begin only when a test says so, as when sealing takes long."""

    def __init__(self, service: Service) -> None:
        self.begin = service.desk.start_errands
        self.errands: list[Errands] = []
        service.desk.start_errands = self.errands.extend

    def go(self) -> None:
        self.begin(self.errands)


async def test_what_takes_long_comes_by_itself(
    one: Phone, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(web_door, "PATIENCE", 0.0)
    monkeypatch.setattr("bot.channels.web.STREAM_EVERY", 0.02)
    held = Held(service)
    await one.to_review()
    answer = (await one.post("", buttons(one.html)["Kirim sekarang"])).json()
    assert answer == {"html": "", "seen": one.seen, "waits": True}
    headers = {"x-suar-token": one.token, "last-event-id": str(one.seen)}
    stream = asyncio.create_task(one.client.get("/arus", headers=headers))
    await asyncio.sleep(0.05)
    held.go()
    came = await stream
    assert came.headers["x-accel-buffering"] == "no"
    assert came.headers["cache-control"] == "no-store"
    events = dict(row.split(": ", 1) for row in came.text.strip().splitlines() if row)
    piece: dict[str, Any] = json.loads(events["data"])
    assert "Kode Anda" in piece["html"]
    assert int(events["id"]) == piece["seen"]
    code = piece["html"].split("<strong data-once>")[1].split("</strong>")[0]
    assert code
    assert code not in caplog.text


async def test_what_takes_long_is_fetched_by_a_button_without_a_script(
    one: Phone, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_door, "PATIENCE", 0.0)
    held = Held(service)
    await one.to_review()
    token, send = one.token, buttons(one.html)["Kirim sekarang"]
    page: Page = await one.open()
    waiting = await one.form(page, token=token, press=send)
    assert "Sebentar" in waiting.notice
    assert 'name="look"' in waiting.html
    held.go()
    monkeypatch.setattr("bot.channels.web.PATIENCE", 5.0)
    page = await one.form(waiting, look="1", text="tambahan")
    assert "Kode Anda" in page.html
    assert page.box == "tambahan"


async def test_a_message_sent_again_while_it_is_sealed_waits_for_the_same_code(
    one: Phone, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_door, "PATIENCE", 0.0)
    held = Held(service)
    await one.to_review()
    send, id = buttons(one.html)["Kirim sekarang"], secrets.token_hex(16)
    assert (await one.post("", send, id=id)).json()["waits"]
    monkeypatch.setattr(web_door, "PATIENCE", 5.0)
    held.go()
    assert "Kode Anda" in (await one.post("", send, id=id)).json()["html"]


async def test_a_stream_is_for_whoever_holds_the_page(one: Phone) -> None:
    assert (await one.client.get("/arus")).status_code == 403
    await one.open()
    answer = await one.client.get("/arus", headers={"x-suar-token": one.token, "last-event-id": "x" * 40})
    assert answer.status_code == 200
    assert httpx.codes.is_success(answer.status_code)
