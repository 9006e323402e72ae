"""The talk of a leader: a warning card for their own group, a poster; never any sight of a report."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from content.intents import Intent
from content.shelf import Lines, Say, Shelf
from handlers import front
from handlers.landing import sure
from handlers.offer_card import card_of
from handlers.statement import filing
from handlers.talk import Draft, Errand, Flow, Flows, Go, Need, Option, Outcome, Place, Question, Turn
from handlers.turns import begin, enter

NAME = "lead"
LINK = "lead_link"  # the kind of the errand
ADVERT = "advert"  # the form in which one is sent on
LEADER = Need("leader")  # whoever writes; the desk knows who that is
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
    signs: tuple[str, ...] = ()
    abroad: bool = True
    advert: str = ""
    told: bool = False  # the signs were named
    story: tuple[str, ...] = ()  # what was no advert, and may be the beginning of a report
    sent_on: bool = False
    now: int = 0  # when the card was made: its date, and the day until which it holds


@dataclass(frozen=True, slots=True)
class Advert(Draft):
    """An advert that a leader sends on: for whom it is meant to be read, and how soon. No word of the leader."""

    words: tuple[str, ...] = ()
    kota: str = ""
    soon: bool = False


flow = Flow(NAME, Lead, start="home", story="story")


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of anybody: leaders have their own menu, and lose it in the moment their term ends."""
    code = link_code(turn.text) if place is None or place.errand is None else ""
    if code:
        return linking_to(flows, place, turn, code)
    inside = place is not None and place.flow == NAME and place.step not in WITHOUT
    if not inside and not asks(place, turn):
        return front.answer(flows, place, turn)
    if LEADER not in turn.found:
        return LEADER
    led = turn.found[LEADER]
    if led is None and inside:
        return begin(flows, "lead.ended", turn.shelf, number(place))
    if led is None or inside:
        return front.answer(flows, place, turn)
    return begin(flows, "lead.home", turn.shelf, number(place), of(led).dump())


def asks(place: Place | None, turn: Turn) -> bool:
    """Whether somebody asks for what leaders do, where no other question stands."""
    if turn.pressed or (place is not None and (place.flow, place.step) != ("menu", "top")):
        return False
    return turn.shelf.command(turn.text) == NAME or sure(turn.meaning.intents) is Intent.LEADER


def number(place: Place | None) -> int:
    """The next turn number."""
    return place.turn + 1 if place else 1


def of(led: Leads) -> Lead:
    """A leader's talk at its beginning."""
    return Lead(office=led.office, code=led.code, kelurahan=led.kelurahan)


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
    return Question((asked,), tuple(Option(name, Say(f"lead.home.{name}")) for name in ("card", "poster")))


@flow.ask(show=show_home)
def home(draft: Lead, turn: Turn) -> Go[Lead]:
    """A card, or a poster."""
    if turn.choice == "card":
        return Go("advert", draft)
    if turn.choice == "poster":
        return Go("poster", draft)
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


def made(draft: Lead, turn: Turn, signs: tuple[str, ...], abroad: bool) -> Go[Lead]:
    """The card of these signs, as of now."""
    return Go("ready", replace(draft, signs=signs, abroad=abroad, told=False, sent_on=False, now=turn.now))


def show_ready(draft: Lead, shelf: Shelf) -> Question:
    """The signs that were seen, and the card as a group will read it."""
    seen = Say("lead.ready.seen", {"signs": Lines(tuple(Say(f"offer.sign.{name}") for name in draft.signs))})
    says = (*((seen,) if draft.advert and not draft.told else ()), Say("lead.ready.ask"), card(draft, shelf))
    names = ("take", *(("forward",) if draft.advert and not draft.sent_on else ()), "again")
    return Question(says, tuple(Option(name, Say(f"lead.ready.{name}")) for name in names))


def card(draft: Lead, shelf: Shelf) -> Say:
    """The words of the card, signed for the kelurahan."""
    return Say("lead.card", {"text": card_of(draft.signs, draft.abroad, shelf, draft.now), "place": draft.kelurahan})


@flow.ask(show=show_ready)
def ready(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """The picture and the text at once; nothing is counted, and no name stands on it."""
    if turn.choice == "take":
        need = Need(SHEET, ("card", draft.code, turn.language, draft.now, draft.abroad, *draft.signs))
        if need not in turn.found:
            return need
        return Go("ready", replace(draft, told=True), (Say("lead.taken", {"address": turn.found[need]}),))
    if turn.choice == "forward":
        return Go("soon", draft)
    if turn.choice == "again":
        return Go("advert", replace(draft, advert=""))
    return Go("ready", draft, (Say("front.choose"),))


@flow.ask("yes", "unknown")
def soon(draft: Lead, turn: Turn) -> Go[Lead]:
    """Whoever leaves within two days cannot wait for office hours."""
    if not turn.choice:
        return Go("soon", draft, (Say("front.choose"),))
    told = turn.shelf.text(Say(f"lead.forwarded_story.{turn.choice}"))
    kota = turn.shelf.gazetteer.by_code(draft.code)
    sent = Advert((told, draft.advert), kota.kota_code if kota else "", turn.choice == "yes")
    return Go("forwarding", draft, errands=(filing(ADVERT, sent, turn),))


@flow.wait
def forwarding(draft: Lead, turn: Turn) -> Go[Lead]:
    """It is filed; its code is told to nobody, for a leader follows no case."""
    data = turn.event.data if turn.event else {}
    if data.get("ok"):
        return Go("ready", replace(draft, advert="", sent_on=True), (Say("lead.forwarded"),))
    return Go("ready", draft, (Say("report.nobody" if data.get("closed") else "report.not_sealed"),))


@flow.ask("a4", "a5", "kartu")
def poster(draft: Lead, turn: Turn) -> Go[Lead] | Need:
    """A sheet for a wall, a counter, or a group."""
    if not turn.choice:
        return Go("poster", draft, (Say("front.choose"),))
    need = Need(SHEET, ("poster", turn.choice, draft.code, turn.language))
    if need not in turn.found:
        return need
    return Go("home", draft, (Say("lead.poster.link", {"address": turn.found[need]}),))


flow.end("refused")
flow.end("ended")
