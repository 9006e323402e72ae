"""Subscribers on WhatsApp: pictures of alerts, this week's lesson behind something else, the question after a year."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image

from bot import outbox, series, subscribing
from bot.alert_frames import framed, picture_of, read_as, unasked
from bot.app import make_app
from bot.channels.whatsapp_address import Reach
from bot.console.alert_rows import looks
from bot.inbound import Inbound
from bot.service import Service
from bot.subscriptions import answerable_place, place_of
from content.shelf import Say
from handlers.subscribe import KEEP
from handlers.talk import Errand
from handlers.weekly import lessons
from models import subscription
from models.alert_tables import subscription as table
from models.base import DAY, HOUR
from models.subscription import Subscription
from models.tables import outbox as rows
from tests.service import shelf
from tests.subscribers import PLUIT, WORDS, approve, enrol
from tests.test_broadcast_channels import created, office, write_all
from tests.test_whatsapp_unasked import look_again
from tests.twilio_server import Fault, Twilio
from tests.whatsapp_phone import CREATE, WATI, Phone, column, states

__all__ = ["office"]  # a fixture
pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")
OFFERED = "Pelajaran Anda minggu ini sudah ada, kira-kira tiga menit saja:"
FAR, NEAR = "whatsapp:+62811000001", "whatsapp:+62811000002"


def picture() -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


# Pictures


@pytest.fixture
def two(office: Service) -> Service:
    """One who has written today, and one who has not."""
    enrol(office.desk, "whatsapp", [FAR, str(Reach(NEAR, office.house.now() + 3_600))])
    approve(office.desk, danger=True, picture=picture())
    return office


def sent(twilio: Twilio, to: str) -> list[dict[str, Any]]:
    """What went to one person."""
    return [one for one in created(twilio) if one["To"] == to]


def fetched(service: Service, address: str) -> httpx.Response:
    """What whoever opens an address gets."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=make_app(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(httpx.URL(address).path)

    return asyncio.run(get())


def test_a_picture_comes_before_its_words_in_the_day_and_as_a_link_after_it(two: Service, twilio: Twilio) -> None:
    assert write_all(two) == 2
    link = picture_of(two.house, "a1")
    first, second = sent(twilio, NEAR)
    assert (first["MediaUrl"], second["Body"]) == (link, WORDS["id"])
    (late,) = sent(twilio, FAR)
    assert json.loads(late["ContentVariables"]) == {"1": " ".join(WORDS["id"].split()), "2": link}
    found = fetched(two, link)
    assert (found.status_code, found.headers["content-type"], found.content) == (200, "image/jpeg", picture())


def test_where_only_the_words_are_approved_they_go_without_the_picture(two: Service, twilio: Twilio) -> None:
    twilio.content.judge("pending", only="suar_alert_picture")
    look_again(two)
    write_all(two)
    (late,) = sent(twilio, FAR)
    assert list(json.loads(late["ContentVariables"])) == ["1"]
    assert len(sent(twilio, NEAR)) == 2


def test_a_picture_that_twilio_does_not_take_leaves_its_link(two: Service, twilio: Twilio) -> None:
    twilio.faults.append((CREATE, Fault("21620")))
    subscription_of_far(two)
    write_all(two)
    bodies = [one["Body"] for one in sent(twilio, NEAR) if "Body" in one]
    assert bodies == [picture_of(two.house, "a1"), WORDS["id"]]


def subscription_of_far(service: Service) -> None:
    """Only one of the two is left."""
    person = service.house.keys.person_key("whatsapp", FAR)
    service.desk.do(lambda connection: subscription.leave(connection, [person])).result()


