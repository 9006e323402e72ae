"""`suar content`: is a file fit to be used, and where does everything that Suar says stand."""

# ruff: noqa: PLC0415 - the command line imports what a command needs, when it needs it: a fast start

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.drafts import Draft

content = typer.Typer(help="What Suar says and knows.", no_args_is_help=True)


@content.command("check")
def check_files(
    files: Annotated[list[Path], typer.Argument(help="A lesson with its facts and its English, or any")],
) -> None:
    """Say in Indonesian what is wrong with files that are not in use yet; leaves with 1 if anything is."""
    from bot.content_check import check, said
    from bot.locale import load_words, mark
    from bot.looks import LIMITS
    from content.faults import Fault
    from content.queues import WIB

    words = load_words("id")
    try:
        problems = check(read_all(files), LIMITS, datetime.now(WIB).date()).problems
    except Fault as fault:  # it is no file of the content at all
        problems = tuple(fault.every())
    for one in problems:
        typer.echo(said(one, words))
    if not problems:
        typer.echo(words.say(mark("Nothing is wrong.")))
    raise typer.Exit(1 if problems else 0)


def read_all(paths: list[Path]) -> list[Draft]:
    """The files as they would lie in the content; Fault for all that belong to nothing of it."""
    from content.faults import Gathered

    drafts: list[Draft] = []
    gathered = Gathered()
    for path in paths:
        with gathered:
            drafts.append(read(path))
    gathered.end()
    return drafts


def read(path: Path) -> Draft:
    """A file as it would lie in the content; its language is the folder it lies in, else Indonesian."""
    from bot.drafts import draft_of
    from bot.locale import mark
    from content.faults import Fault
    from content.languages import FIRST
    from content.shelf import HERE

    known = {one.stem for one in (HERE / "reading").glob("*.yaml") if (HERE / one.stem).is_dir()}
    if not path.is_file():
        raise Fault(path.name, mark("there is no such file"))
    named = [part for part in reversed(path.absolute().parent.parts) if part in known]
    return draft_of(path.name, path.read_text(encoding="utf-8-sig", errors="replace"), named[0] if named else FIRST)


@content.command()
def sources(
    every: Annotated[bool, typer.Option("--all", help="Print every fact with its source, date and last look")] = False,
) -> None:
    """Print the numbers nobody has called, then what is older than a year, and how many others there are."""
    from bot.locale import load_words, mark
    from bot.sources import by_urgency, sourced
    from content.queues import WIB
    from content.shelf import load_shelf

    words, rows = load_words("id"), tuple(sourced(load_shelf()))
    if every:
        typer.echo("\t".join(("file", "id", "source", "date", "confidence", "checked_on, dialled_on")))
        for one in rows:
            typer.echo(one.row())
        return
    found = by_urgency(rows, datetime.now(WIB).date())
    typer.echo(words.say(mark("Numbers that nobody has ever called: %(count)s"), count=len(found.uncalled)))
    for one in found.uncalled:
        typer.echo(f"{one.id}\t{one.number}\t{one.source}, {one.dated}")
    typer.echo("\n" + words.say(mark("Not looked at for more than 12 months: %(count)s"), count=len(found.stale)))
    for one in found.stale:
        typer.echo(f"{one.file}\t{one.id}\t{one.source}, {one.dated}")
    rest = mark("Others: %(laws)s texts of law, %(fresh)s looked at within 12 months. --all prints every row.")
    typer.echo("\n" + words.say(rest, laws=len(found.laws), fresh=len(found.fresh)))
