"""The talk of somebody it happens to: filed on their yes, the fewest questions, and gone in a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.hotlines import Where, emergency
from content.routing import OUTSIDE, Facts, Known, Official, Route, Sign, Urgency, kind_of
from content.shelf import Say, Shelf
from handlers import statement
from handlers.open_route import open_route
from handlers.placing import Placed, answering, named_in, where_of
from handlers.talk import JSON, WEB, Errand, Flow, Go, Option, Question, Turn

QUESTIONS = "affected/1"  # changes with the questions: a report keeps the version it was asked
STOP = Say("affected.stop")  # 0, at every step
KEPT_IN_CHAT: Mapping[str, str] = {"end": "leave", "nobody": "alone"}

# What is ticked, and the sign it counts as when the kind of the case is looked up.
HAPPENING: Mapping[str, Sign] = {
    "kept_in": Sign.LOCKED,
    "papers_held": Sign.PAPERS_HELD,
    "unpaid": Sign.FORCED,
    "threatened": Sign.AFRAID,
    "forced": Sign.FORCED,
    "home": Sign.AFRAID,
    "official": Sign.OTHER,
    "other": Sign.OTHER,
}


@dataclass(frozen=True, slots=True)
class Affected(Placed):
    """Answers as they were given; nothing that was not told."""

    words: tuple[str, ...] = ()
    child: str = ""  # "yes", "no", or nothing
    happening: tuple[str, ...] = ()
    who: str = ""  # "woman", "man", or nothing
    officials: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()  # "no_police", "not_home"
    channel: str = ""  # on some the talk stays in the phone
    abroad_number: bool = False  # a hint, until it is told where they are
    pin: str = ""  # where exactly, until it was said whether that may be kept
    # How the talk goes on, not what was said:
    report: str = ""  # where it was passed on to; nothing before
    public: str = ""
    code: str = ""  # kept here only, until it was asked for or the talk is gone
    pending: tuple[JSON, ...] = ()  # answers that are not with the report yet
    held: tuple[str, ...] = ()  # what was written while something was being stored
    then: str = ""  # the question that follows
    age_again: bool = False  # a photo came instead of the age, and it was asked once more
    placed: bool = False  # the question of the place was answered, be it by a word that nobody knows
    after: str = ""  # the question that stood when a place was named, until that is settled
    notes: tuple[str, ...] = ()  # keys of what is said before it

    @property
    def voice(self) -> str:
        """Under which name the words stand: a child is spoken to as a child."""
        return "child" if self.child == "yes" else "affected"

    @property
    def beyond(self) -> bool:
        """Whether 112 does not answer there, as far as it was told."""
        return self.abroad == "yes" or (self.abroad_number and not self.kota)

    @property
    def man(self) -> Known:
        """Whether it is a man, as far as it was told."""
        return {"man": Known.YES, "woman": Known.NO}.get(self.who, Known.UNKNOWN)


flow = Flow("affected", Affected, start="safe", story="words", holds="held", parks=True)


def call_now(draft: Affected, shelf: Shelf) -> Say:
    """Who answers at once, by where they are (promise 7)."""
    if not draft.beyond:
        return Say("affected.call.here")
    return Say("affected.call.abroad", {"number": emergency(shelf.hotlines, Where.ABROAD)[0].number or ""})


def facts(draft: Affected, shelf: Shelf) -> Facts:
    """What the route depends on: one's own report cannot wait."""
    return Facts(
        area=draft.kota if draft.kota in shelf.directory.kota else OUTSIDE,
        kind=kind_of((HAPPENING[one] for one in draft.happening), shelf.directory),
        urgency=Urgency.IMMEDIATE,
        child=Known(draft.child or "unknown"),
        man=draft.man,
        abroad=Known(draft.abroad or "unknown"),
        officials=frozenset(Official(one) for one in draft.officials),
        about_self=True,
        no_police="no_police" in draft.wishes,
    )


TOLD = ("words", "child", "happening", "who", "kota", "place_words", "abroad", "officials", "wishes")


def story(draft: Affected) -> Mapping[str, JSON]:
    """What is sealed: what was told so far, nothing of the person or the hour."""
    data = draft.dump()
    return {"about": "self", **{name: data[name] for name in TOLD if name in data}, "place": draft.kelurahan}


def way(draft: Affected, turn: Turn) -> Route | None:
    """Who would read this now."""
    return open_route(facts(draft, turn.shelf), turn)


def asked(voice: str, step: str, *names: str) -> Question:
    """A question with its own answers only, which 0 ends."""
    options = tuple(Option(name, Say(f"{voice}.{step}.{name}")) for name in names)
    return Question((Say(f"{voice}.{step}.ask"),), options, back=STOP)


def shown(draft: Affected, step: str, *names: str, many: bool = False, more: tuple[Option, ...] = ()) -> Question:
    """A question that may be skipped, and from which everything may still be passed on."""
    voice, own = draft.voice, asked(draft.voice, step, *names)
    anywhere = ("skip",) if draft.report else ("skip", "send")
    offered = (*more, *own.options, *(Option(name, Say(f"{voice}.{name}"), acts=True) for name in anywhere))
    return replace(own, options=offered, many=many)


def numbers_said(draft: Affected, shelf: Shelf) -> Say:
    """Who answers this person now, by sex, age and place."""
    lines = answering(where_of(draft), Known(draft.child or "unknown"), draft.man, shelf)
    return Say(f"{draft.voice}.numbers", {"lines": lines})


