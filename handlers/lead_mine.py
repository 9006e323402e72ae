"""What a leader has sent to subscribers: where each stands in words, taken back, corrected, retracted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from content.shelf import Say, Shelf, Value
from handlers.access import day
from handlers.alert_draft import AlertDraft, first_words, hour
from handlers.lead_alert import home
from handlers.statement import errand_id
from handlers.talk import JSON, Errand, Flow, Go, Option, Question, Turn

NAME = "lead_mine"
CANCEL, RETRACT = "alert_cancel", "alert_retract"  # kinds of errands
# What can be done with one, by how its writer sees it.
ACTS: Mapping[str, tuple[str, ...]] = {
    "waiting": ("cancel",),
    "later": ("cancel",),
    "missed": ("again",),
    "refused": ("again",),
    "expired": ("again",),
    "cancelled": ("again",),
    "sent": ("correct", "retract"),
}
FEW = Say("lead_alert.sent.few")  # why one came back without a word of anybody's
NAMED = {"later": "later", "waiting": "planned"}  # what is told of one that has its time

flow = Flow(NAME, AlertDraft, start="all", story="story")


def seen(state: str) -> str:
    """How its writer sees a state: the time at which it has gone to everybody would tell how many they are."""
    return state if state in ACTS else "sent"


def show_all(draft: AlertDraft, shelf: Shelf) -> Question:
    """Each with its day and where it stands."""
    asked = Say("lead_mine.all.ask" if draft.mine else "lead_mine.all.none")
    return Question((asked,), tuple(Option(row["id"], label(row)) for row in draft.mine))


def label(row: JSON) -> Say:
    """One of the list, told from the others of its day by its hour and its first words."""
    values: dict[str, Value] = {"day": day(row["made"]), "hour": hour(row["made"]), "words": first_words(row["text"])}
    values["state"] = Say(f"lead_mine.state.{row['state']}")
    return Say("lead_mine.all.corrected" if row.get("corrects") else "lead_mine.all.row", values)


@flow.ask(show=show_all)
def all(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """The one that is meant."""
    if not turn.choice:
        return Go("all", draft, (Say("front.choose"),) if draft.mine else ())
    return Go("one", replace(draft, one=turn.choice))


def chosen(draft: AlertDraft) -> JSON:
    """The row that is looked at."""
    return next(row for row in draft.mine if row["id"] == draft.one)


def show_one(draft: AlertDraft, shelf: Shelf) -> Question:
    """Where it stands and why, its words, and how many it reached, in steps and a day later."""
    row = chosen(draft)
    state = told(row)
    reach = (Say("lead_mine.reach", {"size": row["reach"]}),) if row["reach"] else ()
    options = tuple(Option(name, Say(f"lead_mine.one.{name}")) for name in ACTS[row["state"]])
    return Question((state, Say("lead_mine.text", {"text": row["text"]}), *reach), options)


def told(row: JSON) -> Say:
    """Where it stands: why it came back, or when it begins."""
    name, values = row["state"], dict[str, Value]()
    if name == "refused":
        values["reason"] = row["reason"] or FEW
    elif name in NAMED and row.get("send_at"):
        name, values = NAMED[name], {"day": day(row["send_at"]), "hour": hour(row["send_at"])}
    return Say(f"lead_mine.told.{name}", values)


@flow.ask(show=show_one)
def one(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """Taken back while it waits; corrected or retracted once it has gone."""
    if turn.choice == "cancel":
        return acted(CANCEL, draft, turn)
    if turn.choice == "again":
        return Go("lead_alert.write", seed=bare(draft).dump())
    if turn.choice == "correct":
        row = chosen(draft)
        return Go("lead_alert.write", seed=replace(bare(draft), about=draft.one, rw=row["rw"]).dump())
    if turn.choice == "retract":
        return Go("sure", draft)
    return Go("one", draft, (Say("front.choose"),))


def bare(draft: AlertDraft) -> AlertDraft:
    """The leader and the moment, and nothing of any alert."""
    return AlertDraft(draft.office, draft.code, draft.kelurahan, draft.unit, draft.now)


@flow.ask("yes", "no")
def sure(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """Everybody who got it is told that it holds no more."""
    if turn.choice == "yes":
        return acted(RETRACT, draft, turn)
    if turn.choice == "no":
        return Go("one", draft)
    return Go("sure", draft, (Say("front.choose"),))


def acted(kind: str, draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """An act of the store."""
    return Go("acting", draft, errands=(Errand(kind, errand_id(turn.token), {"alert": draft.one}),))


@flow.wait
def acting(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """What came of it."""
    data = turn.event.data if turn.event else {}
    return home(draft, Say(f"lead_mine.did.{data['result']}") if data.get("ok") else Say("front.sorry"))
