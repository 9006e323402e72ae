"""What can come at any moment: danger, a code, a command, nothing at all; then the question that stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.parking import card, watched
from handlers.talk import Flows, Need, Outcome, Place, Turn
from handlers.turns import ZERO, again, back, begin, button, labelled, play, question, unsent

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
    kept = (said,) if said else ()
    return replace(begin(flows, "menu.top", shelf, turn, kept=kept), notes=(*notes, Say("menu.hello")))


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of a person, wherever they stand: watched comes first, and danger stands beside what is answered."""
    if place is not None and place.step not in steps(flows, place):
        place = None  # a question that a deploy took away, or a talk that was parked while its errand ran
    if place is not None and named(flows, place, turn):
        turn = replace(turn, emergency=False, watched=False, suicide=False)  # "Dikunci atau dijaga" was our own words
    if turn.watched:
        return watched(place)
    outcome = heard(flows, place, turn)
    return outcome if isinstance(outcome, Need) else card(place, turn, outcome)


def named(flows: Flows, place: Place, turn: Turn) -> bool:
    """Whether the text is the label of an answer that is offered, or a command."""
    if flows[place.flow].steps[place.step].waits:
        return False
    return bool(turn.shelf.command(turn.text) or labelled(question(flows, place, turn.shelf), turn))


def heard(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """What a message comes to."""
    if place is not None and flows[place.flow].parks:
        gone = leaving(flows, place, turn)
        if gone is not None:
            return gone
    if place is not None and place.errand is not None:
        return play(flows, place, turn)
    if turn.event is not None:
        return Outcome(place)
    if turn.code is not None or turn.throttled:
        return coded(flows, place, turn)
    command = said_command(flows, place, turn)
    if command in LEAVES and (place is not None or command != "menu"):
        kept = unsent(flows, place)
        gone = begin(flows, LEAVES[command], turn.shelf, number(place), kept=kept)
        return replace(gone, notes=(Say("front.heard"),)) if kept and command != "erase" else gone
    return standing(flows, place, turn, command) if place is not None else ground(flows, turn, command)


def leaving(flows: Flows, place: Place, turn: Turn) -> Outcome | None:
    """What ends a talk that parks: 0, a greeting, any command, an errand that took longer than its silence may."""
    if turn.event is not None:
        return Outcome(None) if turn.waited > turn.shelf.terms.parked_seconds else None
    command = said_command(flows, place, turn)
    if command == "back" or turn.pressed == (button(place, ZERO),):
        return watched(place)
    if command in {"greeting", "menu"}:
        return opening(flows, turn.shelf, turn=number(place))
    if command in LEAVES:
        return begin(flows, LEAVES[command], turn.shelf, number(place))
    return None


def steps(flows: Flows, place: Place) -> Collection[str]:
    """The steps of the flow a person stands in; none where it is no more."""
    return flows[place.flow].steps if place.flow in flows else ()


def said_command(flows: Flows, place: Place | None, turn: Turn) -> str:
    """The command a message is; the label of an option that is offered is that option."""
    standing = place is not None and place.errand is None
    if turn.pressed or (place is not None and standing and labelled(question(flows, place, turn.shelf), turn)):
        return ""
    return turn.shelf.command(turn.text)


def coded(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """Text shaped like a code opens its case from anywhere; where it opens none, the talk it came in goes on."""
    asking = Place("code", "ask", {}, number(place), kept=unsent(flows, place))
    outcome = play(flows, asking, replace(turn, pressed=()))
    if isinstance(outcome, Need) or place is None or (place.flow, place.step) == ("code", "ask"):
        return outcome
    if outcome.place is None or outcome.place.step != "ask":
        return outcome
    return again(flows, place, turn, *outcome.notes, Say("front.codelike"))


def number(place: Place | None) -> int:
    """The next turn number."""
    return place.turn + 1 if place else 1


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


def ground(flows: Flows, turn: Turn, command: str) -> Outcome | Need:
    """Nobody stands anywhere: a button of the opening page, a command, or the front."""
    notes = (Say("front.lapsed"),) if turn.lapsed else ()
    front = opening(flows, turn.shelf)
    if front.place and front.question and offers(front, turn):
        return standing(flows, front.place, turn, "")
    if turn.pressed == (MENU,):
        return opening(flows, turn.shelf, turn=1)
    if turn.pressed and not turn.text.strip():
        stale = () if of_parked(flows, turn) else (Say("front.stale"),)
        return opening(flows, turn.shelf, *(notes or stale), turn=1)
    if command in GROUND:
        return begin(flows, GROUND[command], turn.shelf, 1)
    if turn.media:
        notes = (*notes, Say("front.media"))
    words = turn.text.strip()
    if len(words) > turn.shelf.terms.text_limit:
        notes, words = (*notes, too_long(turn.shelf)), ""
    if len(words.split()) < SENTENCE:
        words = ""
    return opening(flows, turn.shelf, *notes, *((Say("front.heard"),) if words else ()), said=words, turn=1)


def of_parked(flows: Flows, turn: Turn) -> bool:
    """Whether an old button belongs to a talk that parks: nothing is said of it then."""
    names = {token.partition(".")[0] for token in turn.pressed}
    return any(flows[name].parks for name in names if name in flows)


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
    if command in BESIDE:
        return (Say(BESIDE[command]),)
    if command == "greeting":
        return ()
    if turn.media:
        return (Say("front.media"),)
    if len(turn.text) > turn.shelf.terms.text_limit:
        return (too_long(turn.shelf),)
    if not turn.pressed and not turn.text.strip():
        return (Say("front.empty"),)
    return None


def too_long(shelf: Shelf) -> Say:
    """How much fits one message, written as Indonesians write thousands."""
    return Say("front.long", {"limit": f"{shelf.terms.text_limit:,}".replace(",", ".")})


def leave(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """0: one question back; in the menu it opens Lainnya; where there is no way back it is an answer."""
    if place.flow == "menu" and place.step == "top":
        return begin(flows, "menu.more", turn.shelf, number(place), kept=unsent(flows, place))
    if question(flows, place, turn.shelf).back is None:
        return play(flows, place, turn)
    return back(flows, place, turn)


def apologise(flows: Flows, place: Place | None, shelf: Shelf) -> Outcome:
    """Something broke on our side: say so, keep the place, ask the same question again."""
    if place is None:
        return Outcome(None, notes=(Say("front.sorry_anew"),))
    if place.errand is not None:
        return Outcome(place, notes=(Say("front.sorry"),))
    place = replace(place, turn=place.turn + 1)
    try:
        asked = question(flows, place, shelf)
    except LookupError:  # the content it stood on has been taken away: a lesson, a queue
        return Outcome(None, notes=(Say("front.sorry_anew"),))
    return Outcome(place, notes=(Say("front.sorry"),), question=asked)
