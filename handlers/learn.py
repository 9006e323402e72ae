"""Lessons: pick a topic and a lesson, read its cards, answer its quiz; a wrong answer is explained, never blamed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from content.facts import Fact, cited
from content.lessons import Lesson, LessonTopic, QuizQuestion
from content.shelf import Say, Shelf, Value
from content.vocabulary import Confidence
from handlers.numbers import since
from handlers.talk import Count, Draft, Effect, Flow, Go, Option, Question, Turn


@dataclass(frozen=True, slots=True)
class Learning(Draft):
    """Which topic, lesson, card and question, how many were right, and whether the guess before the cards was."""

    topic: str = ""
    lesson: str = ""
    card: int = 0
    question: int = 0
    right: int = 0
    before: str = ""  # RIGHT or WRONG; nothing where it was not asked or left out


RIGHT, WRONG = "right", "wrong"
MONTH = len("2025-11")  # a card has no room for the day
REPORT = Option("report", Say("learn.pick.report"))
LISTEN = Option("listen", Say("learn.hear.listen"))
flow = Flow("learn", Learning, start="pick")


def show_pick(draft: Learning, shelf: Shelf) -> Question:
    """The topics that have lessons."""
    taught = {lesson.topic for lesson in shelf.lessons.values()}
    offered = tuple(Option(topic, Say(f"learn.topic.{topic}")) for topic in LessonTopic if topic in taught)
    return Question((Say("learn.pick.ask"),), (*offered, REPORT))


@flow.ask(show=show_pick)
def pick(draft: Learning, turn: Turn) -> Go[Learning]:
    """Who has learnt enough to tell something may do so at once."""
    if turn.choice == REPORT.name:
        return Go("report.whom")
    if turn.choice:
        return Go("lessons", Learning(turn.choice))
    return Go("pick", notes=(Say("front.choose"),))


def show_lessons(draft: Learning, shelf: Shelf) -> Question:
    """The lessons of a topic by title."""
    listed = (lesson.id for lesson in shelf.lessons.values() if lesson.topic == draft.topic)
    offered = tuple(Option(name, Say(f"lesson.{name}.title")) for name in listed)
    return Question((Say("learn.lessons.ask"),), (*offered, REPORT))


@flow.ask(show=show_lessons)
def lessons(draft: Learning, turn: Turn) -> Go[Learning]:
    """A lesson begins with a guess at its first question."""
    if turn.choice == REPORT.name:
        return Go("report.whom")
    if turn.choice:
        begun = (Count(f"lesson.begun.{turn.choice}"),)
        return Go("before", Learning(draft.topic, turn.choice), do=begun)
    return Go("lessons", notes=(Say("front.choose"),))


def choices(draft: Learning, shelf: Shelf) -> tuple[Option, ...]:
    """The answers of the question that stands."""
    lesson, number = draft.lesson, draft.question
    places = range(len(asked(draft, shelf).choices))
    offered = tuple(Option(str(at), Say(f"lesson.{lesson}.choice.{number}.{at}")) for at in places)
    return (*offered, *hear(f"lesson.{lesson}.ask.{number}", shelf))


def hear(key: str, shelf: Shelf) -> tuple[Option, ...]:
    """The way to hear what a key says, where it was recorded."""
    return (LISTEN,) if key in shelf.recordings else ()


def heard(step: str, key: str, draft: Learning, shelf: Shelf) -> Go[Learning]:
    """The same step with the recording; whoever hears a machine is told so."""
    recording = shelf.recordings[key]
    said = "learn.hear.machine" if recording.synthetic else "learn.hear.person"
    return Go(step, draft, notes=(Say(said, {"length": recording}),))


def show_before(draft: Learning, shelf: Shelf) -> Question:
    """The first question of the quiz, to be guessed or left out."""
    says = (Say("learn.before.ask"), Say(f"lesson.{draft.lesson}.ask.0"))
    return Question(says, (*choices(draft, shelf), Option("skip", Say("learn.before.skip"))))


@flow.ask(show=show_before)
def before(draft: Learning, turn: Turn) -> Go[Learning]:
    """No answer is wrong yet: the cards come next, and nothing is counted before the same question is asked again.

    Who writes something else guesses nothing, and a cry for help is no guess either.
    """
    if turn.emergency or turn.suicide:
        return Go("before", draft)
    if turn.choice == LISTEN.name:
        return heard("before", f"lesson.{draft.lesson}.ask.0", draft, turn.shelf)
    if turn.choice in {"", "skip"}:
        return Go("card")
    guess = RIGHT if asked(draft, turn.shelf).choices[int(turn.choice)].right else WRONG
    return Go("card", replace(draft, before=guess), notes=(Say("learn.before.thanks"),))


def show_card(draft: Learning, shelf: Shelf) -> Question:
    """One card and how far it is; the last one names its sources."""
    lesson = shelf.lessons[draft.lesson]
    last = draft.card == len(lesson.cards) - 1
    says = (head(draft, lesson), Say(f"lesson.{lesson.id}.card.{draft.card}"))
    named = (sources(lesson, shelf),) if last else ()
    onward = Option("next", Say("learn.card.quiz" if last else "learn.card.next"))
    return Question((*says, *named), (onward, *hear(f"lesson.{lesson.id}.card.{draft.card}", shelf)))


def head(draft: Learning, lesson: Lesson) -> Say:
    """How far it is, and in what."""
    title = Say(f"lesson.{lesson.id}.title")
    return Say("learn.card.head", {"card": draft.card + 1, "cards": len(lesson.cards), "title": title})


def sources(lesson: Lesson, shelf: Shelf) -> Say:
    """Where its facts stand, since when, and which are less sure."""
    return Say("learn.sources", {"sources": tuple(map(source, cited(lesson.facts, shelf.facts)))})


def source(fact: Fact) -> Say:
    """One of them."""
    first, last = since(fact.begins[:MONTH]), since(fact.ends[:MONTH])
    dates: Value = first if first == last else Say("learn.dates", {"first": first, "last": last})
    key = "learn.one_source" if fact.confidence is Confidence.ONE_SOURCE else "learn.source"
    return Say(key, {"source": fact.source, "date": dates})


@flow.ask(show=show_card)
def card(draft: Learning, turn: Turn) -> Go[Learning]:
    """Any word leads on: there is nothing to get wrong while reading. A cry for help is no turning of a page."""
    if turn.emergency or turn.suicide:
        return Go("card", draft)
    if turn.choice == LISTEN.name:
        return heard("card", f"lesson.{draft.lesson}.card.{draft.card}", draft, turn.shelf)
    if draft.card + 1 < len(turn.shelf.lessons[draft.lesson].cards):
        return Go("card", replace(draft, card=draft.card + 1))
    return Go("quiz")


def asked(draft: Learning, shelf: Shelf) -> QuizQuestion:
    """The question that stands."""
    return shelf.lessons[draft.lesson].quiz[draft.question]


def show_quiz(draft: Learning, shelf: Shelf) -> Question:
    """A question with its answers."""
    return Question((Say(f"lesson.{draft.lesson}.ask.{draft.question}"),), choices(draft, shelf))


@flow.ask(show=show_quiz)
def quiz(draft: Learning, turn: Turn) -> Go[Learning]:
    """The reason follows every answer, then the next question or the end."""
    if not turn.choice:
        return Go("quiz", notes=(Say("front.choose"),))
    if turn.choice == LISTEN.name:
        return heard("quiz", f"lesson.{draft.lesson}.ask.{draft.question}", draft, turn.shelf)
    chosen = asked(draft, turn.shelf).choices[int(turn.choice)]
    why = Say(f"lesson.{draft.lesson}.reason.{draft.question}.{turn.choice}")
    reason = Say("learn.right" if chosen.right else "learn.not_quite", {"reason": why})
    gained = compared(draft, after=chosen.right)
    draft = replace(draft, question=draft.question + 1, right=draft.right + chosen.right)
    questions = len(turn.shelf.lessons[draft.lesson].quiz)
    if draft.question < questions:
        return Go("quiz", draft, notes=(reason,), do=gained)
    done = Say("learn.done", {"right": draft.right, "all": questions})
    counted = Count(f"lesson.done.{draft.lesson}")
    topic = turn.shelf.lessons[draft.lesson].topic
    return Go("lessons", Learning(topic), notes=(reason, done), do=(counted,))


def compared(draft: Learning, *, after: bool) -> tuple[Effect, ...]:
    """Counters of the first question, before and after the cards: told only as a pair, in one sitting."""
    if draft.question or not draft.before:
        return ()
    told = {"both": True, "before.right": draft.before == RIGHT, "after.right": after}
    return tuple(Count(f"lesson.{name}.{draft.lesson}") for name, counts in told.items() if counts)
