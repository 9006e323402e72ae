"""A start is refused with one sentence that says how to mend it, and never costs anybody their keys."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.engine import Connection

from bot import staffing
from bot.app import open_house
from bot.doctor import findings
from bot.install import RECOVERY, CannotStart
from bot.keys import WeakSecret, WrongKeys, new_secret
from bot.keysheet import sheet
from bot.settings import Settings
from models import roster, slot
from models.base import make_engine
from models.tables import fact, staff

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
KEYS, SECRETS, RECOVERY_FILE, DEMO = Path(".suar/keys.env"), Path(".suar"), Path(".suar/recovery.txt"), ".suar/demo.txt"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and an environment that says nothing."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(**given: Any) -> dict[str, bytes]:
    """Open and close a house; the fingerprints and the recovery key that its database keeps."""
    house = open_house(Settings(**given))
    try:
        with house.engine.connect().execution_options(reading=True) as connection:
            return roster.facts(connection)
    finally:
        house.engine.dispose()


def secrets_of(path: Path) -> dict[str, str]:
    """Names in small letters, values as they stand."""
    rows = (line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())
    return {name.lower(): value for name, value in rows}


def mode(path: Path | str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


def store(work: Callable[[Connection], object]) -> None:
    """Change the database of the folder."""
    engine = make_engine("sqlite:///suar.db")
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


def add_person(connection: Connection, demo: bool) -> None:
    row = {"id": "s", "name": "sari", "salt": b"", "verifier": b"", "kdf": 1, "locked": b"", "public": b"", "totp": b""}
    connection.execute(sa.insert(staff).values(**row, admin=False, demo=demo, active=True))


# Keys


def test_the_first_start_makes_keys_that_only_their_owner_reads() -> None:
    start()
    assert mode(SECRETS) == 0o700
    assert (mode(KEYS), mode(RECOVERY_FILE)) == (0o600, 0o600)
    assert set(secrets_of(KEYS)) == {"suar_keys", "suar_pepper"}


def test_the_second_start_keeps_everything() -> None:
    facts = start()
    before = {path: path.read_bytes() for path in (KEYS, RECOVERY_FILE)}
    assert start() == facts
    assert {path: path.read_bytes() for path in before} == before


def test_keys_are_never_made_beside_a_database_with_data() -> None:
    start()
    KEYS.unlink()
    with pytest.raises(CannotStart, match=r"SUAR_PEPPER are missing, but the database has data .* key sheet"):
        start()
    assert not KEYS.exists()


def test_a_folder_without_its_database_begins_anew_with_the_same_keys() -> None:
    """The advice "use a new DATABASE_URL" must work."""
    facts = start()
    assert start(database_url="sqlite:///new.db") == facts


def test_a_start_that_broke_off_after_the_recovery_key_goes_on() -> None:
    facts = start()
    store(lambda connection: connection.execute(sa.delete(fact).where(fact.c.name == RECOVERY)))
    assert start()[RECOVERY] == facts[RECOVERY]


def test_something_else_in_the_place_of_the_recovery_key_is_not_overwritten() -> None:
    SECRETS.mkdir()
    RECOVERY_FILE.write_text("catatan saya\n", encoding="utf-8")
    with pytest.raises(CannotStart, match=r"recovery\.txt holds no recovery key: move it away"):
        start()
    assert RECOVERY_FILE.read_text(encoding="utf-8") == "catatan saya\n"


def test_a_file_of_keys_without_keys_is_not_overwritten() -> None:
    SECRETS.mkdir()
    KEYS.write_text("# empty\n", encoding="utf-8")
    with pytest.raises(CannotStart, match=r"keys\.env is there but names no SUAR_KEYS and SUAR_PEPPER"):
        start()
    assert KEYS.read_text(encoding="utf-8") == "# empty\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"suar_keys": ""}, "SUAR_KEYS is missing: put at least 32 random bytes"),
        ({"suar_pepper": ""}, "SUAR_PEPPER is missing: put at least 32 random bytes"),
        ({"suar_keys": "k1:" + new_secret()[:30]}, r"Key k1 of SUAR_KEYS is too short, \d+ bytes"),
        ({"suar_pepper": new_secret()[:30]}, r"SUAR_PEPPER is too short, \d+ bytes"),
        ({"suar_pepper": "A" * 43}, "SUAR_PEPPER is not random"),
        ({"suar_keys": "rahasia sekali!"}, "is not base64url"),
        ({"suar_keys": "pepper:" + new_secret()}, "A key id in SUAR_KEYS is not usable"),
    ],
)
def test_a_missing_or_weak_secret_stops_the_start(change: dict[str, str], sentence: str) -> None:
    start()
    given = {**secrets_of(KEYS), **change}
    KEYS.unlink()
    with pytest.raises(WeakSecret, match=sentence) as refused:
        start(**given)
    assert not [value for value in change.values() if value and value in str(refused.value)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"suar_keys": f"k1:{new_secret()}"}, "Key k1 of SUAR_KEYS is not the one this database was made with"),
        ({"suar_keys": f"k2:{new_secret()}"}, "Key k1 of SUAR_KEYS is missing, and this database needs it"),
        ({"suar_pepper": new_secret()}, "SUAR_PEPPER is not the one this database was made with"),
    ],
)
def test_another_key_stops_the_start(change: dict[str, str], sentence: str) -> None:
    facts = start()
    given = secrets_of(KEYS)
    with pytest.raises(WrongKeys, match=sentence):
        start(**{**given, **change})
    assert start() == facts


def test_a_new_key_in_front_of_the_old_one_is_welcome() -> None:
    start()
    given = secrets_of(KEYS)
    given["suar_keys"] = f"k2:{new_secret()},{given['suar_keys']}"
    assert {"fingerprint.k1", "fingerprint.k2"} < set(start(**given))


def test_no_secret_shows_in_print() -> None:
    given = {"suar_keys": f"k1:{new_secret()}", "suar_pepper": new_secret(), "telegram_bot_token": "123:abc"}
    settings = Settings.model_validate(given)
    shown = f"{settings} {settings!r} {settings.model_dump()}"
    assert settings.suar_pepper.get_secret_value() not in shown
    assert "123:abc" not in shown


def test_the_sheet_holds_what_must_survive_this_machine() -> None:
    with pytest.raises(CannotStart, match="There are no keys yet"):
        sheet(Settings())
    start()
    page = sheet(Settings())
    assert all(value in page for value in secrets_of(KEYS).values())
    assert RECOVERY_FILE.read_text(encoding="utf-8").strip() in page
    RECOVERY_FILE.unlink()
    assert "taken offline already" in sheet(Settings())


def test_the_doctor_sees_a_secret_that_others_can_read() -> None:
    house = open_house(Settings())
    database = [Path(f"suar.db{end}") for end in ("", "-wal", "-shm")]
    for path in (KEYS, *database):
        path.chmod(0o644)
        assert [one for one in findings(Settings(), house) if one.endswith(f"chmod 600 {path}")]
        path.chmod(0o600)
        assert not [one for one in findings(Settings(), house) if one.endswith(f"chmod 600 {path}")]
    house.engine.dispose()


def test_the_doctor_asks_who_the_proxy_is_where_there_must_be_one() -> None:
    house = open_house(Settings())
    public: dict[str, Any] = {"public_base_url": "https://suar.example"}
    assert [one for one in findings(Settings(**public), house) if "TRUSTED_PROXIES is empty" in one]
    for told in (Settings(), Settings(**public, trusted_proxies="127.0.0.1")):
        assert not [one for one in findings(told, house) if "TRUSTED_PROXIES" in one]
    house.engine.dispose()


def test_the_doctor_says_when_the_purge_waits_for_a_person() -> None:
    house = open_house(Settings())
    at = house.now() - 40 * 3_600
    with house.engine.begin() as connection:
        slot.confirm(connection, "forget", at, "x")
    assert [one for one in findings(Settings(), house) if "The last purge was 40 hours ago" in one and "forget" in one]
    with house.engine.begin() as connection:
        slot.confirm(connection, "forget", house.now() - 3_600, "x")
    assert not [one for one in findings(Settings(), house) if "purge" in one]
    house.engine.dispose()


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "10.0.0.1/24", "0.0.0.0/0", "::/0", "10.0.0.1;10.0.0.2"])
def test_only_addresses_and_networks_are_trusted_proxies(wrong: str) -> None:
    with pytest.raises(ValidationError, match="TRUSTED_PROXIES must be addresses or networks"):
        Settings(trusted_proxies=wrong)
    assert Settings(trusted_proxies=" 10.0.0.1, fd00::/8 ,").proxies == ["10.0.0.1", "fd00::/8"]


# The demo stays on this machine


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"host": "0.0.0.0"}, "HOST"),  # noqa: S104 - the address that must be refused
        ({"host": "192.168.1.5"}, "HOST"),
        ({"public_base_url": "https://suar.example"}, "PUBLIC_BASE_URL"),
        ({"console_base_url": "https://konsol.suar.example"}, "CONSOLE_BASE_URL"),
        ({"telegram_bot_token": "123:abc"}, "TELEGRAM_BOT_TOKEN"),
        ({"twilio_auth_token": "abc"}, "TWILIO_AUTH_TOKEN"),
        ({"twilio_auth_token": "abc", "twilio_api_base_url": "http://10.0.0.1"}, "TWILIO_AUTH_TOKEN"),
    ],
)
def test_a_demo_that_strangers_could_reach_is_refused_and_leaves_nothing(given: dict[str, str], named: str) -> None:
    with pytest.raises(CannotStart, match=f"^Demo staff stay on this machine: clear {named}, or use a new"):
        start(suar_demo=True, **given)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        {"host": "::1"},
        {"host": "localhost", "public_base_url": "http://localhost:8000"},
        {"host": "127.8.8.8", "public_base_url": "http://[::1]:8000"},
        {"telegram_bot_token": "123:abc", "telegram_api_base_url": "http://127.0.0.1:9000"},
        {"telegram_api_base_url": "https://api.telegram.org"},
    ],
)
def test_what_stays_on_this_machine_is_seen(given: dict[str, Any]) -> None:
    assert Settings(**given).beyond_this_machine == []


def test_demo_people_are_never_made_beside_real_staff() -> None:
    start()
    store(lambda connection: add_person(connection, demo=False))
    with pytest.raises(CannotStart, match="This database holds real staff: SUAR_DEMO=1 needs a new DATABASE_URL"):
        start(suar_demo=True)
    assert not Path(DEMO).exists()


def test_a_database_with_demo_people_starts_only_as_a_demo() -> None:
    start()
    store(lambda connection: add_person(connection, demo=True))
    with pytest.raises(CannotStart, match=r"This database holds demo staff\. Start with SUAR_DEMO=1, or use a new"):
        start()
    start(suar_demo=True)


def test_the_demo_makes_nine_people_whose_logins_only_the_owner_reads() -> None:
    Path(".suar").mkdir(mode=0o700)
    Path(DEMO).write_text("logins of another database\n", encoding="utf-8")
    start(suar_demo=True)
    logins = Path(DEMO).read_text(encoding="utf-8")
    assert mode(DEMO) == 0o600
    assert len(logins.splitlines()) == 9
    assert len({line.split("\t")[1] for line in logins.splitlines()}) == 9
    start(suar_demo=True)
    assert Path(DEMO).read_text(encoding="utf-8") == logins
    engine = make_engine("sqlite:///suar.db")
    with engine.connect().execution_options(reading=True) as connection:
        assert set(roster.holders(connection).values()) == {2}
    engine.dispose()


# The database


@pytest.mark.parametrize("url", ["suar.db", "oracle://suar", "mysql://root:rahasia@localhost/suar"])
def test_an_address_of_no_known_database_is_refused(url: str) -> None:
    with pytest.raises(CannotStart, match="DATABASE_URL is no address of SQLite or PostgreSQL"):
        start(database_url=url)


@pytest.mark.parametrize(
    "url", ["postgresql://suar:rahasia@127.0.0.1:1/suar?connect_timeout=2", "sqlite:///no/such/folder/suar.db"]
)
def test_a_database_that_does_not_answer_is_said_without_its_password(url: str) -> None:
    with pytest.raises(CannotStart, match="The database at DATABASE_URL does not answer") as refused:
        start(database_url=url)
    assert "rahasia" not in str(refused.value)
    assert not SECRETS.exists()


# The command line


def suar(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command in the test's folder."""
    around = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-W", "error", "-m", "bot", *words]
    return subprocess.run(command, env=around, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SUAR_PEPPER": "kurang"}, "SUAR_KEYS is missing"),
        ({"PORT": "70000"}, "PORT: Input should be less than or equal to 65535"),
        ({"PUBLIC_BASE_URL": "suar.example"}, "PUBLIC_BASE_URL must be an address such as https://suar.example"),
        ({"SUAR_DEMO": "1", "HOST": "0.0.0.0"}, "Demo staff stay on this machine: clear HOST"),  # noqa: S104 - refused
    ],
)
def test_a_refused_start_is_one_sentence_on_the_terminal(environment: dict[str, str], sentence: str) -> None:
    said = suar("migrate", **environment)
    assert said.returncode == 2
    assert said.stdout == ""
    assert said.stderr.startswith("Suar did not start. ")
    assert sentence in said.stderr
    assert "Traceback" not in said.stderr


