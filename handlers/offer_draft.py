"""A job offer as it was told or pasted: the draft of the talk, the signs it shows, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from content.intents import Intent
from content.offers import Asked, DangerSign, Label
from content.shelf import Say, Shelf
from handlers.reading.offers import OfferReading
from handlers.talk import JSON, Draft, Flow, Turn

UNKNOWN = "unknown"
FAR = "yes"
STORY = frozenset({Intent.REPORT, Intent.AM_I_A_VICTIM})
MAYBE_STORY = 0.25  # confidence
ADVERT = 8  # words
SHOWN = 40  # letters of the words that show a sign


@dataclass(frozen=True, slots=True)
class Offer(Draft):
    """Answers by the names of their options, or what was read; `words` came beside them and wait for a report.

    What was pasted (`advert`) waits for nothing: it goes along only where somebody asks for a report from here.
    """

    country: str = ""
    who: str = ""
    money: str = ""
    visa: str = ""  # asked where the work is abroad
    address: str = ""  # asked where it is not
    contract: str = ""
    seen: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    advert: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()  # read in the advert, the heaviest first
    shows: tuple[str, ...] = ()  # the words that show each of them
    far: str = ""  # the advert speaks of work abroad or at sea
    more: int = 0  # points that its signs weigh more, or less, together than alone
    made: int = 0  # when the card was asked for, seconds since 1970

    @property
    def pasted(self) -> bool:
        """Whether an advert was read, not questions answered."""
        return bool(self.advert)

    @property
    def abroad(self) -> bool:
        """Whether the work may be abroad; who is not told the country is not told that it is at home."""
        return self.far == FAR if self.pasted else self.country != "home"


flow = Flow("offer", Offer, start="read", story="words")


def heard(draft: Offer, turn: Turn) -> Offer:
    """The draft with the words of a turn, if it brought any."""
    return replace(draft, words=(*draft.words, turn.words)) if turn.words else draft


def with_advert(draft: Offer, text: str, reading: OfferReading) -> Offer:
    """The draft with one more piece of an advert and the signs that stand in it."""
    told = dict(zip(draft.flags, draft.shows, strict=True))
    told |= {flag.name: shown(", ".join(flag.words)) for flag in reading.flags if flag.name not in told}
    far = FAR if reading.abroad or draft.far else ""
    advert = (*draft.advert, text)
    more = max(draft.more, reading.more) if draft.pasted else reading.more
    return replace(draft, advert=advert, flags=tuple(told), shows=tuple(told.values()), far=far, more=more)


def shown(words: str) -> str:
    """Words as they are read back: not too many."""
    return words if len(words) <= SHOWN else words[:SHOWN].rstrip() + "..."


def signs(draft: Offer, shelf: Shelf) -> tuple[DangerSign, ...]:
    """The danger signs that the advert or the answers show, the heaviest first."""
    if draft.pasted:
        known = [shelf.offers.sign(name) for name in draft.flags if name in shelf.offers.ids]
    else:
        answers = {str(one): (getattr(draft, one),) for one in Asked if one is not Asked.SEEN}
        known = list(shelf.offers.seen({**answers, Asked.SEEN: draft.seen}, draft.abroad))
    return tuple(sorted(known, key=lambda sign: -sign.points_for(draft.abroad)))


def label(draft: Offer, shelf: Shelf) -> Label:
    """What the signs come to."""
    return shelf.offers.label(sum(sign.points_for(draft.abroad) for sign in signs(draft, shelf)) + draft.more)


def named(draft: Offer, sign: DangerSign) -> Say:
    """A sign in words; where a closed country was chosen, by its name."""
    if sign.asked is Asked.COUNTRY and not draft.pasted:
        return Say("offer.sign.closed", {"country": Say(f"offer.country.{draft.country}")})
    return Say(f"offer.sign.{sign.id}")


def unclear(draft: Offer) -> tuple[Say, ...]:
    """What the person was not told yet and may ask; at home a missing contract is no sign, but worth a question."""
    names = [one.name for one in fields(draft) if getattr(draft, one.name) == UNKNOWN]
    if not draft.abroad and draft.contract in {"unclear", "no"}:
        names.append(Asked.CONTRACT)
    return tuple(Say(f"offer.unclear.{name}") for name in names)


def advertises(turn: Turn) -> bool:
    """Whether a first message that nobody understands is an advert: it shows signs, or is as long as one.

    Where it may be a story as well it is asked which.
    """
    reading = turn.meaning.offer
    if reading is None or not reading.told or turn.emergency or turn.suicide:
        return False
    story = sum(one.confidence for one in turn.meaning.intents if one.intent in STORY)
    return story < MAYBE_STORY and (bool(reading.flags) or len(turn.text.split()) >= ADVERT)


def landing(turn: Turn) -> tuple[str, Mapping[str, JSON]]:
    """Where a free first message about an offer lands, and with which seed: an advert is read at once."""
    reading = turn.meaning.offer
    if reading is None or not reading.told:
        return "offer.read", {}
    return "offer.result", with_advert(Offer(), turn.text, reading).dump()
