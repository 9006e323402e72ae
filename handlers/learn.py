"""Lessons: pick one, read its cards, answer its quiz; a wrong answer is explained, never blamed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.lessons import Lesson, QuizQuestion
from content.shelf import Say, Shelf
from handlers.talk import Count, Draft, Flow, Go, Option, Question, Turn


@dataclass(frozen=True, slots=True)
class Learning(Draft):
    """Which lesson, which card, which question, and how many were right."""

    lesson: str = ""
    card: int = 0
    question: int = 0
    right: int = 0


flow = Flow("learn", Learning, start="pick")


def show_pick(draft: Learning, shelf: Shelf) -> Question:
    """The lessons by title."""
    offered = tuple(Option(name, Say(f"lesson.{name}.title")) for name in shelf.lessons)
    return Question((Say("learn.pick.ask"),), (*offered, Option("report", Say("learn.pick.report"))))


@flow.ask(show=show_pick)
def pick(draft: Learning, turn: Turn) -> Go[Learning]:
    """A lesson begins with its first card; who has learnt enough to tell something may do so at once."""
    if turn.choice == "report":
        return Go("report.whom")
    if turn.choice in turn.shelf.lessons:
        return Go("card", Learning(turn.choice), do=(Count(f"lesson.begun.{turn.choice}"),))
    return Go("pick", notes=(Say("front.choose"),))


def show_card(draft: Learning, shelf: Shelf) -> Question:
    """One card and how far it is; the last one names its source."""
    lesson = shelf.lessons[draft.lesson]
    last = draft.card == len(lesson.cards) - 1
    says = (head(draft, lesson), Say(f"lesson.{lesson.id}.card.{draft.card}"))
    cited = (sources(lesson),) if last else ()
    return Question((*says, *cited), (Option("next", Say("learn.card.quiz" if last else "learn.card.next")),))


def head(draft: Learning, lesson: Lesson) -> Say:
    """How far it is, and in what."""
    title = Say(f"lesson.{lesson.id}.title")
    return Say("learn.card.head", {"card": draft.card + 1, "cards": len(lesson.cards), "title": title})


def sources(lesson: Lesson) -> Say:
    """Where its facts stand, and since when."""
    named = tuple(Say(f"lesson.{lesson.id}.source.{number}") for number, _ in enumerate(lesson.sources))
    return Say("learn.sources", {"sources": named})


@flow.ask(show=show_card)
def card(draft: Learning, turn: Turn) -> Go[Learning]:
    """Any word leads on: there is nothing to get wrong while reading. A cry for help is no turning of a page."""
    if turn.emergency or turn.suicide:
        return Go("card", draft)
    if draft.card + 1 < len(turn.shelf.lessons[draft.lesson].cards):
        return Go("card", replace(draft, card=draft.card + 1))
    return Go("quiz")


def asked(draft: Learning, shelf: Shelf) -> QuizQuestion:
    """The question that stands."""
    return shelf.lessons[draft.lesson].quiz[draft.question]


def show_quiz(draft: Learning, shelf: Shelf) -> Question:
    """A question with its answers."""
    one = asked(draft, shelf)
    key, number = f"lesson.{draft.lesson}", draft.question
    offered = tuple(Option(str(at), Say(f"{key}.choice.{number}.{at}")) for at, _ in enumerate(one.choices))
    return Question((Say(f"{key}.ask.{number}"),), offered)


@flow.ask(show=show_quiz)
def quiz(draft: Learning, turn: Turn) -> Go[Learning]:
    """The reason follows every answer, then the next question or the end."""
    if not turn.choice:
        return Go("quiz", notes=(Say("front.choose"),))
    chosen = asked(draft, turn.shelf).choices[int(turn.choice)]
    why = Say(f"lesson.{draft.lesson}.reason.{draft.question}.{turn.choice}")
    reason = Say("learn.right" if chosen.right else "learn.not_quite", {"reason": why})
    draft = replace(draft, question=draft.question + 1, right=draft.right + chosen.right)
    questions = len(turn.shelf.lessons[draft.lesson].quiz)
    if draft.question < questions:
        return Go("quiz", draft, notes=(reason,))
    done = Say("learn.done", {"right": draft.right, "all": questions})
    return Go("pick", Learning(), notes=(reason, done), do=(Count(f"lesson.done.{draft.lesson}"),))
