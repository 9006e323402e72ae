"""The records of processing that UU 27/2022 Pasal 31 asks for, as data: purposes, laws, processors, tables and days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.rows import Row, read_file
from content.vocabulary import Confidence, Family

CITED = frozenset({"source", "source_date", "confidence"})
CHANNELS = ("web", "telegram", "whatsapp")


@dataclass(frozen=True, slots=True)
class Law:
    """An article that a processing or a right stands on; `about` is what it says, in Indonesian."""

    id: str
    law: str
    about: str
    source: str
    source_date: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Processor:
    """A company that carries or keeps data for Suar; `abroad` is None where the install decides it."""

    id: str
    name: str
    channels: tuple[str, ...]
    sees: str
    keeps: str
    abroad: bool | None
    source: str
    source_date: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Processing:
    """One thing done with personal data; `keep` and `also` say how long, by terms.yaml."""

    id: str
    name: str
    purpose: str
    basis: tuple[str, ...]
    whose: str
    kinds: str
    specific: bool
    tables: tuple[str, ...]
    keep: tuple[str, ...]
    also: str
    receivers: str
    processors: tuple[str, ...]
    protection: str


@dataclass(frozen=True, slots=True)
class Records:
    """All of processing.yaml; a proposal where `proposed`."""

    proposed: bool
    source: str
    source_date: str
    controllers: tuple[Family, ...]
    officer: str | None
    laws: Mapping[str, Law]
    processors: Mapping[str, Processor]
    processings: tuple[Processing, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """An address under which Suar has been announced, on one channel."""

    channel: str
    address: str


def load_addresses(path: Path) -> tuple[Address, ...]:
    """Read official.yaml; ValueError names file, row and field."""
    return tuple(_address(row) for row in read_file(path).each("addresses"))


def load_records(path: Path) -> Records:
    """Read and check processing.yaml; ValueError names file, row and field."""
    file = read_file(path)
    file.only(CITED | {"status", "controllers", "officer", "laws", "processors", "processings"})
    laws = {law.id: law for law in map(_law, file.each("laws"))}
    processors = {one.id: one for one in map(_processor, file.each("processors"))}
    return Records(
        proposed=file.text("status") == "usulan",
        source=file.text("source"),
        source_date=file.month("source_date"),
        controllers=file.words(Family, "controllers"),
        officer=file.text_or_none("officer"),
        laws=laws,
        processors=processors,
        processings=tuple(_processing(row, laws, processors) for row in file.each("processings")),
    )


def _address(row: Row) -> Address:
    row.only(CITED | {"channel", "address"})
    row.confidence()
    row.month("source_date")
    row.text("source")
    _known(row, "channel", (row.text("channel"),), CHANNELS)
    return Address(row.text("channel"), row.text("address"))


def _law(row: Row) -> Law:
    row.only(CITED | {"id", "law", "about"})
    cited = row.text("source"), row.month("source_date"), row.confidence()
    return Law(row.text("id"), row.text("law"), row.text("about"), *cited)


def _processor(row: Row) -> Processor:
    row.only(CITED | {"id", "name", "channels", "sees", "keeps", "abroad"})
    _known(row, "channels", row.texts("channels"), CHANNELS)
    return Processor(
        id=row.text("id"),
        name=row.text("name"),
        channels=row.texts("channels"),
        sees=row.text("sees"),
        keeps=row.text("keeps"),
        abroad=None if row.fields["abroad"] is None else _yes(row, "abroad"),
        source=row.text("source"),
        source_date=row.month("source_date"),
        confidence=row.confidence(),
    )


def _processing(row: Row, laws: Collection[str], processors: Collection[str]) -> Processing:
    row.only(frozenset(Processing.__dataclass_fields__))
    _known(row, "basis", row.texts("basis"), laws)
    _known(row, "processors", row.texts("processors"), processors)
    return Processing(
        id=row.text("id"),
        name=row.text("name"),
        purpose=row.text("purpose"),
        basis=row.texts("basis"),
        whose=row.text("whose"),
        kinds=row.text("kinds"),
        specific=_yes(row, "specific"),
        tables=row.texts("tables"),
        keep=row.texts("keep"),
        also=row.text("also"),
        receivers=row.text("receivers"),
        processors=row.texts("processors"),
        protection=row.text("protection"),
    )


def _yes(row: Row, field: str) -> bool:
    value = row.fields.get(field)
    if not isinstance(value, bool):
        row.wrong(field, "true or false is needed")
    return value


def _known(row: Row, field: str, values: Collection[str], known: Collection[str]) -> None:
    for value in sorted(set(values) - set(known)):
        row.wrong(field, "%(value)s is none of %(known)s", value=repr(value), known=", ".join(known))
