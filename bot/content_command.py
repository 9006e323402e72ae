"""`suar content`: is a file fit to be used, and where does everything that Suar says stand."""

# ruff: noqa: PLC0415 - the command line imports what a command needs, when it needs it: a fast start

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.content_check import Draft

content = typer.Typer(help="What Suar says and knows.", no_args_is_help=True)


@content.command("check")
def check_files(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="A lesson with its facts and its English, or any")
    ],
) -> None:
    """Say in Indonesian what is wrong with files that are not in use yet; leaves with 1 if anything is."""
    from bot.content_check import check, said
    from bot.locale import load_words, mark
    from bot.looks import LIMITS
    from content.faults import Fault

    words = load_words("id")
    try:
        problems = check([read(path) for path in files], LIMITS).problems
    except Fault as fault:  # it is no file of the content at all
        problems = (fault,)
    for one in problems:
        typer.echo(said(one, words))
    if not problems:
        typer.echo(words.say(mark("Nothing is wrong.")))
    raise typer.Exit(1 if problems else 0)


def read(path: Path) -> Draft:
    """A file as it would lie in the content; its language is the folder it lies in, else Indonesian."""
    from bot.content_check import draft_of
    from content.languages import FIRST
    from content.shelf import HERE

    known = {one.stem for one in (HERE / "reading").glob("*.yaml") if (HERE / one.stem).is_dir()}
    named = [part for part in reversed(path.absolute().parent.parts) if part in known]
    return draft_of(path.name, path.read_text(encoding="utf-8", errors="replace"), named[0] if named else FIRST)


@content.command()
def sources() -> None:
    """Print every fact with its source, its date and when a person last looked, then those older than a year."""
    from bot.locale import load_words, mark
    from bot.sources import sourced
    from content.queues import WIB
    from content.shelf import load_shelf

    words, rows = load_words("id"), list(sourced(load_shelf()))
    today = datetime.now(WIB).date()
    typer.echo("\t".join(("file", "id", "source", "date", "confidence", "checked_on, dialled_on")))
    for one in rows:
        typer.echo(one.row())
    old = [one for one in rows if one.stale(today)]
    typer.echo("\n" + words.say(mark("Not looked at for more than 12 months: %(count)s"), count=len(old)))
    for one in old:
        typer.echo(f"{one.file}\t{one.id}\t{one.dated}")
