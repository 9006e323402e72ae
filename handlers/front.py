"""What can come at any moment: danger, a code, a command, nothing at all; then the question that stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.aside import aside
from handlers.attached import TAKEN, sent, walks_out
from handlers.beside import HUMAN, beside, human
from handlers.code_left import with_read
from handlers.first import met, offers, opening, too_long, unread
from handlers.linked import unlinked
from handlers.parking import card, covert, of_parked, parting, watched
from handlers.pins import misplaced, pinned
from handlers.tail import TAIL, behind
from handlers.talk import Flows, Need, Outcome, Place, Turn
from handlers.turns import ZERO, again, back, begin, button, hints, labelled, labelled_in, play, question, unsent
from handlers.unasked import STOP, SUBSCRIBE, ended, unasked
from handlers.weekly import weekly

LEAVES = {
    "menu": "menu.top",
    "code": "code.ask",
    "erase": "erase.sure",
}  # commands that end the talk they come in
GROUND = {"numbers": "numbers.which", "privacy": "privacy.card", "help": "help.card"}
MENU = "menu"  # the token of the button after an ending
LANGUAGE = "language:"  # the token of a button that changes the language, before its code
SPEAK = "language_"  # the same of a command
CRY = "help"  # the command that may be a cry: the numbers stand beside its card


def answer(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """One turn of a person, wherever they stand; whoever leaves an opened case has read what it showed."""
    outcome = answered(flows, place, turn)
    return outcome if isinstance(outcome, Need) else weekly(flows, place, turn, with_read(place, turn, outcome))


def answered(flows: Flows, place: Place | None, turn: Turn) -> Outcome | Need:
    """Watched comes first, and danger stands beside what is answered."""
    turn = unlinked(turn)
    if place is not None and place.step not in steps(flows, place):
        place = None  # a question that a deploy took away, or a talk that was parked while its errand ran
    alarmed = turn.emergency or turn.watched or turn.suicide
    if place is not None and alarmed and named(flows, place, turn):
        turn = replace(turn, emergency=False, watched=False, suicide=False)  # "Dikunci atau dijaga" was our own words
    if turn.watched:
        return watched(place)
    if turn.media == TAIL:
        turn = replace(turn, media="")
        if rest := behind(flows, place, turn):
            return card(place, turn, rest)
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
        return away(flows, place, turn, command)
    return standing(flows, place, turn, command) if place is not None else ground(flows, turn, command)


def away(flows: Flows, place: Place | None, turn: Turn, command: str) -> Outcome | Need:
    """Where a command leads that ends the talk it comes in; a link brings its kelurahan where no words wait."""
    kept = unsent(flows, place)
    if command == "menu" and turn.places and not kept:
        return met(flows, turn, command)
    gone = begin(flows, LEAVES[command], turn.shelf, number(place), hints(turn), kept)
    return replace(gone, notes=(Say("front.heard"),)) if kept and command != "erase" else gone


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
        return begin(flows, LEAVES[command], turn.shelf, number(place), hints(turn))
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
        return begin(flows, GROUND[command], turn.shelf, 1, hints(turn))
    if front.place and (went := unasked(flows, front.place, turn, command)):
        return went
    if command == HUMAN:
        notes = (*notes, human(turn))
    return met(flows, turn, command, *notes)


def standing(flows: Flows, place: Place, turn: Turn, command: str) -> Outcome | Need:
    """A question stands. What is no answer to it gets a clear sentence and the question again."""
    if went := unasked(flows, place, turn, command):
        return went
    if command == STOP:
        return ended(place, turn)
    if command == SUBSCRIBE and flows[place.flow].parks:
        command = ""  # nothing of it is said to whom it happens
    if command == "back" or turn.pressed == (button(place, ZERO),):
        return leave(flows, place, turn)
    if turn.media in TAKEN:
        return sent(flows, place, turn, heard)
    note = misplaced(place) if pinned(turn) else no_answer(turn, command)
    if note is not None:
        return again(flows, place, turn, *note)
    return aside(flows, place, turn) or play(flows, place, turn)


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


def leave(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """0: one question back; in the menu it opens Lainnya; where there is no way back it is an answer."""
    if place.flow == "menu" and place.step == "top":
        linked = {"place": place.draft.get("place", "")}
        return begin(flows, "menu.more", turn.shelf, number(place), linked, unsent(flows, place))
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
