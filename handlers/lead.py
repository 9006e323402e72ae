"""The talk of a leader: a warning card for their own group, a poster; never any sight of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from content.intents import Intent
from content.shelf import Lines, Paper, Picture, Say, Shelf
from handlers import front
from handlers.landing import sure
from handlers.offer_card import card_of
from handlers.talk import JSON, Draft, Errand, Flow, Flows, Go, Need, Option, Outcome, Place, Question, Turn
from handlers.turns import begin, enter, unsent

NAME = "lead"
LINK = "lead_link"  # the kind of the errand
LEADER = Need("leader")  # whoever writes; the desk knows who that is
OWN_FLOWS = frozenset({NAME, "lead_alert", "lead_mine", "lead_invite"})
SHEET = "sheet"  # the kind of need for the address of a picture
CODE = re.compile(r"ketua[ -]([a-z2-7]{4})[ -]?([a-z2-7]{4})", re.IGNORECASE)  # as the console shows it
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
    if not inside and not asks(place, turn):
        return front.answer(flows, place, turn)
    if LEADER not in turn.found:
        return LEADER
    led = turn.found[LEADER]
    if led is None and inside:
        return begin(flows, "lead.ended", turn.shelf, number(place))
    if led is not None and (not inside or called(place, turn)):
        return begin(flows, "lead.home", turn.shelf, number(place), of(led).dump(), unsent(flows, place))
    outcome = front.answer(flows, place, turn)
    return outcome if isinstance(outcome, Need) or led is None else within(flows, place, turn, outcome, led)


def within(flows: Flows, place: Place | None, turn: Turn, outcome: Outcome, led: Leads) -> Outcome:
    """0 in one of a leader's talks leads to their menu; whoever comes out of it is told how to come back."""
    there = outcome.place
    if place is None or there is None or (there.flow, there.step) != ("menu", "top"):
        return outcome
    if place.flow != NAME and turn.shelf.command(turn.text) in {"", "back"}:
        return begin(flows, "lead.home", turn.shelf, number(place), of(led).dump(), unsent(flows, place))
    return replace(outcome, notes=(*outcome.notes, Say("lead.away")))


def asks(place: Place | None, turn: Turn) -> bool:
    """Whether somebody asks for what leaders do, where no other question stands."""
    if turn.pressed or (place is not None and (place.flow, place.step) != ("menu", "top")):
        return False
    return turn.shelf.command(turn.text) == NAME or sure(turn.meaning.intents) is Intent.LEADER


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
    found = CODE.fullmatch(text.strip()) if text[:5].lower() == "ketua" else None
    return f"{found[1]}{found[2]}".upper() if found else ""


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
def home(draft: Lead, turn: Turn) -> Go[Lead]:
    """A card, something for all subscribers of the area, or a poster."""
    if turn.choice == "card":
        return Go("advert", draft)
    if turn.choice == "subscribers":
        return Go("lead_alert.what", draft, seed=to_many(draft, turn))
    if turn.choice == "poster":
        return Go("poster", draft)
    if turn.choice == "invite":
        return Go("lead_invite.home", draft, seed={"kelurahan": draft.kelurahan})
    return Go("home", draft, (Say("front.choose"),))


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
    return made(replace(draft, advert=turn.text), turn, reading.names, reading.abroad)


def to_many(draft: Lead, turn: Turn) -> dict[str, JSON]:
    """What the talk about subscribers begins with."""
    led = {"office": draft.office, "code": draft.code, "kelurahan": draft.kelurahan, "unit": draft.unit}
    return {**led, "now": turn.now, "abroad": draft.abroad, "departing": draft.soon}


def made(draft: Lead, turn: Turn, signs: tuple[str, ...], abroad: bool) -> Go[Lead]:
    """The card of these signs, as of now."""
    return Go("ready", replace(draft, signs=signs, abroad=abroad, told=False, sent_on=False, now=turn.now))


def show_ready(draft: Lead, shelf: Shelf) -> Question:
    """The signs that were seen, and the card as a group will read it; once handed out, only what else there is."""
    seen = Say("lead.ready.seen", {"signs": Lines(tuple(Say(f"offer.sign.{name}") for name in draft.signs))})
    says = (*((seen,) if draft.advert else ()), Say("lead.ready.ask"), card(draft, shelf))
    names = ("take", *(("forward",) if draft.advert and not draft.sent_on else ()), "spread", "again")
    options = tuple(Option(name, Say(f"lead.ready.{name}")) for name in names)
    return Question((Say("lead.ready.more"),) if draft.told else says, options)


def card(draft: Lead, shelf: Shelf) -> Say:
    """The words of the card, signed for the kelurahan."""
    text = card_of(draft.signs, draft.abroad, shelf, draft.now)
    return Say("lead.card", {"text": text, "place": draft.kelurahan}, alone=draft.told)


@flow.ask(show=show_ready)
def ready(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """The picture and the text at once; nothing is counted, and no name stands on it."""
    if turn.choice == "take":
        need = Need(SHEET, ("card", draft.code, turn.language, draft.now, draft.abroad, *draft.signs))
        if need not in turn.found:
            return need
        given = replace(draft, told=True)
        picture = Say("lead.taken", {"address": Picture(turn.found[need])})
        return Go("ready", given, (card(given, turn.shelf), picture))
    if turn.choice == "forward":
        return Go("soon", draft)
    if turn.choice == "spread":
        return Go("lead_alert.picture", seed={**to_many(draft, turn), "signs": list(draft.signs)})
    if turn.choice == "again":
        return Go("advert", replace(draft, advert=""))
    return Go("ready", draft, (Say("front.choose"),))


@flow.ask("a4", "a5", "kartu")
def poster(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """A sheet for a wall, a counter, or a group."""
    if not turn.choice:
        return Go("poster", draft, (Say("front.choose"),))
    need = Need(SHEET, ("poster", turn.choice, draft.code, turn.language))
    if need not in turn.found:
        return need
    if turn.choice == "kartu":
        return Go("home", draft, (Say("lead.poster.picture", {"address": Picture(turn.found[need])}),))
    return Go("home", draft, (Say("lead.poster.link", {"address": Paper(turn.found[need])}),))


flow.end("refused")
flow.end("ended")
