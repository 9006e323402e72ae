"""The lexicon of what may not stand in an alert: words by reason, and the lists around names, firms and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.danger import check_words, load_spelling, named
from content.offer_lexicon import Words
from content.rows import read_file

SIGNS = ("incite", "tip_off", "group", "verdict", "departing")
LISTS = ("negators", "hosts", "titles", "after_titles", "firms", "after_firms", "places", "after_places")


@dataclass(frozen=True, slots=True)
class AlertSign:
    """What a text does, by words and short phrases in the notation of danger.yaml; `excluding` takes one back."""

    id: str
    forms: tuple[str, ...]
    excluding: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AlertLexicon:
    """Words in small letters, by what they say; alert_filter.yaml tells what each list is for."""

    spelling: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    signs: tuple[AlertSign, ...]
    negators: frozenset[str]
    hosts: frozenset[str]
    titles: frozenset[str]
    after_titles: frozenset[str]
    firms: frozenset[str]
    after_firms: frozenset[str]
    places: frozenset[str]
    after_places: frozenset[str]

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every phrase with the id of what it stands for."""
        return ((sign.id, one) for sign in self.signs for one in (*sign.forms, *sign.excluding))


def load_alert_lexicon(folder: Path, spelt: Mapping[str, tuple[str, ...]]) -> AlertLexicon:
    """Read alert_filter.yaml; Fault names row and field. `spelt` is the spelling that it adds to."""
    top = read_file(folder / "alert_filter.yaml")
    top.only(frozenset({"source", "source_date", "confidence", "usulan", "spelling", "groups", "signs", *LISTS}))
    top.text("source"), top.month("source_date"), top.confidence()
    words = Words({**spelt, **load_spelling(top)}, {name: row.texts(name) for name, row in named(top, "groups")})
    signs = []
    for row in top.each("signs"):
        row.only(frozenset({"id", "forms"}), frozenset({"not"}))
        signs.append(AlertSign(row.text("id"), words.phrases(row, "forms"), words.phrases(row, "not")))
    if missing := set(SIGNS) - {one.id for one in signs}:
        top.wrong(f"signs: {min(missing)}", "is missing")
    lists = {name: frozenset(top.texts(name)) for name in LISTS}
    lexicon = AlertLexicon(words.spelling, words.singles, tuple(signs), **lists)
    check_words(top, lexicon)
    return lexicon
