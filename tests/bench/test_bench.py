"""What is compared is the same work: both sides hear the whole talk, answer every message and keep what was said."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from rich.console import Console

from bot import broadcast as broadcasting
from models.tables import outbox, person
from tests.bench.crowd import Score, crowd
from tests.bench.goals import Goal, goals, verdicts
from tests.bench.ground import DESK, FILED, MEANWHILE, ONE_ROW, Cell, ground
from tests.bench.plain_bot import draft, state
from tests.bench.post_office import post_office, seen
from tests.bench.scores import table
from tests.bench.stretch import densest, first_second, sent
from tests.bench.talk import MESSAGES, People
from tests.databases import Databases
from tests.faults.product import free_ports
from tests.service import make_service
from tests.subscribers import approve, deliveries, enrol
from tests.telegram_phone import settings_for

pytestmark = pytest.mark.anyio


async def test_both_sides_hear_the_whole_talk_and_keep_it(databases: Databases) -> None:
    async with ground("engine", databases, warm=0) as here:
        for number, chat, text in here.people.talk():
            await here.bot.speak(number, chat, text)
            await here.kind_bot.speak(number, chat, text)
            await here.ours.through(here.client, number, chat, text)
        for bot in (here.bot, here.kind_bot):
            with bot.saved.engine.connect() as connection:
                step = connection.execute(sa.select(state.c.step).where(state.c.chat == chat)).scalar_one()
                kept = connection.execute(sa.select(draft.c.data).where(draft.c.chat == chat)).scalar_one()
            assert step == f"q{len(MESSAGES) - 1}"
            assert tuple(json.loads(kept).values()) == MESSAGES
        key = here.ours.service.house.keys.person_key("telegram", str(chat))
        with here.ours.service.house.engine.connect() as connection:
            version = connection.execute(sa.select(person.c.version).where(person.c.key == key)).scalar_one()
            said = connection.execute(sa.select(sa.func.count()).where(outbox.c.person == key)).scalar_one()
    assert (version, said) == (len(MESSAGES), len(MESSAGES))


async def test_every_stretch_measures_something(databases: Databases) -> None:
    async with ground("engine", databases, warm=0, full=(10, 20)) as here:
        scores = {cell: [await measure(0.01)] for cell, measure in here.cells().items() if cell.at_once < 256}
        filed = await here.filings(2)
    idle = [cell for cell, (one,) in scores.items() if not (one.turns and one.cpu)]
    assert idle == []
    assert filed[Cell("engine", FILED, 2)].turns == 2
    assert filed[Cell("engine", MEANWHILE, 64)].turns > 0


async def test_a_crowd_speaks_at_once_but_each_person_in_order() -> None:
    heard: list[tuple[int, str]] = []

    async def speak(number: int, chat: int, text: str) -> None:
        heard.append((chat, text))
        await asyncio.sleep(0.001)

    score = await crowd(speak, People(), 3, 0.02)
    assert score.turns == len(heard) == len(score.waits)
    for one in {chat for chat, _ in heard}:
        said = tuple(text for chat, text in heard if chat == one)
        assert said == MESSAGES[: len(said)]


def test_the_table_gives_medians_and_ratios_taken_within_a_round() -> None:
    def scores(*turns: int) -> list[Score]:
        return [Score(one, 1.0, 1.0, (0.001,) * one) for one in turns]

    cells = {
        Cell("E", "plain bot", 64): scores(10, 20, 40),
        Cell("E", "plain bot, 1 commit", 64): scores(20, 40, 80),
        Cell("E", "desk", 64): scores(40, 60, 160),
        Cell("E", "floor", 64): scores(80, 120, 320),
    }
    out = io.StringIO()
    Console(file=out, width=200).print(table(cells))
    (desk,) = [line for line in out.getvalue().splitlines() if "desk" in line]
    assert [field.strip() for field in desk.strip("|").split("|")][3:] == [
        "60",
        "1.0",
        "1.0",
        "16,667",
        "4.00 (3.00-4.00)",
        "2.00 (1.50-2.00)",
        "0.25 (0.25-0.33)",
        "0.50 (0.50-0.50)",
    ]


def test_a_goal_is_kept_by_the_median_of_its_rounds() -> None:
    least = Goal("E", "turns", 2.0, (1.0, 2.0, 9.0))
    assert least.kept
    assert least.row() == ["E", "turns", "at least 2", "2.00 (1.00-9.00)", "pass"]
    most = Goal("E", "wait", 2.0, (1.0, 2.1, 9.0), most=True)
    assert most.row()[2:] == ["at most 2", "2.10 (1.00-9.00)", "miss"]


def test_goals_are_told_of_what_was_measured_only() -> None:
    def scores(*turns: int) -> list[Score]:
        return [Score(one, 1.0, 1.0, (0.001,) * one) for one in turns]

    (goal,) = goals({Cell("SQLite", DESK, 64): scores(30, 40), Cell("SQLite", ONE_ROW, 1): scores(60, 40)})
    assert (goal.found, goal.kept) == ((0.5, 1.0), False)
    out = io.StringIO()
    Console(file=out, width=200).print(verdicts([goal]))
    assert "| miss |" in out.getvalue()


async def test_our_sender_is_measured_at_the_messages_that_arrive(databases: Databases) -> None:
    (port,) = free_ports(1)
    with post_office(port) as api, databases.fresh() as url, make_service(url) as bare:
        service = replace(bare, settings=settings_for(url, api, "polling"))
        enrol(service.desk, "telegram", [str(chat) for chat in range(1, 61)])
        approve(service.desk, danger=True)
        broadcasting.run(service.house, service.desk)
        stretch = await sent(service, 60, 60.0)
        assert (stretch.messages, len(seen(api))) == (60, 60)
        assert set(deliveries(service.house.engine).values()) == {"sent"}
    assert stretch.rate > 0
    assert stretch.cost > 0


def test_the_densest_second_is_found_wherever_it_begins() -> None:
    times = [0.0, 0.9, 1.1, 1.2, 1.3, 2.05, 4.0]
    assert (first_second(times), densest(times)) == (2, 4)
    assert first_second([]) == densest([]) == 0
