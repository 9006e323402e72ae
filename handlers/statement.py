"""What a witness has stated: the draft of a report, its summary, and the facts it is routed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from content.languages import FIRST
from content.routing import OUTSIDE, Facts, Known, Official, Sign, kind_of, urgency_of
from content.shelf import Say, Shelf, Value
from handlers.talk import JSON, Draft, Errand, Flow, Turn

QUESTIONS = "witness/1"  # changes with the questions: a report keeps the version it was asked
UNKNOWN = "unknown"  # a place that nobody knows


@dataclass(frozen=True, slots=True)
class Statement(Draft):
    """Answers as they were given; `words` are the witness's own, in their order."""

    when: str = ""
    signs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kelurahan: str = ""
    kota: str = ""  # a kota code, "outside", or "unknown"
    place_words: tuple[str, ...] = ()  # what was written beside the place that is settled
    officials: tuple[str, ...] = ()
    files: tuple[JSON, ...] = ()  # photos and voice messages: id, kind, and whether one shows where the witness stood
    # How the talk goes on, not what was said:
    coming: tuple[JSON, ...] = ()  # photos and voice messages that are not here yet: kind and reference
    fetching: str = ""  # the kind of the one that is being fetched
    sent_at: str = ""  # the step at which the first of them was sent
    place_first: bool = False  # only some kota are served
    warned: bool = False  # the danger line was said
    when_again: bool = False  # words came instead of when it happens, and it was asked once more
    changing: bool = False  # one answer is being changed
    place_said: tuple[str, ...] = ()  # what is being written about a place that is not settled yet
    found: tuple[str, ...] = ()  # places offered, by code
    area: str = ""  # the kota or kecamatan whose list is open
    page: int = 0
    lead: str = ""  # the queue that got it
    report: str = ""  # once it is filed, until the code was taken


flow = Flow("report", Statement, start="whom", story="words", hub="review", tells=True)
SHOWN = 80  # letters of a place's words that the review reads back; longer ones are a story, and are counted


def errand_id(seed: str) -> str:
    """The id of the errand that files from this seed; an id may be printed, and says nothing of the seed."""
    return sha256(f"errand|{seed}".encode()).hexdigest()[:32]


def filing(form: str, draft: Draft, turn: Turn) -> Errand:
    """The errand that files a draft. What is written in another language than Indonesian is marked for its readers."""
    args = {"form": form, "draft": draft.dump(), "seed": turn.token}
    marked = {} if turn.language == FIRST else {"language": turn.language}
    return Errand("file", errand_id(turn.token), {**args, **marked})


def facts(draft: Statement, shelf: Shelf) -> Facts:
    """What the route depends on. A witness is not asked for sex or age beyond the child's sign."""
    child = Known.YES if Sign.CHILD in draft.signs else Known.UNKNOWN
    return Facts(
        area=draft.kota if draft.kota in shelf.directory.kota else OUTSIDE,
        kind=kind_of(draft.signs, shelf.directory),
        urgency=urgency_of(draft.when or "unknown", child, shelf.directory),
        child=child,
        man=Known.UNKNOWN,
        abroad=Known.UNKNOWN,
        officials=frozenset(Official(one) for one in draft.officials),
    )


def story(draft: Statement) -> Mapping[str, JSON]:
    """What is sealed: the answers and the words, nothing of the person or the hour."""
    return {
        "when": draft.when,
        "signs": list(draft.signs),
        "words": list(draft.words),
        "place": draft.kelurahan,
        "kota": draft.kota,
        "place_words": list(draft.place_words),
        "officials": list(draft.officials),
    }


def where_said(draft: Statement, shelf: Shelf) -> Say:
    """The place in words, with what was written beside it."""
    place = place_named(draft, shelf)
    named = str(place.values.get("name", "")).lower()
    said = ", ".join(words for words in draft.place_words if words.lower() not in named)
    if not said:
        return place
    return Say("report.place.beside" if len(said) <= SHOWN else "report.place.long", {"place": place, **told(said)})


def place_named(draft: Statement, shelf: Shelf) -> Say:
    """A kelurahan with its kecamatan and kota, a kota, outside, or not known."""
    known = shelf.gazetteer.by_code(draft.kelurahan) if draft.kelurahan else None
    if known:
        return Say("report.place.named", {"name": f"{known.name}, {known.kecamatan}, {known.kota}"})
    names = {area.code: area.name for area in shelf.gazetteer.kota()}
    if draft.kota in names:
        return Say("report.place.named", {"name": names[draft.kota]})
    return Say(f"report.place.{draft.kota or UNKNOWN}")


def told(words: str) -> Mapping[str, Value]:
    """Words, and how many letters they have."""
    return {"words": words, "letters": len(words)}


def counted(draft: Statement) -> tuple[Say, ...]:
    """How many photos and voice messages go along."""
    kinds = [one["kind"] for one in draft.files]
    return tuple(
        Say(f"report.summary.{kind}", {"count": kinds.count(kind)}) for kind in ("photo", "voice") if kind in kinds
    )


def summary(draft: Statement, shelf: Shelf) -> tuple[Say, ...]:
    """The lines of the review, as somebody would read them back."""
    lines = [
        Say("report.summary.when", {"when": Say(f"report.said.{draft.when or UNKNOWN}")}),
        Say("report.summary.signs", {"signs": tuple(Say(f"report.said.{sign}") for sign in draft.signs)}),
        Say("report.summary.where", {"where": where_said(draft, shelf)}),
    ]
    if draft.words:
        lines.append(Say("report.summary.words", told("".join(draft.words))))
    if draft.files:
        lines.append(Say("report.summary.files", {"files": counted(draft)}))
    if draft.officials:
        named = tuple(Say(f"report.officials.{one}") for one in draft.officials)
        lines.append(Say("report.summary.officials", {"officials": named}))
    return tuple(lines)
