"""Coming back with the code: status, unread answers, and what one may still do."""

from __future__ import annotations

from collections.abc import Mapping
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
    unsent: str = ""  # words for the case that did not reach it yet


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
        "add": view.state != "selesai" or view.may_reopen,
        "new": view.state == "selesai" and not view.may_reopen,
        "unfinished": view.may_reopen,
        "no_answer": view.overdue and not view.asked_again,
        "stop": not view.no_contact,
    }
    return [name for name, yes in allowed.items() if yes]


def show_home(draft: Opened, shelf: Shelf) -> Question:
    """Only what is possible is offered."""
    names = (*(("resend",) if draft.unsent and "add" in draft.may else ()), *draft.may, "close")
    ask = Say("code.home.ask" if "add" in draft.may else "code.home.no_more")
    return Question((ask,), tuple(Option(name, Say(f"code.home.{name}")) for name in names), back=None)


def read(draft: Opened, turn: Turn) -> tuple[Errand, ...]:
    """An answer counts as read when the next message arrives; if that is lost it is shown once more."""
    if not draft.letters:
        return ()
    return (Errand("read", f"read-{turn.token}", {"letters": list(draft.letters)}, wait=False),)


@flow.ask(show=show_home)
def home(draft: Opened, turn: Turn) -> Go[Opened]:
    """Free words are meant for the case; where nobody would read them there, they may begin a new one."""
    errands, draft = read(draft, turn), replace(draft, letters=())
    if turn.choice == "close" or turn.shelf.command(turn.text) in {"back", "done"}:
        return Go("shut", errands=errands)
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),), errands=errands)
    if turn.choice == "add":
        return Go("add", draft, errands=errands)
    if turn.choice == "new":
        return Go("report.whom", seed={"words": [draft.unsent] if draft.unsent else []}, errands=errands)
    if turn.choice in ACTS:
        return act(draft, ACTS[turn.choice], {}, turn, errands)
    return send(draft, turn, errands)


def send(draft: Opened, turn: Turn, before: tuple[Errand, ...] = ()) -> Go[Opened]:
    """Words for the case; they stay in the talk until they are there."""
    if turn.choice != "resend":
        draft = replace(draft, unsent="\n".join(filter(None, (draft.unsent, turn.text))))
    if "add" not in draft.may:
        return Go("home", draft, notes=(Say("code.too_late"),), errands=before)
    return act(draft, "append", {"words": draft.unsent, "public": draft.public}, turn, before)


def act(draft: Opened, kind: str, args: dict[str, JSON], turn: Turn, before: tuple[Errand, ...] = ()) -> Go[Opened]:
    """Let it be done beside the desk: no transaction holds this person and this case."""
    errand = Errand(kind, turn.token, {"report": draft.report, **args})
    return Go("acting", replace(draft, doing=kind), errands=(*before, errand))


@flow.ask()
def add(draft: Opened, turn: Turn) -> Go[Opened]:
    """Words for the case, within the minutes after the code."""
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),))
    return send(draft, turn)


@flow.wait
def acting(draft: Opened, turn: Turn) -> Go[Opened]:
    """What came of it, in words that follow the result."""
    data = turn.event.data if turn.event else {}
    done, doing, draft = bool(data.get("ok")), draft.doing, replace(draft, doing="")
    if doing == "append":
        return added(draft, data)
    left = tuple(one for one in draft.may if not done or ACTS.get(one) != doing)
    note = Say(f"code.did.{doing}" if done else "code.did_not")
    return Go("home", replace(draft, may=left), notes=(note,))


def added(draft: Opened, data: Mapping[str, JSON]) -> Go[Opened]:
    """Words reached the case, or stay for another try; where the case takes none any more, for a new one."""
    if data.get("ok"):
        left = tuple(one for one in draft.may if not data.get("reopened") or one != "unfinished")
        note = Say("code.did.reopen_with_words" if data.get("reopened") else "code.did.append")
        return Go("home", replace(draft, may=left, unsent=""), notes=(note,))
    if data.get("closed"):
        left = ("new", *(one for one in draft.may if one == "stop"))
        return Go("home", replace(draft, may=left), notes=(Say("code.too_late"),))
    return Go("home", draft, notes=(Say("code.not_added"),))


@flow.ask("again", "numbers")
def lost(draft: Opened, turn: Turn) -> Go[Opened]:
    """Nobody can open a report without its code, and that is said kindly."""
    if turn.choice == "again":
        return Go("report.whom", seed={"words": [turn.words]} if turn.words else {})
    if turn.choice == "numbers":
        return Go("numbers.which")
    return Go("report.whom", notes=(Say("front.heard"),), seed={"words": [turn.text]})


flow.end("shut")
