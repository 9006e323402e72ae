"""Info of one's own kelurahan: where, of what, and one word to leave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from content.shelf import Say, Shelf, Value
from handlers.attached import at_step
from handlers.reading.places import Candidate
from handlers.subscribed import MONTH, Choice, Rest
from handlers.talk import Draft, Errand, Flow, Go, Need, Option, Question, Turn
from handlers.typed import bare

KEEP = "subscribe"  # the kind of the errand
MINE = Need("subscription")  # of whoever writes; the desk knows who that is
STILL = Say("subscribe.still")  # what is asked after a year of silence
TEMPLATE = "still"  # the same where a vendor takes only what it has approved
OFFERED = 8  # a list never passes nine: these, and that it is none of them
RW = re.compile(r"\brw\W{0,3}0*([1-9]\d?)\b", re.IGNORECASE)
NUMBER = re.compile(r"\D{0,4}0*([1-9]\d?)\D{0,4}")
TOPICS = {"alerts": (True, False), "lessons": (False, True), "both": (True, True)}
ENDS: Mapping[str, tuple[str, int | None]] = {
    "pause": ("paused", MONTH),
    "resume": ("resumed", 0),
    "leave": ("left", None),
}
COMMANDS = {"stop": "leave", "back": "leave", "pause": "pause", "menu": "menu"}  # while a choice is being kept
AGAIN = Say("front.choose")


@dataclass(frozen=True, slots=True)
class Wish(Draft):
    """What is chosen so far; the kelurahan by code, the RW as two digits."""

    kelurahan: str = ""
    rw: str = ""
    topics: str = ""
    paused: bool = False
    found: tuple[str, ...] = ()  # kelurahan offered, by code
    links: tuple[str, ...] = ()  # of the channels that bring what cannot come here
    meanwhile: str = ""  # the command that came while the choice was being kept; any other words


flow = Flow("subscribe", Wish, start="where")


def of(mine: Choice) -> Wish:
    """What was chosen before, as a draft."""
    names = {flags: name for name, flags in TOPICS.items()}
    return Wish(mine.kelurahan, mine.rw, names.get((mine.alerts, mine.lessons), "alerts"), mine.paused)


def near(turn: Turn) -> tuple[str, ...]:
    """The kelurahan that a text may mean, nearest first; of a kecamatan those that lie in it."""
    codes: list[str] = []
    for one in turn.places:
        if isinstance(one, Candidate) and one.code:
            codes.append(one.code)
        elif isinstance(one, Candidate) and one.kecamatan_code:
            codes += [row.code for row in turn.shelf.gazetteer.kelurahan_of(one.kecamatan_code)]
    return tuple(dict.fromkeys(codes))[:OFFERED]


def place_of(code: str, shelf: Shelf) -> str:
    """A kelurahan by name, with what it lies in; LookupError for any other code."""
    row = shelf.gazetteer.by_code(code)
    if row is None:
        raise LookupError(code)
    return f"{row.name}, {row.kecamatan}"


@flow.ask()
def where(draft: Wish, turn: Turn) -> Go[Wish]:
    """By name; candidates are offered, never guessed."""
    named = near(turn)
    return Go("which", replace(draft, found=named)) if named else Go("where", draft, (Say("subscribe.where.unclear"),))


def show_which(draft: Wish, shelf: Shelf) -> Question:
    """The kelurahan that the words may mean."""
    offered = (Option(code, Say("learn.raw", {"text": place_of(code, shelf)})) for code in draft.found)
    return Question((Say("subscribe.which.ask"),), (*offered, Option("none", Say("subscribe.which.none"))))


@flow.ask(show=show_which)
def which(draft: Wish, turn: Turn) -> Go[Wish] | Need:
    """One of them, or another name."""
    if turn.choice == "none":
        return Go("where", draft)
    if turn.choice:
        return Go("area", replace(draft, kelurahan=turn.choice))
    return where(draft, turn)


def show_linked(draft: Wish, shelf: Shelf) -> Question:
    """The kelurahan of the poster or card somebody came by; whether it is theirs, only they know."""
    asked = Say("subscribe.linked.ask", {"place": place_of(draft.kelurahan, shelf)})
    return Question((asked,), tuple(Option(name, Say(f"subscribe.linked.{name}")) for name in ("yes", "no")))


@flow.ask(show=show_linked)
def linked(draft: Wish, turn: Turn) -> Go[Wish] | Need:
    """No asks for another; a name that is written is one."""
    if turn.choice == "yes":
        return Go("area", draft)
    if turn.choice == "no":
        return Go("where", draft)
    return where(draft, turn) if near(turn) else Go("linked", draft, (AGAIN,))


@flow.ask("all", "rw")
def area(draft: Wish, turn: Turn) -> Go[Wish]:
    """The whole kelurahan, or what concerns one's own RW too; its number may be written at once."""
    if found := RW.search(turn.text):
        return numbered(draft, found[1])
    if turn.choice == "all":
        return Go("topics", replace(draft, rw=""))
    return Go("rw", draft) if turn.choice == "rw" else Go("area", draft, (AGAIN,))


