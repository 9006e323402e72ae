"""A job offer checked by six questions: the danger signs seen and where to check, never a verdict on anybody."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from content.hotlines import Hotline, Topic, Where, emergency, select
from content.offers import Asked, Citation, DangerSign
from content.routing import Sign
from content.shelf import Lines, Say, Shelf, Value
from content.vocabulary import Confidence
from handlers.numbers import row, since
from handlers.talk import JSON, Count, Draft, Flow, Go, Option, Question, Turn

LESSON = "tawaran-kerja-luar-negeri"
UNKNOWN = "unknown"
SEEN = ("papers", "salary", "all_paid", "lie", "hurry", "child", "none", UNKNOWN)


@dataclass(frozen=True, slots=True)
class Offer(Draft):
    """One field a question, by the names of its options; `words` came beside them and wait for a report."""

    country: str = ""
    who: str = ""
    money: str = ""
    visa: str = ""  # asked where the work is abroad
    address: str = ""  # asked where it is not
    contract: str = ""
    seen: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def abroad(self) -> bool:
        """Whether the work may be abroad; who is not told the country is not told that it is at home."""
        return self.country != "home"


flow = Flow("offer", Offer, start="country", story="words")


def put(draft: Offer, turn: Turn, step: str, following: str) -> Go[Offer]:
    """Take the answer to a question and go on."""
    if not turn.choice:
        return stay(draft, turn, step)
    answered: dict[str, Any] = {step: turn.choice}
    return Go(following, replace(heard(draft, turn), **answered), beside(turn))


def beside(turn: Turn) -> tuple[Say, ...]:
    """Words beside an answer are waiting and were read by nobody: that is said."""
    return (Say("front.heard"),) if turn.words else ()


def stay(draft: Offer, turn: Turn, step: str) -> Go[Offer]:
    """What is no answer is kept for a report, and the question stands."""
    return Go(step, heard(draft, turn), notes=(Say("front.heard"), Say("front.choose")))


def heard(draft: Offer, turn: Turn) -> Offer:
    """The draft with the words of a turn, if it brought any."""
    return replace(draft, words=(*draft.words, turn.words)) if turn.words else draft


def show_country(draft: Offer, shelf: Shelf) -> Question:
    """Countries where nobody is placed stand first; the list is data."""
    names = (*shelf.offers.closed_countries, "other", "home", UNKNOWN)
    return Question((Say("offer.country.ask"),), tuple(Option(name, Say(f"offer.country.{name}")) for name in names))


@flow.ask(show=show_country)
def country(draft: Offer, turn: Turn) -> Go[Offer]:
    """Another country brings other questions."""
    return put(replace(draft, visa="", address=""), turn, "country", "who")


@flow.ask("person", "company", UNKNOWN)
def who(draft: Offer, turn: Turn) -> Go[Offer]:
    """Which kind of sender, never which one."""
    return put(draft, turn, "who", "money")


@flow.ask("yes", "no", UNKNOWN)
def money(draft: Offer, turn: Turn) -> Go[Offer]:
    """Whether something must be paid or owed before the work."""
    return put(draft, turn, "money", "visa" if draft.abroad else "address")


@flow.ask("work", "visit", UNKNOWN)
def visa(draft: Offer, turn: Turn) -> Go[Offer]:
    """The kind of visa."""
    return put(draft, turn, "visa", "contract")


@flow.ask("yes", "no", UNKNOWN)
def address(draft: Offer, turn: Turn) -> Go[Offer]:
    """Whether an office and a workplace can be found; which ones is not asked."""
    return put(draft, turn, "address", "contract")


@flow.ask("clear", "unclear", "no", UNKNOWN)
def contract(draft: Offer, turn: Turn) -> Go[Offer]:
    """A contract that nobody can read is none."""
    return put(draft, turn, "contract", "seen")


@flow.ask(*SEEN, many=True)
def seen(draft: Offer, turn: Turn) -> Go[Offer]:
    """The rest at once, and then the result."""
    if not turn.choices:
        return stay(draft, turn, "seen")
    return Go("result", replace(heard(draft, turn), seen=turn.choices), beside(turn), do=(Count("offer.checked"),))


def signs(draft: Offer, shelf: Shelf) -> tuple[DangerSign, ...]:
    """The danger signs that the answers show."""
    answers = {str(one): (getattr(draft, one),) for one in Asked if one is not Asked.SEEN}
    return shelf.offers.seen({**answers, Asked.SEEN: draft.seen}, draft.abroad)


def named(draft: Offer, shelf: Shelf) -> tuple[Say, ...]:
    """The same in words."""
    place = Say(f"offer.country.{draft.country}")
    return tuple(Say(f"offer.sign.{sign.id}", {"country": place}) for sign in signs(draft, shelf))


def unclear(draft: Offer) -> tuple[Say, ...]:
    """What the person was not told yet and may ask; at home a missing contract is no sign, but worth a question."""
    names = [one.name for one in fields(draft) if getattr(draft, one.name) == UNKNOWN]
    if not draft.abroad and draft.contract in {"unclear", "no"}:
        names.append(Asked.CONTRACT)
    return tuple(Say(f"offer.unclear.{name}") for name in names)


def show_result(draft: Offer, shelf: Shelf) -> Question:
    """Signs as a list, what to ask, where to check, what not to hand over, and who says so."""
    found = named(draft, shelf)
    first = Say("offer.result.seen", {"signs": Lines(found)}) if found else Say("offer.result.none")
    asks = (Say("offer.result.unclear", {"unclear": unclear(draft)}),) if unclear(draft) else ()
    says = (first, *asks, check(draft, shelf), Say("offer.result.hold"), *sources(draft, shelf))
    options = ("report", "soon", "learn", "again")
    return Question(says, tuple(Option(name, Say(f"offer.result.{name}")) for name in options))


def check(draft: Offer, shelf: Shelf) -> Say:
    """Where such an offer is checked."""
    if not draft.abroad:
        return Say("offer.result.home")
    return Say("offer.result.abroad", {"page": shelf.offers.register.page, "number": migrant_line(shelf).number or ""})


def migrant_line(shelf: Shelf) -> Hotline:
    """The first number for who wants to work abroad."""
    return select(shelf.hotlines, where=Where.JAKARTA, topics=frozenset({Topic.MIGRANT}))[0]


def sources(draft: Offer, shelf: Shelf) -> tuple[Say, ...]:
    """Who says so, and since when: they speak of work abroad. A proposal of our own is no source to a resident."""
    if not draft.abroad:
        return ()
    shown = (*(sign.cited for sign in signs(draft, shelf)), shelf.offers.register.cited)
    cited = tuple(source(one) for one in dict.fromkeys(shown) if one.confidence is not Confidence.PROPOSED)
    return (Say("offer.result.sources", {"sources": cited}),)


def source(cited: Citation) -> Say:
    """One source with its month; where it stands alone that is said."""
    values: dict[str, Value] = {"source": cited.source, "since": since(cited.source_date)}
    alone = cited.confidence is Confidence.ONE_SOURCE
    return Say("offer.result.one_source" if alone else "offer.result.source", values)


@flow.ask(show=show_result)
def result(draft: Offer, turn: Turn) -> Go[Offer]:
    """From here to a report, to numbers, to the lesson on offers abroad, or to another offer."""
    if turn.choice == "learn" and not draft.abroad:
        return Go("learn.pick", heard(draft, turn))
    if turn.choice == "learn":
        begun = (Count(f"lesson.begun.{LESSON}"),)
        return Go("learn.card", heard(draft, turn), do=begun, seed={"lesson": LESSON})
    if turn.choice == "soon":
        return Go("soon", heard(draft, turn))
    return onward(draft, turn, "result")


def onward(draft: Offer, turn: Turn, step: str) -> Go[Offer]:
    """To a report, or to another offer; free words are kept for the report."""
    if turn.choice == "report":
        return Go("report.whom", heard(draft, turn), notes=(Say("offer.carried"),), seed=statement(draft, turn))
    if turn.choice == "again":
        return Go("country", Offer(words=heard(draft, turn).words))
    return stay(draft, turn, step)


def statement(draft: Offer, turn: Turn) -> dict[str, JSON]:
    """What a report begins with: the offer in the words its teller reads, and the signs that caseworkers sort by."""
    values: dict[str, Value] = {"country": Say(f"offer.country.{draft.country}"), "signs": named(draft, turn.shelf)}
    words = turn.shelf.text(Say("offer.story" if values["signs"] else "offer.story_bare", values), turn.language)
    child = (str(Sign.CHILD),) if "child" in draft.seen else ()
    return {"words": [words], "signs": [*child, str(Sign.OTHER)]}


def show_soon(draft: Offer, shelf: Shelf) -> Question:
    """Numbers for who is about to leave, and for who is there."""
    says: tuple[Say, ...] = (Say("offer.soon.before"),)
    if draft.abroad:
        there = (row(line) for line in emergency(shelf.hotlines, Where.ABROAD))
        says = (*says, row(migrant_line(shelf)), Say("offer.soon.there"), *there)
    options = tuple(Option(name, Say(f"offer.soon.{name}")) for name in ("report", "again"))
    return Question((*says, Say("front.danger")), options)


@flow.ask(show=show_soon)
def soon(draft: Offer, turn: Turn) -> Go[Offer]:
    """The same ways on as from the result."""
    return onward(draft, turn, "soon")
