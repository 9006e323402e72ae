"""What is known and kept, said per channel; and `hapus`."""

from __future__ import annotations

from dataclasses import dataclass

from content.shelf import Say, Shelf, Value
from handlers.talk import Draft, Flow, Forget, Go, Option, Question, Turn


@dataclass(frozen=True, slots=True)
class Nothing(Draft):
    """These talks gather nothing."""


privacy = Flow("privacy", Nothing, start="card")
erase = Flow("erase", Nothing, start="sure")

CARD = ("ask", "sees", "kept", "rights", "never")
YEAR = 365


def show_card(draft: Nothing, shelf: Shelf) -> Question:
    """The privacy card; its days come from terms.yaml, so card and clock cannot differ."""
    days = {kind: str(number) for kind, number in shelf.terms.keep_days.items()}
    values: dict[str, Value] = {
        "minutes": str(shelf.terms.draft_minutes),
        "reopen": str(shelf.terms.reopen_days),
        "years": str(shelf.terms.keep_days["trail"] // YEAR),
        **days,
    }
    says = tuple(Say(f"privacy.card.{part}", values) for part in CARD)
    return Question(says, (Option("erase", Say("privacy.card.erase")),))


@privacy.ask(show=show_card)
def card(draft: Nothing, turn: Turn) -> Go[Nothing]:
    """From here one may erase at once."""
    return Go("erase.sure" if turn.choice == "erase" else "menu.top")


@erase.ask("gone", "stay")
def sure(draft: Nothing, turn: Turn) -> Go[Nothing]:
    """`hapus` forgets this chat; a report is reached only by its code, and that is said first."""
    if turn.choice == "gone":
        return Go("done", do=(Forget(),))
    if turn.choice == "stay":
        return Go("menu.top")
    return Go("sure", notes=(Say("front.choose"),))


erase.end("done")
