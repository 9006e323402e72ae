"""What an officer is shown of a file that is not in use yet; no channel is known here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.content_check import Draft
from content.faults import Fault


@dataclass(frozen=True, slots=True)
class Look:
    """One message: its texts and buttons on the web, and the messages it becomes elsewhere."""

    place: str
    web: tuple[str, ...]
    buttons: tuple[str, ...]
    telegram: tuple[str, ...]
    whatsapp: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What is wrong with a file, and how it looks where nothing stops it from being loaded."""

    problems: tuple[Fault, ...]
    looks: tuple[Look, ...]


Previewer = Callable[[Sequence[Draft]], Preview]
