"""Words as people type them in a chat, taken back to a lexicon: spelling, slips, beginnings and endings."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

LAUGHTER = str.maketrans({"😂": " haha ", "🤣": " haha ", "😆": " haha ", "😹": " haha "})
APOSTROPHES = str.maketrans("", "", "'’`´")
DOUBLED = re.compile(r"\b([a-z]{2,})2([a-z]*)\b")  # anak2nya is anak-anaknya
DENIED = re.compile(r"(?:nggak|ngga|enggak|engga|gak|ga|tdk|kagak|kaga)(?=[b-z])")
LEET = re.compile(r"(?<=[a-z])[01345](?=[a-z])")
LETTERS = str.maketrans("01345", "oieas")
LONG_DRAWN = re.compile(r"([a-z])\1{2,}")
TWICE = re.compile(r"([a-z])\1")
TOKEN = re.compile(r"[a-z]+|[0-9]+|[.!?;\n]")
ENDS = frozenset(".!?;\n")
LONGEST_WORD = 24  # letters; longer is no word, and must not cost time
SHORTEST_STEM = 3  # letters that must be left when an ending is taken off
SHORTEST_SLIP = 6  # letters; a shorter word is one slip away from too many
SHORTEST_DENIED = 4  # letters of a word that "tidak" is glued to: gabutuh, gakusah
SHORTEST_JOINED = 5  # letters of a word written in pieces: "pu kul", "ma jikan"
MAJORITY = 18  # years

# Beginnings: what they say of the doer ("di": it is done to one, "me": one does it), and the letters that the
# nasal of me- swallows: memukul is pukul, nyulik is culik.
BEGINNINGS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "di": ("di", ("",)),
    "diper": ("di", ("",)),
    "d": ("di", ("",)),
    "ter": ("di", ("",)),
    "te": ("di", ("r",)),
    "ke": ("di", ("",)),
    "ka": ("di", ("",)),
    "ku": ("", ("",)),
    "kau": ("", ("",)),
    "meng": ("me", ("", "k")),
    "menge": ("me", ("",)),
    "meny": ("me", ("s", "c")),
    "mem": ("me", ("", "p")),
    "memper": ("me", ("",)),
    "men": ("me", ("", "t")),
    "me": ("me", ("",)),
    "ng": ("me", ("", "k")),
    "nge": ("me", ("",)),
    "nga": ("me", ("",)),
    "ny": ("me", ("s", "c")),
    "m": ("me", ("p",)),
    "n": ("me", ("", "t")),
    "peng": ("", ("", "k")),
    "peny": ("", ("s", "c")),
    "pem": ("", ("", "p")),
    "pen": ("", ("", "t")),
    "pe": ("", ("",)),
    "ber": ("", ("",)),
    "be": ("", ("",)),
    "se": ("", ("",)),
}
LONGEST_BEGINNING = max(map(len, BEGINNINGS))
CLITICS = ("nya", "nye", "lah", "kah", "pun", "ku", "mu", "na", "ne")
ENDINGS = ("kan", "in", "an", "i", "en", "eun", "keun", "ake", "e")
DOING = frozenset({"kan", "in", "i"})  # "dia pukulin anaknya" has no me- but a doer


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as words: the lexicon's words each may stand for, its sentence, and where each of those words stands."""

    words: tuple[str, ...]
    keys: tuple[frozenset[str], ...]
    sentences: tuple[int, ...]
    where: Mapping[str, tuple[int, ...]]
    asked: bool  # the last sign of the text is a question mark


