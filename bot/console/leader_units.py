"""Which RT, RW, office or school somebody leads, as it is typed: numbers and names of places, never of people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Final

from bot.locale import mark
from content.gazetteer import Kelurahan

LONGEST: Final = 40  # letters of a school's name
NUMBERED: Final[Mapping[str, tuple[re.Pattern[str], ...]]] = {
    "rt": (
        re.compile(r"(?:rt\W*)?(?P<rt>\d{1,3})\W+(?:rw\W*)?(?P<rw>\d{1,3})", re.IGNORECASE),
        re.compile(r"rw\W*(?P<rw>\d{1,3})\W+rt\W*(?P<rt>\d{1,3})", re.IGNORECASE),
    ),
    "rw": (re.compile(r"(?:rw\W*)?(?P<rw>\d{1,3})", re.IGNORECASE),),
}
SCHOOL: Final = re.compile(
    r"(?:sekolah|sd|smp|sma|smk|slb|tk|paud|pkbm|mi|mts|ma|madrasah|pesantren|ponpes|universitas|politeknik|akademi"
    r"|stik\w*|institut|kampus)(?:n|s|it|k|lb)?\b.+",
    re.IGNORECASE,
)
OF_OFFICE: Final = mark("Please leave this empty, or write a number where an office has several. No person's name.")
OFFICER: Final = re.compile(r"[1-9]\d?")
NEEDS: Final = {
    "rt": mark("Please write the numbers of RT and RW, such as 05/02. No person's name."),
    "rw": mark("Please write the number of the RW, such as 02. No person's name."),
    "school": mark("Please write the school's name, such as SMPN 12. No person's name."),
    "kelurahan": OF_OFFICE,
    "kecamatan": OF_OFFICE,
}


def unit_of(office: str, text: str, place: Kelurahan | None, titles: Set[str]) -> str | None:
    """`05/02` for RT 05 of RW 02, `02` for RW 02, a school's name as it is; of an office of the kelurahan or kecamatan
    of `place` nothing, or the number that tells its officers apart. None for all else, such as a person's name.

    `titles`: words that stand before the names of people.
    """
    words = " ".join(text.split())
    if office in NUMBERED:
        return numbers(office, words)
    if office == "school":
        person = not titles.isdisjoint(words.lower().replace(".", " ").split())
        return words if len(words) <= LONGEST and SCHOOL.fullmatch(words) and not person else None
    own = (place.name if office == "kelurahan" else place.kecamatan).lower() if place else ""
    if words.lower() in {"", own, f"{office} {own}"}:
        return ""
    return words if OFFICER.fullmatch(words) else None


def numbers(office: str, words: str) -> str | None:
    """The numbers of an RT or RW in two digits or more; None where they are not there, or are zero."""
    found = next((match for form in NUMBERED[office] if (match := form.fullmatch(words))), None)
    read = [found[name].lstrip("0") for name in ("rt", "rw") if name in found.groupdict()] if found else []
    return "/".join(one.zfill(2) for one in read) if read and all(read) else None
