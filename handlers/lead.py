"""The talk of a leader: their menu, and an advert that becomes a card; never any sight of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from content.intents import Intent
from content.shelf import Say, Shelf
from handlers import front
from handlers.landing import sure
from handlers.menu import tells
from handlers.parking import card
from handlers.talk import JSON, Draft, Errand, Flow, Flows, Go, Need, Option, Outcome, Place, Question, Turn
from handlers.turns import again, begin, enter, unsent
from handlers.unasked import SUBSCRIBE

NAME = "lead"
LINK = "lead_link"  # the kind of the errand
LEADER = Need("leader")  # whoever writes; the desk knows who that is
OWN_FLOWS = frozenset({NAME, "lead_alert", "lead_mine", "lead_invite"})
CARRIED = Need("alert_channels")  # whether any channel is on that brings alerts
CODE = re.compile(r"ketua[ -]+([a-z2-7]{4})[ -]*([a-z2-7]{4})", re.IGNORECASE)  # as the console shows it
COPIED = re.compile(r"ketua[ -]+(?!r[tw]\d)(?=.*[a-z])([a-z\d]{4})[ -]*([a-z\d]{4})", re.IGNORECASE)  # from paper
CODED = 24  # letters of such a message at the most
MISREAD = str.maketrans("018", "OIB")  # letters that such a code has, and what they are taken for on paper
STORIES = frozenset({Intent.REPORT, Intent.AM_I_A_VICTIM})
WITHOUT = frozenset({"linking", "refused", "ended", "forwarding"})  # whatever is said there, leading or not


@dataclass(frozen=True, slots=True)
class Leads:
    """What somebody leads: office, the code and name of the kelurahan, and which RT, RW or school."""

    office: str
    code: str
    kelurahan: str
    unit: str


@dataclass(frozen=True, slots=True)
class Lead(Draft):
    """What the card says that is being made: the kinds of signs in an advert. Its words wait to be sent on, or go."""

    office: str = "rt"
    code: str = ""
    kelurahan: str = ""
    unit: str = ""
    signs: tuple[str, ...] = ()
    abroad: bool = True
    advert: str = ""
    told: bool = False  # picture and text were handed out
    story: tuple[str, ...] = ()  # what was no advert, and may be the beginning of a report
    sent_on: bool = False
    soon: bool = False  # somebody leaves within two days
    now: int = 0  # when the card was made: its date, and the day until which it holds


flow = Flow(NAME, Lead, start="home", story="story")


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of anybody: leaders have their own menu, and lose it in the moment their term ends."""
    code = link_code(turn.text) if place is None or place.errand is None else ""
    if code:
        return linking_to(flows, place, turn, code)
    inside = place is not None and place.flow in OWN_FLOWS and place.step not in WITHOUT
    if turn.watched or not (inside or asks(place, turn)):
        return front.answer(flows, place, turn)
    if LEADER not in turn.found:
        return LEADER
    led = turn.found[LEADER]
    if led is None:
        return card(place, turn, over(flows, place, turn)) if inside else unknown(flows, place, turn)
    if not inside or called(place, turn):
        home = begin(flows, "lead.home", turn.shelf, number(place), of(led).dump(), unsent(flows, place))
        return card(place, turn, home)
    outcome = front.answer(flows, place, turn)
    return outcome if isinstance(outcome, Need) else within(flows, place, turn, outcome, led)


def over(flows: Flows, place: Place | None, turn: Turn) -> Outcome:
    """Their term has ended, or they were revoked; what is told for a caseworker meanwhile is still theirs to send."""
    now = (turn.text,) if tells(turn.text) and not turn.pressed else ()
    if kept := (*unsent(flows, place), *now):
        menu = begin(flows, "menu.top", turn.shelf, number(place), kept=kept)
        return replace(menu, notes=(Say("lead.ended.ask"), Say("front.heard")))
    return begin(flows, "lead.ended", turn.shelf, number(place))


