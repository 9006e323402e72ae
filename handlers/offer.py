"""A job offer checked: its advert is pasted and read, or six questions are answered; never a verdict on anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from content.offers import Label
from content.shelf import Say, Shelf
from handlers.landing import sure
from handlers.offer_draft import STORY, UNKNOWN, Offer, flow, heard, label, with_advert
from handlers.talk import Count, Go, Option, Question, Turn

SEEN = ("papers", "salary", "all_paid", "lie", "hurry", "child", "none", UNKNOWN)
ENOUGH = 6  # words from which a text is taken for an advert where one was asked for
CHECKED = (Count("offer.checked"),)


@flow.ask("questions", "report")
def read(draft: Offer, turn: Turn) -> Go[Offer]:
    """What is written here is read as an advert; who has none answers questions."""
    if turn.choice == "questions":
        return Go("country", heard(draft, turn), beside(turn))
    if turn.choice == "report":
        return Go("report.whom", heard(draft, turn))
    return pasted(draft, turn)


def pasted(draft: Offer, turn: Turn) -> Go[Offer]:
    """The result of what was pasted; a cry, a story or a few words are kept, and the question stands."""
    reading = turn.meaning.offer
    kept = replace(draft, words=(*draft.words, turn.text))
    if reading is None or (not reading.told and len(turn.text.split()) < ENOUGH):
        return Go("read", kept, notes=(Say("front.heard"), Say("offer.read.short")))
    told = with_advert(draft, turn.text, reading)
    level, cry = label(told, turn.shelf), turn.emergency or turn.suicide
    story = cry or sure(turn.meaning.intents) in STORY
    if (level is Label.LOW and story) or (level is Label.CAUTION and cry):
        return Go("read", kept, notes=(Say("front.heard"), Say("offer.read.story")))
    return Go("result", told, do=CHECKED)


def put(draft: Offer, turn: Turn, step: str, following: str) -> Go[Offer]:
    """Take the answer to a question and go on."""
    if not turn.choice:
        return stay(draft, turn, step)
    answered: dict[str, Any] = {step: turn.choice}
    return Go(following, replace(heard(draft, turn), **answered), beside(turn))


def beside(turn: Turn) -> tuple[Say, ...]:
    """Words beside an answer are waiting and were read by nobody: that is said."""
    return (Say("front.heard"),) if turn.words else ()


def stay(draft: Offer, turn: Turn, step: str) -> Go[Offer]:
    """What is no answer is kept for a report, and the question stands."""
    return Go(step, heard(draft, turn), notes=(Say("front.heard"), Say("front.choose")))


def show_country(draft: Offer, shelf: Shelf) -> Question:
    """Countries where nobody is placed stand first; the list is data."""
    names = (*shelf.offers.closed_countries, "other", "home", UNKNOWN)
    return Question((Say("offer.country.ask"),), tuple(Option(name, Say(f"offer.country.{name}")) for name in names))


@flow.ask(show=show_country)
def country(draft: Offer, turn: Turn) -> Go[Offer]:
    """Another country brings other questions."""
    return put(replace(draft, visa="", address=""), turn, "country", "who")


@flow.ask("person", "company", UNKNOWN)
def who(draft: Offer, turn: Turn) -> Go[Offer]:
    """Which kind of sender, never which one."""
    return put(draft, turn, "who", "money")


@flow.ask("yes", "no", UNKNOWN)
def money(draft: Offer, turn: Turn) -> Go[Offer]:
    """Whether something must be paid or owed before the work."""
    return put(draft, turn, "money", "visa" if draft.abroad else "address")


@flow.ask("work", "visit", UNKNOWN)
def visa(draft: Offer, turn: Turn) -> Go[Offer]:
    """The kind of visa."""
    return put(draft, turn, "visa", "contract")


@flow.ask("yes", "no", UNKNOWN)
def address(draft: Offer, turn: Turn) -> Go[Offer]:
    """Whether an office and a workplace can be found; which ones is not asked."""
    return put(draft, turn, "address", "contract")


@flow.ask("clear", "unclear", "no", UNKNOWN)
def contract(draft: Offer, turn: Turn) -> Go[Offer]:
    """A contract that nobody can read is none."""
    return put(draft, turn, "contract", "seen")


@flow.ask(*SEEN, many=True)
def seen(draft: Offer, turn: Turn) -> Go[Offer]:
    """The rest at once, and then the result."""
    if not turn.choices:
        return stay(draft, turn, "seen")
    return Go("result", replace(heard(draft, turn), seen=turn.choices), beside(turn), do=CHECKED)
