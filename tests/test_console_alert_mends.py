"""Corrections and warnings of the staff, by one or by two, also pressed twice; pictures of what is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import anyio
import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot.console.alert_upload import MOST_OWN
from bot.uploads import MOST_WAITING
from models import alert as alerts
from models import broadcast, file
from models.alert import Alert
from models.alert_tables import alert
from models.base import DAY, HOUR
from models.channel_tables import upload
from models.tables import outbox
from tests.console_service import QUEUE, Cast, acts, make_cast, post
from tests.hostile import telling
from tests.test_console_alert_form import (
    KALIBATA,
    KEY,
    PANCORAN,
    PICTURE,
    RAWAJATI,
    SELATAN,
    TEN_PM,
    TEXT,
    enrol,
    faults,
    night,
    people_of,
    planned,
    rows,
    send,
    sent,
    stored,
    tick,
)

RIGHT = "Yang benar: cek dulu negara dan perusahaannya, lalu tanya Suar sebelum berangkat."
FIRE = "Ada kebakaran besar. Menjauh dari pasar dan telepon 112 kalau melihat orang terjebak."
pytestmark = pytest.mark.anyio


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url, whatsapp_broadcast="on", telegram_bot_token=SecretStr("123:abc")) as cast:
        enrol(cast, 20)
        cast.hire("tono", {QUEUE: "petugas"})
        yield cast


async def page(client: httpx.AsyncClient) -> str:
    return (await client.get("/konsol/peringatan")).text


async def correct(client: httpx.AsyncClient, id: str, text: str = RIGHT) -> httpx.Response:
    """What is right, by the form that stands beside an alert."""
    key = re.search(rf'name="alert" value="{id}"><input type="hidden" name="key" value="(\w+)"', await page(client))
    assert key is not None
    return await post(client, "/peringatan/betulkan", alert=id, key=key[1], text=text)


async def warned(cast: Cast, budi: httpx.AsyncClient) -> str:
    """A warning of danger that everybody has got; its id."""
    await post(budi, "/peringatan/bahaya", key="d" * 32, kelurahan=RAWAJATI, text=FIRE)
    tick(cast)
    arrive = sa.update(outbox).values(state="sent")
    cast.service.desk.do(lambda connection: connection.execute(arrive).rowcount).result()
    return "d" * 32


def newest(cast: Cast, about: str) -> sa.Row[tuple[object, ...]]:
    """The correction of an alert that came last."""
    cast.clock.at += 1
    (*_, found) = [row for row in rows(cast) if row.about == about]
    row: sa.Row[tuple[object, ...]] = found
    return row


def uploads(cast: Cast) -> int:
    query = sa.select(sa.func.count()).select_from(upload)
    return cast.service.desk.do(lambda connection: connection.execute(query).scalar_one()).result()


def token(answer: httpx.Response) -> str:
    """The picture that a form keeps."""
    found = PICTURE.search(answer.text)
    assert found is not None
    return found[1]


# Corrected by one, approved by another


async def test_a_correction_by_a_petugas_waits_for_somebody_else(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi, cast.client("tono") as tono:
        id = await sent(cast, sari, budi)
        assert "Ini dikirim tanpa dilihat orang kedua." not in await page(sari)
        done = await correct(sari, id)
        assert done.headers["location"].endswith("kabar=peringatan-tunggu")
        row = newest(cast, id)
        assert (row.state, row.decided_by, row.due_at) == ("waiting", None, row.made_at + HOUR // 2)
        shown = await page(sari)
        assert RIGHT in shown and "Anda yang menulis ini." in shown and f"ubah={row.id}" not in shown
        assert (await post(sari, "/peringatan/putus", alert=row.id, verdict="ready")).status_code == 409
        tick(cast)
        assert people_of(cast, row.id) == 0
        assert (await post(tono, "/peringatan/putus", alert=row.id, verdict="ready")).status_code == 303
        tick(cast)
        assert people_of(cast, row.id) == 20
    assert f"wrote a correction of an alert for {PANCORAN}" in acts(cast)


async def test_a_correction_by_a_petugas_is_returned_and_written_again(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("tono") as tono:
        id = await sent(cast, sari, tono)
        await correct(sari, id)
        reason = "Tulis negara mana."
        await post(tono, "/peringatan/putus", alert=newest(cast, id).id, verdict="refused", reason=reason)
        back, shown = newest(cast, id).id, await page(sari)
        assert "Dikembalikan: Tulis negara mana." in shown and f"?ulang={back}" in shown
        again = (await sari.get(f"/konsol/peringatan?ulang={back}")).text
        assert f">{RIGHT}</textarea>" in again and again.count("<details open>") == 1
        assert (
            await sari.get(f"/konsol/peringatan?ulang={id}")
        ).status_code == 404  # went out: there is nothing to mend
        await correct(sari, id)
        assert newest(cast, id).state == "waiting"
        late = await sari.get(f"/konsol/peringatan?ulang={back}")
        assert late.status_code == 409 and "Sudah ada pembetulan yang menunggu persetujuan." in late.text


async def test_of_danger_too_only_a_coordinator_alone_and_at_night(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi, cast.client("tono") as tono:
        id = await warned(cast, budi)
    cast.clock.at = TEN_PM
    async with cast.client("sari") as sari, cast.client("budi") as budi, cast.client("tono") as tono:
        await correct(sari, id)
        row = newest(cast, id)
        assert (row.state, row.danger) == ("waiting", False)
        done = await post(tono, "/peringatan/putus", alert=row.id, verdict="ready")
        assert done.headers["location"].endswith("kabar=peringatan-pagi")
        tick(cast)
        assert night(cast) == []
        again = await post(budi, "/peringatan/betulkan", alert=id, key="9" * 32, text=RIGHT)
        assert again.status_code == 409 and "Lanjutkan dari pembetulannya." in again.text and RIGHT in again.text
        assert "Ini dikirim tanpa dilihat orang kedua." in await page(budi)
        done = await correct(budi, str(row.id), RIGHT + " Apinya sudah padam.")
        assert done.headers["location"].endswith("kabar=peringatan-betul")
        own = newest(cast, id)
        assert (own.state, own.danger) == ("ready", True)
        tick(cast)
        tick(cast)
        assert night(cast) == [own.id]


async def test_what_was_hurried_once_is_not_hurried_by_everybody(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
    cast.clock.at = TEN_PM
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        await correct(budi, id)
        first = newest(cast, id)
        assert (await post(budi, "/peringatan/jalan", alert=first.id, act="hurry")).status_code == 303
        tick(cast)
        await correct(sari, str(first.id))
        row = newest(cast, id)
    assert (row.state, row.danger) == ("waiting", False)


async def test_what_has_not_gone_out_cannot_be_corrected(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        waits = await stored(cast, sari)
        later = await planned(cast, sari, budi)
        for id in (waits.id, later.id):
            answer = await post(budi, "/peringatan/betulkan", alert=id, key="1" * 32, text=RIGHT)
            assert answer.status_code == 409 and "Itu sudah tidak bisa." in answer.text
    assert {row.kind for row in rows(cast)} == {"alert"}


# Corrected, or retracted: what stands in its place


async def test_what_was_retracted_says_when_and_by_whom_and_is_left_alone(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
        done = await post(sari, "/peringatan/jalan", alert=id, act="retract")
        assert "Yang sudah menerima sekarang diberi tahu" in (await sari.get(done.headers["location"])).text
        shown = await page(budi)
        assert "sudah ditarik</span>" in shown and f'Ditarik 14.30 oleh sari. <a href="#{id}.r">' in shown
        assert f'id="{id}.r"' in shown and f'href="#{id}"' in shown
        assert "Betulkan" not in shown and "Ya, tarik" not in shown
        for path, form in (("betulkan", {"key": "1" * 32, "text": RIGHT}), ("jalan", {"act": "retract"})):
            answer = await post(budi, f"/peringatan/{path}", alert=id, **form)
            assert answer.status_code == 409 and "Info ini sudah ditarik." in answer.text
            assert form.get("text", "") in answer.text  # nobody writes it twice
    assert [row.kind for row in rows(cast)] == ["alert", "retraction"]


@pytest.mark.parametrize("act", ["take_back", "pause", "cancel"])
async def test_a_retraction_is_never_called_off(cast: Cast, act: str) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
        await post(sari, "/peringatan/jalan", alert=id, act="retract")
        assert (await post(budi, "/peringatan/jalan", alert=f"{id}.r", act=act)).status_code == 409
        tick(cast)
    assert [(row.kind, row.state) for row in rows(cast)][1:] == [("retraction", "sending")]


async def test_what_was_corrected_leads_to_its_correction_which_is_retracted(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
        await correct(budi, id)
        mend = newest(cast, id).id
        tick(cast)
        shown = await page(sari)
        assert "sudah dibetulkan</span>" in shown and f'Dibetulkan 14.30 oleh budi. <a href="#{mend}">' in shown
        assert shown.count("Ya, tarik") == 1 and f'name="alert" value="{id}"' not in shown
        for path, form in (("betulkan", {"key": "1" * 32, "text": RIGHT}), ("jalan", {"act": "retract"})):
            answer = await post(budi, f"/peringatan/{path}", alert=id, **form)
            assert answer.status_code == 409 and "Lanjutkan dari pembetulannya." in answer.text
        assert (await post(budi, "/peringatan/jalan", alert=mend, act="retract")).status_code == 303
        assert "Ya, tarik" not in await page(sari)


async def test_a_correction_that_came_too_late_is_not_approved_any_more(cast: Cast) -> None:
    """Somebody retracted the alert while its correction waited for a look."""
    async with cast.client("sari") as sari, cast.client("budi") as budi, cast.client("tono") as tono:
        id = await sent(cast, sari, budi)
        await correct(sari, id)
        mend = newest(cast, id).id
        assert "Ada pembetulan yang menunggu persetujuan, ditulis 14.30 oleh sari." in await page(tono)
        assert (await post(tono, "/peringatan/jalan", alert=id, act="retract")).status_code == 303
        shown = await page(budi)
        assert "jadi yang ini tidak dikirim lagi" in shown and "Setujui dan kirim" not in shown
        late = await post(budi, "/peringatan/putus", alert=mend, verdict="ready")
        assert late.status_code == 409 and "Kembalikan saja." in late.text

        def decide(connection: sa.Connection) -> bool:
            return alerts.decide(connection, mend, "other", "ready", "", cast.clock.at)

        assert cast.service.desk.do(decide).result() is False  # nor from a chat on duty
        assert (
            await post(budi, "/peringatan/putus", alert=mend, verdict="refused", reason="Telat.")
        ).status_code == 303


# What is said of each act


@pytest.mark.parametrize(
    ("act", "before", "said"),
    [
        ("pause", "sending", "Dijeda. Yang belum menerima menunggu"),
        ("resume", "paused", "Dilanjutkan, untuk yang belum menerima."),
        ("cancel", "sending", "Dihentikan. Tidak ada lagi yang akan menerimanya."),
        ("cancel", "ready", "Dibatalkan. Belum ada yang menerima, dan tidak akan ada."),
        ("take_back", "ready", "Dibatalkan. Belum ada yang menerima, dan tidak akan ada."),
    ],
)
@pytest.mark.parametrize("author", ["x", None], ids=["staff", "leader"])
async def test_each_act_says_what_it_did(cast: Cast, act: str, before: str, said: str, author: str | None) -> None:
    def put(connection: sa.Connection) -> None:
        now = cast.clock.at
        one = Alert("a" * 32, SELATAN, RAWAJATI, "", "{}", now, now + DAY, state=before, author=author)
        alerts.put(connection, one)

    cast.service.desk.do(put).result()
    async with cast.client("sari") as sari:
        done = await post(sari, "/peringatan/jalan", alert="a" * 32, act=act)
        assert said in (await sari.get(done.headers["location"])).text
        assert (await post(sari, "/peringatan/jalan", alert="a" * 32, act="take_back")).status_code == 409


async def test_a_warning_that_hardly_anybody_gets_says_what_to_do_instead(cast: Cast) -> None:
    async with cast.client("budi") as budi:
        for place, key, said in (
            (RAWAJATI, "d" * 32, "Peringatan dikirim sekarang, malam juga, ke semua pelanggan di sana."),
            (KALIBATA, "e" * 32, "kurang dari lima orang, mungkin belum ada. Telepon juga pengurus"),
        ):
            done = await post(budi, "/peringatan/bahaya", key=key, kelurahan=place, text=FIRE)
            shown = (await budi.get(done.headers["location"])).text
            assert said in shown and "Sudah." not in shown


async def test_where_no_channel_is_on_the_pages_say_so_and_what_works(database_url: str) -> None:
    with make_cast(database_url) as cast:
        async with cast.client("budi") as budi:
            for path in ("", "/tulis"):
                shown = (await budi.get(f"/konsol/peringatan{path}")).text
                assert "perlu Telegram atau WhatsApp" in shown and 'href="/konsol/poster"' in shown
            assert "Kirim sekarang" not in await page(budi) and "Tulis info" not in await page(budi)
            refused = await post(budi, "/peringatan/bahaya", key="d" * 32, kelurahan=RAWAJATI, text=FIRE)
        assert refused.status_code == 422 and rows(cast) == []


# Pressed twice


async def twice(client: httpx.AsyncClient, path: str, **form: str) -> None:
    """An impatient finger."""

    async def press() -> None:
        assert (await post(client, path, **form)).status_code == 303

    async with anyio.create_task_group() as group:
        group.start_soon(press)
        group.start_soon(press)


async def test_pressed_twice_it_goes_out_once(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        found = KEY.findall(await page(budi))
        await twice(budi, "/peringatan/bahaya", key=found[-1], kelurahan=RAWAJATI, text=FIRE)
        assert [row.danger for row in rows(cast)] == [True]
        id = await sent(cast, sari, budi)
        for client, wrong, key in ((budi, id, "1" * 32), (sari, "1" * 32, "2" * 32)):
            await twice(client, "/peringatan/betulkan", alert=wrong, key=key, text=RIGHT)
            tick(cast)
        assert sorted(row.id for row in rows(cast) if row.about == id) == ["1" * 32, "2" * 32]
    assert acts(cast).count(f"corrected an alert for {PANCORAN}") == 1


async def test_a_form_that_has_sent_something_else_sends_nothing_and_keeps_the_words(cast: Cast) -> None:
    """Back in the browser, and written anew."""
    form = {"key": "d" * 32, "kelurahan": RAWAJATI}
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        assert (await post(budi, "/peringatan/bahaya", text=FIRE, **form)).status_code == 303
        for changed in (
            {**form, "text": RIGHT},
            {**form, "key": "", "text": FIRE},
            {"kelurahan": RAWAJATI, "text": FIRE},
        ):
            answer = await post(budi, "/peringatan/bahaya", **changed)
            assert answer.status_code == 422 and "Belum dikirim." in answer.text and changed["text"] in answer.text
        id = await sent(cast, sari, budi)
        answer = await post(budi, "/peringatan/betulkan", alert=id, key="d" * 32, text=RIGHT)
        assert answer.status_code == 422 and "Belum dikirim." in answer.text and RIGHT in answer.text
    assert [row.about for row in rows(cast)] == [None, None]


async def test_of_two_corrections_in_one_second_one_goes_out(cast: Cast) -> None:
    def put(connection: sa.Connection) -> list[str]:
        now = cast.clock.at
        first = Alert("a" * 32, SELATAN, RAWAJATI, "", "{}", now - HOUR, now + DAY, state="done")
        alerts.put(connection, first)
        for id in ("b" * 32, "c" * 32):
            one = Alert(id, SELATAN, RAWAJATI, "", "{}", now, now + DAY, "correction", "a" * 32, state="ready")
            alerts.put(connection, one)
        return broadcast.begin(connection, now)

    assert cast.service.desk.do(put).result() == ["c" * 32]
    query = sa.select(alert.c.state).where(alert.c.id == "b" * 32)
    assert cast.service.desk.do(lambda connection: connection.execute(query).scalar_one()).result() == "cancelled"


# Pictures of what is changed


def crowd(cast: Cast) -> None:
    """Residents' photos in all places there are."""

    def work(connection: sa.Connection) -> None:
        for number in range(MOST_WAITING):
            file.keep(connection, f"warga-{number}", b"sealed", cast.clock.at + HOUR)

    cast.service.desk.do(work).result()


