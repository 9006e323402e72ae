"""Alerts in words and figures, as the staff see them: for whom, when, to how many, how each channel shows it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import budget
from bot.alert_frames import framed, read_as, unasked
from bot.alert_needs import began
from bot.budget import PAID
from bot.console.visit import Visit
from bot.house import House
from bot.locale import mark
from bot.naming import clock
from bot.series import is_quiet
from content.languages import FIRST
from handlers.access import day
from handlers.alert_draft import area_name
from models import alert, broadcast
from models.broadcast import Estimate, Progress
from models.subscription import SMALLEST, Topic, size_step

FEW: Final = mark("Fewer than %(count)s people in that area subscribe, so nothing is sent.")
LEAST: Final = 5  # people below whom no number is shown
LANGUAGES: Final = {"en": mark("English")}
STATES: Final = {
    "ready": mark("starts soon"),
    "preparing": mark("being sent"),
    "sending": mark("being sent"),
    "paused": mark("paused"),
    "done": mark("sent"),
    "cancelled": mark("stopped"),
    "refused": mark("returned"),
    "expired": mark("not sent, its time is over"),
}
KINDS: Final = {
    "alert": mark("Alert"),
    "correction": mark("Correction"),
    "retraction": mark("Retraction"),
    "lesson": mark("Lesson"),
}
TOPICS: Final[Mapping[Topic, str]] = {"alerts": mark("Warnings"), "lessons": mark("The weekly lesson")}
NAMES: Final = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
TURNS: Final = {
    "ready": ("take_back",),
    "preparing": ("pause", "cancel"),
    "sending": ("pause", "cancel"),
    "paused": ("resume", "cancel"),
}
# What each does, and half a sentence on those who have not got it yet.
ACTS: Final = {
    "pause": (mark("Pause"), mark("whoever has not got it waits until it goes on")),
    "resume": (mark("Go on"), mark("whoever has not got it gets it now")),
    "cancel": (mark("Stop for good"), mark("whoever has not got it never gets it; whoever has it keeps it")),
    "take_back": (mark("Call it off"), mark("nobody has got it yet, and nobody will")),
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is meant: the code of an area, an RW of it or none, what they asked for, and over which channels."""

    area: str
    rw: str = ""
    topic: Topic = "alerts"
    channels: tuple[str, ...] = ()


def looks(house: House, words: Mapping[str, str], channels: Collection[str], pictured: str = "") -> dict[str, Any]:
    """Words as each channel shows them: WhatsApp outside its day in the frame that Meta has approved, with a link to
    the picture of an alert (`pictured`, its id) where that is approved too."""
    line = framed(words.get(FIRST, ""), FIRST)
    line = unasked(house, line, pictured, PAID) if pictured else line
    shown = {"telegram": words.get(FIRST, ""), "whatsapp": read_as(line, house.shelf)}
    return {
        "looks": {NAMES[name]: text for name, text in shown.items() if name in (channels or NAMES)},
        "others": {LANGUAGES[code]: text for code, text in words.items() if code != FIRST},
    }


def place_of(visit: Visit, code: str, rw: str) -> str:
    """An area by its name; a kelurahan with its kecamatan."""
    shelf = visit.service.house.shelf
    row = shelf.gazetteer.by_code(code)
    place = f"{row.name}, {row.kecamatan}" if row else shelf.text(area_name(code, shelf), FIRST)
    return f"{place}, RW {rw}" if rw else place


def shown(visit: Visit, row: Any) -> dict[str, Any]:
    """An alert in words: for whom, what, when, and as each channel shows it."""
    channels = over(visit, row)
    return {
        "id": row.id,
        "about": row.about or "",
        "kind": visit.say(KINDS[row.kind]),
        "place": place_of(visit, row.kelurahan, row.rw),
        "topic": visit.say(TOPICS[row.topic]),
        "channels": ", ".join(NAMES[name] for name in channels),
        "picture": f"/konsol/peringatan/{row.id}/gambar" if row.pictured else "",
        "departing": row.departing,
        "danger": row.danger,
        "author": row.author is not None,
        "own": row.author == visit.member.staff,
        "due": clock(row.due_at, visit.now) if row.due_at is not None else "",
        "goes": goes(visit, row.send_at or 0, night=row.danger, decided=row.state != "waiting"),
        "until": last_day(visit, row.until - 1),
        **looks(visit.service.house, json.loads(row.words), channels, row.id if row.pictured else ""),
    }


