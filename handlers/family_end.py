"""What a family member or a friend sends: the review, the sealing, the code."""

from __future__ import annotations

from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.family import Family, flow, summary, way, with_words
from handlers.open_route import OPEN
from handlers.report import route_told
from handlers.statement import filing
from handlers.talk import Count, Go, Need, Option, Question, Turn
from handlers.told import before_end

REVIEW = ("send", "add", "contact", "officials", "cancel")
OFFICIALS = ("rt", "police", "office", "none")


def show_review(draft: Family, shelf: Shelf) -> Question:
    """What will be sent, and who may pass it on."""
    lines = Say("report.review.ask", {"lines": summary(draft, shelf)})
    passing_on = Say("report.review.named" if draft.officials else "report.review.passing_on")
    return Question((lines, passing_on), tuple(Option(name, Say(f"family.review.{name}")) for name in REVIEW))


@flow.ask(show=show_review)
def review(draft: Family, turn: Turn) -> Go[Family]:
    """Words written here are added; nothing is sent without the button or its word."""
    send = turn.choice == "send" or turn.shelf.command(turn.text) == "send"
    draft = draft if turn.shelf.command(turn.text) == "send" else with_words(draft, turn)
    if send:
        return Go("sealing", draft, errands=(filing(flow.name, draft, turn),))
    if turn.choice == "cancel":
        return Go("dropped")
    if turn.choice in {"contact", "officials"} or (turn.choice == "add" and not turn.words):
        return Go(turn.choice, draft)
    return Go("review", draft, (Say("report.added"),))


def show_add(draft: Family, shelf: Shelf) -> Question:
    """The witness's words fit here too."""
    return Question((Say("report.add.ask"),))


@flow.ask(show=show_add)
def add(draft: Family, turn: Turn) -> Go[Family]:
    """More of the story."""
    return Go("review", replace(draft, words=(*draft.words, turn.text)), (Say("report.added"),))


def show_officials(draft: Family, shelf: Shelf) -> Question:
    """Kinds of officials, never names."""
    return Question(
        (Say("report.officials.ask"),), tuple(Option(name, Say(f"report.officials.{name}")) for name in OFFICIALS), True
    )


@flow.ask(show=show_officials)
def officials(draft: Family, turn: Turn) -> Go[Family] | Need:
    """Who is named loses every queue of that kind; when the route changes it is told again (promise 6)."""
    if OPEN not in turn.found:
        return OPEN
    draft = with_words(draft, turn)
    if not turn.choices:
        return Go("officials", draft, (Say("report.kept"), Say("front.choose")))
    before = way(draft, turn)
    draft = replace(draft, officials=tuple(one for one in turn.choices if one != "none"))
    after = way(draft, turn)
    if after is None:
        return Go("review", draft, (Say("report.nobody"), Say("numbers.short")))
    same = before is not None and before.queues == after.queues
    return Go("review", draft, () if same else route_told(after, turn.shelf))


@flow.wait
def sealing(draft: Family, turn: Turn) -> Go[Family]:
    """The errand has ended: the code, once; or an apology, with every word still here."""
    data = turn.event.data if turn.event else {}
    if data.get("ok"):
        told = (Say("report.filed"), Say("report.code", {"code": data["code"]}))
        kept = Family(lead=data["queue"], region=draft.region, happened=draft.happened)
        filed = replace(kept, report=data.get("report", ""))
        return Go("saved", filed, told, do=(Count("report.filed"),), copy=data["code"])
    closed = (Say("report.nobody"), Say("numbers.short"))
    return Go("review", draft, closed if data.get("closed") else (Say("report.not_sealed"),))


def show_saved(draft: Family, shelf: Shelf) -> Question:
    """As the witness is asked."""
    return Question((Say("report.saved.ask"),), (Option("done", Say("report.saved.done")),), back=None)


@flow.ask(show=show_saved)
def saved(draft: Family, turn: Turn) -> Go[Family]:
    """The code was shown, and cannot be shown again."""
    if turn.choice == "done" or turn.shelf.command(turn.text) in {"done", "back"}:
        return before_end(flow.name, draft.report, {"lead": draft.lead}, turn)
    return Go("saved", notes=(Say("report.once"),))


def show_done(draft: Family, shelf: Shelf) -> Question:
    """Who reads and when, what not to do, and what stays on the phone."""
    queue = shelf.directory.queues[draft.lead]
    who = Say(f"report.done.{queue.hours}", {"queue": queue.name})
    return Question((who, Say("family.do_not"), Say("report.done.phone")))


def show_dropped(draft: Family, shelf: Shelf) -> Question:
    """Nothing was sent."""
    return Question((Say("report.dropped.ask"),))


flow.end("done", show_done)
flow.end("dropped", show_dropped)
