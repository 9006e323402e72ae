"""Everything that reads free text, built once from the content."""

from __future__ import annotations

from content.intents import Intent
from content.shelf import Shelf
from handlers.reading.danger import Danger
from handlers.reading.intent import IntentReader
from handlers.reading.meaning import Meaning
from handlers.reading.offers import OfferReader
from handlers.reading.places import PlaceReader
from handlers.reading.story import identity_reader, kind_reader


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
        wanted = self.intents.read(text, danger)
        return Meaning(
            intents=wanted.guesses,
            minor=wanted.minor,
            offer=self.offers.read(text),
        )

    def intent(self, text: str) -> Intent:
        """What somebody most likely wants; a text without words is out of scope."""
        guesses = self.intents.read(text, self.danger.read(text)).guesses
        return guesses[0].intent if guesses else Intent.OUT_OF_SCOPE
