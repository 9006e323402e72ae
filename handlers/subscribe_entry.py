"""Where the talk about info of an area begins: a link only fills in the kelurahan; and where no info comes."""

from __future__ import annotations

from typing import Any

from content.shelf import Lines, Say, Shelf
from handlers.subscribe import AGAIN, ENDS, MINE, Wish, flow, near, of
from handlers.subscribed import Rest
from handlers.talk import Count, Go, Need, Option, Question, Turn
from handlers.weekly import of_week

WAYS = "ways"  # the kind of need for where info can be had: (channel, kelurahan)


def entrance(turn: Turn, linked: str = "") -> Go[Any] | Need:
    """Where the talk begins: what is chosen already, the kelurahan of a link, the places in the words, or the question.

    A page cannot be written to, and WhatsApp costs money: there the channels are named that bring it.
    """
    ways = Need(WAYS, (turn.channel, linked))
    if ways not in turn.found:
        return ways
    here, links = turn.found[ways]
    if not here:
        return Go("subscribe.elsewhere", seed={"links": list(links)})
    if MINE not in turn.found:
        return MINE
    mine = turn.found[MINE]
    if mine is not None and linked in {"", mine.kelurahan}:
        return Go("subscribe.home", seed=of(mine).dump())
    if linked:
        return Go("subscribe.linked", seed={"kelurahan": linked})
    named = near(turn)
    return Go("subscribe.which", seed={"found": list(named)}) if named else Go("subscribe.where")


def show_elsewhere(draft: Wish, shelf: Shelf) -> Question:
    """Where info can be had that cannot come here, and what there is here."""
    links = Lines(tuple(Say("learn.raw", {"text": one}) for one in draft.links))
    asked = Say("subscribe.elsewhere.open", {"links": links}) if draft.links else Say("subscribe.elsewhere.ask")
    return Question((asked,), tuple(Option(name, Say(f"subscribe.elsewhere.{name}")) for name in ("lesson", "offer")))


@flow.ask(show=show_elsewhere)
def elsewhere(draft: Wish, turn: Turn) -> Go[Wish]:
    """The lesson that others are sent this week, or a look at a job offer."""
    if turn.choice == "offer":
        return Go("offer.read")
    if turn.choice != "lesson":
        return Go("elsewhere", draft, (AGAIN,))
    lesson = of_week(turn.shelf, turn.now)
    seed = {"topic": lesson.topic, "lesson": lesson.id}
    return Go("learn.before", seed=seed, do=(Count(f"lesson.begun.{lesson.id}"),))


def rested(turn: Turn, command: str) -> Go[Any] | Need | None:
    """`jeda` and `lanjut` as whole messages; None for who gets nothing anyway."""
    if MINE not in turn.found:
        return MINE
    step, days = ENDS[command]
    return Go(f"subscribe.{step}", do=(Rest(days),)) if turn.found[MINE] else None
