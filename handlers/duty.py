"""The chat of a caseworker on duty: notices with two buttons, and nothing else is heard here or kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from content.shelf import Say, Shelf, Value
from handlers import front
from handlers.parking import card
from handlers.talk import Draft, Errand, Flow, Flows, Go, Need, Option, Outcome, Place, Question, Turn
from handlers.turns import ZERO, again, begin, button, enter, follow, play

NAME = "duty"
LINK, ACCEPT, PASS = "duty_link", "duty_accept", "duty_pass"  # kinds of errands
CODE = re.compile(r"dinas[ -]([a-z2-7]{4})[ -]?([a-z2-7]{4})", re.IGNORECASE)  # as the console shows it
ACT = re.compile(r"duty:([0-9a-f]{32}):(accept|pass)")  # the token of a notice's button
WHY = ("area", "task", "busy")


@dataclass(frozen=True, slots=True)
class Work(Draft):
    """Which link this chat has, and which notice is being passed back."""

    link: str = ""
    notice: str = ""


flow = Flow(NAME, Work, start="home")


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of anybody: a linked chat is a work chat, all others are residents'."""
    code = link_code(turn.text) if turn.can_push and (place is None or place.errand is None) else ""
    if code:
        return linking_to(flows, place, turn, code)
    if place is not None and place.flow == NAME:
        return on_duty(flows, place, turn)
    return front.answer(flows, place, turn)


def link_code(text: str) -> str:
    """The eight letters of a code for linking, or nothing."""
    found = CODE.fullmatch(text.strip()) if text[:5].lower() == "dinas" else None
    return f"{found[1]}{found[2]}".upper() if found else ""


def linking_to(flows: Flows, place: Place | None, turn: Turn, code: str) -> Outcome:
    """Whatever talk stood here has ended; a link that was there stays until the code is found to be right."""
    draft = place.draft if place is not None and place.flow == NAME else {}
    errand = Errand(LINK, turn.token, {"code": code, "language": turn.language})
    there = Place(NAME, "linking", draft, place.turn + 1 if place else 1, errand)
    return replace(enter(flows, there, turn.shelf), errands=(errand,))


def on_duty(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """Danger is answered here too, each time; then a button, or the one sentence. There is no talk to hide."""
    outcome = worked(flows, place, turn)
    if isinstance(outcome, Need):
        return outcome
    told = card(replace(place, cards=()), turn, outcome)
    return replace(told, place=told.place and replace(told.place, cards=()))


def worked(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """What a message comes to while the link holds; without it the chat is nobody's until it writes again."""
    if place.errand is not None:
        return play(flows, place, turn)
    need = Need("duty", Work.load(place.draft).link)
    if need not in turn.found:
        return need
    if not turn.found[need]:
        return begin(flows, "duty.unlinked", turn.shelf, place.turn + 1)
    if len(turn.pressed) == 1 and (act := ACT.fullmatch(turn.pressed[0])):
        return follow(flows, place, acted(Work.load(place.draft), act[1], act[2], turn), turn)
    leaves = turn.shelf.command(turn.text) == "back" or turn.pressed == (button(place, ZERO),)
    if place.step == "reason" and not leaves:
        return play(flows, place, turn)
    return again(flows, replace(place, step="home", past=()), turn)


def acted(draft: Work, notice: str, act: str, turn: Turn) -> Go[Work]:
    """A button of a notice, however old it is: what stands in the store decides."""
    if act == "pass":
        return Go("reason", replace(draft, notice=notice))
    return Go("acting", errands=(errand(ACCEPT, draft.link, notice, turn),))


def errand(kind: str, link: str, notice: str, turn: Turn, why: str = "") -> Errand:
    """An act beside the desk; `why` in the words of the list, for whoever reads the case next."""
    return Errand(kind, turn.token, {"link": link, "notice": notice, "why": why})


@flow.wait
def linking(draft: Work, turn: Turn) -> Go[Work]:
    """A code that is right makes this a work chat."""
    data = turn.event.data if turn.event else {}
    if not data.get("ok"):
        return Go("home", draft, (Say("duty.refused.ask"),)) if draft.link else Go("refused")
    return Go("home", Work(link=data["link"]), (Say("duty.linked"),))


def show_home(draft: Work, shelf: Shelf) -> Question:
    """All that this chat answers to words."""
    return Question((Say("duty.home.ask"),), back=None)


@flow.ask(show=show_home)
def home(draft: Work, turn: Turn) -> Go[Work]:
    """Nothing is heard here."""
    return Go("home", draft)


@flow.ask(*WHY)
def reason(draft: Work, turn: Turn) -> Go[Work]:
    """One of three; words are not kept."""
    if turn.choice not in WHY:
        return Go("reason", draft, (Say("front.choose"),))
    why = turn.shelf.text(Say(f"duty.reason.{turn.choice}"))
    return Go("acting", Work(link=draft.link), errands=(errand(PASS, draft.link, draft.notice, turn, why),))


@flow.wait
def acting(draft: Work, turn: Turn) -> Go[Work]:
    """What came of it."""
    data = turn.event.data if turn.event else {}
    result = data.get("result", "")
    if not result:
        return Go("home", draft, (Say("front.sorry"),))
    values: dict[str, Value] = {} if result == "gone" else {"number": data["number"]}
    return Go("home", draft, (Say(f"duty.did.{result}", values),))


flow.end("refused")
flow.end("unlinked")


def notice(number: str, urgency: str, where: Say, due: str, url: str) -> tuple[Say, ...]:
    """A new referral: its number, how urgent it is, its kecamatan, and by when; never more (promise 4)."""
    told: dict[str, Value] = {"number": number, "urgency": Say(f"duty.urgency.{urgency}"), "where": where}
    said = Say("duty.notice.text", {**told, "due": due}) if due else Say("duty.notice.anytime", told)
    return (said, Say("duty.notice.console", {"url": url})) if url else (said,)


def changed(number: str, urgency: str, where: Say, state: str) -> tuple[Say, ...]:
    """What stands in place of a notice that needs nobody any more."""
    told: dict[str, Value] = {"number": number, "urgency": Say(f"duty.urgency.{urgency}"), "where": where}
    return Say("duty.notice.short", told), Say(f"duty.state.{state}")


def choices(notice_id: str) -> tuple[Option, ...]:
    """The buttons under a notice, by token."""
    return tuple(Option(f"duty:{notice_id}:{act}", Say(f"duty.notice.{act}")) for act in ("accept", "pass"))


def area(kecamatan: str, kota: str) -> Say:
    """Where it is, no closer than the kecamatan; `kota` is a name, "outside" or "unknown"."""
    if kecamatan:
        return Say("duty.where.kecamatan", {"name": kecamatan})
    return Say(f"duty.where.{kota}") if kota in {"outside", "unknown"} else Say("duty.where.kota", {"name": kota})
