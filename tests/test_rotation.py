"""New keys for old ones: talk goes on, every process opens what the others seal, and the old key ends up unneeded."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot import alerts, pings, renewal, rotation, staff, staffing, subscriptions
from bot import duty as duty_chats
from bot.app import open_house, running
from bot.channels import telegram_notice
from bot.channels.telegram_trace import Spot, open_spot, seal_spot
from bot.codes import code_salt, derive
from bot.doctor import findings
from bot.filing import sealed_item
from bot.house import House
from bot.inbound import Inbound
from bot.install import FINGERPRINT, RETIRED, CannotStart
from bot.keys import CannotOpen, Keys, WeakSecret, WrongKeys, new_secret
from bot.pings import Chat, open_chat, seal_chat
from bot.sealing import SIZE_CLASSES, info_wrap, new_keypair, recovery_bytes, recovery_text, unseal
from bot.service import Service
from bot.settings import SECRETS, Settings
from bot.standing import SIZES, open_standing, seal_standing
from bot.uploads import opened, sealed_under
from handlers.render import Line
from handlers.talk import Place
from models import alert, duty, epoch, file, person, ping, roster, sealed, subscription, trace
from models.alert import Alert
from models.alert_notice import name_of
from models.base import make_engine, metadata
from models.channel_tables import duty as duty_table
from models.channel_tables import notice as notice_table
from models.channel_tables import ping as ping_table
from models.leader_tables import leader as leader_table
from models.tables import outbox, reader
from models.tables import staff as people
from tests import tally
from tests.console_service import OVERSIGHT, QUEUE, SIGN_IN_WORDS, Cast, post
from tests.pilot import CHOSEN, case_read_by, pair_of, pilot, private_of, story_by_code, with_code
from tests.service import shelf

pytestmark = pytest.mark.anyio
WORDS = "pintunya digembok dari luar"
TALK = ("halo", "3", "1", "2", "1 4 pintunya digembok", "kalcit")
CHANNEL = "telegram"
CHAT = Chat(b"p" * 32, "telegram", "1", "id")
RECOVERY = Path(".suar/recovery.txt")

TOLD = name_of("a", "sari")  # that an alert waits
# Bytes that no key of the server seals: hashes, public keys, what is sealed to people, and the trail's own.
OTHER_BYTES = {
    "inbound.key",
    "person.key",
    "outbox.person",
    "trace.id",
    "trace.person",
    "remains.id",
    "duty.hash",
    "subscription.person",
    "alert.picture",  # goes out to everybody who asked
    "alert.cursor",
    "reached.person",
    str(leader_table.c.hash),
    str(leader_table.c.person),
    "report.locator",
    "report.public",
    "report.code_wrap",
    "reader.wrap",
    "item.body",
    "file.body",
    "queue.public",
    "queue.recovery_wrap",
    "queue.previous",
    "staff.salt",
    "staff.verifier",
    "staff.locked",
    "staff.public",
    "member.wrap",
    "invite.hash",
    "session.hash",
    "session.wrap",
    "trail.salt",
    "trail.digest",
    "trail.link",
    "fact.value",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.app.load_shelf", shelf)  # as it is shipped, but read once for all tests
    return tmp_path


@pytest.fixture
def read(database_url: str) -> Callable[[], Settings]:
    """The settings as a process reads them when it starts."""
    return lambda: Settings(database_url=database_url)


@pytest.fixture
def cast(read: Callable[[], Settings]) -> Iterator[Cast]:
    with house_of(read) as house:
        assert house.keys.current == "k1"
    with pilot(read()) as cast:
        yield cast


def house_of(read: Callable[[], Settings]) -> Any:
    """An opened house, closed at the end."""
    return staying(open_house(read(), serving=False))


class staying:
    """Dispose of a house's engine at the end."""

    def __init__(self, house: House) -> None:
        self.house = house

    def __enter__(self) -> House:
        return self.house

    def __exit__(self, *ended: object) -> None:
        self.house.engine.dispose()


def rotate(read: Callable[[], Settings], setting: str = rotation.KEYS) -> str:
    with house_of(read) as house:
        return rotation.rotate(read(), house, setting)


