"""What an officer is shown of a file that is not in use yet; no channel is known here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.drafts import Draft
from bot.sources import Sourced
from content.faults import Fault


@dataclass(frozen=True, slots=True)
class Look:
    """One message: its texts and buttons on the web, the messages it becomes elsewhere, what choices are answered."""

    file: str
    place: str
    web: tuple[str, ...]
    buttons: tuple[str, ...]
    telegram: tuple[str, ...]
    whatsapp: tuple[str, ...]
    replies: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is wrong with some files; how they look where nothing stops them from being loaded; what they rest on."""

    problems: tuple[Fault, ...]
    looks: tuple[Look, ...]
    sources: tuple[Sourced, ...] = ()


Previewer = Callable[[Sequence[Draft]], Preview]
