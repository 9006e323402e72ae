"""Every message that a file of content becomes on a channel, by its place in the talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.drafts import Draft
from content.lessons import Lesson, read_lesson
from content.shelf import Say, Shelf
from handlers.flows import FLOWS
from handlers.numbers import NEEDS
from handlers.render import Line, render
from handlers.talk import WEB, Outcome, Place
from handlers.turns import question
from handlers.wording import CHAT, UNNUMBERED, fitting

HOTLINES, ALERTS = "hotlines.yaml", "alerts.yaml"
BLANK = "..."  # where a place or a day will stand
MESSENGERS = ("telegram", "whatsapp")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One message: `part` of the talk and its number, or a key; `replies` are what each choice is answered with."""

    part: str
    line: Line
    replies: tuple[tuple[str, str], ...] = ()


def lines_of(draft: Draft, shelf: Shelf, channel: str = WEB) -> Iterator[Drawn]:
    """The messages of a lesson, a file of words, the list of numbers or the alerts; any other file is no message."""
    if draft.is_lesson:
        lesson = shelf.lessons[read_lesson(draft.path.name, draft.text).id]
        yield from lesson_lines(lesson, draft.language, shelf, channel)
    elif draft.language:
        yield from word_lines(draft, shelf, channel)
    elif draft.path.name == HOTLINES:
        for language in shelf.languages:
            for need in NEEDS:
                yield Drawn(f"numbers.card.{need}", asked(Place("numbers", "card", {"need": need}), language, shelf))
    elif draft.path.name == ALERTS:
        yield from alert_lines(shelf)


def alert_lines(shelf: Shelf) -> Iterator[Drawn]:
    """The title by which a leader chooses a template, and the words that go out."""
    for one in shelf.alerts.templates.values():
        area = Say("lead_alert.named.kelurahan", {"place": BLANK})
        whole = Say("lead_alert.whole", {"text": one.text, "area": area, "until": BLANK})
        for language in shelf.languages:
            yield Drawn(f"{one.id}.title", Line((one.title.to(language),), language=language))
            yield Drawn(f"{one.id}.text", Line((shelf.text(whole, language),), language=language))


def lesson_lines(lesson: Lesson, language: str, shelf: Shelf, channel: str) -> Iterator[Drawn]:
    """The guess, the cards and the questions, each question with the answer to every choice."""
    places = [("before", "question", 0), *(("card", "card", at) for at in range(len(lesson.cards)))]
    for step, field, at in (*places, *(("quiz", "question", at) for at in range(len(lesson.quiz)))):
        place = Place("learn", step, {"topic": lesson.topic, "lesson": lesson.id, field: at})
        replies = tuple(replied(lesson, at, language, shelf)) if step == "quiz" else ()
        yield Drawn(f"{step} {at + 1}", asked(place, language, shelf, channel), replies)


def replied(lesson: Lesson, at: int, language: str, shelf: Shelf) -> Iterator[tuple[str, str]]:
    """Each choice of a question with what is said to whoever takes it."""
    for number, choice in enumerate(lesson.quiz[at].choices):
        why = Say(f"lesson.{lesson.id}.reason.{at}.{number}")
        reply = Say("learn.right" if choice.right else "learn.not_quite", {"reason": why})
        yield shelf.text(Say(f"lesson.{lesson.id}.choice.{at}.{number}"), language), shelf.text(reply, language)


def asked(place: Place, language: str, shelf: Shelf, channel: str = WEB) -> Line:
    """A question as it is shown."""
    line = render(Outcome(place, question=question(FLOWS, place, shelf)), shelf, language, channel)
    return line or Line(())


def word_lines(draft: Draft, shelf: Shelf, channel: str) -> Iterator[Drawn]:
    """The words of a flow key by key; what a messenger says in its own way stands with the words of the web."""
    words, flow = shelf.words[draft.language], f"{draft.path.stem}."
    for key in (one for one in words if one.startswith(flow)):
        if of_web(key) not in words:
            own = fitting(Say(key), shelf, channel).key
            yield Drawn(key, Line((words[own],), language=draft.language))


def of_web(key: str) -> str:
    """The key whose words a messenger says in its own way; nothing for any other."""
    base, _, channel = key.removesuffix(UNNUMBERED).rpartition("_")
    return base if channel in {CHAT, *MESSENGERS} else ""