def retire(read: Callable[[], Settings]) -> str:
    with house_of(read) as house:
        return rotation.retire(read(), house)


def say(service: Service, who: str, number: int, text: str) -> list[str]:
    """What is answered to a message of a talk."""
    places = tuple(service.reading.places.read(text, asked=True))
    receipt = service.desk.hear(Inbound(CHANNEL, f"{who}{number}", who, text, places=places)).result(20)
    assert receipt.body is not None and not receipt.repeated
    return list(Line.load(json.loads(receipt.body)).texts)


def fields(engine: sa.Engine) -> dict[str, list[bytes]]:
    """The ids of the keys that everything stored is sealed with, by column."""
    found = {}
    with engine.connect().execution_options(reading=True) as connection:
        for one in sealed.COLUMNS:
            values = connection.execute(sa.select(one.column).where(one.column.is_not(None))).scalars()
            found[str(one.column)] = [bytes(value).partition(b":")[0] for value in values]
    return found


def facts(engine: sa.Engine, prefix: str) -> set[str]:
    with engine.connect().execution_options(reading=True) as connection:
        return {name.removeprefix(prefix) for name in roster.facts(connection, prefix)}


# The server's keys


def test_every_column_of_bytes_is_known_to_be_sealed_with_a_servers_key_or_not() -> None:
    ours = {str(one.column) for one in sealed.COLUMNS}
    stored = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    assert ours | OTHER_BYTES == stored
    assert ours & OTHER_BYTES == set()
    assert set(rotation.PLACES) == ours


async def test_keys_rotate_while_people_talk_to_two_processes(read: Callable[[], Settings]) -> None:
    with pilot(read()) as cast:
        plain = [say(cast.service, "budi", number, text) for number, text in enumerate(TALK)]
        id = cast.file()
        stays, leaves = running(read(), clock_too=False), running(read(), clock_too=False)
        one, other = stays.__enter__(), leaves.__enter__()
        heard = [say(one, "wati", 0, TALK[0])]
        assert "k2 is listed" in rotate(read)
        leaves.__exit__(None, None, None)
        other = (leaves := running(read(), clock_too=False)).__enter__()
        heard.append(say(other, "wati", 1, TALK[1]))
        heard.append(say(one, "wati", 2, TALK[2]))
        stays.__exit__(None, None, None)
        one = (stays := running(read(), clock_too=False)).__enter__()
        assert "k2 is in use" in rotate(read)
        leaves.__exit__(None, None, None)
        other = (leaves := running(read(), clock_too=False)).__enter__()
        heard.append(say(other, "wati", 3, TALK[3]))  # sealed with k2
        heard.append(say(one, "wati", 4, TALK[4]))  # opened by who still seals with k1, and sealed with it
        heard.append(say(other, "wati", 5, TALK[5]))
        stays.__exit__(None, None, None)
        leaves.__exit__(None, None, None)
        assert heard == plain
    assert "k1 of SUAR_KEYS is retired" in retire(read)
    assert list(read().keys.ring) == ["k2"]
    with pilot(read(), first=False) as cast:
        assert {name for found in fields(cast.service.house.engine).values() for name in found} == {b"k2"}
        assert WORDS in await case_read_by(cast, "sari", id)


def on_duty(connection: sa.Connection, house: House, report: str, chats: dict[str, bytes]) -> None:
    """Somebody who wants to be told, a caseworker's chat, and a notice that stands in it."""
    (first, *_) = connection.execute(sa.select(people.c.id)).scalars()
    ping.put(connection, report, chats["ping"])
    duty.offer(connection, first, b"hash", house.now())
    duty.link(connection, first, "link", chats["duty"], house.now())
    connection.execute(sa.delete(notice_table))
    duty.add(connection, first, report, "notice")
    duty.keep_spot(connection, "notice", house.keys.seal_field(b"[1]", telegram_notice.where("notice")))


