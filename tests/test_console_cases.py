"""Nothing that a reporter says is closed over, hidden by a long list, or lost while the database is away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.due import due_seconds
from bot.inbound import DeskDown
from models import case, escalation, roster, worklist
from models.base import HOUR
from models.tables import report
from tests.console_service import OVERSIGHT, QUEUE, UPT, Cast, letter, make_cast, post
from tests.databases import Sqlite

pytestmark = pytest.mark.anyio
ANSWER = "Terima kasih. Kami sudah membaca dan mulai menangani."
REASON = "Sudah kami periksa, orangnya aman."
LONG_REASON = "Sudah kami datangi bersama pendamping. Anaknya aman dan tinggal dengan keluarganya."
DAY = 24 * HOUR


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url) as cast:
        yield cast


@pytest.fixture
def small(sqlite: Sqlite) -> Iterator[Cast]:
    with sqlite.fresh() as url, make_cast(url) as cast:
        yield cast


async def held_by(client: httpx.AsyncClient, cast: Cast, **facts: Any) -> str:
    """A case that the queue of whoever is signed in has opened and accepted."""
    id = cast.file(**facts)
    await post(client, f"/kasus/{id}/buka")
    await post(client, f"/kasus/{id}/terima")
    return id


def last_in(page: httpx.Response) -> str:
    """How far a page shows its case."""
    found = re.search(r'name="last" value="(\d+)"', page.text)
    assert found is not None
    return found[1]


def kinds(cast: Cast, id: str) -> list[tuple[str, bool]]:
    rows = cast.service.desk.do(lambda c: case.items(c, [id], ("words", "answer", "reason"))).result()
    return [(row.kind, row.seen) for row in rows]


def news_of(cast: Cast, name: str) -> list[str]:
    who = cast.service.desk.do(lambda c: roster.staff_by_name(c, name)).result()
    assert who is not None
    return cast.service.desk.do(lambda c: worklist.news(c, who.id, cast.clock.at)).result()


async def test_closing_over_words_that_came_since_shows_them_first(cast: Cast) -> None:
    async with cast.client("sari") as sari:
        id = await held_by(sari, cast)
        seen = last_in(await sari.get(f"/konsol/kasus/{id}"))
        cast.add(id, "mereka datang lagi malam ini")
        refused = await post(sari, f"/kasus/{id}/tutup", **letter(REASON, last=seen))
        assert refused.status_code == 409
        assert "mereka datang lagi malam ini" in refused.text and REASON in refused.text
        assert kinds(cast, id) == [("words", False)] and cast.row(id).closed_at is None
        closed = await post(sari, f"/kasus/{id}/tutup", **letter(REASON, last=last_in(refused)))
        assert closed.status_code == 303 and cast.row(id).state == "selesai"
        assert kinds(cast, id) == [("words", True), ("reason", False)]


async def test_an_answer_marks_as_read_only_what_was_in_its_page(cast: Cast) -> None:
    async with cast.client("sari") as sari:
        id = await held_by(sari, cast)
        cast.add(id, "sekarang sepi")
        seen = last_in(await sari.get(f"/konsol/kasus/{id}"))
        cast.add(id, "mereka pindah")
        assert (await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER, last=seen))).status_code == 303
        assert kinds(cast, id)[:2] == [("words", True), ("words", False)]
        # Somebody still waits for these words to be read: the answer has not stopped the clock for good.
        due = due_seconds(cast.service.house)["normal"]
        assert cast.row(id).due_at == cast.clock.at - cast.clock.at % HOUR + due
        assert news_of(cast, "sari") == [id]


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 5000, "²"])
async def test_a_form_that_does_not_say_what_it_showed_reads_nothing(small: Cast, last: str) -> None:
    async with small.client("sari") as sari:
        id = await held_by(sari, small)
        small.add(id, "mereka pindah")
        assert (await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER, last=last))).status_code == 303
        assert kinds(small, id)[0] == ("words", False)


async def test_a_bulk_closing_leaves_a_case_with_unread_words(cast: Cast) -> None:
    quiet, told = cast.file(), cast.file()
    cast.set(quiet, state="dibaca")
    cast.set(told, state="dibaca")
    cast.add(told, "ini bukan iseng")
    async with cast.client("sari") as sari:
        page = await post(sari, "/tutup", kasus=[quiet, told])
        assert page.text.count("tetap berjalan") == 1
        await post(sari, "/tutup", kasus=[quiet, told], text=REASON)
    assert cast.row(quiet).state == "selesai" and cast.row(told).closed_at is None
    closed = cast.service.desk.do(lambda c: worklist.close_unheld(c, [told], cast.clock.at)).result()
    assert closed == []


@pytest.mark.parametrize("facts", [{"child": "yes"}, {"urgency": "immediate"}])
async def test_a_grave_case_is_closed_with_a_long_reason_and_before_oversight(
    cast: Cast, facts: dict[str, str]
) -> None:
    cast.hire("wati", {OVERSIGHT: "petugas"})
    async with cast.client("sari") as sari, cast.client("wati") as wati:
        id = await held_by(sari, cast, **facts)
        assert "pengawas melihat bahwa laporan ini ditutup" in (await sari.get(f"/konsol/kasus/{id}")).text
        assert (await post(sari, f"/kasus/{id}/tutup", **letter(REASON))).status_code == 422
        assert (await wati.get(f"/konsol/kasus/{id}")).status_code == 404
        assert (await post(sari, f"/kasus/{id}/tutup", **letter(LONG_REASON))).status_code == 303
        assert LONG_REASON in (await wati.get(f"/konsol/kasus/{id}")).text
        assert id in (await wati.get("/konsol/?tampil=selesai")).text


async def test_a_long_list_has_pages_and_its_news_count_all(cast: Cast) -> None:
    ids = [cast.file() for _ in range(worklist.PAGE + 3)]
    async with cast.client("sari") as sari:
        first, second = (await sari.get("/konsol/")).text, (await sari.get("/konsol/?hal=2")).text
        shown = [
            {id for id in ids if f'href="/konsol/kasus/{id}"' in page or f"/{id}/buka" in page}
            for page in (first, second)
        ]
        assert [len(one) for one in shown] == [worklist.PAGE, 3] and shown[0] | shown[1] == set(ids)
        assert "3 lainnya" in first and "Sebelumnya" in second and "lainnya</a>" not in second
        assert f"<title>({len(ids)}) Laporan" in second
        assert len(re.findall(r"[a-z2-7]{26}", (await sari.get("/konsol/kabar")).text)) == len(ids)
        for odd in ("0", "-1", "x", "99999999999999", "²", "7"):
            assert (await sari.get("/konsol/", params={"hal": odd})).status_code == 200
        far = next(id for id in shown[1])
        cast.set(far, state="dibaca")
        await post(sari, "/tutup", kasus=[far], text=REASON)
    assert cast.row(far).state == "selesai"


async def test_a_report_of_two_of_ones_queues_is_one_line(cast: Cast) -> None:
    cast.hire("tuti", {QUEUE: "petugas", UPT: "petugas"})
    id = cast.file(readers={QUEUE: "lead", UPT: "awake"})
    async with cast.client("tuti") as tuti:
        assert (await tuti.get("/konsol/")).text.count(f"/{id}/buka") == 1
    assert news_of(cast, "tuti") == [id]


async def test_news_are_also_what_came_back_or_came_up(cast: Cast) -> None:
    cast.hire("wati", {OVERSIGHT: "petugas"})
    opened, asked, risen = cast.file(), cast.file(), cast.file()
    async with cast.client("sari") as sari, cast.client("wati") as wati:
        for id in (opened, asked, risen):
            await post(sari, f"/kasus/{id}/buka")
        assert news_of(cast, "sari") == [] == news_of(cast, "wati")
        await post(sari, f"/kasus/{opened}/terima")
        await post(sari, f"/kasus/{opened}/tutup", **letter(REASON))
        due, now = due_seconds(cast.service.house), cast.clock.at
        cast.service.desk.do(lambda c: case.reopen(c, opened, now - HOUR, due, now)).result()
        cast.service.desk.do(lambda c: case.ask_again(c, asked)).result()
        cast.set(risen, escalated=1, due_at=now + 60, filed_at=now - 2 * HOUR)
        cast.service.desk.do(lambda c: escalation.to_oversight(c, [risen])).result()
        assert news_of(cast, "sari") == sorted([opened, asked])
        assert news_of(cast, "wati") == sorted([asked, risen])
        mine, theirs = (await sari.get("/konsol/")).text, (await wati.get("/konsol/")).text
        assert "dibuka lagi" in mine and "ditanya lagi" in mine and "naik ke Anda" not in mine
        assert theirs.count("naik ke Anda") == 2
        for id in (opened, asked, risen):
            await post(sari, f"/kasus/{id}/terima")
            await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))
    assert news_of(cast, "sari") == [] == news_of(cast, "wati")


async def test_a_late_case_that_somebody_holds_is_news_to_oversight(cast: Cast) -> None:
    cast.hire("wati", {OVERSIGHT: "petugas"})
    async with cast.client("sari") as sari:
        id = await held_by(sari, cast)
    assert news_of(cast, "wati") == []
    cast.clock.at += 2 * HOUR
    cast.service.desk.do(lambda c: escalation.escalate(c, cast.clock.at)).result()
    assert news_of(cast, "wati") == [id]


async def test_marks_of_what_is_old(small: Cast) -> None:
    id, gone = small.file(), small.file()
    small.set(gone, state="selesai", closed_at=small.clock.at - 80 * DAY, warned=True)
    small.set(id, state="dibaca", changed_at=small.clock.at - 180 * DAY)
    async with small.client("sari") as sari:
        assert "sudah 180 hari" not in (await sari.get("/konsol/")).text
        small.set(id, changed_at=small.clock.at - 180 * DAY - HOUR)
        assert "sudah 180 hari" in (await sari.get("/konsol/")).text
        assert "segera dihapus" in (await sari.get("/konsol/?tampil=selesai")).text


@pytest.mark.parametrize("id", ["%00", "%00" * 26, "a" * 25, "a" * 27, "A" * 26, "1" * 26, "%C3%A9" * 26, "a" * 26])
async def test_what_cannot_be_a_report_is_like_an_unknown_one(cast: Cast, id: str) -> None:
    async with cast.client("sari") as sari:
        assert (await sari.get(f"/konsol/kasus/{id}")).status_code == 404
        assert (await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))).status_code == 404


async def test_removing_below_two_says_what_happens_to_the_queue(cast: Cast) -> None:
    who = cast.service.desk.do(lambda c: roster.staff_by_name(c, "sari")).result()
    assert who is not None
    async with cast.client("budi") as budi:
        assert "Sesudah itu tinggal 1 pemegang kunci" in (await budi.get("/konsol/anggota")).text
        went = await post(budi, "/anggota/keluarkan", queue=QUEUE, staff=who.id)
        page = await budi.get(went.headers["location"])
        assert "laporan baru tidak masuk ke sini" in page.text
    assert QUEUE not in cast.service.desk.do(roster.open_queues).result()


async def test_removing_one_of_three_warns_of_nothing(small: Cast) -> None:
    tono = small.hire("tono", {QUEUE: "petugas"})
    async with small.client("budi") as budi:
        assert "Sesudah itu tinggal" not in (await budi.get("/konsol/anggota")).text
        went = await post(budi, "/anggota/keluarkan", queue=QUEUE, staff=tono)
        assert went.headers["location"].endswith("kabar=keluar")
    assert QUEUE in small.service.desk.do(roster.open_queues).result()


async def test_words_are_kept_while_the_database_is_away(small: Cast) -> None:
    async with small.client("sari") as sari:
        id = await held_by(sari, small)

        def away(*_: object) -> None:
            raise OperationalError("SELECT 1", None, Exception("away"))

        engine = small.service.house.engine
        sa.event.listen(engine, "before_cursor_execute", away)
        try:
            for path in (f"/kasus/{id}/jawab", f"/kasus/{id}/tutup", "/tutup"):
                got = await post(sari, path, kasus=id, **letter(LONG_REASON))
                assert (got.status_code, LONG_REASON in got.text) == (503, True), path
            assert (await sari.get(f"/konsol/kasus/{id}")).status_code == 503
            elsewhere = {"sec-fetch-site": "cross-site"}
            got = await sari.post(f"/konsol/kasus/{id}/jawab", data=letter(LONG_REASON), headers=elsewhere)
            assert LONG_REASON not in got.text
        finally:
            sa.event.remove(engine, "before_cursor_execute", away)
        assert (await post(sari, f"/kasus/{id}/jawab", **letter(ANSWER))).status_code == 303


async def test_a_database_that_is_gone_is_the_desk_down(cast: Cast) -> None:
    def gone(connection: sa.Connection) -> None:
        raise OperationalError("SELECT 1", None, Exception("gone"))

    with pytest.raises(DeskDown):
        await cast.service.write(gone)
    with pytest.raises(DeskDown):
        await cast.service.look(gone)
    with pytest.raises(sa.exc.ProgrammingError if "postgresql" in str(cast.service.house.engine.url) else DeskDown):
        await cast.service.look(lambda c: c.exec_driver_sql("SELECT nothing FROM nowhere"))
    assert (
        cast.service.desk.do(lambda c: c.execute(sa.select(sa.func.count()).select_from(report)).scalar()).result() == 0
    )
