"""The talk that everybody plays: a witness who has learned the way, eight messages up to the review."""

from collections.abc import Iterator
from itertools import count
from typing import Any

MESSAGES = ("halo", "3", "1", "2", "1 4 pintunya digembok", "kalcit", "1", "Saya lihat dari lorong")
SEND = "1"  # the button under the review that files the report
CHANNEL = "telegram"
SENT_AT = 1_767_225_600


def message(chat: int, text: str) -> dict[str, Any]:
    """A private text message as the Bot API gives it, names and all."""
    person = {"id": chat, "is_bot": False, "first_name": "Warga", "username": "warga_rt", "language_code": "id"}
    return {
        "message_id": 1,
        "from": person,
        "chat": {"id": chat, "type": "private", "first_name": "Warga", "username": "warga_rt"},
        "date": SENT_AT,
        "text": text,
    }


class People:
    """New people, one talk after the other, for as many callers as share it; numbers never come twice."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.chats = count(1)

    def talk(self) -> Iterator[tuple[int, int, str]]:
        """One new person's messages: number, chat, text."""
        chat = next(self.chats)
        return ((next(self.numbers), chat, text) for text in MESSAGES)
