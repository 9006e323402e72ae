"""Places in free Indonesian text: offered, never guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from content.gazetteer import Gazetteer
from handlers.reading.place_candidates import INSIDE, MATE, NAME, Candidate, Outside
from handlers.reading.place_names import Form, index_names
from handlers.reading.place_typos import MisspeltNames
from handlers.reading.place_words import PUNCTUATION, tokens_of, words_of

__all__ = ["Candidate", "Found", "Outside", "PlaceReader"]

Found = Candidate | Outside

MOST = 8  # what is offered at once: lists never pass nine, and one line is "none of these"
SLIP = 10  # off for each slip of the thumb
ELSEWHERE = 30  # off for a place that lies outside the area which is named beside it
NAMED = 12  # different names heeded in one text
TRIED = 8  # words at which a misspelt name is looked for in one text
TOGETHER = 3  # words of a misspelt name


@dataclass(frozen=True, slots=True)
class Mention:
    """A form read in a text: its words from start to end, and the slips forgiven."""

    form: Form
    start: int
    end: int
    slips: int = 0
    title: str = ""  # kelurahan or kecamatan, where that word stood before it

    def offers(self) -> Iterator[Candidate]:
        """What it can mean, with the title before it heeded."""
        offers = self.form.offers
        if self.title == "kecamatan" and self.form.kecamatan:
            offers = self.form.kecamatan
        elif self.title == "kelurahan":
            offers = tuple(offer for offer in offers if offer.code and offer.score > MATE) or offers
        return (replace(offer, score=max(offer.score - SLIP * self.slips, 1)) for offer in offers)

    def means(self, areas: frozenset[str]) -> bool:
        """Whether it names something that lies in one of the areas."""
        return any(lies_in(offer, areas) for offer in self.form.offers if offer.score > MATE)


class PlaceReader:
    """Reads places by an index built once; the same text gives the same places."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.words = words_of(gazetteer)
        self.forms = index_names(gazetteer)
        self.begun = frozenset(key[:length] for key in self.forms for length in range(1, len(key) + 1))
        self.misspelt = MisspeltNames(self.forms.values())

    def read(self, text: str, asked: bool = True) -> tuple[Found, ...]:
        """At most eight places a text may mean, nearest first; `asked` when it answers "where?"."""
        tokens = tokens_of(text)
        mentions = self.exact(tokens, asked)
        if all(mention.form.areas or mention.form.outside for mention in mentions):
            mentions += self.near_misses(tokens, mentions, asked)
        return ranked(self.settled(tokens, mentions), self.outside(tokens, mentions))

    def exact(self, tokens: list[str], asked: bool) -> list[Mention]:
        """Names as they are written, the longest first, each once."""
        mentions: dict[str, Mention] = {}
        start = 0
        while start < len(tokens) and len(mentions) < NAMED:
            mention = self.longest(tokens, start, asked)
            if mention is not None:
                mentions.setdefault(mention.form.key, mention)
            start = mention.end if mention else start + 1
        return list(mentions.values())

    def longest(self, tokens: list[str], start: int, asked: bool) -> Mention | None:
        """The longest name that begins at a word and may be read there."""
        if tokens[start] not in self.begun and self.words.written(tokens[start]) not in self.begun:
            return None
        spans = list(self.spans(tokens, start))
        for end, form in reversed(spans):
            if self.allowed(tokens, start, end, form, asked):
                return Mention(form, start, end, title=self.title(tokens, start))
        return None

    def spans(self, tokens: list[str], start: int) -> Iterator[tuple[int, Form]]:
        """Every name that begins at a word, by where it ends; spaces and other spellings do not matter."""
        joined = {""}
        for end in range(start, len(tokens)):
            spellings = {tokens[end], self.words.written(tokens[end])}
            joined = {name for so_far in joined for word in spellings if (name := so_far + word) in self.begun}
            if not joined:
                return
            yield from ((end + 1, self.forms[name]) for name in sorted(joined) if name in self.forms)

    def allowed(self, tokens: list[str], start: int, end: int, form: Form, asked: bool) -> bool:
        """Whether a form's rule lets it be read here."""
        if form.rule in {"phrase", "ask", "outside"} or self.title(tokens, start):
            return True
        if form.rule == "near" and (asked or self.follows_cue(tokens, start)):
            return True
        return self.area_follows(tokens, end, form) or (asked and self.words.whole(tokens, start, end))

    def title(self, tokens: list[str], start: int) -> str:
        """The word kelurahan or kecamatan before a name, or nothing."""
        before = tokens[start - 1] if start else ""
        if self.words.has(before, "kelurahan"):
            return "kelurahan"
        return "kecamatan" if self.words.has(before, "kecamatan") else ""

    def follows_cue(self, tokens: list[str], start: int) -> bool:
        """Whether the word before says that a place follows: "di", "dekat", "stasiun"."""
        return start > 0 and self.words.has(tokens[start - 1], "near", "landmark", "kelurahan", "kecamatan", "kota")

    def area_follows(self, tokens: list[str], end: int, form: Form) -> bool:
        """Whether the next words are the kecamatan or kota that the form lies in: "baru, pasar rebo"."""
        after = self.words.past_titles(tokens, end)
        areas = {area for _, following in self.spans(tokens, after) for area in following.areas}
        return any(offer.score > MATE and lies_in(offer, frozenset(areas)) for offer in form.offers)

    def near_misses(self, tokens: list[str], taken: list[Mention], asked: bool) -> list[Mention]:
        """Misspelt names among the words that are left, the surest first, none over another."""
        used = {place for mention in taken for place in range(mention.start, mention.end)}
        windows = [self.guesses(tokens, start, end, asked) for start, end in self.windows(tokens, used, asked)]
        sure = sorted((g for g in windows if g), key=lambda g: (g[0].slips / len(g[0].form.key), g[0].start))
        mentions: list[Mention] = []
        for guesses in sure:
            window = set(range(guesses[0].start, guesses[0].end))
            if not window & used:
                used |= window
                mentions += guesses
        return mentions

    def windows(self, tokens: list[str], used: set[int], asked: bool) -> Iterator[tuple[int, int]]:
        """Runs of words that may be a misspelt name; those after "di" or "dekat" are tried first."""
        cued = [start for start in range(len(tokens)) if self.follows_cue(tokens, start)]
        others = (start for start in range(len(tokens)) if asked and not self.follows_cue(tokens, start))
        starts = (start for start in chain(cued, others) if self.open(tokens, start, start + 1, used, asked))
        for start in islice(starts, TRIED):
            for end in range(start + 1, min(start + TOGETHER, len(tokens)) + 1):
                if not self.open(tokens, start, end, used, asked):
                    break
                yield start, end

    def open(self, tokens: list[str], start: int, end: int, used: set[int], asked: bool) -> bool:
        """Whether a run's last word may belong to a misspelt name."""
        token = tokens[end - 1]
        if end - 1 in used or token in PUNCTUATION or token.isdecimal():
            return False
        if self.words.has(token, "ordinary"):
            return asked and self.words.whole(tokens, start, end)
        return not self.words.has(token, "near", "boundary", "filler", "kelurahan", "kecamatan")

    def guesses(self, tokens: list[str], start: int, end: int, asked: bool) -> list[Mention]:
        """The names that a run of words may be a misspelling of, nearest first."""
        words = {"".join(tokens[start:end]), "".join(map(self.words.written, tokens[start:end]))}
        title = self.title(tokens, start)
        cued = bool(title) or (asked and self.words.whole(tokens, start, end))
        found = [(slips, key) for word in words for key, slips in self.misspelt.alike(word, cued)]
        fewest = {key: slips for slips, key in sorted(found, reverse=True)}
        return [
            Mention(self.forms[key], start, end, slips, title)
            for key, slips in sorted(fewest.items(), key=lambda item: (item[1], item[0]))
        ]

    def settled(self, tokens: list[str], mentions: list[Mention]) -> Iterator[Candidate]:
        """What each mention means beside the others."""
        for mention in mentions:
            others = [other for other in mentions if other.start != mention.start]
            areas = frozenset(area for other in others for area in other.form.areas)
            if any(other.means(mention.form.areas) for other in others if other.form.areas != mention.form.areas):
                yield from self.as_area(tokens, mention, others)
            else:
                yield from within(mention, areas)

    def as_area(self, tokens: list[str], mention: Mention, others: list[Mention]) -> Iterator[Candidate]:
        """An area that something else lies in: in its address nothing, else the kelurahan of that name."""
        if any(self.words.past_titles(tokens, other.end) == mention.start for other in others):
            return
        for offer in mention.offers():
            if offer.code and offer.score >= NAME:
                yield replace(offer, score=offer.score - ELSEWHERE)

    def outside(self, tokens: list[str], mentions: list[Mention]) -> list[tuple[Outside, bool]]:
        """Places outside Jakarta, and whether they are part of an address: Cipayung, Depok."""
        ends = {self.words.past_titles(tokens, mention.end) for mention in mentions}
        return [(Outside(mention.form.outside), mention.start in ends) for mention in mentions if mention.form.outside]


