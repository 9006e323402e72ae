"""Of an alert's people the staff see fives and shares, nothing planned is lost from the page, and all is retracted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.alerts import withdrawn
from bot.console.alert_rows import percent
from handlers.lead_mine import told
from models import alert, subscription
from models.alert_tables import alert as alerts
from models.base import DAY
from models.broadcast import Progress
from models.subscription import Subscription
from tests.console_service import Cast, make_cast, post
from tests.service import shelf
from tests.subscribers import approved

RAWAJATI, KOTA = "31.74.08.1003", "31.74"


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url, whatsapp_broadcast="on", telegram_bot_token=SecretStr("123:abc")) as cast:
        yield cast


def put(cast: Cast, id: str, at: int = 0, **more: Any) -> None:
    """An alert of the staff's for Rawajati, `at` seconds from now."""
    made = cast.clock.at + at
    one = approved(id, made, **{"kota": KOTA, "kelurahan": RAWAJATI, "author": "budi", **more})
    cast.service.desk.do(partial(alert.put, one=one)).result()


def enrol(cast: Cast, channel: str, number: int) -> None:
    def work(connection: sa.Connection) -> None:
        for one in range(number):
            key = f"{channel}{one}".encode().ljust(32, b"x")
            subscription.subscribe(connection, Subscription(key, channel, "id", b"sealed", RAWAJATI))

    cast.service.desk.do(work).result()


@pytest.mark.anyio
async def test_what_two_on_whatsapp_cost_names_nobody(cast: Cast) -> None:
    enrol(cast, "telegram", 20)
    enrol(cast, "whatsapp", 2)
    put(cast, "a" * 32, state="waiting", due_at=cast.clock.at + DAY)
    put(cast, "b" * 32, state="waiting", due_at=cast.clock.at + DAY, channels="whatsapp")
    async with cast.client("sari") as sari:
        page = (await sari.get("/konsol/peringatan")).text
        assert page.count("<dt>Pelanggan</dt><dd>20 atau lebih</dd>") == 1  # of 22, and none of the 2
        assert page.count("Rp") == 1 and "Rp2.125<" in page  # as of five
        assert "kurang dari 20" in page
        assert "Dalam bahasa Inggris" in page
        answer = await post(sari, "/peringatan/putus", alert="b" * 32, verdict="ready")
        assert answer.headers["location"].endswith("kabar=peringatan-sedikit")
        said = (await sari.get(answer.headers["location"])).text
        assert "terlalu sedikit orang" in said
        assert "Dikembalikan: Pelanggan di wilayah itu belum sampai 20" in said  # its writer reads it there too


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_a_bar_says_tens_and_of_few_all_or_nothing(people: int, waiting: int) -> None:
    found = percent(Progress(people, waiting=min(waiting, people)))
    assert found in range(0, 101, 10)
    assert found in {0, 100} or people >= 5
    assert (found == 100) is (people > 0 and waiting == 0)


@pytest.mark.anyio
async def test_a_planned_one_is_listed_however_many_came_after_it(cast: Cast) -> None:
    """And however long ago it was approved: what nobody sees nobody can stop."""
    put(cast, "p" * 32, -40 * DAY, send_at=cast.clock.at + DAY, until=cast.clock.at + 9 * DAY)
    for number in range(60):
        put(cast, f"d{number}", number - 100, state="done")
    with cast.service.house.engine.connect().execution_options(reading=True) as connection:
        rows = alert.decided(connection, [KOTA], cast.clock.at - 30 * DAY)
    assert [row.id for row in rows if row.state == "ready"] == ["p" * 32]
    assert [row.id for row in rows if row.state == "done"] == [f"d{number}" for number in range(59, 9, -1)]
    async with cast.client("sari") as sari:
        assert (await post(sari, "/peringatan/jalan", alert="p" * 32, act="cancel")).status_code == 303


def test_a_wrong_correction_is_retracted_too(cast: Cast) -> None:
    """Retracted, corrected, retracted: each time whoever got it is told; pressed twice it is said once."""
    put(cast, "a", -50, state="done")
    assert [retract(cast, "a", -40), retract(cast, "a", -39)] == [["a.r"], ["a.r"]]
    put(cast, "c", -30, state="done", kind="correction", about="a")
    assert retract(cast, "a", -20) == retract(cast, "c", -19) == ["a.r", "c.r"]
    put(cast, "d", -10, state="done", kind="correction", about="a")
    put(cast, "e", -9, state="waiting", kind="correction", about="a")
    assert retract(cast, "c", -5) == ["a.r", "c.r", "d.r"]


def retract(cast: Cast, id: str, at: int) -> list[str]:
    """Which retractions there are once this one is retracted; each goes to whoever got the first."""
    now = cast.clock.at
    cast.clock.at = now + at

    def work(connection: sa.Connection) -> list[str]:
        assert withdrawn(connection, cast.service.house, alert.get(connection, id), "sari")
        told = sa.select(alerts.c.id).where(alerts.c.kind == "retraction", alerts.c.about == "a").order_by(alerts.c.id)
        return list(connection.execute(told).scalars())

    found = cast.service.desk.do(work).result()
    cast.clock.at = now
    return found


@pytest.mark.parametrize(("language", "words"), [("id", "belum sampai 20"), ("en", "fewer than 20")])
def test_that_too_few_would_get_it_is_said_in_the_language_of_whoever_reads_it(language: str, words: str) -> None:
    assert words in shelf().text(told({"state": "refused", "reason": ""}), language)
