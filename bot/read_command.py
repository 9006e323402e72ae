"""`suar read TASK FILE.jsonl`: what the readers make of each text of a file, as a JSON line a row."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from content.vocabulary import Kind, Known
from handlers.reading.place_candidates import spelt
from handlers.reading.reader import Reader

Result = Mapping[str, Any]
Task = Callable[[Reader, str], Result]
# How the kinds of a report are written in the sets that are scored; the others as they are.
CATEGORIES: Mapping[Kind, str] = {kind: kind.value for kind in Kind} | {
    Kind.MIGRANT_SHELTER: "illegal_migrant_recruitment/shelter",
    Kind.FORCED_LABOUR: "forced_labour_local",
    Kind.DOMESTIC_WORKER: "domestic_worker_abuse",
    Kind.BABY_TRADE: "baby_trade_or_illegal_adoption",
    Kind.OTHER: "other/not_tppo",
}


class BadLine(ValueError):
    """A line that is no JSON object with a text `id` and a text `text`; says which and why."""


def read_danger(reader: Reader, text: str) -> Result:
    """Whether somebody is in danger now, and whether somebody looks at the phone."""
    found = reader.danger.read(text)
    return {"emergency": found.emergency, "watched": found.watched}


def read_intent(reader: Reader, text: str) -> Result:
    """What the writer most likely wants."""
    return {"intent": reader.intent(text).value}


def read_places(reader: Reader, text: str) -> Result:
    """What place a free text may mean, the likeliest first."""
    return {"candidates": [spelt(found) for found in reader.places.read(text)]}


def read_report(reader: Reader, text: str) -> Result:
    """What a story is about."""
    found = reader.kinds.read(text)
    return {
        "category": CATEGORIES[found.category],
        "is_tppo": "unclear" if found.is_tppo is Known.UNKNOWN else found.is_tppo.value,
        "urgency": found.urgency.value,
        "child_involved": found.child,
        "official_suspected": found.official,
    }


def read_identity(reader: Reader, text: str) -> Result:
    """What gives away who wrote it: kind, first character, the one after the last, and the words between."""
    found = reader.identity.read(text)
    return {
        "pii": [
            {"kind": one.kind.value, "start": one.start, "end": one.end, "text": text[one.start : one.end]}
            for one in found
        ]
    }


def read_offers(reader: Reader, text: str) -> Result:
    """How dangerous a job offer looks, and the danger signs that its words show, the heaviest first."""
    found = reader.offers.read(text)
    return {"label": found.label.value, "flags": list(found.names)}


TASKS: Mapping[str, Task] = {
    "danger": read_danger,
    "report": read_report,
    "identity": read_identity,
    "intent": read_intent,
    "offers": read_offers,
    "places": read_places,
}
NAMES = ("danger", "intent", "places", "offers", "report", "identity")


def rows(lines: Iterator[str]) -> Iterator[tuple[str, str] | BadLine]:
    """Id and text of each line that is not blank, or what is wrong with it."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield row(line)
            except ValueError as error:
                yield BadLine(f"line {number}: {error}")


def row(line: str) -> tuple[str, str]:
    """Id and text of one line; ValueError says what is wrong. An id may be a number."""
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg}") from None
    if not isinstance(data, dict):
        raise ValueError("is not a JSON object")
    id, text = data.get("id"), data.get("text")
    if isinstance(id, bool) or not isinstance(id, str | int):
        raise ValueError("needs an id")
    if not isinstance(text, str):
        raise ValueError("needs a text")
    return str(id), text


def read_rows(reader: Reader, task: Task, lines: Iterator[str]) -> Iterator[Mapping[str, Any] | BadLine]:
    """The result of each row with its id; a bad line stops nothing."""
    for found in rows(lines):
        if isinstance(found, BadLine):
            yield found
        else:
            yield {"id": found[0], **task(reader, found[1])}


def read_file(reader: Reader, task: Task, file: Path) -> int:
    """Write the results to the standard output and bad lines to the error output; how many lines were bad."""
    bad = 0
    with file.open(encoding="utf-8", errors="replace") as lines:
        for found in read_rows(reader, task, lines):
            if isinstance(found, BadLine):
                bad += 1
                sys.stderr.write(f"{file}: {found}\n")
            else:
                sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return bad
