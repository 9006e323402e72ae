"""The one typeface of what is printed: its files, how wide words are in it, and where their lines break."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from PIL import ImageFont

UNIT = 1_000  # pixels an em is measured at: enough that rounding is lost in any print
SMALLEST_STEP = 0.94  # how much smaller a text is tried where it does not fit


@dataclass(frozen=True)
class Typeface:
    """Bitstream Vera, which comes with ReportLab: wide open letters that are read from afar, free to hand on."""

    folder: Path = Path(str(files("reportlab"))) / "fonts"

    def file(self, bold: bool) -> Path:
        """The font file of a weight."""
        return self.folder / ("VeraBd.ttf" if bold else "Vera.ttf")

    @cached_property
    def faces(self) -> tuple[ImageFont.FreeTypeFont, ImageFont.FreeTypeFont]:
        """Regular and bold, at the size they are measured at."""
        return ImageFont.truetype(self.file(False), UNIT), ImageFont.truetype(self.file(True), UNIT)

    def width(self, words: str, size: float, bold: bool = False) -> float:
        """How wide words are, in the unit that `size` has."""
        return self.faces[bold].getlength(words) * size / UNIT

    def lines(self, words: str, size: float, room: float, bold: bool = False) -> list[str]:
        """The words broken between words so that each line fits `room`; a word that is wider stands alone."""
        broken: list[str] = []
        for paragraph in words.splitlines():
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and self.width(longer, size, bold) > room:
                    broken.append(line)
                    longer = word
                line = longer
            broken.append(line)
        return broken

    def fitting(self, words: str, size: float, room: float, most: int, bold: bool = False) -> tuple[float, list[str]]:
        """The largest size up to `size` at which the words take at most `most` lines within `room`, and these lines."""
        while True:
            broken = self.lines(words, size, room, bold)
            if len(broken) <= most and all(self.width(line, size, bold) <= room for line in broken):
                return size, broken
            size *= SMALLEST_STEP
