"""Alerts in the chat on duty: told without their words, looked at, approved or returned by number."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from bot.alert_desks import deciders
from bot.alert_notices import notices, watch
from bot.service import Service
from content.routing import Reader, Role, Urgency, route
from handlers.forms import FORMS
from handlers.lead_forward import ADVERT, Advert
from models import alert as alerts
from models import duty, roster, subscription
from models.alert import Alert
from models.alert_tables import alert
from models.base import DAY, HOUR
from tests.databases import Sqlite
from tests.duty_chats import (
    MONDAY_NIGHT,
    MONDAY_NOON,
    RAWAJATI,
    TEXT,
    labels,
    lead,
    linked,
    only_in,
    propose,
    subscribed,
)
from tests.service import make_service, shelf, staffed
from tests.telegram_phone import Phone

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")


@pytest.fixture(autouse=True)
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of the night does not depend on this machine's clock."""
    monkeypatch.setattr("bot.alerts.is_quiet", lambda *_: False)


def state(service: Service) -> tuple[Any, ...]:
    query = sa.select(alert.c.state, alert.c.reason, alert.c.told)
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return tuple(connection.execute(query).one())


def tell(service: Service) -> None:
    """The clock's next run."""
    watch(service.house, service.desk)


def test_a_departure_is_told_at_once_and_approved_by_number(caseworker: Phone, rt: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    lead(service, rt)
    propose(rt)
    tell(service)
    told = caseworker.answer()
    assert told["text"].startswith("Info menunggu diperiksa: Kelurahan Rawajati. Mungkin ada yang segera berangkat.")
    assert "paspor" not in told["text"] and labels(told) == ["Periksa"]
    seen = caseworker.press("Periksa")
    assert TEXT in seen["text"] and "Suar - Kelurahan Rawajati" in seen["text"]
    assert "Sudah disetujui." in caseworker.say("1")["text"]
    assert state(service) == ("ready", "", True)
    tell(service)
    assert rt.answer()["text"] == "Info Anda untuk Kelurahan Rawajati sudah disetujui petugas dan dikirim."
    tell(service)
    assert "Tidak ada info yang menunggu" in caseworker.say("Periksa")["text"]


def test_it_is_returned_with_a_reason_that_its_writer_reads(caseworker: Phone, rt: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    lead(service, rt)
    propose(rt)
    assert TEXT in caseworker.say("periksa")["text"]
    assert "Pilih salah satu" in caseworker.say("nanti dulu")["text"]
    assert "Mengapa dikembalikan?" in caseworker.say("2")["text"]
    assert "Sudah dikembalikan." in caseworker.say("1")["text"]
    tell(service)
    assert rt.answer()["text"].endswith("Belum jelas. Tulis tanda bahayanya dengan kalimat pendek.")
    assert state(service)[0] == "refused"


def test_too_few_get_nothing_and_both_are_told(caseworker: Phone, rt: Phone, service: Service) -> None:
    """Two left between writing and approving."""
    linked(service, caseworker, "sari")
    lead(service, rt)
    propose(rt)
    gone = [str(number).encode().ljust(32, b"x") for number in range(2)]
    service.desk.do(lambda connection: subscription.leave(connection, gone)).result()
    caseworker.say("periksa")
    assert "Tidak dikirim. Pelanggan di wilayah itu belum sampai 20." in caseworker.say("1")["text"]
    tell(service)
    written = "Pelanggan di wilayah itu belum sampai 20, jadi belum bisa dikirim dari sini."
    assert rt.answer()["text"].endswith(written)
    assert state(service)[:2] == ("refused", "")  # it is said in the language of whoever reads it


@pytest.mark.parametrize(("about", "asked"), [(None, False), ("b" * 32, True)])
def test_only_of_a_correction_at_night_the_coordinator_is_named(
    about: str | None, asked: bool, caseworker: Phone, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.alerts.is_quiet", lambda *_: True)
    linked(service, caseworker, "sari")
    service.desk.do(subscribed).result()
    now = service.house.now()
    first = Alert("b" * 32, "31.74", RAWAJATI, "", "{}", now, now + DAY, state="done")
    service.desk.do(lambda connection: alerts.put(connection, first)).result()
    put(service, about=about, kind="correction" if about else "alert")
    caseworker.say("periksa")
    answer = caseworker.say("1")["text"]
    assert "Mulai dikirim jam 6 pagi." in answer and ("koordinator" in answer) is asked


def test_who_does_not_decide_sees_nothing_of_it(caseworker: Phone, rt: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    only_in(service, "sari", "ppapp-jakut")
    lead(service, rt)
    propose(rt)
    tell(service)
    assert "Tidak ada info yang menunggu" in caseworker.say("Periksa")["text"]
    assert [one for one in caseworker.heard() if "Rawajati" in one["text"]] == []


def test_a_picture_is_approved_in_the_console_alone(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    put(service, picture=b"a picture")
    seen = caseworker.say("Periksa")
    assert "Ada gambarnya." in seen["text"] and labels(seen)[0] == "Kembalikan"
    assert "Setujui" not in labels(seen)


def put(service: Service, **facts: Any) -> None:
    """An alert that waits, as the console or a leader made it."""
    now = service.house.now()
    one = Alert("a" * 32, "31.74", RAWAJATI, "", json.dumps({"id": TEXT}), now, now + DAY, due_at=now + HOUR, **facts)
    service.desk.do(lambda connection: alerts.put(connection, one)).result()


def test_somebody_else_was_first(caseworker: Phone, service: Service) -> None:
    linked(service, caseworker, "sari")
    put(service)
    caseworker.say("Periksa")
    decided = service.desk.do(
        lambda connection: alerts.decide(connection, "a" * 32, "budi", "refused", "x", service.house.now())
    )
    assert decided.result()
    assert "sudah diputuskan" in caseworker.say("1")["text"]
    assert state(service)[:2] == ("refused", "x")


@pytest.mark.parametrize(
    ("now", "departing", "told"),
    [(MONDAY_NOON, False, True), (MONDAY_NIGHT, False, False), (MONDAY_NIGHT, True, True), (MONDAY_NOON, True, True)],
)
def test_ordinary_ones_wait_for_the_morning(now: int, departing: bool, told: bool, sqlite: Sqlite) -> None:
    with sqlite.fresh() as url, make_service(url, lambda: now) as bare:
        service = staffed(bare)
        put(service, departing=departing)
        with service.house.engine.connect().execution_options(reading=True) as connection:
            (row,) = alerts.untold(connection)
            assert (notices(connection, service.house, row) is not None) is told
            assert duty.linked_in(connection, ["ppapp-jaksel"]) == []
        watch(service.house, service.desk)
        assert state(service)[2] is told


def test_who_decides(sqlite: Sqlite) -> None:
    directory, every = shelf().directory, frozenset(shelf().directory.queues)
    assert deciders(directory, "31.74", False, MONDAY_NOON, every) == {"ppapp-jaksel"}
    assert deciders(directory, "31.74", True, MONDAY_NIGHT, every) == {"ppapp-jaksel", "upt-pppa"}
    closed = every - {"ppapp-jaksel"}
    assert deciders(directory, "31.74", False, MONDAY_NOON, closed) == {directory.queues["ppapp-jaksel"].fallback}
    with sqlite.fresh() as url, make_service(url) as bare:
        service = staffed(bare)
        with service.house.engine.connect().execution_options(reading=True) as connection:
            assert roster.open_queues(connection) == every


@pytest.mark.parametrize(("soon", "told"), [(True, True), (False, False)])
def test_an_advert_of_people_who_leave_soon_is_read_by_whoever_is_awake(soon: bool, told: bool) -> None:
    draft = Advert(("Lowongan ini diteruskan.", "loker Kamboja"), "31.74", soon).dump()
    filing = FORMS[ADVERT](draft, shelf())
    way = route(shelf().directory, filing.facts, frozenset(shelf().directory.queues), night())
    assert way is not None and (Reader("upt-pppa", Role.AWAKE) in way.readers) is told
    assert filing.facts.urgency is (Urgency.HIGH if soon else Urgency.NORMAL)


def night() -> datetime:
    """Monday after midnight, when a Sudin sleeps."""
    return datetime.fromtimestamp(MONDAY_NIGHT, UTC)
