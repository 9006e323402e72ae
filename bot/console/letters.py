"""Words to a reporter before they are sent: long enough, not too long, and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.console.checks import Finding, check, token
from bot.console.visit import Form
from bot.locale import mark

SHORTEST_ANSWER: Final = 2
SHORTEST_REASON: Final = 10
SHORTEST_GRAVE_REASON: Final = 40  # of a child's or an immediate report
MOST: Final = 1500  # a WhatsApp message of Twilio holds 1,600 characters, and ours a line before it


@dataclass(frozen=True, slots=True)
class Draft:
    """Words as they were typed, what the check found, and what keeps them from being sent."""

    text: str = field(default="", repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    problem: str = ""
    ready: bool = False

    @property
    def token(self) -> str:
        """What a tick confirms."""
        return token(self.findings)


def draft_of(form: Form, say: Callable[..., str], shortest: int, most: int) -> Draft:
    """Read and check the form's `text`; `sure` confirms what was found, if it is still the same."""
    text = form.one("text").strip()
    if len(text) < shortest:
        return Draft(text, problem=say(mark("Please write at least %(count)s letters."), count=shortest))
    if len(text) > most:
        return Draft(text, problem=say(mark("Please shorten it to %(count)s letters."), count=most))
    findings = check(text)
    return Draft(text, findings, ready=not findings or form.one("sure") == token(findings))
