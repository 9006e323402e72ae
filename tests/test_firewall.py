"""Nothing that a leader sees, asks for or can time depends on a report, on who subscribes, or on a small number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from bot.alert_needs import LATER, row_of
from handlers import lead, lead_alert, lead_card, lead_forward, lead_invite, lead_mine
from models.alert import GONE_OUT
from models.subscription import SMALLEST, STEPS, Subscription, size_step, subscribe
from tests.console_service import KALIBATA, Cast, make_cast
from tests.test_leaders import invited
from tests.web_chat import Phone, buttons

RAWAJATI = "31.74.08.1003"
TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor dan menyuruh cepat berangkat. Tanya Suar dulu."
TABLES = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w+)", re.IGNORECASE)
OF_CASES = {"report", "reader", "item", "file", "ping", "notice", "duty", "member", "staff", "trail", "queue"}
TOKENS = re.compile(r'value="[^"]*"')
pytest_plugins = ("tests.leader_page",)
pytestmark = pytest.mark.anyio


@pytest.fixture
def cast(database_url: str) -> Iterator[Cast]:
    with make_cast(database_url) as cast:
        yield cast


@contextmanager
def statements(cast: Cast) -> Iterator[list[str]]:
    """Every statement that the store is given meanwhile."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        said.append(statement)

    event.listen(cast.service.house.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(cast.service.house.engine, "before_cursor_execute", note)


def subscribed(cast: Cast, first: int, last: int) -> None:
    """Subscribers of Rawajati by number."""

    def work(connection: sa.Connection) -> None:
        for number in range(first, last):
            key = str(number).encode().ljust(32, b"x")
            subscribe(connection, Subscription(key, "telegram", "id", b"sealed", RAWAJATI))

    cast.service.desk.do(work).result()


async def cards(phone: Phone) -> str:
    """A card and a poster, as a leader makes them."""
    seen = []
    await phone.post("pengurus")
    for label in ("Kartu peringatan untuk grup saya", "Lewati, pakai kartu umum", "Ambil gambar dan teksnya"):
        await phone.press(label)
        seen.append(phone.html)
    await phone.post("0")
    await phone.post("0")
    for label in ("Poster", "Dinding (A4)"):
        await phone.press(label)
        seen.append(phone.html)
    return "\n".join(seen)


async def walk(phone: Phone) -> str:
    """Everything a leader can look at of alerts; the words, without the tokens of buttons."""
    seen = []
    await phone.post("pengurus")
    for label in ("Kirim ke pelanggan di kelurahan", "Tulis sendiri"):
        await phone.press(label)
        seen.append(phone.html)
    for said in (TEXT, "tanpa gambar", "semua di kelurahan rawajati", "kirim"):
        await phone.post(said)
        seen.append(phone.html)
    for label in ("Kirim ke pelanggan di kelurahan", "Yang sudah saya kirim"):
        await phone.press(label)
        seen.append(phone.html)
    await phone.press(next(one for one in buttons(phone.html) if "menunggu diperiksa" in one))
    seen.append(phone.html)
    await phone.press("Batalkan")
    return TOKENS.sub("", "\n".join((*seen, phone.html)))


async def test_no_statement_of_a_leaders_turn_touches_a_case_or_names_a_subscriber(cast: Cast, phone: Phone) -> None:
    cast.file(kelurahan=RAWAJATI, urgency="immediate")
    subscribed(cast, 0, 30)
    await phone.post(f"ketua {await invited(cast)}")
    with statements(cast) as said:
        seen = await cards(phone) + await walk(phone)
    assert "20 atau lebih" in seen
    touched = {table for one in said for table in TABLES.findall(one)}
    assert {"leader", "alert", "subscription"} <= touched
    assert touched & OF_CASES == set()
    of_subscribers = [one for one in said if "subscription" in TABLES.findall(one)]
    # Whoever writes is heard of that day, leader or not; everything else is one number, told in steps.
    asked = [one for one in of_subscribers if not one.startswith(("UPDATE subscription SET heard", "DELETE"))]
    assert asked and all(re.match(r"SELECT count\(\*\)", one) for one in asked), asked


async def test_a_report_changes_nothing_that_a_leader_sees(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 0, 30)
    await phone.post(f"ketua {await invited(cast)}")
    before = await walk(phone)
    for place in (RAWAJATI, KALIBATA):
        cast.file(kelurahan=place, urgency="immediate", child="yes")
    await phone.post("menu")
    assert later(await walk(phone)) == later(before)


async def test_21_and_49_subscribers_look_alike(cast: Cast, phone: Phone) -> None:
    subscribed(cast, 0, 21)
    await phone.post(f"ketua {await invited(cast)}")
    before = await walk(phone)
    subscribed(cast, 21, 49)
    await phone.post("menu")
    assert later(await walk(phone)) == later(before)


async def test_none_and_19_subscribers_look_alike(cast: Cast, phone: Phone) -> None:
    await phone.post(f"ketua {await invited(cast)}")
    seen = []
    for last in (0, SMALLEST - 1):
        subscribed(cast, 0, last)
        await phone.post("pengurus")
        for label in ("Kirim ke pelanggan di kelurahan", "Lowongan kerja luar negeri", "Tanpa gambar"):
            await phone.press(label)
        await phone.press("Semua di Kelurahan Rawajati")
        seen.append(TOKENS.sub("", phone.html))
        await phone.post("menu")
    assert seen[0] == seen[1]
    assert "belum sampai 20" in seen[0]


def test_a_leaders_talks_ask_the_store_for_nothing_else() -> None:
    """Whatever they may ask for is named in their source; what the lurah's officer asks for are leaders."""
    kinds = set()
    for module in (lead, lead_alert, lead_card, lead_forward, lead_mine, lead_invite):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        made = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Need")
        kinds |= {ast.unparse(node.args[0]) for node in made}
    assert kinds == {"'leader'", "SHEET", "SIZE", "REPEATED", "'alert_channels'", "'own_alerts'", "LED"}


def later(words: str) -> str:
    """What is seen, without what the leader did before: signed addresses, and their own list that grows."""
    words = re.sub(r"/lembar/[\w=.-]+", "", words)
    return re.sub(r"<button[^>]*>\d+ \w+ \d+ jam [^<]*: dibatalkan</button>\n?", "", words)


def stored(people: int, state: str, changed: int) -> Any:
    """An alert's row."""
    row = {"id": "a", "state": state, "people": people, "changed_at": changed, "made_at": 0, "rw": ""}
    return SimpleNamespace(**row, kind="alert", words='{"id": "x"}', reason="")


@given(
    people=st.integers(1, 200_000), states=st.tuples(*2 * [st.sampled_from(GONE_OUT)]), age=st.integers(0, 3 * LATER)
)
def test_a_leader_cannot_tell_how_far_an_alert_is(people: int, states: tuple[str, str], age: int) -> None:
    now = 10 * LATER
    one, other = (row_of(stored(people, state, now - age), now) for state in states)
    assert one == other
    assert one["reach"] in {0, *STEPS}


@given(people=st.integers(1, 200_000), age=st.integers(0, LATER))
def test_whom_it_reached_is_told_in_steps_and_a_day_later(people: int, age: int) -> None:
    now = 10 * LATER
    assert row_of(stored(people, "done", now - age), now)["reach"] == 0
    after = row_of(stored(people, "done", now - LATER - 1), now)
    assert after == row_of(stored(max(size_step(people), 1), "done", now - LATER - 1), now)
    assert str(people) not in {str(value) for value in after.values()} or people in STEPS
