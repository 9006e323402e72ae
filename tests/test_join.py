"""After a report over HTTP no value and no time leads from what a person leaves to their case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.codes import report_id_from_seed
from bot.service import Service
from handlers.statement import errand_id
from models.base import DAY, HOUR
from models.channel_tables import ping, trace, upload
from models.tables import file, inbound, item, outbox, person, reader, report, session
from tests import tally
from tests.databases import Sqlite
from tests.service import make_service, staffed
from tests.talks import FOLDER, load_talk
from tests.teller import Teller
from tests.test_filing import REVIEW, SEND
from tests.web_chat import Clock, Phone, make_web, phone

pytestmark = pytest.mark.anyio
OF_A_PERSON, OF_A_CASE = (person, outbox, inbound, session, trace, upload), (report, reader, item, file, ping)
MINUTE = 60
MARK = 12  # letters or bytes
LEAST = 1_000_000_000  # smaller numbers are counts, not times
Rows = Mapping[str, Sequence[Any]]


@pytest.fixture
def clock() -> Clock:
    """A time that is no whole minute, and far from a whole hour."""
    return Clock(1_790_001_387)


@pytest.fixture
def service(database_url: str, clock: Clock) -> Iterator[Service]:
    with make_service(database_url, clock.now) as service:
        yield staffed(service)


async def values(service: Service, tables: Sequence[sa.Table]) -> Rows:
    """Every value of every column, by table and column."""

    def query(connection: Connection) -> Rows:
        return {
            str(column): [bytes(one) if isinstance(one, memoryview) else one for one in found if one is not None]
            for table in tables
            for column in table.columns
            for found in [connection.execute(sa.select(column)).scalars().all()]
        }

    return await service.look(query)


def times(rows: Rows) -> dict[str, list[int]]:
    """The times among them that say more than an hour or a day."""
    found = {name: [one for one in some if type(one) is int and one > LEAST] for name, some in rows.items()}
    return {name: exact for name, some in found.items() if (exact := [one for one in some if one % HOUR])}


def marks(rows: Rows) -> set[Any]:
    """Texts and bytes long enough to belong to one row only, and parts of them that may be written otherwise."""
    plain = {one for some in rows.values() for one in some if isinstance(one, str | bytes) and len(one) >= MARK}
    return plain | {one.hex() for one in plain if isinstance(one, bytes)}


async def talk(one: Phone, clock: Clock) -> None:
    """Report, read the code, write SUDAH, and leave; every question takes its seconds."""
    await one.to_review()
    clock.at += 20
    await one.press("Kirim sekarang")
    assert "Kode Anda" in one.html
    clock.at += 20
    await one.press("SUDAH")
    await one.shown()


def near(people: Rows, cases: Rows) -> list[tuple[str, str]]:
    """Columns of a person and of a case that hold times less than a minute apart."""
    return [
        (left, right)
        for left, some in times(people).items()
        for right, others in times(cases).items()
        for one_time in some
        for other in others
        if abs(one_time - other) < MINUTE
    ]


async def test_nothing_joins_a_settled_person_to_their_case(service: Service, clock: Clock) -> None:
    async with phone(make_web(service, clock)) as one:
        await talk(one, clock)
    people, cases = await values(service, OF_A_PERSON), await values(service, OF_A_CASE)
    assert people["person.key"] and people["outbox.id"] and people["inbound.key"]
    assert len(cases["report.id"]) == len(cases["item.id"]) == 1
    assert not marks(people) & marks(cases)
    assert times(cases)["report.filed_at"]
    assert near(people, cases) == []
    assert set(people["outbox.due"]) == {clock.now() // DAY * DAY}
    assert people["outbox.body"] == people["person.place"] == people["person.place_until"] == []


@pytest.mark.parametrize("name", ["saya-sendiri", "saya-sendiri-hp-kembali", "anak-sendiri", "keluarga-anak-bahaya"])
async def test_nothing_joins_who_was_in_danger_to_what_they_told(service: Service, name: str, clock: Clock) -> None:
    async with phone(make_web(service, clock)) as one:
        await Teller(one, clock).tell(load_talk(FOLDER / f"{name}.txt"))
    people, cases = await values(service, OF_A_PERSON), await values(service, OF_A_CASE)
    assert people["person.key"] and cases["report.id"] and cases["item.id"]
    assert not marks(people) & marks(cases)
    assert near(people, cases) == []
    assert people["outbox.body"] == people["person.place"] == people["person.place_until"] == []


async def test_what_hapus_leaves_is_gone_once_it_was_shown(service: Service, clock: Clock) -> None:
    async with phone(make_web(service, clock)) as one:
        await one.open()
        await one.post("hapus")
        await one.press("Ya, hapus")
    people = await values(service, (person, outbox))
    assert people["person.key"] == people["outbox.id"] == []


def test_the_id_of_a_filing_says_nothing_of_its_seed(sqlite: Sqlite) -> None:
    with sqlite.fresh(tally.staffed) as url, tally.office(url, idle=True) as here:
        tally.seat_at(here.desk, "wati", place=REVIEW)
        tally.say(here.desk, "wati", pressed=(SEND,))
        place = tally.place_kept(here.engine, "wati")
    assert place is not None
    assert place.errand is not None
    seed = place.errand.args["seed"]
    assert place.errand.id == errand_id(seed)
    assert report_id_from_seed(bytes.fromhex(place.errand.id)) != report_id_from_seed(bytes.fromhex(seed))
