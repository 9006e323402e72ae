"""A job offer in free text: the danger signs that its words show, and how much they weigh together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.offer_lexicon import Clue, Mark, OfferLexicon
from content.offers import Label, Offers
from handlers.reading.adverts import Advert, folded, hear
from handlers.reading.phrases import PhraseIndex, Span
from handlers.reading.spoken import Heard, Speech
from handlers.reading.wages import AgeReader, Amount, AmountReader, Use

READ_AT_MOST = 10_000  # letters
AROUND = " .,:;!?\"'()*_-"  # signs around the words that are shown
BESIDE = 2  # words within which an excluding word takes a form back
NEGATES = 4  # words before a form in which "tanpa" still belongs to it
OWNERS = 5  # kinds of forms of a mark or clue
LOOSE = 2  # ends of sentences that a form with "&" reaches over
SHOWN = 3  # places of one sign that are shown
ABROAD = "abroad_or_ship"  # where it is there a sign weighs as it does abroad
AWAY = frozenset({"abroad", "ship"})
STORY, INVITED = "story", "invited"  # a film, the news or what is over: nobody offers anything, unless it says so
JOB, PAID, OWED = "job", "paid", "paid_out"
DETAILS = frozenset({PAID, "named", "easy", "skilled", "household", ABROAD})  # what only an offer tells

Stretch = tuple[int, int]  # from which letter up to which, as Advert.stretch gives it


@dataclass(frozen=True, slots=True)
class Flag:
    """A danger sign: its id, the words that show it as they were typed, and where the first of them stand."""

    name: str
    words: tuple[str, ...]
    span: Stretch


@dataclass(frozen=True, slots=True)
class OfferReading:
    """What was read: the flags, the heaviest first, and how much they weigh together."""

    label: Label
    flags: tuple[Flag, ...] = ()
    abroad: bool = False
    told: bool = False  # the text tells of an offer at all
    more: int = 0  # points that the flags weigh more, or less, here than alone

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the flags."""
        return tuple(flag.name for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Sense:
    """A mark or clue with the first of its owner numbers: excluding words, then its forms by their kind."""

    entry: Mark | Clue
    excluding: int

    @property
    def owners(self) -> range:
        """The owner numbers of its forms."""
        return range(self.excluding + 1, self.excluding + OWNERS)

    def forms(self, denying: bool) -> Iterator[tuple[int, int]]:
        """The owner numbers of forms that deny or do not, each with the sentences that they may reach over."""
        first = self.excluding + (3 if denying else 1)
        return iter(((first, 0), (first + 1, LOOSE)))


class OfferReader:
    """Reads texts with one lexicon; it keeps nothing of them."""

    def __init__(self, lexicon: OfferLexicon, offers: Offers) -> None:
        self.lexicon, self.offers = lexicon, offers
        rows: list[tuple[int, str]] = []
        self.senses: list[Sense] = []
        entries: tuple[Mark | Clue, ...] = (*lexicon.marks, *lexicon.clues)
        for entry in entries:
            base = OWNERS * len(self.senses)
            self.senses.append(Sense(entry, base))
            rows.extend((base, form) for form in entry.excluding)
            rows.extend((base + self._kind(form), form) for form in entry.forms)
        self.clues = [(one.entry, one) for one in self.senses if isinstance(one.entry, Clue)]
        self.index = PhraseIndex(rows, lexicon.groups)
        self.speech = Speech(self.index.known, lexicon.spelling, (), (), ())
        self.amounts, self.ages = AmountReader(lexicon.money), AgeReader(lexicon.ages)

    def _kind(self, form: str) -> int:
        """1, and 1 more where its parts may stand in any order, and 2 more where it says "tidak" itself."""
        words = (word.lstrip("=") for run in form.split() for word in run.split("+"))
        return 1 + ("&" in form) + 2 * any(word in self.lexicon.negators for word in words)

    def read(self, text: str) -> OfferReading:
        """What a text of any length shows."""
        advert = hear(folded(text[:READ_AT_MOST]), self.speech)
        found = self.index.found(advert.heard)
        marks = self._marks(advert, found)
        if STORY in marks and INVITED not in marks:
            return OfferReading(Label.LOW)
        shown: dict[str, list[Stretch]] = {}
        more: dict[str, int] = {}
        for clue, sense in self.clues:
            if self._fits(clue, marks):
                places = self._places(sense, advert, found) if clue.forms else words_of(clue, marks)
                if places:
                    shown.setdefault(clue.flag, []).extend(places)
                    more[clue.flag] = max(clue.more, more.get(clue.flag, clue.more))
        self._weigh(marks, shown, more)
        told = bool(shown) or (JOB in marks and not DETAILS.isdisjoint(marks))
        return self._judge(text, shown, more, ABROAD in marks, told)

    def _weigh(self, marks: Mapping[str, list[Stretch]], shown: dict[str, list[Stretch]], more: dict[str, int]) -> None:
        """Let signs weigh more for what stands beside them; its words are shown with them."""
        there = {**marks, **shown}
        for clue in self.lexicon.beside:
            if self._fits(clue, there):
                shown[clue.flag].extend(words_of(clue, there))
                more[clue.flag] += clue.more

    def _marks(self, advert: Advert, found: Mapping[int, Sequence[Span]]) -> dict[str, list[Stretch]]:
        """The marks that are there, each with the letters that show it."""
        marks: dict[str, list[Stretch]] = {}
        for sense in self.senses:
            if isinstance(sense.entry, Mark) and (places := self._places(sense, advert, found)):
                marks[sense.entry.id] = places
        self._count(advert.text, marks)
        for mark in self.lexicon.marks:
            places = [place for one in mark.one_of for place in marks.get(one, ())]
            if places:
                marks.setdefault(mark.id, []).extend(places)
        return marks

    def _count(self, text: str, marks: dict[str, list[Stretch]]) -> None:
        """The marks that stand in signs and numbers: flags of countries, wages, ages."""
        for id, flags in self.lexicon.country_flags.items():
            for flag in flags:
                if (place := text.find(flag)) >= 0:
                    marks.setdefault(id, []).append((place, place + len(flag)))
        for amount in self.amounts.read(text):
            for id in self._measured(amount, marks):
                marks.setdefault(id, []).append((amount.start, amount.end))
        for age in self.ages.read(text):
            id = "young" if age.years < self.lexicon.ages.young else "teen"
            marks.setdefault(id, []).append((age.start, age.end))

    def _measured(self, amount: Amount, marks: Mapping[str, object]) -> Iterator[str]:
        """Whether a sum has to be paid, or is a wage, high for easy work, or too high at all."""
        if amount.use is Use.FEE:
            yield OWED
        if amount.use is not Use.WAGE:
            return
        yield PAID
        money = self.lexicon.money
        times = money.skilled if "skilled" in marks else 1
        if not AWAY.isdisjoint(marks) and "closed" not in marks and "scam_land" not in marks:
            times = max(times, money.abroad)
        if amount.rupiah >= amount.period.high:
            yield "high_pay"
        if amount.rupiah >= amount.period.too_high * times:
            yield "too_high_pay"

    def _places(self, sense: Sense, advert: Advert, found: Mapping[int, Sequence[Span]]) -> list[Stretch]:
        """The letters of a mark or clue where nothing takes it back."""
        if found.keys().isdisjoint(sense.owners):
            return []
        heard = advert.heard
        spans = [span for span in within(found, sense.forms(False), heard) if not self._denied(span, heard)]
        spans += within(found, sense.forms(True), heard)
        taken_back = found.get(sense.excluding, ())
        stands = (span for span in spans if not any(beside(span, other, heard) for other in taken_back))
        return [advert.stretch(span) for span in stands]

    def _denied(self, span: Span, heard: Heard) -> bool:
        """Whether "tanpa" stands in it or before it with nothing but small words between."""
        if any(heard.words[place] in self.lexicon.negators for place in range(span.start, span.end)):
            return True
        for place in range(span.start - 1, max(span.start - 1 - NEGATES, -1), -1):
            if heard.sentences[place] != heard.sentences[span.start]:
                return False
            if heard.words[place] in self.lexicon.negators:
                return True
            if heard.words[place] not in self.lexicon.carriers:
                return False
        return False

    def _fits(self, clue: Clue, marks: Mapping[str, object]) -> bool:
        return all(one in marks for one in clue.needs) and not any(one in marks for one in clue.unless)

    def _judge(
        self,
        text: str,
        shown: Mapping[str, Iterable[Stretch]],
        more: Mapping[str, int],
        abroad: bool,
        told: bool,
    ) -> OfferReading:
        weights = {name: self.offers.sign(name).points_for(abroad) for name in shown}
        order = sorted(weights, key=lambda name: (-weights[name], name))
        flags = tuple(flagged(name, text, shown[name]) for name in order)
        alone, heavier = sum(weights.values()), sum(more.values())
        if not abroad and weights.keys() <= self.lexicon.soft and heavier <= 0:
            heavier = min(heavier, self.offers.high - 1 - alone)
        return OfferReading(self.offers.label(alone + heavier), flags, abroad, told, heavier)


def within(found: Mapping[int, Sequence[Span]], owners: Iterable[tuple[int, int]], heard: Heard) -> Iterator[Span]:
    """The spans of some forms that do not reach over too many sentences: adverts are lists."""
    for owner, reach in owners:
        for span in found.get(owner, ()):
            if heard.sentences[span.end - 1] - heard.sentences[span.start] <= reach:
                yield span


def beside(span: Span, other: Span, heard: Heard) -> bool:
    """Whether an excluding word stands near enough to take a form back, in a sentence of it."""
    first, last = heard.sentences[span.start], heard.sentences[span.end - 1]
    return span.near(other, BESIDE) and first <= heard.sentences[other.start] <= last


def words_of(clue: Clue, marks: Mapping[str, Sequence[Stretch]]) -> list[Stretch]:
    """What shows a clue that has no words of its own."""
    return [min(marks[one]) for one in clue.needs]


def flagged(name: str, text: str, places: Iterable[Stretch]) -> Flag:
    """A flag with the words of its first places, in their order."""
    longest = sorted(set(places), key=lambda place: (place[0], -place[1]))
    kept = [place for number, place in enumerate(longest) if all(place[1] > one[1] for one in longest[:number])][:SHOWN]
    words = dict.fromkeys(" ".join(text[start:end].split()).strip(AROUND) for start, end in kept)
    return Flag(name, tuple(words), kept[0])
