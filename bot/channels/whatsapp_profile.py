"""Setting up WhatsApp at Twilio: the templates, what Meta has approved of them, and whether Twilio knows us."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import structlog
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.channels import whatsapp_approved, whatsapp_templates
from bot.channels.whatsapp_approved import Standing, Templates
from bot.channels.whatsapp_door import PATH
from bot.channels.whatsapp_templates import Shape
from bot.channels.whatsapp_wire import Broken, Unsent, kind_of
from bot.house import House
from bot.settings import Settings
from content.shelf import Shelf

log = structlog.get_logger()
UNKNOWN: Final = frozenset({401, 403, 404})  # of this account, with this token
ASK: Final = 900.0  # seconds between two looks at what Meta has approved; it takes minutes to a day
SOON: Final = 30.0  # the same where Twilio did not answer


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


def stand(client: Client, templates: Templates) -> list[Standing]:
    """What Meta has approved."""
    with failing():
        return whatsapp_approved.standings(client, templates)


async def watch(house: House, client: Client) -> None:
    """Follow what Meta approves and takes back, until cancelled."""
    while True:
        try:
            whatsapp_approved.take_over(house.pushes, await asyncio.to_thread(stand, client, house.shelf.templates))
        except Failed as error:
            log.warning("Twilio does not say what is approved", error=str(error))
            await asyncio.sleep(SOON)
        else:
            await asyncio.sleep(ASK)


async def sync(client: Client, settings: Settings, shelf: Shelf) -> list[str]:
    """Templates as this version needs them; sentences about what was done and what a person does at Twilio."""

    def work() -> tuple[int, int, list[Standing]]:
        with failing():
            return *whatsapp_templates.sync(client), whatsapp_approved.sync(client, shelf.templates)

    made, deleted, found = await asyncio.to_thread(work)
    url = f"{settings.public_base_url.rstrip('/')}{PATH}"
    return [
        f"WhatsApp: {made} templates made, {deleted} deleted",
        *(f"WhatsApp: {one}" for one in found),
        f"WhatsApp: in Twilio's console messages of {settings.twilio_whatsapp_from} must go to {url} (POST)",
    ]


async def fault(client: Client, shelf: Shelf) -> str:
    """What is wrong, in sentences; nothing where all is well."""

    def work() -> tuple[bool, list[Standing]]:
        client.api.accounts(client.account_sid).fetch()
        return bool(listed(client)), stand(client, shelf.templates)

    try:
        there, found = await asyncio.to_thread(work)
    except TwilioException as error:
        if kind_of(error)[0] in UNKNOWN:
            return "Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN: take both from its console again."
        return f"Twilio does not answer (status {kind_of(error)[0]}): nothing is sent on WhatsApp until it does."
    except (Unsent, Broken, Failed) as error:
        return f"Twilio does not answer ({type(error).__name__}): nothing is sent on WhatsApp until it does."
    missing = "" if there else "Twilio has no templates of ours: run `suar channels sync`."
    return " ".join(filter(None, (missing, unapproved(found))))


def unapproved(found: Sequence[Standing]) -> str:
    """What stands of all messages if not every one is approved."""
    if all(one.approved for one in found):
        return ""
    return f"WhatsApp lets nothing else out after 24 hours: {', '.join(str(one) for one in found)}."
