"""Everything Suar says and knows, loaded once, checked, and read by key and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from content.alert_lexicon import AlertLexicon, load_alert_lexicon
from content.alerts import Alerts, load_alerts
from content.broadcast import Broadcast, load_broadcast
from content.danger import DangerLexicon, load_danger
from content.facts import Fact, load_facts
from content.faults import Fault
from content.gazetteer import Gazetteer, load_gazetteer
from content.hotlines import Hotline
from content.identity import IdentityLexicon, load_identity
from content.intents import IntentLexicon, load_intents
from content.kinds import KindLexicon, load_kinds
from content.languages import FIRST, NumberWords, join_answers, join_commands, join_numbers, load_languages
from content.lessons import Ground, Lesson
from content.localized import Localized
from content.offer_lexicon import OfferLexicon, load_offer_lexicon
from content.offers import Offers, load_offers
from content.processing import Address, Records, load_addresses, load_records
from content.queues import Directory, load_directory
from content.recordings import Recording, load_recordings
from content.rows import read_file
from content.templates import Template, load_templates

HERE = Path(__file__).parent
SOUNDS = HERE / FIRST / "lessons" / "audio"  # of what is spoken in the first language


@dataclass(frozen=True, slots=True)
class Lines:
    """Several words below each other, as a list."""

    says: tuple[Say, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Words by key; `values` fill the placeholders: text as it is, a whole number as the language writes thousands,
    a text of the directory in its language, a Say by its words, several joined by `; `,
    a recording by its length. `alone`: a message of its own, to be sent on as it is."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    alone: bool = False


class Picture(str):
    """The address of a picture; a channel that can show it does, beside the words."""

    __slots__ = ()


class Paper(str):
    """The address of a sheet to print; a channel that takes files brings it, beside the words."""

    __slots__ = ()


Value = str | int | Localized | Say | tuple[Say, ...] | Lines | Recording


@dataclass(frozen=True, slots=True)
class Terms:
    """Figures the task force signs: what the chat keeps and for how long. All `usulan` until then."""

    text_limit: int  # characters of one message
    draft_minutes: int
    parked_minutes: int  # of a talk with an affected person
    append_minutes: int
    reopen_days: int
    keep_days: Mapping[str, int]  # kind -> days

    @property
    def parked_seconds(self) -> int:
        """The silence that parks a talk."""
        return self.parked_minutes * 60

    @property
    def reopen_seconds(self) -> int:
        """How long `belum selesai` works."""
        return self.reopen_days * 86_400


@dataclass(frozen=True, slots=True)
class Shelf:
    """The loaded content. Nothing here changes while the service runs."""

    words: Mapping[str, Mapping[str, str]]  # language -> key -> template
    numbers: Mapping[str, NumberWords]  # by language
    commands: Mapping[str, str]  # a whole message in any language, lower case -> command
    answers: Mapping[str, frozenset[str]]  # key of an option -> whole messages in any language that mean it
    lessons: Mapping[str, Lesson]  # how they are built; what is read of them stands in `words`
    facts: Mapping[str, Fact]  # what they teach, by id
    recordings: Mapping[str, Recording]  # by the key of what they say in the first language
    offers: Offers
    offer_lexicon: OfferLexicon
    danger: DangerLexicon
    intents: IntentLexicon
    kinds: KindLexicon
    identity: IdentityLexicon
    abroad: frozenset[str]  # places abroad as people name them, lower case
    directory: Directory
    gazetteer: Gazetteer
    code_words: tuple[str, ...]
    terms: Terms
    broadcast: Broadcast
    records: Records
    addresses: tuple[Address, ...]  # where Suar was announced, by channel
    alerts: Alerts
    alert_lexicon: AlertLexicon
    templates: Mapping[str, Template]  # by id: what a vendor must approve before it may be sent unasked

    @property
    def languages(self) -> tuple[str, ...]:
        """Their codes; everybody begins in the first."""
        return tuple(self.words)

    def text(self, say: Say, language: str = FIRST) -> str:
        """The words of a key with its values put in; an unknown key is a KeyError."""
        return self.words[language][say.key].format_map({k: self.value(v, language) for k, v in say.values.items()})

    def value(self, value: Value, language: str) -> str:
        """A placeholder's words. Values are never read as templates, so a brace in a story stays a brace."""
        if isinstance(value, str | Recording):
            return str(value)
        if isinstance(value, int):
            return grouped(value, language)
        if isinstance(value, Localized):
            return value.to(language)
        if isinstance(value, Say):
            return self.text(value, language)
        if isinstance(value, Lines):
            return "\n".join(f"- {self.text(one, language)}" for one in value.says)
        return "; ".join(self.text(one, language) for one in value)

    @property
    def hotlines(self) -> tuple[Hotline, ...]:
        """The numbers, in the order of their file."""
        return self.directory.hotlines

    def command(self, text: str) -> str:
        """The command a whole message is, or nothing."""
        return self.commands.get(" ".join(text.lower().strip(" \t\n.!?*/").split()), "")


