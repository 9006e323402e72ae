"""Places in free Indonesian text: offered, never guessed."""

from collections.abc import Iterator
from itertools import chain, islice, takewhile

from content.gazetteer import Gazetteer
from handlers.reading.place_candidates import MATE, Candidate, Found, Outside
from handlers.reading.place_names import Form, index_names
from handlers.reading.place_ranking import THAT, Mention, lies_in, outside, ranked, settled
from handlers.reading.place_typos import MisspeltNames
from handlers.reading.place_words import AROUND_NAMES, CUES, PUNCTUATION, tokens_of, words_of

__all__ = ["Candidate", "Found", "Outside", "PlaceReader"]

ANSWER = 12  # words: what is longer tells a story, in which an ordinary word is no answer to "where?"
NAMED = 12  # different names heeded in one text
TRIED = 8  # words at which a misspelt name is looked for in one text
TOGETHER = 3  # words of a misspelt name


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
        asked = asked and sum(token not in PUNCTUATION for token in tokens) <= ANSWER
        mentions = self.exact(tokens, asked)
        if all(mention.form.areas or mention.form.outside for mention in mentions):
            mentions += self.near_misses(tokens, mentions, asked)
        return ranked(settled(self.words, tokens, mentions), outside(self.words, tokens, mentions))

    def exact(self, tokens: list[str], asked: bool) -> list[Mention]:
        """Names as they are written, the longest first, each once."""
        mentions: dict[str, Mention] = {}
        start = 0
        while start < len(tokens) and len(mentions) < NAMED:
            mention = self.longest(tokens, start, asked)
            if mention is not None and (mention.title == "kelurahan" or mention.form.key not in mentions):
                mentions[mention.form.key] = mention
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
        if self.title(tokens, start):
            return True
        if self.area_follows(tokens, end, form):
            return True
        if (form.outside or form.rule in {"near", "cue"}) and self.names_another(tokens, start):
            return False
        if form.rule in {"phrase", "ask"}:
            return not self.somebody(tokens, start)
        whole = self.words.whole(tokens, start, end)
        if form.rule == "near" and (whole or self.follows_cue(tokens, start) or (asked and not form.outside)):
            return True
        return asked and whole and not self.does(tokens, end)

    def does(self, tokens: list[str], end: int) -> bool:
        """Whether "yang" and no place follows: Guntur yang ngajak is a person."""
        after = [*tokens[end : end + 2], ""]
        return after[0] in THAT and not self.words.has(after[1], *CUES)

    def names_another(self, tokens: list[str], start: int) -> bool:
        """Whether the word before says that a person, a people, a dish or a street bears the name."""
        last = start - 2 if start > 1 and tokens[start - 1] == "raya" else start - 1
        return last >= 0 and self.words.has(tokens[last], "person", "people", "street")

    def somebody(self, tokens: list[str], start: int) -> bool:
        """Whether a person is called so: "anak itu namanya Gambir", but not "kosnya di sana, namanya Kalibata City"."""
        last = next(
            (place for place in range(start - 1, max(start - 3, -1), -1) if self.words.has(tokens[place], "named")), -1
        )
        if last < 0 or any(self.words.has(token, *CUES, "street") for token in tokens[last + 1 : start]):
            return False
        return not any(self.words.has(token, *CUES) for token in tokens[max(last - TOGETHER, 0) : last])

    def title(self, tokens: list[str], start: int) -> str:
        """The word kelurahan or kecamatan before a name, or nothing."""
        before = tokens[start - 1] if start else ""
        if self.words.has(before, "kelurahan"):
            return "kelurahan"
        return "kecamatan" if self.words.has(before, "kecamatan") else ""

    def follows_cue(self, tokens: list[str], start: int) -> bool:
        """Whether the word before says that a place follows: "di", "dekat", "stasiun"."""
        return start > 0 and self.words.has(tokens[start - 1], *CUES)

    def area_follows(self, tokens: list[str], end: int, form: Form) -> bool:
        """Whether the next words are the kecamatan or kota that the form lies in: "baru, pasar rebo"."""
        after = self.words.past_titles(tokens, end)
        areas = {area for _, following in self.spans(tokens, after) for area in following.areas}
        return any(offer.score > MATE and lies_in(offer, frozenset(areas)) for offer in form.offers)

    def near_misses(self, tokens: list[str], taken: list[Mention], asked: bool) -> list[Mention]:
        """Misspelt names among the words that are left, the surest first, none over another."""
        used = {place for mention in taken for place in range(mention.start, mention.end)}
        known = {mention.form.first for mention in taken}
        windows = [self.guesses(tokens, start, end, asked) for start, end in self.windows(tokens, used, asked)]
        sure = sorted((g for g in windows if g), key=lambda g: (g[0].slips / len(g[0].form.key), g[0].start))
        mentions: list[Mention] = []
        for guesses in sure:
            window = set(range(guesses[0].start, guesses[0].end))
            if not window & used and guesses[0].form.first not in known:
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
                if end - start > 1 or not self.words.has(tokens[start], "spelling", "landmark"):
                    yield start, end

    def open(self, tokens: list[str], start: int, end: int, used: set[int], asked: bool) -> bool:
        """Whether a run's last word may belong to a misspelt name."""
        token = tokens[end - 1]
        if end - 1 in used or token in PUNCTUATION or token.isdecimal():
            return False
        if self.words.has(token, "ordinary"):
            return end - start > 1 and asked and self.words.whole(tokens, start, end)
        return not self.words.has(token, *AROUND_NAMES)

    def guesses(self, tokens: list[str], start: int, end: int, asked: bool) -> list[Mention]:
        """The names that a run of words may be a misspelling of, nearest first."""
        run = tuple(tokens[start:end])
        if "".join(run) in self.forms:  # a name that may not be read here is no slip for another
            return []
        common = len(list(takewhile(lambda token: self.words.has(token, "spelling", "landmark"), run[:-1])))
        title = self.title(tokens, start)
        cued = bool(title) or (asked and self.words.whole(tokens, start, end))
        found = [
            (slips, key)
            for words in {run, tuple(map(self.words.written, run))}
            for key, slips in self.misspelt.alike("".join(words), cued, len("".join(words[:common])))
        ]
        fewest = {key: slips for slips, key in sorted(found, reverse=True)}
        return [
            Mention(self.forms[key], start, end, slips, title)
            for key, slips in sorted(fewest.items(), key=lambda item: (item[1], item[0]))
        ]
