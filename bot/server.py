"""Serving the pages, and what the start says on the terminal."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import typer
import uvicorn
from starlette.applications import Starlette

from bot.app import make_app
from bot.install import CannotStart
from bot.messengers import names
from bot.service import Service
from bot.settings import Settings

IDLE_SECONDS = 10  # between two requests; within one the pages limit the body, and the proxy in front the headers
CONNECTIONS = 900  # further ones are told 503: most systems let a process open 1,024 files


@contextmanager
def bound(settings: Settings) -> Iterator[socket.socket]:
    """The port, taken before anything is begun: a second start by mistake touches nothing of the first."""
    try:
        listener = socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise CannotStart(f"{settings.host}:{settings.port} cannot be used ({error.strerror}): set PORT.") from None
    with listener:
        yield listener


def serve_pages(service: Service, listener: socket.socket) -> None:
    """Serve until stopped. No access log: an address beside a time is what a reporter must not leave behind."""
    server = uvicorn.Server(config(make_app(service), service.settings))
    greet(service)
    try:
        server.run([listener])
    except KeyboardInterrupt:
        structlog.get_logger().info("stopped")


def config(app: Starlette, settings: Settings) -> uvicorn.Config:
    """How the pages are served. X-Forwarded-For counts from a trusted proxy only; anybody can write one."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=3,
    )


def greet(service: Service) -> None:
    """Where the pages are, which channels are on, and the demo's logins."""
    settings = service.settings
    here = f"http://{settings.host}:{settings.port}"
    typer.echo(f"Suar\n  chat     {here}/\n  console  {here}/konsol\n  channels {', '.join(names(settings))}")
    if settings.suar_demo and settings.demo_file.exists():
        typer.echo(f"  demo staff (this machine only; also in {settings.demo_file}):")
        for line in settings.demo_file.read_text(encoding="utf-8").splitlines():
            name, password, _, queues = line.split("\t")
            typer.echo(f"    {name:<11} {password:<17} {queues}")
        typer.echo("  second factor: .venv/bin/suar staff otp NAME")
    typer.echo("Ctrl-C ends it.")
