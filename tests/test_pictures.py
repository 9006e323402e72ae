"""What is left of a photo or a voice message after cleaning: what it shows or says, and nothing of its sender."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.media import BROKEN, FOREIGN, LARGE, LARGEST, PHOTO, VOICE, Refused
from bot.pictures import LONGEST_SIDE, redraw
from bot.scrub import ROOT, Scrubber, main
from bot.voices import HEADER, NO_TAGS, checksum, pages_of, repack
from tests.hostile import BLUE, RED, SECRET, exif, photo, picture, png_of, script_gif, telling, voice, zip_behind

FORMATS = ("JPEG", "PNG", "WEBP")


def opened(data: bytes) -> Image.Image:
    """A cleaned photo."""
    image = Image.open(BytesIO(data), formats=("JPEG",))
    image.load()
    return image


def why(data: bytes, clean: Any = redraw) -> str:
    """For what something is refused."""
    with pytest.raises(Refused) as refused:
        clean(data)
    return str(refused.value.why)


def close_to(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """JPEG changes colours a little."""
    return all(abs(one - other) < 30 for one, other in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_left_of_where_and_who(format: str) -> None:
    came = telling(format)
    assert SECRET[:8] in came
    clean = redraw(came)
    image = opened(clean)
    assert SECRET[:8] not in clean and b"Exif" not in clean and b"http" not in clean
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert image.applist == [("APP0", image.applist[0][1])]  # type: ignore[attr-defined]  # of JPEG only


@pytest.mark.parametrize("format", FORMATS)
def test_what_it_shows_is_left(format: str) -> None:
    image = opened(redraw(photo(format)))
    assert image.size == (64, 32)
    assert close_to(image.getpixel((8, 16)), RED) and close_to(image.getpixel((56, 16)), BLUE)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("orientation", "size", "red"), [(3, (64, 32), (56, 16)), (6, (32, 64), (16, 8))])
def test_a_photo_stands_upright(format: str, orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    image = opened(redraw(photo(format, exif=exif(orientation))))
    assert image.size == size
    assert close_to(image.getpixel(red), RED)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1", "LA", "I;16"])
def test_every_kind_of_pixel_becomes_plain_ones(mode: str) -> None:
    image = Image.new("I;16", (20, 10), 9000) if mode == "I;16" else picture(mode=mode)
    assert opened(redraw(photo("PNG", image))).mode == "RGB"


def test_what_is_seen_through_is_white() -> None:
    clear = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    assert opened(redraw(photo("PNG", clear))).getpixel((15, 15)) == (255, 255, 255)
    assert opened(redraw(photo("JPEG", picture(mode="CMYK")))).size == (64, 32)


@pytest.mark.parametrize("size", [(5000, 100), (100, 5000), (2049, 2048)])
def test_a_large_photo_becomes_smaller_in_its_shape(size: tuple[int, int]) -> None:
    image = opened(redraw(photo("JPEG", picture(*size))))
    assert max(image.size) == LONGEST_SIDE
    assert image.width * size[1] == pytest.approx(image.height * size[0], rel=0.05)


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_hidden_behind_a_photo_is_gone(format: str) -> None:
    clean = redraw(zip_behind(photo(format)))
    assert b"PK\x03\x04" not in clean and b"script" not in clean and SECRET not in clean


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        script_gif(),
        photo("GIF"),
        photo("BMP"),
        photo("TIFF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100),
        b"%PDF-1.7 " + photo("JPEG"),
        zip_behind(b"")[:50],
    ],
    ids=["nothing", "letter", "gif-js", "gif", "bmp", "tiff", "svg", "heic", "pdf", "zip"],
)
def test_other_formats_are_foreign(data: bytes) -> None:
    assert why(data) == FOREIGN


@pytest.mark.parametrize("format", FORMATS)
def test_half_a_photo_is_broken(format: str) -> None:
    whole = photo(format, picture(300, 300).effect_spread(40))
    for part in (0.3, 0.6, 0.9):
        assert why(whole[: int(len(whole) * part)]) == BROKEN


@pytest.mark.parametrize("size", [(6400, 6400), (10_000, 10_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    assert why(png_of(*size)) in {LARGE, BROKEN}
    assert len(png_of(*size)) < 200


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_whatever_comes_is_cleaned_or_refused(data: bytes) -> None:
    for clean in (redraw, repack):
        for head in (b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"OggS\x00\x02"):
            assert why(head + data, clean) in {FOREIGN, BROKEN, LARGE}


ORIGINALS = (*(telling(format) for format in FORMATS), voice())


@settings(max_examples=150)
@given(st.sampled_from(ORIGINALS), st.data())
def test_a_changed_byte_is_cleaned_or_refused(came: bytes, drawn: st.DataObject) -> None:
    data = bytearray(came)
    for _ in range(drawn.draw(st.integers(1, 6))):
        data[drawn.draw(st.integers(0, len(data) - 1))] = drawn.draw(st.integers(0, 255))
    try:
        clean = repack(bytes(data)) if came == ORIGINALS[-1] else redraw(bytes(data))
    except Refused as refused:
        assert refused.why in {FOREIGN, BROKEN, LARGE}
    else:
        assert SECRET not in clean


# Voice


def test_a_voice_message_keeps_its_sound_and_loses_its_comments() -> None:
    came = voice()
    clean = repack(came)
    assert SECRET in came and SECRET not in clean
    before, after = list(pages_of(came)), list(pages_of(clean))
    assert after[0].body == before[0].body
    assert after[1].body == NO_TAGS
    assert after[2:] == before[2:]
    assert repack(clean) == clean


def test_its_pages_are_whole() -> None:
    clean, at, number = repack(voice(tags=SECRET * 5_000)), 0, 0
    for page in pages_of(clean):
        end = at + HEADER.size + len(page.segments) + len(page.body)
        whole = bytearray(clean[at:end])
        stored = int.from_bytes(whole[22:26], "little")
        whole[22:26] = bytes(4)
        assert (checksum(bytes(whole)), HEADER.unpack_from(clean, at)[5]) == (stored, number)
        at, number = end, number + 1
    assert (at, number) == (len(clean), 5)


def test_the_checksum_is_oggs() -> None:
    # CRC-32/MPEG-2 of the digits begins with all bits set; from 0 the same polynomial gives this.
    assert checksum(b"123456789") == 0x89A1897F


@pytest.mark.parametrize("tail", [zip_behind(b""), b"OggS" + b"\xff" * 40, SECRET], ids=["zip", "half-page", "words"])
def test_what_follows_the_sound_is_left_out_or_all_is_refused(tail: bytes) -> None:
    try:
        assert repack(voice() + tail) == repack(voice())
    except Refused as refused:
        assert refused.why == BROKEN


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#!AMR\n" + bytes(100),
        b"ID3" + bytes(100),
        photo(),
        b"OggS" + bytes(200),
        voice().replace(b"OpusHead", b"\x01vorbis."),
    ],
    ids=["nothing", "amr", "mp3", "photo", "zeros", "vorbis"],
)
def test_other_recordings_are_foreign(data: bytes) -> None:
    assert why(data, repack) == FOREIGN


@pytest.mark.parametrize("end", [30, 60, 100, -1])
def test_half_a_voice_message_is_refused(end: int) -> None:
    assert why(voice()[:end], repack) in {FOREIGN, BROKEN}


# A process of its own


@pytest.mark.parametrize(
    ("kind", "came", "clean"),
    [*((PHOTO, telling(format), redraw) for format in ("JPEG", "PNG", "WEBP")), (VOICE, voice(), repack)],
    ids=["jpeg", "png", "webp", "voice"],
)
def test_a_process_of_its_own_cleans_the_same(kind: str, came: bytes, clean: Any) -> None:
    assert Scrubber().clean(kind, came) == clean(came)


@pytest.mark.parametrize(
    "act", ["open('.env')", "socket.socket()", "subprocess.Popen(['true'])"], ids=["file", "network", "process"]
)
def test_a_process_that_is_taken_over_opens_nothing(act: str) -> None:
    """The files of our user hold the keys, and another machine would hold them soon after."""
    script = f"import socket, subprocess\nfrom bot.scrub import confine\nconfine()\n{act}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 1 and b"[Errno 24]" in done.stderr


def test_it_says_why_it_refuses() -> None:
    scrubber = Scrubber()
    assert why(photo("GIF"), lambda data: scrubber.clean(PHOTO, data)) == FOREIGN
    assert why(png_of(8000, 8000), lambda data: scrubber.clean(PHOTO, data)) == LARGE


def test_a_process_that_dies_or_lasts_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    scrubber = Scrubber()
    assert why(photo(), lambda data: scrubber.clean("no such kind", data)) == BROKEN
    monkeypatch.setattr("bot.scrub.PATIENCE", 0.001)
    assert why(photo(), lambda data: scrubber.clean(PHOTO, data)) == BROKEN


def test_it_is_told_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands in our environment does not stand in its own."""
    seen: dict[str, Any] = {}

    def run(command: list[str], **more: Any) -> Any:
        seen.update(more)
        raise Refused(BROKEN)

    monkeypatch.setenv("SUAR_PEPPER", "x")
    monkeypatch.setattr("bot.scrub.subprocess.run", run)
    assert why(photo(), lambda data: Scrubber().clean(PHOTO, data)) == BROKEN
    assert seen["env"] == {} and "SUAR_PEPPER" in os.environ


def test_kinds_have_a_cleaner_and_a_size() -> None:
    assert set(LARGEST) == {PHOTO, VOICE}
    assert callable(main)
