"""An alert in the chat on duty: its words, approved or returned by number; a picture is looked at in the console."""

from __future__ import annotations

from content.shelf import Say, Shelf, Value
from handlers.access import day
from handlers.alert_draft import area_name, hour
from handlers.duty import Work, flow
from handlers.talk import Errand, Go, Option, Question, Turn

DECIDE = "alert_decide"  # the kind of the errand
WHY = ("unclear", "place", "harm", "other")  # what its writer is told, in our words


def show_alert(draft: Work, shelf: Shelf) -> Question:
    """Its words, and what can be done here."""
    seen = (Say("duty.alert.picture"),) if draft.picture else ()
    asked = Say("duty.alert.ask", {"area": area_name(draft.place, shelf)})
    says = (asked, Say("duty.alert.words", {"text": draft.text}), *seen)
    names = ("refused",) if draft.picture else ("ready", "refused")
    return Question(says, tuple(Option(name, Say(f"duty.alert.{name}")) for name in names))


@flow.ask(show=show_alert)
def alert(draft: Work, turn: Turn) -> Go[Work]:
    """Approved at once; returned with a reason."""
    if turn.choice == "ready":
        return Go("deciding", draft, errands=(decided(draft, turn, "ready", ""),))
    if turn.choice == "refused":
        return Go("alert_reason", draft)
    return Go("alert", draft, (Say("front.choose"),))


def show_reason(draft: Work, shelf: Shelf) -> Question:
    """Reasons that need no writing on a phone."""
    return Question((Say("duty.alert.why"),), tuple(Option(name, Say(f"duty.alert.{name}")) for name in WHY))


@flow.ask(show=show_reason)
def alert_reason(draft: Work, turn: Turn) -> Go[Work]:
    """Its writer reads it as it stands here."""
    if turn.choice not in WHY:
        return Go("alert_reason", draft, (Say("front.choose"),))
    why = turn.shelf.text(Say(f"duty.alert.{turn.choice}"))
    return Go("deciding", draft, errands=(decided(draft, turn, "refused", why),))


def decided(draft: Work, turn: Turn, verdict: str, why: str) -> Errand:
    """A verdict, for the store to take or leave."""
    args = {"link": draft.link, "alert": draft.notice, "verdict": verdict, "why": why, "language": turn.language}
    return Errand(DECIDE, turn.token, args)


@flow.wait
def deciding(draft: Work, turn: Turn) -> Go[Work]:
    """What came of it."""
    data = turn.event.data if turn.event else {}
    values: dict[str, Value] = {"day": day(data["at"]), "hour": hour(data["at"])} if "at" in data else {}
    said = Say(f"duty.decided.{data['result']}", values) if data.get("ok") else Say("front.sorry")
    return Go("home", Work(draft.link), (said,))
