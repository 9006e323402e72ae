"""The bubbles that a page without a script carries with it, sealed: the server keeps none."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, replace
from typing import Final

from bot.channels.web_token import Token
from bot.keys import CannotOpen, Keys
from content.languages import FIRST
from handlers.front import MENU
from handlers.render import Line

COVERED: Final = "\u2022 \u2022 \u2022"  # where a code stood
BUBBLES: Final = 12
OWN_AT_MOST: Final = 600  # characters of one's own words that are shown again
BYTES_AT_MOST: Final = 12_000  # before sealing: it travels up again with every message


@dataclass(frozen=True, slots=True)
class History:
    """What the page shows, oldest first: a person's own words as text, ours as lines; and the last row of them."""

    bubbles: tuple[str | Line, ...] = ()
    seen: int = 0

    @property
    def language(self) -> str:
        """In which the newest answer was; the page's own words follow it."""
        return next((one.language for one in reversed(self.bubbles) if isinstance(one, Line)), FIRST)

    def heard(self, text: str, pressed: tuple[str, ...]) -> History:
        """With what was said last, by the labels of what was pressed."""
        own = "\n".join(part for part in (", ".join(self.labels(pressed)), text.strip()) if part)
        if len(own) > OWN_AT_MOST:
            own = f"{own[:OWN_AT_MOST]} ..."
        return replace(self, bubbles=(*self.bubbles, own)) if own else self

    def said(self, row: int, line: Line) -> History:
        """With an answer, or with nothing else where it wipes the page.

        When a talk ends its code was written down, and need not stay in sight.
        """
        if line.wipes:
            return History((line,), max(self.seen, row))
        ended = line.back is not None and line.back.token == MENU
        shown = tuple(covered(one) for one in self.bubbles) if ended else self.bubbles
        return History((*shown, line), max(self.seen, row))

    def labels(self, pressed: tuple[str, ...]) -> list[str]:
        """What stood on the buttons of the last question."""
        shown = [one for one in self.bubbles if isinstance(one, Line)]
        asked = (*shown[-1].buttons, shown[-1].back) if shown else ()
        names = {one.token: one.label for one in asked if one}
        return [names[token] for token in pressed if token in names]


def covered(bubble: str | Line) -> str | Line:
    """A bubble without its code."""
    if isinstance(bubble, str) or not bubble.copy:
        return bubble
    return replace(bubble, texts=tuple(text.replace(bubble.copy, COVERED) for text in bubble.texts), copy="")


def seal_history(history: History, token: Token, keys: Keys) -> str:
    """The last bubbles as a hidden field; only the chat they belong to opens it."""
    bubbles = [one if isinstance(one, str) else one.dump() for one in history.bubbles[-BUBBLES:]]
    plain = json.dumps([history.seen, bubbles], ensure_ascii=False).encode()
    while len(plain) > BYTES_AT_MOST and len(bubbles) > 1:
        bubbles = bubbles[1:]
        plain = json.dumps([history.seen, bubbles], ensure_ascii=False).encode()
    return pack(keys.seal_field(plain, where(token)))


def open_history(text: str, token: Token, keys: Keys) -> History:
    """What `seal_history` made for this chat; anything else, and a page of an older version, is nothing."""
    plain = unpack(text, where(token), keys)
    if plain is None:
        return History()
    try:
        seen, bubbles = json.loads(plain)
        return History(tuple(one if isinstance(one, str) else Line.load(one) for one in bubbles), seen)
    except (KeyError, TypeError, ValueError):
        return History()


def where(token: Token) -> str:
    return f"web|{token.address}|history"


def pack(sealed: bytes) -> str:
    """Sealed bytes as text for a field or an address."""
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unpack(text: str, where: str, keys: Keys) -> bytes | None:
    """What was packed and sealed for this place, or None."""
    try:
        return keys.open_field(urlsafe_b64decode(text + "=" * (-len(text) % 4)), where)
    except (NotBase64, ValueError, CannotOpen):
        return None


def seal_slip(token: Token, row: int, keys: Keys) -> str:
    """What the page fetches once it is shown, so that its words need not be kept any longer."""
    return pack(keys.seal_field(json.dumps([token.address, row]).encode(), "web|slip"))


def open_slip(text: str, keys: Keys) -> tuple[str, int] | None:
    """Address and row of a slip of ours."""
    plain = unpack(text, "web|slip", keys)
    if plain is None:
        return None
    address, row = json.loads(plain)
    return address, row
