"""`suar`: the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.command import check_there, house, refusals
from bot.content_command import content
from bot.upkeep import backup, keys, restore

app = typer.Typer(
    help="Suar: early detection of human trafficking, by chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback prints values, and a value may be a word or a key
)
people = typer.Typer(help="The staff of the queues.", no_args_is_help=True)
talks = typer.Typer(help="The messengers people write on.", no_args_is_help=True)
maps = typer.Typer(help="The places of Jakarta.", no_args_is_help=True)
app.add_typer(people, name="staff")
app.add_typer(talks, name="channels")
app.add_typer(maps, name="places")
app.add_typer(content, name="content")
app.add_typer(keys, name="keys")
app.add_typer(backup, name="backup")
app.command()(restore)


def main() -> None:
    """The command `suar`. Whatever it makes, the database too, only its owner reads."""
    os.umask(0o077)
    app()


@app.command()
def run() -> None:
    """Everything in one process: web chat, console, clock."""
    serve_until_stopped(clock_too=True)


@app.command()
def serve() -> None:
    """The doors only; run `suar work` beside it."""
    serve_until_stopped(clock_too=False)


def serve_until_stopped(*, clock_too: bool) -> None:
    """Serve until Ctrl-C or SIGTERM; both end cleanly."""
    from bot.app import running
    from bot.server import bound, serve_pages

    with refusals() as settings, bound(settings) as listener, running(settings, clock_too=clock_too) as service:
        serve_pages(service, listener)


@app.command()
def work() -> None:
    """The clock and the senders only; any number of these beside `suar serve`."""
    import signal
    from threading import Event

    from bot.app import running

    stopped = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with refusals() as settings, running(settings):
        typer.echo("Suar works in the background. Ctrl-C ends it.")
        stopped.wait()


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema and give new queues of the directory their keys."""
    with house(begins=True):
        typer.echo("The database is up to date.")


@app.command()
def forget() -> None:
    """Purge by retention now; this also confirms a clock that is far ahead of the last purge."""
    from bot import clock
    from bot.app import parts_of, running

    with refusals() as settings:
        check_there(settings)
        with running(settings, clock_too=False) as service:
            clock.confirm(parts_of(service))
            typer.echo("Everything whose days are over is gone.")


@app.command()
def doctor() -> None:
    """What is not as it should be; leaves with 1 if anything is."""
    import asyncio

    from bot import messengers
    from bot.doctor import findings

    with house() as (settings, opened):
        found = findings(settings, opened)
        if fault := asyncio.run(messengers.fault(settings, opened.shelf)):
            found.append(fault)
        for line in found or ["Nothing found."]:
            typer.echo(line)
    raise typer.Exit(1 if found else 0)


@app.command()
def records() -> None:
    """Print the records of processing that the data protection law asks for, in Markdown."""
    from bot.records import page
    from content.shelf import load_shelf

    typer.echo(page(load_shelf()), nl=False)


@app.command()
def read(
    task: Annotated[str, typer.Argument(help="danger, intent, places, offers, report or identity")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON lines with id and text")],
) -> None:
    """Print what is read in each text of a file, as JSON lines; leaves with 1 if a line was bad."""
    from bot.read_command import NAMES, TASKS, read_file
    from content.shelf import load_shelf
    from handlers.reading.reader import Reader

    if task not in TASKS:
        known = f"is not read yet; there are {', '.join(TASKS)}" if task in NAMES else f"is none of {', '.join(NAMES)}"
        typer.echo(f"{task} {known}.", err=True)
        raise typer.Exit(2)
    raise typer.Exit(1 if read_file(Reader(load_shelf()), TASKS[task], file) else 0)


@maps.command("import")
def import_places(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GeoJSON with a code in each feature")],
) -> None:
    """Take over the official boundaries of kelurahan, by which a pin is placed exactly."""
    from bot.places_import import BadBoundaries, import_boundaries
    from content.gazetteer import load_gazetteer

    with refusals() as settings:
        try:
            typer.echo(import_boundaries(file, settings.places_file, load_gazetteer()))
        except BadBoundaries as error:
            typer.echo(f"Nothing was imported: {error}.", err=True)
            raise typer.Exit(2) from None


@talks.command("sync")
def sync_channels() -> None:
    """Tell the messengers where updates go, our commands, name and description; run it after each change of these."""
    import asyncio

    from bot import messengers
    from content.shelf import load_shelf

    with refusals() as settings:
        for line in asyncio.run(messengers.sync(settings, load_shelf())):
            typer.echo(line)


@people.command()
def first(queue: str, name: str) -> None:
    """Make the first koordinator of a queue, with the printed recovery key."""
    from bot import staffing

    with house(begins=True) as (_, opened):
        recovery = typer.prompt("Recovery key of this install", hide_input=True)
        password = typer.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
        typer.echo(tell(staffing.first(opened, queue, name, password, recovery)))


@people.command()
def admin(name: str) -> None:
    """Make an admin: they invite koordinators, and can read no report."""
    from bot import staffing

    with house(begins=True) as (_, opened):
        password = typer.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
        typer.echo(tell(staffing.admin(opened, name, password)))


@people.command()
def otp(name: Annotated[str, typer.Argument(help="A demo person's name")]) -> None:
    """Print the six digits of a demo person for this moment."""
    from bot import staffing

    with house() as (_, opened):
        typer.echo(staffing.demo_otp(opened, name))


def tell(made: tuple[str, str]) -> str:
    """What a new person must write down, shown once."""
    uri, recovery = made
    return (
        f"Second factor (put it into an authenticator app):\n  {uri}\nTheir own recovery key (on paper):\n  {recovery}"
    )


if __name__ == "__main__":
    main()
