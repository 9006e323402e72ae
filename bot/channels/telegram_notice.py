"""Notices on Telegram: where each stands in a caseworker's chat, kept sealed so that it can be changed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.channels.telegram_line import Piece
from bot.keys import CannotOpen
from bot.service import Service
from models import alert_notice, duty


def where(notice: str) -> str:
    """Where a sealed spot belongs."""
    return f"notice|{notice}|sealed"


def keep_spot(connection: Connection, notice: str, sealed: bytes) -> None:
    """Where a notice of a report, or of an alert that waits, stands."""
    if about := alert_notice.parts_of(notice):
        alert_notice.keep_spot(connection, *about, sealed)
    else:
        duty.keep_spot(connection, notice, sealed)


def spot(connection: Connection, notice: str) -> bytes | None:
    """Where it stands, sealed; None where it never went out."""
    about = alert_notice.parts_of(notice)
    return alert_notice.spot(connection, *about) if about else duty.spot(connection, notice)


@dataclass(frozen=True, slots=True)
class Notices:
    """Keeps where notices stand, and changes them there."""

    service: Service
    bot: ExtBot[None]

    async def keep(self, notice: str, chat: int, message: int) -> None:
        """It went out as this message."""
        keys = self.service.house.keys
        sealed = keys.seal_field(json.dumps([chat, message]).encode(), where(notice))
        await self.service.write(lambda connection: keep_spot(connection, notice, sealed))

    async def change(self, notice: str, piece: Piece) -> bool:
        """Say something else in its place, without buttons. False where it stands nowhere."""
        sealed = await self.service.look(lambda connection: spot(connection, notice))
        if sealed is None:
            return False
        try:
            chat, message = json.loads(self.service.house.keys.open_field(sealed, where(notice)))
        except CannotOpen:
            return False
        try:
            await self.bot.edit_message_text(piece.text, chat, message)
        except BadRequest:  # somebody has deleted it there, or it says so already
            return True
        return True
