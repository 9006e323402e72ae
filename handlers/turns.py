"""The pure turn: from where a person stands and what they sent to where they go and what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from content.shelf import Say, Shelf
from handlers.agreed import agreed
from handlers.parking import covert
from handlers.talk import JSON, Answer, Flow, Flows, Forget, Go, Need, Outcome, Place, Question, Turn
from handlers.typed import Typed, bare, read_numbers, wordless
from handlers.wording import shown_as

LABELS = 4_096  # more than there are
LASTING = "close"  # the option whose button means the same for as long as its talk goes on, as 0 does
ZERO = "back"  # the reserved name of the way back; people type 0


def button(place: Place, option: str) -> str:
    """The token a button carries: old ones are told by the turn number in it. At most 64 bytes on Telegram."""
    return f"{place.flow}.{place.step}:{place.turn}:{option}"


def question(flows: Flows, place: Place, shelf: Shelf) -> Question:
    """The question that stands at a place."""
    flow = flows[place.flow]
    return flow.steps[place.step].show(flow.draft.load(place.draft), shelf)


def begin(
    flows: Flows,
    target: str,
    shelf: Shelf,
    turn: int,
    seed: Mapping[str, JSON] | None = None,
    kept: tuple[str, ...] = (),
) -> Outcome:
    """Enter `flow` or `flow.step` with the seed its draft parses; a flow that gathers a story takes what was kept."""
    name, _, step = target.partition(".")
    flow, data = flows[name], dict(seed or {})
    if flow.story and kept:
        data[flow.story] = [*kept, *data.get(flow.story, ())]
    draft = flow.draft.load(data).dump()
    return enter(flows, Place(name, step or flow.start, draft, turn, kept=() if flow.story else kept), shelf)


def hints(turn: Turn) -> dict[str, JSON]:
    """What the way a message came by says, for a draft that has a field for it."""
    return {"channel": turn.channel, "abroad_number": turn.abroad_number, "no_number": turn.no_number}


def unsent(flows: Flows, place: Place | None) -> tuple[str, ...]:
    """Words for a report that nobody has got yet, in their order; none of a talk that parks."""
    if place is None or flows[place.flow].parks:
        return ()
    return (*place.kept, *place.draft.get(flows[place.flow].story, ()))


def enter(flows: Flows, place: Place, shelf: Shelf) -> Outcome:
    """Stand at a place and ask its question; an ending leaves the person on the ground floor."""
    step = flows[place.flow].steps[place.step]
    if step.waits:
        return Outcome(place)
    hidden, stands = covert(flows[place.flow]), step.answer is not None
    return Outcome(place if stands else None, question=question(flows, place, shelf), covert=hidden)


def again(flows: Flows, place: Place, turn: Turn, *notes: Say) -> Outcome:
    """The same question once more, with a new turn number."""
    place = replace(place, turn=place.turn + 1)
    return replace(enter(flows, place, turn.shelf), notes=notes)


def play(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """One turn at a place. An old button changes nothing and shows the question that stands."""
    flow = flows[place.flow]
    step = flow.steps[place.step]
    if step.waits:
        return wait(flows, place, turn)
    if at := lasting(flow, turn):
        return move(flows, replace(place, step=at), replace(turn, choices=(LASTING,), text=""))
    standing = question(flows, place, turn.shelf)
    chosen = choose(place, standing, turn)
    if chosen is None:
        return again(flows, place, turn, Say("front.stale"))
    if standing.options and not chosen.choices and no_words(turn):
        return again(flows, place, turn, Say("front.choose"))
    return move(flows, place, replace(turn, choices=chosen.choices, words=chosen.words))


def lasting(flow: Flow[Any], turn: Turn) -> str:
    """The step whose button was pressed, where that button means the same in all of its talk; else nothing."""
    token = turn.pressed[0] if len(turn.pressed) == 1 and not turn.text.strip() else ""
    name, _, rest = token.partition(".")
    step, _, option = rest.partition(":")
    return step if name == flow.name and option.endswith(f":{LASTING}") and step in flow.steps else ""


def no_words(turn: Turn) -> bool:
    """Whether a text is a number out of the list or a sign, which answers no list and tells no story."""
    return bool(turn.text.strip()) and wordless(turn.text) and turn.shelf.command(turn.text) != "back"


def wait(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """Until the errand has ended a person only hears that it goes on; its end is played as the step's answer."""
    flow = flows[place.flow]
    listens = flow.steps[place.step].media
    if listens and turn.event is None and (turn.media or turn.text.strip()):
        went = listens(flow.draft.load(place.draft), turn)
        if isinstance(went, Go) and went.draft is not None:
            place = replace(place, draft=went.draft.dump())
        return Outcome(place)
    if turn.event is None and flow.holds:
        return Outcome(hold(place, flow.holds, turn.text.strip()))
    if turn.event is None or place.errand is None or turn.event.errand != place.errand.id:
        tapped = bool(turn.pressed) and not turn.text.strip()  # twice, or an old button: what comes next says enough
        return Outcome(place, notes=(Say("front.wait"),) if turn.event is None and not tapped else ())
    return move(flows, replace(place, errand=None), turn)


def with_choices(flows: Flows, place: Place, turn: Turn) -> Turn:
    """The turn with what its buttons mean at this place; words beside them stay words."""
    chosen = choose(place, question(flows, place, turn.shelf), replace(turn, text="")) if turn.pressed else None
    return replace(turn, choices=chosen.choices) if chosen else turn