@lru_cache(1_024)
def grouped(number: int, language: str) -> str:
    """A whole number as a language writes thousands. Babel reads its locale at each call, and turns say few numbers."""
    return str(format_decimal(number, locale=language))


def load_terms(data: Mapping[str, Any]) -> Terms:
    """Retention and limits from terms.yaml; each row names who proposed it."""
    days = {str(kind): int(row["days"]) for kind, row in data["keep"].items()}
    return Terms(
        int(data["text_limit"]),
        int(data["draft_minutes"]),
        int(data["parked_minutes"]),
        int(data["append_minutes"]),
        int(data["reopen_days"]),
        days,
    )


def load_shelf(folder: Path = HERE) -> Shelf:
    """The whole content of a folder, or a ValueError that names what is wrong in which file."""
    directory, danger = load_directory(folder / "directory"), load_danger(folder / "reading")
    abroad = frozenset(read_file(folder / "reading" / "abroad.yaml").texts("abroad"))
    offers, facts = load_offers(folder / "offers.yaml"), load_facts(folder / "facts")
    languages = load_languages(folder, Ground.of(facts, directory.hotlines))
    check_localized(directory, frozenset(languages) - {FIRST})
    return Shelf(
        words={code: language.words for code, language in languages.items()},
        numbers=join_numbers(languages),
        commands=join_commands(languages),
        answers=join_answers(languages),
        lessons=languages[FIRST].lessons,
        facts=facts,
        recordings=load_recordings(folder / FIRST / "lessons" / SOUNDS.name, languages[FIRST].words),
        danger=danger,
        intents=load_intents(folder / "reading", danger.spelling),
        kinds=load_kinds(folder / "reading", danger),
        identity=load_identity(folder / "reading"),
        abroad=abroad,
        offers=offers,
        offer_lexicon=load_offer_lexicon(folder / "reading", danger.spelling, abroad, offers.ids),
        directory=directory,
        gazetteer=load_gazetteer(folder / "places"),
        code_words=tuple((folder / "code_words.txt").read_text(encoding="utf-8").split()),
        terms=load_terms(read_file(folder / "terms.yaml").fields),
        broadcast=load_broadcast(folder / "broadcast.yaml"),
        records=load_records(folder / "processing.yaml"),
        addresses=load_addresses(folder / "official.yaml"),
        alerts=load_alerts(folder / "alerts.yaml", facts, languages),
        alert_lexicon=load_alert_lexicon(folder / "reading", danger.spelling),
        templates=load_templates(folder / "templates.yaml", frozenset(languages)),
    )


def check_localized(directory: Directory, others: frozenset[str]) -> None:
    """Every text of the directory that is no proper name is there in all languages."""
    named = [("queues.yaml", queue.id, "name", queue.name) for queue in directory.queues.values()]
    named += [("hotlines.yaml", line.id, "name", line.name) for line in directory.hotlines if line.name.others]
    named += [("hotlines.yaml", line.id, "note", line.note) for line in directory.hotlines if line.note]
    for file, row, column, text in named:
        if missing := others - text.others.keys():
            raise Fault(f"{file}: {row}: {column}", "needs a text for %(codes)s", codes=", ".join(sorted(missing)))
