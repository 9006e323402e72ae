"""The closed words of a report and its times, as a caseworker reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.locale import mark
from bot.naming import clock
from content.shelf import Shelf

Say = Callable[..., str]
MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400

URGENCY: Final = {"immediate": mark("Danger now"), "high": mark("Urgent"), "normal": mark("Ordinary")}
STATE: Final = {
    "diterima": mark("Received"),
    "dibaca": mark("Read"),
    "ditangani": mark("Being handled"),
    "diteruskan": mark("Referred"),
    "selesai": mark("Closed"),
}
KIND: Final = {
    "online_scam_abroad": mark("Online scam work abroad"),
    "migrant_shelter": mark("Shelter of migrant workers"),
    "sexual_exploitation": mark("Sexual exploitation"),
    "child_exploitation": mark("Exploitation of a child"),
    "forced_labour": mark("Forced labour"),
    "domestic_worker": mark("Domestic worker"),
    "bride_order": mark("Bride to order"),
    "baby_trade": mark("Trade in babies"),
    "organ_trade": mark("Trade in organs"),
    "debt_bondage": mark("Debt bondage"),
    "fishing_vessel": mark("Fishing vessel"),
    "unknown": mark("Not known yet"),
    "other": mark("Something else"),
}
ROLE: Final = {"petugas": mark("caseworker"), "koordinator": mark("coordinator")}
FIELD: Final = {
    "language": mark("Language"),
    "when": mark("Does it go on?"),
    "signs": mark("What was seen"),
    "words": mark("In the reporter's words"),
    "place": mark("Kelurahan"),
    "kota": mark("City"),
    "place_words": mark("Landmark"),
    "officials": mark("Officials said to be involved"),
    "about": mark("Who tells this"),
    "child": mark("Under 18?"),
    "who": mark("Who it is about"),
    "region": mark("Where they are"),
    "abroad": mark("Abroad?"),
    "happening": mark("What happens"),
    "happened": mark("What is known"),
    "wishes": mark("Wishes"),
    "contact": mark("May be contacted like this"),
    "read_tppo": mark("Reads like trafficking in persons? By the words alone"),
    "read_kind": mark("Read in the words, taken back by the reporter: kind"),
    "read_urgency": mark("Read in the words, taken back by the reporter: how urgent"),
    "read_child": mark("Read in the words, taken back by the reporter: a child"),
    "read_officials": mark("Read in the words, taken back by the reporter: officials"),
    "to_check": mark("To be checked: written in anger"),
}
ANSWER: Final = {
    "en": mark("English"),
    "self": mark("the affected person"),
    "family": mark("family or a friend"),
    "yes": mark("yes"),
    "no": mark("no"),
    "no_police": mark("not to the police yet"),
    "not_home": mark("contact nobody at home yet"),
}
READS: Final = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("not clear")}
FILE: Final = {"photo": mark("Photo %(number)s"), "voice": mark("Voice message %(number)s")}
SHOWS: Final = {
    "yes": mark("It shows where the reporter stood, or their home. Show it to nobody outside."),
    "face": mark("It shows the face of somebody who needs help. Show it to nobody outside."),
    "both": mark("It shows where the reporter stood, and the face of somebody in need. Show it to nobody outside."),
    "no": mark("The reporter says that it does not show where they stood."),
    "": mark("The reporter did not say whether it shows where they stood. Show it to nobody outside."),
}
STEP: Final = {"region": "where", "read_officials": "officials"}  # where the words of a field stand under another name
# What must be seen before anything else is read.
WARNING: Final = {
    "not_home": mark("A wish of this child: contact nobody at home. Whoever hurts them may live there."),
    "home": mark("Somebody at home is said to be involved."),
    "no_police": mark("A wish of the person affected: not to the police yet. Explain what the law asks of you."),
    "officials": mark("Officials are said to be involved. Give this case to nobody of that kind; oversight decides."),
    "contact": mark("They gave a way to be contacted. It is for you only; use it as they wrote."),
}
OUTSIDE: Final = {"outside": mark("outside Jakarta"), "unknown": mark("not known")}


def word(say: Say, table: Mapping[str, str], value: str) -> str:
    """A stored value in words; a value the table has not is shown as it is."""
    return say(table[value]) if value in table else value


def span(say: Say, seconds: int) -> str:
    """A length of time in its largest unit: 12 minutes, 3 hours, 2 days."""
    if seconds < HOUR:
        return say(mark("%(count)s minutes"), count=seconds // MINUTE)
    if seconds < 2 * DAY:
        return say(mark("%(count)s hours"), count=seconds // HOUR)
    return say(mark("%(count)s days"), count=seconds // DAY)


def due(say: Say, row: Any, now: int) -> str:
    """When somebody must act, and how long that is; nothing where no clock runs."""
    if row.due_at is None:
        return ""
    time = clock(row.due_at, now)
    if row.due_at < now:
        return say(mark("was due %(time)s, late by %(span)s"), time=time, span=span(say, now - row.due_at))
    return say(mark("due %(time)s, %(span)s left"), time=time, span=span(say, row.due_at - now))


def filed(say: Say, row: Any, now: int) -> str:
    """When it came: to the minute while a clock runs, then only the hour is known."""
    if row.due_at is not None:
        return clock(row.filed_at, now)
    return say(mark("%(hour)s, to the hour"), hour=clock(row.filed_at, now))


def area(shelf: Shelf, say: Say, row: Any) -> str:
    """Kecamatan and kota, as far as they are known; never more in a list."""
    place = shelf.gazetteer.by_code(row.kelurahan or "")
    if place is not None:
        return f"{place.kecamatan}, {place.kota}"
    return kota(shelf, say, row.kota)


def kota(shelf: Shelf, say: Say, code: str) -> str:
    """The name of a kota code."""
    names = {one.code: one.name for one in shelf.gazetteer.kota()}
    return names.get(code) or word(say, OUTSIDE, code)


def queue_name(shelf: Shelf, id: str) -> str:
    """A queue by its office, or as residents call it where the office has no name yet."""
    queue = shelf.directory.queues.get(id)
    return (queue.office or queue.name.id) if queue else id


def story(shelf: Shelf, say: Say, data: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What was told, field by field; fields that are empty are left out, unknown ones shown as they are."""
    lines = []
    for name, value in data.items():
        values = [str(one) for one in listed(value)]
        if values and name != "files" and not (name == "kota" and data.get("place")):
            lines.append((word(say, FIELD, name), told(shelf, say, name, values)))
    return lines


