"""An ordinary alert by the staff over real HTTP: typed wrongly, looked at, approved by another, planned, changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import Any

import anyio
import httpx
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from bot import broadcast as broadcasting
from bot.alert_notices import watch
from models import bulk, subscription
from models.alert_tables import alert
from models.base import DAY, HOUR
from models.channel_tables import upload
from models.subscription import Subscription
from models.tables import outbox, trail
from tests.console_service import OTHER, QUEUE, START, Cast, make_cast, post
from tests.hostile import SECRET, png_of, telling

KALIBATA, RAWAJATI, PLUIT = "31.74.08.1002", "31.74.08.1003", "31.72.01.1004"
PANCORAN, SELATAN = "31.74.08", "31.74"
TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor dan menyuruh cepat berangkat. Tanya Suar dulu."
KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')
PICTURE = re.compile(r'name="picture" value="([0-9a-f]{32})"')
FORM = {"template": "own", "text": TEXT, "area": PANCORAN, "topic": "alerts", "channel": "telegram", "days": ""}
FAULT = re.compile(r'<small class="fault" id="p-(\w+)"[^>]*>([^<]*)<')
TEN_PM = START + 7 * HOUR + HOUR // 2  # 22.00 WIB
pytestmark = pytest.mark.anyio


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url, whatsapp_broadcast="on", telegram_bot_token=SecretStr("123:abc")) as cast:
        yield cast


def enrol(cast: Cast, number: int, kelurahan: str = RAWAJATI, channel: str = "telegram", **more: Any) -> None:
    """So many subscribers."""

    def work(connection: sa.Connection) -> None:
        for one in range(number):
            key = f"{kelurahan}{channel}{one}{more}".encode().ljust(64, b"x")
            subscription.subscribe(connection, Subscription(key, channel, "id", b"sealed", kelurahan, **more))

    cast.service.desk.do(work).result()


def rows(cast: Cast) -> list[Any]:
    query = sa.select(alert).where(alert.c.kind != "lesson").order_by(alert.c.made_at, alert.c.id)
    return cast.service.desk.do(lambda connection: list(connection.execute(query))).result()


async def key(client: httpx.AsyncClient, query: str = "") -> str:
    """A form that was just opened."""
    found = KEY.search((await client.get(f"/konsol/peringatan/tulis{query}")).text)
    assert found is not None
    return found[1]


async def send(client: httpx.AsyncClient, photo: bytes | None = None, **typed: Any) -> httpx.Response:
    """The form as a browser sends it, file and all."""
    fields = {**FORM, "act": "send", **typed}
    if "key" not in fields:
        fields["key"] = await key(client)
    chosen = "" if photo is None else "foto.jpg"  # a browser names no file where none was chosen
    files = {"photo": (chosen, photo or b"", "image/jpeg" if photo else "application/octet-stream")}
    return await client.post("/konsol/peringatan/tulis", data=fields, files=files)


def faults(answer: httpx.Response) -> dict[str, str]:
    """What stands beside each field."""
    return {name: unescape(words) for name, words in FAULT.findall(answer.text)}


async def stored(cast: Cast, client: httpx.AsyncClient, **typed: Any) -> Any:
    """A form that is taken; the alert."""
    before = {row.id for row in rows(cast)}
    answer = await send(client, **typed)
    assert answer.headers.get("location", "").endswith("kabar=peringatan-tunggu"), faults(answer) or answer.text
    return next(row for row in rows(cast) if row.id not in before)


def tick(cast: Cast) -> None:
    """What the clock does for alerts."""
    cast.service.house.pushes.alerts = cast.service.settings.broadcasters
    broadcasting.run(cast.service.house, cast.service.desk)


def people_of(cast: Cast, id: str) -> int:
    query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.alert == id)
    return int(cast.service.desk.do(lambda connection: connection.execute(query).scalar_one()).result())


# Written


async def test_it_is_looked_at_stored_and_goes_out_once_a_colleague_approves(cast: Cast) -> None:
    enrol(cast, 30)
    enrol(cast, 25, KALIBATA)
    enrol(cast, 40, PLUIT)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        looked = await send(sari, act="look")
        assert looked.status_code == 200 and rows(cast) == []
        assert "50 atau lebih" in looked.text and "<dd>55 atau lebih</dd>" in looked.text and "Rp0" in looked.text
        assert "Info untuk warga Kecamatan Pancoran." in looked.text and "begitu disetujui" in looked.text
        assert "Berlaku sampai</dt><dd>5 Desember 2026<" in looked.text
        row = await stored(cast, sari)
        assert (row.state, row.leader, row.kelurahan, row.kota) == ("waiting", None, PANCORAN, SELATAN)
        assert json.loads(row.words)["id"].endswith("Suar - Kecamatan Pancoran")
        page = (await budi.get("/konsol/peringatan")).text
        assert "Ditulis oleh</dt><dd>sari" in page and "Berlaku sampai</dt><dd>5 Desember 2026<" in page
        assert "Setujui dan kirim" in page
        assert (await post(budi, "/peringatan/putus", alert=row.id, verdict="ready")).status_code == 303
        tick(cast)
        assert people_of(cast, row.id) == 55


WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"text": ""}, "text", "Tulis sesuatu dulu."),
    ({"text": "pendek"}, "text", "paling sedikit 20 huruf"),
    ({"text": "a" * 10_000}, "text", "Ada 10000 huruf, paling banyak 600."),
    ({"text": "Kalau lihat, hubungi pak Anton di 0812-3456-7890 ya."}, "text", "nama orang, nomor telepon"),
    ({"template": "apa saja"}, "template", "Pilih salah satu."),
    ({"area": ""}, "area", "Pilih salah satu."),
    ({"area": PLUIT}, "area", "Pilih salah satu."),  # another Sudin's
    ({"area": KALIBATA}, "area", "Penerimanya kurang dari 20 orang."),
    ({"topic": "berita"}, "topic", "Pilih salah satu."),
    ({"channel": []}, "channel", "Pilih salah satu."),
    ({"channel": ["telegram", "surat"]}, "channel", "Pilih salah satu."),
    ({"channel": "whatsapp"}, "area", "Penerimanya kurang dari 20 orang."),
    ({"topic": "lessons"}, "area", "Penerimanya kurang dari 20 orang."),
    ({"days": "365"}, "days", "Pilih salah satu."),
    ({"template": "loker-luar-negeri"}, "text", "Di sini ada templat dan juga tulisan sendiri."),
    ({"at": "besok pagi"}, "at", "2026-11-23 07:00"),
    ({"at": "2026-11-23T07:00+00:00"}, "at", "2026-11-23 07:00"),
    ({"at": "2026-11-21T14:30"}, "at", "Waktu itu sudah lewat."),
    ({"at": "2026-11-21T21:00"}, "at", "orang tidur"),
    ({"at": "2026-11-22T05:59"}, "at", "orang tidur"),
    ({"at": "2027-01-23T07:00"}, "at", "paling lama 30 hari lagi"),
)


async def test_what_is_wrong_stands_beside_its_field(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari:
        for typed, field, words in WRONG:
            for act in ("look", "send"):
                answer = await send(sari, act=act, **typed)
                assert answer.status_code == 422
                assert list(faults(answer)) == [field] and words in faults(answer)[field]
                assert typed.get("text", TEXT) in unescape(answer.text)
    assert rows(cast) == []


async def test_a_template_needs_no_words_and_goes_in_every_language(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("budi") as budi:
        assert ">Lowongan kerja luar negeri, 30 hari<" in (await budi.get("/konsol/peringatan/tulis")).text
        row = await stored(cast, budi, template="loker-luar-negeri", text="", area=SELATAN, days="3")
    assert (row.template, row.own, row.kelurahan) == ("loker-luar-negeri", "", SELATAN)
    assert set(json.loads(row.words)) == {"id", "en"}
    assert "Info untuk warga Jakarta Selatan." in json.loads(row.words)["id"]
    assert 3 * DAY < row.until - cast.clock.at < 4 * DAY


async def test_topic_and_channels_choose_who_gets_it(cast: Cast) -> None:
    enrol(cast, 21, channel="telegram")
    enrol(cast, 22, channel="whatsapp")
    enrol(cast, 23, channel="telegram", alerts=False, lessons=True)
    enrol(cast, 24, channel="telegram", paused_until=cast.clock.at + DAY)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        for typed, people, fives in (
            ({"channel": "telegram"}, 21, 20),
            ({"channel": ["telegram", "whatsapp"]}, 43, 40),
            ({"topic": "lessons"}, 23, 20),
        ):
            assert f"<dt>Pelanggan</dt><dd>{fives} atau lebih</dd>" in (await send(sari, act="look", **typed)).text
            row = await stored(cast, sari, **typed)
            await post(budi, "/peringatan/putus", alert=row.id, verdict="ready")
            tick(cast)
            assert people_of(cast, row.id) == people


async def test_sent_twice_it_is_stored_once(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari:
        same = await key(sari)
        for _ in range(2):
            assert (await send(sari, key=same)).status_code == 303
        assert (await send(sari, key="x")).status_code == 200  # no key of ours: only looked at
        edited = await send(
            sari, key=same, days="3", topic="alerts", text=f"{TEXT} Atau telepon 110."
        )  # back, and sent
        assert edited.status_code == 422 and "sudah terkirim dengan isi lain" in edited.text
        assert "Atau telepon 110." in edited.text
        again = KEY.search(edited.text)
        assert again is not None and again[1] != same
        assert (await send(sari, key=again[1], text=f"{TEXT} Atau telepon 110.")).status_code == 303
    assert len(rows(cast)) == 2


# Pictures


async def test_a_picture_is_drawn_anew_looked_at_and_sent(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        looked = await send(sari, telling("JPEG"))  # whoever adds one looks at it first
        assert looked.status_code == 200 and rows(cast) == []
        token = PICTURE.search(looked.text)
        assert token is not None
        address = f"/konsol/peringatan/tulis/gambar/{token[1]}"
        shown = await sari.get(address)
        assert shown.headers["content-type"] == "image/jpeg" and SECRET not in shown.content
        assert (await budi.get(address)).status_code == 404
        row = await stored(cast, sari, picture=token[1])
        assert bytes(row.picture) == shown.content
        assert (await budi.get(f"/konsol/peringatan/{row.id}/gambar")).content == shown.content
        lost = await send(sari, picture=token[1])
        assert faults(lost) == {"photo": "Gambarnya sudah tidak ada di sini. Pilih lagi."} and TEXT in lost.text
    uploads = sa.select(sa.func.count()).select_from(upload)
    assert cast.service.desk.do(lambda connection: connection.execute(uploads).scalar_one()).result() == 0


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        (b"GIF89a" + b"0" * 100, "bukan gambar yang bisa dikirim"),
        (b"%PDF-1.7 ...", "bukan gambar yang bisa dikirim"),
        (telling("JPEG")[:300], "tidak bisa dibuka"),
        (b"", "Berkas itu kosong."),
        (png_of(30_000, 30_000), "lebih dari 40 juta piksel"),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "lebih dari 10 MB"),
        (b"\xff\xd8\xff" + b"0" * (12 * 1024 * 1024), "lebih dari 10 MB"),
    ],
    ids=["gif", "pdf", "cut", "empty", "pixels", "large", "larger"],
)
async def test_a_bad_picture_is_said_and_the_words_stay(cast: Cast, photo: bytes, words: str) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari:
        answer = await send(sari, photo)
        assert answer.status_code == 422
        assert words in faults(answer)["photo"] and TEXT in answer.text
        found = KEY.search(answer.text)
        assert found is not None
        again = await send(sari, key=found[1])
        assert again.status_code == 303
    assert rows(cast)[0].picture is None


async def test_a_picture_can_be_left_out_again(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari:
        token = PICTURE.search((await send(sari, telling("PNG"))).text)
        assert token is not None
        row = await stored(cast, sari, picture=token[1], bare="1")
    assert row.picture is None


# Four eyes


async def test_nobody_approves_their_own(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("budi") as budi, cast.client("sari") as sari:
        row = await stored(cast, budi)
        page = (await budi.get("/konsol/peringatan")).text
        assert "Anda yang menulis ini." in page and "Setujui dan kirim" not in page
        for verdict in ("ready", "refused"):
            own = await post(budi, "/peringatan/putus", alert=row.id, verdict=verdict, reason="x")
            assert own.status_code == 409 and "Anda yang menulis ini." in own.text
        assert rows(cast)[0].state == "waiting"
        assert (await post(sari, "/peringatan/putus", alert=row.id, verdict="ready")).status_code == 303


async def test_two_decide_at_once_and_one_is_first(cast: Cast) -> None:
    enrol(cast, 20)
    cast.hire("tono", {QUEUE: "petugas"})
    async with cast.client("sari") as sari, cast.client("budi") as budi, cast.client("tono") as tono:
        row = await stored(cast, sari)
        answers: list[int] = []

        async def decide(client: httpx.AsyncClient, verdict: str) -> None:
            form = {"alert": row.id, "verdict": verdict, "reason": "Kurang jelas."}
            answers.append((await post(client, "/peringatan/putus", **form)).status_code)

        async with anyio.create_task_group() as group:
            group.start_soon(decide, budi, "ready")
            group.start_soon(decide, tono, "refused")
    assert sorted(answers) == [303, 409]
    assert rows(cast)[0].state in {"ready", "refused"}


async def test_who_decides_nothing_writes_nothing(cast: Cast) -> None:
    enrol(cast, 20)
    cast.hire("tini", {OTHER: "petugas"})  # with two who hold its key that Sudin decides for itself
    async with cast.client("sari") as sari, cast.client("rina") as rina, cast.client("dewi") as dewi:
        row = await stored(cast, sari, at="2026-11-23T07:00")
        for path in ("", "?ubah=" + row.id):
            assert (await dewi.get(f"/konsol/peringatan/tulis{path}")).status_code == 404
        assert (await rina.get(f"/konsol/peringatan/tulis?ubah={row.id}")).status_code == 404
        assert "area" in faults(await send(rina))
        assert (await post(rina, "/peringatan/jalan", alert=row.id, act="take_back")).status_code == 404
        enrol(cast, 20, PLUIT)
        changed = await send(rina, area=PLUIT, changes=row.id)
        assert changed.status_code == 404 and rows(cast)[0].state == "waiting"
    assert len(rows(cast)) == 1


async def test_returned_or_left_undecided_its_writer_sees_why(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        first = await stored(cast, sari)
        await post(budi, "/peringatan/putus", alert=first.id, verdict="refused", reason="Sebut tandanya satu per satu.")
        await stored(cast, sari)
        cast.clock.at += 25 * HOUR
        watch(cast.service.house, cast.service.desk)
    async with cast.client("sari") as sari:
        page = (await sari.get("/konsol/peringatan")).text
        form = (await sari.get(f"/konsol/peringatan/tulis?ubah={first.id}")).text
        assert "Tulis lagi" in page and TEXT in form and 'name="changes" value=""' in form
    assert "Dikembalikan: Sebut tandanya satu per satu." in page and "tidak dikirim, waktunya habis" in page
    assert sorted(row.state for row in rows(cast)) == ["expired", "refused"]


# Planned


async def planned(cast: Cast, sari: httpx.AsyncClient, budi: httpx.AsyncClient, **typed: Any) -> Any:
    """An alert for Monday at seven that was approved."""
    row = await stored(cast, sari, **{"at": "2026-11-23T07:00", **typed})
    answer = await post(budi, "/peringatan/putus", alert=row.id, verdict="ready")
    assert answer.headers["location"].endswith("kabar=peringatan-nanti")
    return row


MONDAY_SEVEN = START + 40 * HOUR + HOUR // 2


async def test_a_planned_one_is_listed_and_begins_at_its_time(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        row = await planned(cast, sari, budi)
        assert row.send_at == MONDAY_SEVEN
        assert "Berlaku sampai 7 Desember 2026" in json.loads(row.words)["id"]
        page = (await sari.get("/konsol/peringatan")).text
        assert "Terjadwal" in page and "23 Nov, 07.00" in page
    cast.clock.at = MONDAY_SEVEN - 1
    tick(cast)
    assert (rows(cast)[0].state, people_of(cast, row.id)) == ("ready", 0)
    cast.clock.at += 1
    tick(cast)
    assert (rows(cast)[0].state, people_of(cast, row.id)) == ("sending", 20)


async def test_a_planned_one_goes_late_or_not_at_all(cast: Cast) -> None:
    """The process was down at that time."""
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        late, gone = [await planned(cast, sari, budi, days=days) for days in ("7", "1")]
    cast.clock.at = MONDAY_SEVEN + 3 * DAY
    tick(cast)
    assert {row.id: row.state for row in rows(cast)} == {late.id: "sending", gone.id: "expired"}
    assert people_of(cast, gone.id) == 0
    async with cast.client("sari") as sari:
        assert "tidak dikirim, waktunya habis" in (await sari.get("/konsol/peringatan")).text


async def test_a_planned_one_is_changed_and_approved_anew(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        row = await planned(cast, sari, budi, days="3")
        form = (await sari.get(f"/konsol/peringatan/tulis?ubah={row.id}")).text
        assert TEXT in form and 'value="2026-11-23T07:00"' in form and '<option value="3" selected>' in form
        assert f'<option value="{PANCORAN}" selected>' in form
        new = await stored(cast, sari, text=TEXT + " Hati-hati.", at="2026-11-24 08:00", changes=row.id)
        states = {one.id: one.state for one in rows(cast)}
        assert states == {row.id: "cancelled", new.id: "waiting"}
        again = await send(sari, changes=row.id)
        assert again.status_code == 422 and "tidak bisa diubah" in again.text and TEXT in again.text
        assert (await sari.get(f"/konsol/peringatan/tulis?ubah={row.id}")).status_code == 404


async def test_a_picture_stays_with_what_is_changed(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari:
        token = PICTURE.search((await send(sari, telling("JPEG"))).text)
        assert token is not None
        row = await stored(cast, sari, picture=token[1])
        form = (await sari.get(f"/konsol/peringatan/tulis?ubah={row.id}")).text
        assert f'name="pictured" value="{row.id}"' in form and f'src="/konsol/peringatan/{row.id}/gambar"' in form
        new = await stored(cast, sari, pictured=row.id, changes=row.id)
    assert bytes(new.picture) == bytes(row.picture)


async def test_taken_back_until_it_begins_and_stopped_while_it_is_sent(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        waits = await stored(cast, sari)
        row = await planned(cast, sari, budi)
        for id in (waits.id, row.id):
            answer = await post(budi, "/peringatan/jalan", alert=id, act="take_back")
            assert answer.headers["location"].endswith("kabar=peringatan-batal")
            assert (await post(budi, "/peringatan/putus", alert=id, verdict="ready")).status_code in {404, 409}
        going = await stored(cast, sari)
        await post(budi, "/peringatan/putus", alert=going.id, verdict="ready")
        tick(cast)
        assert (await post(sari, "/peringatan/jalan", alert=going.id, act="take_back")).status_code == 409
        assert (await send(sari, changes=going.id)).status_code == 422
        assert (await post(sari, "/peringatan/jalan", alert=going.id, act="cancel")).status_code == 303
        tick(cast)
    assert people_of(cast, going.id) == 0
    assert {row.state for row in rows(cast)} == {"cancelled"}


# Wrong, and at night


async def sent(cast: Cast, sari: httpx.AsyncClient, budi: httpx.AsyncClient) -> str:
    """An alert that everybody has got."""
    row = await stored(cast, sari)
    await post(budi, "/peringatan/putus", alert=row.id, verdict="ready")
    tick(cast)

    def arrive(connection: sa.Connection) -> None:
        connection.execute(sa.update(outbox).values(state="sent"))
        connection.execute(sa.update(alert).values(state="done"))

    cast.service.desk.do(arrive).result()
    return str(row.id)


@pytest.mark.parametrize("how", ["correct", "retract"])
async def test_what_was_wrong_says_at_night_when_it_goes_and_a_coordinator_hurries_it(cast: Cast, how: str) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
    cast.clock.at = TEN_PM
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        if how == "correct":
            done = await post(budi, "/peringatan/betulkan", alert=id, key="1" * 32, text=TEXT)
        else:
            done = await post(sari, "/peringatan/jalan", alert=id, act="retract")
        assert done.headers["location"].endswith("kabar=peringatan-pagi")
        mend = next(row for row in rows(cast) if row.about == id)
        page = (await sari.get(done.headers["location"])).text
        assert "Sekarang malam. Ini dikirim mulai jam 06.00." in page and "malam ini juga</button>" not in page
        assert (await post(sari, "/peringatan/jalan", alert=mend.id, act="hurry")).status_code == 404
        assert "malam ini juga" in (await budi.get("/konsol/peringatan")).text
        tick(cast)
        assert night(cast) == []
        assert (await post(budi, "/peringatan/jalan", alert=mend.id, act="hurry")).status_code == 303
        assert night(cast) == [mend.id]
        assert (await post(budi, "/peringatan/jalan", alert=mend.id, act="hurry")).status_code == 409
        assert (await post(budi, "/peringatan/jalan", alert=id, act="hurry")).status_code == 409


def night(cast: Cast) -> list[str]:
    """Of which alerts a sender would take rows while people sleep."""
    lease = partial(bulk.lease, channel="telegram", holder="x", limit=1, quiet=True)

    def look(connection: sa.Connection) -> list[str]:
        found = [str(one.alert) for one in lease(connection)]
        connection.rollback()
        return found

    return cast.service.desk.do(look).result()


async def test_what_is_approved_at_night_goes_out_in_the_morning_and_that_is_said(cast: Cast) -> None:
    enrol(cast, 20)
    for at, said in ((START, "peringatan-ya"), (TEN_PM, "peringatan-malam")):
        cast.clock.at = at
        async with cast.client("sari") as sari, cast.client("budi") as budi:
            row = await stored(cast, sari)
            answer = await post(budi, "/peringatan/putus", alert=row.id, verdict="ready")
            assert answer.headers["location"].endswith(f"kabar={said}")
            assert "Dikirim" in (await budi.get(answer.headers["location"])).text


async def test_by_day_nothing_is_said_of_the_night(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
        done = await post(budi, "/peringatan/betulkan", alert=id, key="1" * 32, text=TEXT)
        assert done.headers["location"].endswith("kabar=peringatan-betul")
        assert "Sekarang malam" not in (await budi.get("/konsol/peringatan")).text


async def test_what_cannot_be_sent_stays_in_the_box_it_was_typed_in(cast: Cast) -> None:
    enrol(cast, 20)
    wrong = "Hubungi pak Anton di 0812-3456-7890 <b>segera</b>"
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        id = await sent(cast, sari, budi)
        waits = await stored(cast, sari)
        for path, form in (
            ("/peringatan/bahaya", {"kelurahan": RAWAJATI, "text": wrong}),
            ("/peringatan/betulkan", {"alert": id, "text": wrong}),
            ("/peringatan/putus", {"alert": waits.id, "verdict": "refused", "reason": wrong * 20}),
        ):
            answer = await post(budi, path, **form)
            assert answer.status_code == 422 and "&lt;b&gt;segera&lt;/b&gt;" in answer.text
            assert 'aria-invalid="true"' in answer.text and "<b>segera" not in answer.text
    assert len(rows(cast)) == 2


async def test_the_trail_names_the_area_and_never_the_words(cast: Cast) -> None:
    enrol(cast, 20)
    async with cast.client("sari") as sari, cast.client("budi") as budi:
        await planned(cast, sari, budi)
    query = sa.select(trail.c.content)
    said = cast.service.desk.do(lambda connection: list(connection.execute(query).scalars())).result()
    assert any(f"wrote an alert for {PANCORAN}" in one for one in said)
    assert not [one for one in said if "paspor" in one]


async def test_a_form_of_no_shape_is_refused_kindly(cast: Cast) -> None:
    async with cast.client("sari") as sari:
        kind = {"content-type": "multipart/form-data"}  # without a boundary
        assert (await sari.post("/konsol/peringatan/tulis", content=b"x", headers=kind)).status_code == 400
        assert (await post(sari, "/peringatan/tulis", **FORM)).status_code == 422  # a browser without a file
    assert rows(cast) == []
