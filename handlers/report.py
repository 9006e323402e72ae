"""A witness's report: what somebody else lives through, one question at a time."""

from __future__ import annotations

from dataclasses import replace

from content.localized import Localized
from content.routing import OUTSIDE, Route, Sign, When
from content.shelf import Lines, Say, Shelf
from handlers.landing import about_self
from handlers.open_route import OPEN, open_route
from handlers.statement import Statement, facts, filing, flow, named, proposed, summary
from handlers.talk import Count, Go, Need, Option, Question, Turn
from handlers.told import before_end

OTHERS = {"self": "affected.safe", "family": "family.where"}  # talks of their own
CHANGES = {"when": "when", "signs": "signs", "where": "where", "words": "rewrite", "files": "files", "kind": "kind"}


def way(draft: Statement, turn: Turn) -> Route | None:
    """Who would read this now."""
    return open_route(facts(draft, turn.shelf), turn)


def readable(draft: Statement, turn: Turn) -> bool:
    """Whether somebody could read this from any kota, or from outside."""
    areas = (*turn.shelf.directory.kota, OUTSIDE)
    return any(way(replace(draft, kota=area), turn) is not None for area in areas)


def with_words(draft: Statement, words: str) -> Statement:
    """The draft with words that came beside an answer, if any did."""
    return replace(draft, words=(*draft.words, words)) if words else draft


def queue_name(queue: str, shelf: Shelf) -> Localized:
    """A queue as a resident reads it."""
    return shelf.directory.queues[queue].name


def following(draft: Statement) -> str:
    """The next question that has no answer yet; a changed answer leads back to the review."""
    if draft.changing:
        return "review"
    where = "which" if draft.found and not draft.place_said else "where"  # the first words may have named one
    if draft.place_first and not draft.kota:
        return where
    if not draft.when:
        return "when"
    if not draft.signs:
        return "signs"
    return "review" if draft.kota else where


def onward(draft: Statement, *notes: Say) -> Go[Statement]:
    """Go to the next question."""
    step = following(draft)
    return Go(step, replace(draft, changing=False) if step == "review" else draft, notes)


