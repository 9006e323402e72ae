"""Filing takes two turns: nothing is lost or doubled by a crash between, and no transaction holds person and case."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url
from sqlalchemy.engine import Connection, Engine

from bot import clock
from bot.batch import body_of
from bot.codes import code_salt, derive
from bot.due import due_seconds
from bot.errands import ERRANDS, done_before
from bot.filing import sealed_item
from handlers.statement import Statement
from handlers.talk import Errand, Place
from handlers.turns import button
from models import case, retention
from models.base import DAY, HOUR, metadata
from models.tables import item, member, outbox, queue, reader, report
from models.tables import person as persons
from tests import tally
from tests.databases import DEBIAN_FOLDER, Databases
from tests.tally import (
    NOON,
    Clock,
    Office,
    at,
    down,
    heard_codes,
    key_of,
    keys,
    logged,
    office,
    place_kept,
    seat_at,
    until,
)

STORY = "pintunya digembok dari luar, anak-anak menangis tiap malam"
PLACE_WORDS = "belakang warung Bu Tini"
DRAFT = Statement(
    when="ongoing",
    signs=("locked", "many_people"),
    words=(STORY,),
    kelurahan="31.74.08.1002",
    kota="31.74",
    place_words=(PLACE_WORDS,),
)
REVIEW = Place("report", "review", DRAFT.dump(), 7, None, ("whom", "when", "signs", "where"))
SEND = button(REVIEW, "send")
OF_A_PERSON = ("inbound", "person", "outbox", "upload")
OF_A_CASE = ("report", "reader", "item", "file")


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
        seat_at(here.desk, "wati", place=REVIEW)
        yield here


def send(here: Office, who: str = "wati") -> None:
    """Press "Kirim sekarang"; it is silent while sealing goes on."""
    receipt = tally.say(here.desk, who, pressed=(SEND,))
    assert receipt.waits
    assert receipt.row is None


def step_of(engine: Engine, who: str = "wati") -> str:
    place = place_kept(engine, who)
    return f"{place.flow}.{place.step}" if place else ""


def reports(engine: Engine) -> list[Any]:
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(report)))


def filed(here: Office, who: str = "wati") -> str:
    """Wait until the code was told; the code."""
    until(lambda: step_of(here.engine, who) == "report.saved")
    (code,) = heard_codes(here.engine, who)
    return code


# Two turns


def test_the_place_is_committed_before_any_sealing(url: str) -> None:
    with office(url, idle=True) as here:
        seat_at(here.desk, "wati", place=REVIEW)
        send(here)
        place = place_kept(here.engine, "wati")
        assert place is not None
        assert place.errand is not None
        assert (place.step, place.draft) == ("sealing", DRAFT.dump())
        assert reports(here.engine) == []


def test_the_code_is_told_in_the_turn_after_and_opens_the_report(here: Office) -> None:
    send(here)
    code = filed(here)
    (row,) = reports(here.engine)
    assert row.locator == derive(code.split(), code_salt(keys().pepper)).locator
    assert (row.kelurahan, row.state, row.filed_at) == ("31.74.08.1002", "diterima", NOON)
    place = place_kept(here.engine, "wati")
    assert place is not None
    assert STORY not in json.dumps(place.draft)
    assert code not in json.dumps(place.dump())


def test_no_transaction_holds_a_person_and_a_case(here: Office) -> None:
    with logged(here.engine) as log:
        send(here)
        filed(here)
        tally.say(here.desk, "wati", "SUDAH")
    touched = [tables_of(transaction) for transaction in log.transactions]
    assert {"report", "reader", "item"} in touched
    assert not [one for one in touched if one & set(OF_A_PERSON) and one & set(OF_A_CASE)]


def tables_of(transaction: list[str]) -> set[str]:
    """The tables of persons and cases that a transaction names."""
    words = {word.strip("(),;").split(".")[0] for statement in transaction for word in statement.split()}
    return words & {*OF_A_PERSON, *OF_A_CASE}


def test_no_value_of_a_person_stands_in_a_case(here: Office) -> None:
    send(here)
    filed(here)
    tally.say(here.desk, "wati", "SUDAH")
    cases, people = (values_of(here.engine, names) for names in (OF_A_CASE, OF_A_PERSON))
    assert cases
    assert people
    assert not cases & people


def values_of(engine: Engine, tables: tuple[str, ...]) -> set[object]:
    """Every value by which rows might be joined; small words and numbers that many rows share are none."""
    with engine.connect().execution_options(reading=True) as connection:
        rows = [row for name in tables for row in connection.execute(sa.select(metadata.tables[name]))]
    return {value for row in rows for value in row if isinstance(value, str | bytes) and len(value) > 8}


def test_a_double_tap_on_send_files_once(url: str) -> None:
    with tally.closed_desk(url) as desk:
        seat_at(desk, "wati", place=REVIEW)
        started: list[Any] = []
        desk.start_errands = started.extend
        taps = [tally.message("wati", pressed=(SEND,)) for _ in range(2)]
        first, second = (future.result(20) for future in tally.together(desk, taps))
        assert (first.row is None, second.waits) == (True, True)
        assert second.body is None, "what comes next says enough"
    with office(url) as here:
        here.runner.start(started)
        filed(here)
        tally.say(here.desk, "wati", pressed=(SEND,))
        assert len(reports(here.engine)) == 1


# Crashes between


def test_a_crash_before_the_sealing_files_one_report(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "wati", place=REVIEW)
        send(dies)
    time.at += clock.LEFT_ALONE + 1
    with office(url, now=time) as next_:
        clock.finish_errands(next_.parts)
        filed(next_)
        clock.finish_errands(next_.parts)
        assert len(reports(next_.engine)) == 1


def test_a_crash_after_the_filing_tells_the_same_code_of_the_one_report(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "wati", place=REVIEW)
        send(dies)
        place = place_kept(dies.engine, "wati")
        assert place is not None
        assert place.errand is not None
        told = ERRANDS["file"](dies.desk.house, dies.desk, place.errand)
        (before,) = reports(dies.engine)
    time.at += clock.LEFT_ALONE + 1
    with office(url, now=time) as next_:
        with next_.engine.begin() as connection:
            connection.execute(
                sa.delete(member)
            )  # who was open then is closed now, and the report is there all the same
        clock.finish_errands(next_.parts)
        assert filed(next_) == told["code"]
        assert reports(next_.engine) == [before]


def test_two_processes_that_take_up_the_same_filing_make_one_report(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "wati", place=REVIEW)
        send(dies)
    time.at += clock.LEFT_ALONE + 1
    with office(url, now=time) as one, office(url, now=time) as other:
        clock.finish_errands(one.parts)
        clock.finish_errands(other.parts)
        filed(one)
        one.runner.close()
        other.runner.close()
        assert len(reports(one.engine)) == 1
        assert len(heard_codes(one.engine, "wati")) == 1


def test_what_the_database_could_not_take_is_filed_by_the_clock(here: Office, time: Clock) -> None:
    with tally.before(here.engine, "INSERT INTO report", down):
        send(here)
        until(lambda: not here.runner.busy)
    assert (step_of(here.engine), reports(here.engine)) == ("report.sealing", [])
    time.at += clock.LEFT_ALONE + 1
    clock.finish_errands(here.parts)
    filed(here)
    assert len(reports(here.engine)) == 1


def test_what_cannot_succeed_ends_with_an_apology_and_every_word(here: Office, time: Clock) -> None:
    with tally.before(here.engine, "INSERT INTO report", down, times=1000):
        send(here)
        until(lambda: not here.runner.busy)
        time.at += clock.GIVE_UP + 1
        clock.finish_errands(here.parts)
        until(lambda: step_of(here.engine) == "report.review")
    assert reports(here.engine) == []
    assert tally.words("report.not_sealed") in tally.replies(here.engine, "wati")
    place = place_kept(here.engine, "wati")
    assert place is not None
    assert {**place.draft, **DRAFT.dump()} == place.draft  # what was read in the words may stand beside it


def test_a_stop_of_hours_is_followed_by_a_try_and_not_by_an_apology(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as dies:
        seat_at(dies.desk, "wati", place=REVIEW)
        send(dies)
    time.at += clock.GIVE_UP + HOUR
    with office(url, now=time) as next_:
        clock.finish_errands(next_.parts)
        filed(next_)
        assert len(reports(next_.engine)) == 1
        assert tally.words("report.not_sealed") not in "".join(tally.replies(next_.engine, "wati"))


def test_what_was_filed_is_told_even_where_its_telling_was_given_up(url: str, time: Clock) -> None:
    with office(url, now=time, idle=True) as here:
        seat_at(here.desk, "wati", place=REVIEW)
        send(here)
        place = place_kept(here.engine, "wati")
        assert place is not None
        assert place.errand is not None
        told = ERRANDS["file"](here.desk.house, here.desk, place.errand)
        here.runner.failed[place.errand.id] = time.at
        time.at += clock.GIVE_UP + 1
        clock.finish_errands(here.parts)
        assert filed(here) == told["code"]
        assert len(reports(here.engine)) == 1
        until(lambda: not here.runner.failed)


def test_only_a_failure_of_this_process_counts_towards_giving_up(here: Office, time: Clock) -> None:
    with tally.before(here.engine, "INSERT INTO report", down, times=1000):
        send(here)
        until(lambda: not here.runner.busy)
        time.at += clock.LEFT_ALONE + 1
        clock.finish_errands(here.parts)
        until(lambda: not here.runner.busy)
        assert list(here.runner.failed.values()) == [NOON]
        assert step_of(here.engine) == "report.sealing"
    clock.finish_errands(here.parts)
    filed(here)
    assert here.runner.failed == {}


def test_the_clock_does_not_queue_what_is_in_hand(url: str, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    with office(url, now=time, idle=True) as here:
        seat_at(here.desk, "wati", place=REVIEW)
        send(here)
        monkeypatch.setattr(here.runner.pool, "submit", lambda run, person, errand: Held(begun, errand.id))
        time.at += clock.LEFT_ALONE + 1
        for _ in range(3):
            clock.finish_errands(here.parts)
        assert len(begun) == 1


class Held:
    """A future of a pool that is busy with others."""

    def __init__(self, begun: list[str], errand: str) -> None:
        begun.append(errand)

    def add_done_callback(self, call: object) -> None:
        """It does not end."""


def test_a_filing_that_comes_while_closing_waits_for_the_next_start(here: Office) -> None:
    here.runner.close()
    send(here)
    assert here.desk.alive
    assert step_of(here.engine) == "report.sealing"


# Sealing that fails


def test_without_an_open_queue_nothing_is_stored_and_every_word_is_kept(here: Office) -> None:
    with here.engine.begin() as connection:
        connection.execute(sa.delete(member))
    errand = Errand("file", "e1", {"form": "report", "draft": DRAFT.dump(), "seed": "ab" * 16})
    assert ERRANDS["file"](here.desk.house, here.desk, errand) == {"ok": False, "closed": True}
    send(here)
    until(lambda: step_of(here.engine) == "report.review")
    assert tally.kept(here.engine)["report"] == 0
    assert len(tally.replies(here.engine, "wati")) == 1
    place = place_kept(here.engine, "wati")
    assert place is not None
    assert {**place.draft, **DRAFT.dump()} == place.draft  # what was read in the words may stand beside it


@pytest.mark.parametrize("public", [b"short", bytes(32)])
def test_a_broken_queue_key_stores_nothing_and_is_said_at_once(here: Office, public: bytes) -> None:
    with here.engine.begin() as connection:
        good = connection.execute(sa.select(queue.c.id, queue.c.public)).all()
        connection.execute(sa.update(queue).values(public=public))
    send(here)
    until(lambda: step_of(here.engine) == "report.review")
    assert [tally.rows(here.engine, table) for table in (report, reader, item)] == [0, 0, 0]
    assert tally.words("report.not_sealed") in tally.replies(here.engine, "wati")
    with here.engine.begin() as connection:
        for id, right in good:
            connection.execute(sa.update(queue).where(queue.c.id == id).values(public=right))
    place = place_kept(here.engine, "wati")
    assert place is not None
    tally.say(here.desk, "wati", pressed=(button(place, "send"),))
    filed(here)
    assert len(reports(here.engine)) == 1


# Errands of a case that exists


@pytest.fixture
def filed_report(here: Office) -> Any:
    send(here)
    filed(here)
    return reports(here.engine)[0]


def do(here: Office, kind: str, args: Mapping[str, Any], id: str = "e1") -> bool:
    return bool(ERRANDS[kind](here.desk.house, here.desk, Errand(kind, id, args))["ok"])


def kinds(engine: Engine) -> list[tuple[str, int]]:
    with engine.connect().execution_options(reading=True) as connection:
        found = connection.execute(sa.select(item.c.kind, item.c.seq).order_by(item.c.seq))
        return [(kind, seq) for kind, seq in found]


def test_words_are_added_once_whatever_is_repeated(here: Office, filed_report: Any) -> None:
    args = {"report": filed_report.id, "public": filed_report.public.hex(), "words": "sekarang ada mobil"}
    assert do(here, "append", args)
    assert do(here, "append", args)
    assert do(here, "append", args, id="e2")
    assert kinds(here.engine) == [("story", 1), ("words", 2), ("words", 3)]


def test_belum_selesai_repeated_finds_the_case_open(here: Office, filed_report: Any, time: Clock) -> None:
    args = {"report": filed_report.id}
    here.desk.do(lambda c: case.close(c, [filed_report.id], NOON)).result(20)
    here.desk.do(lambda c: retention.warn(c, NOON + 1)).result(20)
    assert do(here, "reopen", args)
    (row,) = reports(here.engine)
    assert (row.state, row.closed_at, row.warned, row.holder) == ("dibaca", None, False, None)
    assert do(here, "reopen", args)
    assert reports(here.engine) == [row]
    here.desk.do(lambda c: case.close(c, [filed_report.id], NOON)).result(20)
    time.at += here.desk.house.shelf.terms.reopen_seconds + HOUR
    assert not do(here, "reopen", args)


def words_for(row: Any) -> dict[str, Any]:
    return {"report": row.id, "public": row.public.hex(), "words": "mereka datang lagi"}


def test_words_for_a_closed_case_open_it_again(here: Office, filed_report: Any, time: Clock) -> None:
    here.desk.do(lambda c: case.close(c, [filed_report.id], NOON)).result(20)
    errand = Errand("append", "e1", words_for(filed_report))
    assert ERRANDS["append"](here.desk.house, here.desk, errand) == {"ok": True, "reopened": True}
    (row,) = reports(here.engine)
    assert (row.state, row.closed_at, row.holder) == ("dibaca", None, None)
    assert row.due_at == NOON + due_seconds(here.desk.house)["normal"]
    assert here.desk.do(lambda c: case.with_waiting_words(c, [row.id])).result(20) == {row.id}
    here.desk.do(lambda c: case.close(c, [filed_report.id], NOON)).result(20)
    assert ERRANDS["append"](here.desk.house, here.desk, errand) == {"ok": True}  # the same words open nothing twice
    assert reports(here.engine)[0].state == "selesai"


def test_words_for_a_case_closed_for_too_long_are_not_taken_in_silence(
    here: Office, filed_report: Any, time: Clock
) -> None:
    here.desk.do(lambda c: case.close(c, [filed_report.id], NOON)).result(20)
    time.at += here.desk.house.shelf.terms.reopen_seconds + HOUR
    (before,) = reports(here.engine)
    errand = Errand("append", "e1", words_for(filed_report))
    assert ERRANDS["append"](here.desk.house, here.desk, errand) == {"ok": False, "closed": True}
    assert kinds(here.engine) == [("story", 1)]
    assert reports(here.engine) == [before]


def test_words_after_an_answer_start_the_clock_again(here: Office, filed_report: Any) -> None:
    def answer(connection: Connection) -> None:
        case.accept(connection, filed_report.id, filed_report.lead, NOON)
        case.answered(connection, filed_report.id, NOON)

    here.desk.do(answer).result(20)
    assert do(here, "append", words_for(filed_report))
    assert reports(here.engine)[0].due_at == NOON + due_seconds(here.desk.house)["normal"]


def test_words_that_were_stored_are_not_said_to_be_lost(here: Office, filed_report: Any) -> None:
    errand = Errand("append", "e1", words_for(filed_report))

    def before(connection: Connection) -> Any:
        return done_before(connection, here.desk.house, errand)

    assert here.desk.do(before).result(20) is None
    ERRANDS["append"](here.desk.house, here.desk, errand)
    assert here.desk.do(before).result(20) == {"ok": True}


def test_asking_again_shows_the_case_to_oversight(here: Office, filed_report: Any) -> None:
    for _ in range(2):
        assert do(here, "ask_again", {"report": filed_report.id})
    with here.engine.connect().execution_options(reading=True) as connection:
        seen = connection.execute(sa.select(reader.c.role, reader.c.active)).all()
    assert all(active for role, active in seen if role in {"next", "oversight"})
    assert reports(here.engine)[0].asked_again


def test_stopping_contact_keeps_the_case(here: Office, filed_report: Any) -> None:
    for _ in range(2):
        assert do(here, "stop_contact", {"report": filed_report.id})
    (row,) = reports(here.engine)
    assert row.no_contact
    assert row.state == "diterima"


def test_answers_count_as_read_once_a_message_came_after_them(here: Office, filed_report: Any) -> None:
    one = sealed_item(filed_report.id, filed_report.public, "a1", "answer", "Terima kasih.", "ppapp-jaksel")
    here.desk.do(lambda c: case.add(c, filed_report.id, one, NOON)).result(20)
    for _ in range(2):
        assert do(here, "read", {"letters": ["a1"]})
    with here.engine.connect().execution_options(reading=True) as connection:
        assert connection.execute(sa.select(item.c.seen).where(item.c.id == "a1")).scalar_one()


@pytest.mark.parametrize("kind", ["append", "reopen", "ask_again", "stop_contact"])
def test_a_case_that_is_gone_by_now_is_said_and_not_raised(here: Office, filed_report: Any, kind: str) -> None:
    args = {"report": "gone", "public": filed_report.public.hex(), "words": "x"}
    assert not do(here, kind, args)


# What a thief of the database finds


def stolen(engine: Engine) -> bytes:
    """All bytes of a database: the SQLite file and its log, or a dump."""
    url = make_url(engine.url)
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        log = path.with_name(f"{path.name}-wal")
        return path.read_bytes() + (log.read_bytes() if log.exists() else b"")
    found = shutil.which("pg_dump") or next((str(one) for one in DEBIAN_FOLDER.glob("*/bin/pg_dump")), None)
    if found is None:
        pytest.skip("no pg_dump here: install the package postgresql-client")
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([found, "--dbname", plain], capture_output=True, check=True).stdout


def test_a_stolen_database_tells_no_word_of_the_story(url: str, time: Clock) -> None:
    with office(url, now=time) as here:
        seat_at(here.desk, "wati", place=at(REVIEW, 6))
        tally.say(here.desk, "wati", "mobil hitam datang tengah malam")
        place = place_kept(here.engine, "wati")
        assert place is not None
        tally.say(here.desk, "wati", pressed=(button(place, "send"),))
        code = filed(here)
        bodies = sealed_values(here.engine)
        secrets = (STORY, PLACE_WORDS, "digembok", "Tini", "mobil hitam", "tengah malam", "Rawajati", code, "wati")
        assert not found_in(stolen(here.engine), secrets)
        assert any(one in stolen(here.engine) or one.hex().encode() in stolen(here.engine) for one in bodies)
        tally.say(here.desk, "wati", "SUDAH")
        here.desk.do(void).result(20)
        here.desk.do(lambda c: case.close(c, [reports(here.engine)[0].id], NOON)).result(20)
        time.at += 91 * DAY
        clock.confirm(here.parts)
        clock.expire(here.parts)
        assert [tally.rows(here.engine, table) for table in (report, reader, item, outbox, persons)] == [0] * 5
        left = stolen(here.engine)
        assert not found_in(left, secrets)
        assert not [one for one in bodies if one in left]


def void(connection: Connection) -> None:
    """Words that were sent go with their rows' settlement."""
    connection.execute(sa.update(outbox).values(state="sent", body=None, address=None))


def sealed_values(engine: Engine) -> list[bytes]:
    """What lies sealed: the story, and the keys to it."""
    with engine.connect().execution_options(reading=True) as connection:
        bodies = connection.execute(sa.select(item.c.body)).scalars().all()
        wraps = connection.execute(sa.select(reader.c.wrap)).scalars().all()
        codes = connection.execute(sa.select(report.c.code_wrap)).scalars().all()
        places = connection.execute(sa.select(persons.c.place).where(persons.c.key == key_of("wati"))).scalars().all()
    return [bytes(one) for one in (*bodies, *wraps, *codes, *places)]


def found_in(data: bytes, secrets: tuple[str, ...]) -> list[str]:
    """Which secrets can be read there, in any case of letters, as text or as hex."""
    small = data.lower()
    return [one for one in secrets if one.lower().encode() in small or one.encode().hex().encode() in small]


def test_a_reply_is_sealed_for_its_row_only(here: Office) -> None:
    send(here)
    filed(here)
    with here.engine.connect().execution_options(reading=True) as connection:
        body = connection.execute(sa.select(outbox.c.body).where(outbox.c.person == key_of("wati"))).scalars().first()
    assert body is not None
    assert keys().open_field(body, body_of(key_of("wati")))
