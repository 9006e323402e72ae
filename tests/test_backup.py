"""Backup and restore: made while people talk, open to one key only, purged before anybody is let in."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import age, backup
from bot.app import open_house
from bot.dump import DumpFailed, dumped
from bot.house import House
from bot.install import CannotStart
from bot.keys import WrongKeys
from bot.migrate import newest
from bot.restore import restore
from bot.settings import Settings
from models import message, person, restored, roster
from models.base import DAY, make_engine
from models.message import Reply
from models.person import Person
from models.tables import fact, inbound, invite, outbox, report, session
from models.tables import person as persons
from tests import tally
from tests.console_service import Cast, post
from tests.databases import Databases, Sqlite
from tests.pilot import case_read_by, pilot, settings_of, story_by_code, with_code
from tests.service import shelf

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parent.parent
WORDS = "pintunya digembok dari luar"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for module in ("app", "restore"):
        monkeypatch.setattr(f"bot.{module}.load_shelf", shelf)  # as it is shipped, but read once for all tests
    return tmp_path


@pytest.fixture
def pair() -> tuple[str, str]:
    return age.new_pair()


@pytest.fixture
def identity(folder: Path, pair: tuple[str, str]) -> Path:
    path = folder / "identity.txt"
    path.write_text(f"# made for a test\n{pair[0]}\n", encoding="utf-8")
    return path


@pytest.fixture
def settings(database_url: str, pair: tuple[str, str]) -> Settings:
    return settings_of(database_url, backup_recipient=pair[1])


@pytest.fixture
def cast(settings: Settings) -> Iterator[Cast]:
    with pilot(settings) as cast:
        yield cast


@pytest.fixture
def empty(databases: Databases) -> Iterator[str]:
    with databases.fresh() as url:
        yield url


def saved(cast: Cast, settings: Settings, folder: Path, keep_days: int = 35) -> Path:
    path, _ = backup.save(settings, cast.service.house, folder / "salinan", keep_days)
    return path


def elsewhere(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database_url": url})


def column(engine: Engine, one: sa.Column[Any]) -> list[Any]:
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(sa.select(one).order_by(one)).scalars())


async def test_what_was_backed_up_opens_after_the_restore(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    id = cast.file()
    with_code(cast, id)
    path = saved(cast, settings, folder)
    there = elsewhere(settings, empty)
    assert restore(there, path, identity).schema == newest()
    with pilot(there, first=False) as again:
        assert WORDS in (story_by_code(again) or "")
        assert WORDS in await case_read_by(again, "budi", id)
        assert roster.HOLDERS == 2
        assert set(again.service.desk.do(roster.open_queues).result()) == {"ppapp-jaksel", "pengawas"}
        assert column(again.service.house.engine, fact.c.name).count(restored.AT) == 1


async def test_nobody_is_still_signed_in_and_no_invitation_holds(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    async with cast.client("budi") as budi:
        await post(budi, "/anggota/undang", queue="ppapp-jaksel", role="petugas")
    assert column(cast.service.house.engine, session.c.staff) and column(cast.service.house.engine, invite.c.queue)
    there = elsewhere(settings, empty)
    restore(there, saved(cast, settings, folder), identity)
    house = open_house(there, serving=False)
    assert column(house.engine, session.c.staff) == column(house.engine, invite.c.queue) == []
    house.engine.dispose()


def kept(cast: Cast, name: str, place: bool, day: int) -> bytes:
    """A person who stands in the middle of a report."""
    house, key = cast.service.house, cast.service.house.keys.person_key("web", name)
    sealed = house.keys.seal_field(
        json.dumps({"flow": "report", "step": "story"}).encode(), f"person|{key.hex()}|place"
    )
    row = Person(key, 1, sealed if place else None, house.now() + 1800 if place else None)
    cast.service.desk.do(lambda connection: person.save(connection, [row], day)).result()
    return key


def test_a_restore_purges_before_any_door_opens(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    house = cast.service.house
    now, desk = house.now(), cast.service.desk
    gone, stays = cast.file(), cast.file()
    cast.set(gone, state="selesai", closed_at=now - 91 * DAY, due_at=None)
    typing, silent = kept(cast, "wati", True, now), kept(cast, "tono", False, now - 40 * DAY)
    for key, due in ((b"late", now - 2 * DAY), (b"fresh", now - 60)):
        desk.do(partial(message.put, replies=[Reply(key, "web", None, b"sealed")], now=due)).result()
    desk.do(partial(message.put, replies=[Reply(typing, "telegram", b"sealed", b"sealed")], now=now)).result()
    bulk = sa.insert(outbox).values(
        person=b"many", channel="telegram", body=b"sealed", bulk=True, state="waiting", due=now, tries=0
    )
    desk.do(lambda connection: connection.execute(bulk)).result()
    there = elsewhere(settings, empty)
    restore(there, saved(cast, settings, folder), identity)
    engine = make_engine(empty)
    assert column(engine, report.c.id) == [stays]
    assert column(engine, persons.c.key) == [typing] and silent not in column(engine, persons.c.key)
    assert column(engine, persons.c.place) == [None]
    with engine.connect().execution_options(reading=True) as connection:
        rows = connection.execute(sa.select(outbox.c.person, outbox.c.state, outbox.c.body).order_by(outbox.c.id))
        assert [tuple(row) for row in rows] == [(b"fresh", "waiting", b"sealed"), (b"many", "uncertain", None)]
    engine.dispose()


def test_an_id_never_comes_again_after_a_restore(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    """A page asks for what came after an id."""

    def put(connection: sa.Connection) -> int:
        return message.put(connection, [Reply(b"wati", "web", None, b"sealed")], cast.service.house.now())[b"wati"]

    ids = [cast.service.desk.do(put).result() for _ in range(3)]
    cast.service.desk.do(lambda connection: connection.execute(sa.delete(outbox))).result()
    restore(elsewhere(settings, empty), saved(cast, settings, folder), identity)
    engine = make_engine(empty)
    with engine.begin() as connection:
        assert put(connection) > max(ids)
    engine.dispose()


def test_a_backup_is_made_while_people_talk_and_is_one_moment(
    cast: Cast, settings: Settings, identity: Path, empty: str, folder: Path
) -> None:
    """What is written while it is read is not in it, and nobody who writes waits for it."""
    cast.file()
    with dumped(cast.service.house.engine) as pieces:
        first = next(pieces)
        cast.file()
        cast.service.desk.do(lambda connection: connection.execute(sa.delete(inbound))).result(20)
        rest = b"".join(pieces)
    if cast.service.house.engine.dialect.name == "sqlite":
        assert (first + rest).count(b'INSERT INTO "report"') == 1
    restore(elsewhere(settings, empty), saved(cast, settings, folder), identity)
    engine = make_engine(empty)
    assert tally.rows(engine, report) == 2
    engine.dispose()


def test_a_backup_holds_no_key_and_no_word_and_opens_with_one_key_only(
    cast: Cast, settings: Settings, folder: Path, identity: Path
) -> None:
    cast.file()
    path = saved(cast, settings, folder)
    whole = path.read_bytes()
    assert b"suar" not in whole.lower() and b"ppapp" not in whole
    found: list[bytes] = []
    with path.open("rb") as source:
        age.decrypt(source, found.append, age.identities_in(identity))
    plain = b"".join(found)
    if cast.service.house.engine.dialect.name == "sqlite":
        assert b"ppapp-jaksel" in plain
    keys = cast.service.house.keys
    for secret in (*keys.ring.values(), keys.pepper):
        assert secret not in plain and secret.hex().upper().encode() not in plain.upper()
    assert WORDS.encode() not in plain and WORDS.encode().hex().upper().encode() not in plain.upper()
    stranger = folder / "stranger.txt"
    stranger.write_text(age.new_pair()[0], encoding="utf-8")
    with path.open("rb") as source, pytest.raises(age.CannotDecrypt):
        age.decrypt(source, found.append, age.identities_in(stranger))


def test_nothing_plain_is_left_on_the_disk(cast: Cast, settings: Settings, folder: Path) -> None:
    path = saved(cast, settings, folder)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# What is in the way


def restored_into(settings: Settings, url: str, path: Path, identity: Path) -> str:
    """The sentence of a restore that is refused."""
    with pytest.raises((CannotStart, WrongKeys)) as refused:
        restore(elsewhere(settings, url), path, identity)
    return str(refused.value)


def test_a_database_that_is_not_empty_is_not_written_over(
    cast: Cast, settings: Settings, folder: Path, identity: Path, database_url: str
) -> None:
    path = saved(cast, settings, folder)
    assert "is not empty" in restored_into(settings, database_url, path, identity)


def test_other_keys_are_seen_before_anything_is_written(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    path = saved(cast, settings, folder)
    other = settings_of(empty)
    assert "is not the one this database was made with" in restored_into(other, empty, path, identity)
    bare = Settings()
    assert "Put SUAR_KEYS and SUAR_PEPPER back" in restored_into(bare, empty, path, identity)
    assert restore(elsewhere(settings, empty), path, identity)


def test_a_backup_of_the_other_engine_is_said(
    cast: Cast, settings: Settings, folder: Path, identity: Path, sqlite: Sqlite, empty: str
) -> None:
    line = replace(backup.manifest_of(cast.service.house), engine="another").line()
    out = io.BytesIO()
    age.encrypt(iter([line]), out, backup.recipient(settings))
    path = folder / "lain.age"
    path.write_bytes(out.getvalue())
    assert "This is a backup of another" in restored_into(settings, empty, path, identity)


@pytest.mark.parametrize("content", [b"", b"hello", b"-- suar {}\n", b"-- suar [1]\n", b"x" * 70_000])
def test_what_is_no_backup_of_ours_is_said(
    content: bytes, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    out = io.BytesIO()
    age.encrypt(iter([content]), out, backup.recipient(settings))
    path = folder / "lain.age"
    for whole in (out.getvalue(), content):
        path.write_bytes(whole)
        said = restored_into(settings, empty, path, identity)
        assert any(words in said for words in ("no backup", "another version", "does not open"))
    engine = make_engine(empty)
    with engine.connect().execution_options(reading=True) as connection:
        assert restored.is_empty(connection)
    engine.dispose()


@pytest.mark.parametrize("other", [{"mark": ""}, {"made_at": 1}, {"keys": {}}], ids=["no mark", "later", "no keys"])
def test_what_somebody_else_encrypted_to_the_public_key_is_not_put_back(
    other: dict[str, Any], cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    """Who can write into the folder of backups could bring queues with keys of their own."""
    forged = replace(backup.manifest_of(cast.service.house), **other).line()
    out = io.BytesIO()
    age.encrypt(iter([forged, b"CREATE TABLE mine (x);\n"]), out, backup.recipient(settings))
    path = folder / "lain.age"
    path.write_bytes(out.getvalue())
    assert "somebody else wrote it" in restored_into(settings, empty, path, identity)
    engine = make_engine(empty)
    with engine.connect().execution_options(reading=True) as connection:
        assert restored.is_empty(connection)
    engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://suar:rahasia@db/suar",
        "postgresql+psycopg://db/suar?user=suar&password=rahasia&sslpassword=rahasia",
    ],
)
def test_no_password_stands_on_a_command_line(url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(url)
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$PGPASSWORD $@"\n', encoding="utf-8")
    program.chmod(0o700)
    with dumped(engine, str(tmp_path)) as pieces:
        password, _, line = b"".join(pieces).partition(b" ")
    assert password == b"rahasia"
    assert b"rahasia" not in line and b"dbname=suar" in line


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_restore_that_breaks_off_leaves_a_database_that_does_not_start(
    cut: float, cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str
) -> None:
    big = [Reply(b"wati", "web", None, os.urandom(400_000))]
    cast.service.desk.do(lambda connection: message.put(connection, big, cast.service.house.now())).result()
    path = saved(cast, settings, folder)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)])
    there = elsewhere(settings, empty)
    assert "restore again" in restored_into(settings, empty, path, identity)
    with pytest.raises(CannotStart, match="A restore into this database did not end"):
        open_house(there)
    path.write_bytes(whole)
    assert "did not end" in restored_into(settings, empty, path, identity)


def test_a_crash_in_the_purge_leaves_a_database_that_does_not_start(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(Exception):
        pass

    def cut(parts: object) -> None:
        raise PowerCut

    monkeypatch.setattr("bot.clock.confirm", cut)
    with pytest.raises(PowerCut):
        restore(elsewhere(settings, empty), saved(cast, settings, folder), identity)
    with pytest.raises(CannotStart, match="did not end"):
        open_house(elsewhere(settings, empty))


# Files and keys


def test_old_backups_go_and_what_is_not_ours_stays(cast: Cast, settings: Settings, folder: Path) -> None:
    there = folder / "salinan"
    there.mkdir()
    for name in ("suar-2001-01-01.age", "suar-2001-01-01.age.part", "suar-lama.age", "catatan-2001-01-01.age"):
        (there / name).write_bytes(b"x")
        os.utime(there / name, (0, 0))
    path, gone = backup.save(settings, cast.service.house, there, 35)
    assert gone == 1
    assert {one.name for one in there.iterdir()} == {path.name, "suar-lama.age", "catatan-2001-01-01.age"}


def test_two_backups_at_once_leave_each_other_whole(
    cast: Cast, settings: Settings, folder: Path, identity: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = backup.write

    def meanwhile(settings: Settings, house: House, out: IO[bytes]) -> None:
        monkeypatch.setattr(backup, "write", write)
        write(settings, house, out)
        saved(cast, settings, folder)

    monkeypatch.setattr(backup, "write", meanwhile)
    path = saved(cast, settings, folder)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert restore(elsewhere(settings, empty), path, identity)


def test_a_file_of_the_last_day_stays(tmp_path: Path) -> None:
    for day in (1, 2):
        (tmp_path / f"suar-2026-11-0{day}.age").write_bytes(b"x")
    assert backup.forget_old(tmp_path, date(2026, 11, 2)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["suar-2026-11-02.age"]


def test_a_second_backup_of_a_day_takes_the_place_of_the_first(cast: Cast, settings: Settings, folder: Path) -> None:
    first = saved(cast, settings, folder)
    before = first.read_bytes()
    assert saved(cast, settings, folder) == first
    assert first.read_bytes() != before


@pytest.mark.parametrize("recipient", ["", "age1salah", "AGE-SECRET-KEY-1X"])
def test_without_a_public_key_nothing_is_written(recipient: str, sqlite: Sqlite, folder: Path) -> None:
    with sqlite.fresh() as url:
        settings = settings_of(url, backup_recipient=recipient)
        house = open_house(settings, serving=False)
        with pytest.raises(CannotStart, match="BACKUP_RECIPIENT is"):
            backup.save(settings, house, folder / "salinan", 35)
        assert list((folder / "salinan").iterdir()) == []
        house.engine.dispose()


def test_a_new_key_is_private_and_never_written_over(folder: Path) -> None:
    path = folder / ".suar" / "backup-key.txt"
    said = backup.new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (identity,) = age.identities_in(path)
    assert f"BACKUP_RECIPIENT={identity.to_public()}\n" in said
    with pytest.raises(CannotStart, match="take it away"):
        backup.new_key(path)


@pytest.mark.postgres
def test_without_postgresqls_programs_it_is_said(postgres: Databases, folder: Path) -> None:
    with postgres.fresh() as url:
        engine = make_engine(url)
        with pytest.raises(DumpFailed, match="pg_dump is not in"), dumped(engine, str(folder)):
            pass
        engine.dispose()


@pytest.mark.postgres
def test_a_pg_dump_that_fails_leaves_no_backup(postgres: Databases, folder: Path, pair: tuple[str, str]) -> None:
    fails = folder / "pg_dump"
    fails.write_text("#!/bin/sh\necho some bytes\nexit 3\n", encoding="utf-8")
    fails.chmod(0o700)
    with postgres.fresh() as url:
        settings = settings_of(url, backup_recipient=pair[1], postgres_programs=str(folder))
        house = open_house(settings, serving=False)
        with pytest.raises(DumpFailed, match="pg_dump failed"):
            backup.save(settings, house, folder / "salinan", 35)
        assert list((folder / "salinan").iterdir()) == []
        house.engine.dispose()


# The command line


def suar(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command in this test's folder."""
    around = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "DATABASE_URL": "sqlite:///suar.db", **environment}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, env=around, capture_output=True, timeout=60, check=False)


def test_from_the_command_line_a_backup_comes_back(folder: Path) -> None:
    assert suar("migrate").returncode == 0
    refused = suar("backup", "--to", "salinan")
    assert refused.returncode == 2 and b"`suar backup key` makes a pair" in refused.stderr
    line, *_ = suar("backup", "key").stdout.decode().splitlines()
    Path(".env").write_text(f"{line}\n", encoding="utf-8")
    assert b"Say where the backup goes" in suar("backup").stderr
    piped = suar("backup", "--stdout")
    assert (piped.returncode, piped.stderr) == (0, b"")
    (folder / "piped.age").write_bytes(piped.stdout)
    again = suar("restore", "piped.age", "--identity", ".suar/backup-key.txt", DATABASE_URL="sqlite:///baru.db")
    assert (again.returncode, again.stderr) == (0, b"")
    assert again.stdout.startswith(b"Restored as of ")
    assert stat.S_IMODE(Path("baru.db").stat().st_mode) == 0o600
    assert suar("migrate", DATABASE_URL="sqlite:///baru.db").returncode == 0
