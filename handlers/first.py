"""The first message of somebody who stands nowhere: the opening page, and what lands in a talk at once."""

from __future__ import annotations

from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.landing import QUIET
from handlers.menu import CHOOSE
from handlers.pins import PIN, pinned
from handlers.talk import Flows, Need, Outcome, Turn
from handlers.turns import ZERO, begin, button, labelled, no_words, play
from handlers.whereabouts import place_code, place_label

HELLO = Say("menu.hello")
EDITED = "edited"  # the kind of media that an edited message counts as
UNREAD = {EDITED: Say("front.edited"), "sticker": Say("front.sticker")}


def opening(flows: Flows, shelf: Shelf, *notes: Say, turn: int = 0, place: str = "") -> Outcome:
    """The front: what this is, what we know of you, the menu."""
    front = begin(flows, "menu.top", shelf, turn, {"place": place})
    return replace(front, notes=(*notes, HELLO))


def offered(front: Outcome) -> list[str]:
    """The tokens on the opening page: nobody has a row in the store yet when it is shown."""
    if front.place is None or front.question is None:
        return []
    return [button(front.place, name) for name in (*(one.name for one in front.question.options), ZERO)]


def offers(front: Outcome, turn: Turn) -> bool:
    """Whether a message is an answer to the opening page: one of its buttons, or one of their labels."""
    if turn.pressed:
        return all(token in offered(front) for token in turn.pressed)
    return front.question is not None and labelled(front.question, turn) != ""


def met(flows: Flows, turn: Turn, command: str, *notes: Say) -> Outcome | Need:
    """No button and no command that stands for itself: the greeting, and what the words ask for."""
    if turn.media or pinned(turn):
        notes = (*notes, unread(turn))
    place = place_code(turn.places[0]) if command == "menu" and turn.places else ""
    if place:
        linked = Say("menu.linked", {"place": place_label(place, turn.shelf)})
        return opening(flows, turn.shelf, *notes, linked, turn=1, place=place)
    if len(turn.text) > turn.shelf.terms.text_limit:
        return opening(flows, turn.shelf, *notes, too_long(turn.shelf), turn=1)
    if turn.media == EDITED or command or not turn.text.strip() or no_words(turn):
        return opening(flows, turn.shelf, *notes, turn=1)
    return landed(flows, turn, notes)


def landed(flows: Flows, turn: Turn, notes: tuple[Say, ...]) -> Outcome | Need:
    """What the menu makes of the words. Whoever begins a talk that way is greeted too, where that tells nobody much."""
    front = opening(flows, turn.shelf)
    if front.place is None:
        return front
    text = turn.text.strip()
    came = play(flows, front.place, replace(turn, text=text, pressed=()))
    if isinstance(came, Need) or came.place is None:
        return came
    hello = () if came.place.flow in QUIET else (HELLO,)
    said = tuple(one for one in came.notes if one != CHOOSE)  # the menu is new to them
    return replace(came, notes=(*notes, *hello, *said))


def unread(turn: Turn) -> Say:
    """What is said to something that is no text, or that changes a text which was answered long ago."""
    return PIN if pinned(turn) else UNREAD.get(turn.media, Say("front.media"))


def too_long(shelf: Shelf) -> Say:
    """How much fits one message."""
    return Say("front.long", {"limit": shelf.terms.text_limit})
