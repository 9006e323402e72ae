"""All conversations by name."""

from __future__ import annotations

from types import ModuleType

from handlers import (
    affected,
    affected_end,
    affected_steps,
    answer,
    duty,
    duty_alert,
    family,
    family_end,
    family_review,
    guide,
    lead,
    lead_alert,
    lead_card,
    lead_forward,
    lead_invite,
    lead_mine,
    learn,
    menu,
    numbers,
    offer,
    offer_draft,
    offer_result,
    photos,
    privacy,
    report,
    report_review,
    statement,
    subscribe,
    told,
    whereabouts,
)
from handlers.talk import Flows

# Several files ask the questions of one talk.
STEPS: tuple[ModuleType, ...] = (
    report,
    photos,
    whereabouts,
    report_review,
    duty_alert,
    lead_card,
    lead_forward,
    affected_steps,
    affected_end,
    family_end,
    family_review,
    offer,
    offer_result,
)

report_review.look_over_all()  # once all steps are there
family_review.look_over_all()

FLOWS: Flows = {
    one.name: one
    for one in (
        menu.flow,
        offer_draft.flow,
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
        subscribe.flow,
        duty.flow,
        lead.flow,
        lead_alert.flow,
        lead_mine.flow,
        lead_invite.flow,
    )
}
