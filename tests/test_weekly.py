"""This week's lesson in a talk on WhatsApp: once a week, behind something light, and never beside a story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot import broadcast, series
from bot.service import Service
from content.queues import WIB
from content.shelf import Say
from handlers.flows import FLOWS
from handlers.weekly import LIGHT, lessons
from models import subscription
from models.alert_tables import alert
from models.alert_tables import subscription as table
from models.base import DAY, HOUR
from models.subscription import Subscription
from models.tables import outbox
from tests.locked_screen import LOCKED_SCREEN
from tests.service import make_service, shelf, staffed
from tests.subscriber_chat import PENJARINGAN, Chat, rows
from tests.web_chat import Clock

SATURDAY = int(datetime(2026, 11, 21, 10, tzinfo=WIB).timestamp())
NUMBER = "whatsapp:+6281200000001"
OFFERED = "Pelajaran Anda minggu ini"


@pytest.fixture
def now() -> Clock:
    return Clock(SATURDAY)


@pytest.fixture
def service(database_url: str, now: Clock) -> Iterator[Service]:
    with make_service(database_url, now.now) as service:
        yield staffed(service)


@pytest.fixture
def wati(service: Service) -> Chat:
    """Wants the weekly lesson, on WhatsApp."""
    return enrolled(service)


def enrolled(
    service: Service, channel: str = "whatsapp", address: str = "whatsapp:+6281200000001", **more: Any
) -> Chat:
    """Somebody who subscribed to lessons."""
    one = Chat(service, address, channel)
    row = replace(Subscription(one.key, channel, "id", b"sealed", PENJARINGAN, lessons=True), **more)
    service.desk.do(lambda connection: subscription.subscribe(connection, row)).result()
    return one


def light(one: Chat) -> str:
    """Look up a number, and go back to the menu."""
    one.say("nomor penting")
    return one.say("menu")


def had(service: Service) -> list[int]:
    """How many of the series each has had."""
    return [row.lesson for row in rows(service, sa.select(table.c.lesson).order_by(table.c.person))]


def test_it_comes_once_a_week_in_the_order_of_the_series(wati: Chat, service: Service, now: Clock) -> None:
    titles = [shelf().text(Say(f"lesson.{one.id}.title")) for one in lessons(shelf())]
    for week in range(3):
        assert titles[week] in light(wati)
        assert OFFERED not in light(wati)
        now.at += 5 * DAY
        assert OFFERED not in light(wati)
        now.at += 2 * DAY
    assert had(service) == [3]


def test_the_day_before_the_next_one_there_is_none(wati: Chat, now: Clock) -> None:
    now.at += 6 * DAY
    assert OFFERED not in light(wati)
    now.at += DAY - 2 * HOUR
    assert OFFERED not in light(wati)
    now.at += HOUR
    assert OFFERED in light(wati)


def test_a_greeting_is_not_the_end_of_anything(wati: Chat) -> None:
    assert OFFERED not in wati.say("halo")
    assert OFFERED not in wati.say("apa kabar")
    assert OFFERED in light(wati)


def test_it_stands_behind_the_words_that_a_talk_ends_with(service: Service) -> None:
    service.house.pushes.alerts = ("whatsapp",)
    wati = Chat(service, NUMBER, "whatsapp")
    said = wati.subscribe()
    assert said.index("info wilayah dikirim ke chat ini") < said.index(OFFERED)
    assert OFFERED not in light(wati)


def test_a_rest_is_an_end_of_its_own(wati: Chat) -> None:
    assert OFFERED not in wati.say("jeda")
    assert OFFERED not in light(wati)
    assert OFFERED not in wati.say("lanjut")
    wati.say("privasi")
    assert OFFERED in wati.say("menu")


@pytest.mark.parametrize(
    "talk",
    [
        ("cerita ke petugas", "menu"),
        ("cerita ke petugas", "1", "2", "1 4", "menu"),
        ("cerita ke petugas", "1", "2", "1 4", "tidak tahu", "1", "SUDAH", "menu"),
        ("kode", "menu"),
        ("saya disekap di mess, hp mau diambil", "0"),
        ("nomor penting", "teman saya dipukul sekarang juga"),
        ("hapus", "1"),
        ("langganan", "4"),
    ],
    ids=" ".join,
)
def test_never_beside_a_story_a_code_danger_or_a_farewell(talk: tuple[str, ...], wati: Chat, service: Service) -> None:
    for text in talk:
        wati.send(text)
        while said := wati.answer():
            assert OFFERED not in said
    assert sum(had(service)) == 0


def test_who_wants_none_pauses_or_has_had_all_gets_none(service: Service) -> None:
    none = enrolled(service, address="whatsapp:+6281200000002", lessons=False)
    rests = enrolled(service, address="whatsapp:+6281200000003", paused_until=SATURDAY + 9 * DAY)
    done = enrolled(service, address="whatsapp:+6281200000004", lesson=len(lessons(shelf())))
    stranger = Chat(service, "whatsapp:+6281200000005", "whatsapp")
    elsewhere = enrolled(service, "telegram", "4001")
    for one in (none, rests, done, stranger, elsewhere):
        assert OFFERED not in light(one)


def test_two_messages_at_once_offer_it_once(wati: Chat, service: Service) -> None:
    wati.say("nomor penting")
    wati.send("menu")
    wati.send("menu")
    said = []
    while one := wati.answer():
        said.append(one)
    assert sum(OFFERED in one for one in said) == 1
    assert had(service) == [1]


def test_who_has_just_done_that_lesson_has_had_it(wati: Chat, service: Service) -> None:
    lesson = lessons(shelf())[0]
    wati.say("belajar")
    wati.say(shelf().text(Say(f"learn.topic.{lesson.topic}")))
    said = wati.say(shelf().text(Say(f"lesson.{lesson.id}.title")))
    for _ in range(len(lesson.cards) + len(lesson.quiz) + 1):
        assert OFFERED not in said
        said = wati.say("1")
    assert OFFERED not in said and had(service) == [1]


def test_on_telegram_it_goes_out_by_itself_and_on_whatsapp_it_does_not(
    wati: Chat, service: Service, now: Clock
) -> None:
    enrolled(service, "telegram", "4001")
    service.house.pushes.alerts = ("telegram", "whatsapp")
    broadcast.run(service.house, service.desk)
    found = rows(service, sa.select(outbox.c.channel).where(outbox.c.alert.is_not(None)))
    assert [row.channel for row in found] == ["telegram"]
    service.house.pushes.alerts = ("whatsapp",)
    now.at += 7 * DAY
    broadcast.run(service.house, service.desk)
    assert len(rows(service, sa.select(alert.c.id))) == 1


@given(hours=st.integers(0, 24 * 60))
def test_a_week_begins_with_its_lesson_and_lasts_for_its_days(hours: int) -> None:
    rules, at = shelf().broadcast, SATURDAY + hours * HOUR
    week = series.week_of(rules, at)
    if week is None:
        return
    begun = datetime.fromtimestamp(week, WIB)
    assert (begun.isoweekday(), begun.time()) == (rules.weekday, rules.at)
    assert timedelta(0) <= datetime.fromtimestamp(at, WIB) - begun < timedelta(days=rules.days)


def test_light_talks_are_talks_that_gather_nothing() -> None:
    assert FLOWS.keys() >= LIGHT
    assert not [name for name in LIGHT if FLOWS[name].parks or FLOWS[name].tells or FLOWS[name].covers]


def test_a_locked_screen_shows_nothing_of_the_lesson() -> None:
    for language in shelf().languages:
        for one in lessons(shelf()):
            title = shelf().text(Say(f"lesson.{one.id}.title"), language)
            said = shelf().text(Say("subscribe.weekly", {"title": title}), language)
            assert said.index(title) >= LOCKED_SCREEN, title
