"""What is wrong with the templates of alerts, which go to many people without anybody looking at them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from bot.draft_words import hard_words
from bot.locale import mark
from content.alerts import AlertTemplate
from content.faults import Fault
from content.figures import unfounded
from content.languages import FIRST, unlike_figures
from content.lessons import TITLE_LIMIT, Ground
from content.shelf import Say, Shelf
from content.voice import Voice
from handlers.reading.alert_filter import alert_filter

NO_FIGURE: Final = "the figure %(figure)s stands in none of its facts"
TOO_LONG: Final = "at most %(most)s characters fit"
STOPPED: Final = mark('"%(words)s" may not stand in an alert. %(why)s')


def alert_faults(name: str, shelf: Shelf, voices: Mapping[str, Voice]) -> Iterator[Fault]:
    """All that is wrong with the words of each template, in each language."""
    ground = Ground.of(shelf.facts, shelf.hotlines)
    for one in shelf.alerts.templates.values():
        allowed = ground.figures(one.facts)
        for field, language, text in said(one, shelf):
            where = f"{name}: {one.id}: {field}: {language}"
            yield from hard_words(where, f"alerts.{one.id}.{field}", text, voices[language])
            yield from (Fault(where, NO_FIGURE, figure=figure) for figure in unfounded(text, allowed))
            yield from stopped(where, text, shelf)
            most = TITLE_LIMIT if field == "title" else shelf.alerts.longest
            if len(text) > most:
                yield Fault(where, TOO_LONG, most=most)
            if language != FIRST:
                yield from unlike_figures(where, text, FIRST, getattr(one, field).id)


def said(template: AlertTemplate, shelf: Shelf) -> Iterator[tuple[str, str, str]]:
    """Field, language and words of all that is read of a template."""
    for field, text in (("title", template.title), ("text", template.text)):
        yield from ((field, language, text.to(language)) for language in shelf.languages)


def stopped(where: str, text: str, shelf: Shelf) -> Iterator[Fault]:
    """What the filter stops in a leader's own words: names, numbers, addresses, verdicts, calls to act."""
    for part in alert_filter(shelf).read(text).parts:
        why = shelf.text(Say(f"lead_alert.why.{part.reason}"))
        yield Fault(where, STOPPED, words=text[part.start : part.end], why=why)