def last_day(visit: Visit, moment: int) -> str:
    """The day until which an alert holds, as its words say it."""
    return visit.service.house.shelf.text(day(moment), FIRST)


def over(visit: Visit, row: Any) -> tuple[str, ...]:
    """The channels over which an alert goes out, of those that are on."""
    on = visit.service.settings.broadcasters
    return tuple(name for name in on if name in row.channels.split()) if row.channels else on


def goes(visit: Visit, send_at: int, *, night: bool, decided: bool) -> str:
    """When it goes out: at its time, in the morning, or at once."""
    if send_at > visit.now:
        return clock(send_at, visit.now)
    if not night and is_quiet(visit.service.house.shelf.broadcast, visit.now):
        return visit.say(mark("from 06.00"))
    return visit.say(mark("now")) if decided else visit.say(mark("once it is approved"))


def sized(connection: Connection, visit: Visit, row: Any) -> dict[str, Any]:
    """How many it reaches, in how many days, for how much; a correction goes to whoever got what it corrects."""
    if row.about is not None:
        limits = budget.limits(connection, visit.service.house, visit.service.settings)
        return figures(visit, broadcast.estimate_again(connection, row.about, visit.now, limits))
    return figures(visit, reached(connection, visit, Audience(row.kelurahan, row.rw, row.topic, over(visit, row))))


def reached(connection: Connection, visit: Visit, meant: Audience) -> Estimate:
    """People, days and rupiah of an audience as it is now."""
    limits = budget.limits(connection, visit.service.house, visit.service.settings)
    limits = replace(limits, channels=tuple(name for name in limits.channels if name in meant.channels))
    return broadcast.estimate(connection, meant.area, meant.rw, visit.now, limits, meant.topic)


def figures(visit: Visit, found: Estimate) -> dict[str, Any]:
    """An estimate as it is shown: people in fives, and of too few to be spoken of neither people nor rupiah."""
    step, more = size_step(found.people), mark("%(count)s or more")
    if not step:
        return {"people": "", "days": found.days, "rupiah": "", "size": few(visit, 0, SMALLEST)}
    people, rupiah = visit.say(more, count=found.people - found.people % LEAST), f"{found.rupiah:,}".replace(",", ".")
    return {"people": people, "days": found.days, "rupiah": rupiah, "size": visit.say(more, count=step)}


def few(visit: Visit, people: int, least: int = LEAST) -> str:
    """A number of people, unless it is so small that it would name them."""
    return str(people) if people >= least else visit.say(mark("fewer than %(count)s"), count=least)


def percent(found: Progress) -> int:
    """How much of its deliveries is over, in tens; of few people all or nothing, as a share would count them."""
    over = found.people - found.waiting
    if found.people < LEAST:
        return 0 if found.waiting or not found.people else 100
    return 10 * (10 * over // found.people)


def live(row: Any) -> bool:
    """Whether it stands in chats, or may stand there, so that it can be corrected or retracted."""
    return row.kind in {"alert", "correction"} and began(row)


def acts(visit: Visit, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """What can be done, by name: the word on its button, and what it does."""
    return {name: (visit.say(ACTS[name][0]), visit.say(ACTS[name][1])) for name in names}


def progressed(connection: Connection, visit: Visit, row: Any, *, hurries: bool) -> dict[str, Any]:
    """An alert with its bar: what is over of all deliveries, what may have arrived or not, and what can be done.

    `hurries`: whoever looks may send a correction at night.
    """
    found = broadcast.progress(connection, row.id)
    told = {"people": few(visit, found.people), "percent": percent(found)}
    quiet = is_quiet(visit.service.house.shelf.broadcast, visit.now)
    mends = row.kind in {"correction", "retraction"} and row.state in alert.LIVE and not row.danger
    return {
        **shown(visit, row),
        **told,
        "doubtful": few(visit, found.uncertain) if found.uncertain else "",
        "failed": few(visit, lost) if (lost := found.refused + found.gone) else "",
        "arrived": few(visit, found.sent + found.delivered + found.read),
        "state": visit.say(STATES[row.state]),
        "reason": row.reason or (visit.say(FEW, count=SMALLEST) if row.state == "refused" else ""),
        "again": row.author is not None and row.kind == "alert" and row.state in {"refused", "expired"},
        "later": row.state == "ready" and (row.send_at or 0) > visit.now,
        "began": began(row),
        "acts": acts(visit, TURNS.get(row.state, ()) if row.kind != "retraction" else ()),
        "rests": quiet and row.state in alert.LIVE and not row.danger,
        "hurries": quiet and mends and hurries,
    }
