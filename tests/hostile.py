"""Photos and voice messages as phones send them, and as somebody sends them who means harm."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.voices import HEADER, NO_TAGS, Page, written

SECRET = b"-6.2088,106.8456 milik Wati"  # where somebody stood, and who they are
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
RED, BLUE = (200, 30, 30), (30, 30, 200)
HEAD = b"OpusHead\x01" + struct.pack("<BHIhB", 1, 312, 48_000, 0, 0)


def picture(width: int = 64, height: int = 32, mode: str = "RGB") -> Image.Image:
    """Red on the left half, blue on the right."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return image.convert(mode)


def photo(format: str = "JPEG", image: Image.Image | None = None, **more: object) -> bytes:
    """A picture as a file."""
    out = BytesIO()
    (image or picture()).save(out, format, **more)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes beside a picture."""
    data = Image.Exif()
    data[ORIENTATION], data[MAKE] = orientation, SECRET.decode()
    data[GPS] = {1: "S", 2: (6.0, 12.0, 31.7), 3: "E", 4: (106.0, 50.0, 44.2), 29: SECRET.decode()}
    return data


def telling(format: str) -> bytes:
    """A photo that names its place and owner wherever its format has room for it."""
    if format == "PNG":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        text.add_text("Comment", SECRET.decode())
        return photo("PNG", exif=exif(), pnginfo=text)
    if format == "WEBP":
        return photo("WEBP", exif=exif(), xmp=SECRET, icc_profile=SECRET)
    return photo("JPEG", exif=exif(), comment=SECRET, xmp=SECRET, icc_profile=SECRET)


def zip_behind(data: bytes) -> bytes:
    """A file that is a picture from its beginning and an archive from its end."""
    out = BytesIO(data)
    with ZipFile(out, "a") as archive:
        archive.writestr("x.html", b"<script>alert(1)</script>" + SECRET)
    return out.getvalue()


def script_gif() -> bytes:
    """A GIF that is a script too."""
    return b"GIF89a/*" + photo("GIF")[8:] + b"*/=1;alert(1)"


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def voice(sound: bytes = bytes(range(200)), pages: int = 3, tags: bytes = SECRET, flags: int = 4) -> bytes:
    """A voice message with telling comments; its packets are no sound, which nobody here decodes."""
    comments = b"OpusTags" + struct.pack("<I", len(tags)) + tags + struct.pack("<I", 0)
    made = [Page(2, 0, bytes([len(HEAD)]), HEAD), *split(comments)]
    made += [Page(flags if n == pages - 1 else 0, 960 * (n + 1), bytes([len(sound)]), sound) for n in range(pages)]
    return b"".join(written(page, number) for number, page in enumerate(made))


def split(packet: bytes, most: int = 255 * 100) -> list[Page]:
    """A packet on as many pages as it takes."""
    parts = [packet[at : at + most] for at in range(0, len(packet), most)]
    pages = [Page(int(number > 0), -1, b"\xff" * 100, part) for number, part in enumerate(parts[:-1])]
    lacing = b"\xff" * (len(parts[-1]) // 255) + bytes([len(parts[-1]) % 255])
    return [*pages, Page(int(bool(pages)), 0, lacing, parts[-1])]


def serial_of(page: bytes) -> int:
    """The serial in a page's header."""
    return int(HEADER.unpack_from(page)[4])


EMPTY_COMMENTS = NO_TAGS