def hold(place: Place, field: str, words: str) -> Place:
    """The place with words that came while its errand runs; a number answers a question that is gone."""
    if not words or wordless(words):
        return place
    return replace(place, draft={**place.draft, field: [*place.draft.get(field, ()), words]})


def choose(place: Place, standing: Question, turn: Turn) -> Typed | None:
    """The options a message means, by button, label or number; None when a button is not of this question.

    Words that came with an old button are heard without it.
    """
    names = [option.name for option in standing.options]
    tokens = {button(place, name): name for name in names}
    if turn.pressed and all(token in tokens for token in turn.pressed):
        return Typed(tuple(tokens[token] for token in turn.pressed), turn.text)
    if turn.pressed and not turn.text.strip():
        return None
    if label := labelled(standing, turn):
        return Typed((label,), "")
    typed = read_numbers(turn.text, len(names), standing.many, turn.shelf.numbers[turn.language])
    return Typed(tuple(names[int(number) - 1] for number in typed.choices), typed.words)


def labelled(standing: Question, turn: Turn) -> str:
    """The option that the whole text names: by its label, one's own language first, or as people say it."""
    others = (one for one in turn.shelf.languages if one != turn.language)
    return next((name for language in (turn.language, *others) if (name := labelled_in(standing, turn, language))), "")


def labelled_in(standing: Question, turn: Turn, language: str) -> str:
    """The option that the whole text names in one language, or as people say it in any; else nothing."""
    said = bare(turn.text)
    if not said:
        return ""
    also = turn.shelf.answers
    for one in standing.options:
        shown = shown_as(one.label, turn.shelf, turn.channel)
        labels = (turn.shelf.text(label, language) for label in shown)
        read = bare if one.label.values else bare_label
        if said in map(read, labels) or said in also.get(one.label.key, ()):
            return one.name
    read_as = {one.name: bare_label(turn.shelf.text(one.label, language)) for one in standing.options}
    return "" if standing.many else agreed(said, read_as, also)


@lru_cache(LABELS)
def bare_label(label: str) -> str:
    """A label as it is compared. The content's own are few and compared at every turn; nobody's words come here."""
    return bare(label)


def move(flows: Flows, place: Place, turn: Turn) -> Outcome | Need:
    """Let the step answer, and stand where it leads."""
    flow = flows[place.flow]
    answer = flow.steps[place.step].answer
    if answer is None:
        raise LookupError(f"{place.flow}.{place.step} is an ending and takes no answer")
    return hear(flows, place, turn, answer)


def hear(flows: Flows, place: Place, turn: Turn, answer: Answer[Any]) -> Outcome | Need:
    """Stand where an answer leads that hears the turn."""
    went = answer(flows[place.flow].draft.load(place.draft), turn)
    return went if isinstance(went, Need) else follow(flows, place, went, turn)


def follow(flows: Flows, place: Place, went: Go[Any], turn: Turn) -> Outcome:
    """Carry out a Go: within the flow with its draft, or into another flow with a seed."""
    flow, number = flows[place.flow], place.turn + 1
    draft = place.draft if went.draft is None else went.draft.dump()
    if "." in went.step:
        kept = unsent(flows, replace(place, draft=draft))
        outcome = begin(flows, went.step, turn.shelf, number, {**hints(turn), **went.seed}, kept)
    else:
        waits = next((errand for errand in went.errands if errand.wait), None)
        there = Place(place.flow, went.step, draft, number, waits, walked(place, went.step, flow.hub), place.kept)
        outcome = enter(flows, there, turn.shelf)
        if outcome.place is None and there.kept and not flow.parks and Forget() not in went.do:
            return still_unsent(flows, there, went, outcome, turn)
    return carried(outcome, went, went.notes)


def carried(outcome: Outcome, went: Go[Any], notes: tuple[Say, ...]) -> Outcome:
    """The outcome with what a Go brings along."""
    place, question, hidden = outcome.place, outcome.question, outcome.covert
    return Outcome(place, notes, question, went.do, went.errands, went.copy, went.language, hidden)


def still_unsent(flows: Flows, there: Place, went: Go[Any], ended: Outcome, turn: Turn) -> Outcome:
    """A talk has ended, but words from before it wait for a report: its last words, then the menu that keeps them."""
    menu = begin(flows, "menu.top", turn.shelf, there.turn, kept=there.kept)
    said = ended.question.says if ended.question else ()
    return carried(menu, went, (*went.notes, *said, Say("front.heard")))


def walked(place: Place, step: str, hub: str) -> tuple[str, ...]:
    """The way so far; coming to a step again ends the loop that led there, on this side of the hub."""
    past = (*place.past, place.step)
    start = past.index(hub) + 1 if hub in past and step != hub else 0
    return past[: past.index(step, start)] if step in past[start:] else past


def back(flows: Flows, place: Place, turn: Turn) -> Outcome:
    """One question back with what was gathered, or to the menu from the first."""
    asked = [step for step in place.past if not flows[place.flow].steps[step].waits]
    if not asked:
        return begin(flows, "menu", turn.shelf, place.turn + 1, kept=unsent(flows, place))
    there = replace(place, step=asked[-1], turn=place.turn + 1, errand=None, past=tuple(asked[:-1]))
    return enter(flows, there, turn.shelf)
