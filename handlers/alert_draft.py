"""An alert that is being written, and the words in which it goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.queues import WIB
from content.shelf import Say, Shelf, Value
from handlers.access import DAY, day
from handlers.offer_card import SIGNS
from handlers.talk import JSON, Draft

RW = re.compile(r"\brw\b\D{0,3}(\d{1,3})", re.IGNORECASE)
UNSENT = str.maketrans(dict.fromkeys("{}[]<>|\\", " "))
OFFICES = frozenset({"rt", "rw"})  # that may write to their RW alone
NAMED_BY = 4  # words of an alert by which it is told from another


@dataclass(frozen=True, slots=True)
class AlertDraft(Draft):
    """What is being written, by whom for where: a template, signs of adverts, or own words; perhaps a picture."""

    office: str = "rt"
    code: str = ""
    kelurahan: str = ""
    unit: str = ""
    now: int = 0  # when this talk began: the month of its templates, and the day until which it holds
    template: str = ""
    signs: tuple[str, ...] = ()
    abroad: bool = True
    text: str = ""
    stopped: tuple[str, ...] = ()  # why the text cannot go as it is
    departing: bool = False
    files: tuple[JSON, ...] = ()  # the picture, by the id of its upload
    coming: tuple[JSON, ...] = ()
    rw: str = ""  # empty: the whole kelurahan
    size: int = 0  # a step
    repeated: bool = False  # this template went to this kelurahan not long ago
    about: str = ""  # the alert that this one corrects
    send_at: int = 0  # not before; 0: at once
    days: int = 0  # for which it holds; 0: as long as its kind does
    danger: bool = False  # danger now, by a coordinator
    mine: tuple[JSON, ...] = ()  # those already written, as the store knows them
    one: str = ""  # the one that is looked at
    story: tuple[str, ...] = ()  # words that are better told to a caseworker


def at_once(draft: AlertDraft) -> bool:
    """A template without a picture was looked at by those who made it; one that is sent again is looked at anew."""
    return bool(draft.template) and not draft.files and not draft.repeated


def own_rw(draft: AlertDraft) -> str:
    """The RW that an RT or RW leader leads in, in two digits or more; nothing where their unit does not say."""
    numbers = re.findall(r"\d+", draft.unit)
    named = RW.search(draft.unit)
    if draft.office not in OFFICES or not numbers:
        return ""
    if named is None and draft.office == "rt" and len(numbers) < len(("rt", "rw")):
        return ""
    return (named[1] if named else numbers[-1]).lstrip("0").zfill(2)


def whole(draft: AlertDraft, shelf: Shelf) -> Say:
    """All words of an alert: for whom, what, until when, and who signs."""
    values: dict[str, Value] = {"text": body(draft, shelf), "area": area_name(draft.code, shelf)}
    values["until"] = day(until(draft, shelf))
    return Say(f"lead_alert.{'corrected' if draft.about else 'urgent' if draft.danger else 'whole'}", values)


def area_name(code: str, shelf: Shelf) -> Say:
    """An area by its name: a kelurahan, or the kecamatan or kota whose code this is."""
    gazetteer = shelf.gazetteer
    if row := gazetteer.by_code(code):
        return Say("lead_alert.named.kelurahan", {"place": row.name})
    if inside := gazetteer.kelurahan_of(code):
        return Say("lead_alert.named.kecamatan", {"place": inside[0].kecamatan})
    return Say("lead_alert.named.kota", {"place": next((one.name for one in gazetteer.kota() if one.code == code), "")})


def body(draft: AlertDraft, shelf: Shelf) -> Value:
    """The words in the middle, in every language where they are ours."""
    if draft.template:
        return shelf.alerts.templates[draft.template].text
    if not draft.signs:
        return Say("lead_alert.own", {"text": draft.text})
    signs = tuple(Say(f"offer.sign.{name}") for name in draft.signs[:SIGNS])
    return Say("lead_alert.card", {"signs": signs, "page": shelf.offers.register.page})


def words(draft: AlertDraft, shelf: Shelf) -> Mapping[str, str]:
    """What goes out, by language."""
    return {language: shelf.text(whole(draft, shelf), language) for language in shelf.languages}


def until(draft: AlertDraft, shelf: Shelf) -> int:
    """The last day on which it holds, seconds since 1970."""
    known = shelf.alerts.templates.get(draft.template)
    own = shelf.alerts.danger_days if draft.danger else shelf.alerts.own_days
    return draft.now + DAY * (draft.days or (known.days if known else own))


def morning(now: int, shelf: Shelf) -> int:
    """The morning of the next day in Jakarta, for an alert that may wait; seconds since 1970."""
    at = datetime.fromtimestamp(now, WIB) + timedelta(days=1)
    return int(at.replace(hour=shelf.alerts.morning_hour, minute=0, second=0, microsecond=0).timestamp())


def hour(moment: int) -> str:
    """The hour of a moment in Jakarta, `07.00`."""
    return f"{datetime.fromtimestamp(moment, WIB):%H.%M}"


def first_words(text: str) -> str:
    """How an alert begins behind its head: by that its writer, and whoever got it, know it again."""
    lines = text.splitlines()
    words = (lines[1] if len(lines) > 1 else text).split()
    return " ".join(words[:NAMED_BY]).rstrip(".,:;?!") + ("..." if len(words) > NAMED_BY else "")


def sendable(text: str) -> str:
    """A text without the signs that a vendor takes for its own, and without empty lines."""
    lines = (" ".join(line.split()) for line in text.translate(UNSENT).splitlines())
    return "\n".join(line for line in lines if line)
