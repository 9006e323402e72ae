"""How the bot shows itself at Telegram: where updates go, its commands in each language, its name and description."""

from __future__ import annotations

from typing import Final

from telegram import BotCommand
from telegram.ext import ExtBot

from bot.channels.telegram_hook import PATH
from bot.channels.telegram_update import ALLOWED
from bot.settings import Settings
from content.shelf import Say, Shelf

COMMANDS: Final = ("menu", "kode", "privasi", "hapus", "english", "indonesia")
LANGUAGES: Final = {"": "id", "id": "id", "en": "en"}  # Telegram's language, "" for all others -> ours
CONNECTIONS: Final = 40


async def sync(bot: ExtBot[None], settings: Settings, shelf: Shelf) -> list[str]:
    """Bring Telegram to what settings and content say; a sentence for each change. Twice changes nothing more.

    A name may be changed a few times a day only, so what stands already is left alone.
    """
    changed = [await direct(bot, settings)]
    for code, language in LANGUAGES.items():
        texts = {key: shelf.text(Say(f"channel.{key}"), language) for key in ("name", "short", "about")}
        commands = [BotCommand(name, shelf.text(Say(f"channel.command.{name}"), language)) for name in COMMANDS]
        said = f"Telegram, {code or 'every other language'}:"
        if list(await bot.get_my_commands(language_code=code)) != commands:
            await bot.set_my_commands(commands, language_code=code)
            changed.append(f"{said} commands")
        if (await bot.get_my_name(language_code=code)).name != texts["name"]:
            await bot.set_my_name(texts["name"], language_code=code)
            changed.append(f"{said} name")
        if (await bot.get_my_short_description(language_code=code)).short_description != texts["short"]:
            await bot.set_my_short_description(texts["short"], language_code=code)
            changed.append(f"{said} short description")
        if (await bot.get_my_description(language_code=code)).description != texts["about"]:
            await bot.set_my_description(texts["about"], language_code=code)
            changed.append(f"{said} description")
    return changed


async def direct(bot: ExtBot[None], settings: Settings) -> str:
    """Let updates come by the way that is set. Whether Telegram has our secret cannot be asked, so it is set again."""
    if settings.telegram_mode == "polling":
        await bot.delete_webhook()
        return "Telegram: updates are fetched"
    url = settings.public_base_url.rstrip("/") + PATH
    secret = settings.telegram_webhook_secret.get_secret_value()
    await bot.set_webhook(url, max_connections=CONNECTIONS, allowed_updates=ALLOWED, secret_token=secret)
    return f"Telegram: updates come to {url}"
