"""Fixtures of the web chat's tests: a service whose clock they move, its pages, and one phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette

from bot.service import Service
from tests.databases import Sqlite
from tests.service import make_service, staffed
from tests.web_chat import Clock, Phone, make_web, phone


@pytest.fixture
def clock() -> Clock:
    """Stands still until it is moved."""
    return Clock()


@pytest.fixture
def service(sqlite: Sqlite, clock: Clock) -> Iterator[Service]:
    """Every queue has its readers."""
    with sqlite.fresh() as url, make_service(url, clock.now) as service:
        yield staffed(service)


@pytest.fixture
def app(service: Service, clock: Clock) -> Starlette:
    """The chat's pages."""
    return make_web(service, clock)


@pytest.fixture
async def one(app: Starlette) -> AsyncIterator[Phone]:
    """A page that was just opened."""
    async with phone(app) as one:
        yield one
