"""Serving the pages, and what the start says on the terminal."""

from __future__ import annotations

import structlog
import typer
import uvicorn

from bot.app import make_app
from bot.service import Service

BODY_SECONDS = 10  # a connection that sends nothing for so long is closed


def serve_pages(service: Service) -> None:
    """Serve until stopped. No access log: an address beside a time is what a reporter must not leave behind."""
    settings = service.settings
    config = uvicorn.Config(
        make_app(service),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=BODY_SECONDS,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    greet(service)
    try:
        server.run()
    except KeyboardInterrupt:
        structlog.get_logger().info("stopped")


def greet(service: Service) -> None:
    """Where the pages are, which channels are on, and the demo's logins."""
    settings = service.settings
    here = f"http://{settings.host}:{settings.port}"
    typer.echo(f"Suar\n  chat     {here}/\n  console  {here}/konsol\n  channels web")
    if settings.suar_demo and settings.demo_file.exists():
        typer.echo(f"  demo staff (this machine only; also in {settings.demo_file}):")
        for line in settings.demo_file.read_text(encoding="utf-8").splitlines():
            name, password, _, queues = line.split("\t")
            typer.echo(f"    {name:<11} {password:<17} {queues}")
        typer.echo("  second factor: .venv/bin/suar staff otp NAME")
    typer.echo("Ctrl-C ends it.")
