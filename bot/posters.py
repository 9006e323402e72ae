"""Posters and cards to hand out: which one is wanted, as which file, and where its codes lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from bot.drawing import Sheet, pdf, png
from bot.poster import A5, SIGNS, Printer, card, poster
from content.languages import FIRST
from content.processing import Address
from content.shelf import Shelf

PRINT = 300  # dots an inch of a picture of a poster: what a print shop asks for
SCREEN = 254  # dots an inch of a card: 1,080 on each side
NO_DIGIT = re.compile(r"\D")


class Size(StrEnum):
    """What a sheet is for: a wall, a door or counter, a group chat."""

    A4 = "a4"
    A5 = "a5"
    CARD = "kartu"


class Form(StrEnum):
    """Which file: PDF for a printer, PNG for a chat."""

    PDF = "pdf"
    PNG = "png"


MEDIA = {Form.PDF: "application/pdf", Form.PNG: "image/png"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sheet. `kelurahan` is its code in the gazetteer, or nothing for all of Jakarta."""

    size: Size
    form: Form = Form.PDF
    kelurahan: str = ""
    language: str = FIRST

    @property
    def file_name(self) -> str:
        """How the file is called."""
        parts = ("suar", self.size, self.kelurahan.replace(".", "-"), self.language)
        return "-".join(part for part in parts if part) + f".{self.form}"


def made(shelf: Shelf, wanted: Wanted, url: str) -> bytes:
    """The file; `url` is that of the web chat. An unknown kelurahan is a KeyError."""
    area = shelf.gazetteer.by_code(wanted.kelurahan) if wanted.kelurahan else None
    if wanted.kelurahan and area is None:
        raise KeyError(wanted.kelurahan)
    printer = Printer(shelf, wanted.language)
    where = links(shelf, url, wanted.kelurahan)
    named = area.name if area else ""
    sheet = invitation(printer, where, named) if wanted.size is Size.CARD else poster(printer, where, named)
    if wanted.form is Form.PDF:
        return pdf(sheet, printer.typeface, A5 if wanted.size is Size.A5 else 1.0)
    dots = {Size.A4: PRINT, Size.A5: PRINT * A5, Size.CARD: SCREEN}[wanted.size]
    return png(sheet, printer.typeface, dots)


def links(shelf: Shelf, url: str, kelurahan: str = "") -> dict[str, str]:
    """Where the codes lead: to the web chat, which keeps nobody and needs no kelurahan, and to what was announced."""
    said = {one.channel: LINKS[one.channel](one, kelurahan) for one in shelf.addresses if one.channel in LINKS}
    return {"web": url, **said}


def telegram(address: Address, kelurahan: str) -> str:
    """A link that opens the bot; 31-74-08-1003 is the code of a kelurahan as Telegram takes it."""
    name = address.address.lstrip("@")
    return f"https://t.me/{name}?start={kelurahan.replace('.', '-')}" if kelurahan else f"https://t.me/{name}"


def whatsapp(address: Address, kelurahan: str) -> str:
    """A link that opens the chat with that number; WhatsApp can bring the kelurahan only in a text that one sends."""
    chat = f"https://wa.me/{NO_DIGIT.sub('', address.address)}"
    return f"{chat}?text={quote(f'Halo Suar ({kelurahan})')}" if kelurahan else chat


LINKS: dict[str, Callable[[Address, str], str]] = {"telegram": telegram, "whatsapp": whatsapp}


def invitation(printer: Printer, where: dict[str, str], area: str) -> Sheet:
    """A square card that says what the poster says."""
    signs = tuple(f"- {printer.say(f'sign.{sign}')}" for sign in SIGNS)
    first = next(iter(where.values()), "")
    lines = (*signs, printer.say("invite"))
    foot = (printer.say("short"), printer.say("honest"), printer.signed(area))
    return card(printer, printer.say("title"), lines, foot, first)