def subscribed(connection: sa.Connection, house: House, person: bytes) -> None:
    """Somebody who hears of an area, where an alert stands in their chat, and one whose writer is not told yet."""
    address = house.keys.seal_field(b"1", subscriptions.place_of(person))
    free = house.keys.seal_field(b"1|2", subscriptions.answerable_place(person))
    one = subscription.Subscription(person, CHANNEL, "id", address, "31.72.01.1001", answerable=free)
    subscription.subscribe(connection, one)
    there = house.keys.seal_field(b"[1]", f"outbox|{person.hex()}|vendor")
    connection.execute(sa.update(outbox).where(outbox.c.person == person).values(vendor=there))
    writer = house.keys.seal_field(b"1", alerts.place_of("a"))
    alert.put(connection, Alert("a", "31.72", "31.72.01.1001", "", "{}", house.now(), house.now(), chat=writer))
    telegram_notice.keep_spot(connection, TOLD, house.keys.seal_field(b"[1]", telegram_notice.where(TOLD)))


def test_everything_that_is_sealed_opens_with_the_new_key_alone(cast: Cast, read: Callable[[], Settings]) -> None:
    house, desk = cast.service.house, cast.service.desk
    say(cast.service, "wati", 0, "halo")
    spot = seal_spot(house, Spot(1, 2))
    desk.do(lambda connection: trace.add(connection, [spot], house.now())).result()
    key = house.keys.person_key(CHANNEL, "wati")
    desk.do(lambda connection: subscribed(connection, house, key)).result()
    desk.do(lambda c: file.keep(c, "upload", sealed_under(house, "upload", b"a picture"), house.now() + 900)).result()
    chats = {"ping": pings.place_of(report := cast.file()), "duty": duty_chats.place_of("link")}
    sealed_chats = {name: seal_chat(house, CHAT, where) for name, where in chats.items()}
    desk.do(lambda connection: on_duty(connection, house, report, sealed_chats)).result()
    assert {name for name, found in fields(house.engine).items() if not found} <= {"remains.sealed"}
    rotate(read), rotate(read), retire(read)
    with house_of(read) as new:
        assert {name for found in fields(new.engine).values() for name in found} == {b"k2"}
        with new.engine.connect().execution_options(reading=True) as connection:
            assert open_standing(new.keys, person.load(connection, [key])[key]).place.flow
            (row,) = trace.of_person(connection, spot.person)
            assert open_spot(new, row) == Spot(1, 2)
            (told,) = subscription.of_persons(connection, [key]).values()
            assert new.keys.open_field(told.address, subscriptions.place_of(key)) == b"1"
            assert subscriptions.opened(new, key, told) == "1|2"
            assert opened(new, "upload", file.uploads(connection, ["upload"])["upload"]) == b"a picture"
            for column, where in ((ping_table.c.sealed, chats["ping"]), (duty_table.c.sealed, chats["duty"])):
                assert open_chat(new, bytes(connection.execute(sa.select(column)).scalar_one()), where) == CHAT
            assert (
                new.keys.open_field(duty.spot(connection, "notice") or b"", telegram_notice.where("notice")) == b"[1]"
            )
            assert new.keys.open_field(telegram_notice.spot(connection, TOLD) or b"", telegram_notice.where(TOLD))
            for one in connection.execute(sa.select(people)):
                assert new.keys.open_field(bytes(one.totp), staff.totp_place(one.id))
        assert findings(read(), new) == [one for one in findings(read(), new) if "rotated" not in one]


def test_a_field_that_changed_meanwhile_is_left_alone(cast: Cast) -> None:
    house = cast.service.house
    say(cast.service, "wati", 0, "halo")
    place = next(one for one in sealed.COLUMNS if str(one.column) == "person.place")
    with house.engine.connect().execution_options(reading=True) as connection:
        (value,) = sealed.page(connection, place, None)
    say(cast.service, "wati", 1, "3")
    assert cast.service.desk.do(lambda connection: sealed.swap(connection, place, [(value, b"old")])).result() == 0