@pytest.mark.parametrize(("fault", "state"), [("429", "waiting"), ("500", "waiting"), ("drop", "uncertain")])
def test_a_fault_before_the_picture_repeats_neither_it_nor_its_words(
    fault: str, state: str, two: Service, twilio: Twilio
) -> None:
    subscription_of_far(two)
    twilio.faults.append((CREATE, Fault(fault)))
    write_all(two)
    assert states(two) == [state]
    due = sa.update(rows).values(due=0)
    two.desk.do(lambda connection: connection.execute(due)).result()
    write_all(two)
    assert len(twilio.chats[NEAR]) <= 2


def test_the_preview_is_what_goes_out(two: Service, twilio: Twilio) -> None:
    line = unasked(two.house, framed(WORDS["id"], "id"), "a1", "whatsapp")
    write_all(two)
    (late,) = (one for one in twilio.messages.values() if one.to == FAR)
    assert late.text == read_as(line, shelf()) and picture_of(two.house, "a1") in late.text
    assert looks(two.house, WORDS, ("whatsapp",), "a1")["looks"] == {"WhatsApp": late.text}
    two.house.pushes.approved = {}
    assert "Gambarnya" not in looks(two.house, WORDS, ("whatsapp",), "a1")["looks"]["WhatsApp"]
    bare = framed(WORDS["id"], "id")
    assert unasked(two.house, replace(bare, variables=("x" * 800,)), "a1", "whatsapp").template == bare.template


def test_a_link_shows_nothing_before_an_alert_goes_out_and_after_it_is_taken_back(two: Service) -> None:
    link = picture_of(two.house, "a1")
    assert fetched(two, link).status_code == 404
    write_all(two)
    assert fetched(two, link).status_code == 200
    assert fetched(two, picture_of(two.house, "a9")).status_code == 404
    approve(two.desk, "a2", kind="correction", about="a1", danger=True, words='{"id": "Ralat."}', picture=picture())
    assert fetched(two, link).status_code == 404
    write_all(two)
    assert fetched(two, picture_of(two.house, "a2")).status_code == 200
    now = two.house.now() + 1
    approve(two.desk, "a3", kind="retraction", about="a1", danger=True, words='{"id": "Dicabut."}', made_at=now)
    assert fetched(two, picture_of(two.house, "a2")).status_code == 404


# Their day


def wrote(service: Service, address: str, now: int, text: str = "halo") -> None:
    """Somebody writes."""
    key = service.house.keys.person_key("whatsapp", address)
    came = Inbound("whatsapp", f"{address}{now}{text}", str(Reach.of(address, now)), text, person=key)
    assert not service.desk.hear(came).result().repeated


def kept(service: Service, address: str) -> tuple[str, str | None]:
    """What is kept of where a subscriber is reached, opened."""
    keys, key = service.house.keys, service.house.keys.person_key("whatsapp", address)
    (one,) = service.desk.do(lambda c: list(subscription.of_persons(c, [key]).values())).result()
    sealed = None if one.answerable is None else bytes(one.answerable)
    bare = keys.open_field(bytes(one.address), place_of(key)).decode()
    return bare, keys.open_field(sealed, answerable_place(key)).decode() if sealed else None


def test_who_subscribed_long_ago_and_wrote_today_gets_free_words(office: Service, twilio: Twilio) -> None:
    enrol(office.desk, "whatsapp", [FAR, NEAR])
    wrote(office, NEAR, office.house.now() - 3_600)
    office.desk.do(lambda connection: connection.execute(sa.delete(rows))).result()  # the greeting
    approve(office.desk, danger=True)
    assert write_all(office) == 2
    (near,), (far,) = sent(twilio, NEAR), sent(twilio, FAR)
    assert near["Body"] == WORDS["id"] and "ContentSid" not in near
    assert "ContentSid" in far


def test_of_a_last_word_the_hour_is_kept_sealed_and_no_longer_than_it_opens_anything(office: Service) -> None:
    now = office.house.now() // DAY * DAY + 5 * HOUR + 17 * 60
    enrol(office.desk, "whatsapp", [FAR], heard=now)
    wrote(office, FAR, now)
    assert kept(office, FAR) == (FAR, f"{FAR}|{now // HOUR * HOUR + DAY}")
    for days, left in ((1, True), (2, False)):
        office.desk.do(partial(subscription.forget_answerable, now=now + days * DAY)).result()
        assert (kept(office, FAR)[1] is not None) is left
    assert NEAR not in str(column(office, table.c.answerable))


