"""Lessons: Markdown files of a few cards, with their topic, facts and quiz in the front matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from content.facts import Fact
from content.faults import Fault, Gathered
from content.figures import figures_of, unfounded
from content.hotlines import Hotline
from content.rows import UTF_8, Row, read_yaml

CARD_LIMIT = 300  # characters: one idea, read at a glance on a small phone
TITLE_LIMIT = 40  # characters: a title is a button
CHOICE_LIMIT = 50  # characters: a choice is a button too, and a longer one is cut on a small phone
NAME_LIMIT = 40  # characters of an id: it travels in a button, whose 64 bytes hold more than it
NAME = re.compile(rf"\d+-([a-z0-9-]{{1,{NAME_LIMIT}}})\.md")
CARDS = range(3, 7)
QUIZ = range(3, 6)
OPTIONS = range(2, 5)
MOST_OF_A_TOPIC = 8  # with the way to a caseworker a list of nine, the longest a talk shows
FRONT = frozenset({"title", "topic", "facts", "quiz"})
DASHES = re.compile(r"^---[ \t]*$", re.MULTILINE)
MARK = "\ufeff"  # some editors put it before a text


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
    number: str  # of its file's name
    title: str
    topic: LessonTopic
    cards: tuple[str, ...]
    quiz: tuple[QuizQuestion, ...]
    facts: tuple[str, ...]

    @property
    def file(self) -> str:
        """The name of its file, alike in every language."""
        return f"{self.number}-{self.id}.md"

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
        """The place of the right choice of each question; -1 where none is, which is refused."""
        return tuple(
            next((place for place, choice in enumerate(question.choices) if choice.right), -1) for question in self.quiz
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """What a lesson may say: the facts by id, and the figures that any lesson may use, the numbers people call."""

    facts: Mapping[str, Fact]
    dialled: frozenset[str]

    @classmethod
    def of(cls, facts: Mapping[str, Fact], hotlines: Iterable[Hotline]) -> Ground:
        """From the facts and the directory."""
        return cls(facts, figures_of(line.number for line in hotlines if line.number))

    def figures(self, ids: Iterable[str]) -> frozenset[str]:
        """Every figure that some facts hold, and the numbers people call."""
        named = [self.facts[id] for id in ids if id in self.facts]
        return self.dialled | figures_of(text for fact in named for text in (fact.says.id, fact.source.id))


def load_lessons(folder: Path, ground: Ground) -> dict[str, Lesson]:
    """All lessons of a language in the order of their file names; Fault for all that is wrong in all of them."""
    lessons: dict[str, Lesson] = {}
    gathered = Gathered()
    for path in sorted(folder.glob("*.md")):
        where = f"{folder.parent.name}/{path.name}"
        with gathered:
            lesson = read_lesson(where, path.read_text(encoding=UTF_8))
            Gathered(faults(where, lesson, ground)).end()
            if lesson.id in lessons:
                raise Fault(where, "another lesson has this name already")
            lessons[lesson.id] = lesson
    Gathered([*gathered.found, *crowded(folder.parent.name, lessons)]).end()
    return lessons


def crowded(language: str, lessons: Mapping[str, Lesson]) -> Iterator[Fault]:
    """A topic with more lessons than a talk can list, and titles of one that read alike."""
    for topic, count in Counter(lesson.topic for lesson in lessons.values()).items():
        if count > MOST_OF_A_TOPIC:
            where = f"{language}/lessons"
            yield Fault(where, "%(topic)s has more than %(most)s lessons", topic=topic, most=MOST_OF_A_TOPIC)
    titles: dict[tuple[str, str], str] = {}
    for lesson in lessons.values():
        if (first := titles.setdefault((lesson.topic, lesson.title.lower()), lesson.id)) != lesson.id:
            yield Fault(f"{language}/lessons: {lesson.id}", "has the title of %(name)s", name=first)


def read_lesson(name: str, text: str) -> Lesson:
    """One lesson: front matter between lines of three dashes, then cards with a line of three dashes between them.

    `name` is its file's, `NN-id.md`, or `id/NN-id.md` to tell languages apart. What it says is not judged here.
    """
    gathered = Gathered()
    lesson = try_lesson(name, text, gathered)
    gathered.end()
    return lesson


def try_lesson(name: str, text: str, gathered: Gathered) -> Lesson:
    """As much of a lesson as can be read, with what cannot in `gathered`; Fault where nothing can."""
    before, *parts = DASHES.split(text.removeprefix(MARK).replace("\r", ""))
    if not NAME.fullmatch(Path(name).name):
        raise Fault(name, "a name like 10-some-words.md is needed, of at most %(most)s letters", most=NAME_LIMIT)
    front = read_yaml(name, parts[0].removeprefix("\n"), before.count("\n") + 1) if parts else None
    if not isinstance(front, dict) or before.strip():
        raise Fault(name, "a lesson begins with its front matter between two lines of three dashes")
    row = Row(name, front)
    row.only(FRONT)
    number, id = Path(name).stem.split("-", 1)
    asked, facts = tuple[Row, ...](), tuple[str, ...]()
    asked = gathered.value(lambda: row.each("quiz"), asked)
    return Lesson(
        id=id,
        number=number,
        title=gathered.value(lambda: row.text("title").strip(), ""),
        topic=gathered.value(lambda: row.word(LessonTopic, "topic"), LessonTopic.BASICS),
        cards=tuple(part.strip() for part in parts[1:]),
        quiz=tuple(
            try_question(Row(f"{name}: question {at}", one.fields), gathered) for at, one in enumerate(asked, 1)
        ),
        facts=gathered.value(lambda: row.texts("facts"), facts),
    )


def try_question(row: Row, gathered: Gathered) -> QuizQuestion:
    """A question of the front matter."""
    with gathered:
        row.only(frozenset({"ask", "choices"}))
        rows = enumerate(row.each("choices"), 1)
        choices = tuple(try_choice(Row(f"{row.where}: choice {at}", one.fields), gathered) for at, one in rows)
        return QuizQuestion(row.text("ask").strip(), choices)
    return QuizQuestion("", ())


def try_choice(row: Row, gathered: Gathered) -> Choice:
    """An answer of a question; each says why, the right one too."""
    with gathered:
        row.only(frozenset({"text", "reason"}), frozenset({"right"}))
        right = row.fields.get("right", False)
        if not isinstance(right, bool):
            row.wrong("right", "true is needed, or nothing")
        return Choice(row.text("text").strip(), row.text("reason").strip(), right)
    return Choice("", "", False)


def faults(name: str, lesson: Lesson, ground: Ground) -> Iterator[Fault]:
    """All that is wrong with a lesson, in the order in which it is read."""
    yield from shape_faults(name, lesson)
    if not lesson.facts:
        yield Fault(f"{name}: facts", "every lesson names its facts")
    for id in lesson.facts:
        if id not in ground.facts:
            yield Fault(f"{name}: facts", "there is no fact %(id)s", id=id)
    allowed = ground.figures(lesson.facts)
    for key, words in lesson.words():
        for figure in unfounded(words, allowed):
            yield Fault(f"{name}: {place_of(key)}", "the figure %(figure)s stands in none of its facts", figure=figure)


def place_of(key: str) -> str:
    """Where in its lesson a key stands, counted from one: `card 5`, `question 2: choice 1`."""
    part, *numbers = key.split(".")[2:]
    counted = [int(number) + 1 for number in numbers]
    if part in {"ask", "choice", "reason"}:
        question, *rest = counted
        return ": ".join((f"question {question}", *(f"{part} {number}" for number in rest)))
    return " ".join((part, *map(str, counted)))


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
        yield from question_faults(f"{name}: question {number}", question)


def question_faults(where: str, question: QuizQuestion) -> Iterator[Fault]:
    """How many choices there are, how long they are, and whether they can be told apart."""
    if len(question.choices) not in OPTIONS or sum(choice.right for choice in question.choices) != 1:
        first, *_, last = OPTIONS
        yield Fault(where, "%(first)s to %(last)s choices are needed, one of them right", first=first, last=last)
    said: dict[str, int] = {}
    for number, choice in enumerate(question.choices, 1):
        here = f"{where}: choice {number}"
        if len(choice.text) > CHOICE_LIMIT:
            yield Fault(here, "at most %(most)s characters fit", most=CHOICE_LIMIT)
        if choice.text and (first := said.setdefault(choice.text.lower(), number)) != number:
            yield Fault(here, "reads like choice %(number)s", number=first)
