"""The staff's keys and rows, on both engines: sign-in, sessions, invitations, the queue's key, the trail."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot import staff, totp
from bot.keys import CannotOpen, Keys, new_secret
from bot.sealing import hash_session, new_keypair, recovery_text, unwrap_session
from models import person, roster, session, trail
from models.base import HOUR, make_engine, metadata
from models.tables import trail as trail_table

NOW = 1_795_246_200
THREE_WORDS = "pagi teduh sepeda biru"
KEYS = Keys.parse(new_secret(), new_secret())


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@lru_cache
def sari() -> staff.Newcomer:
    """Made once, as a KDF takes a quarter of a second."""
    return staff.newcomer(KEYS, "  SARI ", THREE_WORDS)


def stored(engine: Engine, **other: object) -> Any:
    with engine.begin() as connection:
        roster.add_staff(connection, {**sari().row, **other})
        row = roster.staff_by_name(connection, "sari")
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Sari", "sari"),
        ("  Budi   Santoso ", "budi santoso"),
        ("o'neil-2.", None),
        ("a.b", "a.b"),
        ("ab", None),
        ("x" * 41, None),
        ("<b>", None),
        ("a\nb", "a b"),
        ("", None),
    ],
)
def test_a_name(typed: str, name: str | None) -> None:
    assert staff.fit_name(typed) == name


@pytest.mark.parametrize(
    ("text", "fits"),
    [("pendek", False), ("a" * 12, False), (THREE_WORDS, True), ("x" * 257, False), ("abcdefghijkl", True)],
)
def test_a_password_that_may_be_chosen(text: str, fits: bool) -> None:
    assert staff.fit_password(text) is fits


def test_an_unfit_name_is_refused_before_the_kdf() -> None:
    with pytest.raises(ValueError, match="3 to 40"):
        staff.newcomer(KEYS, "x", THREE_WORDS)


def test_the_password_gives_the_key(engine: Engine) -> None:
    row = stored(engine)
    assert staff.check_password(row, THREE_WORDS) == sari().private
    assert staff.check_password(row, "salah salah salah") is None
    assert staff.check_password(None, THREE_WORDS) is None


def test_who_left_cannot_sign_in(engine: Engine) -> None:
    row = stored(engine, active=False)
    assert staff.check_password(row, THREE_WORDS) is None
    assert staff.check_recovery(row, recovery_text(sari().private)) is None


def test_the_paper_gives_the_key(engine: Engine) -> None:
    row = stored(engine)
    assert staff.check_recovery(row, recovery_text(sari().private).lower()) == sari().private
    assert staff.check_recovery(row, recovery_text(new_keypair().private)) is None
    assert staff.check_recovery(None, recovery_text(sari().private)) is None
    with pytest.raises(ValueError, match="letters and digits"):
        staff.check_recovery(row, "ABCD")


def test_a_code_is_used_once(engine: Engine) -> None:
    row = stored(engine)
    code = totp.now_code(sari().totp, NOW)
    with engine.begin() as connection:
        assert not staff.check_code(connection, KEYS, row, "000000", NOW)
        assert staff.check_code(connection, KEYS, row, code, NOW)
        # The row was read before: only the compare-and-set knows that the step is gone.
        assert not staff.check_code(connection, KEYS, row, code, NOW)
        assert staff.check_code(connection, KEYS, row, totp.now_code(sari().totp, NOW + 30), NOW + 30)


def test_a_session_opens_with_its_cookie_only(engine: Engine) -> None:
    id = stored(engine).id
    with engine.begin() as connection:
        cookie = staff.begin(connection, id, sari().private, proven=True, now=NOW)
        token = staff.token_of(cookie)
        assert token is not None
        row = session.find(connection, hash_session(token))
        assert row is not None and row.name == "sari"
        assert unwrap_session(token, bytes(row.wrap), id) == sari().private
        assert token not in bytes(row.wrap) + bytes(row.hash)
        with pytest.raises(CannotOpen):
            unwrap_session(bytes(32), bytes(row.wrap), id)


@given(st.text(max_size=60))
def test_any_cookie_is_a_token_or_nothing(cookie: str) -> None:
    token = staff.token_of(cookie)
    assert token is None or len(token) == staff.TOKEN_BYTES


def test_sessions_end(engine: Engine) -> None:
    id = stored(engine).id
    with engine.begin() as connection:
        hashes = []
        for age in (0, 100, 200, 300):
            token = staff.token_of(staff.begin(connection, id, b"k" * 32, proven=True, now=NOW - age))
            assert token is not None
            hashes.append(hash_session(token))
        session.touch(connection, hashes[2], NOW)
        session.touch(connection, hashes[2], NOW - 50)
        assert session.purge(connection, made_before=NOW - 250, seen_before=NOW - 60) == 2
        left = [session.find(connection, hash) is not None for hash in hashes]
        assert left == [True, False, True, False]
        assert session.end_others(connection, id, keep=hashes[0]) == 1
        assert session.end(connection, hashes[0]) and not session.end(connection, hashes[0])


def test_a_queues_key_goes_from_hand_to_hand(engine: Engine) -> None:
    recovery, id = new_keypair(), stored(engine).id
    pair, wrap = staff.new_queue("upt-pppa", recovery.public)
    with engine.begin() as connection:
        roster.add_queue(connection, "upt-pppa", pair.public, wrap)
        queue = roster.queues(connection)["upt-pppa"]
        assert staff.recovered_queue(queue, recovery.private) == pair.private
        assert roster.holders(connection) == {"upt-pppa": 0}
        roster.add_member(connection, id, queue.id, "koordinator", queue.epoch, None)
        assert roster.holders(connection) == {"upt-pppa": 0}
        held = staff.queue_for(queue, pair.private, id, sari().row["public"])
        assert roster.approve(connection, id, queue.id, queue.epoch, held)
        assert roster.holders(connection) == {"upt-pppa": 1}
        row = roster.memberships(connection, id)[0]
        assert staff.held_queue(row, sari().private) == pair.private
        with pytest.raises(CannotOpen):
            staff.held_queue(row, new_keypair().private)
    with pytest.raises(CannotOpen):
        staff.recovered_queue(queue, new_keypair().private)


def test_an_invitation_works_once_and_forgives_typing(engine: Engine) -> None:
    code, hash = staff.new_invite(KEYS)
    assert staff.invite_hash(KEYS, f" {code.lower().replace('-', ' ')} ") == hash != staff.new_invite(KEYS)[1]
    pair, wrap = staff.new_queue("upt-pppa", new_keypair().public)
    with engine.begin() as connection:
        roster.add_queue(connection, "upt-pppa", pair.public, wrap)
        roster.add_invite(connection, hash, "upt-pppa", "petugas", NOW)
        assert staff.join(connection, sari().row, hash, NOW + 1) is None
        assert staff.join(connection, sari().row, hash, NOW) == "upt-pppa"
        assert staff.join(connection, {**sari().row, "id": "other", "name": "other"}, hash, NOW) is None
        member = roster.memberships(connection, sari().row["id"])[0]
    assert (member.role, member.wrap) == ("petugas", None)


def test_failures_are_only_counted(engine: Engine) -> None:
    with engine.begin() as connection:
        staff.count_failure(connection, NOW)
        staff.count_failure(connection, NOW)
        rows = connection.execute(sa.text("SELECT name, count FROM counter")).all()
        assert [tuple(row) for row in rows] == [(staff.FAILED, 2)]
        assert person.load(connection, [b"x"])[b"x"].version == 0


def fill(engine: Engine, count: int) -> None:
    with engine.begin() as connection:
        for number in range(count):
            staff.record(connection, "id of sari", "opened", report=f"r{number}", queue="q", now=NOW)


def test_the_trail_is_chained_and_shows_what_was_changed(engine: Engine) -> None:
    fill(engine, 7)
    with engine.begin() as connection:
        assert trail.chain(connection, trail.linked, limit=3) == 3
        assert trail.chain(connection, trail.linked) == 4
        assert trail.chain(connection, trail.linked) == 0
    fill(engine, 1)
    with engine.begin() as connection:
        assert trail.chain(connection, trail.linked) == 1
        assert trail.verify(connection, trail.linked) is None
        assert trail.head(connection)[0] == 8
        assert trail.verify(connection, KEYS.trail_link) == 1, "another key cannot make the links"


@pytest.mark.parametrize("harm", ["content", "salt", "digest", "link", "row"])
def test_harm_to_the_trail_is_found(engine: Engine, harm: str) -> None:
    fill(engine, 5)
    third = trail_table.c.id == 3
    with engine.begin() as connection:
        trail.chain(connection, KEYS.trail_link)
        if harm == "row":
            connection.execute(sa.delete(trail_table).where(third))
        elif harm == "content":
            connection.execute(sa.update(trail_table).where(third).values(content="{}"))
        else:
            connection.execute(sa.update(trail_table).where(third).values({harm: b"x" * 16}))
        assert trail.verify(connection, KEYS.trail_link) == (4 if harm == "row" else 3)


def test_forgetting_leaves_the_chain_whole(engine: Engine) -> None:
    fill(engine, 3)
    with engine.begin() as connection:
        assert trail.forget(connection, before=NOW + HOUR) == 0, "what is not chained is kept"
        trail.chain(connection, trail.linked)
        assert trail.forget(connection, before=NOW + HOUR) == 3
        assert trail.forget(connection, before=NOW + HOUR) == 0
        assert trail.verify(connection, trail.linked) is None
        left = connection.execute(sa.select(trail_table.c.content, trail_table.c.salt)).all()
        assert {tuple(row) for row in left} == {(None, None)}


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.text(max_size=20)), min_size=1, max_size=6), st.data()
)
def test_no_content_fits_anothers_digest(rows: list[tuple[bytes, str]], data: st.DataObject) -> None:
    salt, content = data.draw(st.sampled_from(rows))
    digests = {trail.digest_of(one, text) for one, text in rows if (one, text) != (salt, content)}
    assert trail.digest_of(salt, content) not in digests


def test_a_late_writer_never_falls_behind_the_head(database_url: str) -> None:
    """On PostgreSQL an id is drawn before its row is seen; the chain waits for who still writes."""
    engine = make_engine(database_url)
    metadata.create_all(engine)
    if engine.dialect.name == "sqlite":
        fill(engine, 2)
        with engine.begin() as connection:
            assert trail.chain(connection, trail.linked) == 2
        engine.dispose()
        return
    slow = engine.connect()
    with slow.begin():
        staff.record(slow, "id of sari", "opened", now=NOW)
        with engine.connect() as impatient:
            impatient.exec_driver_sql("SET lock_timeout = '200ms'")
            with pytest.raises(sa.exc.OperationalError):
                trail.chain(impatient, trail.linked)
    slow.close()
    with engine.begin() as connection:
        assert trail.chain(connection, trail.linked) == 1
    engine.dispose()
