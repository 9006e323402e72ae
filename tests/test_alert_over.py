"""Notices of alerts in chats on duty: they say who decided, where they stand, as soon as somebody has."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot import alert_over
from bot.alert_notices import watch
from bot.service import Service
from models import duty
from models.alert_tables import alert, alert_notice
from tests.duty_chats import lead, linked, propose
from tests.telegram_phone import Phone, buttons, until
from tests.telegram_server import Fault, Telegram

pytest_plugins = ("tests.telegram_suar",)
pytestmark = pytest.mark.usefixtures("no_telegram_pauses")
WAITS = "Info menunggu diperiksa: Kelurahan Rawajati."
OVER = "Info untuk Kelurahan Rawajati.\n\n"


@pytest.fixture
def caseworker(caseworker: Phone, service: Service) -> Phone:
    linked(service, caseworker, "sari")
    return caseworker


@pytest.fixture
def colleague(colleague: Phone, service: Service) -> Phone:
    linked(service, colleague, "budi")
    return colleague


@pytest.fixture
def rt(rt: Phone, service: Service, caseworker: Phone, colleague: Phone) -> Phone:
    """A leader whose alert waits, and both have been told."""
    lead(service, rt)
    propose(rt)
    watch(service.house, service.desk)
    for one in (caseworker, colleague):
        assert one.answer()["text"].startswith(WAITS)
    until(lambda: len(kept(service)) == 2)
    return rt


def kept(service: Service) -> list[bool]:
    """Of each notice, whether it says what became of its alert."""
    with service.house.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(alert_notice.c.changed)).scalars())


def tell(service: Service) -> None:
    """The clock's next run."""
    alert_over.change(service.house, service.desk)


def notice(phone: Phone) -> str:
    """What stands where it was said that an alert waits."""
    return next(str(one["text"]) for one in phone.all() if one["text"].startswith((WAITS, OVER.strip())))


def test_who_approved_reads_it_and_a_colleague_reads_that_it_is_done(
    rt: Phone, caseworker: Phone, colleague: Phone, service: Service
) -> None:
    tell(service)
    assert notice(caseworker).startswith(WAITS)
    caseworker.press("Periksa")
    caseworker.say("1")
    tell(service)
    until(lambda: notice(colleague) == f"{OVER}Disetujui oleh rekan Anda.")
    until(lambda: notice(caseworker) == f"{OVER}Sudah Anda setujui.")
    assert not [one for one in colleague.heard() if buttons(one) and "Rawajati" in one["text"]]
    tell(service)
    assert kept(service) == [True, True]


def test_two_taps_of_two_people_decide_once(rt: Phone, caseworker: Phone, colleague: Phone, service: Service) -> None:
    caseworker.press("Periksa")
    colleague.press("Periksa")
    assert "Sudah disetujui" in caseworker.say("1")["text"]
    assert "sudah diputuskan" in colleague.say("1")["text"]
    tell(service)
    until(lambda: notice(colleague) == f"{OVER}Disetujui oleh rekan Anda.")


@pytest.mark.parametrize(
    ("state", "by", "said"),
    [
        ("refused", "budi", "Dikembalikan oleh rekan Anda."),
        ("refused", "sari", "Sudah Anda kembalikan."),
        ("expired", None, "Tidak ada yang memutuskan tepat waktu. Infonya tidak dikirim."),
        ("cancelled", None, "Sudah ditarik."),
        ("cancelled", "sari", "Sudah Anda setujui."),
        ("done", "budi", "Disetujui oleh rekan Anda."),
    ],
)
def test_each_end_has_its_words(
    state: str, by: str | None, said: str, rt: Phone, caseworker: Phone, service: Service
) -> None:
    ended = sa.update(alert).values(state=state, decided_by=by)
    service.desk.do(lambda connection: connection.execute(ended)).result()
    tell(service)
    until(lambda: notice(caseworker) == f"{OVER}{said}")


@pytest.mark.parametrize("fault", ["429", "502", "drop"])
def test_an_edit_that_fails_is_tried_again(
    fault: str, rt: Phone, caseworker: Phone, colleague: Phone, service: Service, telegram: Telegram
) -> None:
    rt.do(lambda: telegram.faults.append(("editMessageText", Fault(fault))))
    caseworker.press("Periksa")
    caseworker.say("2")
    caseworker.say("1")
    tell(service)
    until(
        lambda: (
            (notice(caseworker), notice(colleague))
            == (f"{OVER}Sudah Anda kembalikan.", f"{OVER}Dikembalikan oleh rekan Anda.")
        )
    )


def test_a_notice_that_was_deleted_there_and_a_chat_that_is_linked_no_more_get_nothing(
    rt: Phone, caseworker: Phone, colleague: Phone, service: Service, telegram: Telegram
) -> None:
    telegram.chats[5001].messages.clear()
    service.desk.do(lambda connection: duty.unlink(connection, "budi")).result()
    service.desk.do(lambda connection: connection.execute(sa.update(alert).values(state="expired"))).result()
    tell(service)
    until(lambda: [method for method, _ in telegram.calls].count("editMessageText") == 1)
    assert kept(service) == [True]
    assert caseworker.all() == [] and notice(colleague).startswith(WAITS)


def test_a_chat_that_moved_leaves_what_stands_in_the_old_one(
    rt: Phone, caseworker: Phone, colleague: Phone, service: Service, telegram: Telegram
) -> None:
    """The old telephone may be somebody else's by now; the new chat never had the words."""
    new = Phone(telegram, id=5004)
    linked(service, new, "sari")
    service.desk.do(lambda connection: connection.execute(sa.update(alert).values(state="expired"))).result()
    tell(service)
    until(lambda: notice(colleague).startswith(OVER))
    assert notice(caseworker).startswith(WAITS)
    assert not [one for one in new.all() if "Rawajati" in one["text"]]
    assert kept(service) == [True]


def test_where_a_notice_stands_is_sealed_and_goes_with_its_alert(rt: Phone, service: Service) -> None:
    with service.house.engine.connect().execution_options(reading=True) as connection:
        rows = connection.execute(sa.select(alert_notice.c.staff, alert_notice.c.sealed)).all()
    assert {row.staff for row in rows} == {"sari", "budi"}
    assert not any(b"500" in bytes(row.sealed) for row in rows)
    service.desk.do(lambda connection: connection.execute(sa.delete(alert))).result()
    assert kept(service) == []
