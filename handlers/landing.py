"""Where free words lead: the talk that the likeliest intent names, or a few to choose from, or the menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.intents import Intent
from handlers.reading.meaning import Guess
from handlers.reading.story import kind_reader
from handlers.talk import JSON, Turn

# A confidence from which a talk is begun without asking, from which it is asked for, and below which nothing was read.
SURE, MAYBE, READ = 0.6, 0.1, 0.2
SURELY_SELF = 0.7  # whoever is taken for an affected person is spoken to as one: "Tentang siapa?" costs less than that
MOST = 3  # talks that are offered at once

SELF, REPORT, OFFER = "affected.safe", "report.whom", "offer.read"
FAMILY = "family.where"
TALKS: Mapping[Intent, str] = {
    Intent.REPORT: REPORT,
    Intent.AM_I_A_VICTIM: SELF,
    Intent.CHECK_JOB_OFFER: OFFER,
    Intent.LEARN: "learn.pick",
    Intent.HOTLINE: "numbers.which",
    Intent.STATUS: "code.ask",
    Intent.DELETE: "erase.sure",
}
STORIES = frozenset({SELF, REPORT, OFFER, FAMILY})  # talks that take what was said along; it is no story for the others
SAID: Mapping[Intent, str] = {
    Intent.THANKS: "front.welcome",
    Intent.LEADER: "front.no_leaders",
    Intent.LANGUAGE: "front.languages",
    Intent.OUT_OF_SCOPE: "front.not_ours",
}
QUIET = frozenset({"affected", "numbers", "code", "erase", "help"})  # talks that begin without the greeting
WHICH: Mapping[str, str] = {step.partition(".")[0]: step for step in TALKS.values()}  # by the name of an option


def sure(guesses: Sequence[Guess]) -> Intent | None:
    """What somebody wants, where no question is needed.

    Where it is a story either way, but not whose, the talk of a witness asks "Tentang siapa?" first.
    """
    by_name = {one.intent: one.confidence for one in guesses}
    if by_name.get(Intent.AM_I_A_VICTIM, 0) >= SURELY_SELF:
        return Intent.AM_I_A_VICTIM
    if by_name.get(Intent.REPORT, 0) + by_name.get(Intent.AM_I_A_VICTIM, 0) >= SURE:
        return Intent.REPORT
    return guesses[0].intent if guesses and guesses[0].confidence >= SURE else None


def begun(wanted: Intent, turn: Turn) -> str:
    """The step that a wish leads to, or nothing.

    A cry for somebody of one's own is not asked about whom it is.
    """
    step = TALKS.get(wanted, "")
    cries = step == REPORT and turn.emergency
    return FAMILY if cries and kind_reader(turn.shelf.kinds).of_kin(turn.text) else step


def offered(guesses: Sequence[Guess]) -> tuple[str, ...]:
    """The talks to choose from where nothing is sure, the likeliest first; none where nothing was read at all."""
    if not guesses or guesses[0].confidence < READ:
        return ()
    likely = (TALKS[one.intent] for one in guesses if one.intent in TALKS and one.confidence >= MAYBE)
    return tuple(step.partition(".")[0] for step in likely)[:MOST]


def about_self(known: Mapping[str, JSON]) -> dict[str, JSON]:
    """What first words said, as one's own talk takes it: places to confirm, and that it is a child."""
    return {"found": known.get("near", []), "child": "yes" if known.get("minor") else ""}
