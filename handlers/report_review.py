"""What a witness's own words bring before the review: what they seem to be about, and what in them names the writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256

from content.routing import Kind, Urgency
from content.shelf import Lines, Say, Shelf
from handlers.reading.identity import without
from handlers.reading.kinds import ReportReading
from handlers.reading.story import identity_reader, kind_reader
from handlers.report import onward, with_words
from handlers.statement import Statement, flow, proposed
from handlers.talk import JSON, Answer, Go, Need, Option, Question, Turn

KINDS = tuple(kind for kind in Kind if kind is not Kind.UNKNOWN)  # in the order in which they are offered
NOTHING_READ: Mapping[str, JSON] = {
    "read_kind": "",
    "read_tppo": "",
    "read_urgency": "",
    "read_child": False,
    "read_officials": (),
}
A_PAGE = 7  # kinds on one page: with "more" and "not sure" no list is longer than nine


def parts_giving_away(words: Iterable[str], stays: Iterable[str], shelf: Shelf) -> tuple[str, ...]:
    """The parts of some texts that may show who wrote them, without those that may stay; each once."""
    reader = identity_reader(shelf.identity)
    found = (text[one.start : one.end] for text in words for one in reader.read(text))
    return tuple(dict.fromkeys(part for part in found if part not in set(stays)))


def taken_out(words: Iterable[str], parts: Iterable[str]) -> tuple[str, ...]:
    """Texts without these parts; what nothing is left of goes."""
    parts = sorted(parts, key=len, reverse=True)
    return tuple(left for text in words if (left := without(text, parts)))


def read_words(draft: Statement, shelf: Shelf) -> Statement:
    """The draft with what reading makes of its words; it reads them only when they have changed."""
    words = "\n".join(one for one in draft.words if one not in draft.ours)
    mark = sha256(words.encode()).hexdigest()[:16]
    if not words:
        return replace(draft, read_of="", **NOTHING_READ)
    if mark == draft.read_of:
        return draft
    read = kind_reader(shelf.kinds).read(words)
    return replace(
        draft,
        read_of=mark,
        read_kind=read.category.value,
        read_tppo=read.is_tppo.value,
        read_urgency=soon(read).value,
        read_child=read.child,
        read_officials=tuple(one.value for one in read.officials),
        angry=draft.angry or read.angry,
        elsewhere=draft.elsewhere or read.elsewhere,
    )


def soon(read: ReportReading) -> Urgency:
    """How soon it is proposed to be read: at once for words of this very hour, for a lasting danger the same day.

    Whoever tells it was asked before whether somebody is in danger now, and has said no.
    """
    return Urgency.HIGH if read.urgency is Urgency.IMMEDIATE and not read.acute else read.urgency


def before_review(draft: Statement, went: Go[Statement], turn: Turn) -> Go[Statement]:
    """On the way to the review: first what names the writer, then what an angry one saw, then other help, once."""
    before = went.draft or draft
    draft = read_words(before, turn.shelf)
    parts = parts_giving_away((*draft.words, *draft.place_words), draft.stays, turn.shelf)
    if parts:
        return replace(went, step="named", draft=replace(draft, giving=parts))
    if draft.angry and not draft.asked_seen:
        return replace(went, step="seen", draft=replace(draft, giving=()))
    help_there = draft.elsewhere if not before.elsewhere else ""
    notes = (*went.notes, Say(f"report.elsewhere.{help_there}")) if help_there else went.notes
    return replace(went, draft=replace(draft, giving=()), notes=notes)


def looked_over(answer: Answer[Statement], draft: Statement, turn: Turn) -> Go[Statement] | Need:
    """What a step answers, with what comes before the review where it leads there."""
    went = answer(draft, turn)
    return before_review(draft, went, turn) if isinstance(went, Go) and went.step == "review" else went


def show_named(draft: Statement, shelf: Shelf) -> Question:
    """What may show who wrote the story."""
    return question_of_parts(draft.giving)


def question_of_parts(giving: Iterable[str]) -> Question:
    """The parts themselves, word for word, so that nobody has to guess."""
    parts = tuple(Say("report.named.part", {"part": part}) for part in giving)
    asked = Say("report.named.ask", {"parts": Lines(parts)}) if parts else Say("report.named.none")
    return Question((asked,), tuple(Option(name, Say(f"report.named.{name}")) for name in ("remove", "keep")))


@flow.ask(show=show_named)
def named(draft: Statement, turn: Turn) -> Go[Statement]:
    """One tap takes them out, another lets them stay; words are added to the story."""
    if turn.choice == "remove":
        words, place_words = taken_out(draft.words, draft.giving), taken_out(draft.place_words, draft.giving)
        draft = replace(draft, words=words, place_words=place_words, giving=())
        return onward(draft, Say("report.named.removed"))
    draft = with_words(draft, turn.words)
    if turn.choice == "keep":
        return onward(replace(draft, stays=(*draft.stays, *draft.giving), giving=()))
    return Go("named", draft, notes=(Say("report.kept"), Say("front.choose")))


@flow.ask("skip")
def seen(draft: Statement, turn: Turn) -> Go[Statement]:
    """Promise 13: no anger is refused; it is asked once what was seen, and goes to be checked."""
    return onward(replace(with_words(draft, turn.words), asked_seen=True))


def show_differs(draft: Statement, shelf: Shelf) -> Question:
    """What reading has proposed, each with the tap that takes it back."""
    options = tuple(Option(name, Say(f"report.differs.{name}")) for name in proposed(draft, shelf))
    return Question((Say("report.differs.ask"),), options)


@flow.ask(show=show_differs)
def differs(draft: Statement, turn: Turn) -> Go[Statement]:
    """One tap; another kind is then chosen from a list."""
    draft = with_words(draft, turn.words)
    if turn.choice:
        return take_back(draft, turn.choice)
    if not proposed(draft, turn.shelf):
        return onward(draft)
    return Go("differs", draft, notes=(Say("report.kept"), Say("front.choose")))


def take_back(draft: Statement, name: str) -> Go[Statement]:
    """Whoever told it knows better; what was read is kept beside it for whoever decides."""
    both = (name, "kind") if name == "child" and draft.read_kind == Kind.CHILD_EXPLOITATION else (name,)
    draft = replace(draft, taken_back=tuple(dict.fromkeys((*draft.taken_back, *both))))
    return Go("kind", replace(draft, page=0)) if name == "kind" else Go("review", draft, (Say("report.differs.done"),))


def show_kind(draft: Statement, shelf: Shelf) -> Question:
    """All kinds in plain words but the one that was wrong, on two pages."""
    kinds = [kind for kind in KINDS if kind != draft.read_kind]
    shown = kinds[:A_PAGE] if not draft.page else kinds[A_PAGE:]
    more = () if draft.page else (Option("more", Say("report.list.more")),)
    options = (*(Option(kind, Say(f"report.kind.{kind}")) for kind in shown), *more)
    return Question((Say("report.kind.ask"),), (*options, Option("unsure", Say("report.kind.unsure"))))


@flow.ask(show=show_kind)
def kind(draft: Statement, turn: Turn) -> Go[Statement]:
    """The one that comes nearest; words are kept and leave it open."""
    draft = with_words(draft, turn.words)
    if turn.choice == "more":
        return Go("kind", replace(draft, page=1))
    if not turn.choice:
        return Go("kind", draft, notes=(Say("report.kept"), Say("front.choose")))
    chosen = "" if turn.choice == "unsure" else turn.choice
    return Go("review", replace(draft, kind=chosen, page=0, changing=False), (Say("report.differs.done"),))


def look_over_all() -> None:
    """Every step of the witness's talk that leads to the review goes through `before_review`."""
    for name, step in flow.steps.items():
        answer = partial(looked_over, step.answer) if step.answer else None
        media = partial(looked_over, step.media) if step.media else None
        flow.steps[name] = replace(step, answer=answer, media=media)