def wishes(say: Say, parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """What must be heeded, from all that was told, each once."""
    told = {name: [one for part in parts for one in listed(part.get(name))] for name in ("wishes", "happening")}
    heeded = [*told["wishes"], *told["happening"], *(name for name in ("officials", "contact") if any_of(parts, name))]
    return [say(words) for name, words in WARNING.items() if name in heeded]


def any_of(parts: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether a field was told anywhere."""
    return any(listed(part.get(name)) for part in parts)


def listed(value: object) -> list[Any]:
    """A field's values; what is empty is none."""
    return [one for one in (value if isinstance(value, list) else [value]) if one]


def told(shelf: Shelf, say: Say, field: str, values: Sequence[str]) -> list[str]:
    """The values of one field in the words of the chat."""
    if field == "place":
        found = [shelf.gazetteer.by_code(value) for value in values]
        return [one.name if one else value for one, value in zip(found, values, strict=True)]
    if field == "kota":
        return [kota(shelf, say, value) for value in values]
    if field in {"words", "place_words", "contact"}:
        return list(values)
    closed = {"read_kind": KIND, "read_urgency": URGENCY, "read_tppo": READS}.get(field, ANSWER)
    return [say(closed[one]) if one in closed else in_chat(shelf, field, one) for one in values]


def in_chat(shelf: Shelf, field: str, value: str) -> str:
    """A value in the words that were offered in the chat; as it is where nothing was."""
    keys = ("report.said", *(f"{flow}.{STEP.get(field, field)}" for flow in ("report", "affected", "family", "child")))
    words = shelf.words["id"]
    return next((words[f"{key}.{value}"] for key in keys if f"{key}.{value}" in words), value)
