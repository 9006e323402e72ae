"""What somebody wants, read from free text: word families that speak for an intent, and how sure that makes us."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from math import exp

from content.danger import DangerLexicon
from content.intents import Intent, IntentLexicon
from handlers.reading.danger import Danger
from handlers.reading.meaning import Guess
from handlers.reading.phrases import PhraseIndex, Span
from handlers.reading.spoken import Heard, Speech

READ_AT_MOST = 2_000  # characters: what somebody wants stands at the beginning or at the end
COURTESIES = (Intent.GREETING, Intent.THANKS)
WISH = 3  # points of anything else from which a courtesy beside it is only that
HAIR = 1  # points: what nothing speaks for is out of scope by this much
NOTHING: Mapping[Intent, int] = {}
LONG = 9  # words from which a message tells something
SHORT = 3  # words beside fillers up to which it asks for one thing only
MYSELF = "myself"  # the family of words for the writer that belong to nobody else
BESIDE = 3  # words within which an excluding word takes a family back


@dataclass(frozen=True, slots=True)
class Wanted:
    """The intents, best first, with the points of the best; and what the writer says beside them."""

    guesses: tuple[Guess, ...] = ()
    points: int = 0
    own: bool = False  # speaks of themselves
    minor: bool = False  # is under 18
    about: bool = False  # asks who answers here


class IntentSpeech(Speech):
    """Hears as all readers do, but for words that only look like forms of others."""

    def __init__(self, known: Set[str], lexicon: IntentLexicon, danger: DangerLexicon) -> None:
        fillers = danger.fillers | lexicon.fillers
        super().__init__(known, lexicon.spelling, danger.slips, danger.no_slips, fillers)
        marks = ("", "di-", "me-")
        self.mistaken = {word: {mark + one for mark in marks for one in no} for word, no in lexicon.mistaken.items()}

    def _keys(self, word: str) -> frozenset[str]:
        return super()._keys(word) - self.mistaken.get(word, frozenset())


class IntentReader:
    """Reads texts with one lexicon; it keeps nothing of them."""

    def __init__(self, lexicon: IntentLexicon, danger: DangerLexicon) -> None:
        self.lexicon, self.alarms = lexicon, lexicon.alarms
        self.cues = (*lexicon.cues, lexicon.asking, lexicon.own, lexicon.minor, lexicon.about)
        rows: list[tuple[int, str]] = []
        for number, cue in enumerate(self.cues):
            for owner, forms in enumerate((cue.forms, cue.excluding), start=2 * number):
                rows.extend((owner, form) for form in forms)
        self.index = PhraseIndex(rows, lexicon.groups)
        known = {bare for one in self.index.known for bare in (one, one.lstrip("^$"))}
        self.speech = IntentSpeech(known, lexicon, danger)
        self.trailing = self.speech.fillers - lexicon.asking_last

    def read(self, text: str, danger: Danger, also: Mapping[Intent, int] = NOTHING) -> Wanted:
        """All intents, the likeliest first; none for a text without words. `also`: what other readers speak for."""
        if len(text) > READ_AT_MOST:
            text = f"{text[: READ_AT_MOST // 2]}\n{text[-READ_AT_MOST // 2 :]}"
        heard = self.speech.hear(text)
        if not heard.words:
            return Wanted()
        found = self.index.found(heard)
        spoken = [cue for number, cue in enumerate(self.cues) if stands(found, 2 * number)]
        names = {cue.id for cue in spoken} | self.of_the_whole(heard)
        scores = points([*(cue.weights for cue in spoken), *self.joined(names), *self.alarmed(danger), also])
        if "long" in names:
            scores = tales(scores, MYSELF in names)
        own, minor, about = (name in names for name in ("own", "minor", "about"))
        return Wanted(guesses(scores, own), max(scores.values()), own, minor, about)

    def of_the_whole(self, heard: Heard) -> set[str]:
        """What a message is beside its words: a question, long or short."""
        full = [word for word in heard.words if word not in self.trailing]
        asked = heard.asked or not self.lexicon.asking_last.isdisjoint(full[-1:])
        stood = {"asked": asked, "long": len(heard.words) >= LONG, "short": len(full) <= SHORT}
        return {name for name, stands in stood.items() if stands}

    def joined(self, names: Set[str]) -> Iterator[Mapping[Intent, int]]:
        """What families say together."""
        return (rule.weights for rule in self.lexicon.together if rule.stands(names))

    def alarmed(self, danger: Danger) -> Iterator[Mapping[Intent, int]]:
        """What signs of danger speak for."""
        return (weights for name, weights in self.alarms.items() if getattr(danger, name))


def stands(found: Mapping[int, Collection[Span]], owner: int) -> bool:
    """Whether a family is heard at a place where none of its excluding words stands near."""
    spans, taken_back = found.get(owner, ()), found.get(owner + 1, ())
    return bool(spans) and any(not any(span.near(other, BESIDE) for other in taken_back) for span in spans)


def points(spoken: Iterable[Mapping[Intent, int]]) -> dict[Intent, int]:
    """What all that was heard comes to; what nothing speaks for is out of scope by a hair."""
    scores = dict.fromkeys(Intent, 0) | {Intent.OUT_OF_SCOPE: HAIR}
    for weights in spoken:
        for intent, weight in weights.items():
            scores[intent] += weight
    if max(score for intent, score in scores.items() if intent not in COURTESIES) >= WISH:
        return scores | {intent: min(scores[intent], 0) for intent in COURTESIES}
    return scores


def tales(scores: dict[Intent, int], own: bool) -> dict[Intent, int]:
    """The same, but that a long message in which nothing is understood is a story before it is out of scope."""
    told = Intent.AM_I_A_VICTIM if own else Intent.REPORT
    return scores | {told: HAIR + 1} if max(scores.values()) <= HAIR else scores


def guesses(scores: Mapping[Intent, int], own: bool) -> tuple[Guess, ...]:
    """Points as shares that add up to 1, the largest first.

    Where two are even the order of the intents decides; but who speaks of themselves tells of themselves first.
    """
    best = max(scores.values())
    shares = {intent: exp(score - best) for intent, score in scores.items()}
    total = sum(shares.values())
    order = sorted(scores, key=lambda intent: (-scores[intent], not (own and intent is Intent.AM_I_A_VICTIM)))
    return tuple(Guess(intent, shares[intent] / total) for intent in order)
