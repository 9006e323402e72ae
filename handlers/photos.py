"""A witness's photos and voice messages: fetched beside the desk, and one question about what a photo shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from content.routing import Sign
from content.shelf import Say, Shelf
from handlers.attached import FETCH, TAKEN, at_step
from handlers.report import onward, with_words
from handlers.statement import Statement, errand_id, flow
from handlers.talk import JSON, Errand, Go, Option, Question, Turn
from handlers.typed import wordless

MOST: Mapping[str, int] = {"photo": 3, "voice": 2}
ONWARD = "onward"  # where the talk goes on after a photo that came with the answer: to the next question
COMING = 10  # the longest album of a messenger
SHOWS = ("yes", "face", "both", "no", "drop")  # "yes": the place where its sender stood, or their home
REASONS = frozenset({"large", "foreign", "broken", "gone"})  # why one could not be taken; each has its words
# Where somebody tells what they saw, and the step that follows.
TOLD_AT: Mapping[str, str] = {"signs": "signs", "tell": "tell", "review": "review", "add": "review", "shows": ""}


def offered(token: str) -> bool:
    """Whether a page offers to send a photo at the question that a button belongs to."""
    at = token.partition(":")[0]
    return at == "lead_alert.picture" or at in {f"{flow.name}.{step}" for step in ("tell", "review", "add")}


def noted(draft: Statement, turn: Turn) -> Statement:
    """The draft with a photo or voice message that is to be fetched, and with the words that came."""
    words = turn.text.strip()
    draft = draft if wordless(words) else with_words(draft, words)
    if turn.media not in TAKEN or not turn.reference or len(draft.coming) >= COMING:
        return draft
    return replace(draft, coming=(*draft.coming, {"kind": turn.media, "reference": turn.reference}))


def sent(next_step: str, draft: Statement, turn: Turn) -> Go[Statement]:
    """One was sent; while it is fetched the person waits, and nobody else. Ticks that came with it are the answer."""
    draft = replace(noted(draft, turn), sent_at=next_step or draft.sent_at)
    if next_step == "signs" and turn.choices:
        ticks = tuple(dict.fromkeys(turn.choices))
        draft = replace(draft, signs=ticks, sent_at="tell" if Sign.OTHER in ticks and not draft.words else ONWARD)
    return fetch(draft, turn)


def beside(draft: Statement, turn: Turn) -> Go[Statement]:
    """More of an album, or words, while one is fetched: kept, and nothing is said yet."""
    return Go("fetching", noted(draft, turn))


def fetch(draft: Statement, turn: Turn, *notes: Say) -> Go[Statement]:
    """Bring the next one; those that are too many are left, and that is said."""
    had = [one["kind"] for one in draft.files]
    room = [one for one in draft.coming if had.count(one["kind"]) < MOST[one["kind"]]]
    over = {one["kind"] for one in draft.coming} - {one["kind"] for one in room}
    notes = (*notes, *(Say(f"report.enough.{kind}") for kind in TAKEN if kind in over))
    if not room:
        return shown(replace(draft, coming=(), fetching=""), *notes)
    draft = replace(draft, coming=tuple(room[1:]), fetching=room[0]["kind"])
    errand = Errand(FETCH, errand_id(turn.token), {"channel": turn.channel, **room[0]})
    missed = tuple(one for one in notes if not one.key.endswith(".taken"))  # the last of them says it for all
    return Go("fetching", draft, missed, errands=(errand,))


@flow.wait
def fetching(draft: Statement, turn: Turn) -> Go[Statement]:
    """It is here, or it could not be taken; then the next one."""
    data: Mapping[str, JSON] = turn.event.data if turn.event else {}
    if turn.event and data.get("ok"):
        file = {"id": turn.event.errand, "kind": draft.fetching}
        return fetch(replace(draft, files=(*draft.files, file)), turn, Say(f"report.{draft.fetching}.taken"))
    why = str(data.get("why", ""))
    return fetch(draft, turn, Say(f"report.{draft.fetching}.{why if why in REASONS else 'broken'}"))


def unasked(draft: Statement) -> list[JSON]:
    """The photos of which nobody has said what they show."""
    return [one for one in draft.files if one["kind"] == "photo" and "shows" not in one]


def shown(draft: Statement, *notes: Say) -> Go[Statement]:
    """All are here: the question about the photos, then on from where they were sent."""
    if unasked(draft):
        return Go("shows", draft, notes)
    if draft.sent_at == ONWARD or (draft.sent_at == "tell" and draft.words):
        return onward(draft, *notes)
    return Go(draft.sent_at, draft, notes)


def show_shows(draft: Statement, shelf: Shelf) -> Question:
    """One photo, or several that came together."""
    asked = Say("report.shows.ask_all" if len(unasked(draft)) > 1 else "report.shows.ask")
    return Question((asked,), tuple(Option(name, Say(f"report.shows.{name}")) for name in SHOWS))


@flow.ask(show=show_shows)
def shows(draft: Statement, turn: Turn) -> Go[Statement]:
    """Promise 12: whoever reads it must know whether a photo leads to the one who took it."""
    draft, asked = with_words(draft, turn.words), unasked(draft)
    if not turn.choice:
        return Go("shows", draft, notes=(Say("report.kept"), Say("front.choose")))
    if turn.choice == "drop":
        kept = tuple(one for one in draft.files if one not in asked)
        return shown(replace(draft, files=kept), Say("report.shows.dropped"))
    answered = tuple({**one, "shows": turn.choice} if one in asked else one for one in draft.files)
    return shown(replace(draft, files=answered), Say(f"report.shows.heard_{turn.choice}"))


@flow.ask("drop", "stay")
def files(draft: Statement, turn: Turn) -> Go[Statement]:
    """What was sent may be taken back before the report goes."""
    draft = with_words(draft, turn.words)
    if not turn.choice:
        return Go("files", draft, notes=(Say("report.kept"), Say("front.choose")))
    return onward(replace(draft, files=()) if turn.choice == "drop" else draft)


def begin_taking(steps: Mapping[str, str], hear: Callable[[str, Statement, Turn], Go[Statement]]) -> None:
    """Let the steps of the witness's talk take photos and voice messages."""
    for step, next_step in steps.items():
        at_step(flow, step, partial(hear, next_step))


begin_taking(TOLD_AT, sent)
at_step(flow, "fetching", beside)
