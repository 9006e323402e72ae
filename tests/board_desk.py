"""Fixtures of the tests that send alerts from a desk of their own to a board that shows what came."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.desk import Desk
from bot.outbox import Sender
from tests.board import Board, sender_of
from tests.tally import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def post(desk: Desk, board: Board) -> Iterator[Sender]:
    with sender_of(desk, board) as post:
        yield post
