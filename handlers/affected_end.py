"""The last questions of the affected person's talk, and what it leaves on the screen."""

from __future__ import annotations

from dataclasses import replace

from content.shelf import Say, Shelf
from handlers.affected import (
    STOP,
    Affected,
    adds,
    asked,
    file_now,
    flow,
    last_things,
    numbers_said,
    onward,
    parted,
    shown,
    wished,
    with_words,
)
from handlers.parking import WATCHED
from handlers.talk import Go, Option, Question, Turn


def show_who(draft: Affected, shelf: Shelf) -> Question:
    """Only so that the numbers fit."""
    return shown(draft, "who", "woman", "man")


@flow.ask(show=show_who)
def who(draft: Affected, turn: Turn) -> Go[Affected]:
    """A man meets no closed door: other desks serve him, and that is said."""
    draft, said = with_words(draft, turn)
    if turn.choice == "send":
        return file_now(draft, "who", turn)
    if turn.choice in {"woman", "man"}:
        draft, said = replace(draft, who=turn.choice), {**said, "who": turn.choice}
    return onward(draft, last_things(draft), said, turn, *(("affected.who.man_too",) if turn.choice == "man" else ()))


def show_last(draft: Affected, shelf: Shelf) -> Question:
    """What must be told to whom stands before the yes, as it did the first time."""
    return asked(draft.voice, "last", "send", "erase")


@flow.ask(show=show_last)
def last(draft: Affected, turn: Turn) -> Go[Affected]:
    """Nothing was passed on: only a clear yes does it, only a clear no erases it, and words are kept."""
    draft, _ = with_words(draft, turn)
    if turn.choice == "send":
        return file_now(draft, "police", turn)
    if turn.choice == "erase":
        return Go(parted(draft, "end"), erased(draft))
    return Go("last", draft, (Say("affected.kept"),))


def erased(draft: Affected) -> Affected:
    """Nothing of what was told; only by what the numbers are chosen, and how they are spoken to."""
    kept = ("channel", "abroad_number", "child", "who", "kota", "abroad")
    return Affected(**{name: getattr(draft, name) for name in kept})


def show_police(draft: Affected, shelf: Shelf) -> Question:
    """What must be told to whom stands before the wish; the report is with the petugas by now."""
    offers = (Option("no_police", Say(f"{draft.voice}.police.no_police")), Option("skip", Say(f"{draft.voice}.skip")))
    return Question((Say(f"{draft.voice}.police.ask"),), offers, back=STOP)


@flow.ask(show=show_police)
def police(draft: Affected, turn: Turn) -> Go[Affected]:
    """A wish that is kept in the case; no promise is made about the police (promise 14)."""
    draft, said = with_words(draft, turn)
    then = "code" if draft.code else parted(draft, "end")
    if turn.choice == "no_police":
        draft, wish = wished(draft, "no_police")
        return onward(draft, then, {**said, **wish}, turn, f"{draft.voice}.police.noted")
    return onward(draft, then, said, turn)


def show_code(draft: Affected, shelf: Shelf) -> Question:
    """Offered, never pressed on anybody: a code on a phone that is checked is a danger."""
    return asked(draft.voice, "code", "yes", "no")


@flow.ask(show=show_code)
def code(draft: Affected, turn: Turn) -> Go[Affected]:
    """Shown once, on a yes; then it is nowhere."""
    draft, said = with_words(draft, turn)
    if not turn.choice:
        return onward(draft, "code", said, turn)
    forgotten = replace(draft, code="")
    if turn.choice == "no":
        return onward(forgotten, parted(draft, "end"), said, turn)
    told = (Say(f"{draft.voice}.code.told", {"code": draft.code}),)
    beside = (replace(adds(replace(draft, pending=(said,)), turn), wait=False),) if said else ()
    return Go("remember", forgotten, told, errands=beside, copy=draft.code)


def show_remember(draft: Affected, shelf: Shelf) -> Question:
    """Time to learn six words."""
    offers = (Option("done", Say("affected.remember.done")),)
    return Question((Say(f"{draft.voice}.remember.ask"),), offers, back=STOP)


@flow.ask(show=show_remember)
def remember(draft: Affected, turn: Turn) -> Go[Affected]:
    """Words written here still go to the case."""
    draft, said = with_words(draft, turn)
    return onward(draft, parted(draft, "end"), {} if turn.shelf.command(turn.text) == "done" else said, turn)


def show_end(draft: Affected, shelf: Shelf) -> Question:
    """Thanks, who answers by sex, age and place, and what stays on the screen."""
    passed = "filed" if draft.report else "unsent"
    says = (Say(f"{draft.voice}.end.{passed}"), numbers_said(draft, shelf), Say(f"{draft.voice}.end.phone"))
    return Question(says)


def show_nobody(draft: Affected, shelf: Shelf) -> Question:
    """Nobody can read it now: numbers instead of a wait."""
    return Question((Say(f"{draft.voice}.nobody.ask"), numbers_said(draft, shelf)))


def show_leave(draft: Affected, shelf: Shelf) -> Question:
    """The same as at the end, until it is closed."""
    return replace(show_end(draft, shelf), options=(Option("done", STOP),), back=None)


@flow.ask(show=show_leave)
def leave(draft: Affected, turn: Turn) -> Go[Affected]:
    """Closed, it leaves the plain line; words still go to the case, or are kept for a yes."""
    if turn.choice == "done" or not turn.words:
        return Go("silent")
    draft, said = with_words(draft, turn)
    return onward(draft, "leave" if draft.report else "last", said, turn)


def show_alone(draft: Affected, shelf: Shelf) -> Question:
    """The same as where nobody can read it, until it is closed."""
    return replace(show_nobody(draft, shelf), options=(Option("done", STOP),), back=None)


@flow.ask(show=show_alone)
def alone(draft: Affected, turn: Turn) -> Go[Affected]:
    """Whatever comes, nobody would read it: closed, it leaves the plain line."""
    return Go("silent") if turn.choice == "done" or not turn.words else Go("alone", draft)


def show_silent(draft: Affected, shelf: Shelf) -> Question:
    """A plain line, and nothing to press."""
    return Question((WATCHED,), quiet=True)


flow.end("end", show_end)
flow.end("nobody", show_nobody)
flow.end("silent", show_silent)
