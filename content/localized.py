"""A text of a data row in every language; a proper name is one for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Localized:
    """`id` is the Indonesian text, or a proper name that is the same everywhere; `others` by language code."""

    id: str
    others: Mapping[str, str] = field(default_factory=dict)

    def to(self, language: str) -> str:
        """The text in a language."""
        return self.others.get(language, self.id)
