"""What a story is about: its kind, whether it seems to be trafficking, how soon it must be read, who is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from content.danger import Raises
from content.kinds import Clue, KindLexicon, Mark
from content.vocabulary import Kind, Known, Official, Urgency
from handlers.reading.danger import Danger, DangerReader
from handlers.reading.phrases import PhraseIndex, Span
from handlers.reading.spoken import Speech

READ_AT_MOST = 1_000  # characters; of a longer story the first and the last half of it are read
BESIDE = 2  # words within which an excluding word takes a family back
LIKELY = 2  # points from which a kind is proposed where something else in the story is amiss
NAMED = 3  # points from which it is proposed even so: "karaoke bareng yuk" tells of no wrong
PLAIN = 4  # points from which something else is surely meant
SHOWN = 3  # families that show how somebody is held from which a hedge counts no more
OFFICIALS: Mapping[Mark, Official] = {
    Mark.RT: Official.RT,
    Mark.POLICE: Official.POLICE,
    Mark.OFFICE: Official.OFFICE,
}
MEANS = frozenset({Mark.MEANS, *OFFICIALS})  # an official who takes part is a means like any other
AMISS = MEANS | {Mark.UNSURE, Mark.NOW, Mark.IMMEDIATE, Mark.CHILD, Mark.WAGES, Mark.ANGER}
CRIES = frozenset({Raises.EMERGENCY, Raises.SUICIDE})
ELSEWHERE = (Mark.HOME_VIOLENCE, Mark.MISSING, Mark.WAGES)  # what other desks are there for, the gravest first


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What a story seems to be, to be corrected by whoever told it; `why` are the ids of the families heard.

    `category` is OTHER where no kind is heard; `elsewhere` is then home_violence, missing, wages, or nothing.
    """

    category: Kind = Kind.OTHER
    is_tppo: Known = Known.NO
    urgency: Urgency = Urgency.NORMAL
    child: bool = False
    officials: tuple[Official, ...] = ()
    elsewhere: str = ""
    angry: bool = False
    acute: bool = False  # words of this very hour, not only of how somebody is held
    why: tuple[str, ...] = ()

    @property
    def official(self) -> bool:
        """Whether a kind of official is said to be involved."""
        return bool(self.officials)


