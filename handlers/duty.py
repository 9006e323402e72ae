"""The chat of a caseworker on duty: notices with two buttons, and nothing else is heard here or kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from content.shelf import Say, Shelf, Value
from handlers import lead
from handlers.parking import card
from handlers.talk import Draft, Errand, Flow, Flows, Go, Need, Option, Outcome, Place, Question, Turn
from handlers.told import LEAVE, is_chat
from handlers.turns import ZERO, again, begin, button, enter, follow, play
from handlers.typed import bare, read_numbers
from handlers.unasked import STOP

NAME = "duty"
LINK, ACCEPT, PASS = "duty_link", "duty_accept", "duty_pass"  # kinds of errands
CODE = re.compile(r"dinas[ -]([a-z2-7]{4})[ -]?([a-z2-7]{4})", re.IGNORECASE)  # as the console shows it
LOOK = re.compile(r"duty:([0-9a-f]{32}):look")  # the same of an alert's
REVIEW = "review"  # the kind of need for an alert by link and id: the fields of `Work` that show it
ACT = re.compile(r"duty:([0-9a-f]{32}):(accept|pass)")  # the token of a notice's button
WHY = ("area", "task", "busy")
ACTS = ("accept", "pass")  # in the order of their numbers under a notice
MOST = 9  # referrals that one list shows
REFERRAL, ANYTIME = "referral", "referral_anytime"  # the same where a vendor takes only what it has approved


@dataclass(frozen=True, slots=True)
class Work(Draft):
    """Which link this chat has, which notice is being passed back, and between which a number is to be given."""

    link: str = ""
    notice: str = ""
    act: str = ""
    open: tuple[str, ...] = ()  # id and number of each
    place: str = ""  # the code of the area of an alert that is looked at
    text: str = ""
    picture: bool = False


flow = Flow(NAME, Work, start="home")


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of anybody: a linked chat is a work chat, all others are residents'."""
    code = link_code(turn.text) if is_chat(turn) and (place is None or place.errand is None) else ""
    if code:
        return linking_to(flows, place, turn, code)
    if place is not None and place.flow == NAME:
        return on_duty(flows, place, turn)
    return lead.answer(flows, place, turn)


def link_code(text: str) -> str:
    """The eight letters of a code for linking, or nothing."""
    found = CODE.fullmatch(text.strip()) if text[:5].lower() == "dinas" else None
    return f"{found[1]}{found[2]}".upper() if found else ""


def linking_to(flows: Flows, place: Place | None, turn: Turn, code: str) -> Outcome:
    """A link that was there stays until the code is found to be right."""
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
    looked = LOOK.fullmatch(turn.pressed[0]) if len(turn.pressed) == 1 else None
    word = bare(turn.text) == bare(turn.shelf.text(Say("duty.alert.look"), turn.language))
    return looking(flows, place, turn, looked[1] if looked else "") if looked or word else written(flows, place, turn)


def looking(flows: Flows, place: Place, turn: Turn, alert: str) -> Outcome | Need:
    """An alert by its button, or the first that waits."""
    link = Work.load(place.draft).link
    need = Need(REVIEW, (link, alert))
    if need not in turn.found:
        return need
    found = turn.found[need]
    if found is None:
        return again(flows, replace(place, step="home", past=()), turn, Say("duty.alert.none"))
    return follow(flows, place, Go("alert", Work(link, **found)), turn)


