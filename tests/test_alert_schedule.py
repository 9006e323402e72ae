"""Alerts for tomorrow from a leader's chat, what is said of the night, and a leader who is revoked meanwhile."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot import broadcast as broadcasting
from bot.alert_needs import row_of
from bot.alert_notices import watch
from bot.alerts import decide_by
from bot.revoking import revoke
from bot.service import Service
from handlers.alert_draft import AlertDraft, morning
from models import alert as alerts
from models.alert import Alert
from models.alert_tables import alert
from models.base import DAY, HOUR
from models.leader_tables import leader
from models.tables import outbox
from tests.databases import Sqlite
from tests.duty_chats import MONDAY_NIGHT, MONDAY_NOON, RAWAJATI, lead, linked, subscribed
from tests.service import make_service, shelf, staffed
from tests.subscribers import approved
from tests.telegram_phone import Phone
from tests.web_chat import Clock

TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor. Tanya Suar dulu."
OVER = "Masa tugas Anda di sini sudah selesai. Info yang masih menunggu tidak dikirim."
pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")


@pytest.fixture
def quiet(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether people sleep, whatever this machine's clock says."""
    asleep = bool(request.param)
    monkeypatch.setattr("bot.alerts.is_quiet", lambda *_: asleep)
    return asleep


def write(phone: Phone, when: str) -> str:
    """An own text, sent now or tomorrow; what is said to it."""
    for label in ("Kirim ke pelanggan di kelurahan", "Tulis sendiri"):
        phone.press(label)
    phone.say(TEXT)
    phone.press("Tanpa gambar")
    phone.press("Semua di Kelurahan Rawajati")
    return str(phone.press(when)["text"])


def rows(service: Service) -> list[Any]:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(alert).order_by(alert.c.made_at, alert.c.id)))


def tomorrow(service: Service) -> int:
    return morning(service.house.now(), service.house.shelf)


def test_a_template_for_tomorrow_is_planned_and_taken_back(rt: Phone, service: Service) -> None:
    lead(service, rt)
    for label in ("Kirim ke pelanggan di kelurahan", "Lowongan kerja luar negeri", "Tanpa gambar"):
        rt.press(label)
    rt.press("Semua di Kelurahan Rawajati")
    said = rt.press("Kirim besok 07.00")["text"]
    assert "Mulai dikirim" in said and "jam 07.00." in said
    (row,) = rows(service)
    assert (row.state, row.send_at) == ("ready", tomorrow(service))
    rt.press("Kirim ke pelanggan di kelurahan")
    rt.press("Yang sudah saya kirim")
    (mine,) = [
        one["text"] for line in rt.newest()["reply_markup"]["inline_keyboard"] for one in line if " jam " in one["text"]
    ]
    assert mine.endswith("dikirim nanti")
    assert "Sebelum itu masih bisa dibatalkan." in rt.press(mine)["text"]
    assert "Sudah dibatalkan." in rt.press("Batalkan")["text"]
    assert rows(service)[0].state == "cancelled"


@pytest.mark.parametrize("quiet", [False, True], indirect=True)
def test_its_writer_is_told_when_an_approved_one_goes_out(
    caseworker: Phone, rt: Phone, service: Service, quiet: bool
) -> None:
    linked(service, caseworker, "sari")
    lead(service, rt)
    assert "Menunggu diperiksa petugas." in write(rt, "Kirim besok 07.00")
    (row,) = rows(service)
    assert row.send_at == tomorrow(service) and row.due_at <= row.send_at
    caseworker.say("periksa")
    answer = caseworker.say("1")["text"]
    assert re.search(r"Sudah disetujui\. Mulai dikirim \d+ \w+ \d{4} jam 07\.00\.", answer), answer
    assert "jam 6 pagi" not in answer
    watch(service.house, service.desk)
    assert "sudah disetujui petugas. Mulai dikirim" in rt.answer()["text"]


@pytest.mark.parametrize("quiet", [True], indirect=True)
def test_at_night_it_is_said_that_it_waits_for_the_morning(
    caseworker: Phone, rt: Phone, service: Service, quiet: bool
) -> None:
    linked(service, caseworker, "sari")
    lead(service, rt)
    write(rt, "Kirim")
    caseworker.say("periksa")
    answer = caseworker.say("1")["text"]
    assert "Sudah disetujui. Mulai dikirim jam 6 pagi." in answer and "koordinator" not in answer
    watch(service.house, service.desk)
    assert rt.answer()["text"].endswith("sudah disetujui petugas. Mulai dikirim jam 6 pagi.")
    begun = sa.update(alert).values(state="sending", people=20)
    service.desk.do(lambda connection: connection.execute(begun).rowcount).result()
    rt.say("pengurus")
    for label in ("Kirim ke pelanggan di kelurahan", "Yang sudah saya kirim"):
        rt.press(label)
    (mine,) = [
        one["text"] for line in rt.newest()["reply_markup"]["inline_keyboard"] for one in line if " jam " in one["text"]
    ]
    for label in (mine, "Tarik kembali"):
        rt.press(label)
    assert "diberi tahu mulai jam 6 pagi" in rt.press("Ya, tarik")["text"]


def end(service: Service) -> bool:
    """The Sudin revokes the leader of Rawajati."""
    house, id = service.house, sa.select(leader.c.id)

    def work(connection: sa.Connection) -> bool:
        return revoke(connection, house, connection.execute(id).scalar_one(), [RAWAJATI])

    return service.desk.do(work).result()


