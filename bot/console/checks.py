"""What an answer should not say: whoever holds the reporter's phone may read it too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.locale import mark

_WEEK = r"senin|selasa|rabu|kamis|jum'?at|sabtu|minggu"
_DAY = rf"(?:hari ini|nanti|besok(?: lusa)?|lusa|{_WEEK}|tanggal \d{{1,2}}|tgl\.? ?\d{{1,2}})"
_CLOCK = r"(?:jam|pukul|pkl\.?) ?\d{1,2}(?:[.:]\d{2})?"
_COME = r"(?:datang|ke sana|kesana|ke rumah|ke lokasi|kunjung\w*|menjemput|jemput|razia|gerebek|tiba|mampir)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that gives people away: what to call it, and how it looks."""

    name: str
    msgid: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applies, and the words it applies to."""

    rule: str
    msgid: str
    words: str


RULES: Final = (
    # Province, regency and district, birth date (a woman's day plus 40), serial number: always 16 digits.
    Rule("nik", mark("a NIK or another long number"), re.compile(r"(?<!\d)\d(?:[ .-]?\d){15}(?!\d)")),
    Rule(
        "phone",
        mark("a phone number"),
        re.compile(r"(?<![\d.-])(?:\+?62|0)[ .-]?[28]\d(?:[ .-]?\d){6,10}(?![ .-]?\d)"),
    ),
    Rule(
        "plate",
        mark("a vehicle's plate"),
        # The letters of Greater Jakarta and of the provinces around it; in capitals, as "b 12 an" is a word.
        re.compile(r"\b(?:A|B|D|E|F|G|H|T|Z|AA|AB|AD|BE|BG)[ -]?\d{1,4}[ -]?[A-Z]{1,3}\b"),
    ),
    Rule(
        "address",
        mark("an address"),
        re.compile(
            r"\b(?:jl\b\.?|jln\b\.?|jalan|gang|gg\.?) (?!keluar|terus|sendiri|kaki|lain|saja)\w+"
            r"|\b(?:rt|rw)\b[ ./]*\d{1,3}|\b(?:nomor|no)\b\.? ?(?!11[02]\b|129\b)\d{1,4}\b"
            r"|\bblok [a-z]{1,2}\b ?/?\d*|\bkamar \d+",
            re.IGNORECASE,
        ),
    ),
    Rule(
        "visit",
        mark("when somebody comes"),
        re.compile(
            rf"\b{_DAY}\b[^.!?\n]{{0,60}}(?:\b{_CLOCK}|\b{_COME}\b)|\b{_CLOCK}[^.!?\n]{{0,60}}\b{_COME}\b"
            rf"|\b{_COME}\b[^.!?\n]{{0,40}}(?:\b{_DAY}\b|\b{_CLOCK})",
            re.IGNORECASE,
        ),
    ),
    Rule(
        "name",
        mark("a name"),
        re.compile(
            r"\b(?:(?i:bapak|ibu|pak|bu|saudara|saudari|mbak|mas|kak|nona|bernama|namanya|atas nama)"
            r"|(?i:sdri?|tn|ny)\.?) "
            r"(?!Anda\b|RT\b|RW\b|PPA\b|PKK\b|Lurah\b|Camat\b|Polisi\b|Petugas\b)[A-Z][\w'-]+(?: [A-Z][\w'-]+)*"
        ),
    ),
)


def check(text: str) -> tuple[Finding, ...]:
    """What the rules find in an answer, each rule's first place; nothing for plain words."""
    found = ((rule, rule.pattern.search(text)) for rule in RULES)
    return tuple(Finding(rule.name, rule.msgid, hit.group().strip()) for rule, hit in found if hit)


def token(findings: Sequence[Finding]) -> str:
    """Stands for exactly these findings: a tick given for them does not cover others that came later."""
    return hashlib.sha256("\n".join(f"{one.rule}\t{one.words}" for one in findings).encode()).hexdigest()[:32]
