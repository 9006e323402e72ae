"""What is known and kept, said per channel in parts of one screen each; and `hapus`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.processing import CHANNELS
from content.queues import Queue
from content.shelf import Lines, Say, Shelf, Value
from content.vocabulary import Family
from handlers.guide import begun, official
from handlers.talk import Draft, Errand, Flow, Forget, Go, Option, Question, Turn
from handlers.told import LEAVE, is_chat


@dataclass(frozen=True, slots=True)
class Reading(Draft):
    """What is read on which channel."""

    channel: str = "web"
    no_number: bool = False
    part: str = ""


privacy = Flow("privacy", Reading, start="card")
erase = Flow("erase", Reading, start="sure")

PARTS = ("controller", "purpose", "kept", "receivers", "rights", "processors", "phone", "official")
BASES = ("public_task", "vital_interest", "consent")
YEAR = 365


def carrier(channel: str) -> str:
    """The channel under whose name words stand; those of the web suit whatever carries no account."""
    return channel if channel in CHANNELS else "web"


def seen(channel: str, no_number: bool) -> Say:
    """What Suar, and whoever carries the chat, sees of somebody; of who hides a number, an id."""
    return Say("privacy.seen.hidden") if no_number else Say(f"privacy.seen.{carrier(channel)}")


def show_card(draft: Reading, shelf: Shelf) -> Question:
    """What is asked and seen here, and the parts that tell more."""
    says = (Say("privacy.card.ask", {"seen": seen(draft.channel, draft.no_number)}), Say("privacy.card.never"))
    return Question(says, tuple(Option(name, Say(f"privacy.card.{name}")) for name in (*PARTS, "erase")))


@privacy.ask(show=show_card)
def card(draft: Reading, turn: Turn) -> Go[Reading]:
    """A part, or erase at once."""
    if turn.choice == "erase":
        return Go("erase.sure")
    if turn.choice in PARTS:
        return Go("part", replace(draft, part=turn.choice))
    return begun(turn)


def show_part(draft: Reading, shelf: Shelf) -> Question:
    """One part; its figures come from the data that the service works by, so card and service cannot differ."""
    return Question((told(draft, shelf),), (Option("next", Say("privacy.part.next")),))


@privacy.ask(show=show_part)
def part(draft: Reading, turn: Turn) -> Go[Reading]:
    """The next one; after the last, the card again."""
    if not turn.choice:
        return begun(turn)
    rest = PARTS[PARTS.index(draft.part) + 1 :]
    return Go("part", replace(draft, part=rest[0])) if rest else Go("card")


def told(draft: Reading, shelf: Shelf) -> Say:
    """The words of a part."""
    match draft.part:
        case "phone":
            return Say(f"privacy.phone.{carrier(draft.channel)}", {**days(shelf), "exit": Say("web.exit")})
        case "official":
            return official(shelf)
        case "controller":
            return Say("privacy.part.controller", responsible(shelf))
        case "kept":
            return Say("privacy.part.kept", days(shelf))
        case "processors":
            rows = tuple(Say(f"privacy.processor.{one}") for one in shelf.records.processors)
            return Say("privacy.part.processors", {"processors": Lines(rows)})
    laws: dict[str, Value] = {name: one.law for name, one in shelf.records.laws.items()}
    rows = tuple(Say(f"privacy.basis.{name}", {"law": laws[name]}) for name in BASES)
    (oversight,) = shelf.directory.of(Family.OVERSIGHT, "outside")
    also: dict[str, Value] = {"bases": Lines(rows), "oversight": shelf.directory.queues[oversight].name}
    return Say(f"privacy.part.{draft.part}", {**laws, **also})


def responsible(shelf: Shelf) -> dict[str, Value]:
    """The offices that lead, and who answers for data protection."""
    queues = shelf.directory.queues.values()
    offices = (office(one, shelf) for family in shelf.records.controllers for one in queues if one.family is family)
    name = shelf.records.officer
    officer = Say("privacy.officer.named", {"name": name}) if name else Say("privacy.officer.none")
    return {"offices": Lines(tuple(offices)), "officer": officer}


def office(queue: Queue, shelf: Shelf) -> Say:
    """An office, with its number where one is known."""
    numbers = [line.number for line in shelf.hotlines if line.id in queue.contacts and line.number]
    named: dict[str, Value] = {"name": queue.office or queue.name}
    return Say("privacy.office_number", {**named, "number": numbers[0]}) if numbers else Say("privacy.office", named)


def days(shelf: Shelf) -> dict[str, Value]:
    """How long each kind is kept, by terms.yaml."""
    terms = shelf.terms
    return {
        "minutes": terms.draft_minutes,
        "parked": terms.parked_minutes,
        "reopen": terms.reopen_days,
        "years": terms.keep_days["trail"] // YEAR,
        **terms.keep_days,
    }


def show_sure(draft: Reading, shelf: Shelf) -> Question:
    """What goes, what stays with the caseworkers, and what stays on the phone: said before it is done."""
    says = (Say("erase.sure.ask"), Say("erase.sure.what", days(shelf)), left(draft, shelf))
    return Question(says, tuple(Option(name, Say(f"erase.sure.{name}")) for name in ("gone", "stay")))


@erase.ask(show=show_sure)
def sure(draft: Reading, turn: Turn) -> Go[Reading]:
    """`hapus` forgets this chat; a report is reached only by its code."""
    if turn.choice == "gone" and is_chat(turn):
        return Go("going", errands=(Errand(LEAVE, turn.token, {}),))
    if turn.choice == "gone":
        return Go("done", do=(Forget(),))
    if turn.choice == "stay":
        return Go("menu.top")
    return Go("sure", notes=(Say("front.choose"),))


@erase.wait
def going(draft: Reading, turn: Turn) -> Go[Reading]:
    """First what is kept of this chat beside reports, then the chat itself."""
    if turn.event and turn.event.data.get("ok"):
        return Go("done", do=(Forget(),))
    return Go("sure", notes=(Say("front.sorry"),))


def show_done(draft: Reading, shelf: Shelf) -> Question:
    """It is gone here; what to do with the phone comes once more, as nobody may come back to ask."""
    return Question((Say("erase.done.ask"), left(draft, shelf)))


def left(draft: Reading, shelf: Shelf) -> Say:
    """What `hapus` cannot reach on this channel, and what to do about it."""
    return Say(f"erase.phone.{carrier(draft.channel)}", days(shelf))


erase.end("done", show_done)
