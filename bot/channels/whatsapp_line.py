"""A line as messages of WhatsApp: one where it fits, with buttons or a list where a template stands, else numbered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.channels.cut import cut, utf16
from bot.channels.whatsapp_templates import CHOICES, LINES, LIST, QUICK, Shape
from content.shelf import Say, Shelf
from content.templates import sound
from handlers.front import MENU
from handlers.render import Button, Line

LONGEST: Final = 1_600  # UTF-16 units of a message: Twilio counts an emoji as more than one
BODY: Final = 1_024  # the same of one with buttons or a list
LABEL: Final[Mapping[str, int]] = {QUICK: 20, LIST: 24}


@dataclass(frozen=True, slots=True)
class Piece:
    """One message: a body, or a template with its variables."""

    body: str = field(default="", repr=False)
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    sound: str = ""  # the file of a recording, which goes without words

    @property
    def content_variables(self) -> str:
        """The variables as Twilio takes them."""
        return json.dumps(dict(self.variables), ensure_ascii=False)


def pieces(line: Line, shelf: Shelf, templates: Mapping[Shape, str]) -> list[Piece]:
    """The messages of a line, a recording first. Numbered text says what buttons do, and is understood beside them."""
    spoken = [Piece(sound=line.sound)] if line.sound else []
    tapped = interactive(line, shelf, templates)
    return [*spoken, *([tapped] if tapped else numbered(line, shelf))]


def numbered(line: Line, shelf: Shelf) -> list[Piece]:
    """Plain text, with a number before each choice; cut at sentences where it is too long."""
    key = "channel.numbers" if line.many else "channel.number"
    return [Piece(text) for text in cut(line.plain(shelf.text(Say(key), line.language)), LONGEST)]


def interactive(line: Line, shelf: Shelf, templates: Mapping[Shape, str]) -> Piece | None:
    """One message with buttons, or with a list; None where the words do not fit or no template stands."""
    choices, texts = choices_of(line), [row for text in line.texts for row in text.splitlines() if row.strip()]
    if line.many or not choices or utf16("\n".join(texts)) > BODY or len(texts) > LINES:
        return None
    kind = QUICK if fits(choices, QUICK) else LIST
    sid = templates.get(Shape(kind, len(choices), len(texts)))
    if sid is None or not fits(choices, kind):
        return None
    given = {f"line{number}": text.strip() for number, text in enumerate(texts, 1)}
    for number, one in enumerate(choices, 1):
        given |= {f"label{number}": one.label, f"token{number}": one.token}
    if kind == LIST:
        given["open"] = shelf.text(Say("channel.list"), line.language)
    return Piece(template=sid, variables=given) if all(map(sound, given.values())) else None


def choices_of(line: Line) -> tuple[Button, ...]:
    """What may be chosen, in the order of its numbers, the way back last; nobody needs a button for the menu."""
    back = (line.back,) if line.back and line.buttons and line.back.token != MENU else ()
    return (*line.buttons, *back)


def fits(choices: tuple[Button, ...], kind: str) -> bool:
    """Whether all choices have room, with labels that differ."""
    labels = {one.label for one in choices}
    room = len(choices) <= CHOICES[kind] and all(utf16(label) <= LABEL[kind] for label in labels)
    return room and len(labels) == len(choices)
