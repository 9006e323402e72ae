"""An alert where only approved messages may go out: its words in a frame that Meta knows, and a link to its picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.house import House
from bot.sheets import ALERT, address
from content.shelf import Shelf
from content.templates import HOLE
from handlers.render import Line

FRAME: Final = "alert"  # the template that has words alone
PICTURED: Final = "alert_picture"  # and the one with a link


def framed(words: str, language: str) -> Line:
    """The words, and the same in one line as a vendor takes them."""
    return Line((words,), language=language, template=FRAME, variables=(" ".join(words.split()),))


def unasked(house: House, line: Line, alert_id: str, channel: str) -> Line:
    """The same with the way to its picture, where that is approved and both have room; else its words alone go out."""
    template, link = house.shelf.templates.get(PICTURED), picture_of(house, alert_id)
    with_link = replace(line, template=PICTURED, variables=(*line.variables, link))
    takes = house.pushes.take(channel, PICTURED, line.language)
    return with_link if takes and template and template.filled(with_link.variables) else line


def picture_of(house: House, alert_id: str) -> str:
    """Where everybody sees the picture of an alert, for as long as it stands."""
    return address(house, (ALERT, alert_id))


def read_as(line: Line, shelf: Shelf) -> str:
    """What whoever gets it reads."""
    template, values = shelf.templates.get(line.template), line.variables
    return HOLE.sub(lambda hole: values[int(hole[1]) - 1], template.body.to(line.language)) if template else values[0]
