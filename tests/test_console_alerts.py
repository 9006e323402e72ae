"""Alerts from a leader's chat to the console: written, looked at, sent, returned, expired, corrected, taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from pydantic import SecretStr

from bot.alert_needs import row_of
from bot.alert_notices import watch
from bot.alerts import propose
from bot.uploads import sealed_under
from handlers.lead_alert import PROPOSE
from handlers.talk import Errand
from models import alert as alerts
from models import broadcast, file, subscription
from models.alert import Alert
from models.alert_tables import alert
from models.alert_tables import subscription as subscription_rows
from models.base import DAY, HOUR
from models.channel_tables import upload
from models.leader_tables import leader
from models.subscription import Subscription
from models.tables import outbox, trail
from tests.console_service import OVERSIGHT, UPT, Cast, make_cast, post
from tests.hostile import SECRET, telling
from tests.test_leaders import invited
from tests.test_web_photos import BUTTON, send
from tests.web_chat import Phone, buttons

RAWAJATI = "31.74.08.1003"
TEXT = (
    "Hati-hati, ada tawaran kerja yang menahan paspor dan menyuruh cepat berangkat. Itu tanda bahaya. Tanya Suar dulu."
)
ID = re.compile(r'name="alert" value="([0-9a-f]+)"')
pytest_plugins = ("tests.leader_page",)
pytestmark = pytest.mark.anyio


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url, whatsapp_broadcast="off", telegram_bot_token=SecretStr("123:abc")) as cast:
        cast.hire("wati", {UPT: "petugas", OVERSIGHT: "petugas"})
        cast.hire("agus", {UPT: "petugas", OVERSIGHT: "petugas"})
        yield cast


def subscribed(cast: Cast, people: int, rw: str = "") -> None:
    """So many subscribers of Rawajati on Telegram."""

    def work(connection: sa.Connection) -> None:
        for number in range(people):
            key = f"{rw}-{number}".encode().ljust(32, b"x")
            subscription.subscribe(connection, Subscription(key, "telegram", "id", b"sealed", RAWAJATI, rw))

    cast.service.desk.do(work).result()


def rows(cast: Cast) -> list[Any]:
    """All alerts, the oldest first."""
    query = sa.select(alert).order_by(alert.c.made_at, alert.c.id)
    return cast.service.desk.do(lambda connection: list(connection.execute(query))).result()


async def linked(cast: Cast, phone: Phone, **changed: str) -> None:
    """A leader's chat."""
    await phone.post(f"ketua {await invited(cast, **changed)}")


async def to_preview(phone: Phone, text: str = TEXT, *, area: str = "Semua di Kelurahan Rawajati") -> None:
    """An own text up to the look at it."""
    for label in ("Kirim ke pelanggan di kelurahan", "Tulis sendiri"):
        await phone.press(label)
    await phone.post(text)
    await phone.press("Tanpa gambar")
    await phone.press(area)


async def proposed(cast: Cast, phone: Phone, text: str = TEXT) -> str:
    """An alert that waits; its id."""
    before = {row.id for row in rows(cast)}
    await to_preview(phone, text)
    await phone.press("Kirim")
    assert "Menunggu diperiksa petugas" in phone.html, phone.html
    (new,) = [row.id for row in rows(cast) if row.id not in before]
    return str(new)


def begin(cast: Cast) -> None:
    """What the clock does for ready alerts, up to their deliveries."""
    house = cast.service.house

    def work(connection: sa.Connection) -> None:
        for id in broadcast.begin(connection, house.now()):
            while broadcast.prepare(connection, id, 10, house.now(), ("telegram",)):
                pass

    cast.service.desk.do(work).result()


async def test_an_own_text_waits_for_the_sudin_and_goes_out_as_it_was_seen(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 21)
    await linked(cast, phone)
    await to_preview(phone)
    assert "Pelanggan di wilayah ini: 20 atau lebih." in phone.html
    assert "Suar - Kelurahan Rawajati" in phone.html
    await phone.press("Kirim")
    async with cast.client("rina") as rina:  # of another kota
        assert TEXT not in (await rina.get("/konsol/peringatan")).text
        (row,) = rows(cast)
        assert (await post(rina, "/peringatan/putus", alert=row.id, verdict="ready")).status_code == 404
    async with cast.client("sari") as sari:
        page = (await sari.get("/konsol/peringatan")).text
        assert TEXT in page
        assert "<dd>20 atau lebih</dd>" in page and "<dd>21</dd>" not in page  # a Sudin sees how many, never who
        assert (await post(sari, "/peringatan/putus", alert=row.id, verdict="ready")).status_code == 303
        assert (await post(sari, "/peringatan/putus", alert=row.id, verdict="refused", reason="x")).status_code == 409
    (row,) = rows(cast)
    assert (row.state, row.reason) == ("ready", "")
    assert TEXT in json.loads(row.words)["id"] and json.loads(row.words)["id"].endswith("Suar - Kelurahan Rawajati")
    begin(cast)
    (row,) = rows(cast)
    assert (row.state, row.people) == ("sending", 21)
    await phone.press("Kirim ke pelanggan di kelurahan")
    await phone.press("Yang sudah saya kirim")
    assert "dikirim" in phone.html and "21" not in re.sub(r"\d+ November \d+|value=\"[^\"]*\"", "", phone.html)


