"""Subscriptions: only the choice is kept, one word leaves at once, silence ends it, and nothing leads to a report."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot import clock, posters, restore, subscribing
from bot.app import parts_of
from bot.duty import let_go
from bot.inbound import Inbound
from bot.service import Service
from bot.subscriptions import place_of
from content.processing import Address
from handlers.reading.place_candidates import kelurahan_at
from models import alert as alerts
from models import subscription
from models.alert_tables import alert as alert_rows
from models.alert_tables import subscription as table
from models.base import DAY, HOUR, insert
from models.channel_tables import ping
from models.subscription import STEPS, Subscription, reach, size_step
from models.tables import counter, file, item, outbox, person, reader, report
from tests.databases import Sqlite
from tests.service import make_service, shelf, staffed
from tests.subscriber_chat import PENJARINGAN, Chat, rows
from tests.subscribers import approved
from tests.telegram_phone import until
from tests.test_join import marks, values
from tests.web_chat import Clock

NOON = 1_790_053_200 // DAY * DAY + 5 * HOUR  # of Jakarta
KALIBATA = "31.74.08.1002"


@pytest.fixture
def now() -> Clock:
    return Clock(NOON)


@pytest.fixture
def service(database_url: str, now: Clock) -> Iterator[Service]:
    with make_service(database_url, now.now) as service:
        yield staffed(service)


@pytest.fixture
def wati(service: Service) -> Chat:
    return Chat(service)


def subscribers(service: Service) -> list[bytes]:
    return [bytes(row.person) for row in rows(service, sa.select(table.c.person).order_by(table.c.person))]


def deliveries(service: Service, *people: Chat, holder: str | None = None, alert: str = "a1") -> None:
    """Rows of an alert that waits for these people."""
    bare = {"address": None, "body": None, "bulk": True, "state": "waiting", "due": 0, "tries": 0, "holder": holder}
    made = [{**bare, "person": one.key, "channel": one.channel, "alert": alert} for one in people]
    service.desk.do(lambda connection: insert(connection, outbox, made)).result()


def waiting(service: Service, one: Chat) -> int:
    query = sa.select(outbox.c.id).where(outbox.c.person == one.key, outbox.c.alert.is_not(None))
    return len(rows(service, query))


def reached(service: Service, now: Clock) -> int:
    """For how many an alert to Penjaringan would be."""
    return service.desk.do(lambda c: subscription.count(c, PENJARINGAN, "", now.now())).result()


def on_whatsapp(service: Service, now: Clock) -> Chat:
    """Somebody who subscribed there."""
    wati = Chat(service, "whatsapp:+6281234567890", "whatsapp")
    sealed = service.house.keys.seal_field(wati.address.encode(), place_of(wati.key))
    one = Subscription(wati.key, "whatsapp", "id", sealed, PENJARINGAN, heard=now.now())
    service.desk.do(lambda connection: subscription.subscribe(connection, one)).result()
    return wati


def tend(service: Service) -> None:
    subscribing.tend(service.house, service.desk)


def test_only_the_choice_is_kept_and_one_sealed_address(wati: Chat, service: Service) -> None:
    assert "info wilayah dikirim ke chat ini" in wati.subscribe()
    (row,) = rows(service, sa.select(table))
    assert (row.kelurahan, row.rw, row.alerts, row.lessons) == (PENJARINGAN, "02", True, True)
    assert (row.channel, row.language, row.paused_until, row.asked) == ("telegram", "id", None, None)
    assert row.heard == service.house.now() // DAY * DAY
    assert bytes(row.person) == wati.key
    assert service.house.keys.open_field(bytes(row.address), place_of(wati.key)) == b"4001"
    assert b"4001" not in bytes(row.address)


def test_a_second_choice_takes_the_place_of_the_first(wati: Chat, service: Service) -> None:
    wati.subscribe()
    assert "Kelurahan Penjaringan, Penjaringan, RW 02; peringatan, dan pelajaran tiap minggu" in wati.say("langganan")
    wati.say("1")
    for text in ("kalibata", "1", "1", "1"):
        wati.say(text)
    wati.say("1")
    (row,) = rows(service, sa.select(table))
    assert (row.kelurahan, row.rw, row.alerts, row.lessons) == (KALIBATA, "", True, False)


@pytest.mark.parametrize("word", ["BERHENTI", "stop", "Keluar!", "berhenti langganan"])
def test_one_word_leaves_at_once_with_whatever_waits(word: str, wati: Chat, service: Service) -> None:
    budi = Chat(service, "4002")
    wati.subscribe()
    budi.subscribe()
    deliveries(service, wati, budi)
    wati.send(word)
    assert subscribers(service) == [budi.key]
    assert (waiting(service, wati), waiting(service, budi)) == (0, 1)


@pytest.mark.parametrize("place", ["menu", "bantuan", "langganan", "nomor"])
def test_it_leaves_from_wherever_no_story_is_told(place: str, wati: Chat, service: Service) -> None:
    wati.subscribe()
    wati.say(place)
    wati.send("berhenti")
    assert subscribers(service) == []


def test_in_the_middle_of_a_story_it_ends_the_talk_only(wati: Chat, service: Service) -> None:
    wati.subscribe()
    deliveries(service, wati)
    wati.say("cerita ke petugas")
    wati.say("1")
    said = wati.say("BERHENTI")
    assert "kita berhenti di sini" in said and "Info wilayah tetap dikirim." in said
    assert (subscribers(service), waiting(service, wati)) == ([wati.key], 1)
    assert "info wilayah tidak kami kirim lagi" in wati.say("BERHENTI")
    assert (subscribers(service), waiting(service, wati)) == ([], 0)
    assert "tanpa Anda minta" in wati.say("BERHENTI")


def test_who_gets_nothing_hears_nothing_of_it_when_a_talk_ends(wati: Chat) -> None:
    wati.say("cerita ke petugas")
    assert "Info wilayah" not in wati.say("STOP")


def test_hapus_and_a_chat_that_is_gone_end_it_too(wati: Chat, service: Service) -> None:
    budi = Chat(service, "4002")
    wati.subscribe()
    budi.subscribe()
    deliveries(service, wati, budi)
    wati.say("hapus")
    wati.send("1")
    until(lambda: subscribers(service) == [budi.key])
    let_go(service.house, service.desk, budi.key)
    assert (subscribers(service), waiting(service, wati), waiting(service, budi)) == ([], 0, 0)


def test_who_subscribed_under_a_number_leaves_under_the_id_that_came_later(service: Service, now: Clock) -> None:
    wati = Chat(service, "whatsapp:+6281234567890", "whatsapp")
    one = Subscription(wati.key, "whatsapp", "id", b"sealed", PENJARINGAN, heard=now.now())
    service.desk.do(lambda connection: subscription.subscribe(connection, one)).result()
    id = service.house.keys.person_key("whatsapp", "ID.1")
    service.desk.hear(Inbound("whatsapp", "x1", f"{wati.address}|{now.now()}", "stop", person=id)).result()
    until(lambda: subscribers(service) == [])


def test_what_a_sender_holds_is_left_to_the_sender(wati: Chat, service: Service) -> None:
    wati.subscribe()
    deliveries(service, wati, holder="somebody")
    wati.send("berhenti")
    assert (subscribers(service), waiting(service, wati)) == ([], 1)


def test_a_month_of_rest_and_on_again(wati: Chat, service: Service, now: Clock) -> None:
    wati.subscribe(rw="")
    deliveries(service, wati)
    assert reached(service, now) == 1
    assert "selama 1 bulan" in wati.say("jeda 1 bulan")
    assert (reached(service, now), waiting(service, wati)) == (0, 0)
    assert "sedang istirahat" in wati.say("langganan")
    assert "dikirim lagi" in wati.say("lanjut")
    assert reached(service, now) == 1
    wati.say("JEDA")
    now.at += 31 * DAY
    assert reached(service, now) == 1
    assert subscribers(service) == [wati.key]


WAITING = {  # what waits for somebody of Penjaringan, RW 02, who wanted warnings and lessons
    "kelurahan": {"kelurahan": PENJARINGAN},
    "rw": {"kelurahan": PENJARINGAN, "rw": "02"},
    "kecamatan": {"kelurahan": PENJARINGAN[:8]},
    "kota": {"kelurahan": PENJARINGAN[:5]},
    "weekly": {"kelurahan": "", "kind": "lesson"},
    "topic": {"kelurahan": PENJARINGAN[:5], "topic": "lessons"},
    "mends": {"kelurahan": PENJARINGAN, "kind": "correction", "about": "kelurahan"},
}


def wait_for(service: Service, who: Chat) -> None:
    """Deliveries of all of these."""
    for id, facts in WAITING.items():
        row = approved(id, service.house.now(), **facts)
        service.desk.do(partial(alerts.put, one=row)).result()
        deliveries(service, who, alert=id)


def waits(service: Service, who: Chat) -> set[str]:
    """What still waits for somebody."""
    query = sa.select(outbox.c.alert).where(outbox.c.person == who.key, outbox.c.alert.is_not(None))
    return {row.alert for row in rows(service, query)}


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({}, set(WAITING)),  # the same again
        ({"rw": "07"}, set(WAITING) - {"rw"}),
        ({"kelurahan": "31.72.01.1002"}, {"kecamatan", "kota", "weekly", "topic", "mends"}),
        ({"kelurahan": KALIBATA}, {"weekly", "mends"}),
        ({"lessons": False}, set(WAITING) - {"weekly", "topic"}),
        ({"alerts": False}, {"weekly", "topic", "mends"}),
    ],
    ids=["same", "rw", "beside", "away", "warnings", "lessons"],
)
def test_whoever_chooses_anew_gets_nothing_of_the_choice_before(
    chosen: dict[str, Any], left: set[str], wati: Chat, service: Service
) -> None:
    budi = Chat(service, "4002")
    wati.subscribe()
    budi.subscribe()
    wait_for(service, wati)
    deliveries(service, budi, alert="kelurahan")

    def change(connection: sa.Connection) -> None:
        before = subscription.of_persons(connection, [wati.key])[wati.key]
        subscription.subscribe(connection, replace(before, **chosen))

    service.desk.do(change).result()
    assert (waits(service, wati), waits(service, budi)) == (left, {"kelurahan"})


def test_whoever_moves_in_the_talk_gets_nothing_of_the_kelurahan_they_left(wati: Chat, service: Service) -> None:
    wati.subscribe()
    wait_for(service, wati)
    wati.say("langganan")
    for text in ("1", "kalibata", "1", "1", "1", "1"):
        wati.say(text)
    assert waits(service, wati) == {"mends"}


def test_whoever_rests_is_still_told_that_something_was_wrong(wati: Chat, service: Service) -> None:
    wati.subscribe()
    wait_for(service, wati)
    wati.say("jeda 1 bulan")
    assert waits(service, wati) == {"mends"}
    wati.say("BERHENTI")
    assert waits(service, wati) == set()


def test_what_waits_after_a_choice_is_what_its_people_are_meant_by(sqlite: Sqlite) -> None:
    """The audience of an alert, and what stays for somebody who has just chosen, are the same."""
    areas, units = (PENJARINGAN, PENJARINGAN[:8], PENJARINGAN[:5], KALIBATA, "31.72.01.1002"), ("", "02")
    kept = [
        Subscription(f"{n}".encode(), "telegram", "id", b"", code, rw, bool(n % 2), n % 3 > 0)
        for n, (code, rw) in enumerate((c, r) for c in (PENJARINGAN, KALIBATA) for r in (*units, "07"))
    ]
    with sqlite.fresh() as url, make_service(url) as service:
        now = service.house.now()
        made = [
            approved(f"{area}-{rw}-{topic}", now, kelurahan=area, rw=rw, topic=topic)
            for area in areas
            for rw in units
            for topic in ("alerts", "lessons")
        ]

        def work(connection: sa.Connection) -> None:
            for row in made:
                alerts.put(connection, row)
            for one in kept:
                subscription.subscribe(connection, one)
                fits = set(connection.execute(sa.select(alert_rows.c.id).where(subscription.fits(one))).scalars())
                meant = {row.id for row in made if who(connection, row.kelurahan, row.rw, row.topic, one.person)}
                assert fits == meant

        service.desk.do(work).result()


def who(connection: sa.Connection, area: str, rw: str, topic: Any, person: bytes) -> bool:
    """Whether somebody belongs to an audience."""
    query = sa.select(table.c.person).where(*subscription.audience(area, rw, NOON, topic), table.c.person == person)
    return connection.execute(query).first() is not None


def test_a_rest_of_somebody_who_gets_nothing_is_no_rest(wati: Chat, service: Service) -> None:
    assert "Ada yang bisa kami bantu?" in wati.say("jeda")
    assert subscribers(service) == []


def test_after_a_year_of_silence_they_are_asked_once_by_day_and_then_let_go(
    wati: Chat, service: Service, now: Clock
) -> None:
    budi = Chat(service, "4002")
    wati.subscribe()
    budi.subscribe()
    now.at += 364 * DAY
    tend(service)
    assert (wati.answer(), budi.answer()) == ("", "")
    now.at += 2 * DAY + 12 * HOUR  # midnight in Jakarta
    tend(service)
    assert wati.answer() == ""
    now.at += 8 * HOUR
    tend(service)
    tend(service)
    question = "Masih mau menerima info dari kami? Balas apa saja. Kalau tidak dijawab, kami berhenti mengirim."
    assert (wati.answer(), budi.answer()) == (question, question)
    assert (wati.answer(), budi.answer()) == ("", "")
    asked(service)
    now.at += 2 * DAY
    wati.say("ya")
    now.at += 29 * DAY
    purge(service, now)
    assert subscribers(service) == [wati.key]
    tend(service)
    assert wati.answer() == ""


def purge(service: Service, now: Clock) -> None:
    """What the clock does every hour."""
    clock.purge(parts_of(service), now.now(), service.house.shelf.terms.keep_days)


def test_after_a_restore_nobody_is_sent_anything_before_they_say_so_again(
    wati: Chat, service: Service, now: Clock
) -> None:
    budi = Chat(service, "4002")
    wati.subscribe(rw="")
    budi.subscribe(rw="")
    now.at += 2 * DAY
    restore.purge(parts_of(service))
    tend(service)
    assert (reached(service, now), wati.answer()[:10], budi.answer()[:10]) == (0, "Masih mau ", "Masih mau ")
    asked(service)
    now.at += DAY
    wati.say("ya")
    tend(service)
    assert (reached(service, now), wati.answer()) == (1, "")
    now.at += 31 * DAY
    purge(service, now)
    assert subscribers(service) == [wati.key]


def test_what_was_written_before_a_restore_is_no_answer(wati: Chat, service: Service, now: Clock) -> None:
    """A backup of the morning, put back at noon: in between they may have left."""
    wati.subscribe(rw="")
    restore.purge(parts_of(service))
    tend(service)
    tend(service)
    assert (wati.answer()[:10], reached(service, now)) == ("Masih mau ", 0)
    wati.say("ya")
    tend(service)
    assert reached(service, now) == 1


def test_who_cannot_be_asked_after_a_restore_rests_until_they_answer(service: Service, now: Clock) -> None:
    wati = on_whatsapp(service, now)
    service.house.pushes.approved = {("whatsapp", "alert", "id"): "HX1"}
    restore.purge(parts_of(service))
    for days in (32, 29, 300):
        tend(service)
        now.at += days * DAY
        purge(service, now)
        assert (wati.answer(), reached(service, now), subscribers(service)) == ("", 0, [wati.key])
    service.house.pushes.approved = {("whatsapp", "still", "id"): "HX2"}
    tend(service)
    assert (wati.answer()[:10], reached(service, now)) == ("Masih mau ", 0)
    wati.say("ya")
    tend(service)
    assert reached(service, now) == 1


def test_a_question_that_was_dropped_unsent_is_asked_again(wati: Chat, service: Service, now: Clock) -> None:
    wati.subscribe()
    now.at += 366 * DAY
    tend(service)
    assert wati.answer().startswith("Masih mau")
    for days in (2, 31):  # no sender is there
        now.at += days * DAY
        purge(service, now)
        assert (wati.answer(), subscribers(service)) == ("", [wati.key])
        tend(service)
        assert wati.answer().startswith("Masih mau")
    asked(service)
    now.at += 2 * DAY
    purge(service, now)
    tend(service)
    assert (wati.answer(), subscribers(service)) == ("", [wati.key])
    now.at += 29 * DAY
    purge(service, now)
    assert subscribers(service) == []


def test_a_subscription_outlives_the_row_of_its_person(wati: Chat, service: Service, now: Clock) -> None:
    wati.subscribe()
    now.at += 40 * DAY
    purge(service, now)
    assert rows(service, sa.select(person.c.key)) == []
    assert subscribers(service) == [wati.key]
    assert "Kelurahan Penjaringan" in wati.say("langganan")


def test_who_writes_now_and_then_is_never_asked(wati: Chat, service: Service, now: Clock) -> None:
    wati.subscribe()
    for _ in range(3):
        now.at += 200 * DAY
        wati.say("halo")
        tend(service)
        assert wati.answer() == ""
    (heard,) = rows(service, sa.select(table.c.heard))
    assert heard[0] == now.now() // DAY * DAY


def test_where_nobody_can_be_asked_the_asking_waits(service: Service, now: Clock) -> None:
    wati, approved = on_whatsapp(service, now), service.house.pushes
    now.at += 366 * DAY
    tend(service)
    now.at += 31 * DAY
    purge(service, now)
    assert (wati.answer(), subscribers(service)) == ("", [wati.key])
    approved.approved = {("whatsapp", "still", "en"): "HX1"}
    tend(service)
    assert wati.answer() == ""  # not in their language
    approved.approved = {("whatsapp", "still", "id"): "HX2"}
    tend(service)
    assert wati.answer().startswith("Masih mau menerima info dari kami?")
    now.at += 31 * DAY
    subscribing_ends(service, now)
    assert subscribers(service) == [wati.key]  # Meta has taken its approval back: the question never left
    asked(service)
    subscribing_ends(service, now)
    assert subscribers(service) == []


def asked(service: Service) -> None:
    """What waits was sent."""
    service.desk.do(lambda connection: connection.execute(sa.update(outbox).values(state="sent"))).result()


def subscribing_ends(service: Service, now: Clock) -> None:
    """Whoever was asked and has not answered is let go of."""
    subscribing.purge(
        lambda work: service.desk.do(work).result(), now.now(), service.house.shelf.terms.keep_days["asked"]
    )


def test_a_kelurahan_of_a_link_fills_in_the_question_and_no_report(wati: Chat, service: Service) -> None:
    linked = shelf().gazetteer.by_code(PENJARINGAN)
    assert linked is not None
    came = {"places": (kelurahan_at(linked, 100),)}
    assert "Tautan ini dari Kelurahan Penjaringan" in wati.say("/start", **came)
    assert "Kelurahan Penjaringan, Penjaringan?" in wati.say("langganan")
    assert "Kelurahan apa?" in wati.say("2")
    wati.say("menu")
    wati.say("/start", **came)
    for text in ("cerita ke petugas", "1", "2", "1 4"):
        said = wati.say(text)
    assert "Di mana?" in said and "Penjaringan" not in said
    wati.say("tidak tahu")
    assert "Kode Anda" in wati.say("1")
    (one,) = rows(service, sa.select(report.c.kelurahan, report.c.kota))
    assert one.kelurahan is None


def test_the_text_of_a_link_is_nobody_s_story(wati: Chat) -> None:
    address = posters.whatsapp(Address("whatsapp", "+62 812 3456 7890"), PENJARINGAN)
    assert address == "https://wa.me/6281234567890?text=Halo%20Suar%20%2831.72.01.1001%29"
    text = unquote(address.partition("text=")[2])
    assert "Tautan ini dari Kelurahan Penjaringan" in wati.say(text)
    assert "Kelurahan Penjaringan, Penjaringan?" in wati.say("langganan")
    for said in ("menu", "cerita ke petugas", "1", "2", "1 4 pintunya digembok"):
        wati.say(said)
    menu = wati.say(text)
    assert "Ada yang bisa kami bantu?" in menu and "Tautan ini" not in menu
    assert "Tulisan Anda kami simpan sebentar" in menu


def test_words_behind_the_text_of_a_link_are_heard_without_it(wati: Chat) -> None:
    said = wati.say(f"Halo Suar ({PENJARINGAN}) ada rumah yang dikunci dari luar, orangnya berganti-ganti")
    assert "Tentang siapa?" in said or "Apakah masih terjadi?" in said
    assert "31.72" not in said and "Penjaringan" not in said


def test_0_lainnya_leads_there_with_the_kelurahan_of_the_link(wati: Chat) -> None:
    linked = shelf().gazetteer.by_code(PENJARINGAN)
    assert linked is not None
    wati.say("/start", places=(kelurahan_at(linked, 100),))
    wati.say("0")
    assert "Kelurahan Penjaringan, Penjaringan?" in wati.say("6")
    assert "seluruh kelurahan saja" in wati.say("1")


def test_no_subscription_leads_to_a_report(wati: Chat, service: Service) -> None:
    wati.subscribe()
    for text in ("cerita ke petugas", "1", "2", "1 4", "kalibata", "1", "1"):
        said = wati.say(text)
    assert "Kode Anda" in said
    of_case, of_person = (report, reader, item, file, ping), (table, person, outbox)
    cases, people = (asyncio.run(values(service, some)) for some in (of_case, of_person))
    assert cases["report.id"] and people["subscription.person"]
    assert not marks(people) & marks(cases)
    assert [one for one in people["subscription.heard"] if one % DAY] == []


def test_an_affected_person_is_offered_nothing_of_it(wati: Chat, service: Service) -> None:
    wati.say("cerita ke petugas")
    wati.say("2")
    said = [wati.say("1"), wati.say("langganan"), wati.say("jeda")]
    assert not [one for one in said if "wilayah" in one or "LANGGANAN" in one]
    assert subscribers(service) == []


def test_a_choice_that_cannot_be_kept_can_be_tried_again(
    wati: Chat, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> dict[str, bool]:
        raise ValueError

    kept = service.runner.errands["subscribe"]
    service.runner.errands["subscribe"] = fails
    assert "belum berhasil" in wati.subscribe()
    assert subscribers(service) == []
    service.runner.errands["subscribe"] = kept
    assert "dikirim ke chat ini" in wati.say("1")
    assert subscribers(service) == [wati.key]


def many(service: Service, number: int, start: int = 0) -> None:
    """So many subscribers of Penjaringan."""
    one = Subscription(b"", "telegram", "id", b"sealed", PENJARINGAN, heard=NOON)

    def work(connection: sa.Connection) -> None:
        for each in range(start, start + number):
            subscription.subscribe(connection, replace(one, person=each.to_bytes(32, "big")))

    service.desk.do(work).result()


def test_a_leader_learns_a_step_once_a_day_and_never_a_number(service: Service, now: Clock) -> None:
    def look() -> int:
        return service.desk.do(lambda c: reach(c, PENJARINGAN, "", now.now())).result()

    many(service, 19)
    assert look() == 0
    many(service, 1, start=19)
    assert look() == 0
    now.at += DAY
    assert look() == 20
    gone = [each.to_bytes(32, "big") for each in range(5)]
    service.desk.do(lambda connection: subscription.leave(connection, gone)).result()
    assert look() == 20
    now.at += DAY
    assert look() == 0
    purge(service, now)
    assert [row.count for row in rows(service, sa.select(counter))] == [0]


@given(st.integers(0, 200_000))
def test_a_step_says_no_more_than_at_least(people: int) -> None:
    step = size_step(people)
    assert step in {0, *STEPS} and step <= people
    assert (step == 0) == (people < STEPS[0])
    assert not [one for one in STEPS if step < one <= people]
