"""The lurah's officer invites, renews and revokes in chat, for their own kelurahan and time; no chat is ever seen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.app import make_app
from bot.inviting import MOST, renew
from bot.leaders import months_later
from handlers.lead_invite import LONGEST, RENEW, unit_of
from handlers.talk import Errand
from models.base import DAY
from models.leader import Office, invite
from models.leader_tables import leader
from models.subscription import Subscription, subscribe
from models.tables import trail
from tests.console_service import Cast, make_cast
from tests.test_leaders import CODE, RAWAJATI, invited, rows
from tests.web_chat import HOME, Phone, buttons

pytestmark = pytest.mark.anyio
PANCORAN = "31.74.08.1001"  # the kelurahan beside it


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url) as cast:
        yield cast


@pytest.fixture
def app(cast: Cast) -> Starlette:
    return make_app(cast.service)


@pytest.fixture
async def phones(app: Starlette) -> AsyncIterator[list[Phone]]:
    """Three people."""
    async with AsyncExitStack() as stack:
        found = []
        for _ in range(3):
            transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 40_000))
            client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=HOME))
            found.append(Phone(client))
            await found[-1].open()
        yield found


async def officer(cast: Cast, phone: Phone, **changed: str) -> None:
    """Somebody becomes the officer of Rawajati, and stands in the menu of invitations."""
    code = await invited(cast, **{"office": "kelurahan", "unit": "", **changed})
    await phone.post(f"ketua {code}")
    await phone.press("Undang RT, RW, atau sekolah")


async def invite_rt(phone: Phone, text: str = "RT 5 RW 3") -> str:
    """A code for an RT."""
    await phone.press("Buat undangan")
    await phone.press("Pengurus RT")
    await phone.post(text)
    await phone.press("Ya, buat")
    found = CODE.search(phone.html)
    assert found, phone.html
    return found[1]


def leaders(cast: Cast) -> list[tuple[Any, ...]]:
    """Office, kelurahan, unit and term of all, the officer first."""
    row = leader.c
    return rows(cast, sa.select(row.office, row.kelurahan, row.unit, row.term).order_by(row.office))


async def test_an_invited_rt_leads_in_the_same_kelurahan_and_no_longer_than_the_officer(
    cast: Cast, phones: list[Phone]
) -> None:
    lurah, rt, _ = phones
    await officer(cast, lurah, months="6")
    code = await invite_rt(lurah)
    await rt.post(f"ketua {code}")
    assert "Halo, pengurus RT. Kelurahan Rawajati." in rt.html
    (first, second) = leaders(cast)
    assert (first[0], second[:3]) == ("kelurahan", ("rt", RAWAJATI, "05/03"))
    assert second[3] == first[3]
    assert "Undang RT" not in rt.html


async def test_the_list_names_offices_and_never_a_chat(cast: Cast, phones: list[Phone]) -> None:
    lurah, rt, _ = phones
    await officer(cast, lurah)
    await lurah.press("Lihat daftar")
    assert "Belum ada pengurus" in lurah.html
    await rt.post(f"ketua {await invite_rt(lurah)}")
    await lurah.press("Lihat daftar")
    (label,) = [one for one in buttons(lurah.html) if one.startswith("RT 05/03")]
    assert re.fullmatch(r"RT 05/03, sampai \d+ \w+ \d{4}", label)
    assert not [one for one in buttons(lurah.html) if "petugas kelurahan" in one.lower()]


async def test_a_revoked_leader_has_a_residents_chat_at_once(cast: Cast, phones: list[Phone]) -> None:
    lurah, rt, _ = phones
    await officer(cast, lurah)
    await rt.post(f"ketua {await invite_rt(lurah)}")
    await lurah.press("Lihat daftar")
    await lurah.press(next(one for one in buttons(lurah.html) if one.startswith("RT 05/03")))
    await lurah.press("Cabut sekarang")
    assert "Sudah dicabut" in lurah.html
    await rt.press("Poster")
    assert "Masa tugas Anda di sini sudah selesai." in rt.html
    acts = [str(row[0]) for row in rows(cast, sa.select(trail.c.content))]
    assert [
        what for what in ("invited a leader of", "revoked a leader of") if not any(what in one for one in acts)
    ] == []


async def test_a_year_more_but_never_beyond_the_officers_own_time(cast: Cast, phones: list[Phone]) -> None:
    lurah, rt, _ = phones
    await officer(cast, lurah, months="36")
    await rt.post(f"ketua {await invite_rt(lurah)}")
    (chat,) = rows(cast, sa.select(leader.c.person).where(leader.c.office == "kelurahan"))
    (id,) = rows(cast, sa.select(leader.c.id).where(leader.c.office == "rt"))
    own = leaders(cast)[0][3]
    for at in (100 * DAY, 1_000 * DAY):
        began, cast.clock.at = cast.clock.at, cast.clock.at + at
        errand = Errand(RENEW, "e" * 32, {"leader": id[0], "person": chat[0].hex(), "to": ["web", "x"]})
        assert renew(cast.service.house, cast.service.desk, errand)["ok"]
        assert leaders(cast)[1][3] == min(own, months_later(cast.clock.at, 12))
        cast.clock.at = began


async def test_an_officer_whose_time_is_over_invites_nobody(cast: Cast, phones: list[Phone]) -> None:
    lurah, _, _ = phones
    await officer(cast, lurah)
    await lurah.press("Buat undangan")
    await lurah.press("Pengurus RW")
    await lurah.post("03")
    over = sa.update(leader).values(term=cast.clock.at - 1)
    cast.service.desk.do(lambda connection: connection.execute(over).rowcount).result()
    await lurah.press("Ya, buat")
    assert "Masa tugas Anda di sini sudah selesai." in lurah.html
    assert len(leaders(cast)) == 1


async def test_an_officer_looks_after_no_other_kelurahan_and_no_other_officer(cast: Cast, phones: list[Phone]) -> None:
    lurah, other, neighbour = phones
    await officer(cast, lurah)
    await officer(cast, other, unit="2")
    await officer(cast, neighbour, kelurahan=PANCORAN)
    await invite_rt(neighbour)
    await lurah.press("Lihat daftar")
    assert "Belum ada pengurus" in lurah.html


async def test_so_many_unused_codes_and_no_more(cast: Cast, phones: list[Phone]) -> None:
    lurah, _, _ = phones
    await officer(cast, lurah)
    until = cast.clock.at + DAY

    def work(connection: sa.Connection) -> None:
        for number in range(MOST):
            place = Office("rt", RAWAJATI, f"{number:02}/03", until)
            invite(connection, f"id{number}", place, number.to_bytes(32, "big"), until)

    cast.service.desk.do(work).result()
    await lurah.press("Buat undangan")
    await lurah.press("Pengurus RW")
    await lurah.post("RW 03")
    await lurah.press("Ya, buat")
    assert "Masih banyak kode" in lurah.html
    assert len(leaders(cast)) == MOST + 1


async def test_the_sudin_sees_how_many_subscribe_from_five_on(cast: Cast) -> None:
    one = Subscription(b"", "telegram", "id", b"sealed", RAWAJATI)

    def add(start: int, number: int, kelurahan: str = RAWAJATI) -> None:
        def work(connection: sa.Connection) -> None:
            for each in range(start, start + number):
                subscribe(connection, replace(one, person=each.to_bytes(32, "big"), kelurahan=kelurahan))

        cast.service.desk.do(work).result()

    add(0, 4)
    add(100, 9, "31.72.01.1003")  # of another kota
    async with cast.client("budi") as budi:
        assert "Yang berlangganan" not in (await budi.get("/konsol/pengurus")).text
        add(4, 1)
        page = (await budi.get("/konsol/pengurus")).text
    assert '<tr><th scope="row">Rawajati</th><td>5</td></tr>' in page
    assert "Pluit" not in page.partition("Yang berlangganan")[2].partition("</table>")[0]


@pytest.mark.parametrize(
    ("office", "text", "unit"),
    [
        ("rt", "RT 05 RW 03", "05/03"),
        ("rt", "5/3", "05/03"),
        ("rt", "rt.012 rw.007", "12/07"),
        ("rt", "pak Budi", ""),
        ("rt", "5", ""),
        ("rw", "RW 3", "03"),
        ("rw", "03", "03"),
        ("rw", "bu Sari", ""),
        ("school", " SMPN  12 ", "SMPN 12"),
        ("school", "x" * (LONGEST + 1), ""),
    ],
)
def test_of_an_rt_or_rw_only_numbers_are_kept(office: str, text: str, unit: str) -> None:
    assert unit_of(office, text) == unit


@given(st.sampled_from(["rt", "rw"]), st.text(max_size=60))
def test_whatever_is_written_no_letter_of_it_is_kept(office: str, text: str) -> None:
    assert re.fullmatch(r"(\d\d\d?(/\d\d)?)?", unit_of(office, text))