def test_who_has_not_subscribed_and_who_leaves_leave_nothing(office: Service) -> None:
    now = office.house.now()
    enrol(office.desk, "whatsapp", [FAR])
    wrote(office, NEAR, now)
    assert column(office, table.c.answerable) == [None]
    wrote(office, FAR, now, "berhenti")
    assert column(office, table.c.answerable) == []


def test_a_choice_keeps_the_number_and_the_hour_apart(office: Service) -> None:
    key, now = office.house.keys.person_key("whatsapp", FAR), office.house.now()
    where = {"person": key.hex(), "to": ["whatsapp", str(Reach.of(FAR, now))]}
    chosen = {"kelurahan": PLUIT, "rw": "", "alerts": True, "lessons": False, "language": "id"}
    subscribing.keep(office.house, office.desk, Errand(KEEP, "e1", {**where, **chosen}))
    assert kept(office, FAR) == (FAR, f"{FAR}|{(now + DAY) // 60 * 60 // HOUR * HOUR}")


# The question after a year


def test_they_are_asked_by_the_approved_message_and_wait_for_it(office: Service, twilio: Twilio) -> None:
    twilio.content.judge("pending", only="suar_still")
    look_again(office)
    enrol(office.desk, "whatsapp", [FAR], heard=office.house.now() - 366 * DAY)
    noon(office)
    write_all(office)
    assert created(twilio) == []
    twilio.content.judge("approved")
    look_again(office)
    noon(office)
    write_all(office)
    (asked,) = (one for one in twilio.messages.values() if one.to == FAR)
    assert "Masih mau menerimanya? Balas apa saja." in asked.text and asked.approved
    noon(office)
    assert write_all(office) == 0


def test_a_question_whose_approval_is_gone_waits_without_a_try(office: Service, twilio: Twilio) -> None:
    enrol(office.desk, "whatsapp", [FAR], heard=office.house.now() - 366 * DAY)
    noon(office)
    twilio.content.judge("paused")
    look_again(office)
    for _ in range(outbox.TRIES + 1):
        write_all(office)
        office.desk.do(lambda connection: connection.execute(sa.update(rows).values(due=0))).result()
    assert (states(office), created(twilio)) == (["waiting"], [])
    late = office.house.now() + 60 * DAY
    subscribing.purge(lambda work: office.desk.do(work).result(), late, 30)
    assert len(column(office, table.c.heard)) == 1


def noon(service: Service) -> None:
    """The clock asks, whatever the hour of this machine."""
    rules = service.house.shelf.broadcast
    awake = replace(service.house.shelf, broadcast=replace(rules, quiet_from=rules.quiet_until))
    subscribing.tend(replace(service.house, shelf=awake), service.desk)


# This week's lesson


def test_a_subscriber_who_writes_is_offered_this_week_s_lesson_once(
    wati: Phone, plain: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "week_of", lambda rules, now: 1_700_000_000)
    keys = plain.house.keys
    key = keys.person_key("whatsapp", WATI)
    row = Subscription(key, "whatsapp", "id", keys.seal_field(WATI.encode(), place_of(key)), PLUIT, lessons=True)
    plain.desk.do(lambda connection: subscription.subscribe(connection, row)).result()
    assert OFFERED not in wati.say("halo")
    assert OFFERED not in wati.say("nomor penting")
    title = shelf().text(Say(f"lesson.{lessons(shelf())[0].id}.title"))
    assert f"{OFFERED}\n{title}\n" in wati.say("menu")
    wati.say("nomor penting")
    assert OFFERED not in wati.say("menu")
    assert column(plain, table.c.lesson) == [1]
