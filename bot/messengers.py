"""The messengers that are set up: what runs for them, the doors they call, and how they are told about us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from starlette.routing import BaseRoute
from telegram.error import InvalidToken, TelegramError

from bot.background import Job
from bot.budget import MonthlyPurse
from bot.channels import telegram_profile, whatsapp_profile
from bot.channels.telegram import Telegram
from bot.channels.telegram_door import Door
from bot.channels.telegram_files import Files
from bot.channels.telegram_hook import Hook
from bot.channels.telegram_poll import Poller
from bot.channels.telegram_trace import Eraser
from bot.channels.telegram_wire import open_bot
from bot.channels.whatsapp import SECOND, WhatsApp
from bot.channels.whatsapp_door import Hook as WhatsAppHook
from bot.channels.whatsapp_files import Files as WhatsAppFiles
from bot.channels.whatsapp_remains import Sweeper
from bot.channels.whatsapp_wire import POOL, open_client, open_threads
from bot.install import CannotStart
from bot.media import MediaSource
from bot.outbox import Sender
from bot.service import Service
from bot.settings import Settings
from content.shelf import Shelf


class Called(Protocol):
    """A door that a vendor calls."""

    def routes(self) -> list[BaseRoute]:
        """Where it is called."""

    async def open(self) -> None:
        """Begin, in the loop that serves it."""

    async def close(self) -> None:
        """Let go of its connections."""


def names(settings: Settings) -> list[str]:
    """The channels that are on."""
    return ["web", *map(str.lower, settings.messengers)]


def doors(service: Service) -> list[Called]:
    """The doors that vendors call."""
    settings = service.settings
    found: list[Called] = [WhatsAppHook(service)] if settings.has_whatsapp else []
    return [*found, Hook(service)] if settings.has_telegram and settings.telegram_mode == "webhook" else found


def sources(settings: Settings) -> Mapping[str, MediaSource]:
    """Where photos and voice messages of each messenger are fetched."""
    found: dict[str, MediaSource] = {"telegram": Files(settings)} if settings.has_telegram else {}
    return {**found, "whatsapp": WhatsAppFiles(settings)} if settings.has_whatsapp else found


def jobs(service: Service) -> Mapping[str, Job]:
    """What runs for each messenger beside the pages; leases decide which of several processes acts."""
    return {**telegram_jobs(service), **whatsapp_jobs(service)}


def watches(service: Service) -> Mapping[str, Job]:
    """What runs in every process, also where no sender is: the talk offers only what may go out."""
    return {"whatsapp approvals": lambda: watch_whatsapp(service)} if service.settings.has_whatsapp else {}


def telegram_jobs(service: Service) -> Mapping[str, Job]:
    """What runs for Telegram."""
    if not service.settings.has_telegram:
        return {}
    running: dict[str, Job] = {
        "telegram sender": lambda: send_telegram(service),
        "telegram eraser": lambda: erase_telegram(service),
    }
    if service.settings.telegram_mode == "polling":
        running["telegram updates"] = lambda: fetch_telegram(service)
    return running


def whatsapp_jobs(service: Service) -> Mapping[str, Job]:
    """What runs for WhatsApp."""
    if not service.settings.has_whatsapp:
        return {}
    return {"whatsapp sender": lambda: send_whatsapp(service), "whatsapp sweeper": lambda: sweep_whatsapp(service)}


async def send_telegram(service: Service) -> None:
    """Send what waits."""
    async with open_bot(service.settings) as (bot, _):
        await Sender(service, Telegram(service, bot)).run()


async def send_whatsapp(service: Service) -> None:
    """Send what waits; without a list of templates there are numbers."""
    with open_client(service.settings) as client, open_threads() as threads:
        channel = WhatsApp(service, client, await whatsapp_profile.templates(client), threads)
        purse = MonthlyPurse(service.house, service.settings)
        await Sender(service, channel, keeps=True, lanes=POOL, batch=SECOND, purse=purse).run()


async def watch_whatsapp(service: Service) -> None:
    """Follow what may go out unasked."""
    with open_client(service.settings) as client:
        await whatsapp_profile.watch(service.house, client)


async def sweep_whatsapp(service: Service) -> None:
    """Delete at Twilio what need not stay there."""
    with open_client(service.settings) as client:
        await Sweeper(service, client).run()


async def erase_telegram(service: Service) -> None:
    """Delete what may not stay in a chat."""
    async with open_bot(service.settings) as (bot, _):
        await Eraser(service, bot).run()


async def fetch_telegram(service: Service) -> None:
    """Ask for updates."""
    async with open_bot(service.settings) as (bot, wire):
        door = Door(service, bot)
        try:
            await Poller(service, door, wire).run()
        finally:
            await door.close()


async def sync(settings: Settings, shelf: Shelf) -> list[str]:
    """Tell the vendors how we are called and what we show; sentences about what was done, or CannotStart."""
    if not settings.messengers:
        return ["No messenger is set up: see TELEGRAM_BOT_TOKEN and TWILIO_ACCOUNT_SID in .env.example."]
    told = await sync_telegram(settings, shelf) if settings.has_telegram else []
    return [*told, *(await sync_whatsapp(settings, shelf) if settings.has_whatsapp else [])]


async def sync_whatsapp(settings: Settings, shelf: Shelf) -> list[str]:
    """Templates at Twilio, and their approval by Meta."""
    try:
        with open_client(settings) as client:
            return await whatsapp_profile.sync(client, settings, shelf)
    except whatsapp_profile.Failed as error:
        raise CannotStart(f"Twilio did not take all of it ({error}). Run it again.") from None


async def sync_telegram(settings: Settings, shelf: Shelf) -> list[str]:
    """Where updates go, commands and names."""
    try:
        async with open_bot(settings) as (bot, _):
            return await telegram_profile.sync(bot, settings, shelf)
    except InvalidToken:
        raise CannotStart("Telegram refuses TELEGRAM_BOT_TOKEN: take it from BotFather again.") from None
    except TelegramError as error:
        raise CannotStart(f"Telegram did not take all of it ({type(error).__name__}). Run it again.") from None


async def fault(settings: Settings, shelf: Shelf) -> str:
    """What is wrong with the messengers, in sentences; nothing where all is well."""
    found = [await fault_of_telegram(settings) if settings.has_telegram else ""]
    if settings.has_whatsapp:
        with open_client(settings) as client:
            found.append(await whatsapp_profile.fault(client, shelf))
    return " ".join(filter(None, found))


async def fault_of_telegram(settings: Settings) -> str:
    """What is wrong with Telegram."""
    try:
        async with open_bot(settings) as (bot, _):
            await bot.get_me()
    except InvalidToken:
        return "Telegram refuses TELEGRAM_BOT_TOKEN: take it from BotFather again."
    except TelegramError as error:
        return f"Telegram does not answer ({type(error).__name__}): nothing is sent until it does."
    return ""
