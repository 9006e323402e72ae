"""Being told that an answer is there: asked once after the code, never of whoever may share the phone with a captor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from content.shelf import Say, Shelf
from handlers.talk import JSON, WEB, Draft, Errand, Flow, Go, Option, Question, Turn

GONE = Say("told.gone")  # what was said before this does not stay in the chat
DELETES = "telegram"  # the one vendor that lets us delete the messages of both sides
PING = Say("told.ping")  # all that is ever sent unasked: no word of what it is about
TEMPLATE = "ping"  # the same where a vendor takes only what it has approved
KEEP, STOP, LEAVE, FOLLOWED = "tell_me", "tell_no_more", "forget_me", "followed"  # kinds of errands


@dataclass(frozen=True, slots=True)
class Telling(Draft):
    """The report, and the ending that this question stands before."""

    report: str = ""
    then: str = ""
    lead: str = ""
    when: str = ""


flow = Flow("told", Telling, start="ask")


def is_chat(turn: Turn) -> bool:
    """Whether this is a messenger's chat: its address may be kept somewhere, be it that no word can be sent now."""
    return turn.can_push or turn.channel != WEB


def before_end(name: str, report: str, seed: Mapping[str, JSON], turn: Turn) -> Go[Any]:
    """The code was written down: the ending of a talk, or this question before it where the channel can tell."""
    notes = (GONE,) if turn.channel == DELETES else ()
    if not turn.can_push or not report:
        return Go("done", notes=notes)
    return Go("told.ask", notes=notes, seed={**seed, "report": report, "then": f"{name}.done"})


def wanted(shelf: Shelf) -> Question:
    """The one question: what would be sent, and what is kept for it."""
    how = Say("told.ask.how", {"days": shelf.terms.keep_days["told"]})
    return Question(
        (Say("told.ask.ask"), how), tuple(Option(name, Say(f"told.ask.{name}")) for name in ("yes", "no")), back=None
    )


def keep(report: str, turn: Turn) -> Errand:
    """Keep the address of this chat beside the report; the desk adds the address, no handler knows it."""
    return Errand(KEEP, turn.token, {"report": report, "language": turn.language})


def show_ask(draft: Telling, shelf: Shelf) -> Question:
    """As it is asked wherever it is."""
    return wanted(shelf)


@flow.ask(show=show_ask)
def ask(draft: Telling, turn: Turn) -> Go[Telling]:
    """No is the way on, and 0 is no."""
    if turn.choice == "yes":
        return Go("keeping", draft, errands=(keep(draft.report, turn),))
    if turn.choice == "no" or turn.shelf.command(turn.text) in {"back", "done"}:
        return Go(draft.then, seed=draft.dump())
    return Go("ask", draft, (Say("front.choose"),))


@flow.wait
def keeping(draft: Telling, turn: Turn) -> Go[Telling]:
    """What came of it, then the ending."""
    done = bool(turn.event and turn.event.data.get("ok"))
    return Go(draft.then, notes=(Say("told.did" if done else "told.did_not"),), seed=draft.dump())