async def test_a_returned_alert_tells_its_writer_why(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    async with cast.client("budi") as budi:
        assert (await post(budi, "/peringatan/putus", alert=id, verdict="refused", reason=" ")).status_code == 422
        assert (await post(budi, "/peringatan/putus", alert=id, verdict="refused", reason="x" * 501)).status_code == 422
        assert (await post(budi, "/peringatan/putus", alert=id, verdict="maybe")).status_code == 404
        done = await post(
            budi, "/peringatan/putus", alert=id, verdict="refused", reason="Tulis tandanya satu per satu."
        )
        assert done.status_code == 303
        assert TEXT not in (await budi.get("/konsol/peringatan")).text
    for label in ("Kirim ke pelanggan di kelurahan", "Yang sudah saya kirim"):
        await phone.press(label)
    await phone.press(next(one for one in buttons(phone.html) if "dikembalikan" in one))
    assert "Tulis tandanya satu per satu." in phone.html


async def test_too_few_subscribers_are_never_written_to(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 19)
    await linked(cast, phone)
    await to_preview(phone)
    assert "belum sampai 20" in phone.html and "19" not in phone.html
    await phone.press("Buat kartu untuk grup saya")
    assert "Tempel isi lowongannya di sini." in phone.html
    assert rows(cast) == []


async def test_their_own_rw_counts_those_who_chose_it(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 30)
    subscribed(cast, 5, "03")
    await linked(cast, phone)
    await to_preview(phone, area="RW 03 saja")
    assert "belum sampai 20" in phone.html


async def test_a_template_of_the_month_goes_at_once_and_waits_the_second_time(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 60)
    await linked(cast, phone)
    for said in ("Info ini dikirim ke pelanggan.", "Menunggu diperiksa petugas."):
        for label in ("Kirim ke pelanggan di kelurahan", "Lowongan kerja luar negeri", "Tanpa gambar"):
            await phone.press(label)
        await phone.press("Semua di Kelurahan Rawajati")
        assert "50 atau lebih" in phone.html
        await phone.press("Kirim")
        assert said in phone.html
    assert sorted(row.state for row in rows(cast)) == ["ready", "waiting"]
    assert set(json.loads(rows(cast)[0].words)) == {"id", "en"}


async def test_a_template_for_tomorrow_goes_out_tomorrow(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 60)
    await linked(cast, phone)
    for label in ("Kirim ke pelanggan di kelurahan", "Lowongan kerja luar negeri", "Tanpa gambar"):
        await phone.press(label)
    await phone.press("Semua di Kelurahan Rawajati")
    await phone.press("Kirim besok 07.00")
    assert "Mulai dikirim 22 November 2026 jam 07.00." in phone.html
    begin(cast)
    assert rows(cast)[0].state == "ready"
    assert any("dikirim nanti" in one for one in await listed(phone))
    cast.clock.at = rows(cast)[0].send_at
    begin(cast)
    assert (rows(cast)[0].state, rows(cast)[0].people) == ("sending", 60)
    assert json.loads(rows(cast)[0].words)["id"].count("Berlaku sampai 21 Desember 2026") == 1  # as it was seen


async def test_a_leader_has_at_most_two_that_wait(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    for _ in range(2):
        await proposed(cast, phone)
    await to_preview(phone)
    await phone.press("Kirim")
    assert "Dua info Anda masih menunggu diperiksa." in phone.html
    assert len(rows(cast)) == 2


async def test_a_picture_waits_and_is_seen_by_those_who_decide(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    made = BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")

    def work(connection: sa.Connection) -> None:
        now, said = cast.clock.at, json.dumps({"id": TEXT})
        alerts.put(connection, Alert("a" * 32, "31.74", RAWAJATI, "", said, now, now + DAY, picture=made.getvalue()))

    cast.service.desk.do(work).result()
    async with cast.client("sari") as sari:
        assert f"/konsol/peringatan/{'a' * 32}/gambar" in (await sari.get("/konsol/peringatan")).text
        assert (await sari.get(f"/konsol/peringatan/{'a' * 32}/gambar")).content == made.getvalue()
        assert (await sari.get(f"/konsol/peringatan/{'b' * 32}/gambar")).status_code == 404
    async with cast.client("rina") as rina:
        assert (await rina.get(f"/konsol/peringatan/{'a' * 32}/gambar")).status_code == 404


async def test_a_leaders_picture_is_stored_and_its_alert_waits_even_of_a_template(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    house, desk = cast.service.house, cast.service.desk
    query = sa.select(leader.c.person)
    person = desk.do(lambda connection: bytes(connection.execute(query).scalar_one())).result()
    body = sealed_under(house, "upload", b"a picture")
    desk.do(lambda connection: file.keep(connection, "upload", body, house.now() + HOUR)).result()
    files = [{"id": "upload", "kind": "photo"}]
    draft = {"code": RAWAJATI, "kelurahan": "Rawajati", "now": house.now(), "template": "magang", "files": files}
    args = {"draft": draft, "person": person.hex(), "to": ["web", "x"]}
    for id, said in (("e" * 32, "waiting"), ("e" * 32, "waiting"), ("f" * 32, "waiting"), ("g" * 32, "many")):
        assert propose(house, desk, Errand(PROPOSE, id, args)) == {"ok": True, "result": said}
    gone = {**args, "draft": {**draft, "files": [{"id": "gone", "kind": "photo"}]}}
    assert propose(house, desk, Errand(PROPOSE, "h" * 32, gone)) == {"ok": True, "result": "lost"}
    elsewhere = {**args, "draft": {**draft, "code": "31.72.01.1003"}}
    assert propose(house, desk, Errand(PROPOSE, "i" * 32, elsewhere)) == {"ok": True, "result": "revoked"}
    assert [bytes(row.picture) for row in rows(cast)] == [b"a picture"] * 2


async def test_a_leader_sends_a_picture_that_is_drawn_anew(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    for label in ("Kirim ke pelanggan di kelurahan", "Lowongan kerja luar negeri"):
        await phone.press(label)
    assert BUTTON in phone.html
    await send(phone, telling("JPEG"))
    assert "Untuk siapa?" in phone.html, phone.html
    await phone.press("Semua di Kelurahan Rawajati")
    assert "Gambar Anda, dan tulisan ini di bawahnya" in phone.html
    await phone.press("Kirim")
    assert "Menunggu diperiksa petugas" in phone.html
    (row,) = rows(cast)
    assert row.picture is not None and SECRET not in bytes(row.picture)
    uploads = sa.select(sa.func.count()).select_from(upload)
    assert cast.service.desk.do(lambda connection: connection.execute(uploads).scalar_one()).result() == 0


async def test_nobody_decided_so_it_expires_and_says_so(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    async with cast.client("wati") as wati:  # oversight: only what is late
        assert TEXT not in (await wati.get("/konsol/peringatan")).text
        (row,) = rows(cast)
        assert row.due_at is not None
        due = sa.update(alert).values(due_at=cast.clock.at - 60)
        cast.service.desk.do(lambda connection: connection.execute(due).rowcount).result()
        page = (await wati.get("/konsol/peringatan")).text
        assert TEXT in page and "terlambat" in page and "Setujui dan kirim" not in page
        assert (await post(wati, "/peringatan/putus", alert=id, verdict="ready")).status_code == 404
    cast.clock.at += 25 * HOUR
    watch(cast.service.house, cast.service.desk)
    (row,) = rows(cast)
    assert (row.state, row.chat) == ("expired", None)
    async with cast.client("sari") as sari:
        assert (await post(sari, "/peringatan/putus", alert=id, verdict="ready")).status_code == 409
    assert row_of(row, cast.clock.at)["state"] == "expired"


async def test_departures_near_are_for_whoever_is_on_call(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone, TEXT + " Ada yang berangkat besok.")
    (row,) = rows(cast)
    assert row.departing and row.due_at == cast.clock.at + 30 * 60
    async with cast.client("wati") as wati:  # the province's centre, awake on a Saturday
        assert "mungkin ada yang segera berangkat" in (await wati.get("/konsol/peringatan")).text
        assert (await post(wati, "/peringatan/putus", alert=id, verdict="ready")).status_code == 303


async def test_who_is_revoked_sends_nothing_any_more(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    await to_preview(phone)
    query = sa.select(leader.c.id)
    who = cast.service.desk.do(lambda connection: connection.execute(query).scalar_one()).result()
    async with cast.client("budi") as budi:
        assert (await post(budi, "/pengurus/cabut", leader=who)).status_code == 303
        assert (await post(budi, "/peringatan/putus", alert=id, verdict="ready")).status_code == 409
    await phone.press("Kirim")
    assert "Masa tugas Anda di sini sudah selesai." in phone.html
    (row,) = rows(cast)
    assert (row.state, row.leader, row.chat) == ("cancelled", None, None)


async def test_a_term_that_ends_while_it_waits_ends_it(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    over = sa.update(leader).values(term=cast.clock.at - 1)
    cast.service.desk.do(lambda connection: connection.execute(over).rowcount).result()
    async with cast.client("sari") as sari:
        assert (await post(sari, "/peringatan/putus", alert=id, verdict="ready")).status_code == 409


async def test_cancelled_corrected_and_retracted_by_its_writer(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    await proposed(cast, phone)
    await act(phone, "menunggu diperiksa", "Batalkan")
    assert "Sudah dibatalkan." in phone.html
    id = await proposed(cast, phone)
    async with cast.client("sari") as sari:
        await post(sari, "/peringatan/putus", alert=id, verdict="ready")
    begin(cast)
    await act(phone, ": dikirim", "Betulkan")
    await phone.post("Yang benar: cek dulu negara dan perusahaannya, lalu tanya Suar sebelum berangkat.")
    await phone.press("Kirim")
    child = next(row for row in rows(cast) if row.kind == "correction")
    assert (child.about, child.state) == (id, "waiting")
    assert child.due_at == cast.clock.at + 30 * 60
    await act(phone, ": dikirim", "Tarik kembali", "Ya, tarik")
    assert "Sudah ditarik." in phone.html
    withdrawn = next(row for row in rows(cast) if row.kind == "retraction")
    assert (withdrawn.about, withdrawn.state) == (id, "ready")
    said = json.loads(withdrawn.words)["id"]
    assert "tidak berlaku lagi" in said and "Berlaku sampai" not in said
    assert f'"{" ".join(TEXT.split()[:4])}' in said
    assert said.count("BERHENTI") == 1 and "STOP" not in said
    own = await listed(phone)
    assert len(set(own)) == len(own) == 3
    assert [one.startswith("Pembetulan") for one in own].count(True) == 1


async def listed(phone: Phone) -> list[str]:
    """What a leader sees of their own, by its buttons."""
    for label in ("Kirim ke pelanggan di kelurahan", "Yang sudah saya kirim"):
        await phone.press(label)
    return [one for one in buttons(phone.html) if " jam " in one]


async def test_a_correction_counts_those_who_got_the_first_and_are_here_still(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 22)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    async with cast.client("sari") as sari:
        await post(sari, "/peringatan/putus", alert=id, verdict="ready")
        begin(cast)

        def leave(connection: sa.Connection) -> None:
            connection.execute(sa.update(outbox).where(outbox.c.alert == id).values(state="sent"))
            persons = sa.select(subscription_rows.c.person).order_by(subscription_rows.c.person).limit(7)
            subscription.leave(connection, [bytes(one) for one in connection.execute(persons).scalars()])

        cast.service.desk.do(leave).result()
        await act(phone, ": dikirim", "Betulkan")
        await phone.post("Yang benar: cek dulu negara dan perusahaannya, lalu tanya Suar sebelum berangkat.")
        await phone.press("Kirim")
        page = (await sari.get("/konsol/peringatan")).text
        assert "<dd>kurang dari 20</dd>" in page and "<dd>15</dd>" not in page


async def test_what_is_corrected_twice_is_always_the_first(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    async with cast.client("budi") as budi:
        await post(budi, "/peringatan/putus", alert=id, verdict="ready")
        begin(cast)
        arrive = sa.update(outbox).values(state="sent")
        for about, key in ((id, "1" * 32), ("1" * 32, "2" * 32)):
            cast.service.desk.do(lambda connection: connection.execute(arrive).rowcount).result()
            assert (await post(budi, "/peringatan/betulkan", alert=about, key=key, text=TEXT)).status_code == 303
            begin(cast)
        assert (await post(budi, "/peringatan/jalan", alert="1" * 32, act="retract")).status_code == 409
        assert (await post(budi, "/peringatan/jalan", alert="2" * 32, act="retract")).status_code == 303
    assert [row.about for row in rows(cast) if row.kind != "alert"] == [id] * 3


async def act(phone: Phone, row: str, *labels: str) -> None:
    """Do something with one of the leader's own."""
    for label in ("Kirim ke pelanggan di kelurahan", "Yang sudah saya kirim"):
        await phone.press(label)
    await phone.press(next(one for one in buttons(phone.html) if row in one))
    for label in labels:
        await phone.press(label)


async def test_the_staff_hold_stop_correct_and_retract(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    async with cast.client("sari") as sari, cast.client("rina") as rina:
        await post(sari, "/peringatan/putus", alert=id, verdict="ready")
        begin(cast)
        page = (await sari.get("/konsol/peringatan")).text
        assert "<progress" in page and "Kiriman: 20." in page and "Tidak sampai" not in page
        refuse = sa.update(outbox).values(state="refused")
        cast.service.desk.do(lambda connection: connection.execute(refuse).rowcount).result()
        assert "Tidak sampai: 20." in (await sari.get("/konsol/peringatan")).text
        for name, state in (("pause", "paused"), ("resume", "preparing"), ("cancel", "cancelled")):
            assert (await post(rina, "/peringatan/jalan", alert=id, act=name)).status_code == 404
            assert (await post(sari, "/peringatan/jalan", alert=id, act=name)).status_code == 303
            assert rows(cast)[0].state == state
        assert (await post(sari, "/peringatan/jalan", alert=id, act="pause")).status_code == 409
        wrong = await post(sari, "/peringatan/betulkan", alert=id, text="Hubungi pak Anton di 0812-3456-7890")
        assert wrong.status_code == 422 and "nama orang" in wrong.text
        assert (await post(rina, "/peringatan/betulkan", alert=id, text=TEXT)).status_code == 404
        assert (await post(sari, "/peringatan/betulkan", alert=id, key="c" * 32, text=TEXT)).status_code == 303
        assert (await post(sari, "/peringatan/jalan", alert=id, act="retract")).status_code == 303
    assert sorted(row.kind for row in rows(cast)) == ["alert", "correction", "retraction"]


async def test_danger_now_is_a_coordinators(cast: Cast) -> None:
    form = {
        "key": "d" * 32,
        "kelurahan": RAWAJATI,
        "text": "Ada kebakaran besar. Menjauh dari pasar dan telepon 112 kalau melihat orang terjebak.",
    }
    async with cast.client("sari") as sari:
        assert "Peringatan bahaya sekarang" not in (await sari.get("/konsol/peringatan")).text
        assert (await post(sari, "/peringatan/bahaya", **form)).status_code == 404
    async with cast.client("budi") as budi:
        assert (await post(budi, "/peringatan/bahaya", **{**form, "kelurahan": "31.72.01.1003"})).status_code == 404
        assert (await post(budi, "/peringatan/bahaya", **{**form, "text": "x" * 601})).status_code == 422
        nowhere = await post(budi, "/peringatan/bahaya", **{**form, "kelurahan": ""})
        assert nowhere.status_code == 422 and "Pilih salah satu." in nowhere.text
        assert (await post(budi, "/peringatan/bahaya", **form)).status_code == 303
    (row,) = rows(cast)
    assert (row.danger, row.state, row.leader) == (True, "ready", None)
    assert json.loads(row.words)["id"].startswith("Info penting hari ini untuk warga Kelurahan Rawajati.")
    assert "The text is in Indonesian:\nAda kebakaran besar." in json.loads(row.words)["en"]
    assert 2 * DAY <= row.until - cast.clock.at < 3 * DAY


async def test_the_trail_names_the_area_and_never_the_words(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    async with cast.client("sari") as sari:
        await post(sari, "/peringatan/putus", alert=id, verdict="ready")
    said = cast.service.desk.do(
        lambda connection: list(connection.execute(sa.select(trail.c.content)).scalars())
    ).result()
    assert any(f"approved an alert for {RAWAJATI}" in one for one in said)
    assert not [one for one in said if "paspor" in one]


async def test_a_proposal_that_is_done_twice_is_stored_once(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 20)
    await linked(cast, phone)
    id = await proposed(cast, phone)
    (row,) = rows(cast)
    again = Alert(id, row.kota, row.kelurahan, "", row.words, row.made_at, row.until, leader=row.leader)
    assert cast.service.desk.do(partial(alerts.propose, one=again, most=2)).result() == "stored"
    assert len(rows(cast)) == 1