def test_a_first_start_from_the_command_line_and_what_it_left() -> None:
    Path(".env").write_text("DATABASE_URL=sqlite:///lain.db\nSUAR_DEMO=\n", encoding="utf-8")
    said = suar("migrate")
    assert (said.returncode, said.stderr) == (0, "")
    assert Path("lain.db").exists()
    assert (mode(KEYS), mode("lain.db")) == (0o600, 0o600)
    shown = suar("keys", "sheet")
    assert secrets_of(KEYS)["suar_pepper"] in shown.stdout
    KEYS.unlink()
    assert "the database has data" in suar("migrate").stderr


# .env.example


def blocks() -> Iterator[tuple[list[str], list[str]]]:
    """The example's paragraphs: the lines that explain, and the settings under them."""
    for paragraph in EXAMPLE.strip().split("\n\n")[1:]:
        lines = paragraph.splitlines()
        yield [one for one in lines if one.startswith("#")], [one for one in lines if not one.startswith("#")]


def test_the_example_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_shows_the_defaults_and_loads_as_it_is() -> None:
    bare = Settings()
    Path(".env").write_text(EXAMPLE, encoding="utf-8")
    assert Settings() == bare


def test_the_example_explains_each_setting_in_one_or_two_lines() -> None:
    for explained, named in blocks():
        assert 1 <= len(explained) <= 2, named
        assert named
        assert all(len(line) > 40 or line is explained[-1] for line in explained), explained


