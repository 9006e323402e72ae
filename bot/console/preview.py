"""Pratinjau: what is wrong with a file of content, and how it looks on each channel; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.console.visit import Visit, not_found
from bot.content_check import said
from bot.drafts import Draft, draft_of
from bot.locale import mark
from bot.preview import Preview
from content.faults import Fault, Gathered

PLACES: Final = {"before": mark("Guess"), "card": mark("Card"), "quiz": mark("Question")}  # of a lesson
PARTS: Final = (mark("The file"), mark("Its other language"), mark("Its facts"))


async def show_preview(visit: Visit) -> Response:
    """An empty form."""
    check_may(visit)
    return await page(visit, None)


async def preview(visit: Visit) -> Response:
    """The same form with what was written, and below it what came of it."""
    check_may(visit)
    try:
        drafts = drafts_of(visit)
        made = await run_in_threadpool(visit.console.preview, drafts) if drafts else None
    except Fault as fault:  # it is no file of the content at all
        made = Preview(tuple(fault.every()), ())
    return await page(visit, made)


def check_may(visit: Visit) -> None:
    """Koordinators and admins look after the words; nobody else finds the page."""
    if not (visit.member.admin or visit.member.coordinates):
        raise not_found()


def drafts_of(visit: Visit) -> list[Draft]:
    """The files of the form, without those that were left empty; Fault for all that are no files of the content."""
    names, languages, texts = (visit.form.all(name) for name in ("name", "language", "text"))
    known = visit.service.house.shelf.languages
    drafts, gathered = list[Draft](), Gathered()
    for name, one, text in zip(names, languages, texts, strict=False):
        if text.strip() and one in known:
            with gathered:
                drafts.append(draft_of(name.strip(), text, one))
    gathered.end()
    return drafts


async def page(visit: Visit, made: Preview | None) -> Response:
    """The form, with what stands in it, the problems in words, and the looks."""
    given = [visit.form.all(name) for name in ("name", "language", "text")]
    parts = [
        {"title": visit.say(title), "name": at(given[0], n), "language": at(given[1], n), "text": at(given[2], n)}
        for n, title in enumerate(PARTS)
    ]
    problems = [said(one, visit.console.words) for one in made.problems] if made else []
    languages = visit.service.house.shelf.languages
    shown: dict[str, Any] = {"parts": parts, "made": made, "problems": problems, "languages": languages}
    return await visit.render("preview.html", place=partial(place, visit), **shown)


def place(visit: Visit, name: str) -> str:
    """Where a message stands: a key as it is written, a part of a lesson in words."""
    step, _, number = name.partition(" ")
    return f"{visit.say(PLACES[step])} {number}" if step in PLACES else name


def at(values: Sequence[str], number: int) -> str:
    """One of the values of a field, or nothing."""
    return values[number] if number < len(values) else ""