async def test_opening_a_form_stores_nothing_also_where_no_picture_can_be_taken(cast: Cast) -> None:
    async with cast.client("sari") as sari:
        row = await stored(cast, sari, picture=token(await send(sari, telling("JPEG"))))
        for _ in range(3):
            assert (await sari.get(f"/konsol/peringatan/tulis?ubah={row.id}")).status_code == 200
        assert uploads(cast) == 0
        crowd(cast)
        assert (await sari.get(f"/konsol/peringatan/tulis?ubah={row.id}")).status_code == 200
        answer = await send(sari, telling("PNG"), pictured=row.id, changes=row.id)
        assert answer.status_code == 422
        assert faults(answer) == {
            "photo": "Gambar belum bisa diterima sekarang. Coba lagi beberapa menit lagi, atau lanjut tanpa gambar."
        }
        looked = await send(sari, act="look", pictured=row.id, changes=row.id)
        assert looked.status_code == 200 and looked.text.count(f"/konsol/peringatan/{row.id}/gambar") == 2
        new = await stored(cast, sari, pictured=row.id, changes=row.id)
    assert bytes(new.picture) == bytes(row.picture)


async def test_nobody_takes_all_the_places_there_are(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        kept = [token(await send(sari, telling("JPEG"))) for _ in range(MOST_OWN)]
        full = await send(sari, telling("JPEG"))
        assert full.status_code == 422 and "Sudah ada sepuluh gambar Anda" in faults(full)["photo"]
        assert TEXT in full.text and uploads(cast) == MOST_OWN
        assert token(await send(budi, telling("JPEG")))
        assert token(await send(sari, telling("PNG"), picture=kept[0])) not in kept  # in the place of the one before
        await stored(cast, sari, picture=kept[1])
        assert token(await send(sari, telling("JPEG")))


async def test_a_new_picture_takes_the_place_of_the_one_before(cast: Cast) -> None:
    async with cast.client("sari") as sari:
        row = await stored(cast, sari, picture=token(await send(sari, telling("JPEG"))))
        one = token(await send(sari, telling("JPEG"), pictured=row.id))
        two = await send(sari, telling("PNG"), picture=one)
        assert uploads(cast) == 1 and token(two) != one and 'name="pictured" value=""' in two.text
        crossed = token(await send(sari, telling("PNG"), picture=token(two), bare="1"))
        assert uploads(cast) == 1
        new = await stored(cast, sari, picture=crossed, pictured=row.id)
        assert bytes(new.picture) != bytes(row.picture)
        bare = await stored(cast, sari, pictured=row.id, bare="1")
    assert bare.picture is None and uploads(cast) == 0


async def test_who_may_not_write_leaves_no_picture_behind(cast: Cast) -> None:
    async with cast.client("dewi") as dewi, cast.client("rina") as rina:
        for client in (dewi, rina):
            assert (await send(client, telling("JPEG"), key="1" * 32)).status_code == 404
    assert uploads(cast) == 0


async def test_the_picture_of_another_kota_goes_along_with_nothing(cast: Cast) -> None:
    def put(connection: sa.Connection) -> None:
        now = cast.clock.at
        for id, kota, picture in (("a" * 32, "31.72", b"a picture"), ("b" * 32, SELATAN, None)):
            alerts.put(connection, Alert(id, kota, RAWAJATI, "", "{}", now, now + DAY, picture=picture, author="x"))

    cast.service.desk.do(put).result()
    async with cast.client("sari") as sari:
        assert (await send(sari, pictured="a" * 32)).status_code == 404
        gone = await send(sari, pictured="b" * 32)
        assert faults(gone) == {"photo": "Gambarnya sudah tidak ada di sini. Pilih lagi."} and TEXT in gone.text
    assert len(rows(cast)) == 2


async def test_the_trail_says_who_took_a_colleagues_alert_back_by_changing_it(cast: Cast) -> None:
    async with cast.client("sari") as sari, cast.client("budi") as budi, cast.client("tono") as tono:
        row = await planned(cast, sari, budi)
        await stored(cast, tono, changes=row.id, area=SELATAN)
    assert acts(cast)[-2:] == [f"changed an alert for {PANCORAN}", f"wrote an alert for {SELATAN}"]