def test_who_is_revoked_is_told_at_once_and_nothing_of_theirs_goes_out(rt: Phone, service: Service) -> None:
    lead(service, rt)
    write(rt, "Kirim")
    rt.press("Poster")
    assert end(service)
    assert rt.answer()["text"] == OVER
    (row,) = rows(service)
    assert (row.state, row.leader, row.chat) == ("cancelled", None, None)
    watch(service.house, service.desk)
    before = len(rt.heard())
    assert "Kartu peringatan" not in rt.say("halo")["text"]
    assert len(rt.heard()) == before + 1  # no second word of the same


def test_who_subscribes_is_told_there_and_nobody_else_can_be(rt: Phone, service: Service) -> None:
    lead(service, rt)
    for said in ("menu", "langganan", "rawajati", "1", "1", "1", "1"):
        rt.say(said)
    assert end(service)
    assert rt.answer()["text"] == OVER


def test_whose_chat_nobody_knows_is_not_told(rt: Phone, service: Service) -> None:
    lead(service, rt)
    last = sa.select(sa.func.max(outbox.c.id))
    before = service.desk.do(lambda connection: connection.execute(last).scalar_one()).result()
    assert end(service)
    assert service.desk.do(lambda connection: connection.execute(last).scalar_one()).result() == before
    assert "Masa tugas Anda di sini sudah selesai." in rt.press("Poster")["text"]  # when they come back


def test_what_mends_a_wrong_outlives_its_leader(sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_service(url, lambda: MONDAY_NOON) as service:
        made: dict[str, dict[str, Any]] = {
            "wrong": {"state": "done", "people": 20},
            "plan": {},
            "asks": {"state": "waiting", "kind": "correction"},
        }
        made |= {"says": {"kind": "retraction"}, "mends": {"kind": "correction"}}

        def work(connection: sa.Connection) -> None:
            for id, facts in made.items():
                about = {"about": "wrong"} if "kind" in facts else {}
                own = {name: value for name, value in facts.items() if name != "people"}
                alerts.put(connection, approved(id, MONDAY_NOON, leader="l", **own, **about))
            alerts.cancel_of_leader(connection, ["l"])

        service.desk.do(work).result()
        states = {row.id: row.state for row in rows(service)}
    assert states == {"wrong": "done", "plan": "cancelled", "asks": "cancelled", "says": "ready", "mends": "ready"}


@pytest.mark.parametrize(
    ("now", "departing", "send_at", "due"),
    [
        (MONDAY_NOON, False, 0, MONDAY_NOON + 2 * HOUR),
        (MONDAY_NOON, False, MONDAY_NOON + HOUR, MONDAY_NOON + HOUR),
        (MONDAY_NIGHT, True, MONDAY_NIGHT + 8 * HOUR, MONDAY_NIGHT + HOUR // 2),
    ],
)
def test_the_clock_of_whoever_decides_is_never_later_than_the_sending(
    now: int, departing: bool, send_at: int, due: int
) -> None:
    draft = AlertDraft(departing=departing, send_at=send_at)
    assert decide_by(shelf(), draft, now) == due


def test_a_leader_sees_what_was_planned_and_what_came_too_late(sqlite: Sqlite) -> None:
    clock = Clock(MONDAY_NOON)
    with sqlite.fresh() as url, make_service(url, clock.now) as bare:
        service = staffed(bare)
        words = json.dumps({"id": TEXT})
        one = Alert("a", "31.74", RAWAJATI, "", words, MONDAY_NOON, MONDAY_NOON + 3 * DAY, state="ready", leader="l")
        service.desk.do(lambda connection: alerts.put(connection, planned(one))).result()
        (row,) = rows(service)
        assert (row_of(row, clock.now())["state"], row_of(row, clock.now())["send_at"]) == ("later", row.send_at)
        clock.at = MONDAY_NOON + 4 * DAY
        broadcasting.run(service.house, service.desk)
        (row,) = rows(service)
        assert (row.state, row_of(row, clock.now())["state"]) == ("expired", "missed")


def planned(one: Alert) -> Alert:
    """For the next morning."""
    return replace(one, send_at=morning(one.made_at, shelf()))


def test_tomorrow_begins_at_midnight_of_jakarta() -> None:
    for hour in range(24):
        found = morning(MONDAY_NOON + hour * HOUR, shelf())
        assert found == MONDAY_NOON + 19 * HOUR + (DAY if hour >= 12 else 0)


def test_a_chat_opens_what_waits_for_a_whole_kota(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    service.desk.do(subscribed).result()
    now = service.house.now()
    one = Alert(
        "b" * 32, "31.74", "31.74", "", json.dumps({"id": TEXT}), now, now + DAY, due_at=now + HOUR, author="budi"
    )
    own = Alert("c" * 32, "31.74", "31.74", "", json.dumps({"id": TEXT}), now, now + DAY, due_at=now + 1, author="sari")
    for row in (one, own):
        service.desk.do(partial(alerts.put, one=row)).result()
    seen = caseworker.say("periksa")["text"]
    assert "Info untuk pelanggan di Jakarta Selatan:" in seen  # never their own, though it is due sooner
    assert "Sudah disetujui." in caseworker.say("1")["text"]
    assert {row.id[0]: row.state for row in rows(service)} == {"b": "ready", "c": "waiting"}
    assert "Tidak ada info yang menunggu" in caseworker.say("periksa")["text"]
