"""Fixtures of the tests that only send on Telegram: a server that takes all that is right, and a Suar beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot import outbox
from bot.channels import telegram as sending
from bot.service import Service
from tests.databases import Databases
from tests.telegram_phone import Phone, running_suar
from tests.telegram_server import Telegram, serving_telegram


@pytest.fixture
def no_telegram_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """As fast as the server answers."""
    monkeypatch.setattr(outbox, "IDLE", 0.02)
    for name, seconds in {"ALL": 0.001, "EACH": 0.001, "SOON": 0}.items():
        monkeypatch.setattr(sending, name, seconds)


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    """Whatever is sent to it must be right."""
    server = Telegram(most=10_000)
    yield server
    assert server.refused == []


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def service(request: pytest.FixtureRequest, telegram: Telegram) -> Iterator[Service]:
    """A whole Suar on Telegram, on both engines."""
    databases: Databases = request.getfixturevalue(request.param)
    with databases.fresh() as url, serving_telegram(telegram) as api, running_suar(url, api) as service:
        yield service


@pytest.fixture
def caseworker(telegram: Telegram, service: Service) -> Phone:
    """Whom the staff know as sari."""
    return Phone(telegram, id=5001)


@pytest.fixture
def colleague(telegram: Telegram, service: Service) -> Phone:
    """Whom the staff know as budi."""
    return Phone(telegram, id=5002)


@pytest.fixture
def rt(telegram: Telegram, service: Service) -> Phone:
    """Who becomes a leader."""
    return Phone(telegram, id=5003)
