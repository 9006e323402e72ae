"""Going quiet at once: a talk that is watched or parked leaves one plain line and nothing to see."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from content.shelf import Say
from handlers.talk import Flow, Flows, Outcome, Place, Turn
from handlers.typed import bare

WATCHED = Say("front.watched")
ABROAD = Say("front.danger_abroad")
DANGER = "front.danger"  # and what follows it, by where the person is
HOME = frozenset({"front.danger", "front.danger_outside"})  # cards for a telephone in Indonesia
LINES = frozenset({"report.where.danger", "front.danger"})  # words that carry 112 and 110 already
HERE = ("", "home", "unknown")  # of the country of an offer that is checked
WORD = re.compile(r"[^\W_]+")
STILL = "still"  # no conversation has this name: whoever writes stands on the ground floor, and an errand ends unseen


def parked(place: Place | None) -> Place | None:
    """Where a parked talk leaves a person: nowhere, or with nothing but the errand that must survive a crash."""
    if place is None or place.errand is None:
        return None
    return Place(STILL, "on", {}, place.turn + 1, place.errand)


def covert(flow: Flow[Any]) -> bool:
    """Whether a talk is of those that nobody may see on a list of chats, or in the chat once it is over."""
    return flow.parks or flow.covers


def parting(turn: Turn) -> bool:
    """Whether a message is the word for stopping, as the button says it or as people do."""
    return bare(turn.text) in turn.shelf.answers.get("affected.stop", ())


def of_parked(flows: Flows, turn: Turn) -> bool:
    """Whether an old button belongs to a talk that parks: nothing is said of it then."""
    names = {token.partition(".")[0] for token in turn.pressed}
    return any(flows[name].parks for name in names if name in flows)


def watched(place: Place | None) -> Outcome:
    """Somebody looks at the phone, or she says that she must go: a line that tells nobody anything, then silence."""
    return Outcome(parked(place), notes=(WATCHED,))


def card(before: Place | None, turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome with the numbers for danger beside it, each kind once a talk, by where the person is."""
    left = before is not None and outcome.place is not None and before.flow != outcome.place.flow
    said = before.cards if before and not left else ()
    heard = {"emergency": turn.emergency and not turn.suicide, "suicide": turn.suicide}  # its card has both numbers
    new = tuple(name for name, yes in heard.items() if yes and name not in said)
    asked = outcome.question.says if outcome.question else ()
    stands = any(say.key in LINES for say in (*outcome.notes, *asked))
    stands = stands and not turn.abroad_number  # those words are for a telephone in Indonesia
    told = tuple(say for name in new for say in numbers(name, before, turn) if not (stands and say.key in HOME))
    notes = (*told, *outcome.notes)
    given = ("emergency",) if any(say.key.startswith(DANGER) for say in notes) else ()  # a talk may say it by itself
    place = outcome.place and replace(outcome.place, cards=tuple(dict.fromkeys((*said, *new, *given))))
    return replace(outcome, place=place, notes=notes)


def numbers(name: str, place: Place | None, turn: Turn) -> tuple[Say, ...]:
    """Who answers now, by what was said of the place; whoever only names a country gets the numbers of both sides."""
    draft = place.draft if place else {}
    untold = not draft.get("abroad") and not draft.get("kota")
    abroad = draft.get("abroad") == "yes" or (untold and turn.abroad_number)
    if name == "suicide":
        return (Say("front.mind_abroad" if abroad else "front.mind"),)
    if abroad:
        return (ABROAD,)
    if draft.get("kota") == "outside":
        return (Say("front.danger_outside"),)
    both = untold and (names_abroad(turn) or draft.get("country", HERE[0]) not in HERE)
    return (Say(DANGER), ABROAD) if both else (Say(DANGER),)


def names_abroad(turn: Turn) -> bool:
    """Whether the words name a place abroad."""
    said = f" {' '.join(WORD.findall(turn.text.lower()))} "
    return any(f" {place} " in said for place in turn.shelf.abroad)