class KindReader:
    """Reads stories with one lexicon; it keeps nothing of them. Danger is read by the reader it is given."""

    def __init__(self, lexicon: KindLexicon, danger: DangerReader) -> None:
        self.lexicon, self.danger = lexicon, danger
        cries = {family.id for family in lexicon.danger.families if family.raises in CRIES}
        self.waiting = lexicon.ongoing | {family.id for family in lexicon.danger.families} - cries
        rows: list[tuple[int, str]] = []
        for number, clue in enumerate(lexicon.clues):
            for owner, forms in enumerate((clue.forms, clue.excluding), start=2 * number):
                rows.extend((owner, form) for form in forms)
        self.index = PhraseIndex(rows, lexicon.groups)
        shared = lexicon.danger
        self.speech = Speech(self.index.known, lexicon.spelling, shared.slips, shared.no_slips, shared.fillers)

    def read(self, text: str, danger: Danger | None = None) -> ReportReading:
        """What a text of any length tells; `danger` where it was read already."""
        if len(text) > READ_AT_MOST:
            text = f"{text[: READ_AT_MOST // 2]}\n{text[-READ_AT_MOST // 2 :]}"
        danger = danger or self.danger.read(text)
        clues = self._left(tuple(self._heard(text, danger)))
        marks = frozenset(mark for clue in clues for mark in clue.marks)
        if Mark.TALE in marks and Mark.REAL not in marks and Mark.KIN not in marks:
            return ReportReading(child=Mark.CHILD in marks, angry=Mark.ANGER in marks, why=ids(clues))
        at_once = self._cannot_wait(danger, marks)
        category, is_tppo = self._judged(clues, marks, at_once)
        return ReportReading(
            category=category,
            is_tppo=is_tppo,
            urgency=urgency(is_tppo, marks, at_once, danger.emergency),
            child=Mark.CHILD in marks or category in self.lexicon.of_children,
            officials=tuple(official for mark, official in OFFICIALS.items() if mark in marks),
            elsewhere=next((str(mark) for mark in ELSEWHERE if mark in marks), "") if category is Kind.OTHER else "",
            angry=Mark.ANGER in marks,
            acute=acute(marks) and Mark.PAST not in marks,
            why=ids(clues),
        )

    def of_kin(self, text: str) -> bool:
        """Whether a text begins with somebody of the writer's own to whom it happens: "tolong anak saya"."""
        return any(Mark.KIN in clue.marks for clue in self._heard(text[:READ_AT_MOST], Danger()))

    def _heard(self, text: str, danger: Danger) -> Iterator[Clue]:
        """The families that stand somewhere in a text where none of their own words takes them back, or are danger."""
        found, signs = self.index.found(self.speech.hear(text)), {*danger.why, *danger.hints}
        for number, clue in enumerate(self.lexicon.clues):
            if stands(found, 2 * number) or not clue.danger.isdisjoint(signs):
                yield clue

    def _left(self, clues: tuple[Clue, ...]) -> tuple[Clue, ...]:
        """Those that no other takes back: officials who are named and help, "anak" said of people of thirty."""
        back = self.lexicon.takes_back
        gone = {id for clue in clues for mark in clue.marks & back.keys() for id in back[mark]}
        return tuple(clue for clue in clues if clue.id not in gone)

    def _cannot_wait(self, danger: Danger, marks: Collection[Mark]) -> bool:
        """Whether somebody is in danger by more than what goes on all the time, or it happens at this hour.

        Violence at home has a desk and numbers of its own, and is read today.
        """
        if not danger.emergency or (Mark.HOME_VIOLENCE in marks and Mark.NOW not in marks):
            return False
        return Mark.NOW in marks or not self.waiting.issuperset(danger.why)

    def _judged(self, clues: tuple[Clue, ...], marks: frozenset[Mark], at_once: bool) -> tuple[Kind, Known]:
        """The kind and whether it is one of trafficking: a kind without any means is a dispute, or not clear yet.

        Who flees, is hurt or hunted in such a kind is held by something, though no word says by what. Of a child no
        means need be shown (Palermo Protocol art. 3(c), ratified by UU 14/2009). Whoever only hedges ("kayaknya") is
        believed where three things show how somebody is held; whoever asks is answered by a person.
        """
        scores = points(clues)
        best = max(scores, key=lambda kind: scores[kind])
        means, harm = Mark.MEANS in marks, Mark.HARM in marks
        child_at_work = Mark.CHILD in marks and best in self.lexicon.for_child and scores[best] >= PLAIN
        if best in self.lexicon.needs_means and (harm or (MEANS.isdisjoint(marks) and not child_at_work)):
            best = Kind.OTHER
        least = LIKELY if at_once or not AMISS.isdisjoint(marks) else NAMED
        if best is Kind.OTHER or scores[best] < least:
            if scores[Kind.OTHER] >= PLAIN:
                return Kind.OTHER, Known.NO
            if means and not harm and Mark.CHILD in marks:
                return Kind.CHILD_EXPLOITATION, Known.UNKNOWN
            open_still = Mark.UNSURE in marks or Mark.ANGER in marks or (means and not harm)
            return Kind.OTHER, Known.UNKNOWN if open_still else Known.NO
        if Mark.CHILD in marks:
            best = self.lexicon.for_child.get(best, best)
        shown = sum(not MEANS.isdisjoint(clue.marks) for clue in clues)
        hedged = not marks.isdisjoint({Mark.UNSURE, Mark.ANGER})
        doubt = Mark.ASKED in marks or (hedged and shown < SHOWN)
        return best, Known.UNKNOWN if doubt else Known.YES


def stands(found: Mapping[int, Collection[Span]], owner: int) -> bool:
    """Whether a family is heard at a place where none of its excluding words stands near."""
    spans, taken_back = found.get(owner, ()), found.get(owner + 1, ())
    return bool(spans) and any(not any(span.near(other, BESIDE) for other in taken_back) for span in spans)


def ids(clues: Collection[Clue]) -> tuple[str, ...]:
    """What the families that were heard are called."""
    return tuple(clue.id for clue in clues)


def points(clues: Collection[Clue]) -> dict[Kind, int]:
    """What all families that were heard come to, each once."""
    scores = dict.fromkeys(Kind, 0)
    for clue in clues:
        for kind, weight in clue.says.items():
            scores[kind] += weight
    return scores


def acute(marks: Collection[Mark]) -> bool:
    """Whether words of this hour are heard, or of what is grave and not only asked about."""
    return Mark.IMMEDIATE in marks or (Mark.GRAVE in marks and (Mark.NOW in marks or Mark.ASKED not in marks))


def urgency(is_tppo: Known, marks: Collection[Mark], at_once: bool, in_danger: bool) -> Urgency:
    """How soon somebody must read it: at once, today where it goes on or hurts, else in its time."""
    if Mark.PAST in marks and not (at_once and Mark.NOW in marks):
        return Urgency.NORMAL
    if at_once or acute(marks):
        return Urgency.IMMEDIATE
    told = in_danger and Mark.UNSURE not in marks
    grave = told or Mark.HOME_VIOLENCE in marks or Mark.MISSING in marks
    return Urgency.HIGH if grave or is_tppo is Known.YES else Urgency.NORMAL
