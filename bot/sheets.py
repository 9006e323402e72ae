"""Cards and posters that a chat hands out as a link: what they say stands in the signed address, nothing is kept."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.drawing import Sheet, png
from bot.headers import security_headers
from bot.house import House
from bot.keys import Keys
from bot.poster import Printer, card
from bot.posters import MEDIA, SCREEN, Form, Size, Wanted, made
from content.shelf import Say, Shelf
from handlers.access import day
from handlers.offer_card import SIGNS
from models import alert_family

ALERT: Final = "info"  # the kind of an address of an alert's picture, before its id
SIGNED: Final = 12  # bytes of the signature: forging one takes 2^96 tries at this door
LONGEST: Final = 1_000  # letters of an address
CSP: Final = "default-src 'none'; frame-ancestors 'none'"
NEVER: Final = "no-store"
CACHED: Final = "public, max-age=3600"
KEPT: Final = 64  # files that many people fetch at the same time, as a whole group does


@dataclass(frozen=True, slots=True)
class Made:
    """A file and what it is; `cache` is how long others may keep it."""

    media: str
    name: str
    body: bytes
    cache: str = CACHED


def mint(keys: Keys, wanted: Collection[Any]) -> str:
    """The part of an address that stands for a sheet; only this server can make one."""
    text = base64.urlsafe_b64encode(json.dumps(list(wanted), separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{text}.{signature(keys, text)}"


def signature(keys: Keys, text: str) -> str:
    """Of one address."""
    return base64.urlsafe_b64encode(keys.token_mac("sheet", text)[:SIGNED]).decode()


def read(keys: Keys, address: str) -> list[Any] | None:
    """What an address stands for; None where it was not made here."""
    text, _, signed = address.partition(".")
    if len(address) > LONGEST or not hmac.compare_digest(signed.encode(), signature(keys, text).encode()):
        return None
    wanted: list[Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return wanted


def address(house: House, wanted: Collection[Any]) -> str:
    """Where a sheet is."""
    return f"{house.public_url}/lembar/{mint(house.keys, wanted)}"


def addresses(connection: Connection, house: House, wanted: Collection[Any]) -> Mapping[Any, str]:
    """Where the sheets are that a turn asks for."""
    return {one: address(house, one) for one in wanted}


def alert_picture(house: House, alert_id: str) -> Made | None:
    """The picture of an alert, for as long as it stands: no cache may keep what is taken back."""
    with house.engine.connect().execution_options(reading=True) as connection:
        body = alert_family.public_picture(connection, alert_id)
    return None if body is None else Made("image/jpeg", "suar-info.jpg", body, NEVER)


def maker(house: House) -> Callable[[str], Made | None]:
    """What makes the sheet of an address, once for many who fetch it; None for an address that was not made here."""
    make = lru_cache(KEPT)(partial(sheet, house.shelf, house.public_url))

    def opened(address: str) -> Made | None:
        wanted = read(house.keys, address.rpartition("/")[2])
        if wanted is None:
            return None
        return alert_picture(house, wanted[1]) if wanted[0] == ALERT else make(tuple(wanted))

    return opened


def routes(house: House) -> list[BaseRoute]:
    """The door that gives them out."""
    make = maker(house)

    async def give(request: Request) -> Response:
        file = await run_in_threadpool(make, request.path_params["address"])
        if file is None:
            return PlainTextResponse("", 404, {"Cache-Control": NEVER})
        named = {"Content-Disposition": f'inline; filename="{file.name}"', "Cache-Control": file.cache}
        return Response(file.body, media_type=file.media, headers=named)

    return [Route("/lembar/{address}", give, methods=["GET"], middleware=[security_headers(CSP, "")])]


def sheet(shelf: Shelf, url: str, wanted: tuple[Any, ...]) -> Made:
    """A poster, or a card of the signs of a job offer."""
    kind, *rest = wanted
    if kind == "poster":
        size, code, language = rest
        form = Form.PNG if size == Size.CARD else Form.PDF
        asked = Wanted(Size(size), form, code, language)
        return Made(MEDIA[form], asked.file_name, made(shelf, asked, url))
    code, language, now, abroad, *signs = rest
    drawn, typeface = warning(shelf, url, code, language, now, abroad, signs), Printer(shelf).typeface
    return Made(MEDIA[Form.PNG], "suar-kartu.png", png(drawn, typeface, SCREEN))


def warning(shelf: Shelf, url: str, code: str, language: str, now: int, abroad: bool, signs: Collection[str]) -> Sheet:
    """What a leader's group is warned of: kinds of signs, where to check, date, days, who signs."""
    printer, kind = Printer(shelf, language), "abroad" if abroad else "home"
    area = shelf.gazetteer.by_code(code)
    seen = [f"- {shelf.text(Say(f'offer.sign.{name}'), language)}" for name in list(signs)[:SIGNS]]
    check = printer.say(f"card.check_{kind}", {"page": shelf.offers.register.page})
    valid = printer.say("card.valid", {"day": day(now), "days": shelf.offers.card_days})
    lines = (printer.say("card.signs"), *seen)
    foot = (check, printer.say("card.doubt"), valid, printer.signed(area.name if area else ""))
    return card(printer, printer.say(f"card.title_{kind}"), lines, foot, url)
