"""A warning to pass on: kinds of signs and where to check, without a name, number, company or quoted line."""

from __future__ import annotations

from collections.abc import Sequence

from content.offers import Label
from content.shelf import Say, Shelf, Value
from handlers.access import day

SIGNS = 4  # signs on a card


def shared(label: Label) -> bool:
    """Whether such an offer may become a card: an ordinary one warns of nobody."""
    return label is not Label.LOW


def card_of(names: Sequence[str], abroad: bool, shelf: Shelf, now: int) -> Say:
    """The card of some signs by id: what they are, where to check, the day, and how long it holds.

    `now` in seconds since 1970. Nothing that was pasted can stand on it.
    """
    values: dict[str, Value] = {
        "signs": tuple(Say(f"offer.sign.{name}") for name in names[:SIGNS]),
        "page": shelf.offers.register.page,
        "day": day(now),
        "days": shelf.offers.card_days,
    }
    return Say("offer.card.abroad" if abroad else "offer.card.home", values)
