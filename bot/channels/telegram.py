"""Telegram's sending half: a line goes out at the vendor's pace, and what went wrong is said in our own words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import ceil
from time import monotonic
from typing import Final

import structlog
from telegram import InputFile, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.channels.card import Card, Shown
from bot.channels.errors import Flood, GoneAway, Later, Refused, Uncertain
from bot.channels.pace import Pace
from bot.channels.telegram_alert import Alerts, stands
from bot.channels.telegram_line import Piece, pieces
from bot.channels.telegram_notice import Notices
from bot.channels.telegram_sheet import Sheets
from bot.channels.telegram_trace import NAME, Eraser, Spot, seal_spot
from bot.channels.telegram_wire import Broken, Flooded, Unsent
from bot.service import Service
from content.shelf import SOUNDS
from handlers.render import Line
from models.trace import Trace

log = structlog.get_logger()
ALL: Final = 1 / 25  # seconds between two messages: Telegram takes about thirty a second, and answers more with 429
ALL_BURST: Final = 1.0  # messages that may catch up after a pause between two leases: 26 in a second, never 30
EACH: Final = 1.0  # seconds between two messages of one chat
EACH_BURST: Final = 3.0  # messages that a chat may get at once after a rest
SOON: Final = 5  # seconds until a call that did not arrive is tried again
PATIENCE: Final = 8.0  # seconds that a flood is waited for with a row in hand: less than a row's lease leaves
NOBODY = ("chat not found", "peer_id_invalid", "user not found")  # of a 400


class Telegram:
    """The `Channel` of `bot/outbox.py`; one of these sends at a time, so the vendor's rate needs no other keeper."""

    name = NAME

    def __init__(self, service: Service, bot: ExtBot[None], clock: Callable[[], float] = monotonic) -> None:
        self.shelf, self.bot, self.clock = service.house.shelf, bot, clock
        self.eraser, self.notices = Eraser(service, bot), Notices(service, bot)
        self.alerts, self.sheets = Alerts(self.shelf, bot), Sheets(service.house, bot)
        self.all, self.each = Pace(ALL, ALL_BURST, clock), Pace(EACH, EACH_BURST, clock)
        self.gate = asyncio.Lock()
        self.closed_until = 0.0  # Telegram has asked for silence until then
        self.arrived: dict[int, int] = {}  # row -> messages of it that are there: another try goes on behind them

    async def send(self, address: str, line: Line, row: int) -> None:
        """Deliver one line; what may not stay in the chat goes first.

        A question of a talk that nobody may see does not come late: somebody else may hold the phone by then.
        """
        chat, covered = int(address), line.covert and bool(line.buttons)
        asks = await self.eraser.stands(chat) if covered else 0
        if covered and not asks:
            return
        with self.classified():
            if row not in self.arrived and (goes := await self.going(chat, line)):
                await self.turn_of(str(chat))
                await self.eraser.erase(goes)
            for piece in pieces(line, self.shelf)[self.arrived.get(row, 0) :]:
                await self.turn_of(str(chat))
                if not line.changes or not await self.notices.change(line.notice, piece):
                    await self.deliver(piece, line.notice, Spot(chat, 0, asks=asks, code=row if line.copy else 0))
                self.arrived[row] = self.arrived.get(row, 0) + 1
        self.arrived.pop(row, None)

    async def alert(self, address: str, card: Card, row: int) -> Shown:
        """Deliver an alert, behind the removal of what it corrects or takes back: an edit rings no phone."""
        chat = int(address)
        with self.classified():
            for place in card.stands:
                await self.turn_of(str(chat))
                await self.alerts.remove(chat, place, card)
            await self.turn_of(str(chat))
            sent = await self.alerts.show(chat, card)
        return Shown(stands(sent, card), seal_spot(self.eraser.house, Spot(chat, sent)))

    async def going(self, chat: int, line: Line) -> list[Trace]:
        """What of both sides may not stay beside a line."""
        if line.wipes:
            return await self.eraser.everything(chat)
        if line.clears:
            return await self.eraser.told(chat)
        ends = line.covert and not line.buttons
        return await (self.eraser.ended(chat) if ends else self.eraser.left(chat))

    async def deliver(self, piece: Piece, notice: str, spot: Spot) -> None:
        """One message; its id is kept so that it can be deleted, and a notice's so that it can be changed."""
        sent = await self.show(spot.chat, piece)
        if sent is None:
            return
        await self.eraser.note(replace(spot, message=sent.message_id))
        if notice:
            await self.notices.keep(notice, spot.chat, sent.message_id)

    async def show(self, chat: int, piece: Piece) -> Message | None:
        """A file or words; None for a file that goes as a link, in the words behind it."""
        if piece.sheet:
            return await self.sheets.bring(chat, piece.sheet)
        return await (self.play(chat, piece.sound) if piece.sound else self.write(chat, piece))

    async def write(self, chat: int, piece: Piece) -> Message:
        """Words with their buttons."""
        return await self.bot.send_message(
            chat,
            piece.text,
            entities=piece.entities or None,
            reply_markup=piece.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def play(self, chat: int, file: str) -> Message:
        """A recording as a voice message; Telegram plays what is named .ogg as one."""
        return await self.bot.send_voice(chat, InputFile((SOUNDS / file).read_bytes(), f"{file}.ogg"))

    async def turn_of(self, chat: str) -> None:
        """Wait until the next call may go: never before a flood is over, 25 a second in all, one to each chat."""
        while True:
            await self.flood_over()
            await asyncio.sleep(self.each.wait(chat))
            async with self.gate:  # places taken ahead would all be due at once when the machine has stood still
                await asyncio.sleep(self.all.wait())
            if self.closed_until <= self.clock():  # another row on its way may have met a flood meanwhile
                return

    async def flood_over(self) -> None:
        """Wait a short flood out; of a long one the row is tried again later."""
        while (left := self.closed_until - self.clock()) > 0:
            if left > PATIENCE:
                raise Flood(ceil(left))
            await asyncio.sleep(left)

    @contextmanager
    def classified(self) -> Iterator[None]:
        """Errors of the library as what to do about them. A token that is refused stops the sender: no row is spent."""
        try:
            yield
        except Flooded as error:
            self.closed_until = self.clock() + error.wait
            raise Flood(error.wait) from None
        except (Forbidden, ChatMigrated):
            raise GoneAway from None
        except BadRequest as error:
            raise refused(error) from None
        except Broken:
            raise Uncertain from None
        except InvalidToken:
            log.error("Telegram refuses TELEGRAM_BOT_TOKEN")
            raise
        except (Unsent, NetworkError):  # no connection, or an answer of 5xx
            raise Later(SOON) from None
        except TelegramError:  # an answer that cannot be read
            raise Uncertain from None


def refused(error: BadRequest) -> GoneAway | Refused:
    """A 400: nobody is there any more, or the message will never be taken. Its words may hold ours."""
    if any(words in error.message.lower() for words in NOBODY):
        return GoneAway()
    log.error("Telegram refuses a message")
    return Refused()
