"""An affected person's report is filed early and grows by itself; the talk leaves nothing that anybody could see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot import clock
from bot.batch import body_of
from bot.codes import code_salt, derive
from bot.sealing import info_report, unpad, unseal, unwrap_for_code
from content.shelf import Say
from handlers.affected import Affected
from handlers.family import Family
from handlers.talk import Place
from models.tables import item, outbox, reader, report
from models.tables import person as persons
from tests import tally
from tests.databases import Databases
from tests.service import shelf
from tests.tally import NOON, Clock, Office, down, key_of, keys, office, place_kept, seat_at, until, words

WORDS = "ktp saya dipegang bos, pintu dikunci"
PASS_ON = Place("affected", "pass_on", Affected(words=(WORDS,)).dump(), 3)
REVIEW = Place(
    "family",
    "review",
    Family(
        words=("adik saya hilang kontak",), region="jakarta", kota="31.74", abroad="no", contact="0812 3333 4444"
    ).dump(),
    9,
)
MINUTE = 60
PARKED = words("front.watched")
LAPSED = words("front.lapsed")
HELLO = words("menu.hello")


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh(tally.staffed) as url:
        yield url


@pytest.fixture
def here(url: str, time: Clock) -> Iterator[Office]:
    with office(url, now=time) as here:
        seat_at(here.desk, "siti", place=PASS_ON)
        yield here


def rows(engine: Engine, table: sa.Table) -> list[Any]:
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(table)))


def step(here: Office, who: str = "siti") -> str:
    place = place_kept(here.engine, who)
    return f"{place.flow}.{place.step}" if place else ""


def tell(here: Office, text: str, then: str) -> None:
    """Write a message, and wait for the step that follows once it is stored."""
    tally.say(here.desk, "siti", text)
    until(lambda: step(here) == then)


def pass_on(here: Office) -> None:
    tell(here, "boleh", "affected.under18")


def said(engine: Engine, who: str = "siti") -> list[dict[str, Any]]:
    """Every line that was said to somebody, in order."""
    bodies = (row.body for row in sorted(rows(engine, outbox), key=lambda row: row.id) if row.person == key_of(who))
    return [json.loads(keys().open_field(body, body_of(key_of(who)))) for body in bodies]


def told(here: Office, code: str) -> list[Any]:
    """The words of the one report, opened with its code."""
    (row,) = rows(here.engine, report)
    private = unwrap_for_code(derive(code.split(), code_salt(keys().pepper)).key, row.code_wrap, row.id)
    parts = sorted(rows(here.engine, item), key=lambda part: part.seq)
    return [json.loads(unpad(unseal(private, part.body, info_report(row.id, part.id)))) for part in parts]


def code_kept(here: Office) -> str:
    place = place_kept(here.engine, "siti")
    return str(place.draft.get("code", "")) if place else ""


# Filed early


def test_a_yes_files_at_once_for_the_centre_and_oversight_and_nobody_else(here: Office) -> None:
    pass_on(here)
    (row,) = rows(here.engine, report)
    assert (row.urgency, row.questions, row.kota, row.child) == ("immediate", "affected/1", "unknown", "unknown")
    assert {one.queue for one in rows(here.engine, reader)} == {"upt-pppa", "pengawas"}
    assert told(here, code_kept(here)) == [{"about": "self", "words": [WORDS], "place": ""}]


def test_answers_are_added_and_known_in_clear_and_readers_stay(here: Office) -> None:
    pass_on(here)
    before = rows(here.engine, reader)
    tell(here, "tidak", "affected.where")
    tell(here, "lewati", "affected.happening")
    tell(here, "1 6", "affected.officials")
    tell(here, "2", "affected.who")
    tell(here, "1", "affected.police")
    tell(here, "jangan ke polisi dulu", "affected.code")
    (row,) = rows(here.engine, report)
    assert (row.child, row.officials, row.state, row.urgency) == ("no", "police", "diterima", "immediate")
    assert rows(here.engine, reader) == before
    story, *later = told(here, code_kept(here))
    assert story["words"] == [WORDS]
    assert [one["answers"] for one in later] == [
        [{"child": "no"}],
        [{"happening": ["kept_in", "official"]}],
        [{"officials": ["police"]}],
        [{"who": "woman"}],
        [{"wishes": ["no_police"]}],
    ]
    assert {one.kind for one in rows(here.engine, item)} == {"story", "told"}


def test_a_place_is_known_in_clear_as_soon_as_it_is_chosen(here: Office) -> None:
    pass_on(here)
    place = place_kept(here.engine, "siti")
    assert place is not None
    draft = {**place.draft, "found": ["31.75.05", "31.75.05.1005"]}
    seat_at_again(here, Place("affected", "which", draft, 9))
    tell(here, "2", "affected.happening")
    (row,) = rows(here.engine, report)
    assert (row.kota, row.kelurahan) == ("31.75", "31.75.05.1005")


def seat_at_again(here: Office, place: Place) -> None:
    """Let siti stand somewhere else in her talk."""
    with here.engine.begin() as connection:
        connection.execute(sa.delete(persons))
    seat_at(here.desk, "siti", place=place)


def test_what_the_report_has_taken_does_not_stay_in_the_talk(here: Office) -> None:
    pass_on(here)
    place = place_kept(here.engine, "siti")
    assert place is not None
    assert WORDS not in json.dumps(place.dump())


def test_no_transaction_holds_the_person_and_the_case(here: Office) -> None:
    with tally.logged(here.engine) as log:
        pass_on(here)
        tell(here, "tidak", "affected.where")
    touched = [{name for name in CASE | PERSON if f" {name} " in f"{' '.join(one)} "} for one in log.transactions]
    assert any(one & CASE for one in touched) and any(one & PERSON for one in touched)
    assert [one for one in touched if one & CASE and one & PERSON] == []


CASE, PERSON = frozenset({"report", "reader", "item"}), frozenset({"person", "inbound", "outbox"})


def test_what_is_written_while_it_is_stored_is_added_too(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as here:
        seat_at(here.desk, "siti", place=PASS_ON)
        tally.say(here.desk, "siti", "boleh")
        receipt = tally.say(here.desk, "siti", "saya di lantai dua")
        assert (receipt.row, receipt.waits) == (None, True)
        place = place_kept(here.engine, "siti")
        assert place is not None and place.errand is not None
        here.desk.start_errands = here.runner.start
        here.runner.submit(key_of("siti"), place.errand)
        until(lambda: step(here) == "affected.under18")
        assert told(here, code_kept(here))[1] == {"answers": [{"words": ["saya di lantai dua"]}]}


def test_an_answer_that_could_not_be_stored_goes_with_the_next_one(here: Office) -> None:
    pass_on(here)
    with here.engine.begin() as connection:
        (row,) = connection.execute(sa.select(report)).all()
        hide(connection, row.id, "gone")
    tell(here, "tidak", "affected.where")
    assert words("affected.not_added") in said(here.engine)[-1]["texts"]
    with here.engine.begin() as connection:
        hide(connection, "gone", row.id)
    tell(here, "depan terminal", "affected.happening")
    assert told(here, code_kept(here))[-1] == {"answers": [{"child": "no"}, {"place_words": ["depan terminal"]}]}


def hide(connection: Connection, old: str, new: str) -> None:
    """Let a report be under another id, with its words and readers left behind where the engine allows it."""
    row = connection.execute(sa.select(report).where(report.c.id == old)).mappings().one()
    connection.execute(sa.insert(report).values({**row, "id": new, "locator": new.encode()}))
    for table in (reader, item):
        connection.execute(sa.update(table).where(table.c.report == old).values(report=new))
    connection.execute(sa.delete(report).where(report.c.id == old))
    connection.execute(sa.update(report).where(report.c.id == new).values(locator=row["locator"]))


def test_a_crash_right_after_the_yes_loses_nothing(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "siti", place=PASS_ON)
        tally.say(dies.desk, "siti", "boleh")
    time.at += clock.LEFT_ALONE + 1
    with office(url, now=time) as next_:
        clock.finish_errands(next_.parts)
        until(lambda: step(next_) == "affected.under18")
        assert len(rows(next_.engine, report)) == 1


def test_a_filing_that_took_too_long_ends_unseen(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "siti", place=PASS_ON)
        tally.say(dies.desk, "siti", "boleh")
    time.at += 4 * MINUTE
    with office(url, now=time) as next_:
        clock.finish_errands(next_.parts)
        until(lambda: rows(next_.engine, report) and step(next_) == "")
        assert said(next_.engine) == []
        tally.say(next_.desk, "siti", "halo")
        assert said(next_.engine)[0]["texts"][0] == HELLO


def test_who_must_go_while_it_is_stored_is_filed_all_the_same(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "siti", place=PASS_ON)
        tally.say(dies.desk, "siti", "boleh")
        tally.say(dies.desk, "siti", "0")
        assert [line["texts"] for line in said(dies.engine)] == [[PARKED]]
    time.at += clock.LEFT_ALONE + 1
    with office(url, now=time) as next_:
        clock.finish_errands(next_.parts)
        until(lambda: step(next_) == "")
        assert len(rows(next_.engine, report)) == 1
        assert len(said(next_.engine)) == 1


def test_nothing_is_stored_but_the_draft_before_a_yes(here: Office) -> None:
    for text in ("jangan dulu", "tidak", "depan terminal", "1"):
        tally.say(here.desk, "siti", text)
    assert step(here) == "affected.who"
    assert [tally.rows(here.engine, table) for table in (report, reader, item)] == [0, 0, 0]
    tell(here, "teruskan sekarang", "affected.who")
    story = told(here, code_kept(here))[0]
    assert (story["place_words"], story["happening"]) == (["depan terminal"], ["kept_in"])


def test_a_failure_keeps_every_word_and_says_so(here: Office) -> None:
    with tally.before(here.engine, "INSERT INTO report", broken):
        tell(here, "boleh", "affected.pass_on")
    not_filed = shelf().text(Say("affected.not_filed", {"call": Say("affected.call.here")}))
    assert not_filed in said(here.engine)[-1]["texts"]
    pass_on(here)
    assert told(here, code_kept(here))[0]["words"] == [WORDS]


def broken(connection: Connection) -> None:
    raise ValueError("a fault that trying again does not mend")


def test_a_database_that_is_away_for_a_moment_is_tried_again(here: Office, time: Clock) -> None:
    with tally.before(here.engine, "INSERT INTO report", down):
        tally.say(here.desk, "siti", "boleh")
        until(lambda: not here.runner.busy)
    time.at += clock.LEFT_ALONE + 1
    clock.finish_errands(here.parts)
    until(lambda: step(here) == "affected.under18")
    assert len(rows(here.engine, report)) == 1


# Parked


@pytest.mark.parametrize("clock_came", [True, False])
def test_three_minutes_of_silence_park_it_without_a_trace(here: Office, time: Clock, clock_came: bool) -> None:
    pass_on(here)
    time.at += 3 * MINUTE + 1
    if clock_came:
        clock.expire(here.parts)
        (row,) = rows(here.engine, persons)
        assert (row.place, row.place_until, row.lapsed) == (None, None, False)
    tally.say(here.desk, "siti", "1")
    assert said(here.engine)[-1]["texts"][0] == HELLO
    assert LAPSED not in json.dumps(said(here.engine))
    assert len(rows(here.engine, report)) == 1


def test_within_three_minutes_it_goes_on(here: Office, time: Clock) -> None:
    pass_on(here)
    time.at += 3 * MINUTE
    clock.expire(here.parts)
    tell(here, "tidak", "affected.where")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("0", PARKED),
        ("halo", HELLO),
        ("menu", HELLO),
        ("kode", words("code.ask.ask")),
        ("hapus", words("erase.sure.ask")),
    ],
)
def test_what_parks_it_leaves_nothing_of_it(here: Office, text: str, first: str) -> None:
    pass_on(here)
    code = code_kept(here)
    assert len(code.split()) == 6
    tally.say(here.desk, "siti", text)
    assert said(here.engine)[-1]["texts"][0] == first
    place = place_kept(here.engine, "siti")
    left = json.dumps([place.dump() if place else None, said(here.engine)])
    assert not [one for one in (code, WORDS, rows(here.engine, report)[0].id) if one in left]


def test_the_code_is_nowhere_once_the_talk_has_ended(here: Office) -> None:
    pass_on(here)
    code = code_kept(here)
    for text, then in (("tidak", "where"), ("lewati", "happening"), ("lewati", "who"), ("lewati", "police")):
        tell(here, text, f"affected.{then}")
    tell(here, "lewati", "affected.code")
    tell(here, "tidak perlu", "")
    (row,) = rows(here.engine, persons)
    assert row.place is None
    assert code not in json.dumps(said(here.engine))


def test_the_code_is_shown_once_and_only_if_asked(here: Office) -> None:
    pass_on(here)
    code = code_kept(here)
    seat_at_again(here, Place("affected", "code", (place_kept(here.engine, "siti") or PASS_ON).draft, 20))
    tell(here, "ya", "affected.remember")
    assert said(here.engine)[-1]["copy"] == code
    assert code_kept(here) == ""
    assert told(here, code)[0]["words"] == [WORDS]


def test_rows_of_people_do_not_tell_who_is_affected(here: Office) -> None:
    tally.say(here.desk, "budi", "halo")
    tally.say(here.desk, "rina", "belajar")
    for text, then in ((WORDS, "pass_on"), ("boleh", "under18"), ("ya", "choose"), ("1", "where")):
        tell(here, text, f"affected.{then}")
        clear = [
            (row.day, row.place_until, row.errand_at, row.lapsed, len(row.place)) for row in rows(here.engine, persons)
        ]
        assert clear == [clear[0]] * 3


def test_when_a_talk_would_end_says_nothing_of_when_somebody_wrote(here: Office, time: Clock) -> None:
    time.at += 17
    tally.say(here.desk, "budi", "halo")
    assert {row.place_until % MINUTE for row in rows(here.engine, persons) if row.key == key_of("budi")} == {0}


def test_who_reported_for_somebody_else_is_still_told_that_the_talk_ended(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    seat_at(here.desk, "budi", place=Place("menu", "top", {}, 2))
    time.at += 31 * MINUTE
    clock.expire(here.parts)
    for who in ("wati", "budi", "siti"):
        tally.say(here.desk, who, "halo")
    assert [said(here.engine, who)[0]["texts"][0] == LAPSED for who in ("wati", "budi", "siti")] == [True, False, False]


def run(connection: Connection, one: sa.Insert) -> None:
    connection.execute(one)


def taken_and_bulk(here: Office, who: str) -> None:
    """A reply that a vendor has taken and not yet delivered, one to many, and one that still waits."""
    for state, bulk in (("sent", False), ("waiting", True), ("waiting", False)):
        row = {"person": key_of(who), "channel": "other", "address": b"address", "body": b"sealed", "tries": 0}
        one = sa.insert(outbox).values({**row, "state": state, "bulk": bulk, "due": NOON})
        here.desk.do(partial(run, one=one)).result()


def left_of(here: Office, who: str) -> list[tuple[str, bool, bool]]:
    """State, whether to many, and whether there are words, of each row of the channel that nobody sends."""
    found = (row for row in rows(here.engine, outbox) if (row.person, row.channel) == (key_of(who), "other"))
    return sorted((row.state, row.bulk, row.body is not None) for row in found)


NOTHING_LATE = [("sent", False, False), ("waiting", True, True)]


def test_nothing_of_it_is_said_late_and_elsewhere_everything_is(here: Office, time: Clock) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    tally.say(here.desk, "siti", "apa")
    for who in ("siti", "wati"):
        taken_and_bulk(here, who)
    time.at += 31 * MINUTE
    clock.expire(here.parts)
    assert left_of(here, "siti") == NOTHING_LATE
    assert [row.bulk for row in rows(here.engine, outbox) if row.person == key_of("siti") and row.body] == [True]
    assert left_of(here, "wati") == [("sent", False, True), ("waiting", False, True), ("waiting", True, True)]


@pytest.mark.parametrize(("minutes", "text"), [(31, "halo"), (0, "0"), (0, "halo")])
def test_a_turn_that_ends_it_says_nothing_late_before_its_own_words(
    here: Office, time: Clock, minutes: int, text: str
) -> None:
    taken_and_bulk(here, "siti")
    time.at += minutes * MINUTE
    tally.say(here.desk, "siti", text)
    assert left_of(here, "siti") == NOTHING_LATE
    waiting = [row for row in rows(here.engine, outbox) if row.channel == tally.CHANNEL and row.state == "waiting"]
    assert len(waiting) == 1


# A family


def test_a_contact_stands_only_sealed_in_the_story(here: Office) -> None:
    seat_at(here.desk, "wati", place=REVIEW)
    tally.say(here.desk, "wati", "kirim")
    until(lambda: step(here, "wati") == "family.saved")
    (row,) = rows(here.engine, report)
    assert (row.lead, row.kota, row.questions) == ("ppapp-jaksel", "31.74", "family/1")
    code = said(here.engine, "wati")[-1]["copy"]
    assert told(here, code)[0]["contact"] == "0812 3333 4444"
    clear = [str(value) for value in row if not isinstance(value, bytes)]
    assert not [value for value in clear if "0812" in value]


def test_words_that_are_promised_before_sending_stand_before_the_yes() -> None:
    ask = shelf().text(Say("affected.pass_on.ask"))
    assert "wajib memberi tahu polisi dalam 24 jam" in ask
    assert "Petugas akan menjelaskan" in ask
