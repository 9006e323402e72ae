"""The console's rules: who may see and do what, and what is left behind."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot.console.pages import PAGES
from bot.due import due_seconds
from bot.inbound import DeskDown
from bot.sealing import info_report, info_wrap, unpad, unseal
from models import case, roster
from models import trail as trails
from models.tables import trail
from tests.console_service import (
    CODE,
    FIRST,
    IN,
    OTHER,
    OVERSIGHT,
    QUEUE,
    SIGN_IN_WORDS,
    STORY,
    Cast,
    acts,
    invited,
    letter,
    make_cast,
    post,
)
from tests.databases import Sqlite

pytest_plugins = ("tests.console_page",)
pytestmark = pytest.mark.anyio
ANSWER = "Terima kasih. Kami sudah membaca dan mulai menangani."
REASON = "Sudah kami periksa, orangnya aman."


def read_items(cast: Cast, id: str, queue: str = QUEUE) -> list[tuple[str, str]]:
    """Kind and words of a case's items, opened by a queue's key."""

    def query(connection: sa.Connection) -> list[tuple[str, str]]:
        ways = sa.text("SELECT wrap, epoch FROM reader WHERE report = :id AND queue = :queue")
        wrap, epoch = connection.execute(ways, {"id": id, "queue": queue}).one()
        private = unseal(cast.queues[queue].private, bytes(wrap), info_wrap(queue, epoch, id))
        rows = case.items(connection, [id], ("story", "words", "answer", "reason"))
        return [(row.kind, unpad(unseal(private, bytes(row.body), info_report(id, row.id))).decode()) for row in rows]

    return cast.service.desk.do(query).result()


# Who asks, in this order; a cell is a status, or where one is sent.
ROLES = ("anonymous", "half", "petugas", "other", "koordinator", "admin")
TABLE: dict[tuple[str, str], tuple[int | str, ...]] = {
    ("GET", "/masuk"): (200, CODE, FIRST, FIRST, FIRST, FIRST),
    ("POST", "/masuk"): (403, 403, 403, 403, 403, 403),
    ("GET", "/masuk/kode"): (IN, 200, FIRST, FIRST, FIRST, FIRST),
    ("POST", "/masuk/kode"): (IN, 403, FIRST, FIRST, FIRST, FIRST),
    ("POST", "/keluar"): (IN, IN, IN, IN, IN, IN),
    ("GET", "/undangan"): (200, 200, 200, 200, 200, 200),
    ("POST", "/undangan"): (422, 422, 422, 422, 422, 422),
    ("POST", "/undangan/kode"): (400, 400, 400, 400, 400, 400),
    ("GET", "/lupa"): (200, 200, 200, 200, 200, 200),
    ("POST", "/lupa"): (422, 422, 422, 422, 422, 422),
    ("GET", "/"): (IN, CODE, 200, 200, 200, "/konsol/antrean"),
    ("GET", "/daftar"): (401, 401, 200, 200, 200, 200),
    ("GET", "/kabar"): (401, 401, 200, 200, 200, 200),
    ("POST", "/hadir"): (IN, CODE, 204, 204, 204, 204),
    ("POST", "/tutup"): (IN, CODE, 422, 409, 422, 409),  # a reason that is too short
    ("GET", "/kasus/{id}"): (IN, CODE, 200, 404, 200, 404),
    ("GET", "/kasus/{id}/berkas/{number}"): (IN, CODE, "/konsol/kasus/{id}", 404, "/konsol/kasus/{id}", 404),
    ("GET", "/kasus/{id}/berkas/{number}/isi"): (IN, CODE, 404, 404, 404, 404),  # nobody has opened the report yet
    ("POST", "/kasus/{id}/buka"): (IN, CODE, "/konsol/kasus/{id}", 404, "/konsol/kasus/{id}", 404),
    ("POST", "/kasus/{id}/terima"): (IN, CODE, "?kabar=terima", 404, "?kabar=terima", 404),
    ("POST", "/kasus/{id}/kembalikan"): (IN, CODE, 422, 404, 422, 404),
    ("POST", "/kasus/{id}/jawab"): (IN, CODE, 409, 404, 409, 404),
    ("POST", "/kasus/{id}/tutup"): (IN, CODE, 409, 404, 409, 404),
    ("GET", "/anggota"): (IN, CODE, 200, 200, 200, 200),
    ("POST", "/anggota/undang"): (IN, CODE, 404, 404, 200, 404),
    ("POST", "/anggota/setujui"): (IN, CODE, "?kabar=setuju", 404, "?kabar=setuju", 404),
    ("POST", "/anggota/keluarkan"): (IN, CODE, 404, 404, "?kabar=keluar", 404),
    ("GET", "/antrean"): (IN, CODE, 404, 404, 404, 200),
    ("GET", "/pengurus"): (IN, CODE, 404, 404, 200, 404),
    ("POST", "/pengurus/undang"): (IN, CODE, 404, 404, 404, 404),  # no office was named
    ("POST", "/pengurus/perpanjang"): (IN, CODE, 404, 404, 404, 404),
    ("POST", "/pengurus/cabut"): (IN, CODE, 404, 404, 404, 404),
    ("GET", "/pratinjau"): (IN, CODE, 404, 404, 200, 200),
    ("POST", "/pratinjau"): (IN, CODE, 404, 404, 200, 200),
    ("GET", "/poster"): (IN, CODE, 200, 200, 200, 200),
    ("GET", "/poster/berkas"): (IN, CODE, 404, 404, 404, 404),  # no sheet was named
    ("GET", "/peringatan"): (IN, CODE, 200, 200, 200, 200),
    ("GET", "/peringatan/{id}/gambar"): (IN, CODE, 404, 404, 404, 404),  # there is no alert here
    ("GET", "/peringatan/tulis"): (IN, CODE, 200, 404, 200, 404),
    ("POST", "/peringatan/tulis"): (IN, CODE, 422, 404, 422, 404),
    ("GET", "/peringatan/tulis/gambar/{token}"): (IN, CODE, 404, 404, 404, 404),  # nobody has brought one
    ("POST", "/peringatan/putus"): (IN, CODE, 404, 404, 404, 404),
    ("POST", "/peringatan/jalan"): (IN, CODE, 404, 404, 404, 404),
    ("POST", "/peringatan/betulkan"): (IN, CODE, 404, 404, 404, 404),
    ("POST", "/peringatan/bahaya"): (IN, CODE, 404, 404, 422, 404),  # no kelurahan was named
    ("GET", "/akun"): (IN, CODE, 200, 200, 200, 200),
    ("POST", "/akun/sandi"): (IN, CODE, 422, 422, 422, 422),
    ("POST", "/akun/chat"): (IN, CODE, "/akun", "/akun", "/akun", "/akun"),  # no messenger is set up here
    ("POST", "/akun/chat/putus"): (IN, CODE, "?kabar=putus", "?kabar=putus", "?kabar=putus", "?kabar=putus"),
}


def test_the_table_of_routes_is_whole() -> None:
    assert set(TABLE) == {(page.method, page.path) for page in PAGES}


def client_as(cast: Cast, role: str) -> httpx.AsyncClient:
    names = {"half": "sari", "petugas": "sari", "other": "rina", "koordinator": "budi", "admin": "dewi"}
    return cast.client(names.get(role, ""), proven=role != "half")


def wait_again(cast: Cast, who: str) -> None:
    """Somebody waits for approval, whatever was done with them before."""

    def work(connection: sa.Connection) -> None:
        roster.remove_member(connection, who, QUEUE)
        roster.add_member(connection, who, QUEUE, "petugas", 1, None)

    cast.service.desk.do(work).result()


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_for_every_role(cast: Cast, role: str) -> None:
    tono = cast.hire("tono", {QUEUE: "petugas"}, holds=False)
    for (method, path), row in TABLE.items():
        expected = row[ROLES.index(role)]
        wait_again(cast, tono)
        id = cast.file(attached=[("photo", b"x")])
        if path == "/tutup":
            cast.set(id, state="dibaca")
        async with client_as(cast, role) as client:
            fields = {"queue": QUEUE, "role": "petugas", "staff": tono, "code": "000000", "kasus": id, **letter("x")}
            url = "/konsol" + path.replace("{id}", id).replace("{number}", "1")
            got = await client.request(method, url, data=fields if method == "POST" else None)
        target = got.headers.get("location", "")
        if isinstance(expected, int):
            assert got.status_code == expected, (method, path)
        else:
            assert got.status_code == 303 and target.endswith(expected.replace("{id}", id)), (method, path, target)


async def test_an_unknown_page_is_like_somebody_elses(cast: Cast) -> None:
    id = cast.file()
    async with cast.client("rina") as rina:
        theirs = await rina.get(f"/konsol/kasus/{id}")
        unknown = await rina.get("/konsol/kasus/nosuchreport")
        page = await rina.get("/konsol/nosuchpage")
    assert theirs.status_code == unknown.status_code == page.status_code == 404
    assert theirs.text == unknown.text


async def test_an_admin_sees_queues_and_no_report(cast: Cast) -> None:
    id = cast.file()
    async with cast.client("dewi") as dewi:
        directory = await dewi.get("/konsol/antrean")
        assert "2 orang, terbuka" in directory.text
        assert id not in directory.text + (await dewi.get("/konsol/daftar")).text
        invited = await post(dewi, "/anggota/undang", queue=QUEUE, role="koordinator")
        assert invited.status_code == 200 and re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", invited.text)
        assert (await post(dewi, "/anggota/undang", queue="nowhere", role="koordinator")).status_code == 404


async def test_the_first_page_of_a_case_is_its_cover(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    cover = await sari.get(f"/konsol/kasus/{id}")
    assert STORY["words"][0] not in cover.text and cast.row(id).state == "diterima" and acts(cast) == []
    await post(sari, f"/kasus/{id}/buka")
    opened = await sari.get(f"/konsol/kasus/{id}")
    assert STORY["words"][0] in opened.text and "dikunci atau dijaga" in opened.text
    assert cast.row(id).state == "dibaca" and acts(cast) == ["opened", "opened"]


async def test_a_case_from_opening_to_closing(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/buka")
    await post(sari, f"/kasus/{id}/terima")
    cast.add(id, "sekarang sepi")
    cast.clock.at += 100
    sent = await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))
    assert sent.headers["location"].endswith("kabar=jawab")
    row = cast.row(id)
    assert (row.state, row.holder, row.due_at, row.filed_at % 3600) == ("ditangani", QUEUE, None, 0)
    closed = await post(sari, f"/kasus/{id}/tutup", **letter(REASON))
    assert closed.headers["location"].endswith("kabar=tutup")
    assert cast.row(id).state == "selesai"
    kinds = read_items(cast, id)
    assert kinds[1:] == [("words", "sekarang sepi"), ("answer", ANSWER), ("reason", REASON)]
    assert acts(cast) == ["opened", "accepted", "answered", "closed"]
    page = await sari.get(f"/konsol/kasus/{id}")
    assert ANSWER in page.text and REASON in page.text and "<textarea" not in page.text


async def test_two_accept_at_once(cast: Cast) -> None:
    id = cast.file(readers={QUEUE: "lead", OTHER: "awake"})
    async with cast.client("sari") as sari, cast.client("rina") as rina:
        got = await asyncio.gather(post(sari, f"/kasus/{id}/terima"), post(rina, f"/kasus/{id}/terima"))
        told = sorted(one.headers["location"].rpartition("=")[2] for one in got)
        assert told == ["didahului", "terima"]
        loser, holder = (rina, QUEUE) if cast.row(id).holder == QUEUE else (sari, OTHER)
        assert cast.row(id).holder == holder
        page = await loser.get(f"/konsol/kasus/{id}?kabar=didahului")
        assert "Antrean lain sudah lebih dulu menangani. Terima kasih." in page.text and "<textarea" not in page.text
        refused = await post(loser, f"/kasus/{id}/jawab", **letter(ANSWER))
        assert refused.status_code == 409 and ANSWER in refused.text
    assert len(read_items(cast, id, holder)) == 1


async def test_a_second_click_sends_nothing_twice(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/terima")
    for _ in range(2):
        assert (await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))).status_code == 303
    for _ in range(2):
        assert (await post(sari, f"/kasus/{id}/tutup", **letter(REASON))).status_code == 303
    assert [kind for kind, _ in read_items(cast, id)] == ["story", "answer", "reason"]


@pytest.mark.parametrize(
    ("path", "text", "status"),
    [
        ("jawab", "", 422),
        ("jawab", "a" * 1501, 422),
        ("jawab", "Pak Budi datang besok jam 10.", 422),
        ("tutup", "selesai", 422),
        ("tutup", "            ", 422),
        ("tutup", REASON, 303),
    ],
)
async def test_what_is_not_fit_stays_in_the_page(
    cast: Cast, sari: httpx.AsyncClient, path: str, text: str, status: int
) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/buka")
    await post(sari, f"/kasus/{id}/terima")
    got = await post(sari, f"/kasus/{id}/{path}", **letter(text))
    assert got.status_code == status
    assert status == 303 or (text.strip() in got.text and len(read_items(cast, id)) == 1)


async def test_a_tick_covers_only_what_it_was_given_for(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/buka")
    await post(sari, f"/kasus/{id}/terima")
    warned = await post(sari, f"/kasus/{id}/jawab", **letter("Hubungi 129 atau Ibu Rina."))
    found = re.search(r'name="sure" value="(\w+)"', warned.text)
    assert found is not None
    more = letter("Hubungi Ibu Rina di 0812-3456-7890.", sure=found[1])
    assert (await post(sari, f"/kasus/{id}/jawab", **more)).status_code == 422
    same = letter("Hubungi 129 atau Ibu Rina.", sure=found[1])
    assert (await post(sari, f"/kasus/{id}/jawab", **same)).status_code == 303


async def test_a_reporters_words_are_only_words(cast: Cast, sari: httpx.AsyncClient) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7777*7777 }}"
    id = cast.file({**STORY, "words": [evil], "place_words": [evil], "when": evil, evil: [evil], "signs": [evil]})
    cast.add(id, evil)
    await post(sari, f"/kasus/{id}/terima")
    await post(sari, f"/kasus/{id}/jawab", **letter(evil))
    await post(sari, f"/kasus/{id}/buka")
    page = (await sari.get(f"/konsol/kasus/{id}?kabar={evil}")).text
    assert "&lt;script&gt;" in page
    assert [live for live in ("<script>alert", "<img src=x", "60481729") if live in page] == []


@pytest.mark.parametrize("body", ["no json", "[1, 2]", "{}", '"x"', '{"words": {"a": 1}}'])
async def test_a_story_of_another_shape_is_shown_all_the_same(
    cast: Cast, sari: httpx.AsyncClient, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.console_service.json.dumps", lambda story: body)
    id = cast.file()
    monkeypatch.undo()
    await post(sari, f"/kasus/{id}/buka")
    page = await sari.get(f"/konsol/kasus/{id}")
    assert page.status_code == 200


async def test_a_damaged_case_says_so(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/buka")
    spoil = sa.text("UPDATE item SET body = :body WHERE report = :id")
    cast.service.desk.do(lambda c: c.execute(spoil, {"body": b"x" * 600, "id": id})).result()
    page = await sari.get(f"/konsol/kasus/{id}")
    assert page.status_code == 200 and "tidak bisa dibuka dengan kunci Anda" in page.text


async def test_an_escalation_queue_sees_it_only_then(cast: Cast) -> None:
    cast.hire("wati", {OVERSIGHT: "petugas"})
    id = cast.file()
    async with cast.client("wati") as wati:
        assert (await wati.get(f"/konsol/kasus/{id}")).status_code == 404
        cast.service.desk.do(lambda c: case.ask_again(c, id)).result()
        page = await wati.get(f"/konsol/kasus/{id}")
        assert page.status_code == 200 and "Pelapor sudah bertanya lagi" in page.text


async def test_warnings_of_a_case(cast: Cast, sari: httpx.AsyncClient) -> None:
    id = cast.file()
    cast.set(id, no_contact=True, warned=True, state="dibaca")
    page = (await sari.get(f"/konsol/kasus/{id}")).text
    assert "Pelapor minta tidak dihubungi" in page and "Isi laporan ini segera dihapus" in page


async def test_the_list_is_sorted_and_holds_no_words(cast: Cast, sari: httpx.AsyncClient) -> None:
    late = cast.file(due_at=cast.clock.at - 300)
    calm, now = cast.file(due_at=cast.clock.at + 720), cast.file(urgency="immediate")
    page = (await sari.get("/konsol/")).text
    assert page.index(now) < page.index(late) < page.index(calm)
    assert "jatuh tempo 14.25, lewat 5 menit" in page and "jatuh tempo 14.42, 12 menit lagi" in page
    assert "<title>(3) Laporan" in page and "Pancoran, Jakarta Selatan" in page
    assert not any(word in page for word in ("digembok", "minimarket", "Kalibata"))


async def test_the_two_lists(cast: Cast, sari: httpx.AsyncClient) -> None:
    open_one, closed = cast.file(), cast.file()
    cast.set(closed, state="selesai", closed_at=cast.clock.at, due_at=None)
    first, second = (await sari.get("/konsol/")).text, (await sari.get("/konsol/?tampil=selesai")).text
    assert open_one in first and closed not in first
    assert closed in second and f"kasus/{open_one}" not in second


async def test_news_are_new_reports_and_added_words(cast: Cast, sari: httpx.AsyncClient) -> None:
    fresh, added = cast.file(), cast.file()
    cast.set(added, state="dibaca")
    assert f'data-ids="{fresh}"' in (await sari.get("/konsol/kabar")).text
    cast.add(added, "mereka pindah")
    assert added in (await sari.get("/konsol/kabar")).text
    await post(sari, f"/kasus/{added}/buka")
    await post(sari, f"/kasus/{fresh}/buka")
    assert "Tidak ada yang baru." in (await sari.get("/konsol/kabar")).text


async def test_nonsense_is_closed_in_bulk(cast: Cast, sari: httpx.AsyncClient) -> None:
    mild = [cast.file() for _ in range(2)]
    child, danger, unread, taken = cast.file(child="yes"), cast.file(urgency="immediate"), cast.file(), cast.file()
    for id in (*mild, child, danger):
        await post(sari, f"/kasus/{id}/buka")
    await post(sari, f"/kasus/{taken}/terima")
    chosen = [*mild, child, danger, unread, taken]
    asked = await post(sari, "/tutup", kasus=chosen)
    assert asked.status_code == 200 and asked.text.count("tetap berjalan") == 4
    assert (await post(sari, "/tutup", kasus=chosen, text="kosong")).status_code == 422
    await post(sari, "/tutup", kasus=chosen, text=REASON)
    assert [cast.row(id).state for id in mild] == ["selesai", "selesai"]
    assert {cast.row(id).closed_at for id in (child, danger, unread, taken)} == {None}
    assert all(read_items(cast, id)[-1] == ("reason", REASON) for id in mild)
    assert (await post(sari, "/tutup", kasus=[child], text=REASON)).status_code == 409


async def test_a_reporter_who_came_back_is_not_closed_in_bulk(cast: Cast, sari: httpx.AsyncClient) -> None:
    again, unfinished = cast.file(), cast.file()
    await post(sari, f"/kasus/{unfinished}/terima")
    await post(sari, f"/kasus/{unfinished}/tutup", **letter(REASON))
    now = cast.clock.at
    due = due_seconds(cast.service.house)
    cast.service.desk.do(lambda c: case.reopen(c, unfinished, now - 1, due, now)).result()
    cast.set(again, state="dibaca", asked_again=True)
    assert "ditanya lagi" in (await sari.get("/konsol/")).text
    assert (await post(sari, "/tutup", kasus=[again, unfinished], text=REASON)).status_code == 409
    assert cast.row(again).closed_at is None and cast.row(unfinished).closed_at is None


async def test_bulk_closing_reaches_only_ones_own(cast: Cast) -> None:
    id = cast.file()
    cast.set(id, state="dibaca")
    async with cast.client("rina") as rina:
        assert (await post(rina, "/tutup", kasus=[id], text=REASON)).status_code == 409
    assert cast.row(id).closed_at is None


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
async def test_another_site_changes_nothing(cast: Cast, sari: httpx.AsyncClient, headers: dict[str, str]) -> None:
    id = cast.file()
    for page in PAGES:
        if page.method == "POST":
            url = "/konsol" + page.path.replace("{id}", id).replace("{number}", "1")
            got = await sari.post(url, data={"kasus": id, **letter(REASON)}, headers=headers)
            assert got.status_code == 403, page.path
    assert cast.row(id).state == "diterima" and (await sari.get("/konsol/")).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"text=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b'{"text": "x"}', "application/json", 415),
        (b"&".join(b"a=1" for _ in range(300)), "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_form_is_refused(
    cast: Cast, sari: httpx.AsyncClient, body: bytes, kind: str, status: int
) -> None:
    got = await sari.post("/konsol/tutup", content=body, headers={"content-type": kind})
    assert got.status_code == status and "Belum berhasil" in got.text


async def test_words_are_kept_while_the_desk_is_down(
    cast: Cast, sari: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = cast.file()
    await post(sari, f"/kasus/{id}/buka")
    await post(sari, f"/kasus/{id}/terima")
    cast.service.desk.close()
    got = await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))
    assert got.status_code == 503 and ANSWER in got.text and "Belum tersimpan" in got.text
    refused = await post(sari, f"/kasus/{id}/buka")
    assert refused.status_code == 503
    with pytest.raises(DeskDown):
        cast.service.desk.do(lambda c: None).result()


async def test_the_demo_is_seen_on_every_page(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_cast(url, suar_demo=True) as cast:
        async with cast.client("sari") as sari, cast.client() as nobody:
            pages = [await nobody.get("/konsol/masuk"), await sari.get("/konsol/"), await sari.get("/konsol/x")]
    assert all('class="demo"' in page.text for page in pages)


async def test_pages_load_nothing_from_elsewhere(cast: Cast, sari: httpx.AsyncClient) -> None:
    page = await sari.get("/konsol/")
    assert "unsafe" not in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links and all(link.startswith(("/konsol", "#")) for link in links)
    for link in {link for link in links if "/static/" in link}:
        assert (await sari.get(link)).status_code == 200
    assert "style=" not in page.text and "onclick" not in page.text


async def test_nothing_readable_stays_in_the_database(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url:
        path = Path(url.removeprefix("sqlite:///"))
        with make_cast(url) as cast:
            id = cast.file()
            async with cast.client("sari") as sari:
                cookie = sari.cookies["suar"]
                await post(sari, f"/kasus/{id}/buka")
                await post(sari, f"/kasus/{id}/terima")
                await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))
                code = await invited(cast)
                everything = path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
        words = [STORY["words"][0], ANSWER, SIGN_IN_WORDS, cookie, code, code.replace("-", "")]
        assert [word for word in words if word.encode() in everything] == []


async def test_what_staff_did_is_chained(cast: Cast, sari: httpx.AsyncClient) -> None:
    await post(sari, f"/kasus/{cast.file()}/buka")
    mac = cast.service.house.keys.trail_link
    assert cast.service.desk.do(lambda c: trails.chain(c, mac)).result() == 1
    assert cast.service.desk.do(lambda c: trails.verify(c, mac)).result() is None
    content = cast.service.desk.do(lambda c: c.execute(sa.select(trail.c.content)).scalar_one()).result()
    assert "sari" not in content


async def test_both_engines_carry_a_case(database_url: str) -> None:
    with make_cast(database_url) as cast:
        case_id, nonsense = cast.file(), cast.file(kelurahan=None)
        async with cast.client("sari") as sari:
            cast.add(case_id, "sekarang sepi")
            for id in (case_id, nonsense):
                await post(sari, f"/kasus/{id}/buka")
            await post(sari, "/tutup", kasus=[case_id, nonsense], text=REASON)
            assert {cast.row(id).state for id in (case_id, nonsense)} == {"selesai"}
            late = cast.file(due_at=cast.clock.at - 1)
            await post(sari, f"/kasus/{late}/terima")
            await post(sari, f"/kasus/{late}/jawab", **letter(ANSWER))
            assert "antrean Anda" in (await sari.get("/konsol/")).text
            assert ANSWER in (await sari.get(f"/konsol/kasus/{late}")).text
            assert case_id in (await sari.get("/konsol/?tampil=selesai")).text
        async with cast.client("dewi") as dewi:
            assert "2 orang, terbuka" in (await dewi.get("/konsol/antrean")).text