def unknown(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """Somebody who leads nothing, or nothing any more, asks for the menu by its name: how it is opened."""
    if turn.shelf.command(turn.text) != NAME:
        return front.answer(flows, place, turn)
    if place is not None:
        return again(flows, place, turn, Say("front.no_leaders"))
    outcome = front.answer(flows, place, turn)
    return outcome if isinstance(outcome, Need) else replace(outcome, notes=(*outcome.notes, Say("front.no_leaders")))


def within(flows: Flows, place: Place | None, turn: Turn, outcome: Outcome, led: Leads) -> Outcome:
    """0 in one of a leader's talks leads to their menu; whoever comes out of it is told how to come back."""
    there = outcome.place
    if place is None or there is None or (there.flow, there.step) != ("menu", "top"):
        return outcome
    if place.flow != NAME and turn.shelf.command(turn.text) in {"", "back"}:
        return begin(flows, "lead.home", turn.shelf, number(place), of(led).dump(), unsent(flows, place))
    return replace(outcome, notes=(*outcome.notes, Say("lead.away")))


def asks(place: Place | None, turn: Turn) -> bool:
    """Whether somebody asks for what leaders do, where no other question stands; by name among questions of places."""
    if turn.pressed or (place is not None and place.errand is not None):
        return False
    named = turn.shelf.command(turn.text) == NAME
    if place is None or (place.flow, place.step) == ("menu", "top"):
        return named or sure(turn.meaning.intents) is Intent.LEADER
    return named and place.flow == SUBSCRIBE


def called(place: Place | None, turn: Turn) -> bool:
    """Whether a leader asks for their menu from one of their own steps, where nothing is under way."""
    return place is not None and place.errand is None and not turn.pressed and turn.shelf.command(turn.text) == NAME


def number(place: Place | None) -> int:
    """The next turn number."""
    return place.turn + 1 if place else 1


def of(led: Leads) -> Lead:
    """A leader's talk at its beginning."""
    return Lead(office=led.office, code=led.code, kelurahan=led.kelurahan, unit=led.unit)


def link_code(text: str) -> str:
    """The eight letters of a code that invites a leader, or nothing."""
    words = text.strip()
    found = (CODE.fullmatch(words) or COPIED.fullmatch(words)) if len(words) <= CODED else None
    return f"{found[1]}{found[2]}".upper().translate(MISREAD) if found else ""


def linking_to(flows: Flows, place: Place | None, turn: Turn, code: str) -> Outcome:
    """Whatever talk stood here has ended."""
    errand = Errand(LINK, turn.token, {"code": code, "language": turn.language})
    there = Place(NAME, "linking", {}, number(place), errand)
    return replace(enter(flows, there, turn.shelf), errands=(errand,))


@flow.wait
def linking(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """A code that is right opens the leader's menu."""
    if not (turn.event and turn.event.data.get("ok")):
        return Go("refused")
    if LEADER not in turn.found:
        return LEADER
    led = turn.found[LEADER]
    return Go("home", of(led), (Say("lead.linked"),)) if led else Go("refused")


def show_home(draft: Lead, shelf: Shelf) -> Question:
    """What a leader can do, and for where."""
    asked = Say("lead.home.ask", {"office": Say(f"lead.office.{draft.office}"), "place": draft.kelurahan})
    names = ("card", "subscribers", "poster", *(("invite",) if draft.office == "kelurahan" else ()))
    return Question((asked,), tuple(Option(name, Say(f"lead.home.{name}")) for name in names))


@flow.ask(show=show_home)
def home(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """A card, something for all subscribers of the area, or a poster; an advert that is pasted here is read here."""
    if turn.choice == "card":
        return Go("advert", draft)
    if turn.choice == "subscribers":
        return carried("home", Go("lead_alert.what", draft, seed=to_many(draft, turn)), draft, turn)
    if turn.choice == "poster":
        return Go("poster", draft)
    if turn.choice == "invite":
        return Go("lead_invite.home", draft, seed={"kelurahan": draft.kelurahan})
    if turn.meaning.offer is not None and turn.meaning.offer.told:
        return advert(draft, turn)
    return Go("home", draft, (Say("front.choose"),))


def carried(here: str, there: Go[Lead], draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """On to the subscribers; where no channel brings them anything it is said before anybody writes for them."""
    if CARRIED not in turn.found:
        return CARRIED
    return there if turn.found[CARRIED] else Go(here, draft, (Say("lead.not_carried"),))


@flow.ask("skip", "report")
def advert(draft: Lead, turn: Turn) -> Go[Lead]:
    """An advert is read and never passed on; without one the card says what such adverts look like."""
    if turn.choice == "skip":
        return made(draft, turn, turn.shelf.offers.typical, True)
    if turn.choice == "report":
        return Go("report.whom", draft)
    reading = turn.meaning.offer
    if reading is None or not reading.told:
        kept = replace(draft, story=(*draft.story, turn.text))
        return Go("advert", kept, (Say("front.heard"), Say("lead.advert.story")))
    if not reading.flags:
        return Go("advert", draft, (Say("lead.advert.nothing"),))
    return made(read_as(draft, turn), turn, reading.names, reading.abroad)


def read_as(draft: Lead, turn: Turn) -> Lead:
    """The draft with an advert; one that reads like what happens to somebody can be told to a caseworker instead."""
    happens = sure(turn.meaning.intents) in STORIES
    return replace(draft, advert=turn.text, story=(*draft.story, turn.text) if happens else draft.story)


def to_many(draft: Lead, turn: Turn) -> dict[str, JSON]:
    """What the talk about subscribers begins with."""
    led = {"office": draft.office, "code": draft.code, "kelurahan": draft.kelurahan, "unit": draft.unit}
    return {**led, "now": turn.now, "abroad": draft.abroad, "departing": draft.soon}


def made(draft: Lead, turn: Turn, signs: tuple[str, ...], abroad: bool) -> Go[Lead]:
    """The card of these signs, as of now."""
    notes = (Say("lead.ready.happens"),) if draft.advert and draft.advert in draft.story else ()
    return Go("ready", replace(draft, signs=signs, abroad=abroad, told=False, sent_on=False, now=turn.now), notes)


flow.end("refused")
flow.end("ended")