def test_the_second_factor_is_printed_as_the_start_says() -> None:
    """The start prints `suar staff otp NAME`, without SUAR_DEMO before it: whoever copies it must get in."""
    assert suar("migrate", SUAR_DEMO="1").returncode == 0
    digits = suar("staff", "otp", "sari")
    assert (digits.returncode, digits.stderr) == (0, "")
    assert digits.stdout.strip().isdecimal() and len(digits.stdout.strip()) == 6
    stranger = suar("staff", "otp", "siapa")
    assert stranger.returncode == 2 and "is no demo person" in stranger.stderr


@pytest.mark.parametrize("words", ["staff otp sari", "doctor", "keys sheet", "keys retire", "forget", "backup --to ."])
def test_a_command_in_another_folder_begins_no_second_install(words: str) -> None:
    said = suar(*words.split())
    assert said.returncode == 2
    assert f"There is no database at {Path('suar.db').absolute()}: run it in the folder where Suar runs" in said.stderr
    assert list(Path().iterdir()) == []


def test_a_queue_that_has_members_gets_no_second_first_one() -> None:
    assert suar("migrate", SUAR_DEMO="1").returncode == 0
    house = open_house(Settings(), serving=False)
    key = Path(".suar/recovery.txt").read_text(encoding="utf-8")
    with pytest.raises(CannotStart, match="ppapp-jaksel has members already"):
        staffing.first(house, "ppapp-jaksel", "orang baru", "pagi teduh sepeda biru", key)
    house.engine.dispose()
