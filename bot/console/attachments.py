"""The photos and voice messages of a case as they are named in it: nothing of them is sent before one is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.console import labels
from bot.console.dossier import Dossier
from bot.console.visit import Visit
from models.file import File


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it is named. `note` says whether it leads to the reporter; `guarded` where it does or may."""

    number: int
    kind: str
    name: str
    note: str
    guarded: bool


def listed(visit: Visit, dossier: Dossier) -> list[Attachment]:
    """The files of a case, with what the reporter said of each in the sealed story."""
    said: Sequence[Mapping[str, Any]] = next(
        (part.told.get("files", ()) for part in dossier.parts if part.kind == "story"), ()
    )
    return [named(visit, one, said[at] if at < len(said) else {}) for at, one in enumerate(dossier.files)]


def named(visit: Visit, one: File, said: Mapping[str, Any]) -> Attachment:
    """One file in words."""
    shows = str(said.get("shows", "")) if one.kind == "photo" else "no"
    note = "" if one.kind == "voice" else labels.word(visit.say, labels.SHOWS, shows)
    name = visit.say(labels.FILE[one.kind], number=one.number)
    return Attachment(one.number, one.kind, name, note, shows != "no")
