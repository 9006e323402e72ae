"""Coming back with the code: status, unread answers, and what one may still do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.shelf import Say, Shelf
from handlers.cases import CaseView
from handlers.talk import JSON, Draft, Errand, Flow, Go, Need, Option, Question, Turn

ACTS = {"unfinished": "reopen", "no_answer": "ask_again", "stop": "stop_contact"}


@dataclass(frozen=True, slots=True)
class Opened(Draft):
    """A case that was opened: enough to act on it for a few minutes, nothing to read it by."""

    report: str = ""
    public: str = ""
    until: int = 0  # when acting ends, seconds since 1970
    letters: tuple[str, ...] = ()  # shown, not yet counted as read
    may: tuple[str, ...] = ()
    doing: str = ""


flow = Flow("code", Opened, start="ask")


@flow.ask("lost")
def ask(draft: Opened, turn: Turn) -> Go[Opened] | Need:
    """Wrong and unknown codes meet the same words by the same path."""
    if turn.throttled:
        return Go("ask", notes=(Say("code.slow"),))
    if turn.choice == "lost":
        return Go("lost")
    if turn.code is None:
        return Go("ask", notes=(Say("code.unknown"),))
    need = Need("case", turn.code)
    if need not in turn.found:
        return need
    view: CaseView | None = turn.found[need]
    if view is None:
        return Go("ask", notes=(Say("code.unknown"),))
    return opened(view, turn)


def opened(view: CaseView, turn: Turn) -> Go[Opened]:
    """Status, who acts next, and what was not read before."""
    queue = turn.shelf.directory.queues[view.queue].name
    status = Say(f"code.state.{view.state}", {"queue": queue})
    letters = tuple(
        Say("code.closing" if one.closing else "code.letter", {"text": one.text, "queue": queue})
        for one in view.letters
    )
    held = (Say("code.no_contact"),) if view.no_contact else ()
    draft = Opened(
        report=view.report,
        public=view.public,
        until=turn.now + 60 * turn.shelf.terms.append_minutes,
        letters=tuple(one.id for one in view.letters),
        may=tuple(may(view)),
    )
    return Go("home", draft, notes=(status, *(letters or (Say("code.nothing_new"),)), *held))


def may(view: CaseView) -> list[str]:
    """What this case allows now."""
    allowed = {
        "add": True,
        "unfinished": view.may_reopen,
        "no_answer": view.overdue and not view.asked_again,
        "stop": not view.no_contact,
    }
    return [name for name, yes in allowed.items() if yes]


def show_home(draft: Opened, shelf: Shelf) -> Question:
    """Only what is possible is offered."""
    names = (*draft.may, "close")
    return Question((Say("code.home.ask"),), tuple(Option(name, Say(f"code.home.{name}")) for name in names), back=None)


def read(draft: Opened, turn: Turn) -> tuple[Errand, ...]:
    """An answer counts as read when the next message arrives; if that is lost it is shown once more."""
    if not draft.letters:
        return ()
    return (Errand("read", f"read-{turn.token}", {"letters": list(draft.letters)}, wait=False),)


@flow.ask(show=show_home)
def home(draft: Opened, turn: Turn) -> Go[Opened]:
    """Free words are meant for the case."""
    errands, draft = read(draft, turn), replace(draft, letters=())
    if turn.choice == "close" or turn.shelf.command(turn.text) in {"back", "done"}:
        return Go("shut", errands=errands)
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),), errands=errands)
    if turn.choice == "add":
        return Go("add", draft, errands=errands)
    if turn.choice in ACTS:
        return act(draft, ACTS[turn.choice], {}, turn, errands)
    return act(draft, "append", {"words": turn.text, "public": draft.public}, turn, errands)


def act(draft: Opened, kind: str, args: dict[str, JSON], turn: Turn, before: tuple[Errand, ...] = ()) -> Go[Opened]:
    """Let it be done beside the desk: no transaction holds this person and this case."""
    errand = Errand(kind, turn.token, {"report": draft.report, **args})
    return Go("acting", replace(draft, doing=kind), errands=(*before, errand))


@flow.ask()
def add(draft: Opened, turn: Turn) -> Go[Opened]:
    """Words for the case, within the minutes after the code."""
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),))
    return act(draft, "append", {"words": turn.text, "public": draft.public}, turn)


@flow.wait
def acting(draft: Opened, turn: Turn) -> Go[Opened]:
    """What came of it, in words that follow the result."""
    done = bool(turn.event and turn.event.data.get("ok"))
    left = (
        draft.may
        if draft.doing == "append" or not done
        else tuple(one for one in draft.may if ACTS.get(one) != draft.doing)
    )
    note = Say(f"code.did.{draft.doing}" if done else "code.did_not")
    return Go("home", replace(draft, may=left, doing=""), notes=(note,))


@flow.ask("again", "numbers")
def lost(draft: Opened, turn: Turn) -> Go[Opened]:
    """Nobody can open a report without its code, and that is said kindly."""
    if turn.choice == "again":
        return Go("report.whom")
    if turn.choice == "numbers":
        return Go("numbers.which")
    return Go("report.whom", notes=(Say("front.heard"),), seed={"words": [turn.text]})


flow.end("shut")
