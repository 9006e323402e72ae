"""What may not stand in the first letters of a message: they show on a locked screen (promise 4)."""

from __future__ import annotations

import re

from handlers.render import Line

TELLING = re.compile(
    r"\btppo\b|perdagangan orang|traffick|\bkorban|\blapor|\bpolisi|prostitusi|pelacur|\bdijual|\bdisekap|eksploitasi"
    r"|\bmuncikari|\bbudak|\bpaksa",
    re.IGNORECASE,
)
TELLING_IN_ENGLISH = re.compile(
    r"traffick|\bvictim|\breport|\bpolice|prostitut|\bsex|\brape|\babus|\bslave|\bpimp|exploit|\bforced labour"
    r"|\bkidnap|\bbeaten|\bsold\b",
    re.IGNORECASE,
)
LOCKED_SCREEN = 60
EXEMPT = ("learn",)  # a lesson is opened by its name, and is no message that arrives by itself


def telling(line: Line) -> str:
    """What shows on a locked screen and says what the talk is about, in either language."""
    seen = line.plain()[:LOCKED_SCREEN]
    found = TELLING.search(seen) or TELLING_IN_ENGLISH.search(seen)
    return found[0] if found else ""
