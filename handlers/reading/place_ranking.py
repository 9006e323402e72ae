"""What the place names of one text mean beside each other, and in which order they are offered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from content.gazetteer import Role
from handlers.reading.place_candidates import HOMONYM, INSIDE, MATE, NAME, Candidate, Found, Outside
from handlers.reading.place_names import Form
from handlers.reading.place_words import CUES, PUNCTUATION, Words

MOST = 8  # what is offered at once: lists never pass nine, and one line is "none of these"
SLIP = 10  # off for each slip of the thumb
ELSEWHERE = 30  # off for a place that lies outside the area which is named beside it
DENIED = 40  # off for what is said not to be meant, beside what is
ORIGIN = 40  # off for where somebody comes from, beside where they are
STREET = 15  # off for a name of a street, which may lie anywhere, beside another name
UNTITLED = 12  # off beside a name that is called a kelurahan, and for an area that only ends an address
BESIDE = 7  # off for what only stands near the place that is named
LESS: Mapping[Role, int] = {"not": DENIED, "from": ORIGIN, "street": STREET, "beside": BESIDE}
THAT = frozenset({"yang", "yg", "nu", "sing"})  # "menteng tapi yang di bogor"
FARTHEST = 5  # words with one of them among them
BETWEEN = 3  # words that may stand between a name and the place outside Jakarta that it lies in


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
        offers = (*self.form.offers, *self.form.twins) if self.slips else self.form.offers
        if self.title == "kecamatan" and self.form.kecamatan:
            offers = self.form.kecamatan
        elif self.title == "kelurahan":
            offers = tuple(titled(offer) for offer in offers if offer.code and offer.score > MATE) or offers
        return (replace(offer, score=max(offer.score - SLIP * self.slips, 1)) for offer in offers)

    def means(self, areas: frozenset[str]) -> bool:
        """Whether it names something that lies in one of the areas."""
        return any(lies_in(offer, areas) for offer in self.form.offers if offer.score > MATE)


def titled(offer: Candidate) -> Candidate:
    """A kelurahan that bears its kecamatan's name, where it was called a kelurahan."""
    return replace(offer, score=NAME) if offer.score == HOMONYM else offer


def settled(words: Words, tokens: list[str], mentions: list[Mention]) -> Iterator[Candidate]:
    """What each mention means beside the others."""
    for mention in mentions:
        others = [other for other in mentions if other.start != mention.start]
        areas = frozenset(area for other in others for area in other.form.areas)
        less = behind(words, tokens, mention, others)
        if any(other.means(mention.form.areas) for other in others if other.form.areas != mention.form.areas):
            offers = as_area(words, tokens, mention, others)
        else:
            offers = within(mention, areas)
        yield from (replace(offer, score=max(offer.score - less, 1)) for offer in offers)


def behind(words: Words, tokens: list[str], mention: Mention, others: list[Mention]) -> int:
    """How far a name stands behind the others that may be the place: a street, an origin, what is near."""
    before = tokens[mention.start - 1] if mention.start else ""
    others = [one for one in others if one.form.offers and not mention.means(one.form.areas)]
    if not others:
        return 0
    if mention.title != "kelurahan" and any(other.title == "kelurahan" for other in others):
        return UNTITLED
    if mention.form.areas and any(words.past_titles(tokens, one.end) == mention.start for one in others):
        return UNTITLED
    lasts = [tokens[other.start - 1] if other.start else "" for other in others]
    for role, less in LESS.items():
        if words.has(before, role) and not all(words.has(last, role) for last in lasts):
            return less
    return 0


def as_area(words: Words, tokens: list[str], mention: Mention, others: list[Mention]) -> Iterator[Candidate]:
    """An area that something else lies in: in its address nothing, else the kelurahan of that name."""
    if any(words.past_titles(tokens, other.end) == mention.start for other in others):
        return
    for offer in mention.offers():
        if offer.code and offer.score >= HOMONYM:
            yield replace(offer, score=offer.score - ELSEWHERE)


def outside(words: Words, tokens: list[str], mentions: list[Mention]) -> list[tuple[Outside, bool]]:
    """Places outside Jakarta, and whether they are part of an address: Cipayung, Depok."""
    ends = {words.past_titles(tokens, mention.end) for mention in mentions}
    inside = [mention for mention in mentions if mention.form.offers]
    near = bool(inside) and all(words.has(before(tokens, mention), "beside") for mention in inside)
    return [
        (mention.form.outside, near or mention.start in ends or ends_address(words, tokens, mention, mentions))
        for mention in mentions
        if mention.form.outside
    ]


def before(tokens: list[str], mention: Mention) -> str:
    """The word before a name, or nothing."""
    return tokens[mention.start - 1] if mention.start else ""


def ends_address(words: Words, tokens: list[str], mention: Mention, mentions: list[Mention]) -> bool:
    """Whether an outside place stands last and nothing parts it from the name before: Bintaro sektor 5 Tangsel."""
    last = max((other.end for other in mentions if other.end <= mention.start), default=0)
    between = tokens[last : mention.start]
    if (
        not last
        or len(between) > FARTHEST
        or mention.end != len(tokens)
        or any(words.has(one, "not") for one in between)
    ):
        return False
    if not THAT.isdisjoint(between):
        return True
    return len(between) <= BETWEEN and not any(token in PUNCTUATION or words.has(token, *CUES) for token in between)


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
