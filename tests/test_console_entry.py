"""Getting in: passwords, the phone's digits, sessions, and the printed key."""

from __future__ import annotations

import httpx
import pytest
import sqlalchemy as sa

from bot.console.sessions import IDLE, LONGEST, UNPROVEN
from bot.sealing import recovery_text
from models.tables import counter
from models.tables import session as sessions
from tests.console_service import (
    CODE,
    FIRST,
    IN,
    SIGN_IN_WORDS,
    STORY,
    Cast,
    acts,
    enter,
    make_cast,
    person,
    post,
)
from tests.databases import Sqlite

pytest_plugins = ("tests.console_page",)
pytestmark = pytest.mark.anyio
NEW = "malam tenang perahu hijau"


async def test_sign_in_and_out(cast: Cast, nobody: httpx.AsyncClient) -> None:
    first = await enter(nobody, "  SARI ", SIGN_IN_WORDS)
    assert first.headers["location"] == CODE
    half = nobody.cookies["suar"]
    second = await post(nobody, "/masuk/kode", code=cast.code("sari"))
    assert second.headers["location"] == FIRST
    whole = nobody.cookies["suar"]
    assert half != whole and "HttpOnly" in second.headers["set-cookie"]
    assert "SameSite=strict" in second.headers["set-cookie"] and "Path=/konsol" in second.headers["set-cookie"]
    assert (await nobody.get("/konsol/")).headers["cache-control"] == "no-store"
    out = await post(nobody, "/keluar")
    assert out.headers["clear-site-data"] == '"cache", "storage"'
    for old in (half, whole):
        nobody.cookies.set("suar", old, domain="127.0.0.1", path="/konsol")
        assert (await nobody.get("/konsol/")).headers["location"] == IN
    assert (
        cast.service.desk.do(lambda c: c.execute(sa.select(sa.func.count()).select_from(sessions)).scalar()).result()
        == 0
    )


async def test_a_session_is_never_the_one_that_was_brought(cast: Cast, nobody: httpx.AsyncClient) -> None:
    planted = "A" * 43
    nobody.cookies.set("suar", planted, domain="127.0.0.1", path="/konsol")
    await enter(nobody, "sari", SIGN_IN_WORDS)
    await post(nobody, "/masuk/kode", code=cast.code("sari"))
    async with cast.client() as stranger:
        stranger.cookies.set("suar", planted, domain="127.0.0.1", path="/konsol")
        assert (await stranger.get("/konsol/")).headers["location"] == IN


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("sari", "salah salah salah"),
        ("nobody", SIGN_IN_WORDS),
        ("", "kosong"),
        ("sari", "x" * 257),
        ("\0'--", SIGN_IN_WORDS),
    ],
)
async def test_a_wrong_sign_in_says_the_same(cast: Cast, nobody: httpx.AsyncClient, name: str, password: str) -> None:
    got = await enter(nobody, name, password)
    assert got.status_code == 403 and "Nama atau kata sandi tidak cocok." in got.text
    assert "suar" not in nobody.cookies and password not in got.text


async def test_a_code_works_once(cast: Cast) -> None:
    code = cast.code("sari")
    async with cast.client("sari", proven=False) as first, cast.client("sari", proven=False) as second:
        assert (await post(first, "/masuk/kode", code=code)).headers["location"] == FIRST
        assert (await post(second, "/masuk/kode", code=code)).status_code == 403
        cast.clock.at += 30
        assert (await post(second, "/masuk/kode", code=cast.code("sari"))).headers["location"] == FIRST


async def test_guessing_codes_ends_the_session(cast: Cast) -> None:
    async with cast.client("sari", proven=False) as client:
        got = [(await post(client, "/masuk/kode", code="000000")).status_code for _ in range(6)]
        assert got == [403] * 5 + [429]
        assert (await post(client, "/masuk/kode", code=cast.code("sari"))).headers["location"] == IN


async def test_too_many_tries_of_a_name_leave_others_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.entry.staff.check_password", lambda row, password: None)
    async with cast.client(address="203.0.113.9") as attacker, cast.client(address="198.51.100.7") as office:
        got = [(await enter(attacker, "sari", "x")).status_code for _ in range(9)]
        assert got == [403] * 8 + [429]
        assert "Tunggu 15 menit" in (await enter(attacker, "sari", "x")).text
        assert (await enter(attacker, "budi", "x")).status_code == 403
        assert (await enter(office, "sari", "x")).status_code == 403
        cast.clock.at += 901
        assert (await enter(attacker, "sari", "x")).status_code == 403


async def test_tries_elsewhere_lock_nobody_out_where_they_have_signed_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cast.client(address="198.51.100.7") as office:
        await enter(office, "sari", SIGN_IN_WORDS)
        await post(office, "/masuk/kode", code=cast.code("sari"))
    with monkeypatch.context() as guessing:
        guessing.setattr("bot.console.entry.staff.check_password", lambda row, password: None)
        for number in range(21):
            async with cast.client(address=f"203.0.{number}.9") as thief:
                last = await enter(thief, "sari", "x")
    assert last.status_code == 429
    for number in range(31):
        async with cast.client("sari", proven=False, address=f"203.0.{number}.9") as thief:
            last = await post(thief, "/masuk/kode", code="000000")
    assert last.status_code == 429
    cast.clock.at += 30
    async with cast.client(address="198.51.100.9") as colleague:
        assert (await enter(colleague, "sari", SIGN_IN_WORDS)).headers["location"] == CODE
        assert (await post(colleague, "/masuk/kode", code=cast.code("sari"))).headers["location"] == FIRST


