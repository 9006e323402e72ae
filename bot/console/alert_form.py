"""The form of an ordinary alert: what was typed, and what of it cannot be sent, beside each field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from bot.alerts import end_of_day
from bot.console.alert_rows import TOPICS
from bot.console.visit import Form, Visit
from bot.locale import mark
from bot.series import is_quiet
from content.queues import WIB
from handlers.alert_draft import AlertDraft, sendable
from handlers.lead_alert import SHORTEST, offered
from handlers.reading.alert_filter import Reason, alert_filter
from models.base import DAY
from models.subscription import Topic

OWN: Final = "own"  # the choice beside the templates of the month
DAYS: Final = ("1", "3", "7", "14", "30")  # for which an alert may hold
REASONS: Final = {
    Reason.NAME: mark("a person's name"),
    Reason.PHONE: mark("a phone number or an account"),
    Reason.NIK: mark("a NIK or another long number"),
    Reason.PLATE: mark("a vehicle's plate"),
    Reason.ADDRESS: mark("an address"),
    Reason.LINK: mark("a link that is not on the list"),
    Reason.INCITE: mark("a call to act against somebody"),
    Reason.TIP_OFF: mark("what officers are going to do"),
    Reason.GROUP: mark("newcomers or a group of people"),
    Reason.VERDICT: mark("an accusation against a person or firm"),
}
CHOOSE: Final = mark("Please choose one.")
BOTH: Final = mark(
    "A template and own words are both here, and only one of them can go out. "
    "Please choose My own above, or empty this box. Nothing is lost until then."
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, as it was typed.

    `picture` is the token of one that waits, `pictured` the id of an alert whose picture goes along, `changes` that of
    the alert in whose place it is stored.
    """

    template: str = OWN
    text: str = field(default="", repr=False)
    area: str = ""
    topic: str = "alerts"
    channels: tuple[str, ...] = ()
    days: str = ""
    at: str = ""
    picture: str = ""
    pictured: str = ""
    changes: str = ""
    key: str = ""


def typed(form: Form) -> Typed:
    """The fields of a form."""
    names = ("template", "text", "area", "topic", "days", "at", "changes", "key")
    pictures = () if form.one("bare") else ("picture", "pictured")
    return Typed(channels=tuple(form.all("channel")), **{name: form.one(name) for name in (*names, *pictures)})


def draft_of(visit: Visit, one: Typed) -> AlertDraft:
    """The alert that a form without problems asks for."""
    text = "" if one.template != OWN else sendable(one.text)
    template = one.template if one.template != OWN else ""
    departing = bool(text) and alert_filter(visit.service.house.shelf).read(text).departing
    send_at = moment(one.at) or 0
    return AlertDraft(
        code=one.area,
        now=send_at or visit.now,  # it holds for so many days from when it goes out
        template=template,
        text=text,
        departing=departing,
        send_at=send_at,
        days=int(one.days or 0),
    )


def problems_of(visit: Visit, one: Typed, areas: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, in words, by field; nothing where it can be sent. `areas`: where this person may write to."""
    shelf, settings = visit.service.house.shelf, visit.service.settings
    known = {row.id for row in offered(AlertDraft(now=visit.now), shelf)}
    found = {
        "template": "" if one.template in {OWN, *known} else visit.say(CHOOSE),
        "text": own_problem(visit, one.text) if one.template == OWN else both_problem(visit, one, known),
        "area": "" if one.area in areas else visit.say(CHOOSE),
        "topic": "" if one.topic in TOPICS else visit.say(CHOOSE),
        "channel": "" if one.channels and set(one.channels) <= set(settings.broadcasters) else visit.say(CHOOSE),
        "days": "" if one.days in {"", *DAYS} else visit.say(CHOOSE),
        "at": time_problem(visit, one.at),
    }
    return {name: words for name, words in found.items() if words}


def own_problem(visit: Visit, text: str) -> str:
    """Why own words cannot be sent; empty where they can."""
    bare = sendable(text)
    if 0 < len(bare) < SHORTEST:
        return visit.say(mark("Please write at least %(count)s letters."), count=SHORTEST)
    return problem_of(visit, bare)


def both_problem(visit: Visit, one: Typed, known: Collection[str]) -> str:
    """Why own words cannot stand beside a template of those known; empty where there are none."""
    return visit.say(BOTH) if one.template in known and one.text.strip() else ""


def problem_of(visit: Visit, text: str) -> str:
    """Why words cannot go to many people, the staff's neither; empty where they can."""
    shelf = visit.service.house.shelf
    if not text:
        return visit.say(mark("Please write something first."))
    if len(text) > (most := shelf.alerts.longest):
        return visit.say(mark("These are %(letters)s letters, at most %(most)s fit."), letters=len(text), most=most)
    found = alert_filter(shelf).read(text)
    if not found.parts:
        return ""
    why = ", ".join(visit.say(REASONS[one]) for one in found.reasons)
    return visit.say(mark("This cannot go to many people. It holds: %(why)s. Please write it without."), why=why)


def moment(at: str) -> int | None:
    """A day and hour in Jakarta, `2026-11-23T07:00`, in seconds since 1970; None for anything else."""
    try:
        read = datetime.fromisoformat(at.strip())
    except ValueError:
        return None
    return int(read.replace(tzinfo=WIB).timestamp()) if read.tzinfo is None else None


def time_problem(visit: Visit, at: str) -> str:
    """Why nothing can go out at that time; empty where it can, or where no time is asked for."""
    if not at.strip():
        return ""
    shelf, when = visit.service.house.shelf, moment(at)
    if when is None:
        return visit.say(mark("Please write day and time like this: 2026-11-23 07:00."))
    if when <= visit.now:
        return visit.say(mark("That time is over. Please choose a later one, or leave it empty."))
    if when > visit.now + shelf.alerts.ahead_days * DAY:
        return visit.say(mark("That is too far ahead: at most %(days)s days."), days=shelf.alerts.ahead_days)
    if is_quiet(shelf.broadcast, when):
        return visit.say(mark("Nothing goes out between 21.00 and 06.00, people sleep. Please choose another time."))
    return ""


def days_of(send_at: int | None, made_at: int, until: int) -> str:
    """For how many days an alert was to hold, as the form says it."""
    days = str((until - end_of_day(send_at or made_at)) // DAY)
    return days if days in DAYS else ""


def topic_of(one: Typed) -> Topic:
    """The topic of a form without problems."""
    return cast(Topic, one.topic)
