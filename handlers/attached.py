"""Photos and voice messages in any talk: where they are taken, what is said elsewhere, and which a place holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from content.shelf import Say
from handlers.talk import Answer, D, Flow, Flows, Need, Outcome, Place, Turn
from handlers.turns import again, hear, with_choices

TAKEN = ("photo", "voice")
TICKED = Say("front.ticked")  # what was ticked went with it, and nobody has pressed to send it
FETCH = "fetch"  # the errand that brings one
# What is said to a photo elsewhere; whoever it happens to is told that none is needed or kept (promise 9).
UNKEPT: Mapping[str, str] = {
    "report": "report.later",
    "affected": "affected.photo",
    "child": "child.photo",
    "family": "family.photo",
    "offer": "offer.photo",
}


def at_step(flow: Flow[D], step: str, answer: Answer[D]) -> None:
    """At this step of a flow a photo or a voice message is heard by `answer`; where it waits, whatever comes is."""
    flow.steps[step] = replace(flow.steps[step], media=answer)


def sent(
    flows: Flows, place: Place, turn: Turn, heard: Callable[[Flows, Place | None, Turn], Outcome | Need]
) -> Outcome | Need:
    """A photo or a voice message: taken where a witness tells, else a kind line; the words under it are heard, and
    the ticks that stood there unsent."""
    takes = flows[place.flow].steps[place.step].media
    if takes and turn.reference:
        return hear(flows, place, with_choices(flows, place, turn), takes)
    if not turn.text.strip() and not turn.pressed:
        return again(flows, place, turn, untaken(place, turn))
    outcome = heard(flows, place, replace(turn, media=""))
    if isinstance(outcome, Need):
        return outcome
    ticked = (TICKED,) if with_choices(flows, place, replace(turn, text="")).choices else ()
    return replace(outcome, notes=(untaken(place, turn), *ticked, *outcome.notes))


def untaken(place: Place, turn: Turn) -> Say:
    """What is said to one that is not taken."""
    voice = "child" if place.flow == "affected" and place.draft.get("child") == "yes" else place.flow
    return Say(UNKEPT.get(voice, "front.media") if turn.media == "photo" else "front.media")


def walks_out(place: Place, turn: Turn, commands: Collection[str]) -> bool:
    """Whether somebody goes elsewhere while a photo is fetched: it holds nobody back from erasing or the menu."""
    fetched = place.errand is not None and place.errand.kind == FETCH
    return fetched and turn.event is None and (turn.code is not None or turn.shelf.command(turn.text) in commands)


def attached(place: Place | None) -> frozenset[str]:
    """The ids of the uploads that a place names, itself or for its errand: they live exactly as long as it does."""
    if place is None:
        return frozenset()
    args: Mapping[str, Any] = place.errand.args if place.errand else {}
    drafts = (place.draft, args.get("draft", {}))
    named = [one for draft in drafts for field in ("files", "coming") for one in draft.get(field, ())]
    if place.errand and place.errand.kind == FETCH:
        named.append({"id": place.errand.id, **args})
    return frozenset(str(one[name]) for one in named for name in ("id", "reference") if name in one)
