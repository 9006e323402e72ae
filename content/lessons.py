"""Lessons: Markdown files of a few cards, with their quiz and sources in the front matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CARD_LIMIT = 300  # characters: one idea, read at a glance on a small phone
CARDS = range(2, 7)
QUIZ = range(2, 6)
OPTIONS = range(2, 5)
CONFIDENCE = frozenset({"P", "A", "B"})  # C waits for a source, D is never taught as a fact


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a quiz and why it is right or not, kind to whoever chose it."""

    text: str
    reason: str
    right: bool


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question with one right answer."""

    ask: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a lesson's facts stand: name, month (YYYY-MM), confidence P, A or B."""

    name: str
    date: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A few cards, one idea each, then the quiz."""

    id: str
    title: str
    cards: tuple[str, ...]
    quiz: tuple[QuizQuestion, ...]
    sources: tuple[Source, ...]

    def words(self) -> Iterator[tuple[str, str]]:
        """All that is read of it, by key: `lesson.<id>.title`, `.card.<n>`, `.ask.<n>`, `.choice.<n>.<m>` ..."""
        key = f"lesson.{self.id}"
        yield f"{key}.title", self.title
        yield from ((f"{key}.card.{number}", card) for number, card in enumerate(self.cards))
        for number, question in enumerate(self.quiz):
            yield f"{key}.ask.{number}", question.ask
            for place, choice in enumerate(question.choices):
                yield f"{key}.choice.{number}.{place}", choice.text
                yield f"{key}.reason.{number}.{place}", choice.reason
        yield from ((f"{key}.source.{number}", f"{one.name} ({one.date})") for number, one in enumerate(self.sources))

    @property
    def right(self) -> tuple[int, ...]:
        """The place of the right choice of each question."""
        return tuple([choice.right for choice in question.choices].index(True) for question in self.quiz)


def load_lessons(folder: Path) -> dict[str, Lesson]:
    """All lessons of a language in the order of their file names; a wrong one is a ValueError that names the file."""
    lessons = [read_lesson(path) for path in sorted(folder.glob("*.md"))]
    return {lesson.id: lesson for lesson in lessons}


def read_lesson(path: Path) -> Lesson:
    """One lesson: front matter between lines of three dashes, then cards with a line of three dashes between them."""
    _, front, *cards = (part.strip() for part in f"\n{path.read_text(encoding='utf-8')}".split("\n---\n"))
    data = yaml.safe_load(front)
    lesson = Lesson(
        id=path.stem.split("-", 1)[1],
        title=str(data["title"]),
        cards=tuple(cards),
        quiz=tuple(read_question(row) for row in data["quiz"]),
        sources=tuple(Source(str(row["name"]), str(row["date"]), str(row["confidence"])) for row in data["sources"]),
    )
    check(path.name, lesson)
    return lesson


def read_question(row: Mapping[str, Any]) -> QuizQuestion:
    """A question of the front matter."""
    choices = tuple(Choice(str(one["text"]), str(one["reason"]), bool(one.get("right"))) for one in row["choices"])
    return QuizQuestion(str(row["ask"]), choices)


def check(name: str, lesson: Lesson) -> None:
    """What every lesson must hold."""
    if len(lesson.cards) not in CARDS or len(lesson.quiz) not in QUIZ:
        raise ValueError(f"{name}: needs {CARDS[0]} to {CARDS[-1]} cards and {QUIZ[0]} to {QUIZ[-1]} questions")
    for number, card in enumerate(lesson.cards, 1):
        if not card or len(card) > CARD_LIMIT:
            raise ValueError(f"{name}: card {number} has {len(card)} characters; 1 to {CARD_LIMIT} fit")
    for number, question in enumerate(lesson.quiz, 1):
        if len(question.choices) not in OPTIONS or sum(choice.right for choice in question.choices) != 1:
            raise ValueError(
                f"{name}: question {number} needs {OPTIONS[0]} to {OPTIONS[-1]} choices, one of them right"
            )
    if not lesson.sources or any(source.confidence not in CONFIDENCE for source in lesson.sources):
        raise ValueError(f"{name}: every lesson names its sources, with confidence P, A or B")
