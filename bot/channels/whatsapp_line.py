"""A line as messages of WhatsApp: one where it fits, with buttons or a list where a template stands, else numbered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.channels.cut import messages, utf16
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
    """One message: a body, a template with its variables, or a file."""

    body: str = field(default="", repr=False)
    template: str = ""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    sound: str = ""  # the file of a recording, which goes without words
    picture: str = ""  # the address of a picture, which does too: so it can be sent on as it is

    @property
    def content_variables(self) -> str:
        """The variables as Twilio takes them."""
        return json.dumps(dict(self.variables), ensure_ascii=False)


def pieces(line: Line, shelf: Shelf, templates: Mapping[Shape, str]) -> list[Piece]:
    """The messages of a line, files first. Numbered text says what buttons do, and is understood beside them."""
    files = [Piece(sound=line.sound)] if line.sound else []
    files += [Piece(picture=line.picture)] if line.picture else []
    *before, last = line.parts()
    tapped = interactive(last, shelf, templates)
    said = [piece for part in before for piece in numbered(part, shelf)]
    return [*files, *said, *([tapped] if tapped else numbered(last, shelf))]


def numbered(line: Line, shelf: Shelf) -> list[Piece]:
    """Plain text, with a number before each choice; cut at sentences where it is too long.

    An only answer that the words name by themselves (`Balas SUDAH`) is not listed under them once more.
    """
    if len(line.buttons) == 1 and line.back is None and line.buttons[0].label in line.texts[-1]:
        line = replace(line, buttons=())
    key = "channel.numbers" if line.many else "channel.number"
    said = line.plain(shelf.text(Say(key), line.language))
    return [Piece(text) for text in messages(said, LONGEST, shelf, line.language)]


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
    return (*(replace(one, label=one.short or one.label) for one in line.buttons), *back)


def fits(choices: tuple[Button, ...], kind: str) -> bool:
    """Whether all choices have room, with labels that differ."""
    labels = {one.label for one in choices}
    room = len(choices) <= CHOICES[kind] and all(utf16(label) <= LABEL[kind] for label in labels)
    return room and len(labels) == len(choices)
