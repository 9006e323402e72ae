"""All conversations by name."""

from __future__ import annotations

from types import ModuleType

from handlers import (
    affected,
    affected_end,
    affected_steps,
    answer,
    family,
    family_end,
    learn,
    menu,
    numbers,
    offer,
    privacy,
    report,
    statement,
    whereabouts,
)
from handlers.talk import Flows

# Several files ask the questions of one talk.
STEPS: tuple[ModuleType, ...] = (report, whereabouts, affected_steps, affected_end, family_end)

FLOWS: Flows = {
    one.name: one
    for one in (
        menu.flow,
        offer.flow,
        statement.flow,
        affected.flow,
        family.flow,
        answer.flow,
        learn.flow,
        numbers.flow,
        privacy.privacy,
        privacy.erase,
    )
}
