"""What a command begins with: settings, an opened house, or a refusal in one sentence."""

# ruff: noqa: PLC0415 - the command line imports what a command needs, when it needs it: a fast start

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.house import House
    from bot.settings import Settings


@contextmanager
def refusals() -> Iterator[Settings]:
    """Settings for a command; a refused start is one sentence that says how to mend it."""
    from pydantic import ValidationError

    from bot.dump import DumpFailed
    from bot.install import CannotStart
    from bot.keys import WeakSecret, WrongKeys
    from bot.migrate import UnknownSchema
    from bot.settings import Settings

    try:
        yield Settings()
    except ValidationError as error:
        rows = [f"{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}".lstrip(": ") for one in error.errors()]
        refuse("; ".join(rows))
    except (CannotStart, DumpFailed, UnknownSchema, WeakSecret, WrongKeys) as error:
        refuse(str(error))


def check_there(settings: Settings) -> None:
    """A command typed in another folder must not begin a second install there; CannotStart."""
    from bot.install import CannotStart

    file = settings.database_file
    if file is not None and not file.exists():
        raise CannotStart(
            f"There is no database at {file.absolute()}: run it in the folder where Suar runs, or set DATABASE_URL."
        )


def refuse(sentence: str) -> None:
    """Say why and leave with 2."""
    typer.echo(f"Suar did not start. {sentence}", err=True)
    raise typer.Exit(2)


@contextmanager
def house(*, begins: bool = False) -> Iterator[tuple[Settings, House]]:
    """Settings and an opened house for a command that works on the store; only one that `begins` may make it."""
    from bot.app import open_house

    with refusals() as settings:
        if not begins:
            check_there(settings)
        opened = open_house(settings, serving=False)
        try:
            yield settings, opened
        finally:
            opened.engine.dispose()
