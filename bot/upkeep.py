"""The operator's commands: backup and restore, and new keys for old ones."""

# ruff: noqa: PLC0415 - the command line imports what a command needs, when it needs it: a fast start

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.command import check_there, house, refusals, refuse

backup = typer.Typer(help="Copies of the database that only a key kept elsewhere opens.", invoke_without_command=True)
keys = typer.Typer(help="The keys of this install.", no_args_is_help=True)


@backup.callback()
def copy(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="Folder for today's file; ours that are too old go")] = None,
    stdout: Annotated[bool, typer.Option(help="Write to a pipe instead")] = False,
    keep_days: Annotated[int | None, typer.Option(min=1, help="Fewer days than content/terms.yaml allows")] = None,
) -> None:
    """Copy the database while people talk, encrypted to BACKUP_RECIPIENT; keys are never in it."""
    from bot.backup import make

    if not context.invoked_subcommand:
        if (to is None) is not stdout or (stdout and sys.stdout.isatty()):
            refuse("Say where the backup goes: `suar backup --to FOLDER`, or `suar backup --stdout | ...` into a pipe.")
        with house() as (settings, opened):
            typer.echo(make(settings, opened, to, keep_days), nl=not stdout)


@backup.command("key")
def backup_key() -> None:
    """Make the pair of keys for backups; the private one does not stay on this machine."""
    from bot.backup import new_key

    with refusals() as settings:
        typer.echo(new_key(settings.backup_key_file))


def restore(
    file: Annotated[Path, typer.Argument(exists=True)], identity: Annotated[Path, typer.Option(exists=True)]
) -> None:
    """Put a backup into the empty DATABASE_URL and purge it; `--identity` names the file of the private key."""
    from bot.restore import told

    with refusals() as settings:
        typer.echo(told(settings, file, identity))


@keys.command()
def sheet() -> None:
    """Print the keys, the pepper and the recovery key, to be written on paper and locked away."""
    from bot.keysheet import sheet as lines

    with refusals() as settings:
        check_there(settings)
        typer.echo(lines(settings))


@keys.command()
def rotate(pepper: Annotated[bool, typer.Option(help="SUAR_PEPPER instead of SUAR_KEYS")] = False) -> None:
    """List a new key; called again after a restart of all processes, use it."""
    from bot import rotation

    with house() as (settings, opened):
        typer.echo(rotation.rotate(settings, opened, rotation.PEPPERS if pepper else rotation.KEYS))


@keys.command()
def retire() -> None:
    """Seal anew what old keys have sealed, and let go of them."""
    from bot import rotation

    with house() as (settings, opened):
        typer.echo(rotation.retire(settings, opened))


@keys.command("queue")
def renew_queue(queue: str) -> None:
    """A new key for a queue, after somebody has left it; takes the printed recovery key."""
    from bot import renewal

    with house() as (_, opened):
        typer.echo(renewal.renew(opened, queue, typer.prompt("Recovery key of this install", hide_input=True)))


@keys.command("recovery")
def renew_recovery() -> None:
    """A new recovery key in the place of the printed one."""
    from bot import renewal

    with house() as (settings, opened):
        old = typer.prompt("Recovery key of this install", hide_input=True)
        typer.echo(renewal.replace_recovery(opened, settings.recovery_file, old))
