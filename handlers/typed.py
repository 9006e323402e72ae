"""Numbers that people type where a button would be: `1 4`, `1,3`, `13`, `1 dan 3`, `satu`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from content.languages import NumberWords

TOKEN = re.compile(r"[0-9]+(?:st|nd|rd|th)\b|[0-9]+|[^\W\d_]+", re.UNICODE)
LAST = "-1"  # of the options
AGE = re.compile(r"\s*(\d{1,2})\b")
GROWN = 18  # years, UU 21/2007 art. 1(5)
LIST_DIGITS = 3  # more digits than this are a telephone number or a plate, and that is worth keeping


@dataclass(frozen=True, slots=True)
class Typed:
    """What a text says beside a numbered list: the options meant (numbers as typed, from 1), and the words left."""

    choices: tuple[str, ...]
    words: str


def read_numbers(text: str, options: int, many: bool, numbers: NumberWords) -> Typed:
    """The leading numbers of a text, where they are options; `options` is how many are offered.

    A number before a counted thing ("2 orang dikunci") is a word, not an answer.
    """
    if only := said_only(text, options, many, numbers):
        return Typed(only, "")
    meant: list[str] = []
    rest = 0
    for token in TOKEN.finditer(text):
        word = token.group().lower()
        if meant and word in numbers.joiners:
            continue
        digits = numbers.spelt.get(word, word)
        found = split(digits, options, many)
        if not found or not room(meant, many) or counted(text, token.end(), numbers):
            break
        meant += [number for number in found if number not in meant]
        rest = token.end()
    left = text[rest:].strip(" \t\n,.;:)-") if meant else text.strip()
    return Typed(tuple(meant), "" if meant and wordless(left) else left)


def said_only(text: str, options: int, many: bool, numbers: NumberWords) -> tuple[str, ...]:
    """The options that a text names and nothing else: "nomor dua aja kak", "yang kedua", "yg paling bawah"."""
    meant: list[str] = []
    before = ""
    for word in TOKEN.findall(text.lower()):
        # The word "one" is a number too, but not behind "the second".
        if word in numbers.joiners | numbers.asides and (before in numbers.ordinals or word not in numbers.spelt):
            continue
        before = word
        digits = numbers.ordinals.get(word) or numbers.spelt.get(word, word)
        found = split(str(options) if digits == LAST else digits, options, many)
        if not found or not room(meant, many):
            return ()
        meant += [number for number in found if number not in meant]
    return tuple(meant)


def wordless(text: str) -> bool:
    """Whether a text tells nothing beside a list: no letter, and no number longer than a list's."""
    return not any(letter.isalpha() for letter in text) and sum(map(str.isdigit, text)) <= LIST_DIGITS


def bare(text: str) -> str:
    """A text as labels are compared: small letters, single spaces, no signs around it."""
    return " ".join(text.lower().strip(" \t\n.,!?*/()\"'").split())


def split(digits: str, options: int, many: bool) -> list[str]:
    """`13` is one and three where several may be chosen; lists never pass nine, so it cannot be thirteen."""
    if not digits.isdecimal() or not digits.isascii() or (len(digits) > 1 and not many):
        return []
    found = list(digits)
    return found if all(1 <= int(number) <= options for number in found) else []


def room(meant: list[str], many: bool) -> bool:
    """One answer where one is asked."""
    return many or not meant


def counted(text: str, end: int, numbers: NumberWords) -> bool:
    """Whether the word after a number is a thing one counts."""
    after = TOKEN.search(text, end)
    return after is not None and after.group().lower() in numbers.counted


def by_age(words: str) -> str:
    """`16 thn` as an answer to whether somebody is under age; nothing where no age begins the text."""
    found = AGE.match(words)
    return "" if found is None else "yes" if int(found[1]) < GROWN else "no"
