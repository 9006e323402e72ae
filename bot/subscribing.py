"""Subscribing: kept by its errand, and let go of after a year of silence and a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.engine import Connection

from bot import pings
from bot.desk import Desk
from bot.house import House
from bot.pings import Chat, chat_of
from bot.series import is_quiet
from bot.subscriptions import address_of, known_as, sealed_address, sealed_answerable
from handlers.render import Line
from handlers.subscribe import KEEP, STILL, TEMPLATE
from handlers.talk import JSON, Errand
from models import message, subscription
from models.base import DAY
from models.message import Reply
from models.subscription import Subscription


def keep(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Somebody wants to hear of an area, from now on; whatever they chose before is replaced."""
    chat, args = chat_of(errand), errand.args
    chosen = Subscription(
        person=chat.person,
        channel=chat.channel,
        language=chat.language,
        address=sealed_address(house, chat.person, chat.address),
        answerable=sealed_answerable(house, chat.person, chat.address),
        kelurahan=args["kelurahan"],
        rw=args["rw"],
        alerts=args["alerts"],
        lessons=args["lessons"],
        heard=house.now(),
    )
    old = [key for key in known_as(house, chat.person, chat.channel, chat.address) if key != chat.person]

    def work(connection: Connection) -> None:
        subscription.leave(connection, old)
        subscription.subscribe(connection, chosen)

    desk.do(work).result()
    return {"ok": True}


def tend(house: House, desk: Desk) -> None:
    """Ask whoever has not written for a year whether to go on, by day; who answers anything goes on."""
    while desk.do(subscription.heard).result():
        pass
    now = house.now()
    desk.do(lambda connection: subscription.forget_answerable(connection, now)).result()
    if is_quiet(house.shelf.broadcast, now):
        return
    before = now - house.shelf.terms.keep_days["subscription"] * DAY
    while some := silent(house, before):
        ask(house, desk, some)


def silent(house: House, before: int) -> list[Subscription]:
    """A page of those to ask. Where no such word may go out the asking waits, and nobody is let go of unasked."""
    pushes = house.pushes
    channels = sorted({*pushes.always, *(channel for channel, *_ in pushes.approved)})
    ways = [(one, tongue) for one in channels for tongue in house.shelf.languages if pushes.take(one, TEMPLATE, tongue)]
    with house.engine.connect().execution_options(reading=True) as connection:
        return subscription.silent(connection, before, ways)


def ask(house: House, desk: Desk, some: Sequence[Subscription]) -> None:
    """The question and its mark in one transaction: each is asked once.

    Whose address does not open any more can be told nothing, and what was kept of them ends with the others'.
    """
    now, words = house.now(), [reply for one in some if (reply := question(house, one))]

    def work(connection: Connection) -> None:
        message.put(connection, words, now)
        subscription.ask(connection, [one.person for one in some], now)
        house.wake.notify(connection)

    desk.do(work).result()


def question(house: House, one: Subscription) -> Reply | None:
    """Whether they still want it; None where their address does not open."""
    address = address_of(house, one)
    if address is None:
        return None
    line = Line((house.shelf.text(STILL, one.language),), language=one.language, template=TEMPLATE)
    return pings.parcel(house, Chat(one.person, one.channel, address, one.language), line)


def purge(chunked: Callable[[Callable[[Connection], int]], int], now: int, days: int) -> None:
    """Whoever was asked and has not answered in so many days; `chunked` does a work until it has done nothing."""
    chunked(subscription.heard)
    chunked(lambda connection: subscription.purge(connection, now - days * DAY))
    chunked(lambda connection: subscription.purge_reach(connection, now))


ERRANDS: Final[Mapping[str, Callable[[House, Desk, Errand], Mapping[str, JSON]]]] = {KEEP: keep}
