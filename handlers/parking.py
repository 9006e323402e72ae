"""Going quiet at once: a talk that is watched or parked leaves one plain line and nothing to see."""

from __future__ import annotations

from dataclasses import replace

from content.shelf import Say
from handlers.talk import Outcome, Place, Turn

LINES = frozenset({"report.where.danger", "front.danger", "menu.top.ask"})  # words that carry 112 and 110 already
STILL = "still"  # no conversation has this name: whoever writes stands on the ground floor, and an errand ends unseen


def parked(place: Place | None) -> Place | None:
    """Where a parked talk leaves a person: nowhere, or with nothing but the errand that must survive a crash."""
    if place is None or place.errand is None:
        return None
    return Place(STILL, "on", {}, place.turn + 1, place.errand)


def watched(place: Place | None) -> Outcome:
    """Somebody looks at the phone, or she says that she must go: a line that tells nobody anything, then silence."""
    return Outcome(parked(place), notes=(Say("front.watched"),))


def card(before: Place | None, turn: Turn, outcome: Outcome) -> Outcome:
    """The outcome with the numbers for danger beside it, each kind once a talk, by where the person is."""
    said = before.cards if before else ()
    heard = {"emergency": turn.emergency, "suicide": turn.suicide}
    new = tuple(name for name, yes in heard.items() if yes and name not in said)
    place = replace(outcome.place, cards=(*said, *new)) if outcome.place else None
    asked = outcome.question.says if outcome.question else ()
    stands = any(say.key in LINES for say in (*outcome.notes, *asked))
    told = tuple(number(name, before) for name in new if name != "emergency" or not stands)
    return replace(outcome, place=place, notes=(*told, *outcome.notes))


def number(name: str, place: Place | None) -> Say:
    """Who answers now."""
    draft = place.draft if place else {}
    if name == "suicide":
        return Say("front.mind")
    if draft.get("abroad") == "yes":
        return Say("front.danger_abroad")
    return Say("front.danger_outside" if draft.get("kota") == "outside" else "front.danger")
