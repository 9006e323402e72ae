"""The talk of a family member or a friend: numbers by place first, then what happened, and how to be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.hotlines import Where
from content.routing import OUTSIDE, Facts, Known, Official, Route, Sign, When, kind_of, urgency_of
from content.shelf import Lines, Say, Shelf
from handlers.open_route import OPEN, open_route
from handlers.placing import Placed, answering, beside, located, offered, settled
from handlers.reading.places import Candidate, Found
from handlers.statement import Statement, told, where_said
from handlers.talk import JSON, Flow, Go, Need, Question, Turn
from handlers.whereabouts import asking

QUESTIONS = "family/1"  # changes with the questions: a report keeps the version it was asked

# What is ticked, and the sign it counts as when the kind of the case is looked up.
HAPPENED: Mapping[str, Sign] = {
    "danger_now": Sign.UNSURE,
    "unreachable": Sign.AFRAID,
    "kept_in": Sign.LOCKED,
    "papers_held": Sign.PAPERS_HELD,
    "unpaid": Sign.FORCED,
    "forced": Sign.FORCED,
    "ransom": Sign.OTHER,
    "other": Sign.OTHER,
}
REGIONS = {"jakarta": Where.JAKARTA, "indonesia": Where.INDONESIA, "abroad": Where.ABROAD, "unknown": Where.INDONESIA}
DANGER = {"indonesia": "front.danger_outside", "abroad": "front.danger_abroad"}


@dataclass(frozen=True, slots=True)
class Family(Placed):
    """Answers as they were given; of the person only what helps to find the right desk."""

    words: tuple[str, ...] = ()
    region: str = ""  # jakarta, indonesia, abroad, unknown
    who: str = ""  # child, woman, man, or nothing
    happened: tuple[str, ...] = ()
    contact: str = ""  # given on purpose: sealed with the story, for whoever reads it
    officials: tuple[str, ...] = ()
    # How the talk goes on, not what was said:
    giving: tuple[str, ...] = ()  # parts of the words that may show who wrote them, until that is answered
    stays: tuple[str, ...] = ()  # those that may stay
    lead: str = ""  # the queue that got it
    report: str = ""  # once it is filed, until the code was taken


flow = Flow("family", Family, start="where", story="words", hub="review", tells=True)


def facts(draft: Family, shelf: Shelf) -> Facts:
    """What the route depends on."""
    child = {"child": Known.YES, "": Known.UNKNOWN}.get(draft.who, Known.NO)
    when = When.DANGER_NOW if "danger_now" in draft.happened else When.ONGOING
    return Facts(
        area=draft.kota if draft.kota in shelf.directory.kota else OUTSIDE,
        kind=kind_of((HAPPENED[one] for one in draft.happened), shelf.directory),
        urgency=urgency_of(when, child, shelf.directory),
        child=child,
        man={"man": Known.YES, "woman": Known.NO}.get(draft.who, Known.UNKNOWN),
        abroad=Known(draft.abroad or "unknown"),
        officials=frozenset(Official(one) for one in draft.officials),
    )


TOLD = ("words", "region", "who", "happened", "kota", "place_words", "contact", "officials")


def story(draft: Family) -> Mapping[str, JSON]:
    """What is sealed: the answers and the words, nothing of the person who wrote but what they gave on purpose."""
    data = draft.dump()
    return {"about": "family", **{name: data[name] for name in TOLD if name in data}, "place": draft.kelurahan}


def way(draft: Family, turn: Turn) -> Route | None:
    """Who would read this now."""
    return open_route(facts(draft, turn.shelf), turn)


def with_words(draft: Family, turn: Turn) -> Family:
    """The draft with what was written beside an answer."""
    return replace(draft, words=(*draft.words, turn.words)) if turn.words else draft


@flow.ask(*REGIONS)
def where(draft: Family, turn: Turn) -> Go[Family] | Need:
    """Numbers that answer there come first, before any story is asked for; and whether anybody could read it."""
    if OPEN not in turn.found:
        return OPEN
    draft = with_words(draft, turn)
    region = turn.choice if turn.choice in REGIONS else region_named(turn)
    if not region:
        return Go("where", draft, (Say("front.heard"), Say("front.choose")))
    abroad = {"abroad": "yes", "unknown": ""}.get(region, "no")
    kota = OUTSIDE if region in {"indonesia", "abroad"} else ""
    draft = replace(draft, region=region, abroad=abroad, kota=kota, kelurahan="")
    first = numbers_first(draft, turn.shelf)
    if way(draft, turn) is None:
        return Go("numbers.which", draft, (Say("report.closed"), first))
    if region != "jakarta":
        return Go("who", draft, (first,))
    draft = draft if turn.choice else located(draft, turn)
    return Go("which" if draft.found else "area", draft, (first,))


def region_named(turn: Turn) -> str:
    """The region of the places that were typed instead of chosen; nothing where they lie in more than one."""
    named = {region_of(one) for one in turn.places}
    return named.pop() if len(named) == 1 else ""


def region_of(found: Found) -> str:
    """Which of the regions a place lies in."""
    return "jakarta" if isinstance(found, Candidate) else "abroad" if found.abroad else "indonesia"


def numbers_first(draft: Family, shelf: Shelf) -> Say:
    """Who answers there now."""
    lines: Lines = answering(REGIONS[draft.region], Known.UNKNOWN, Known.UNKNOWN, shelf)
    return Say(f"family.numbers.{draft.region}", {"lines": lines})


@flow.ask("skip")
def area(draft: Family, turn: Turn) -> Go[Family]:
    """The kelurahan finds the desk; any words about the place help."""
    draft = located(beside(draft, turn), turn)
    return Go("which" if draft.found and not turn.choice else "who", draft)


def show_which(draft: Family, shelf: Shelf) -> Question:
    """The places that the words may mean."""
    return asking(offered(draft, shelf))


@flow.ask(show=show_which)
def which(draft: Family, turn: Turn) -> Go[Family] | Need:
    """One of them, none, or other words."""
    if not turn.choice:
        return area(draft, turn)
    draft = beside(draft, turn)
    return Go("who", settled(draft, turn.choice, turn.shelf) if turn.choice in draft.found else draft)


@flow.ask("child", "woman", "man", "skip")
def who(draft: Family, turn: Turn) -> Go[Family]:
    """Services differ for them; no name is asked for."""
    draft = with_words(draft, turn)
    return Go("happened", draft if turn.choice in {"", "skip"} else replace(draft, who=turn.choice))


@flow.ask(*HAPPENED, "skip", many=True)
def happened(draft: Family, turn: Turn) -> Go[Family]:
    """Danger gets its numbers beside the next question."""
    ticks = tuple(one for one in turn.choices if one in HAPPENED)
    draft = replace(with_words(draft, turn), happened=ticks)
    danger = DANGER.get(draft.region, "front.danger")
    return Go("contact" if turn.words else "tell", draft, (Say(danger),) if "danger_now" in ticks else ())


@flow.ask("skip")
def tell(draft: Family, turn: Turn) -> Go[Family]:
    """Own words."""
    return Go("contact", with_words(draft, turn))


@flow.ask("skip")
def contact(draft: Family, turn: Turn) -> Go[Family]:
    """Given on purpose or not at all; what to do and not to do is said before the review."""
    draft = replace(draft, contact=turn.words or draft.contact)
    return Go("review", draft, (Say("family.do"), Say("family.do_not")))


def place_line(draft: Family, shelf: Shelf) -> Say:
    """Where, as somebody would read it back."""
    if draft.region == "abroad":
        return Say("family.where.abroad")
    return where_said(Statement(kelurahan=draft.kelurahan, kota=draft.kota, place_words=draft.place_words), shelf)


def summary(draft: Family, shelf: Shelf) -> Lines:
    """The lines of the review."""
    lines = [place_line(draft, shelf)]
    if draft.who:
        lines.append(Say(f"family.who.{draft.who}"))
    if draft.happened:
        lines.append(
            Say("report.summary.signs", {"signs": tuple(Say(f"family.happened.{one}") for one in draft.happened)})
        )
    if draft.words:
        lines.append(Say("report.summary.words", told("".join(draft.words))))
    if draft.officials:
        named = tuple(Say(f"report.officials.{one}") for one in draft.officials)
        lines.append(Say("report.summary.officials", {"officials": named}))
    lines.append(Say(f"family.summary.{'contact' if draft.contact else 'no_contact'}"))
    return Lines(tuple(lines))
