"""A printed sheet as marks in millimetres, painted as PDF for a printer or as PNG for a chat."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import segno
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from bot.typeface import Typeface

QUIET = 4  # modules of white around a QR code, as its standard asks
INCH = 25.4  # millimetres


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words: `y` is its baseline, `size` its em, all from the top left corner."""

    x: float
    y: float
    size: float
    words: str
    bold: bool = False
    white: bool = False
    align: Literal["left", "middle"] = "left"


@dataclass(frozen=True, slots=True)
class Box:
    """A black box, or only its frame of `line` millimetres."""

    x: float
    y: float
    width: float
    height: float
    line: float = 0.0


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code with the white around it that readers need."""

    x: float
    y: float
    side: float
    link: str

    def modules(self) -> tuple[Box, ...]:
        """Its black modules, a run of a row as one box."""
        rows = [list(row) for row in segno.make(self.link, error="m", micro=False).matrix]
        step = self.side / (len(rows) + 2 * QUIET)
        boxes = []
        for down, row in enumerate(rows):
            start = 0
            while start < len(row):
                end = start
                while end < len(row) and row[end]:
                    end += 1
                if end > start:
                    left, top = self.x + (start + QUIET) * step, self.y + (down + QUIET) * step
                    boxes.append(Box(left, top, (end - start) * step, step))
                start = max(end, start + 1)
        return tuple(boxes)


Mark = Text | Box | Code


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in millimetres and what stands on it, in the order it is painted."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    title: str  # what a reader of the file is told it is


def pdf(sheet: Sheet, typeface: Typeface, scale: float = 1.0) -> bytes:
    """One page with letters that stay letters; `scale` 0.707 makes A5 of A4. It names no author, program or time."""
    for bold in (False, True):
        pdfmetrics.registerFont(TTFont(name(bold), typeface.file(bold)))
    page = BytesIO()
    canvas = Canvas(page, pagesize=(sheet.width * scale * mm, sheet.height * scale * mm), invariant=True)
    canvas.setTitle(sheet.title)
    canvas.scale(scale, scale)
    for mark in sheet.marks:
        for one in mark.modules() if isinstance(mark, Code) else (mark,):
            print_mark(canvas, sheet, one)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def name(bold: bool) -> str:
    """What a weight is called within a PDF."""
    return "SuarBold" if bold else "Suar"


def print_mark(canvas: Canvas, sheet: Sheet, mark: Text | Box) -> None:
    """One mark; a PDF counts from the bottom."""
    if isinstance(mark, Box):
        canvas.setFillGray(0)
        canvas.setStrokeGray(0)
        canvas.setLineWidth(mark.line * mm)
        top = (sheet.height - mark.y - mark.height) * mm
        filled, framed = not mark.line, bool(mark.line)
        canvas.rect(mark.x * mm, top, mark.width * mm, mark.height * mm, stroke=framed, fill=filled)
        return
    canvas.setFillGray(1 if mark.white else 0)
    canvas.setFont(name(mark.bold), mark.size * mm)
    draw = canvas.drawString if mark.align == "left" else canvas.drawCentredString
    draw(mark.x * mm, (sheet.height - mark.y) * mm, mark.words)


def png(sheet: Sheet, typeface: Typeface, dots: float) -> bytes:
    """The same page in shades of grey, at `dots` an inch."""
    scale = dots / INCH
    image = Image.new("L", (round(sheet.width * scale), round(sheet.height * scale)), 255)
    draw = ImageDraw.Draw(image)
    for mark in sheet.marks:
        for one in mark.modules() if isinstance(mark, Code) else (mark,):
            paint_mark(draw, typeface, one, scale)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def paint_mark(draw: ImageDraw.ImageDraw, typeface: Typeface, mark: Text | Box, scale: float) -> None:
    """One mark; neighbouring modules of a code share their edge, so no white line runs between them."""
    if isinstance(mark, Box):
        left, top = round(mark.x * scale), round(mark.y * scale)
        corner = (round((mark.x + mark.width) * scale) - 1, round((mark.y + mark.height) * scale) - 1)
        if mark.line:
            draw.rectangle((left, top, *corner), outline=0, width=max(1, round(mark.line * scale)))
        else:
            draw.rectangle((left, top, *corner), fill=0)
        return
    font = ImageFont.truetype(typeface.file(mark.bold), mark.size * scale)
    anchor = "ls" if mark.align == "left" else "ms"
    draw.text((mark.x * scale, mark.y * scale), mark.words, font=font, fill=255 if mark.white else 0, anchor=anchor)
