"""What can come at any moment: danger, a code, a command, nothing at all; then the question that stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.attached import TAKEN, sent, walks_out
from handlers.beside import HUMAN, beside, human, stopped
from handlers.parking import card, covert, of_parked, parting, watched
from handlers.pins import PIN, misplaced, pinned
from handlers.talk import Flows, Need, Outcome, Place, Turn
from handlers.turns import ZERO, again, back, begin, button, labelled, labelled_in, play, question, unsent
from handlers.whereabouts import place_code, place_label

LEAVES = {
    "menu": "menu.top",
    "code": "code.ask",
    "erase": "erase.sure",
}  # commands that end the talk they come in
GROUND = {"numbers": "numbers.which", "privacy": "privacy.card", "help": "help.card"}
STOP = "stop"  # ends a talk, and outside one whatever is sent unasked
MENU = "menu"  # the token of the button after an ending
LANGUAGE = "language:"  # the token of a button that changes the language, before its code
SPEAK = "language_"  # the same of a command
EDITED = "edited"  # the kind of media that an edited message counts as
CRY = "help"  # the command that may be a cry: the numbers stand beside its card
SENTENCE = 3  # words from which a first message is a story and not a greeting


def opening(flows: Flows, shelf: Shelf, *notes: Say, said: str = "", turn: int = 0, place: str = "") -> Outcome:
    """The front: what this is, what we know of you, the menu. `said` is kept as the beginning of a story."""
    kept = (said,) if said else ()
    front = begin(flows, "menu.top", shelf, turn, {"place": place}, kept)
    return replace(front, notes=(*notes, Say("menu.hello")))


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of a person, wherever they stand: watched comes first, and danger stands beside what is answered."""
    if place is not None and place.step not in steps(flows, place):
        place = None  # a question that a deploy took away, or a talk that was parked while its errand ran
    alarmed = turn.emergency or turn.watched or turn.suicide
    if place is not None and alarmed and named(flows, place, turn):
        turn = replace(turn, emergency=False, watched=False, suicide=False)  # "Dikunci atau dijaga" was our own words
    if turn.watched:
        return watched(place)
    if language := asked_for(flows, place, turn):
        return switched(flows, place, turn, language)
    outcome = heard(flows, place, turn)
    return outcome if isinstance(outcome, Need) else card(place, turn, outcome)


def named(flows: Flows, place: Place, turn: Turn) -> bool:
    """Whether the text is the label of an answer that is offered, or a command."""
    if flows[place.flow].steps[place.step].waits:
        return False
    command = turn.shelf.command(turn.text)
    return command not in {"", CRY} or bool(labelled(question(flows, place, turn.shelf), turn))


def asked_for(flows: Flows, place: Place | None, turn: Turn) -> str:
    """The language that a button or a whole message asks for, or nothing; a word may be an answer on offer."""
    token = turn.pressed[0] if len(turn.pressed) == 1 else ""
    name = token.removeprefix(LANGUAGE) if token.startswith(LANGUAGE) else ""
    command = turn.shelf.command(turn.text)
    if not turn.pressed and command.startswith(SPEAK):
        asked = question(flows, place, turn.shelf) if place is not None and place.errand is None else None
        name = "" if asked and labelled_in(asked, turn, turn.language) else command.removeprefix(SPEAK)
    return name if name in turn.shelf.languages else ""


def switched(flows: Flows, place: Place | None, turn: Turn, language: str) -> Outcome | Need:
    """Another language and nothing else: what stands is asked again in it, and what runs goes on."""
    bare = replace(turn, language=language, text="", pressed=())
    if place is None:
        outcome = ground(flows, bare, "")
    else:
        outcome = play(flows, place, bare) if place.errand else again(flows, place, bare)
    return outcome if isinstance(outcome, Need) else replace(outcome, language=language)