def wished(draft: Affected, wish: str) -> tuple[Affected, dict[str, JSON]]:
    """The draft with a wish, and the same as an answer."""
    return replace(draft, wishes=tuple(dict.fromkeys((*draft.wishes, wish)))), {"wishes": [wish]}


def with_words(draft: Affected, turn: Turn) -> tuple[Affected, dict[str, JSON]]:
    """The draft with what was written beside an answer, and the same as an answer of its own.

    What a report has taken need not stay in the talk.
    """
    if not turn.words:
        return draft, {}
    said: dict[str, JSON] = {"words": [turn.words]}
    if turn.meaning.minor and not draft.child:
        draft, said = replace(draft, child="yes"), {**said, "child": "yes"}
    if not draft.placed:
        draft = replace(draft, found=named_in(turn) or draft.found)
    return (draft if draft.report else replace(draft, words=(*draft.words, turn.words))), said


def placing(draft: Affected) -> str:
    """What is asked about the place next: whether it is one that was named already, or where they are."""
    return "happening" if draft.placed else "which" if draft.found else "where"


def onward(draft: Affected, then: str, said: Mapping[str, JSON], turn: Turn, *notes: str) -> Go[Affected]:
    """The next question. What was passed on before takes the answer along first; else it stays in the talk.

    `said` are the fields of the answer as the case is told them, `notes` keys of what is said with the question.
    """
    pending = (*draft.pending, *((dict(said),) if said else ()))
    if not draft.report or not pending:
        return Go(then, draft, tuple(Say(key) for key in notes))
    draft = replace(draft, pending=pending, then=then, notes=notes)
    return Go("adding", draft, errands=(adds(draft, turn),))


def adds(draft: Affected, turn: Turn) -> Errand:
    """The answers that are not with the report yet, to be added in a transaction of their own."""
    known = facts(draft, turn.shelf)
    learnt = {
        "kelurahan": draft.kelurahan or None,
        "kota": draft.kota or "unknown",
        "child": str(known.child),
        "kind": str(known.kind),
        "officials": ",".join(sorted(known.officials)),
    }
    args = {"report": draft.report, "public": draft.public, "told": list(draft.pending), "learnt": learnt}
    return Errand("tell", turn.token, args)


def parted(draft: Affected, ending: str) -> str:
    """The step of an ending: in a messenger's chat it waits to be closed, and goes with the talk like all before it."""
    return ending if draft.channel in {"", WEB} else KEPT_IN_CHAT[ending]


def last_things(draft: Affected) -> str:
    """A wish for the petugas where something was passed on; else, before it is erased, whether it should be."""
    return "police" if draft.report else "last"


def file_now(draft: Affected, then: str, turn: Turn) -> Go[Affected]:
    """File what there is, now: the chat may break off at any moment."""
    draft = replace(draft, then="police" if then == "last" else then, notes=())  # asked of what is not sent only
    return Go("filing", draft, errands=(statement.filing(flow.name, draft, turn),))


@flow.wait
def filing(draft: Affected, turn: Turn) -> Go[Affected]:
    """It is with the petugas now; who reads, and when, is said in one line."""
    data = turn.event.data if turn.event else {}
    if not data.get("ok"):
        return Go(parted(draft, "nobody"), draft) if data.get("closed") else unsent(draft, turn.shelf)
    draft = replace(draft, words=(), report=data["report"], public=data["public"], code=data["code"])
    draft = with_held(draft)
    queue = turn.shelf.directory.queues[data["queue"]]
    call = call_now(draft, turn.shelf)
    return add_pending(draft, turn, Say(f"{draft.voice}.filed.{queue.hours}", {"queue": queue.name, "call": call}))


def unsent(draft: Affected, shelf: Shelf) -> Go[Affected]:
    """It could not be passed on: every word is still here, and it may be tried again."""
    words = (*draft.words, *draft.held)
    back = "last" if draft.then == "police" else "choose" if draft.child == "yes" else "pass_on"
    return Go(
        back, replace(draft, words=words, held=()), (Say(f"{draft.voice}.not_filed", {"call": call_now(draft, shelf)}),)
    )


@flow.wait
def adding(draft: Affected, turn: Turn) -> Go[Affected]:
    """The answer is with the report; what was written meanwhile follows it. What failed goes with the next one."""
    notes = tuple(Say(key) for key in draft.notes)
    if turn.event and turn.event.data.get("ok"):
        return add_pending(with_held(replace(draft, pending=(), notes=())), turn, *notes)
    then = "police" if draft.then == parted(draft, "end") else draft.then  # there must be a next one
    return Go(then, with_held(replace(draft, notes=())), (*notes, Say(f"{draft.voice}.not_added")))


def with_held(draft: Affected) -> Affected:
    """The draft with words that came while something was being stored, as an answer of their own."""
    if not draft.held:
        return draft
    told = {"words": list(draft.held)}
    return replace(draft, held=(), pending=(*draft.pending, told))


def add_pending(draft: Affected, turn: Turn, *notes: Say) -> Go[Affected]:
    """The next question, or once more to the report where something waits for it."""
    if draft.pending:
        return Go("adding", draft, notes, errands=(adds(draft, turn),))
    return Go(draft.then, draft, notes)
