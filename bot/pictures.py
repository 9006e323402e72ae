"""A photo drawn anew: its pixels upright and smaller, and nothing else that came with it."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from typing import Final

import filetype
from PIL import Image, ImageOps

from bot.media import BROKEN, FOREIGN, LARGE, Refused

FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/apng": "PNG", "image/webp": "WEBP"}
MOST_PIXELS: Final = 40_000_000  # the largest phone cameras; as RGBA 160 MB
LONGEST_SIDE: Final = 2048
QUALITY: Final = 85
# What Pillow raises for bytes that are not what they say; anything else ends the process that this runs in.
FAULTS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
)


def redraw(data: bytes) -> bytes:
    """A JPEG of at most 2,048 pixels a side, without metadata, profile or thumbnail; or Refused.

    JPEG, PNG and WEBP are taken, by their first bytes and not by any name. What lies behind the picture's end stays
    behind.
    """
    kind = filetype.guess_mime(data)
    if kind not in FORMATS:
        raise Refused(FOREIGN)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which goes anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return drawn(data, FORMATS[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise Refused(LARGE) from fault
    except FAULTS as fault:
        raise Refused(BROKEN) from fault


def drawn(data: bytes, format: str) -> bytes:
    """Decode, turn, shrink, and paste onto white."""
    with Image.open(BytesIO(data), formats=(format,)) as came:
        if came.width * came.height > MOST_PIXELS:
            raise Refused(LARGE)
        picture: Image.Image = came
        if came.mode in {"RGB", "L", "RGBA"}:
            came.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded small already
        else:
            picture = came.convert("RGBA")
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    fresh = Image.new("RGB", upright.size, "white")
    fresh.paste(upright, mask=upright)
    out = BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