def test_who_still_seals_with_an_old_key_stops_the_retirement(
    cast: Cast, read: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    say(cast.service, "wati", 0, "halo")
    rotate(read), rotate(read)
    real = rotation.reseal

    def beside(house: House, do: Any) -> int:
        changed = real(house, do)
        say(cast.service, house.token(), 0, "halo")
        return changed

    monkeypatch.setattr(rotation, "reseal", beside)
    with pytest.raises(CannotStart, match="Something still seals with an old key"):
        retire(read)
    assert list(read().keys.ring) == ["k2", "k1"]


def test_a_retired_key_never_seals_again(cast: Cast, read: Callable[[], Settings]) -> None:
    old = read()
    rotate(read), rotate(read), retire(read)
    assert facts(cast.service.house.engine, FINGERPRINT) == {"k2", "pepper"}
    assert facts(cast.service.house.engine, RETIRED) == {"k1"}
    with pytest.raises(WrongKeys, match="Key k2 of SUAR_KEYS is missing"):
        open_house(old)
    both = old.model_copy(update={"suar_keys": reversed_keys(read(), old)})
    with pytest.raises(WrongKeys, match="Key k1 of SUAR_KEYS was retired"):
        open_house(both)
    assert "k3 is listed" in rotate(read)


def reversed_keys(new: Settings, old: Settings) -> Any:
    text = f"{old.suar_keys.get_secret_value()},{new.suar_keys.get_secret_value()}"
    return type(new.suar_keys)(text)


def test_no_third_key_before_the_first_is_retired(cast: Cast, read: Callable[[], Settings]) -> None:
    rotate(read), rotate(read)
    with pytest.raises(CannotStart, match="k1 is not retired yet"):
        rotate(read)


def test_without_an_old_key_there_is_nothing_to_retire(cast: Cast, read: Callable[[], Settings]) -> None:
    assert retire(read) == "Nothing is left to retire."
    rotate(read)
    assert retire(read) == "Nothing is left to retire."
    assert list(read().keys.ring) == ["k1", "k2"]


def test_the_file_is_written_whole_and_private_and_keeps_its_other_lines(
    cast: Cast, read: Callable[[], Settings]
) -> None:
    SECRETS.write_text(SECRETS.read_text(encoding="utf-8") + "LAIN=1\n", encoding="utf-8")
    before = read()
    rotate(read)
    assert stat.S_IMODE(SECRETS.stat().st_mode) == 0o600
    lines = SECRETS.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"SUAR_KEYS={before.suar_keys.get_secret_value()},k2:")
    assert lines[1:] == [f"SUAR_PEPPER={before.suar_pepper.get_secret_value()}", "LAIN=1"]
    assert [path.name for path in SECRETS.parent.iterdir() if path.name.startswith("keys")] == ["keys.env"]


def test_keys_that_come_from_elsewhere_are_the_operators_to_change(cast: Cast, read: Callable[[], Settings]) -> None:
    given = read()
    SECRETS.unlink()
    with staying(open_house(given, serving=False)) as house:
        said = rotation.rotate(given, house)
    assert f"SUAR_KEYS={given.suar_keys.get_secret_value()},k2:" in said
    assert not SECRETS.exists()


# The pepper


def test_codes_of_an_old_pepper_are_tried_too_until_none_is_left(cast: Cast, read: Callable[[], Settings]) -> None:
    with_code(cast, first := cast.file())
    rotate(read, rotation.PEPPERS), rotate(read, rotation.PEPPERS)
    other = ("gula", *CHOSEN[1:])
    with pilot(read(), first=False) as new:
        assert list(new.service.house.keys.peppers) == ["p2", "p1"]
        with_code(new, second := new.file(), other)
        new.set(second, kdf=new.service.house.keys.pepper_number)
        assert WORDS in (story_by_code(new) or "") and WORDS in (story_by_code(new, other) or "")
        assert story_by_code(new, ("hujan", *CHOSEN[1:])) is None
        assert derive(other, code_salt(new.service.house.keys.pepper)).locator == bytes(new.row(second).locator)
        assert new.service.house.keys.root == cast.service.house.keys.root
    assert "p1 of SUAR_PEPPER stays: the codes of 1 reports" in retire(read)
    cast.set(first, code_wrap=None)
    assert "p1 of SUAR_PEPPER is retired" in retire(read)
    with pilot(read(), first=False) as last:
        assert list(last.service.house.keys.peppers) == ["p2"]
        assert WORDS in (story_by_code(last, other) or "")


