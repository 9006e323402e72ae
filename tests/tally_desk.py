"""Fixtures of the tests that need an empty store with the tally's tables, and a desk on it, on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from bot.desk import Desk
from models.base import make_engine
from tests import tally
from tests.databases import Databases, Postgres


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    with databases.fresh(tally.tables) as url:
        yield url


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    with postgres.fresh(tally.tables) as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with tally.open_desk(url) as desk:
        yield desk