def plain(text: str) -> str:
    """Small letters without accents, drawn-out vowels and figures used as letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(LAUGHTER))
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = text.casefold().translate(APOSTROPHES)
    text = LEET.sub(lambda found: found.group().translate(LETTERS), DOUBLED.sub(r"\1 \1\2", text))
    return LONG_DRAWN.sub(r"\1", text)


def endings(word: str) -> Iterator[tuple[str, bool]]:
    """A word without its endings, in every way, and whether an ending says that somebody does it."""
    yield word, False
    shorter = [word, *(word.removesuffix(clitic) for clitic in CLITICS if word.endswith(clitic))]
    for short in shorter:
        if short is not word and len(short) >= SHORTEST_STEM:
            yield short, False
        if short.endswith(ENDINGS):
            for ending in ENDINGS:
                if short.endswith(ending) and len(short) - len(ending) >= SHORTEST_STEM:
                    yield short[: -len(ending)], ending in DOING


def beginnings(word: str) -> Iterator[tuple[str, str]]:
    """A word without its beginning, in every way, and what the beginning says of the doer."""
    yield word, ""
    for length in range(1, min(LONGEST_BEGINNING, len(word) - 2) + 1):
        found = BEGINNINGS.get(word[:length])
        if found:
            doer, swallowed = found
            for letter in swallowed:
                yield letter + word[length:], doer


class Speech:
    """Hears the words of one lexicon in a text; `known` are the keys its phrases are written in."""

    def __init__(
        self,
        known: Collection[str],
        spelling: Mapping[str, tuple[str, ...]],
        slips: Collection[str],
        no_slips: Collection[str],
        fillers: Collection[str],
    ) -> None:
        self.known = frozenset(known)
        self.stems = frozenset(key.lstrip("^$=").removeprefix("di-").removeprefix("me-") for key in known)
        spelt = {typed: meant[0] for typed, meant in spelling.items() if len(meant) == 1}
        self.roots = {**spelt, **{stem: stem for stem in self.stems}}
        self.whole = frozenset((*self.roots, *spelling, *fillers))
        self.spelling = spelling
        self.slips = {short: word for word in slips for short in shortened(word)}
        self.no_slips = frozenset(no_slips)
        self.fillers = frozenset(fillers)
        self._read: dict[str, frozenset[str]] = {}  # of the lexicon's own words only: what people type is not kept

    def hear(self, text: str) -> Heard:
        """The words of a text with their keys."""
        words, sentences = self._words(text)
        full = self._full(words, sentences)
        keys: list[frozenset[str]] = []
        where: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            found = self._keys(word)
            if place and words[place - 1] == "di":
                found |= self._marked("di-", found)
            if not place or sentences[place] != sentences[place - 1]:
                found |= self._marked("^", found)
            if full.get(sentences[place], place) == place:
                found |= self._marked("$", found)
            keys.append(found)
            for key in found:
                where.setdefault(key, []).append(place)
        asked = text.rstrip(" !.)").endswith("?")
        places = {key: tuple(found) for key, found in where.items()}
        return Heard(tuple(words), tuple(keys), tuple(sentences), places, asked)

    def _marked(self, mark: str, found: Collection[str]) -> set[str]:
        return {mark + key for key in found} & self.known

    def _full(self, words: Sequence[str], sentences: Sequence[int]) -> Mapping[int, int]:
        """The place of the one word that says something in a sentence, or -1 where there are more."""
        full: dict[int, int] = {}
        for place, (word, sentence) in enumerate(zip(words, sentences, strict=True)):
            if word not in self.fillers:
                full[sentence] = -1 if sentence in full else place
        return full

    def _words(self, text: str) -> tuple[list[str], list[int]]:
        words: list[str] = []
        sentences: list[int] = []
        sentence = 0
        for token in self._joined(TOKEN.findall(plain(text))):
            if token in ENDS:
                sentence += 1
                continue
            meant = self._meant(token)
            words.extend(meant)
            sentences.extend([sentence] * len(meant))
        return words, sentences

    def _meant(self, token: str) -> tuple[str, ...]:
        """What is typed as the words that are meant: tdk is tidak, hpku is hp saya."""
        meant = self.spelling.get(token) or (self.spelling.get(TWICE.sub(r"\1", token)) if len(token) > 1 else None)
        if meant is None and token.endswith("ku") and token not in self.stems:
            owned = self.spelling.get(token[:-2], (token[:-2],))
            meant = (*owned, "saya") if owned[-1] in self.stems else None
        return meant or self._denied(token) or (token,)

    def _denied(self, token: str) -> tuple[str, ...]:
        """The two words of a "tidak" that is glued to what it denies, or none."""
        glued = DENIED.match(token)
        rest = token[glued.end() :] if glued and token not in self.roots else ""
        return ("tidak", rest) if len(rest) >= SHORTEST_DENIED and rest in self.roots else ()

    def _joined(self, tokens: Sequence[str]) -> Iterator[str]:
        """Words that somebody who writes little has written in pieces, as one."""
        pieces = iter((*tokens, "\n"))
        before = next(pieces)
        for token in pieces:
            whole = before + token
            if len(whole) >= SHORTEST_JOINED and whole in self.roots and not {before, token} <= self.whole:
                before = whole
            else:
                yield before
                before = token

    def _keys(self, word: str) -> frozenset[str]:
        """What a word may stand for; a slip or a spoken vowel is looked for only where nothing else is found."""
        if word in self._read:
            return self._read[word]
        if word.isdigit():
            few = {"#<18"} if 0 < int(word[:4]) < MAJORITY else set()
            return frozenset({"#", *few, *({f"={word}"} & self.known)})
        if len(word) > LONGEST_WORD:
            return frozenset()
        found = self._stems(word)
        if not found and len(word) > SHORTEST_STEM:
            found = self._stems(TWICE.sub(r"\1", word)) if TWICE.search(word) else found
            found = found or (self._stems(word, spoken=True) if "e" in word else found)
            found = found or self._stems(self._slip(word))
        keys = frozenset(found)
        if word in self.stems:
            self._read[word] = keys
        return keys

    def _stems(self, word: str, spoken: bool = False) -> set[str]:
        if not word:
            return set()
        found = {f"={word}"}
        for short, doing in endings(word):
            for stem, doer in beginnings(spoken_vowel(short) if spoken else short):
                root = self.roots.get(stem)
                if root:
                    found |= {root, f"{doer or ('me' if doing else '')}-{root}"}
        return found & self.known

    def _slip(self, word: str) -> str:
        """The word meant where one letter is missing, wrong, too much, or two have changed places."""
        if len(word) < SHORTEST_SLIP or word in self.no_slips:
            return ""
        meant = (self.slips[short] for short in shortened(word) if short in self.slips)
        return next((slip for slip in meant if slip[0] == word[0]), "")


def shortened(word: str) -> list[str]:
    """The word itself and all that is left when one letter is taken away."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def spoken_vowel(word: str) -> str:
    """Jakarta says e for a written a in a last syllable: dateng is datang."""
    vowel = max(word.rfind(letter) for letter in "aeiou")
    closed = 0 < vowel < len(word) - 1 and word[vowel] == "e"
    return f"{word[:vowel]}a{word[vowel + 1 :]}" if closed else word
