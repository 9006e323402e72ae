"""Setting up WhatsApp at Twilio: the templates, and whether Twilio knows us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # it brings no types
from twilio.rest import Client  # type: ignore[import-untyped]  # as above

from bot.channels import whatsapp_templates
from bot.channels.whatsapp_door import PATH
from bot.channels.whatsapp_templates import Shape
from bot.channels.whatsapp_wire import Broken, Unsent, kind_of
from bot.settings import Settings

log = structlog.get_logger()
UNKNOWN: Final = frozenset({401, 403, 404})  # of this account, with this token


class Failed(Exception):
    """Twilio does not do what it was asked; the message has no word of ours."""


@contextmanager
def failing() -> Iterator[None]:
    """Errors of the library without what is in them."""
    try:
        yield
    except TwilioException as error:
        raise Failed(f"status {kind_of(error)[0]}, code {kind_of(error)[1]}") from None
    except (Unsent, Broken) as error:
        raise Failed(type(error).__name__) from None


def listed(client: Client) -> dict[Shape, str]:
    """The templates that are there and of use."""
    with failing():
        return whatsapp_templates.usable(whatsapp_templates.known(client))


async def templates(client: Client) -> dict[Shape, str]:
    """The same for a sender, who goes on with numbered text where there are none."""
    try:
        found = await asyncio.to_thread(listed, client)
    except Failed:
        found = {}
    if not found:
        log.warning("no templates at Twilio: choices are sent as numbers; run `suar channels sync`")
    return found


async def sync(client: Client, settings: Settings) -> list[str]:
    """Templates as this version needs them; sentences about what was done and what a person does at Twilio."""

    def work() -> tuple[int, int]:
        with failing():
            return whatsapp_templates.sync(client)

    made, deleted = await asyncio.to_thread(work)
    url = f"{settings.public_base_url.rstrip('/')}{PATH}"
    return [
        f"WhatsApp: {made} templates made, {deleted} deleted",
        f"WhatsApp: in Twilio's console messages of {settings.twilio_whatsapp_from} must go to {url} (POST)",
    ]


async def fault(client: Client) -> str:
    """What is wrong, in a sentence; nothing where all is well."""

    def work() -> bool:
        client.api.accounts(client.account_sid).fetch()
        return bool(listed(client))

    try:
        found = await asyncio.to_thread(work)
    except TwilioException as error:
        if kind_of(error)[0] in UNKNOWN:
            return "Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: take both from its console again."
        return f"Twilio does not answer (status {kind_of(error)[0]}): nothing is sent on WhatsApp until it does."
    except (Unsent, Broken, Failed) as error:
        return f"Twilio does not answer ({type(error).__name__}): nothing is sent on WhatsApp until it does."
    return "" if found else "Twilio has no templates of ours: run `suar channels sync`."
