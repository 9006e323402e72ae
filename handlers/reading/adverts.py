"""A job advert as words that know where they stand in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.reading.phrases import Span
from handlers.reading.spoken import Heard, Speech

CHUNK = re.compile(r"[^\s/|,;()]+|\n|[,;]")
SENTENCE_ENDS = frozenset("\n,;")
STOPS = (".", "!", "?")


@dataclass(frozen=True, slots=True)
class Advert:
    """The words of a text, and for each the letters it was typed as: from, up to and not including."""

    text: str
    heard: Heard
    letters: tuple[tuple[int, int], ...]

    def stretch(self, span: Span) -> tuple[int, int]:
        """From which letter up to which some words reach."""
        return self.letters[span.start][0], self.letters[span.end - 1][1]


def folded(text: str) -> str:
    """Small plain letters, each where it stood: adverts are set in bold and double-struck ones to be noticed."""
    if text.isascii():
        return text.lower()
    return "".join(fold(sign) for sign in text)


def fold(sign: str) -> str:
    """One sign as one small plain letter, or as it is."""
    plain = unicodedata.normalize("NFKC", sign).lower()
    return plain if len(plain) == 1 else sign


def hear(text: str, speech: Speech) -> Advert:
    """The words of a folded text; a comma ends a sentence here, for adverts are lists."""
    words: list[str] = []
    keys: list[frozenset[str]] = []
    sentences: list[int] = []
    letters: list[tuple[int, int]] = []
    for start, end, sentence in chunks(text):
        said = speech.hear(text[start:end])
        words.extend(said.words)
        keys.extend(said.keys)
        sentences.extend(sentence + inner for inner in said.sentences)
        letters.extend([(start, end)] * len(said.words))
    where: dict[str, list[int]] = {}
    for place, found in enumerate(keys):
        for key in found:
            where.setdefault(key, []).append(place)
    stands = {key: tuple(found) for key, found in where.items()}
    heard = Heard(tuple(words), tuple(keys), tuple(sentences), stands, text.rstrip(" !.)").endswith("?"))
    return Advert(text, heard, tuple(letters))


def chunks(text: str) -> Iterator[tuple[int, int, int]]:
    """What stands between spaces: from, up to, and the number of its sentence."""
    sentence = 0
    for found in CHUNK.finditer(text):
        if found.group() in SENTENCE_ENDS:
            sentence += 1
            continue
        yield found.start(), found.end(), sentence
        if found.group().endswith(STOPS):
            sentence += 1
        elif "." in found.group():
            sentence += found.group().count(".")