@pytest.mark.parametrize("text", ["p1:{0},p1:{1}", "p0:{0}", "merica:{0}", "{0},{1}", "p2:{0},p1:{0}"])
def test_a_list_of_peppers_that_is_not_readable_is_refused(text: str) -> None:
    with pytest.raises(WeakSecret, match="SUAR_PEPPER"):
        Keys.parse(new_secret(), text.format(new_secret(), new_secret()))


def test_the_oldest_pepper_names_persons_and_the_newest_makes_codes() -> None:
    ring, one, two = new_secret(), new_secret(), new_secret()
    old, new = Keys.parse(ring, one), Keys.parse(ring, f"p2:{two},p1:{one}")
    assert old.person_key("web", "a") == new.person_key("web", "a")
    assert (old.pepper_number, new.pepper_number) == (1, 2)
    assert old.pepper != new.pepper and old.root == new.root == old.pepper
    new.check_fingerprints(old.fingerprints())
    with pytest.raises(WrongKeys, match=r"Pepper p2 of SUAR_PEPPER is missing"):
        old.check_fingerprints(new.fingerprints())


# Queues


def no_wait(seconds: float) -> None:
    """Nothing is being filed in these tests."""


def recovery() -> str:
    return RECOVERY.read_text(encoding="utf-8").strip()


def wraps(cast: Cast, queue: str = QUEUE) -> list[Any]:
    query = sa.select(reader.c.report, reader.c.epoch, reader.c.wrap).where(reader.c.queue == queue)
    return cast.service.desk.do(lambda connection: list(connection.execute(query))).result()


def renewed(cast: Cast, queue: str = QUEUE) -> str:
    """Renew, and let the cast know the new key."""
    said = renewal.renew(cast.service.house, queue, recovery(), no_wait)
    row = cast.service.desk.do(lambda connection: roster.queues(connection, [queue])[queue]).result()
    cast.queues[queue] = pair_of(row, recovery_bytes(recovery()))
    return said


async def test_after_somebody_has_left_their_copy_of_the_key_opens_nothing(cast: Cast) -> None:
    ids = [cast.file() for _ in range(3)]
    old = cast.queues[QUEUE].private
    async with cast.client("sari") as sari:
        rina = cast.hire("rina", {QUEUE: "petugas"})
        assert "?kabar=keluar" in (await post(sari, "/anggota/keluarkan", queue=QUEUE, staff=rina)).headers["location"]
    assert renewed(cast) == f"{QUEUE} has a new key. 2 people hold it, and 3 reports are wrapped for it."
    for row in wraps(cast):
        assert row.epoch == 2
        for number in (1, 2):
            with pytest.raises(CannotOpen):
                unseal(old, bytes(row.wrap), info_wrap(QUEUE, number, row.report))
    assert all(row.epoch == 1 for row in wraps(cast, OVERSIGHT))
    assert QUEUE in cast.service.desk.do(roster.open_queues).result()
    for id in ids:
        assert WORDS in await case_read_by(cast, "budi", id)
        cast.service.desk.do(lambda c: c.execute(sa.update(people).values(totp_step=None))).result()
    assert WORDS in await case_read_by(cast, "sari", cast.file())


def test_a_report_filed_at_that_very_moment_is_taken_along(cast: Cast) -> None:
    """Its sealing had read the old key before it was turned."""
    row = cast.service.desk.do(lambda connection: roster.queues(connection, [QUEUE])[QUEUE]).result()
    first, late = cast.file(), cast.file()
    filed: list[str] = []
    wrap = next(one for one in wraps(cast) if one.report == late)
    cast.service.desk.do(lambda c: c.execute(sa.delete(reader).where(reader.c.report == late))).result()
    values = {"report": late, "queue": QUEUE, "role": "lead", "active": True, "epoch": row.epoch, "wrap": wrap.wrap}

    def meanwhile(seconds: float) -> None:
        if not filed:
            filed.append(late)
            cast.service.desk.do(lambda c: c.execute(sa.insert(reader).values(values))).result()
            assert cast.service.desk.do(epoch.behind).result() == {QUEUE: 1}
            assert any("wait under an older key" in one for one in findings(cast.service.settings, cast.service.house))

    assert "2 reports are wrapped" in renewal.renew(cast.service.house, QUEUE, recovery(), meanwhile)
    assert cast.service.desk.do(epoch.behind).result() == {}
    assert {one.report for one in wraps(cast) if one.epoch == 2} == {first, late}


