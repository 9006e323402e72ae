"""Posters and square cards: what stands where, in black and white, legible at two metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.drawing import Box, Code, Mark, Sheet, Text
from bot.typeface import Typeface
from content.languages import FIRST
from content.shelf import Say, Shelf, Value

WIDE, HIGH = 210.0, 297.0  # millimetres of A4; A5 is the same sheet, smaller
A5 = 148 / 210
EDGE = 14.0
HEAD = 50.0  # the black band at the top
DANGER = 212.0  # where the numbers begin
INNER = WIDE - 2 * EDGE
LEADING = 1.22  # of the size, from line to line
CARD = 108.0  # millimetres: 1,080 dots at ten a millimetre
CARD_EDGE = 8.0
CARD_CODE = 27.0
FOOT = 3.7  # the size of the lines at a card's lower edge
PARAGRAPH = 1.2  # more than the leading, between the lines of a card
ADDRESS = 5.6  # the size of what is typed, below a code
SIGNS = ("locked", "papers", "abroad")
CHANNELS = ("web", "telegram", "whatsapp")
COLUMN = INNER / len(CHANNELS)  # of a code


@dataclass(frozen=True, slots=True)
class Printer:
    """The words and letters that all sheets are made with."""

    shelf: Shelf
    language: str = FIRST
    typeface: Typeface = field(default_factory=Typeface)

    def say(self, key: str, values: Mapping[str, Value] | None = None) -> str:
        """Words of `poster.<key>`."""
        return self.shelf.text(Say(f"poster.{key}", values or {}), self.language)

    def number(self, id: str) -> str:
        """A number of the directory as it is dialled; an unknown id is a KeyError."""
        dial = {line.id: line.dial for line in self.shelf.hotlines}[id]
        if dial is None:
            raise KeyError(id)
        return dial

    def block(self, x: float, y: float, room: float, size: float, words: str, bold: bool = False) -> list[Text]:
        """Words as lines below each other; `y` is the first baseline."""
        broken = self.typeface.lines(words, size, room, bold)
        return [Text(x, y + number * size * LEADING, size, line, bold) for number, line in enumerate(broken)]

    def signed(self, area: str) -> str:
        """Who says this, and for where."""
        return self.say("area", {"place": area}) if area else self.say("everywhere")


def poster(printer: Printer, links: Mapping[str, str], area: str = "") -> Sheet:
    """A sheet of A4: what to look for, where to tell, whom to call. `links` are those of the channels that are on."""
    marks: list[Mark] = [Box(0, 0, WIDE, HEAD), *headline(printer)]
    y = HEAD + 16.0
    for sign in SIGNS:
        size, broken = printer.typeface.fitting(printer.say(f"sign.{sign}"), 9.6, INNER - 11, 2)
        marks.append(Box(EDGE, y - size * 0.66, 5, 5))
        marks += [Text(EDGE + 11, y + number * size * LEADING, size, line) for number, line in enumerate(broken)]
        y += len(broken) * size * LEADING + 4
    size, broken = printer.typeface.fitting(printer.say("invite"), 10.5, INNER, 2, bold=True)
    marks += [Text(EDGE, y + 8 + number * size * LEADING, size, line, True) for number, line in enumerate(broken)]
    marks += codes(printer, links, y + 8 + (len(broken) - 1) * size * LEADING + 4)
    marks += numbers(printer)
    size, broken = printer.typeface.fitting(printer.say("honest"), 5.6, INNER, 1)
    marks += [Text(EDGE, 281, size, broken[0]), Text(EDGE, 290, 5.6, printer.signed(area), True)]
    return Sheet(WIDE, HIGH, tuple(marks), printer.say("title"))


def headline(printer: Printer) -> list[Mark]:
    """The question that makes somebody stop, white on black."""
    size, broken = printer.typeface.fitting(printer.say("title"), 17.0, INNER, 2, bold=True)
    first = HEAD / 2 - (len(broken) - 1) * size * LEADING / 2 + size * 0.36
    return [
        Text(WIDE / 2, first + number * size * LEADING, size, line, True, True, "middle")
        for number, line in enumerate(broken)
    ]


def codes(printer: Printer, links: Mapping[str, str], y: float) -> list[Mark]:
    """A code for each channel that is on, with its name below, and what to type where a camera does not read it."""
    shown = [channel for channel in CHANNELS if channel in links]
    side = min(DANGER - 17 - y, COLUMN)
    marks: list[Mark] = []
    for number, channel in enumerate(shown):
        middle = EDGE + (number + 0.5) * COLUMN
        marks.append(Code(middle - side / 2, y, side, links[channel]))
        marks.append(Text(middle, y + side + 5, 6.4, printer.say(f"channel.{channel}"), True, align="middle"))
        if len(shown) > 1:
            size, broken = printer.typeface.fitting(typed(links[channel]), ADDRESS, COLUMN - 3, 1)
            marks.append(Text(middle, y + side + 11.5, size, broken[0], align="middle"))
    if len(shown) < len(CHANNELS):
        marks += aside(printer, shown, links, EDGE + len(shown) * COLUMN + 4, y + side / 2 - 8)
    return marks


def aside(printer: Printer, shown: Sequence[str], links: Mapping[str, str], x: float, y: float) -> list[Text]:
    """What to do with the codes, in the room beside them; of a single one also what to type instead."""
    marks = printer.block(x, y, WIDE - EDGE - x, 8.0, printer.say("scan"))
    if len(shown) > 1:
        return marks
    room, below = WIDE - EDGE - x, marks[-1].y + 14
    size, broken = printer.typeface.fitting(typed(links[shown[0]]), 9.6, room, 1, bold=True)
    return [*marks, Text(x, below, 8.0, printer.say("type")), Text(x, below + 11, size, broken[0], True)]


def typed(link: str) -> str:
    """Where a link leads as somebody types it: a page without its https, a name on Telegram, a telephone number."""
    parts = urlsplit(link)
    if parts.netloc == "t.me":
        return f"@{parts.path.strip('/')}"
    if parts.netloc == "wa.me":
        dialled = parts.path.strip("/")
        number = f"0{dialled[2:]}" if dialled.startswith("62") else f"+{dialled}"
        return "-".join(number[at : at + 4] for at in range(0, len(number), 4))
    return f"{parts.netloc}{parts.path}".rstrip("/")


def numbers(printer: Printer) -> list[Mark]:
    """The numbers for danger, as large as they go, and the one for women and children."""
    marks: list[Mark] = [Box(EDGE, DANGER, INNER, 56, 1.4)]
    marks.append(Text(EDGE + 6, DANGER + 14, 9.0, printer.say("danger"), True))
    x, below = EDGE + 6, DANGER + 46
    for one in ("siaga-112", "polisi-110"):
        marks.append(Text(x, below, 26.0, printer.number(one), True))
        x += printer.typeface.width(printer.number(one), 26.0, True) + 7
    size, broken = printer.typeface.fitting(printer.say("women"), 6.2, WIDE - EDGE - x - 3, 2)
    marks.append(Text(x, below - 2 * size * LEADING, 18.0, printer.number("sapa-129"), True))
    marks += [Text(x, below + (number - 1) * size * LEADING, size, line) for number, line in enumerate(broken)]
    return marks


def card(printer: Printer, title: str, lines: Sequence[str], foot: Sequence[str], link: str = "") -> Sheet:
    """A square card for a group: a title, what to know as large as it fits; below, beside a code, what to do and when.

    The last line of the foot is who signs.
    """
    room = CARD - 2 * CARD_EDGE
    size, broken = printer.typeface.fitting(title, 7.2, room, 3, bold=True)
    height = len(broken) * size * LEADING + CARD_EDGE
    marks: list[Mark] = [Box(0, 0, CARD, height)]
    marks += [
        Text(CARD_EDGE, CARD_EDGE + size * 0.6 + number * size * LEADING, size, line, True, True)
        for number, line in enumerate(broken)
    ]
    beside = CARD_CODE if link else 0.0
    foot = (*foot[:-1], f"{printer.say('type')} {typed(link)}", *foot[-1:]) if link else foot
    below = bottom(printer, foot, room - beside)
    first = min(below[0].y, CARD - CARD_EDGE - beside + 4) if below else CARD - CARD_EDGE
    lines = [line for line in lines if line.strip()]
    body = body_size(printer, lines, room, first - height - 11.0)
    y = height + 4.0 + body
    for line in lines:
        block = printer.block(CARD_EDGE, y, room, body, line)
        marks += block
        y = block[-1].y + body * LEADING + PARAGRAPH
    if link:
        marks.append(Code(CARD - CARD_EDGE - beside + 3, CARD - CARD_EDGE - beside + 3, beside, link))
    return Sheet(CARD, CARD, (*marks, *below), title)


def bottom(printer: Printer, foot: Sequence[str], room: float) -> list[Text]:
    """Lines that end at the card's lower edge, the last of them bold."""
    broken = [
        (part, at == len(foot) - 1) for at, line in enumerate(foot) for part in printer.typeface.lines(line, FOOT, room)
    ]
    first = CARD - CARD_EDGE - (len(broken) - 1) * FOOT * LEADING
    return [
        Text(
            CARD_EDGE,
            first + number * FOOT * LEADING,
            printer.typeface.fitting(part, FOOT, room, 1, bold)[0],
            part,
            bold,
        )
        for number, (part, bold) in enumerate(broken)
    ]


def body_size(printer: Printer, lines: Sequence[str], room: float, height: float, size: float = 5.6) -> float:
    """The largest size at which all lines stand within a height."""
    while size > 1:
        broken = [part for line in lines for part in printer.typeface.lines(line, size, room)]
        fits = all(printer.typeface.width(part, size) <= room for part in broken)
        if fits and len(broken) * size * LEADING + len(lines) * PARAGRAPH <= height:
            break
        size *= 0.96
    return size
