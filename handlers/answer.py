"""Coming back with the code: status, unread answers, what is kept, and what one may still do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.shelf import Say, Shelf
from handlers.access import about
from handlers.cases import CaseView, Kept
from handlers.talk import JSON, Draft, Errand, Flow, Go, Need, Option, Question, Turn
from handlers.told import FOLLOWED, KEEP, STOP, wanted

READ = "read"  # the kind of the errand
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
    correction: bool = False  # whether these words correct what was sent
    told: bool = False  # some chat is told when an answer is there


flow = Flow("code", Opened, start="ask", covers=True)


@flow.ask("lost")
def ask(draft: Opened, turn: Turn) -> Go[Opened] | Need:
    """Wrong and unknown codes meet the same words by the same path; after too many of them none is asked for."""
    if turn.throttled:
        return Go("menu.top", notes=(Say("code.slow"),))
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
        may=tuple(may(view, turn)),
        told=view.told,
    )
    used = Errand(FOLLOWED, f"used-{turn.token}", {"report": view.report, "letters": list(draft.letters)}, wait=False)
    notes = (status, *(letters or (Say("code.nothing_new"),)), *held)
    return Go("home", draft, notes=notes, errands=(used,) if view.told else ())


def may(view: CaseView, turn: Turn) -> list[str]:
    """What this case allows now, and this channel."""
    goes_on = not view.no_contact and (view.state != "selesai" or view.may_reopen)
    allowed = {
        "add": view.state != "selesai" or view.may_reopen,
        "new": view.state == "selesai" and not view.may_reopen,
        "unfinished": view.may_reopen,
        "no_answer": view.overdue and not view.asked_again,
        "told": view.told or (turn.can_push and goes_on and not view.own),
        "stop": not view.no_contact,
    }
    return [name for name, yes in allowed.items() if yes]


def show_home(draft: Opened, shelf: Shelf) -> Question:
    """Only what is possible is offered."""
    names = (*(("resend",) if draft.unsent and "add" in draft.may else ()), *draft.may, "data", "close")
    ask = Say("code.home.ask" if "add" in draft.may else "code.home.no_more")
    words = {"told": "untold"} if draft.told else {}
    says = (Say("code.home.unread"), ask) if draft.letters else (ask,)
    return Question(says, tuple(Option(one, Say(f"code.home.{words.get(one, one)}")) for one in names), back=None)


def read(draft: Opened, turn: Turn) -> tuple[Errand, ...]:
    """An answer counts as read when the next message arrives; if that is lost it is shown once more."""
    if not draft.letters:
        return ()
    return (Errand(READ, f"read-{turn.token}", {"letters": list(draft.letters)}, wait=False),)


@flow.ask(show=show_home)
def home(draft: Opened, turn: Turn) -> Go[Opened] | Need:
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
    return on_case(draft, turn, errands)


def on_case(draft: Opened, turn: Turn, errands: tuple[Errand, ...]) -> Go[Opened] | Need:
    """What is done with the case itself: its data shown, an act, or words added."""
    if turn.choice == "data":
        return kept(draft, turn, errands)
    if turn.choice == "told":
        return act(draft, STOP, {}, turn, errands) if draft.told else Go("tell", draft, errands=errands)
    if turn.choice in ACTS:
        return act(draft, ACTS[turn.choice], {}, turn, errands)
    return send(draft, turn, errands)


def send(draft: Opened, turn: Turn, before: tuple[Errand, ...] = ()) -> Go[Opened]:
    """Words for the case; they stay in the talk until they are there."""
    if turn.choice != "resend":
        draft = replace(draft, unsent="\n".join(filter(None, (draft.unsent, turn.text))))
    if "add" not in draft.may:
        return Go("home", draft, notes=(Say("code.too_late"),), errands=before)
    item = "correction" if draft.correction else "words"
    return act(draft, "append", {"words": draft.unsent, "public": draft.public, "item": item}, turn, before)


def act(draft: Opened, kind: str, args: dict[str, JSON], turn: Turn, before: tuple[Errand, ...] = ()) -> Go[Opened]:
    """Let it be done beside the desk: no transaction holds this person and this case."""
    errand = Errand(kind, turn.token, {"report": draft.report, **args})
    return Go("acting", replace(draft, doing=kind), errands=(*before, errand))


@flow.ask(show=lambda draft, shelf: wanted(shelf))
def tell(draft: Opened, turn: Turn) -> Go[Opened]:
    """Whether this chat is told when an answer is there."""
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),))
    if turn.choice == "yes":
        return act(draft, KEEP, {"language": turn.language}, turn)
    leaves = turn.choice == "no" or turn.shelf.command(turn.text) in {"back", "done"}
    return Go("home", draft) if leaves else Go("tell", draft, notes=(Say("front.choose"),))


@flow.ask()
def add(draft: Opened, turn: Turn) -> Go[Opened]:
    """Words for the case, within the minutes after the code."""
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),))
    return send(draft, turn)


def kept(draft: Opened, turn: Turn, errands: tuple[Errand, ...]) -> Go[Opened] | Need:
    """Which data there are, and who reads them: nothing of what was sent (promise 3)."""
    need = Need("kept", draft.report)
    if need not in turn.found:
        return need
    found: Kept | None = turn.found[need]
    if found is None:
        return Go("home", draft, notes=(Say("code.did_not"),), errands=errands)
    return Go("data", draft, notes=about(found, turn.shelf), errands=errands)


def show_data(draft: Opened, shelf: Shelf) -> Question:
    """What is wrong may be corrected for as long as words may be added."""
    names = {"correct": "code.data.correct"} if "add" in draft.may else {}
    offered = tuple(Option(name, Say(key)) for name, key in {**names, "close": "code.home.close"}.items())
    return Question((Say("code.data.ask" if names else "code.data.no_more"),), offered)


@flow.ask(show=show_data)
def data(draft: Opened, turn: Turn) -> Go[Opened]:
    """Words that come here say what is wrong."""
    if turn.choice == "close":
        return Go("shut")
    return Go("correct", draft) if turn.choice == "correct" else corrected(draft, turn)


@flow.ask()
def correct(draft: Opened, turn: Turn) -> Go[Opened]:
    """What is wrong, and what is right."""
    return corrected(draft, turn)


def corrected(draft: Opened, turn: Turn) -> Go[Opened]:
    """A correction is added beside what was sent: nobody who holds a code can change words that a caseworker read."""
    if turn.now > draft.until:
        return Go("ask", Opened(), notes=(Say("code.expired"),))
    return send(replace(draft, correction=True), turn)


@flow.wait
def acting(draft: Opened, turn: Turn) -> Go[Opened]:
    """What came of it, in words that follow the result."""
    data = turn.event.data if turn.event else {}
    done, doing, draft = bool(data.get("ok")), draft.doing, replace(draft, doing="")
    if doing == "append":
        return added(draft, data)
    if doing in {KEEP, STOP}:
        note = Say("told.did" if doing == KEEP else "told.stopped") if done else Say("told.did_not")
        told = done == (doing == KEEP)
        left = tuple(one for one in draft.may if one != "told" or told or turn.can_push)
        return Go("home", replace(draft, told=told, may=left), notes=(note,))
    gone = {"stop", "told"} if doing == "stop_contact" else {one for one, kind in ACTS.items() if kind == doing}
    left = tuple(one for one in draft.may if not done or one not in gone)
    note = Say(f"code.did.{doing}" if done else "code.did_not")
    return Go("home", replace(draft, may=left), notes=(note,))


def added(draft: Opened, data: Mapping[str, JSON]) -> Go[Opened]:
    """Words reached the case, or stay for another try; where the case takes none any more, for a new one."""
    if data.get("ok"):
        left = tuple(one for one in draft.may if not data.get("reopened") or one != "unfinished")
        plain = Say("code.did.correct") if draft.correction else Say("code.did.append")
        note = Say("code.did.reopen_with_words") if data.get("reopened") else plain
        return Go("home", replace(draft, may=left, unsent="", correction=False), notes=(note,))
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
