"""What Suar does and how to use it, and under which addresses it is really Suar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from content.shelf import Lines, Say, Shelf
from handlers.talk import Draft, Flow, Go, Option, Question, Turn


@dataclass(frozen=True, slots=True)
class Guide(Draft):
    """On which channel it is read."""

    channel: str = "web"


flow = Flow("help", Guide, start="card")
LEADS = {"numbers": "numbers.which", "privacy": "privacy.card"}


def official(shelf: Shelf) -> Say:
    """The addresses that were announced; without any, only the one somebody came by is known."""
    rows = tuple(Say(f"help.address.{one.channel}", {"address": one.address}) for one in shelf.addresses)
    return Say("help.official.some", {"addresses": Lines(rows)}) if rows else Say("help.official.none")


def show_card(draft: Guide, shelf: Shelf) -> Question:
    """One screen."""
    says = (Say("help.card.ask"), Say("help.card.how"), official(shelf), Say("help.card.never"))
    return Question(says, tuple(Option(name, Say(f"help.card.{name}")) for name in LEADS))


@flow.ask(show=show_card)
def card(draft: Guide, turn: Turn) -> Go[Guide]:
    """Numbers and privacy are one tap away; who just writes, as the card says, begins a story."""
    if turn.choice in LEADS:
        return Go(LEADS[turn.choice])
    return begun(turn)


def begun(turn: Turn) -> Go[Any]:
    """Free words where nothing was asked: they are kept as the beginning of a story."""
    return Go("menu.top", notes=(Say("front.heard"),), seed={"said": [turn.text]})