def heard(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """What a message comes to."""
    if place is not None and flows[place.flow].parks:
        gone = leaving(flows, place, turn)
        if gone is not None:
            return gone
    if place is not None and place.errand is not None and not walks_out(place, turn, LEAVES):
        return play(flows, place, turn)
    if turn.event is not None:
        return Outcome(place)
    if turn.code is not None or turn.throttled:
        return coded(flows, place, turn)
    command = said_command(flows, place, turn)
    if command in LEAVES and (place is not None or command != "menu"):
        kept = unsent(flows, place)
        gone = begin(flows, LEAVES[command], turn.shelf, number(place), {"channel": turn.channel}, kept)
        return replace(gone, notes=(Say("front.heard"),)) if kept and command != "erase" else gone
    return standing(flows, place, turn, command) if place is not None else ground(flows, turn, command)


def leaving(flows: Flows, place: Place, turn: Turn) -> Outcome | None:
    """What ends a talk that parks: 0, a greeting, any command, an errand that took longer than its silence may."""
    if turn.event is not None:
        return Outcome(None) if turn.waited > turn.shelf.terms.parked_seconds else None
    command = said_command(flows, place, turn)
    if command in {"back", STOP} or turn.pressed == (button(place, ZERO),) or parting(turn):
        return watched(place)
    if command in {"greeting", "menu"}:
        return opening(flows, turn.shelf, turn=number(place))
    if command in LEAVES:
        return begin(flows, LEAVES[command], turn.shelf, number(place), {"channel": turn.channel})
    return None


def steps(flows: Flows, place: Place) -> Collection[str]:
    """The steps of the flow a person stands in; none where it is no more."""
    return flows[place.flow].steps if place.flow in flows else ()


def said_command(flows: Flows, place: Place | None, turn: Turn) -> str:
    """The command a message is; the label of an option that is offered is that option."""
    command = "" if turn.pressed else turn.shelf.command(turn.text)
    if not command or place is None or place.errand is not None:
        return command
    return "" if labelled(question(flows, place, turn.shelf), turn) else command


def coded(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """Text shaped like a code opens its case from anywhere; where it opens none, the talk it came in goes on."""
    asking = Place("code", "ask", {}, number(place), kept=unsent(flows, place))
    outcome = play(flows, asking, replace(turn, pressed=()))
    if isinstance(outcome, Need) or place is None or (place.flow, place.step) == ("code", "ask"):
        return outcome
    if not turn.throttled and (outcome.place is None or outcome.place.step != "ask"):
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
        return begin(flows, GROUND[command], turn.shelf, 1, {"channel": turn.channel})
    if command == STOP:
        return stopped(turn)
    if command == HUMAN:
        notes = (*notes, human(turn))
    if turn.media or pinned(turn):
        notes = (*notes, unread(turn))
    place = place_code(turn.places[0]) if command == "menu" and turn.places else ""
    if place:
        notes = (*notes, Say("menu.linked", {"place": place_label(place, turn.shelf)}))
    words = "" if turn.media == EDITED or place else turn.text.strip()
    if len(words) > turn.shelf.terms.text_limit:
        notes, words = (*notes, too_long(turn.shelf)), ""
    if len(words.split()) < SENTENCE:
        words = ""
    heard = (Say("front.heard"),) if words else ()
    return opening(flows, turn.shelf, *notes, *heard, said=words, turn=1, place=place)


def unread(turn: Turn) -> Say:
    """What is said to something that is no text, or that changes a text which was answered long ago."""
    return PIN if pinned(turn) else Say("front.edited" if turn.media == EDITED else "front.media")


def standing(flows: Flows, place: Place, turn: Turn, command: str) -> Outcome | Need:
    """A question stands. What is no answer to it gets a clear sentence and the question again."""
    if command == STOP:
        return Outcome(None, notes=(Say("front.ended"),))
    if command == "back" or turn.pressed == (button(place, ZERO),):
        return leave(flows, place, turn)
    if turn.media in TAKEN:
        return sent(flows, place, turn, heard)
    note = misplaced(place) if pinned(turn) else no_answer(turn, command)
    if note is not None:
        return again(flows, place, turn, *note)
    return play(flows, place, turn)


def no_answer(turn: Turn, command: str) -> tuple[Say, ...] | None:
    """What is said to a message that answers nothing; None where it may be an answer."""
    if said := beside(command, turn):
        return (said,)
    if command == "greeting":
        return ()
    if turn.media:
        return (unread(turn),)
    if len(turn.text) > turn.shelf.terms.text_limit:
        return (too_long(turn.shelf),)
    if not turn.pressed and not turn.text.strip():
        return (Say("front.empty"),)
    return None


def too_long(shelf: Shelf) -> Say:
    """How much fits one message."""
    return Say("front.long", {"limit": shelf.terms.text_limit})


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
    return Outcome(place, notes=(Say("front.sorry"),), question=asked, covert=covert(flows[place.flow]))
