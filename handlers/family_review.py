"""What in a family's own words names whoever wrote them, shown before the review; a contact given on purpose stays."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from content.shelf import Say, Shelf
from handlers.family import Family, flow, with_words
from handlers.report_review import parts_giving_away, question_of_parts, taken_out
from handlers.talk import Answer, Go, Need, Question, Turn


def before_review(went: Go[Family], draft: Family, shelf: Shelf) -> Go[Family]:
    """On the way to the review: first what may show who wrote it."""
    parts = parts_giving_away((*draft.words, *draft.place_words), draft.stays, shelf)
    return replace(went, step="named" if parts else "review", draft=replace(draft, giving=parts))


def looked_over(answer: Answer[Family], draft: Family, turn: Turn) -> Go[Family] | Need:
    """What a step answers, with what comes before the review where it leads there."""
    went = answer(draft, turn)
    if not isinstance(went, Go) or went.step != "review":
        return went
    return before_review(went, went.draft or draft, turn.shelf)


def show_named(draft: Family, shelf: Shelf) -> Question:
    """The parts themselves, word for word."""
    return question_of_parts(draft.giving)


@flow.ask(show=show_named)
def named(draft: Family, turn: Turn) -> Go[Family]:
    """One tap takes them out, another lets them stay; words are added to the story."""
    if turn.choice == "remove":
        words, place_words = taken_out(draft.words, draft.giving), taken_out(draft.place_words, draft.giving)
        return Go("review", replace(draft, words=words, place_words=place_words), (Say("report.named.removed"),))
    draft = with_words(draft, turn)
    if turn.choice == "keep":
        return Go("review", replace(draft, stays=(*draft.stays, *draft.giving)))
    return Go("named", draft, (Say("report.kept"), Say("front.choose")))


def look_over_all() -> None:
    """Every step of the family's talk that leads to the review goes through `before_review`."""
    for name, step in flow.steps.items():
        if step.answer:
            flow.steps[name] = replace(step, answer=partial(looked_over, step.answer))
