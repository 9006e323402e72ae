"""The records of processing (UU 27/2022 Pasal 31) as a page in Indonesian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from content.processing import Law, Processing, Processor
from content.shelf import Shelf

ABROAD = {True: "ya", False: "tidak", None: "menurut pemasangan"}
WRITTEN = "Berkas ini dibuat oleh `suar records` dari `content/processing.yaml`; ubah di sana."
PROPOSED = "**Usulan**, belum disahkan Gugus Tugas."


def page(shelf: Shelf) -> str:
    """The whole page in Markdown; the same content gives the same page."""
    each = (processing(one, shelf) for one in shelf.records.processings)
    parts = (head(shelf), laws(shelf), processors(shelf), *each, days(shelf))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def head(shelf: Shelf) -> Iterator[str]:
    """Whose records these are."""
    records = shelf.records
    yield from ("# Catatan kegiatan pemrosesan data pribadi", "", WRITTEN)
    if records.proposed:
        yield PROPOSED
    yield from (f"Sumber: {records.source}, {records.source_date}.", "", "## Pengendali", "")
    for family in records.controllers:
        for queue in shelf.directory.queues.values():
            if queue.family is family:
                yield f"- {queue.office or queue.name.id}{' (usulan)' if queue.office is None else ''}"
    yield from ("", "Masing-masing untuk laporan yang masuk ke antreannya.")
    yield f"Pejabat pelindungan data pribadi (Pasal 53): {records.officer or 'belum ditunjuk'}."


def laws(shelf: Shelf) -> list[str]:
    """The articles, each with what it says and how sure that is."""
    return ["## Dasar", "", *table(("pasal", "isi", "sumber", "keyakinan"), map(law_row, shelf.records.laws.values()))]


def law_row(one: Law) -> tuple[str, ...]:
    """One article."""
    return one.law, one.about, f"{one.source}, {one.source_date}", one.confidence


def processors(shelf: Shelf) -> list[str]:
    """Who carries or keeps data for the controllers."""
    columns = ("pemroses", "kanal", "melihat", "menyimpan", "luar negeri", "sumber", "keyakinan")
    return ["## Pemroses", "", *table(columns, map(processor_row, shelf.records.processors.values()))]


def processor_row(one: Processor) -> tuple[str, ...]:
    """One company."""
    source = f"{one.source}, {one.source_date}"
    return one.name, ", ".join(one.channels), one.sees, one.keeps, ABROAD[one.abroad], source, one.confidence


def processing(one: Processing, shelf: Shelf) -> list[str]:
    """One processing, field by field."""
    records = shelf.records
    rows = {
        "tujuan": one.purpose,
        "dasar": "; ".join(f"{records.laws[name].law} ({records.laws[name].about})" for name in one.basis),
        "milik siapa": one.whose,
        "jenis data": one.kinds,
        "data spesifik (Pasal 4)": "ya" if one.specific else "tidak",
        "penerima": one.receivers,
        "pemroses": "; ".join(records.processors[name].name for name in one.processors),
        "disimpan": kept(one, shelf),
        "pelindungan": one.protection,
        "tabel": ", ".join(f"`{name}`" for name in one.tables) or "semua",
        "pengendali": "kantor antrean yang menerima",
        "status": "usulan" if records.proposed else "disahkan",
    }
    return [f"## {one.name}", "", *table(("hal", "isi"), rows.items())]


def kept(one: Processing, shelf: Shelf) -> str:
    """How long, by the rows of terms.yaml that it names."""
    terms = shelf.terms
    days = "; ".join(f"`{name}` {terms.keep_days[name]} hari" for name in one.keep)
    minutes = {"draft_minutes": terms.draft_minutes, "parked_minutes": terms.parked_minutes}
    return ". ".join(filter(None, (days, one.also.format_map(minutes))))


def days(shelf: Shelf) -> list[str]:
    """All terms, and which processings they end."""
    rows = (
        (f"`{name}`", f"{number}", ", ".join(one.name for one in shelf.records.processings if name in one.keep))
        for name, number in shelf.terms.keep_days.items()
    )
    return ["## Jadwal retensi", "", *table(("baris terms.yaml", "hari", "untuk"), rows)]


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table."""
    for row in chain((columns, ["---"] * len(columns)), rows):
        yield f"| {' | '.join(row)} |"
