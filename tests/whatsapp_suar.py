"""Fixtures of the tests on WhatsApp: a strict Twilio, a Suar beside it, without pauses, and one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import outbox
from bot.channels import whatsapp_remains, whatsapp_spool
from bot.service import Service
from tests.databases import Databases, Sqlite
from tests.service import make_service, staffed
from tests.twilio_server import Twilio, serving_twilio
from tests.twilio_spec import faults
from tests.whatsapp_phone import Phone, running_suar, settings_for


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the pauses; what an install keeps for itself lies in a folder of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(outbox, "IDLE", 0.02)
    for name in ("CHECK", "SETTLE"):
        monkeypatch.setattr(whatsapp_remains, name, 0)
    monkeypatch.setattr("bot.channels.whatsapp_door.SETTLE", 0)
    monkeypatch.setattr(whatsapp_remains, "LOOK", 0.05)
    monkeypatch.setattr(whatsapp_spool, "AGAIN", 0.02)


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    """Whatever is asked of it must be right."""
    server = Twilio()
    yield server
    assert server.refused == []
    for method, path, values in server.calls:
        assert list(faults(method, path, values)) == []


@pytest.fixture
def twilio_url(twilio: Twilio) -> Iterator[str]:
    with serving_twilio(twilio) as url:
        yield url


@pytest.fixture
def unsent(sqlite: Sqlite, twilio_url: str) -> Iterator[Service]:
    """A service without a sender: the tests send by hand."""
    with sqlite.fresh() as url, make_service(url) as bare:
        yield replace(staffed(bare), settings=settings_for(url, twilio_url))


@pytest.fixture
def plain(sqlite: Sqlite, twilio_url: str, twilio: Twilio) -> Iterator[Service]:
    """Numbered text, where the engine does not matter."""
    with sqlite.fresh() as url, running_suar(url, twilio_url, twilio) as service:
        yield service


@pytest.fixture
def tapping(sqlite: Sqlite, twilio_url: str, twilio: Twilio) -> Iterator[Service]:
    """Buttons and lists."""
    with sqlite.fresh() as url, running_suar(url, twilio_url, twilio, templates=True) as service:
        yield service


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, twilio_url: str, twilio: Twilio) -> Iterator[Service]:
    """Numbered text, on both engines."""
    databases: Databases = request.getfixturevalue(request.param)
    with databases.fresh() as url, running_suar(url, twilio_url, twilio) as service:
        yield service


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def approved(request: pytest.FixtureRequest, twilio_url: str, twilio: Twilio) -> Iterator[Service]:
    """What may go out unasked stands approved, on both engines."""
    databases: Databases = request.getfixturevalue(request.param)
    twilio.content.verdict = "approved"
    with databases.fresh() as url, running_suar(url, twilio_url, twilio, templates=True) as service:
        yield service


@pytest.fixture
def wati(twilio: Twilio) -> Phone:
    return Phone(twilio)
