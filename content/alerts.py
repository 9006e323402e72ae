"""The templates of alerts by month, and how long an alert may wait, hold and be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from content.localized import Localized
from content.queues import WIB, OfficeHours
from content.rows import Row, read_file
from content.vocabulary import Confidence

YEAR = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class AlertTemplate:
    """Words that may go out without a look, in the months they are offered; `days` is how long they hold."""

    id: str
    months: tuple[int, ...]
    days: int
    facts: tuple[str, ...]
    title: Localized
    text: Localized


@dataclass(frozen=True, slots=True)
class Alerts:
    """Figures the task force signs, and the templates by id, in the order of the file."""

    review_hours: int
    on_call_minutes: int
    expire_hours: int
    waiting_most: int
    again_days: int
    own_days: int
    danger_days: int
    ahead_days: int
    morning_hour: int
    longest: int
    templates: Mapping[str, AlertTemplate]

    def of_month(self, month: int) -> tuple[AlertTemplate, ...]:
        """The templates that are offered in a month, 1 to 12."""
        return tuple(one for one in self.templates.values() if month in one.months)


FIGURES = tuple(one.name for one in fields(Alerts) if one.name != "templates")


def load_alerts(path: Path, facts: Collection[str], languages: Collection[str]) -> Alerts:
    """Read alerts.yaml; Fault names row and field of what is wrong, or a month without a template."""
    top = read_file(path)
    top.only(frozenset({"source", "source_date", "confidence", "usulan", "templates", *FIGURES}))
    top.text("source"), top.month("source_date")
    if top.confidence() is Confidence.PROPOSED and set(top.texts("usulan")) != set(FIGURES):
        top.wrong("usulan", "a proposal (D) must say which fields are proposed")
    found: dict[str, AlertTemplate] = {}
    for row in top.each("templates"):
        one = template(row, facts, languages)
        if one.id in found:
            row.wrong("id", "is there twice")
        found[one.id] = one
    if empty := YEAR - {month for one in found.values() for month in one.months}:
        top.wrong(f"templates: months: {min(empty)}", "is missing")
    return Alerts(**{name: top.number(name) for name in FIGURES}, templates=found)


def template(row: Row, facts: Collection[str], languages: Collection[str]) -> AlertTemplate:
    """One row, whose facts exist and whose words are there in every language."""
    row.only(frozenset({"id", "months", "days", "facts", "title", "text"}))
    if not set(map(str, row.listed("months"))) <= set(map(str, YEAR)):
        row.wrong("months", "months are numbers from 1 to 12")
    months, named = row.numbers("months"), row.texts("facts")
    if wrong := [one for one in named if one not in facts]:
        row.wrong("facts", "there is no fact %(id)s", id=wrong[0])
    texts = {name: row.localized(name) for name in ("title", "text")}
    for name, text in texts.items():
        if missing := set(languages) - {"id"} - text.others.keys():
            row.wrong(name, "needs a text for %(codes)s", codes=", ".join(sorted(missing)))
    return AlertTemplate(row.text("id"), months, row.number("days"), named, texts["title"], texts["text"])


def working_end(hours: OfficeHours, start: datetime, length: timedelta) -> datetime:
    """When so much working time after an aware moment is over; public holidays are not known."""
    moment, left = start.astimezone(WIB), length
    while True:
        opens, closes = (datetime.combine(moment.date(), at, WIB) for at in (hours.opens, hours.closes))
        if moment.isoweekday() in hours.weekdays and (begin := max(moment, opens)) < closes:
            if begin + left <= closes:
                return begin + left
            left -= closes - begin
        moment = datetime.combine(moment.date() + timedelta(days=1), hours.opens, WIB)
