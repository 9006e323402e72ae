"""Lessons: Markdown files of a few cards, with their topic, facts and quiz in the front matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.facts import Fact
from content.faults import Fault
from content.figures import figures, figures_of
from content.hotlines import Hotline
from content.rows import Row, read_yaml

CARD_LIMIT = 300  # characters: one idea, read at a glance on a small phone
TITLE_LIMIT = 40  # characters: a title is a button
NAME_LIMIT = 40  # characters of an id: it travels in a button, whose 64 bytes hold more than it
NAME = re.compile(rf"\d+-([a-z0-9-]{{1,{NAME_LIMIT}}})\.md")
CARDS = range(3, 7)
QUIZ = range(3, 6)
OPTIONS = range(2, 5)
MOST_OF_A_TOPIC = 8  # with the way to a caseworker a list of nine, the longest a talk shows
FRONT = frozenset({"title", "topic", "facts", "quiz"})


class LessonTopic(StrEnum):
    """Under which heading a lesson is found, in the order in which they are offered."""

    BASICS = "basics"
    WORK = "work"
    FAMILY = "family"
    ROLES = "roles"


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
class Lesson:
    """A few cards, one idea each, then the quiz; `facts` are ids of `content/facts`."""

    id: str
    title: str
    topic: LessonTopic
    cards: tuple[str, ...]
    quiz: tuple[QuizQuestion, ...]
    facts: tuple[str, ...]

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

    @property
    def right(self) -> tuple[int, ...]:
        """The place of the right choice of each question."""
        return tuple([choice.right for choice in question.choices].index(True) for question in self.quiz)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a lesson may say: the facts by id, and the figures that any lesson may use, the numbers people call."""

    facts: Mapping[str, Fact]
    dialled: frozenset[str]

    @classmethod
    def of(cls, facts: Mapping[str, Fact], hotlines: Iterable[Hotline]) -> Ground:
        """From the facts and the directory."""
        return cls(facts, figures_of(line.number for line in hotlines if line.number))

    def figures(self, lesson: Lesson) -> frozenset[str]:
        """Every figure that the facts of a lesson hold, and the numbers people call."""
        named = [self.facts[id] for id in lesson.facts if id in self.facts]
        return self.dialled | figures_of(text for fact in named for text in (fact.says.id, fact.source.id))


def load_lessons(folder: Path, ground: Ground) -> dict[str, Lesson]:
    """All lessons of a language in the order of their file names; the first that is wrong is a Fault."""
    lessons: dict[str, Lesson] = {}
    for path in sorted(folder.glob("*.md")):
        lesson = read_lesson(path.name, path.read_text(encoding="utf-8"))
        for fault in faults(path.name, lesson, ground):
            raise fault
        if lesson.id in lessons:
            raise Fault(path.name, "another lesson has this name already")
        lessons[lesson.id] = lesson
    for topic, count in Counter(lesson.topic for lesson in lessons.values()).items():
        if count > MOST_OF_A_TOPIC:
            raise Fault(folder.name, "%(topic)s has more than %(most)s lessons", topic=topic, most=MOST_OF_A_TOPIC)
    return lessons


def read_lesson(name: str, text: str) -> Lesson:
    """One lesson: front matter between lines of three dashes, then cards with a line of three dashes between them.

    `name` is its file's, `NN-id.md`. What it says is not judged here.
    """
    parts = [part.strip() for part in f"\n{text.replace(chr(13), '')}".split("\n---\n")]
    front = read_yaml(name, parts[1]) if len(parts) > 1 else None
    if not NAME.fullmatch(name):
        raise Fault(name, "a name like 10-some-words.md is needed, of at most %(most)s letters", most=NAME_LIMIT)
    if not isinstance(front, dict) or parts[0]:
        raise Fault(name, "a lesson begins with its front matter between two lines of three dashes")
    row = Row(name, front)
    row.only(FRONT)
    return Lesson(
        id=Path(name).stem.split("-", 1)[-1],
        title=row.text("title").strip(),
        topic=row.word(LessonTopic, "topic"),
        cards=tuple(parts[2:]),
        quiz=tuple(read_question(one) for one in row.each("quiz")),
        facts=row.texts("facts"),
    )


def read_question(row: Row) -> QuizQuestion:
    """A question of the front matter."""
    row.only(frozenset({"ask", "choices"}))
    return QuizQuestion(row.text("ask").strip(), tuple(read_choice(one) for one in row.each("choices")))


def read_choice(row: Row) -> Choice:
    """An answer of a question; each says why, the right one too."""
    row.only(frozenset({"text", "reason"}), frozenset({"right"}))
    right = row.fields.get("right", False)
    if not isinstance(right, bool):
        row.wrong("right", "true is needed, or nothing")
    return Choice(row.text("text").strip(), row.text("reason").strip(), right)


def faults(name: str, lesson: Lesson, ground: Ground) -> Iterator[Fault]:
    """All that is wrong with a lesson, in the order in which it is read."""
    yield from shape_faults(name, lesson)
    if not lesson.facts:
        yield Fault(f"{name}: facts", "every lesson names its facts")
    for id in lesson.facts:
        if id not in ground.facts:
            yield Fault(f"{name}: facts", "there is no fact %(id)s", id=id)
    allowed = ground.figures(lesson)
    for key, words in lesson.words():
        for figure in (one for one in figures(words) if one not in allowed):
            yield Fault(f"{name}: {place_of(key)}", "the figure %(figure)s stands in none of its facts", figure=figure)


def place_of(key: str) -> str:
    """Where in its lesson a key stands, counted from one: `choice 2 1`."""
    return " ".join(str(int(part) + 1) if part.isdigit() else part for part in key.split(".")[2:])


def shape_faults(name: str, lesson: Lesson) -> Iterator[Fault]:
    """How many cards, questions and choices there are, and how long they are."""
    if len(lesson.title) > TITLE_LIMIT:
        yield Fault(f"{name}: title", "at most %(most)s characters fit", most=TITLE_LIMIT)
    for part, count, room in (("cards", len(lesson.cards), CARDS), ("quiz", len(lesson.quiz), QUIZ)):
        if count not in room:
            yield Fault(f"{name}: {part}", "%(first)s to %(last)s are needed", first=room[0], last=room[-1])
    for number, card in enumerate(lesson.cards, 1):
        if not 0 < len(card) <= CARD_LIMIT:
            where, count = f"{name}: card {number}", len(card)
            yield Fault(where, "%(count)s characters; 1 to %(most)s fit", count=count, most=CARD_LIMIT)
    for number, question in enumerate(lesson.quiz, 1):
        if len(question.choices) not in OPTIONS or sum(choice.right for choice in question.choices) != 1:
            where, (first, *_, last) = f"{name}: question {number}", OPTIONS
            yield Fault(where, "%(first)s to %(last)s choices are needed, one of them right", first=first, last=last)
