"""All conversations by name."""

from __future__ import annotations

from types import ModuleType

from handlers import (
    affected,
    affected_end,
    affected_steps,
    answer,
    duty,
    family,
    family_end,
    guide,
    learn,
    menu,
    numbers,
    offer,
    photos,
    privacy,
    report,
    statement,
    told,
    whereabouts,
)
from handlers.talk import Flows

# Several files ask the questions of one talk.
STEPS: tuple[ModuleType, ...] = (report, photos, whereabouts, affected_steps, affected_end, family_end)

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
        guide.flow,
        privacy.privacy,
        privacy.erase,
        told.flow,
        duty.flow,
    )
}
