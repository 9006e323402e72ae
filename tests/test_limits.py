"""Limits at the door: bounded in memory, by network before by person, and right codes cost nobody a try."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.inbound import Inbound
from bot.reading import KEYS_KEPT, NARROW, PER_ADDRESS, PER_PERSON, WIDE, Limit, Throttle, network_of
from bot.service import Service
from models import case
from tests.databases import Sqlite
from tests.service import make_service
from tests.web_chat import Clock

ORIGIN = "203.0.113.9"


@pytest.fixture
def service(sqlite: Sqlite) -> Iterator[Service]:
    with sqlite.fresh() as url, make_service(url, Clock().now) as service:
        yield service


def try_code(service: Service, who: str, origin: str = ORIGIN) -> bool:
    """Type six words of the list; whether they were tried."""
    code = " ".join(service.house.shelf.code_words[:6])
    read = asyncio.run(service.reading.read(Inbound("web", secrets.token_hex(16), who, text=code), origin))
    assert read.text == ""
    assert read.throttled is (read.code is None)
    return not read.throttled


# The throttle


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=80))
def test_no_window_holds_more_tries_than_the_limit(tries: list[tuple[int, int]]) -> None:
    clock = Clock()
    throttle = Throttle(Limit(3, 60), clock.now)
    allowed: dict[str, list[int]] = {}
    for key, pause in tries:
        clock.at += pause
        before = [at for at in allowed.get(str(key), []) if at > clock.now() - 60]
        assert throttle.allow(str(key)) is (len(before) < 3)
        if len(before) < 3:
            allowed.setdefault(str(key), []).append(clock.now())


def test_a_crowd_of_keys_drops_the_oldest_and_no_more() -> None:
    throttle = Throttle(Limit(1, 60), Clock().now)
    for number in range(KEYS_KEPT + 5):
        assert throttle.allow(str(number))
    assert len(throttle.tries) == KEYS_KEPT
    assert throttle.count("4") == 0
    assert not throttle.allow("5")


def test_a_refused_try_is_not_kept() -> None:
    throttle = Throttle(Limit(2, 60), Clock().now)
    assert [throttle.allow("a") for _ in range(9)] == [True] * 2 + [False] * 7
    throttle.give_back("a")
    assert throttle.count("a") == 1
    throttle.give_back("never seen")
    assert throttle.count("never seen") == 0


# Networks


@pytest.mark.parametrize(
    ("origin", "narrow", "wide"),
    [
        ("203.0.113.9", "203.0.113.0/24", "203.0.0.0/16"),
        ("::ffff:203.0.113.9", "203.0.113.0/24", "203.0.0.0/16"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "unknown", "unknown"),
        ("x" * 5_000, "unknown", "unknown"),
    ],
)
def test_networks_are_counted_narrow_and_wide(origin: str, narrow: str, wide: str) -> None:
    assert (network_of(origin, NARROW), network_of(origin, WIDE)) == (narrow, wide)


# Codes


def test_a_network_out_of_tries_adds_no_persons(service: Service) -> None:
    tried = [try_code(service, f"chat{number}") for number in range(PER_ADDRESS.tries + 20)]
    assert tried == [True] * PER_ADDRESS.tries + [False] * 20
    assert len(service.reading.persons.tries) == PER_ADDRESS.tries
    assert try_code(service, "neighbour", "198.51.100.7")


def test_right_codes_are_no_tries_and_wrong_ones_are(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as known:
        known.setattr(case, "by_locator", lambda connection, locators: dict.fromkeys(locators, "a report"))
        assert all(try_code(service, "wati") for _ in range(3 * PER_PERSON.tries))
    assert service.reading.networks.count(network_of(ORIGIN)) == 0
    tried = [try_code(service, "wati") for _ in range(PER_PERSON.tries + 1)]
    assert tried == [True] * PER_PERSON.tries + [False]


def test_right_codes_without_end_are_counted_after_all(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs a run of the KDF, for which others wait."""
    monkeypatch.setattr(case, "by_locator", lambda connection, locators: dict.fromkeys(locators, "a report"))
    monkeypatch.setattr(service.reading.right, "limit", Limit(2, 3_600))
    tried = [try_code(service, "wati") for _ in range(PER_PERSON.tries + 3)]
    assert tried == [True] * (PER_PERSON.tries + 2) + [False]