def test_a_renewal_that_broke_off_is_finished_by_the_next(cast: Cast) -> None:
    class PowerCut(Exception):
        pass

    def cut(seconds: float) -> None:
        raise PowerCut

    late = cast.file()
    with pytest.raises(PowerCut):
        renewal.renew(cast.service.house, QUEUE, recovery(), cut)
    renewed(cast)
    assert private_of(cast, late) and {one.epoch for one in wraps(cast)} == {3}


def test_who_waits_for_approval_goes_on_waiting(cast: Cast) -> None:
    cast.hire("rina", {QUEUE: "petugas"}, holds=False)
    renewed(cast)
    rows = cast.service.desk.do(lambda connection: roster.members(connection, QUEUE)).result()
    assert {row.name: row.holds for row in rows} == {"budi": True, "sari": True, "rina": False}


@pytest.mark.parametrize(
    ("queue", "text", "sentence"),
    [
        ("tidak-ada", None, "There is no queue tidak-ada"),
        (QUEUE, recovery_text(new_keypair().private), "is not the one of this install"),
        (QUEUE, "ABCD", "letters and digits, but 4 were typed"),
    ],
    ids=["no queue", "another key", "half a key"],
)
def test_a_renewal_that_cannot_be_is_said(cast: Cast, queue: str, text: str | None, sentence: str) -> None:
    with pytest.raises(CannotStart, match=sentence):
        renewal.renew(cast.service.house, queue, text or recovery(), no_wait)
    assert {row.epoch for row in cast.service.desk.do(roster.queues).result().values()} == {1}


def test_another_recovery_key_takes_the_place_of_the_printed_one(cast: Cast) -> None:
    old, house = recovery(), cast.service.house
    with pytest.raises(CannotStart, match="still lies in"):
        renewal.replace_recovery(house, RECOVERY, old)
    RECOVERY.unlink()
    with pytest.raises(CannotStart, match="is not the one of this install"):
        renewal.replace_recovery(house, RECOVERY, recovery_text(new_keypair().private))
    assert not RECOVERY.exists()
    RECOVERY.write_text(f"{recovery_text(new_keypair().private)}\n", encoding="utf-8")  # left by one that broke off
    with pytest.raises(CannotStart, match="opens nothing here: delete the file"):
        renewal.replace_recovery(house, RECOVERY, old)
    RECOVERY.unlink()
    assert "burn the old paper" in renewal.replace_recovery(house, RECOVERY, old)
    assert stat.S_IMODE(RECOVERY.stat().st_mode) == 0o600
    with pytest.raises(CannotStart, match="is not the one of this install"):
        renewal.renew(house, QUEUE, old, no_wait)
    assert staffing.first(house, "upt-pppa", "orang baru", SIGN_IN_WORDS, recovery())
    for row in cast.service.desk.do(roster.queues).result().values():
        with pytest.raises(CannotOpen):
            staff.recovered_queue(row, recovery_bytes(old))


# Sizes


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_the_size_of_sealed_words_tells_only_their_class(one: str, other: str) -> None:
    public = new_keypair().public
    sizes = [len(sealed_item("r", public, "r.story", "story", words).body) for words in (one, other)]
    classes = [next(size for size in SIZE_CLASSES if 4 + len(words.encode()) <= size) for words in (one, other)]
    assert (sizes[0] == sizes[1]) is (classes[0] == classes[1])
    assert sizes[0] - classes[0] == sizes[1] - classes[1]


@given(st.text(max_size=800), st.text(max_size=800))
def test_the_size_of_a_sealed_place_tells_only_its_class(one: str, other: str) -> None:
    house = House(make_engine("sqlite://"), tally.keys(), shelf(), tally.flows())
    place = partial(Place, "tally", "ask", turn=1)
    lengths = [
        len(seal_standing(house, b"wati", place(draft={"heard": [words]}), (CHANNEL, "1"), tally.NOON))
        for words in (one, other)
    ]
    house.engine.dispose()
    overhead = len(house.keys.seal_field(b"", "person||place"))
    assert {length - overhead for length in lengths} <= set(SIZES)
