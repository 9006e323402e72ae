"""All conversations by name."""

from __future__ import annotations

from types import ModuleType

from handlers import answer, learn, menu, numbers, privacy, report, statement, whereabouts
from handlers.talk import Flows

STEPS: tuple[ModuleType, ...] = (report, whereabouts)  # two files ask the questions of one report

FLOWS: Flows = {
    one.name: one
    for one in (menu.flow, statement.flow, answer.flow, learn.flow, numbers.flow, privacy.privacy, privacy.erase)
}