@flow.ask("other", "self", "family")
def whom(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Promise 10: where nobody could read it, that is said before the story is asked for."""
    if OPEN not in turn.found:
        return OPEN
    served = turn.shelf.directory.served(turn.found[OPEN])
    first = len(served) < len(turn.shelf.directory.kota)
    draft = replace(with_words(draft, turn.words), place_first=first)
    if turn.choice in OTHERS:
        seed = about_self(draft.dump()) if turn.choice == "self" else {}
        return Go(OTHERS[turn.choice], draft, seed=seed)
    if turn.choice:
        draft = replace(draft, found=draft.found or draft.near, minor=False)
    if not readable(draft, turn):
        return Go("numbers.which", draft, notes=(Say("report.closed"),))
    if turn.choice != "other":
        return Go("whom", draft, notes=(Say("front.heard"), Say("front.choose")))
    return onward(draft)


@flow.ask("danger_now", "ongoing", "past", "unknown")
def when(draft: Statement, turn: Turn) -> Go[Statement]:
    """Danger gets its numbers beside the next question, never a form first.

    How soon somebody reads hangs on it, so words get the question once more; words again leave it unknown.
    """
    draft = with_words(draft, turn.words)
    if not turn.choice and not draft.when_again:
        return Go("when", replace(draft, when_again=True), notes=(Say("report.kept"),))
    draft = replace(draft, when=turn.choice or draft.when or When.UNKNOWN, when_again=False)
    if not turn.choice:
        return onward(draft, Say("report.kept"))
    if turn.choice == When.DANGER_NOW:
        return onward(replace(draft, warned=True), Say("front.danger"))
    return onward(draft)


@flow.ask(*(str(sign) for sign in Sign), many=True)
def signs(draft: Statement, turn: Turn) -> Go[Statement]:
    """Several at once; a free sentence is the answer "other", never refused."""
    chosen = turn.choices or (str(Sign.OTHER),)
    draft = replace(with_words(draft, turn.words), signs=tuple(dict.fromkeys(chosen)))
    if Sign.OTHER in chosen and not turn.words:
        return Go("tell", draft)
    return onward(draft)


@flow.ask("skip")
def tell(draft: Statement, turn: Turn) -> Go[Statement]:
    """The witness's own words."""
    if turn.choice == "skip" and not turn.words:
        return onward(draft)
    return onward(replace(draft, words=(*draft.words, turn.text)))


def show_review(draft: Statement, shelf: Shelf) -> Question:
    """What will be sent, and who may pass it on."""
    differs = ("differs",) if proposed(draft, shelf) else ()
    options = ("send", "add", "officials", "change", *differs, "cancel")
    offered = tuple(Option(name, Say(f"report.review.{name}")) for name in options)
    lines = Say("report.review.ask", {"lines": Lines(summary(draft, shelf))})
    passing_on = Say("report.review.named" if named(draft) else "report.review.passing_on")
    return Question((lines, passing_on), offered)


@flow.ask(show=show_review)
def review(draft: Statement, turn: Turn) -> Go[Statement]:
    """Words written here are added; nothing is sent without the button or its word."""
    draft = draft if turn.shelf.command(turn.text) == "send" else with_words(draft, turn.words)
    if turn.choice == "send" or turn.shelf.command(turn.text) == "send":
        return Go("sealing", draft, errands=(filing(flow.name, draft, turn),))
    if turn.choice == "cancel":
        return Go("dropped")
    if turn.choice in {"officials", "change", "differs"} or (turn.choice == "add" and not turn.words):
        return Go(turn.choice, draft)
    return Go("review", draft, notes=(Say("report.added"),))


@flow.ask()
def add(draft: Statement, turn: Turn) -> Go[Statement]:
    """More of the story."""
    return Go("review", replace(draft, words=(*draft.words, turn.text)), notes=(Say("report.added"),))


@flow.ask("rt", "police", "office", "none", many=True)
def officials(draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """Who is named loses every queue of that kind; when the route changes it is told again (promise 6)."""
    if OPEN not in turn.found:
        return OPEN
    draft = with_words(draft, turn.words)
    if not turn.choices:
        return Go("officials", draft, notes=(Say("report.kept"), Say("front.choose")))
    ticked = tuple(one for one in turn.choices if one != "none")
    denied = ("officials",) if draft.read_officials and not ticked else ()
    before = way(draft, turn)
    draft = replace(draft, officials=ticked, taken_back=tuple(dict.fromkeys((*draft.taken_back, *denied))))
    after = way(draft, turn)
    if after is None:
        return Go("review", draft, notes=(Say("report.nobody"), Say("numbers.short")))
    if before is None or before.queues != after.queues:
        return Go("review", draft, notes=route_told(after, turn.shelf))
    return Go("review", draft)


def route_told(after: Route, shelf: Shelf) -> tuple[Say, ...]:
    """Who reads now, and when; where only oversight is left, numbers are said too."""
    queue = shelf.directory.queues[after.lead]
    told = Say(f"report.officials.told.{queue.hours}", {"queue": queue.name})
    only = queue.family == "oversight"
    return (told, Say("front.danger")) if only else (told,)


def show_change(draft: Statement, shelf: Shelf) -> Question:
    """What was told; photos only where some were sent."""
    names = [name for name in CHANGES if name != "files" or draft.files]
    return Question((Say("report.change.ask"),), tuple(Option(name, Say(f"report.change.{name}")) for name in names))


@flow.ask(show=show_change)
def change(draft: Statement, turn: Turn) -> Go[Statement]:
    """Any answer may be changed."""
    draft = with_words(draft, turn.words)
    if turn.choice not in CHANGES:
        return Go("change", draft, notes=(Say("report.kept"), Say("front.choose")))
    return Go(CHANGES[turn.choice], replace(draft, changing=True, place_said=()))


def show_rewrite(draft: Statement, shelf: Shelf) -> Question:
    """One's own words, to be read before they go: a name that slipped in can still be taken out."""
    words = Say("report.rewrite.ask", {"words": "\n".join(draft.words)}) if draft.words else Say("report.rewrite.none")
    return Question((words,), (Option("clear", Say("report.rewrite.clear")),))


@flow.ask(show=show_rewrite)
def rewrite(draft: Statement, turn: Turn) -> Go[Statement]:
    """What is written now stands in place of what stood before."""
    written = turn.words if turn.choice == "clear" else turn.text
    return onward(replace(draft, words=(written,) if written else ()))


@flow.wait
def sealing(draft: Statement, turn: Turn) -> Go[Statement]:
    """The errand has ended: the code, once; or an apology, with every word still here."""
    data = turn.event.data if turn.event else {}
    if data.get("ok"):
        filed = Statement(lead=data["queue"], when=draft.when, report=data.get("report", ""))
        lost = (Say("report.lost"),) if data.get("lost") else ()
        return Go(
            "saved",
            filed,
            (Say("report.filed"), *lost, Say("report.code", {"code": data["code"]})),
            do=(Count("report.filed"),),
            copy=data["code"],
        )
    closed = (Say("report.nobody"), Say("numbers.short"))
    return Go("review", draft, notes=closed if data.get("closed") else (Say("report.not_sealed"),))


@flow.ask("done", back=None)
def saved(draft: Statement, turn: Turn) -> Go[Statement]:
    """The code is not kept in the talk: it was shown, and cannot be shown again."""
    if turn.choice == "done" or turn.shelf.command(turn.text) in {"done", "back"}:
        return before_end(flow.name, draft.report, {"lead": draft.lead, "when": draft.when}, turn)
    return Go("saved", notes=(Say("report.once"),))


def show_done(draft: Statement, shelf: Shelf) -> Question:
    """Who reads and when, what not to do, and what stays on the phone."""
    queue = shelf.directory.queues[draft.lead]
    who = Say(f"report.done.{queue.hours}", {"queue": queue.name})
    danger = (Say("front.danger"),) if draft.when == When.DANGER_NOW else ()
    return Question((who, *danger, Say("report.done.keep_away"), Say("report.done.phone")))


flow.end("done", show_done)
flow.end("dropped")