@flow.ask()
def rw(draft: Wish, turn: Turn) -> Go[Wish]:
    """A number; whoever does not know it goes on without."""
    if found := RW.search(turn.text) or NUMBER.fullmatch(turn.text.strip()):
        return numbered(draft, found[1])
    if skips(turn):
        return Go("topics", replace(draft, rw=""))
    return Go("rw", draft, (Say("subscribe.rw.unclear"),))


def skips(turn: Turn) -> bool:
    """Whether somebody goes on without a number, or does not know it."""
    said, words = bare(turn.text), turn.shelf.answers
    labels = {bare(turn.shelf.text(Say("subscribe.rw.skip"), language)) for language in turn.shelf.languages}
    return said in labels | words["affected.skip"] | words["report.when.unknown"]


def numbered(draft: Wish, digits: str) -> Go[Wish]:
    """The draft with an RW."""
    return Go("topics", replace(draft, rw=digits.zfill(2)))


@flow.ask(*TOPICS)
def topics(draft: Wish, turn: Turn) -> Go[Wish]:
    """Warnings, the weekly lesson, or both."""
    return Go("confirm", replace(draft, topics=turn.choice)) if turn.choice else Go("topics", draft, (AGAIN,))


def chosen(draft: Wish, shelf: Shelf) -> Say:
    """The choice in words."""
    topics = Say(f"subscribe.chosen.{draft.topics}")
    said: dict[str, Value] = {"place": place_of(draft.kelurahan, shelf), "topics": topics}
    return Say("subscribe.chosen.rw", {**said, "rw": draft.rw}) if draft.rw else Say("subscribe.chosen.all", said)


def show_confirm(draft: Wish, shelf: Shelf) -> Question:
    """What was chosen, what is kept for it and for how long, and how it ends."""
    kept = Say("subscribe.confirm.kept", {"days": shelf.terms.keep_days["asked"], "months": months(shelf)})
    says = (Say("subscribe.confirm.ask", {"chosen": chosen(draft, shelf)}), kept, Say("subscribe.confirm.leave"))
    return Question(says, tuple(Option(name, Say(f"subscribe.confirm.{name}")) for name in ("yes", "change")))


def months(shelf: Shelf) -> int:
    """After how many months of silence somebody is asked."""
    return shelf.terms.keep_days["subscription"] // MONTH


@flow.ask(show=show_confirm)
def confirm(draft: Wish, turn: Turn) -> Go[Wish]:
    """Only a yes keeps anything."""
    if turn.choice == "yes" or turn.shelf.command(turn.text) == "send":
        return Go("saving", replace(draft, meanwhile=""), errands=(keeping(draft, turn),))
    return Go("where", draft) if turn.choice == "change" else Go("confirm", draft, (AGAIN,))


def keeping(draft: Wish, turn: Turn) -> Errand:
    """Keep the choice; the desk adds the address, no handler knows it."""
    alerts, lessons = TOPICS[draft.topics]
    where = {"kelurahan": draft.kelurahan, "rw": draft.rw, "language": turn.language}
    return Errand(KEEP, turn.token, {**where, "alerts": alerts, "lessons": lessons})


@flow.wait
def saving(draft: Wish, turn: Turn) -> Go[Wish]:
    """It is kept, or can be tried again; a word that came meanwhile is heard now."""
    kept, said = bool(turn.event and turn.event.data.get("ok")), draft.meanwhile
    if said == "leave" or (kept and said in ENDS):
        step, days = ENDS[said]
        return Go(step, do=(Rest(days),))
    if kept and said == "menu":
        return Go("menu.top", notes=(Say("subscribe.done.ask"),))
    missed = (Say("subscribe.missed"),) if said else ()
    return Go("done", draft, missed) if kept else Go("confirm", draft, (Say("subscribe.failed"), *missed))


def interrupted(draft: Wish, turn: Turn) -> Go[Wish]:
    """Something came while the choice was being kept: whoever says stop gets nothing, however late it is kept."""
    said = COMMANDS.get(turn.shelf.command(turn.text), "words")
    meanwhile = "leave" if "leave" in {said, draft.meanwhile} else draft.meanwhile if draft.meanwhile in ENDS else said
    return Go("saving", replace(draft, meanwhile=meanwhile))


def show_home(draft: Wish, shelf: Shelf) -> Question:
    """What was chosen, and what can become of it."""
    asked = Say("subscribe.home.paused" if draft.paused else "subscribe.home.ask", {"chosen": chosen(draft, shelf)})
    names = ("change", "resume" if draft.paused else "pause", "leave")
    return Question((asked,), tuple(Option(name, Say(f"subscribe.home.{name}")) for name in names))


@flow.ask(show=show_home)
def home(draft: Wish, turn: Turn) -> Go[Wish]:
    """Another choice, a month's rest, on again, or the end: each at once."""
    if turn.choice == "change":
        return Go("where", draft)
    if turn.choice not in ENDS:
        return Go("home", draft, (AGAIN,))
    step, days = ENDS[turn.choice]
    return Go(step, do=(Rest(days),))


at_step(flow, "saving", interrupted)
for ending in ("done", "paused", "resumed", "left"):
    flow.end(ending)
