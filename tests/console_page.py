"""Fixtures of the console's tests: a service with its staff, and a browser of Sari's or of somebody not signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.console_service import Cast, make_cast
from tests.databases import Sqlite


@pytest.fixture
def cast(sqlite: Sqlite) -> Iterator[Cast]:
    """Staff, queues and their keys; those who test the store too take both engines."""
    with sqlite.fresh() as url, make_cast(url) as cast:
        yield cast


@pytest.fixture
async def sari(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in, a member of the queue."""
    async with cast.client("sari") as client:
        yield client


@pytest.fixture
async def nobody(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    """Not signed in."""
    async with cast.client() as client:
        yield client
