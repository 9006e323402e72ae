"""Being told: whose address is kept sealed beside a report, and the one neutral word that is sent to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from bot.batch import body_of
from bot.desk import Desk
from bot.house import House
from bot.keys import CannotOpen
from bot.wake import SENDERS
from handlers import lead, lead_invite, subscribe
from handlers.duty import ACCEPT, LINK, PASS
from handlers.lead_alert import PROPOSE
from handlers.lead_mine import CANCEL, RETRACT
from handlers.render import Line
from handlers.talk import JSON, Errand
from handlers.told import KEEP, LEAVE, PING, TEMPLATE
from models import case, message, ping
from models.message import Reply
from models.ping import Ping

log = structlog.get_logger()
# Errands that are told where they come from, in memory only.
ADDRESSED: Final = frozenset(
    {KEEP, LEAVE, lead.LINK, subscribe.KEEP, LINK, ACCEPT, PASS, PROPOSE, CANCEL, RETRACT}
    | {lead_invite.INVITE, lead_invite.RENEW, lead_invite.REVOKE}
)
SIZE: Final = 256  # bytes that an address is filled up to, so that its size tells no channel


@dataclass(frozen=True, slots=True)
class Chat:
    """Where somebody is reached."""

    person: bytes
    channel: str
    address: str
    language: str


def addressed(errand: Errand, person: bytes, to: tuple[str, str]) -> Errand:
    """An errand with the chat it comes from, where it needs to know; that never stands in the place."""
    if errand.kind not in ADDRESSED:
        return errand
    return replace(errand, args={**errand.args, "person": person.hex(), "to": list(to)})


def chat_of(errand: Errand) -> Chat:
    """The chat that an errand comes from."""
    channel, address = errand.args["to"]
    return Chat(bytes.fromhex(errand.args["person"]), channel, address, errand.args.get("language", "id"))


def place_of(report: str) -> str:
    """Where a sealed address belongs: beside another report it does not open."""
    return f"ping|{report}|sealed"


def seal_chat(house: House, chat: Chat, where: str) -> bytes:
    """A chat sealed for one place in the database."""
    plain = json.dumps([chat.person.hex(), chat.channel, chat.address, chat.language]).encode()
    return house.keys.seal_field(plain.ljust(SIZE), where)


def open_chat(house: House, sealed: bytes, where: str) -> Chat | None:
    """What `seal_chat` made; None where the key is gone."""
    try:
        person, *rest = json.loads(house.keys.open_field(sealed, where))
    except CannotOpen as error:
        log.error("an address does not open", error=type(error).__name__)
        return None
    return Chat(bytes.fromhex(person), *rest)


def keep(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """Somebody wants to be told. No row of a person is in this transaction."""
    report = errand.args["report"]
    sealed = seal_chat(house, chat_of(errand), place_of(report))
    return {"ok": desk.do(lambda connection: ping.put(connection, report, sealed)).result()}


def stop(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """By the code: not any more, whoever it was."""
    desk.do(lambda connection: ping.drop(connection, [errand.args["report"]])).result()
    return {"ok": True}


def followed(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """The code was used: the next answer may be told again, and a word that waits to be sent is not true any more."""
    report, letters = errand.args["report"], errand.args.get("letters", ())
    desk.do(lambda connection: ping.followed(connection, report, letters)).result()
    with house.engine.connect().execution_options(reading=True) as connection:
        one = ping.get(connection, report)
        chat = read(house, one) if one else None
        unsent = words_unsent(connection, house, chat.person) if chat else []
    if chat and unsent and not waits_for_another(house, chat.person):
        desk.do(lambda connection: message.recall(connection, unsent)).result()
    return {"ok": True}


def words_unsent(connection: Connection, house: House, person: bytes) -> list[int]:
    """The rows of the outbox that hold nothing but the word."""
    rows = message.of_person(connection, person)
    opened = ((one.id, house.keys.open_field(one.body, body_of(person))) for one in rows if one.body)
    return [id for id, body in opened if Line.load(json.loads(body)).template == TEMPLATE]


def waits_for_another(house: House, person: bytes) -> bool:
    """Whether this chat was told of another report too, whose code was not used since."""
    told = (one for page in pages(house) for one in page if one.waits)
    return any(chat is not None and chat.person == person for one in told if (chat := read(house, one)))


def stop_contact(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """No answers wanted any more: their address goes with it."""
    report = errand.args["report"]
    done = desk.do(lambda connection: case.stop_contact(connection, report)).result()
    desk.do(lambda connection: ping.drop(connection, [report])).result()
    return {"ok": done}


def erase(house: House, desk: Desk, person: bytes) -> None:
    """Forget whatever is kept of a chat. No column leads from it to its reports, so every address is opened."""
    for page in pages(house):
        found = [one.report for one in page if (chat := read(house, one)) is None or chat.person == person]
        if found:
            desk.do(partial(ping.drop, report_ids=found)).result()


def pages(house: House) -> Iterator[Sequence[Ping]]:
    """All rows, a chunk at a time."""
    after = ""
    while True:
        with house.engine.connect().execution_options(reading=True) as connection:
            page = ping.page(connection, after)
        if not page:
            return
        yield page
        after = page[-1].report


def read(house: House, one: Ping) -> Chat | None:
    """Who wants to be told."""
    return open_chat(house, one.sealed, place_of(one.report))


def tell(house: House, desk: Desk) -> None:
    """Send the word where a letter waits. First the word, then the mark: a kill between them says it twice.

    Each in a transaction of its own: none holds a person and a case.
    """
    with house.engine.connect().execution_options(reading=True) as connection:
        due = ping.due(connection)
    if not due:
        return
    chats = {chat.person: chat for one in due if (chat := read(house, one))}
    post(house, desk, [word(house, chats[key]) for key in sorted(chats)])
    desk.do(lambda connection: ping.sent(connection, due)).result()


def word(house: House, chat: Chat) -> Reply:
    """The neutral word."""
    texts = (house.shelf.text(PING, chat.language),)
    return parcel(house, chat, Line(texts, language=chat.language, template=TEMPLATE))


def parcel(house: House, chat: Chat, line: Line) -> Reply:
    """An outbox row for a chat."""
    body = json.dumps(line.dump(), ensure_ascii=False).encode()
    address = house.keys.seal_field(chat.address.encode(), f"outbox|{chat.person.hex()}|address")
    return Reply(chat.person, chat.channel, address, house.keys.seal_field(body, body_of(chat.person)))


def post(house: House, desk: Desk, replies: Sequence[Reply]) -> None:
    """Put words into the outbox and wake the senders."""

    def work(connection: Connection) -> None:
        message.put(connection, replies, house.now())
        house.wake.notify(connection)

    if replies:
        desk.do(work).result()
        house.wake.ring([SENDERS])
