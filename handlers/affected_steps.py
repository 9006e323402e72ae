"""The questions of the affected person's talk, in their order; each may be skipped, and 0 ends it at once."""

from __future__ import annotations

from dataclasses import replace

from content.routing import OUTSIDE
from content.shelf import Say, Shelf
from handlers.affected import (
    HAPPENING,
    STOP,
    Affected,
    asked,
    call_now,
    file_now,
    flow,
    last_things,
    numbers_said,
    onward,
    parted,
    placing,
    shown,
    way,
    wished,
    with_words,
)
from handlers.open_route import OPEN
from handlers.pins import pin_of
from handlers.placing import beside, located, named_in, offered, place_said, settled
from handlers.talk import JSON, WEB, Go, Need, Option, Question, Turn
from handlers.typed import by_age
from handlers.whereabouts import BEYOND

ADULT_TICKS = tuple(name for name in HAPPENING if name != "home")
CHILD_TICKS = tuple(name for name in HAPPENING if name != "official")


def show_safe(draft: Affected, shelf: Shelf) -> Question:
    """Whether typing is safe; where the talk stays in the phone, which address is safer, if one was announced."""
    web = next((one.address for one in shelf.addresses if one.channel == WEB), "")
    safer = Say("affected.safe.web", {"address": web}) if web else Say("affected.safe.kept")
    says = (
        Say("affected.safe.ask", {"call": call_now(draft, shelf)}),
        *((safer,) if draft.channel == "whatsapp" else ()),
    )
    return Question(says, (Option("yes", Say("affected.safe.yes")), Option("no", Say("affected.safe.no"))), back=STOP)


@flow.ask(show=show_safe)
def safe(draft: Affected, turn: Turn) -> Go[Affected] | Need:
    """Whether typing is safe comes before anything; where nobody could read, that is said next (promise 10)."""
    if turn.choice == "no":
        return Go("silent")
    draft, _ = with_words(draft, turn)
    if not turn.choice:
        return Go("safe", draft, (Say("affected.kept"),))
    if OPEN not in turn.found:
        return OPEN
    return Go(parted(draft, "nobody"), draft) if way(draft, turn) is None else Go("pass_on", draft)


def show_pass_on(draft: Affected, shelf: Shelf) -> Question:
    """The question of all questions; a child who has said the age already is spoken to as one."""
    offers = tuple(Option(name, Say(f"affected.pass_on.{name}")) for name in ("yes", "not_yet"))
    return Question((Say(f"{draft.voice}.pass_on.ask"),), offers, back=STOP)


@flow.ask(show=show_pass_on)
def pass_on(draft: Affected, turn: Turn) -> Go[Affected]:
    """Only a clear yes passes anything on; what the police may have to be told was said with the question."""
    draft, _ = with_words(draft, turn)
    then = "choose" if draft.child == "yes" else "under18" if not draft.child else placing(draft)
    if turn.choice == "yes":
        return file_now(draft, then, turn)
    if turn.choice == "not_yet":
        return Go(then, draft)
    return Go("pass_on", draft, (Say("affected.kept"),))


def show_under18(draft: Affected, shelf: Shelf) -> Question:
    """The third question."""
    return shown(draft, "under18", "yes", "no")


@flow.ask(show=show_under18)
def under18(draft: Affected, turn: Turn) -> Go[Affected]:
    """From a yes on, a child is spoken to as a child. An age that is written instead is an answer too."""
    draft, said = with_words(draft, turn)
    if turn.choice == "send":
        return file_now(draft, "under18", turn)
    child = turn.choice if turn.choice in {"yes", "no"} else by_age(turn.words) or draft.child
    if child:
        draft, said = replace(draft, child=child), {**said, "child": child}
    if turn.reference and not (turn.choice or child or draft.age_again):  # words under a photo tell of it
        return onward(replace(draft, age_again=True), "under18", said, turn)
    if not turn.choice and not child and named_in(turn) and not draft.placed:
        return onward(replace(draft, after="under18"), "which", said, turn)
    return onward(draft, "choose" if child == "yes" else placing(draft), said, turn)


def show_choose(draft: Affected, shelf: Shelf) -> Question:
    """Three ways for a child, none of them heavier than the others."""
    names = ("go_on" if draft.report else "send", "numbers", *(() if "not_home" in draft.wishes else ("not_home",)))
    return asked("child", "choose", *names)


@flow.ask(show=show_choose)
def choose(draft: Affected, turn: Turn) -> Go[Affected]:
    """Talking on here, a number to call, or that nobody at home may be told; whoever hurts may live there."""
    draft, said = with_words(draft, turn)
    if turn.choice == "send":
        return file_now(draft, placing(draft), turn)
    if turn.choice == "not_home":
        draft, wish = wished(draft, "not_home")
        return onward(draft, placing(draft), {**said, **wish}, turn, "child.choose.noted")
    if turn.choice == "numbers":
        return replace(onward(draft, "choose", said, turn), notes=(numbers_said(draft, turn.shelf),))
    return onward(draft, placing(draft), said, turn)


def show_where(draft: Affected, shelf: Shelf) -> Question:
    """A street or a landmark is enough."""
    return shown(draft, "where", "outside", "abroad")


