"""From the result of a check onward: a card to pass on, a report, numbers, lessons, another offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from content.hotlines import Where, emergency
from content.routing import Sign
from content.shelf import Say, Shelf, Value
from handlers.numbers import row
from handlers.offer import CHECKED, stay
from handlers.offer_card import card_of, shared
from handlers.offer_draft import Offer, flow, heard, label, named, signs, with_advert
from handlers.offer_text import migrant_line, result_says
from handlers.talk import JSON, Count, Go, Option, Question, Turn

LESSON, SAFE = "tawaran-kerja-luar-negeri", "cari-kerja-aman"
MINOR = "minor_recruited"


def show_result(draft: Offer, shelf: Shelf) -> Question:
    """The result, and the ways on."""
    return Question(result_says(draft, shelf), offered("result", ways(draft, shelf)))


def ways(draft: Offer, shelf: Shelf) -> Iterator[str]:
    """A card only where there is something to warn of, a lesson only where it is taught."""
    yield "report"
    if shared(label(draft, shelf)):
        yield "card"
    yield from ("soon", "learn")
    if SAFE in shelf.lessons:
        yield "safe"
    yield "again"


def offered(step: str, names: Iterator[str] | tuple[str, ...]) -> tuple[Option, ...]:
    """Options by name."""
    return tuple(Option(name, Say(f"offer.{step}.{name}")) for name in names)


@flow.ask(show=show_result)
def result(draft: Offer, turn: Turn) -> Go[Offer]:
    """Words after an advert may be the rest of it, and are read with it."""
    if turn.choice == "card":
        return Go("card", replace(heard(draft, turn), made=turn.now))
    if turn.choice == "learn":
        return lesson(draft, turn, LESSON if draft.abroad else "")
    if turn.choice == "safe":
        return lesson(draft, turn, SAFE)
    if turn.choice == "soon":
        return Go("soon", heard(draft, turn))
    if not turn.choice and draft.pasted and turn.meaning.offer:
        return Go("result", with_advert(draft, turn.text, turn.meaning.offer), do=CHECKED)
    return onward(draft, turn, "result")


def lesson(draft: Offer, turn: Turn, id: str) -> Go[Offer]:
    """A lesson from its first card, or the list where it is not taught."""
    if id not in turn.shelf.lessons:
        return Go("learn.pick", heard(draft, turn))
    return Go("learn.card", heard(draft, turn), do=(Count(f"lesson.begun.{id}"),), seed={"lesson": id})


def onward(draft: Offer, turn: Turn, step: str) -> Go[Offer]:
    """To a report, or to another offer; free words are kept for the report."""
    if turn.choice == "report":
        return Go("report.whom", heard(draft, turn), notes=(Say("offer.carried"),), seed=statement(draft, turn))
    if turn.choice == "again":
        return Go("read", Offer(words=heard(draft, turn).words))
    return stay(draft, turn, step)


def statement(draft: Offer, turn: Turn) -> dict[str, JSON]:
    """What a report begins with: the offer in the words its teller reads, what was pasted, and the signs to sort by."""
    found = signs(draft, turn.shelf)
    values: dict[str, Value] = {"signs": tuple(named(draft, sign) for sign in found)}
    if draft.pasted:
        said = Say("offer.story_pasted" if found else "offer.story_pasted_bare", values)
    else:
        values["country"] = Say(f"offer.country.{draft.country}")
        said = Say("offer.story" if found else "offer.story_bare", values)
    words = turn.shelf.text(said, turn.language)
    child = (str(Sign.CHILD),) if any(sign.id == MINOR for sign in found) else ()
    return {"words": [words, *draft.advert], "ours": [words], "signs": [*child, str(Sign.OTHER)]}


def show_card(draft: Offer, shelf: Shelf) -> Question:
    """The card as text, to be copied."""
    names = [sign.id for sign in signs(draft, shelf)]
    card = card_of(names, draft.abroad, shelf, draft.made)
    return Question((Say("offer.card.ask"), card), offered("card", ("report", "again")))


@flow.ask(show=show_card)
def card(draft: Offer, turn: Turn) -> Go[Offer]:
    """The same ways on as from the result."""
    return onward(draft, turn, "card")


def show_soon(draft: Offer, shelf: Shelf) -> Question:
    """Numbers for who is about to leave, and for who is there."""
    says: tuple[Say, ...] = (Say("offer.soon.before"),)
    if draft.abroad:
        there = (row(line) for line in emergency(shelf.hotlines, Where.ABROAD))
        says = (*says, row(migrant_line(shelf)), Say("offer.soon.there"), *there)
    return Question((*says, Say("front.danger")), offered("soon", ("report", "again")))


@flow.ask(show=show_soon)
def soon(draft: Offer, turn: Turn) -> Go[Offer]:
    """The same ways on as from the result."""
    return onward(draft, turn, "soon")
