"""The talk in which a leader writes to the subscribers of their area, and looks at it before it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from content.alerts import AlertTemplate
from content.queues import WIB
from content.shelf import Lines, Say, Shelf, Value
from handlers.access import day
from handlers.alert_draft import AlertDraft, at_once, hour, morning, own_rw, sendable, whole
from handlers.attached import FETCH, at_step
from handlers.reading.alert_filter import Judged, alert_filter
from handlers.statement import errand_id
from handlers.talk import JSON, Errand, Flow, Go, Need, Option, Question, Turn

NAME = "lead_alert"
PROPOSE = "alert_propose"  # the kind of the errand
SIZE = "alert_size"  # the kind of need for how many an area has, in steps; 0 where they are too few
REPEATED = "alert_repeated"  # the same for whether a template went out there not long ago: (template, kelurahan)
OWN = Need("own_alerts")  # of whoever writes; the desk knows who that is
SHORTEST = 20  # letters of an own text
FAR = 2  # times the longest: nobody shortens that a little
FEW = 3  # words of somebody who wants to add some
WHY = frozenset({"large", "foreign", "broken", "gone"})  # why a picture could not be taken


flow = Flow(NAME, AlertDraft, start="what", story="story")


def home(draft: AlertDraft, *notes: Say) -> Go[AlertDraft]:
    """Back to what leaders do."""
    named = {"office": draft.office, "code": draft.code, "kelurahan": draft.kelurahan, "unit": draft.unit}
    return Go("lead.home", notes=notes, seed=named)


def offered(draft: AlertDraft, shelf: Shelf) -> tuple[AlertTemplate, ...]:
    """The templates of the month."""
    return shelf.alerts.of_month(datetime.fromtimestamp(draft.now, WIB).month)


def show_what(draft: AlertDraft, shelf: Shelf) -> Question:
    """The templates of the month, own words, or what was written before."""
    templates = tuple(
        Option(one.id, Say("lead_alert.what.template", {"title": one.title})) for one in offered(draft, shelf)
    )
    others = tuple(Option(name, Say(f"lead_alert.what.{name}")) for name in ("own", "mine"))
    return Question((Say("lead_alert.what.ask"),), (*templates, *others))


@flow.ask(show=show_what)
def what(draft: AlertDraft, turn: Turn) -> Go[AlertDraft] | Need:
    """A template needs no words, and takes none; what was written before is asked of the store."""
    bare = AlertDraft(draft.office, draft.code, draft.kelurahan, draft.unit, turn.now, story=draft.story)
    if turn.choice in turn.shelf.alerts.templates:
        chosen = replace(bare, template=turn.choice)
        return Go("picture", chosen, left_out(chosen, turn))
    if turn.choice == "own":
        return Go("write", bare)
    if turn.choice == "mine":
        return (
            OWN if OWN not in turn.found else Go("lead_mine.all", seed={**bare.dump(), "mine": turn.found[OWN] or []})
        )
    return written(bare, turn) if len(sendable(turn.text)) >= SHORTEST else Go("what", draft, (Say("front.choose"),))


def left_out(draft: AlertDraft, turn: Turn) -> tuple[Say, ...]:
    """That words beside a choice or a picture do not go along; fewer without one may mean an answer."""
    said = turn.text if turn.media else turn.words
    if len(said.split()) < (1 if turn.media or turn.choice else FEW):
        return ()
    return (Say("lead_alert.left_out.own" if draft.text else "lead_alert.left_out.ours"),)


@flow.ask()
def write(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """Own words, read for what would harm somebody."""
    return written(draft, turn)


def written(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """Too short or too long is said with the figures; the text stands in the chat."""
    text = sendable(turn.text)
    if len(text) < SHORTEST:
        return Go("write", draft, (Say("lead_alert.write.short"),))
    if len(text) > turn.shelf.alerts.longest:
        figures: dict[str, Value] = {"most": turn.shelf.alerts.longest, "letters": len(text)}
        again = Say("lead_alert.write.long", {**figures, "text": text})
        far = len(text) > FAR * turn.shelf.alerts.longest  # on a phone the text itself would be many messages
        return Go("write", draft, (Say("lead_alert.write.far", figures) if far else again,))
    return judged(replace(draft, text=text), alert_filter(turn.shelf).read(text))


def judged(draft: AlertDraft, found: Judged) -> Go[AlertDraft]:
    """On to the picture; or the reasons, with the text, so that nobody writes it twice."""
    draft = replace(draft, stopped=found.reasons, departing=draft.departing or found.departing)
    if found.parts:
        return Go("stopped", draft)
    return Go("preview" if draft.about else "picture", draft)


def show_stopped(draft: AlertDraft, shelf: Shelf) -> Question:
    """Why, one kind sentence each, and the text to write anew."""
    why = Lines(tuple(Say(f"lead_alert.why.{reason}") for reason in draft.stopped))
    says = (Say("lead_alert.stopped.ask", {"why": why}), Say("lead_alert.stopped.text", {"text": draft.text}))
    return Question(says, (Option("report", Say("lead_alert.stopped.report")),))


@flow.ask(show=show_stopped)
def stopped(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """Another text; or a caseworker hears what nobody else should."""
    if turn.choice == "report":
        return Go("report.whom", replace(draft, story=(draft.text,)))
    return written(draft, turn)


@flow.ask("none")
def picture(draft: AlertDraft, turn: Turn) -> Go[AlertDraft] | Need:
    """One picture, or none."""
    if turn.choice == "none":
        return where(replace(draft, files=()), turn, *left_out(draft, turn))
    return Go("picture", draft, left_out(draft, turn) or (Say("front.choose"),))


def taken(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """A picture came: it is fetched, drawn anew, and shown to whoever decides."""
    if turn.media != "photo" or not turn.reference:
        return Go("picture", draft, (Say("front.media"),))
    coming = {"kind": turn.media, "reference": turn.reference}
    errand = Errand(FETCH, errand_id(turn.token), {"channel": turn.channel, **coming})
    return Go("fetching", replace(draft, files=(), coming=(coming,)), left_out(draft, turn), errands=(errand,))


@flow.wait
def fetching(draft: AlertDraft, turn: Turn) -> Go[AlertDraft] | Need:
    """It is here, or it could not be taken."""
    data: Mapping[str, JSON] = turn.event.data if turn.event else {}
    draft = replace(draft, coming=())
    if turn.event and data.get("ok"):
        return where(replace(draft, files=({"id": turn.event.errand, "kind": "photo"},)), turn)
    why = str(data.get("why", ""))
    return Go("picture", draft, (Say(f"report.photo.{why if why in WHY else 'broken'}"),))


def where(draft: AlertDraft, turn: Turn, *notes: Say) -> Go[AlertDraft] | Need:
    """Whoever leads an RT or RW chooses; for all others it is the kelurahan."""
    return Go("area", draft, notes) if own_rw(draft) else sized(replace(draft, rw=""), turn, *notes)


def show_area(draft: AlertDraft, shelf: Shelf) -> Question:
    """The whole kelurahan, or the own RW."""
    options = (
        Option("kelurahan", Say("lead_alert.area.kelurahan", {"place": draft.kelurahan})),
        Option("rw", Say("lead_alert.area.rw", {"rw": own_rw(draft)})),
    )
    return Question((Say("lead_alert.area.ask"),), options)


@flow.ask(show=show_area)
def area(draft: AlertDraft, turn: Turn) -> Go[AlertDraft] | Need:
    """For whom it is meant."""
    if not turn.choice:
        return Go("area", draft, (Say("front.choose"),))
    return sized(replace(draft, rw=own_rw(draft) if turn.choice == "rw" else ""), turn)


def sized(draft: AlertDraft, turn: Turn, *notes: Say) -> Go[AlertDraft] | Need:
    """To few people nothing is sent: a small number would say who subscribes."""
    size, repeated = Need(SIZE, (draft.code, draft.rw)), Need(REPEATED, (draft.template, draft.code))
    if size not in turn.found:
        return size
    if draft.template and repeated not in turn.found:
        return repeated
    known = replace(draft, size=turn.found[size] or 0, repeated=bool(turn.found.get(repeated)))
    return Go("preview" if known.size else "few", known, notes)


@flow.ask("card")
def few(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """The card for the own group reaches people all the same."""
    if turn.choice == "card":
        return Go("lead.advert", seed=home(draft).seed)
    return Go("few", draft, (Say("front.choose"),))


def show_preview(draft: AlertDraft, shelf: Shelf) -> Question:
    """The words as they go out, to how many, and what happens next."""
    shown = "correction" if draft.about else "picture" if draft.files else "plain"
    to = Say("lead_alert.to.again") if draft.about else Say("lead_alert.to.size", {"size": draft.size})
    after = Say(f"lead_alert.preview.{next_of(draft)}", {"days": shelf.alerts.again_days})
    says = (Say(f"lead_alert.preview.{shown}"), whole(draft, shelf), to, after)
    later = () if draft.about else ("morning",)
    names = ("send", *later, *(() if draft.template or draft.signs else ("change",)), "drop")
    values: dict[str, Value] = {"hour": hour(morning(draft.now, shelf))}
    return Question(says, tuple(Option(name, Say(f"lead_alert.preview.{name}", values)) for name in names))


def next_of(draft: AlertDraft) -> str:
    """Whether somebody looks at it first, and who."""
    if draft.repeated and not draft.files:
        return "repeated"
    return "at_once" if at_once(draft) else "on_call" if draft.about or draft.departing else "looked_at"


@flow.ask(show=show_preview)
def preview(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """Sent now or tomorrow, written anew, or left."""
    if beside := left_out(draft, turn):
        return Go("preview", draft, beside)  # nothing goes out before this was read
    if turn.choice in {"send", "morning"}:
        draft = replace(draft, send_at=morning(turn.now, turn.shelf) if turn.choice == "morning" else 0)
        return Go("sending", draft, errands=(Errand(PROPOSE, errand_id(turn.token), {"draft": draft.dump()}),))
    if turn.choice == "change":
        return Go("write", draft)
    if turn.choice == "drop":
        return home(draft, Say("lead_alert.dropped"))
    return Go("preview", draft, (Say("front.choose"),))


@flow.wait
def sending(draft: AlertDraft, turn: Turn) -> Go[AlertDraft]:
    """It waits for a look, goes out, or cannot."""
    data = turn.event.data if turn.event else {}
    if not data.get("ok"):
        return Go("preview", draft, (Say("front.sorry"),))
    if data["result"] == "revoked":
        return Go("lead.ended")
    return home(draft, stored(draft, data["result"], turn))


def stored(draft: AlertDraft, result: str, turn: Turn) -> Say:
    """What comes next, once: a look first, a time, the morning, or at once."""
    if draft.send_at and result in {"ready", "waiting"}:
        values: dict[str, Value] = {"day": day(draft.send_at), "hour": hour(draft.send_at)}
        return Say("lead_alert.sent.planned" if result == "ready" else "lead_alert.sent.waiting_planned", values)
    sleeping = turn.shelf.broadcast.is_quiet(datetime.fromtimestamp(turn.now, WIB).time())
    return Say("lead_alert.sent.night" if sleeping and result == "ready" else f"lead_alert.sent.{result}")


at_step(flow, "picture", taken)
