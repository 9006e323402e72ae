"""The wiring, once: from settings to a running service and its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Host, Route, Router

from bot import clock, demo, looks, messengers, sheets
from bot.background import Background, Job
from bot.channels import web
from bot.console import pages
from bot.desk import Desk
from bot.errands import Runner
from bot.house import House, Pushes
from bot.install import CannotStart, check_keys, check_whole, ensure_secrets, seed
from bot.migrate import current, newest, upgrade
from bot.reading import Reading
from bot.service import Service
from bot.settings import Settings, is_loopback
from bot.wake import Wake, listen
from content.boundaries import Boundaries, load_boundaries
from content.processing import Address
from content.shelf import Shelf, load_shelf
from handlers.flows import FLOWS
from models import roster
from models.base import make_engine


def open_house(settings: Settings, *, serving: bool = True) -> House:
    """Migrate, check the keys, give every queue its key; CannotStart, WeakSecret or WrongKeys with a sentence.

    A command that serves nobody (`serving` False) also works beside demo staff without SUAR_DEMO.
    """
    check_demo(settings)
    with ExitStack() as undo:
        engine = open_engine(settings)
        undo.callback(engine.dispose)
        check_whole(engine)
        settings = ensure_secrets(settings, engine)
        keys = settings.keys
        upgrade(engine)
        check_keys(engine, keys)
        wake, console = Wake(shared=bool(settings.database_direct_url)), console_of(settings)
        shelf = published(load_shelf(), settings)
        outlines = boundaries_of(settings, shelf)
        house = House(
            engine,
            keys,
            shelf,
            FLOWS,
            wake=wake,
            console_url=console,
            public_url=settings.public_base_url.rstrip("/"),
            pushes=Pushes(alerts=settings.broadcasters),
            boundaries=outlines,
        )
        with engine.begin() as connection:
            seed(connection, house.shelf, settings.recovery_file)
            if settings.suar_demo:
                demo.seed(connection, house, settings)
            elif serving and roster.has_demo(connection):
                raise CannotStart("This database holds demo staff. Start with SUAR_DEMO=1, or use a new DATABASE_URL.")
        undo.pop_all()
    return house


def boundaries_of(settings: Settings, shelf: Shelf) -> Boundaries | None:
    """The boundaries that the operator has imported; a spoilt file refuses the start."""
    try:
        return load_boundaries(settings.places_file, [row.code for row in shelf.gazetteer.kelurahan])
    except (OSError, ValueError) as error:
        raise CannotStart(f"The boundaries cannot be read: {error}. Run `suar places import` again.") from None


def open_engine(settings: Settings) -> Engine:
    """An engine whose database answers; its own words stay out of the sentence, they may hold the password."""
    try:
        engine = make_engine(settings.database_url)
        with engine.connect().execution_options(reading=True):
            return engine
    except (ArgumentError, ImportError):
        raise CannotStart("DATABASE_URL is no address of SQLite or PostgreSQL; see .env.example.") from None
    except OperationalError:
        raise CannotStart("The database at DATABASE_URL does not answer. Start it, or mend the address.") from None


def published(shelf: Shelf, settings: Settings) -> Shelf:
    """The shelf with this install's web address among the official ones, unless only this machine reaches it."""
    url = settings.public_base_url
    if is_loopback(urlsplit(url).hostname or ""):
        return shelf
    return replace(shelf, addresses=(Address("web", url), *shelf.addresses))


def console_of(settings: Settings) -> str:
    """Where the console is."""
    return f"{(settings.console_base_url or settings.public_base_url).rstrip('/')}/konsol"


def check_demo(settings: Settings) -> None:
    """Demo people have passwords in a file: they never meet strangers, and never a real vendor."""
    if settings.suar_demo and settings.beyond_this_machine:
        names = ", ".join(settings.beyond_this_machine)
        raise CannotStart(
            f"Demo staff stay on this machine: clear {names}, or use a new DATABASE_URL without SUAR_DEMO."
        )


@contextmanager
def running(settings: Settings, *, clock_too: bool = True) -> Iterator[Service]:
    """The service with its desk open, with clock and senders where this process keeps them; closed in order."""
    house = open_house(settings)
    runner, reading = Runner(house, messengers.sources(settings)), Reading(house)
    desk = Desk(house, runner.start)
    runner.desk = desk
    desk.start()
    service = Service(house, settings, desk, runner, reading)
    scheduler = clock.start(parts_of(service)) if clock_too else None
    background = Background({**messengers.watches(service), **(jobs(service) if clock_too else {})})
    background.start()
    try:
        yield service
    finally:
        background.close()
        if scheduler:
            scheduler.shutdown()
        reading.close()
        runner.close()
        desk.close()
        house.engine.dispose()


def jobs(service: Service) -> Mapping[str, Job]:
    """What runs beside the pages: senders and what they need, and an ear for what other processes say."""
    found, url = messengers.jobs(service), service.settings.database_direct_url
    return {**found, "wake": partial(listen, url, service.house.wake)} if found and url else found


def parts_of(service: Service) -> clock.Parts:
    """What the clock's jobs are given."""
    return clock.Parts(service.house, service.desk, service.runner)


def make_app(service: Service) -> Starlette:
    """All pages: health, the doors that messengers call, console, chat."""
    doors = messengers.doors(service)
    called = [route for door in doors for route in door.routes()]

    @asynccontextmanager
    async def serving(app: Starlette) -> AsyncIterator[None]:
        for door in doors:
            await door.open()
        yield
        for door in doors:
            await door.close()

    sheets_ = sheets.routes(service.house)
    routes = [*health(service), *called, *console_routes(service), *sheets_, *web.routes(service)]
    return Starlette(routes=routes, lifespan=serving)


def console_routes(service: Service) -> list[BaseRoute]:
    """The console, on a host of its own where one is set: a reporter's text must not meet the staff's cookie.

    A route by host takes every path of its host: on the chat's own it would leave no chat.
    """
    routes, settings = pages.routes(service, looks.preview), service.settings
    host, chat = (urlsplit(url).hostname for url in (settings.console_base_url, settings.public_base_url))
    return [Host(host, Router(routes))] if host and host != chat else routes


def health(service: Service) -> list[BaseRoute]:
    """`/healthz`: the process lives. `/readyz`: it can take messages."""

    async def alive(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(request: Request) -> Response:
        missing = await unready(service)
        return PlainTextResponse("".join(f"{one}\n" for one in missing or ["ok"]), 503 if missing else 200)

    return [Route("/healthz", alive), Route("/readyz", ready)]


async def unready(service: Service) -> list[str]:
    """What is missing to take messages: database, desk, migrations."""
    missing = [] if service.desk.alive else ["desk"]
    try:
        version = await service.look(version_of)
    except DBAPIError:
        return [*missing, "database"]
    return missing if version == newest() else [*missing, "migrations"]


def version_of(connection: Connection) -> str | None:
    """The schema's version, after the database has answered."""
    connection.execute(sa.select(1))
    return current(connection)