def written(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """STOP ends the link, a number under a notice or of a list acts; nothing else is heard."""
    command, home = turn.shelf.command(turn.text), replace(place, step="home", past=())
    if command == STOP:
        ends: Go[Work] = Go("ending", errands=(Errand(LEAVE, turn.token, {}),))
        return follow(flows, home, ends, turn)
    leaves = command == "back" or turn.pressed == (button(place, ZERO),)
    if place.step in {"reason", "referral", "alert", "alert_reason"} and not leaves:
        return play(flows, place, turn)
    return numbered(flows, home, act_of(turn), turn) if act_of(turn) else again(flows, home, turn)


def act_of(turn: Turn) -> str:
    """What the number under a notice means that is the whole text, or its word; nothing for anything else."""
    typed = read_numbers(turn.text, len(ACTS), False, turn.shelf.numbers[turn.language])
    words = {bare(turn.shelf.text(Say(f"duty.notice.{act}"), turn.language)): act for act in ACTS}
    number = typed.choices[0] if typed.choices and not typed.words else ""
    return ACTS[int(number) - 1] if number else words.get(bare(turn.text), "")


def numbered(flows: Flows, place: Place, act: str, turn: Turn) -> Outcome | Need:
    """A number says what is to be done; with several referrals it does not say with which."""
    draft = Work.load(place.draft)
    need = Need("notices", draft.link)
    if need not in turn.found:
        return need
    found: list[tuple[str, str]] = turn.found[need] or []
    if not found:
        return again(flows, place, turn, Say("duty.did.none"))
    if len(found) == 1:
        return follow(flows, place, acted(draft, found[0][0], act, turn), turn)
    return follow(flows, place, Go("referral", replace(draft, act=act, open=tuple(map(" ".join, found[:MOST])))), turn)


def acted(draft: Work, notice: str, act: str, turn: Turn) -> Go[Work]:
    """A button of a notice, however old it is: what stands in the store decides."""
    if act == "pass":
        return Go("reason", Work(draft.link, notice))
    return Go("acting", Work(draft.link), errands=(errand(ACCEPT, draft.link, notice, turn),))


def errand(kind: str, link: str, notice: str, turn: Turn, why: str = "") -> Errand:
    """An act beside the desk; `why` in the words of the list, for whoever reads the case next."""
    return Errand(kind, turn.token, {"link": link, "notice": notice, "why": why, "language": turn.language})


@flow.wait
def linking(draft: Work, turn: Turn) -> Go[Work]:
    """A code that is right makes this a work chat."""
    data = turn.event.data if turn.event else {}
    if not data.get("ok"):
        return Go("home", draft, (Say("duty.refused.ask"),)) if draft.link else Go("refused")
    lie = (Say("duty.waiting", {"count": data["waiting"]}),) if data.get("waiting") else ()
    return Go("home", Work(link=data["link"]), (Say("duty.linked"), *lie))


def show_home(draft: Work, shelf: Shelf) -> Question:
    """All that this chat answers to words."""
    return Question((Say("duty.home.ask"),), back=None)


@flow.ask(show=show_home)
def home(draft: Work, turn: Turn) -> Go[Work]:
    """Nothing is heard here."""
    return Go("home", draft)


def show_referral(draft: Work, shelf: Shelf) -> Question:
    """The referrals that wait, by their numbers."""
    rows = (one.partition(" ") for one in draft.open)
    return Question(
        (Say("duty.referral.ask"),),
        tuple(Option(id, Say("duty.referral.row", {"number": name})) for id, _, name in rows),
    )


@flow.ask(show=show_referral)
def referral(draft: Work, turn: Turn) -> Go[Work]:
    """The one that is meant; words are not kept."""
    if not turn.choice:
        return Go("referral", draft, (Say("front.choose"),))
    return acted(draft, turn.choice, draft.act, turn)


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


@flow.wait
def ending(draft: Work, turn: Turn) -> Go[Work]:
    """Whoever writes STOP gets no more notices, until they link the chat anew."""
    ok = bool(turn.event and turn.event.data.get("ok"))
    return Go("stopped") if ok else Go("home", draft, (Say("front.sorry"),))


flow.end("stopped")
flow.end("refused")
flow.end("unlinked")


def notice(number: str, urgency: str, where: Say, due: str, url: str) -> tuple[Say, ...]:
    """A new referral: its number, how urgent it is, its kecamatan, and by when; never more (promise 4)."""
    told: dict[str, Value] = {"number": number, "urgency": Say(f"duty.urgency.{urgency}"), "where": where}
    said = Say("duty.notice.text", {**told, "due": due}) if due else Say("duty.notice.anytime", told)
    return (said, Say("duty.notice.console", {"url": url})) if url else (said,)


def unasked(number: str, urgency: str, where: Say, due: str) -> tuple[str, tuple[Say | str, ...]]:
    """The approved message that says the same as `notice`, and its variables."""
    told = (number, Say(f"duty.urgency.{urgency}"), where)
    return (REFERRAL, (*told, due)) if due else (ANYTIME, told)


def changed(number: str, urgency: str, where: Say, state: str) -> tuple[Say, ...]:
    """What stands in place of a notice that needs nobody any more."""
    told: dict[str, Value] = {"number": number, "urgency": Say(f"duty.urgency.{urgency}"), "where": where}
    return Say("duty.notice.short", told), Say(f"duty.state.{state}")


def choices(notice_id: str) -> tuple[Option, ...]:
    """The buttons under a notice, by token."""
    return tuple(Option(f"duty:{notice_id}:{act}", Say(f"duty.notice.{act}")) for act in ACTS)


def area(kecamatan: str, kota: str) -> Say:
    """Where it is, no closer than the kecamatan; `kota` is a name, "outside" or "unknown"."""
    if kecamatan:
        return Say("duty.where.kecamatan", {"name": kecamatan})
    return Say(f"duty.where.{kota}") if kota in {"outside", "unknown"} else Say("duty.where.kota", {"name": kota})
