"""Everything that reads free text, built once from the content."""

from __future__ import annotations

from collections.abc import Mapping

from content.intents import Intent
from content.shelf import Shelf
from content.vocabulary import Known
from handlers.reading.danger import Danger
from handlers.reading.intent import NOTHING, WISH, IntentReader, Wanted
from handlers.reading.meaning import Meaning
from handlers.reading.offers import OfferReader, OfferReading
from handlers.reading.places import PlaceReader
from handlers.reading.story import identity_reader, kind_reader

HINT = 2  # points of an intent from which something was said
STORY: Mapping[Intent, int] = {Intent.REPORT: 2}
OWN_STORY: Mapping[Intent, int] = {Intent.AM_I_A_VICTIM: 2, Intent.REPORT: 1}
OFFER: Mapping[Intent, int] = {Intent.CHECK_JOB_OFFER: 2}


class Reader:
    """All readers of one shelf; none of them keeps anything of a text."""

    def __init__(self, shelf: Shelf) -> None:
        self.places = PlaceReader(shelf.gazetteer)
        self.kinds, self.identity = kind_reader(shelf.kinds), identity_reader(shelf.identity)
        self.danger = self.kinds.danger
        self.intents = IntentReader(shelf.intents, shelf.danger)
        self.offers = OfferReader(shelf.offer_lexicon, shelf.offers)

    def meaning(self, text: str, danger: Danger) -> Meaning:
        """What a free text may mean; places and danger are read apart, for they are needed without the rest."""
        offer = self.offers.read(text)
        wanted = self.wanted(text, danger, offer)
        return Meaning(
            intents=wanted.guesses,
            minor=wanted.minor,
            about=wanted.about,
            offer=offer,
        )

    def wanted(self, text: str, danger: Danger, offer: OfferReading) -> Wanted:
        """What somebody wants; where their own words do not say it, what they tell of does."""
        found = self.intents.read(text, danger)
        if found.points >= WISH:
            return found
        return self.intents.read(text, danger, self.told(text, danger, found, offer))

    def told(self, text: str, danger: Danger, found: Wanted, offer: OfferReading) -> Mapping[Intent, int]:
        """What a story speaks for that no wish stands beside; an offer only where nothing was said at all."""
        story = self.kinds.read(text, danger)
        if story.is_tppo is Known.YES or story.elsewhere:
            return OWN_STORY if found.own else STORY
        return OFFER if offer.told and found.points < HINT else NOTHING

    def intent(self, text: str) -> Intent:
        """What somebody most likely wants; a text without words is out of scope."""
        guesses = self.wanted(text, self.danger.read(text), self.offers.read(text)).guesses
        return guesses[0].intent if guesses else Intent.OUT_OF_SCOPE
