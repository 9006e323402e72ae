"""What the result of a check says: the signs and what they mean, what to ask, where to check, and who says so."""

from __future__ import annotations

from collections.abc import Iterator

from content.hotlines import Hotline, Topic, Where, select
from content.offers import Asked, Citation, DangerSign, Label
from content.shelf import Lines, Say, Shelf, Value
from content.vocabulary import Confidence
from handlers.numbers import since
from handlers.offer_draft import Offer, label, named, signs, unclear

EXPLAINED = 3  # signs whose meaning is told: a tired person reads no more
NAMED = 8  # signs that are named at all
CHECKS = 2  # things to do about them


def result_says(draft: Offer, shelf: Shelf) -> tuple[Say, ...]:
    """The whole result. The lowest is no proof that an offer is safe, and says so."""
    found, level = signs(draft, shelf), label(draft, shelf)
    says = [Say(f"offer.result.{level}")]
    if found:
        says.append(Say("offer.result.seen", {"signs": Lines(tuple(told(draft, found)))}))
    if rest := found[EXPLAINED:NAMED]:
        says.append(Say("offer.result.rest", {"signs": tuple(named(draft, sign) for sign in rest)}))
    if asks := unclear(draft):
        says.append(Say("offer.result.unclear", {"unclear": asks}))
    says += [Say("offer.result.calm")] if level is Label.LOW else todo(found)
    return (*says, check(draft, shelf), Say("offer.result.hold"), *sources(draft, shelf))


def told(draft: Offer, found: tuple[DangerSign, ...]) -> Iterator[Say]:
    """The heaviest signs, each with its meaning and, of an advert, the words that show it."""
    words = dict(zip(draft.flags, draft.shows, strict=True))
    for sign in found[:EXPLAINED]:
        if sign.asked is Asked.COUNTRY and not draft.pasted:
            yield named(draft, sign)  # that name says it all
            continue
        values: dict[str, Value] = {"sign": named(draft, sign), "means": Say(f"offer.means.{sign.id}")}
        if draft.pasted:
            yield Say("offer.result.quoted", {**values, "words": words[sign.id]})
        else:
            yield Say("offer.result.meant", values)


def todo(found: tuple[DangerSign, ...]) -> list[Say]:
    """What to do about the heaviest signs, each thing once."""
    first = dict.fromkeys(one for sign in found for one in sign.check)
    return [Say(f"offer.check.{one}") for one in list(first)[:CHECKS]]


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
    shown = (*(sign.cited for sign in signs(draft, shelf)[:EXPLAINED]), shelf.offers.register.cited)
    cited = tuple(source(one) for one in dict.fromkeys(shown) if one.confidence is not Confidence.PROPOSED)
    return (Say("offer.result.sources", {"sources": cited}),)


def source(cited: Citation) -> Say:
    """One source with its month; where it stands alone that is said."""
    values: dict[str, Value] = {"source": cited.source, "since": since(cited.source_date)}
    alone = cited.confidence is Confidence.ONE_SOURCE
    return Say("offer.result.one_source" if alone else "offer.result.source", values)
