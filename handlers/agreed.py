"""A plain yes or no where the labels say more than that: `ya` at `Ya, kirimi saya`."""

from __future__ import annotations

from collections.abc import Mapping

YES, NO = "any.yes", "any.no"  # whole messages that mean the one label which begins that way
OPEN = frozenset({"unknown", "skip"})  # "Tidak tahu" is no no


def agreed(said: str, labels: Mapping[str, str], answers: Mapping[str, frozenset[str]]) -> str:
    """The one option whose label begins with yes where somebody says yes, and with no where no; else nothing.

    `labels` by the names of the options, as they are compared. A no answers only what can be answered with yes:
    "Tidak boleh keluar" is no refusal.
    """
    yes, no = (beginning(labels, answers.get(word, frozenset())) for word in (YES, NO))
    meant = next((found for word, found in ((YES, yes), (NO, no)) if said in answers.get(word, ())), [])
    return meant[0] if len(yes) == len(meant) == 1 else ""


def beginning(labels: Mapping[str, str], words: frozenset[str]) -> list[str]:
    """The options whose label begins with one of these words."""
    return [name for name, label in labels.items() if name not in OPEN and label.partition(" ")[0].rstrip(",") in words]