@flow.ask(show=show_where)
def where(draft: Affected, turn: Turn) -> Go[Affected]:
    """What is not understood as a place is kept as it was written, and not asked again."""
    draft = replace(located(beside(draft, turn), turn), pin=pin_of(turn), placed=True)
    said: dict[str, JSON] = {"place_words": [turn.words]} if turn.words else {}
    if turn.choice == "send":
        return file_now(draft, "which" if draft.found else "where", turn)
    if turn.choice in {"outside", "abroad"}:
        draft = replace(draft, kota=OUTSIDE, abroad="yes" if turn.choice == "abroad" else "no", found=())
        told = {**said, "kota": OUTSIDE, "abroad": draft.abroad}
        return settled_on(draft, told, turn, f"affected.where.{turn.choice}_numbers")
    return onward(draft, "which", said, turn) if draft.found else settled_on(draft, said, turn)


def settled_on(draft: Affected, said: dict[str, JSON], turn: Turn, *notes: str) -> Go[Affected]:
    """What follows the place: the question in which it was named, as that has no answer yet."""
    if draft.pin:
        return onward(draft, "pin", said, turn, *notes)
    return onward(replace(draft, after=""), draft.after or "happening", said, turn, *notes)


def show_which(draft: Affected, shelf: Shelf) -> Question:
    """The places that the words may mean; a single one is asked for by its name."""
    if len(draft.found) != 1 or draft.found[0] in BEYOND:
        return shown(draft, "which", "none", more=offered(draft, shelf))
    (code,) = draft.found
    asked = shown(draft, "which", "none", more=(Option(code, Say("affected.which.yes")),))
    return replace(asked, says=(Say("affected.which.one", {"place": place_said(code, shelf)}),))


@flow.ask(show=show_which)
def which(draft: Affected, turn: Turn) -> Go[Affected] | Need:
    """One of them, none, or other words; no list is opened."""
    if not turn.choice:
        return where(draft, turn)
    known, draft = draft.place_words, beside(draft, turn)
    if turn.choice == "send":
        return file_now(draft, "which", turn)
    if turn.choice == "none" and not draft.placed:
        named: dict[str, JSON] = {"place_words": [turn.words]} if turn.words else {}
        return onward(replace(draft, found=()), "where", named, turn)
    if turn.choice in draft.found:
        draft = settled(draft, turn.choice, turn.shelf)
    told = {"place": draft.kelurahan, "kota": draft.kota, "place_words": list(draft.place_words[len(known) :])}
    if draft.kota == OUTSIDE:
        told["abroad"] = draft.abroad
    beyond = "abroad" if draft.abroad == "yes" else "outside"
    note = (f"affected.where.{beyond}_numbers",) if draft.kota == OUTSIDE else ()
    draft = replace(draft, found=(), placed=True)
    return settled_on(draft, {name: one for name, one in told.items() if one}, turn, *note)


def show_pin(draft: Affected, shelf: Shelf) -> Question:
    """Where exactly a pin lay."""
    return shown(draft, "pin", "yes", "no")


@flow.ask(show=show_pin)
def pin(draft: Affected, turn: Turn) -> Go[Affected]:
    """Only a yes keeps it, with the words of the story; anything else forgets it at once."""
    kept = (draft.pin,) if turn.choice == "yes" else ()
    draft, said = with_words(replace(draft, pin=""), turn)
    if kept:
        draft, said = replace(draft, place_words=(*draft.place_words, *kept)), {**said, "place_words": list(kept)}
    if turn.choice == "send":
        return file_now(draft, "happening", turn)
    return settled_on(draft, said, turn)


def show_happening(draft: Affected, shelf: Shelf) -> Question:
    """Few ticks; no details are asked for, ever."""
    ticks = CHILD_TICKS if draft.child == "yes" else ADULT_TICKS
    return shown(draft, "happening", *ticks, many=True)


@flow.ask(show=show_happening)
def happening(draft: Affected, turn: Turn) -> Go[Affected]:
    """What is ticked, and free words as they come."""
    draft, said = with_words(draft, turn)
    ticks = tuple(one for one in turn.choices if one in HAPPENING)
    if ticks:
        draft, said = replace(draft, happening=ticks), {**said, "happening": list(ticks)}
    then = "officials" if "official" in ticks else "tell" if "other" in ticks and not turn.words else closing(draft)
    return file_now(draft, then, turn) if "send" in turn.choices else onward(draft, then, said, turn)


def closing(draft: Affected) -> str:
    """What is asked after what happens: of a child only the last things."""
    return last_things(draft) if draft.child == "yes" else "who"


def show_officials(draft: Affected, shelf: Shelf) -> Question:
    """Kinds of officials, never names."""
    return shown(draft, "officials", "rt", "police", "office", many=True)


@flow.ask(show=show_officials)
def officials(draft: Affected, turn: Turn) -> Go[Affected]:
    """Who is named gets nothing of this from here on (promise 6)."""
    draft, said = with_words(draft, turn)
    named = [one for one in turn.choices if one in {"rt", "police", "office"}]
    if named:
        draft, said = replace(draft, officials=tuple(named)), {**said, "officials": named}
    then = "tell" if "other" in draft.happening and not draft.words else closing(draft)
    return file_now(draft, then, turn) if "send" in turn.choices else onward(draft, then, said, turn)


def show_tell(draft: Affected, shelf: Shelf) -> Question:
    """Own words, as few as wanted."""
    return shown(draft, "tell")


@flow.ask(show=show_tell)
def tell(draft: Affected, turn: Turn) -> Go[Affected]:
    """Whatever is written is kept."""
    draft, said = with_words(draft, turn)
    if turn.choice == "send":
        return file_now(draft, closing(draft), turn)
    return onward(draft, closing(draft), said, turn)
