"""Danger and watched words in free Indonesian text: someone is hurt or about to be, or somebody looks at the phone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from content.danger import BesideDanger, DangerLexicon, Family, Frame, Raises
from handlers.reading.alarm import AID, ALARM, Hit, alarm, places_of
from handlers.reading.phrases import PhraseIndex, Span
from handlers.reading.spoken import Heard, Speech

GRAVE = frozenset({Raises.EMERGENCY, Raises.SUICIDE})
WHOLE = 2  # points of somebody who is watched, in a message of little else
BESIDE = 2  # words within which an excluding word takes a sign back
SHORT = 12  # words of a message that can be a whole one of somebody who is watched
LEFT_OVER = 2  # words of such a message that need not be understood
SPREAD = 6  # words of a sign that hides others; one of more is put together of words far apart
CLEAR = 3  # points of words that mean one thing wherever they stand
NEGATES = 3  # words before a sign in which "tidak" still belongs to it
READ_AT_MOST = 10_000  # characters; of a longer text the first and the last half of it are read


@dataclass(frozen=True, slots=True)
class Danger:
    """What a text is a sign of; `why` are the ids of the families that say so, `hints` of those that only add up."""

    emergency: bool = False
    watched: bool = False
    suicide: bool = False
    child: bool = False
    why: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sense:
    """A family or frame, with the owner numbers of its forms, its excluding words, and what breaks it."""

    entry: Family | Frame
    forms: int
    excluding: int
    but: int


class DangerReader:
    """Reads texts with one lexicon; it keeps nothing of them."""

    def __init__(self, lexicon: DangerLexicon) -> None:
        self.lexicon = lexicon
        rows: list[tuple[int, str]] = []
        self.senses: list[Sense] = []
        entries: tuple[Family | Frame, ...] = (*lexicon.families, *lexicon.frames)
        for entry in entries:
            base = 3 * len(self.senses)
            self.senses.append(Sense(entry, base, base + 1, base + 2))
            but = entry.but if isinstance(entry, Frame) else ()
            for owner, forms in enumerate((entry.forms, entry.excluding, but), start=base):
                rows.extend((owner, form) for form in forms)
        self.always = frozenset(frame.id for frame in lexicon.frames if frame.always)
        self.index = PhraseIndex(rows, lexicon.groups)
        self.speech = Speech(
            self.index.known, {**lexicon.dialect, **lexicon.spelling}, lexicon.slips, lexicon.no_slips, lexicon.fillers
        )

    def read(self, text: str) -> Danger:
        """What a text of any length is a sign of."""
        if len(text) > READ_AT_MOST:
            text = f"{text[: READ_AT_MOST // 2]}\n{text[-READ_AT_MOST // 2 :]}"
        heard = self.speech.hear(text)
        found = self.index.found(heard)
        frames = told(self._frames(heard, found))
        hits = [hit for hit in self._hits(heard, found) if self._stands(hit, heard, frames)]
        return self._judge(heard, hits)

    def _hits(self, heard: Heard, found: Mapping[int, Sequence[Span]]) -> Iterator[Hit]:
        """The families heard where no word of their own, in the same sentence, takes them back."""
        for sense in self.senses:
            if isinstance(sense.entry, Family):
                taken_back = found.get(sense.excluding, ())
                for span in found.get(sense.forms, ()):
                    near = (other for other in taken_back if span.near(other, BESIDE))
                    if not any(same_sentence(heard, span, other) for other in near):
                        yield Hit(sense.entry, span)

    def _frames(self, heard: Heard, found: Mapping[int, Sequence[Span]]) -> Iterator[tuple[Frame, Span]]:
        """The frames heard, each with the words it reaches."""
        for sense in self.senses:
            if isinstance(sense.entry, Frame):
                taken_back, breaks = found.get(sense.excluding, ()), found.get(sense.but, ())
                for span in found.get(sense.forms, ()):
                    if not any(span.near(other, 0) for other in taken_back):
                        yield sense.entry, reach(heard, sense.entry, span, breaks)

    def _stands(self, hit: Hit, heard: Heard, frames: Mapping[str, Collection[int]]) -> bool:
        """Whether it is said as true and now; what hides somebody who is watched is never a tale."""
        family = hit.family
        takes_back = {*family.unless, *(() if family.raises is Raises.WATCHED else self.always)}
        if any(hit.touches(places) for name, places in frames.items() if name in takes_back):
            return False
        return family.raises in (Raises.WATCHED, Raises.CHILD) or not self._negated(hit.span, heard)

    def _negated(self, span: Span, heard: Heard) -> bool:
        """Whether "tidak" stands before, with nothing but small words between: "tidak ada yang dikunci"."""
        for place in range(span.start - 1, max(span.start - 1 - NEGATES, -1), -1):
            if heard.sentences[place] != heard.sentences[span.start]:
                return False
            if heard.words[place] in self.lexicon.negators:
                return True
            if heard.words[place] not in self.lexicon.carriers:
                return False
        return False

    def _judge(self, heard: Heard, hits: Sequence[Hit]) -> Danger:
        signs = [hit for hit in hits if hit.family.raises is Raises.WATCHED]
        alone = self._watched(heard, signs)
        hidden = {place for hit in signs if compact(hit) for place in places_of(hit.span)} if alone else frozenset()
        grave = [hit for hit in hits if hit.family.raises in GRAVE and not hidden_by(hit, hidden)]
        suicide = alarm([hit for hit in grave if hit.family.raises is Raises.SUICIDE])
        emergency = alarm([hit for hit in grave if hit.family.raises is Raises.EMERGENCY or hit.family.weight > AID])
        if suicide.families and not emergency.families:
            emergency = suicide
        watched = alone or (comes_now(heard, signs) if emergency.families else [])
        child = [hit.family.id for hit in hits if hit.family.raises is Raises.CHILD] if emergency.families else []
        why = dict.fromkeys((*emergency.why(), *suicide.why(), *watched, *child))
        hints = {family.id for family in (*emergency.families, *suicide.families)} - why.keys()
        return Danger(
            bool(emergency.families),
            bool(watched),
            bool(suicide.families),
            bool(child),
            tuple(why),
            tuple(sorted(hints)),
        )

    def _watched(self, heard: Heard, hits: Sequence[Hit]) -> list[str]:
        """Why this is somebody who is watched: clear words, a message of nothing else, or such an end of one."""
        clear = [hit.family.id for hit in hits if hit.family.weight >= CLEAR]
        if clear or not hits:
            return clear
        said = {place for hit in hits for place in range(hit.span.start, hit.span.end)}
        strange = [
            place for place, word in enumerate(heard.words) if place not in said and word not in self.lexicon.fillers
        ]
        weights = {hit.family.id: hit.family.weight for hit in hits}
        points = sum(weights.values())
        almost = len(strange) <= LEFT_OVER and points >= WHOLE
        if len(heard.words) <= SHORT and not heard.asked and points and (not strange or almost):
            return list(weights)
        tail = strange[-1] + 1 if strange else 0
        last = {hit.family.id: hit.family.weight for hit in hits if hit.span.start >= tail}
        return list(last) if sum(last.values()) >= WHOLE else []


def told(frames: Iterable[tuple[Frame, Span]]) -> dict[str, set[int]]:
    """The places that each frame makes a tale of."""
    found: dict[str, set[int]] = {}
    for frame, span in frames:
        found.setdefault(frame.id, set()).update(range(span.start, span.end))
    return found


def compact(hit: Hit) -> bool:
    """Whether its words stand together."""
    return hit.span.end - hit.span.start <= SPREAD


def hidden_by(hit: Hit, watched: Collection[int]) -> bool:
    """Whether what is no plain sign is only said of the phone or of who comes: "takut ketahuan"."""
    return hit.family.weight < ALARM and hit.touches(watched)


def comes_now(heard: Heard, hits: Sequence[Hit]) -> list[str]:
    """Why a short cry is of somebody who is watched too: whoever hurts is coming, and that is all it says besides."""
    if len(heard.words) > SHORT or heard.asked:
        return []
    ends = [hit for hit in hits if hit.span.end == len(heard.words)]
    found = [hit for hit in hits if hit.family.beside_danger is BesideDanger.ANYWHERE]
    found += [hit for hit in ends if hit.family.beside_danger is BesideDanger.END]
    return [hit.family.id for hit in found]


def same_sentence(heard: Heard, one: Span, other: Span) -> bool:
    """Whether two spans begin or end in one sentence."""
    return (
        heard.sentences[one.start] <= heard.sentences[other.end - 1]
        and heard.sentences[other.start] <= heard.sentences[one.end - 1]
    )


def reach(heard: Heard, frame: Frame, span: Span, breaks: Iterable[Span]) -> Span:
    """The words a frame makes a tale of: within its sentence, up to a word that breaks it."""
    sentence = heard.sentences[span.start]
    start, end = max(span.start - frame.behind, 0), min(span.end + frame.ahead, len(heard.words))
    while heard.sentences[start] != sentence:
        start += 1
    while heard.sentences[end - 1] != sentence:
        end -= 1
    for other in breaks:
        if span.end <= other.start < end:
            end = other.start
        if start < other.end <= span.start:
            start = other.end
    return Span(start, end)