async def test_guessing_digits_elsewhere_leaves_the_owner_their_tries(cast: Cast) -> None:
    async with cast.client("sari", proven=False, address="203.0.113.9") as thief:
        assert [(await post(thief, "/masuk/kode", code="000000")).status_code for _ in range(6)] == [403] * 5 + [429]
    async with cast.client("sari", proven=False, address="198.51.100.7") as owner:
        assert (await post(owner, "/masuk/kode", code=cast.code("sari"))).headers["location"] == FIRST


async def test_right_digits_are_no_try(cast: Cast) -> None:
    for _ in range(7):
        cast.clock.at += 30
        async with cast.client("sari", proven=False) as client:
            assert (await post(client, "/masuk/kode", code=cast.code("sari"))).headers["location"] == FIRST


async def test_failures_are_counted_without_names(cast: Cast, nobody: httpx.AsyncClient) -> None:
    await enter(nobody, "sari", "salah salah salah")
    rows = cast.service.desk.do(lambda c: list(c.execute(sa.select(counter.c.name, counter.c.count)))).result()
    assert rows == [("staff.sign_in_failed", 1)] and acts(cast) == []


@pytest.mark.parametrize(
    ("proven", "wait", "holds"),
    [(True, IDLE - 1, True), (True, IDLE, False), (False, UNPROVEN - 1, True), (False, UNPROVEN, False)],
)
async def test_a_session_ends_by_idleness(cast: Cast, proven: bool, wait: int, holds: bool) -> None:
    async with cast.client("sari", proven=proven) as client:
        cast.clock.at += wait
        got = await client.get("/konsol/" if proven else "/konsol/masuk/kode")
        assert (got.status_code == 200) is holds


async def test_a_session_ends_after_ten_hours_and_polling_keeps_none(cast: Cast, sari: httpx.AsyncClient) -> None:
    for _ in range(LONGEST // 1200 - 1):
        cast.clock.at += 1200
        assert (await sari.get("/konsol/")).status_code == 200
    cast.clock.at += 1200
    assert (await sari.get("/konsol/")).headers["location"] == IN
    async with cast.client("sari") as other:
        for _ in range(IDLE // 600):
            cast.clock.at += 600
            last = await other.get("/konsol/kabar")
        assert last.status_code == 401 and last.headers["hx-redirect"] == IN


async def test_a_new_password_needs_the_old_one(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    async with cast.client("sari") as elsewhere:
        wrong = await post(sari, "/akun/sandi", old="salah salah salah", new=NEW, again=NEW)
        assert wrong.status_code == 403 and "tidak cocok" in wrong.text
        assert (await elsewhere.get("/konsol/")).status_code == 200
        right = await post(sari, "/akun/sandi", old=SIGN_IN_WORDS, new=NEW, again=NEW)
        assert right.headers["location"].endswith("kabar=sandi")
        assert (await elsewhere.get("/konsol/")).headers["location"] == IN
    async with cast.client() as client:
        assert (await enter(client, "sari", SIGN_IN_WORDS)).status_code == 403
        await enter(client, "sari", NEW)
        await post(client, "/masuk/kode", code=cast.code("sari"))
        await post(client, f"/kasus/{id}/buka")
        assert STORY["words"][0] in (await client.get(f"/konsol/kasus/{id}")).text


async def test_the_paper_and_the_phone_bring_one_back(cast: Cast, nobody: httpx.AsyncClient) -> None:
    key = recovery_text(person("sari", False).private)
    fields = {"name": "sari", "key": key.lower(), "code": cast.code("sari"), "new": NEW, "again": NEW}
    for wrong in ({"key": key[:-1] + "?"}, {"key": key[:-2]}):
        assert (await post(nobody, "/lupa", **{**fields, **wrong})).status_code == 422
    for wrong in ({"name": "budi"}, {"name": "nobody"}, {"code": "000000"}):
        got = await post(nobody, "/lupa", **{**fields, **wrong})
        assert got.status_code == 403 and "tidak cocok" in got.text
    assert (await post(nobody, "/lupa", **fields)).headers["location"].startswith(IN)
    assert (await enter(nobody, "sari", NEW)).headers["location"] == CODE
    assert (await post(nobody, "/lupa", **fields)).status_code == 403, "the code is used up"


async def test_https_gives_a_cookie_that_no_other_host_can_plant(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_cast(url, console_base_url="https://konsol.example") as cast:
        async with cast.client() as client:
            got = await enter(client, "sari", SIGN_IN_WORDS)
    cookie = got.headers["set-cookie"]
    assert cookie.startswith("__Host-suar=") and "Secure" in cookie and "Path=/;" in cookie and "Domain" not in cookie


async def test_logs_name_nobody(cast: Cast, nobody: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]) -> None:
    await enter(nobody, "sari", "salah salah salah")
    await enter(nobody, "sari", SIGN_IN_WORDS)
    await post(nobody, "/masuk/kode", code="000000")
    said = "".join(capfd.readouterr())
    assert "sari" not in said and "salah" not in said and "000000" not in said
