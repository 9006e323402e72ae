"""What is compared: plain loops over python-telegram-bot, with its rate limiter and without, and over aiogram."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import perf_counter, process_time
from typing import Final

from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import AIORateLimiter, ExtBot

from tests.bench.stretch import Stretch
from tests.bench.vendor import TOKEN
from tests.subscribers import WORDS

Send = Callable[[int], Awaitable[object]]
Rival = Callable[[str], AbstractAsyncContextManager[Send]]  # of a Bot API's address


def ptb(limiter: AIORateLimiter | None) -> Rival:
    """The library's client over its own HTTP client."""

    @asynccontextmanager
    async def opened(api: str) -> AsyncIterator[Send]:
        async with ExtBot(TOKEN, f"{api}/bot", rate_limiter=limiter) as bot:
            yield lambda chat: bot.send_message(chat, WORDS["id"])

    return opened


@asynccontextmanager
async def aiogram(api: str) -> AsyncIterator[Send]:
    """aiogram's client over aiohttp."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    async with AiogramBot(TOKEN, session) as bot:
        yield lambda chat: bot.send_message(chat, WORDS["id"])


def limited() -> Rival:
    """With AIORateLimiter as it comes: 30 messages a second."""
    return ptb(AIORateLimiter())


def rivals() -> Mapping[str, Rival]:
    """Everybody without a limit of their own; AIORateLimiter takes 0 for none."""
    lifted = AIORateLimiter(overall_max_rate=0, group_max_rate=0)
    return {PTB: ptb(None), LIMITER: ptb(lifted), AIOGRAM: aiogram}


PTB: Final = "python-telegram-bot"
LIMITER: Final = "the same, AIORateLimiter lifted"
AIOGRAM: Final = "aiogram"


async def plain_loop(rival: Rival, api: str, messages: int, seconds: float = float("inf")) -> Stretch:
    """What people write in an afternoon: one message after the other, to somebody else each; or until time is over."""
    async with rival(api) as send:
        began, spent, done = perf_counter(), process_time(), 0
        while done < messages and perf_counter() < began + seconds:
            done += 1
            await send(done)
        return Stretch(done, perf_counter() - began, process_time() - spent)