def lies_in(offer: Candidate, areas: frozenset[str]) -> bool:
    """Whether a kelurahan or kecamatan lies in one of the areas; a kota lies in none."""
    return offer.kecamatan_code is not None and (offer.kecamatan_code in areas or offer.kota_code in areas)


def within(mention: Mention, areas: frozenset[str]) -> Iterator[Candidate]:
    """A mention's offers, those in the areas beside it first; people mistake the kota, so names stay."""
    offers = list(mention.offers())
    if not mention.means(areas):
        yield from offers
        return
    for offer in offers:
        if lies_in(offer, areas):
            yield offer
        elif offer.code and offer.score >= INSIDE:
            yield replace(offer, score=offer.score - ELSEWHERE)


def ranked(candidates: Iterator[Candidate], outside: list[tuple[Outside, bool]]) -> tuple[Found, ...]:
    """Each place once, the best first; an outside place leads where it ends an address."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.place)
        if known is None or known.score < candidate.score:
            best[candidate.place] = candidate
    inside = sorted(best.values(), key=lambda candidate: -candidate.score)
    first = dict.fromkeys(place for place, ends_address in outside if ends_address)
    last = [place for place in dict.fromkeys(place for place, _ in outside) if place not in first]
    room = max(MOST - len(first) - len(last), 0)
    found: tuple[Found, ...] = (*first, *inside[:room], *last)
    return found[:MOST]
