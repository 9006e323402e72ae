"""What can come at any moment: a code, a command, nothing at all; then the question that stands."""

from __future__ import annotations

from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.talk import Flows, Need, Outcome, Place, Turn
from handlers.turns import ZERO, again, back, begin, button, play, question

LEAVES = {
    "menu": "menu.top",
    "code": "code.ask",
    "erase": "erase.sure",
}  # commands that end the talk they come in
BESIDE = {
    "numbers": "numbers.short",
    "privacy": "privacy.short",
}  # said beside the question, where one stands
GROUND = {"numbers": "numbers.which", "privacy": "privacy.card"}
MENU = "menu"  # the token of the button after an ending
SENTENCE = 3  # words from which a first message is a story and not a greeting


def opening(flows: Flows, shelf: Shelf, *notes: Say, said: str = "", turn: int = 0) -> Outcome:
    """The front: what this is, what we know of you, the menu. `said` is kept as the beginning of a story."""
    seed = {"said": said, "hello": True} if said else {"hello": True}
    return replace(begin(flows, "menu.top", shelf, turn, seed), notes=notes)


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of a person, wherever they stand."""
    if turn.event is not None:
        return play(flows, place, turn) if place else Outcome(None)
    if place is not None and place.errand is not None:
        return play(flows, place, turn)
    if turn.code is not None or turn.throttled:
        return play(flows, Place("code", "ask", {}, number(place)), replace(turn, pressed=()))
    command = "" if turn.pressed else turn.shelf.command(turn.text)
    if command in LEAVES:
        return begin(flows, LEAVES[command], turn.shelf, number(place), {"hello": place is None})
    if place is None:
        return ground(flows, turn, command)
    return standing(flows, place, turn, command)


def number(place: Place | None) -> int:
    """The next turn number."""
    return place.turn + 1 if place else 1


def offered(front: Outcome) -> list[str]:
    """The tokens on the opening page: nobody has a row in the store yet when it is shown."""
    if front.place is None or front.question is None:
        return []
    return [button(front.place, name) for name in (*(one.name for one in front.question.options), ZERO)]


def ground(flows: Flows, turn: Turn, command: str) -> Outcome | Need:
    """Nobody stands anywhere: a button of the opening page, a command, or the front."""
    notes = (Say("front.lapsed"),) if turn.lapsed else ()
    front = opening(flows, turn.shelf)
    if front.place and turn.pressed and all(token in offered(front) for token in turn.pressed):
        return standing(flows, front.place, turn, command)
    if turn.pressed == (MENU,):
        return opening(flows, turn.shelf, turn=1)
    if turn.pressed:
        return opening(flows, turn.shelf, *notes, Say("front.stale"), turn=1)
    if command in GROUND:
        return begin(flows, GROUND[command], turn.shelf, 1)
    if turn.media:
        notes = (*notes, Say("front.media"))
    words = turn.text.strip()
    if len(words.split()) < SENTENCE or len(words) > turn.shelf.terms.text_limit:
        words = ""
    return opening(flows, turn.shelf, *notes, *((Say("front.heard"),) if words else ()), said=words, turn=1)


def standing(flows: Flows, place: Place, turn: Turn, command: str) -> Outcome | Need:
    """A question stands. What is no answer to it gets a clear sentence and the question again."""
    if command == "back" or turn.pressed == (button(place, ZERO),):
        return leave(flows, place, turn)
    note = no_answer(turn, command)
    if note is not None:
        return again(flows, place, turn, *note)
    return play(flows, place, turn)


def no_answer(turn: Turn, command: str) -> tuple[Say, ...] | None:
    """What is said to a message that answers nothing; None where it may be an answer."""
    limit = turn.shelf.terms.text_limit
    if command in BESIDE:
        return (Say(BESIDE[command]),)
    if command == "greeting":
        return ()
    if turn.media:
        return (Say("front.media"),)
    if len(turn.text) > limit:
        return (Say("front.long", {"limit": f"{limit:,}".replace(",", ".")}),)
    if not turn.pressed and not turn.text.strip():
        return (Say("front.empty"),)
    return None


def leave(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """0: one question back; in the menu it opens Lainnya; where there is no way back it is an answer."""
    if place.flow == "menu" and place.step == "top":
        return begin(flows, "menu.more", turn.shelf, number(place))
    if question(flows, place, turn.shelf).back is None:
        return play(flows, place, turn)
    return back(flows, place, turn)


def apologise(flows: Flows, place: Place | None, shelf: Shelf) -> Outcome:
    """Something broke on our side: say so, keep the place, ask the same question again."""
    if place is None:
        return Outcome(None, notes=(Say("front.sorry"),))
    if place.errand is not None:
        return Outcome(place, notes=(Say("front.sorry"),))
    place = replace(place, turn=place.turn + 1)
    return Outcome(place, notes=(Say("front.sorry"),), question=question(flows, place, shelf))
