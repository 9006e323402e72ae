"""What a witness has stated: the draft of a report, its summary, and the facts it is routed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from content.languages import FIRST
from content.routing import OUTSIDE, Facts, Kind, Known, Official, Sign, Urgency, When, kind_of, urgency_of
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
    ours: tuple[str, ...] = ()  # of the words, those that Suar put there: an offer, retold; no story is read in them
    kelurahan: str = ""
    kota: str = ""  # a kota code, "outside", or "unknown"
    place_words: tuple[str, ...] = ()  # what was written beside the place that is settled
    officials: tuple[str, ...] = ()
    files: tuple[JSON, ...] = ()  # photos and voice messages: id, kind, and whether one shows where the witness stood
    # What reading makes of the words, and what of it was taken back: by the names of `PROPOSED`.
    read_kind: str = ""
    read_tppo: str = ""  # yes, no, unknown
    read_urgency: str = ""
    read_child: bool = False
    read_officials: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    kind: str = ""  # chosen by whoever tells it
    angry: bool = False  # written in anger: to be checked
    # How the talk goes on, not what was said:
    read_of: str = ""  # which words were read last
    giving: tuple[str, ...] = ()  # parts of the words that may show who wrote them, until that is answered
    stays: tuple[str, ...] = ()  # those that may stay
    asked_seen: bool = False  # whoever wrote in anger was asked what they saw
    elsewhere: str = ""  # the other help whose numbers were said
    coming: tuple[JSON, ...] = ()  # photos and voice messages that are not here yet: kind and reference
    fetching: str = ""  # the kind of the one that is being fetched
    sent_at: str = ""  # the step at which the first of them was sent
    place_first: bool = False  # only some kota are served
    warned: bool = False  # the danger line was said
    when_again: bool = False  # words came instead of when it happens, and it was asked once more
    changing: bool = False  # one answer is being changed
    place_said: tuple[str, ...] = ()  # what is being written about a place that is not settled yet
    found: tuple[str, ...] = ()  # places offered, by code
    near: tuple[str, ...] = ()  # places that the first words name, by code
    minor: bool = False  # whoever wrote those is under 18: until it is told about whom
    area: str = ""  # the kota or kecamatan whose list is open
    page: int = 0
    lead: str = ""  # the queue that got it
    report: str = ""  # once it is filed, until the code was taken


flow = Flow("report", Statement, start="whom", story="words", hub="review", tells=True)
PROPOSED = ("kind", "urgency", "child", "officials")  # what reading may propose, in the order it is shown
OPEN_KINDS = frozenset({Kind.UNKNOWN, Kind.OTHER})  # ticked signs that say so leave the kind to the words
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
    """What the route depends on. A witness is not asked for sex or age beyond the child's sign.

    What was ticked or chosen wins over what was read; reading makes a report more urgent, and never less.
    """
    read = proposed(draft, shelf)
    ticked = kind_of(draft.signs, shelf.directory)
    child = Known.YES if Sign.CHILD in draft.signs or "child" in read else Known.UNKNOWN
    told = urgency_of(draft.when or "unknown", child, shelf.directory)
    soon = Urgency(draft.read_urgency) if "urgency" in read else told
    return Facts(
        area=draft.kota if draft.kota in shelf.directory.kota else OUTSIDE,
        kind=Kind(draft.kind) if draft.kind else Kind(draft.read_kind) if "kind" in read else ticked,
        urgency=min(told, soon, key=list(Urgency).index),
        child=child,
        man=Known.UNKNOWN,
        abroad=Known.UNKNOWN,
        officials=frozenset(Official(one) for one in named(draft)),
    )


def proposed(draft: Statement, shelf: Shelf) -> tuple[str, ...]:
    """What reading adds to the answers, by the names of `PROPOSED`: where they leave it open, and not taken back."""
    open_kind = not draft.kind and kind_of(draft.signs, shelf.directory) in OPEN_KINDS
    child = Sign.CHILD in draft.signs or (draft.read_child and "child" not in draft.taken_back)
    order = list(Urgency)
    told = urgency_of(draft.when or "unknown", Known.YES if child else Known.UNKNOWN, shelf.directory)
    adds = {
        "kind": open_kind and draft.read_kind not in {"", *OPEN_KINDS},
        "urgency": draft.when != When.PAST and order.index(Urgency(draft.read_urgency or told)) < order.index(told),
        "child": draft.read_child and Sign.CHILD not in draft.signs,
        "officials": bool(draft.read_officials) and not draft.officials,
    }
    return tuple(name for name in PROPOSED if adds[name] and name not in draft.taken_back)


def named(draft: Statement) -> tuple[str, ...]:
    """The kinds of officials that were ticked; those that were read where nobody has answered that yet."""
    return draft.officials or (() if "officials" in draft.taken_back else draft.read_officials)


def story(draft: Statement) -> Mapping[str, JSON]:
    """What is sealed: the answers and the words, nothing of the person or the hour."""
    return {
        "when": draft.when,
        "signs": list(draft.signs),
        "words": list(draft.words),
        "place": draft.kelurahan,
        "kota": draft.kota,
        "place_words": list(draft.place_words),
        "officials": list(named(draft)),
        **as_read(draft),
    }


def as_read(draft: Statement) -> Mapping[str, JSON]:
    """Whether it reads like trafficking, and what else was read where it was taken back: whoever decides sees both."""
    read = {
        "read_tppo": draft.read_tppo,
        "read_kind": draft.read_kind if "kind" in draft.taken_back else "",
        "read_urgency": draft.read_urgency if "urgency" in draft.taken_back else "",
        "read_child": "yes" if "child" in draft.taken_back else "",
        "read_officials": list(draft.read_officials) if "officials" in draft.taken_back else [],
        "to_check": "yes" if draft.angry else "",
    }
    return {name: value for name, value in read.items() if value}


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
    lines += about(draft, shelf)
    if draft.words:
        lines.append(Say("report.summary.words", told("".join(draft.words))))
    if draft.files:
        lines.append(Say("report.summary.files", {"files": counted(draft)}))
    if officials := named(draft):
        said = tuple(Say(f"report.officials.{one}") for one in officials)
        lines.append(Say("report.summary.officials", {"officials": said}))
    return tuple(lines)


def about(draft: Statement, shelf: Shelf) -> list[Say]:
    """What it seems to be about, in plain words: chosen, or read where the answers leave it open."""
    read = proposed(draft, shelf)
    kind = draft.kind or (draft.read_kind if "kind" in read else "")
    said = [Say(f"report.kind.{kind}")] if kind else []
    said += [Say(f"report.read.{name}") for name in ("urgency", "child") if name in read]
    return [Say("report.summary.about", {"about": tuple(said)})] if said else []
