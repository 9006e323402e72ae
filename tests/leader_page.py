"""Fixtures of the tests in which a leader or a resident uses the web chat of a service that also has its staff."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import make_app
from tests.console_service import Cast
from tests.web_chat import HOME, Phone


@pytest.fixture
def pages(cast: Cast) -> Starlette:
    """The pages of the cast's service."""
    return make_app(cast.service)


@pytest.fixture
async def phone(pages: Starlette) -> AsyncIterator[Phone]:
    """A chat that was just opened."""
    transport = httpx.ASGITransport(app=pages, client=("127.0.0.1", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        one = Phone(client)
        await one.open()
        yield one
