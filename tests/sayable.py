"""All that handlers can say, gone through: questions as they can stand before somebody, keys, sentences."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import handlers
from content.queues import Queue
from content.shelf import Say, Value
from content.vocabulary import Family, Official, Sign
from handlers.flows import FLOWS
from handlers.render import Line, render
from handlers.report_review import KINDS
from handlers.talk import JSON, Outcome, Place, Question
from handlers.turns import question
from tests import own_words
from tests.service import shelf
from tests.talk_words import BUILT, DRAFTS, PHOTO, READ, STEPS, TOPICS, UNSURE


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it can stand before somebody."""

    flow: str
    step: str
    question: Question
    line: Line


def talks() -> Iterator[tuple[str, str, Mapping[str, JSON]]]:
    """Every step with drafts that show all it can show."""
    for flow, steps in FLOWS.items():
        for step in steps.steps:
            if not steps.steps[step].waits:
                yield from ((flow, step, draft) for draft in drafts(flow, step))


def drafts(flow: str, step: str) -> Iterator[Mapping[str, JSON]]:
    """The drafts worth looking at."""
    full = {"when": "danger_now", "signs": list(Sign), "words": ["a" * 10_000], "kelurahan": "31.75.08.1004"}
    full |= {"kota": "31.75", "place_words": ["b" * 10_000], "officials": list(Official)}
    gazetteer = shelf().gazetteer
    if flow in own_words.STEPS:
        yield from own_words.drafts(flow, step)
    elif (flow, step) in DRAFTS:
        yield from DRAFTS[flow, step]
    elif (flow, step) == ("report", "review"):
        yield from ({**full, **place} for place in ({}, {"kelurahan": ""}, {"kelurahan": "", "kota": "outside"}))
        yield from ({**READ, "read_kind": kind} for kind in KINDS)
    elif (flow, step) == ("report", "change"):
        yield {"files": [PHOTO]}
    elif (flow, step) == ("report", "shows"):
        yield from ({"files": [PHOTO] * count} for count in (1, 2))
    elif (flow, step) == ("report", "which"):
        yield {"found": [row.code for row in gazetteer.kelurahan[:7]]}
        yield {"found": ["31.75", "31.75.08", "outside"]}
    elif (flow, step) == ("report", "done"):
        yield from ({"lead": queue.id, "when": "danger_now"} for queue in first_queues())
    elif (flow, step) == ("report", "kecamatan"):
        yield from ({"area": kota.code, "page": page} for kota in gazetteer.kota() for page in range(2))
    elif (flow, step) == ("report", "kelurahan"):
        areas = [area.code for kota in gazetteer.kota() for area in gazetteer.kecamatan(kota.code)]
        yield from ({"area": area, "page": page} for area in areas for page in range(2))
    elif flow == "offer" and step in {"result", "card", "soon"}:
        yield from offer_drafts()
    elif flow == "learn" and step != "pick":
        yield from lesson_drafts(step)
    else:
        yield {}


def offer_drafts() -> Iterator[Mapping[str, JSON]]:
    """A result with every sign, abroad and at home, one without a sign, and one where nothing is known."""
    worst = {"who": "person", "money": "yes", "contract": "no", "seen": list(STEPS["offer"]["seen"])}
    yield from ({**worst, "country": name, "visa": "visit"} for name in shelf().offers.closed_countries)
    yield {**worst, "country": "home", "address": "no"}
    flags = [sign.id for sign in shelf().offers.signs]
    yield from ({"advert": ["a"], "flags": flags, "shows": ["w" * 43] * len(flags), "far": far} for far in ("yes", ""))
    yield {"advert": ["a"]}
    yield {"country": "other"}
    yield UNSURE
    yield {**UNSURE, "country": "home", "visa": "", "address": "unknown"}


def first_queues() -> tuple[Queue, ...]:
    """Queues whose names may come early in a message: those that can lead or be told at a change of route."""
    leading = (Family.PPAPP, Family.UPT, Family.OVERSIGHT)
    return tuple(queue for queue in shelf().directory.queues.values() if queue.family in leading)


def lesson_drafts(step: str) -> Iterator[Mapping[str, JSON]]:
    """Every list of lessons, every card, every question."""
    if step == "lessons":
        yield from ({"topic": topic} for topic in TOPICS)
        return
    for lesson in shelf().lessons.values():
        count = len(lesson.cards if step == "card" else lesson.quiz)
        field = "card" if step == "card" else "question"
        numbers = range(1 if step == "before" else count)
        yield from ({"lesson": lesson.id, field: number} for number in numbers)


@lru_cache
def shown(language: str = "id") -> tuple[Shown, ...]:
    """All of them, rendered."""
    found = []
    for flow, step, draft in talks():
        place = Place(flow, step, draft, 123_456)
        asked = question(FLOWS, place, shelf())
        line = render(Outcome(place, question=asked), shelf(), language)
        assert line is not None
        found.append(Shown(flow, step, asked, line))
    return tuple(found)


def said_in(value: Value | Question | None) -> Iterator[str]:
    """All keys in a question or a value."""
    if isinstance(value, Question):
        parts: tuple[Value | None, ...] = (*value.says, *(one.label for one in value.options), value.back)
        for part in parts:
            yield from said_in(part)
    elif isinstance(value, Say):
        yield value.key
        for inner in value.values.values():
            yield from said_in(inner)
    elif isinstance(value, tuple):
        for one in value:
            yield from said_in(one)


@lru_cache
def in_source() -> tuple[frozenset[str], frozenset[str]]:
    """The keys that stand in the source as they are, and those that are built, with `{}` for what is put in."""
    whole, built = set(), set()
    for path in sorted(Path(handlers.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Say":
                key = node.args[0]
                for one in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                    if isinstance(one, ast.Constant):
                        whole.add(str(one.value))
                    elif isinstance(one, ast.JoinedStr):
                        built.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in one.values))
            elif isinstance(node, ast.Constant) and node.value in shelf().words["id"]:
                whole.add(str(node.value))
    return frozenset(whole), frozenset(built)


def used() -> frozenset[str]:
    """Every key that handlers can say."""
    walked = {key for one in shown() for key in said_in(one.question)}
    whole, _ = in_source()
    return frozenset(walked | whole | {key for keys in BUILT.values() for key in keys})


def spoken(language: str = "id") -> Iterator[tuple[str, str]]:
    """Every sentence of a talk and of the lessons by its key."""
    for key, words in shelf().words[language].items():
        if not key.startswith(("web.", "channel.")):
            yield key, words
