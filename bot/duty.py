"""The chat on duty: linked by a code of the console; accepting and passing back from it, in the caseworker's name."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.engine import Connection

from bot import staff
from bot.desk import Desk
from bot.due import due_seconds
from bot.filing import sealed_item
from bot.house import House
from bot.keys import Keys
from bot.naming import number
from bot.pings import chat_of, erase, open_chat, seal_chat
from bot.reading import Limit, Throttle
from bot.subscriptions import known_as
from handlers.talk import JSON, Errand
from models import case, duty, escalation, subscription, worklist

CODE_BYTES: Final = 5  # eight letters
CODE_SECONDS: Final = 600
TRIES: Final = Limit(5, 3_600)  # codes that one chat may try


def new_code(keys: Keys) -> tuple[str, bytes]:
    """A code for linking, two groups of four, and the hash that is stored."""
    text = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return f"{text[:4]}-{text[4:]}", keys.token_mac("duty", text)


def place_of(link: str) -> str:
    """Where a sealed chat belongs."""
    return f"duty|{link}|sealed"


class Linker:
    """The errand that links a chat; a code works once, and a chat that guesses waits an hour."""

    def __init__(self, house: House) -> None:
        self.tries = Throttle(TRIES, house.now)

    def __call__(self, house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
        chat = chat_of(errand)
        if not self.tries.allow(chat.person):
            return {"ok": False}
        hash, id = house.keys.token_mac("duty", errand.args["code"]), errand.id
        sealed = seal_chat(house, chat, place_of(id))

        def work(connection: Connection) -> Mapping[str, JSON]:
            if not duty.holds(connection, [id]):  # else a crash came between the linking and the telling
                who = duty.find(connection, hash, house.now())
                if who is None:
                    return {"ok": False}
                duty.link(connection, who, id, sealed, house.now())
                staff.record(connection, who, "linked a chat", now=house.now())
            return {"ok": True, "link": id, "waiting": duty.waiting(connection, id)}

        return desk.do(work).result()


def accept(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """The first queue that accepts holds the case; a repetition of one's own finds it accepted."""

    def work(connection: Connection) -> Mapping[str, JSON]:
        heard(connection, house, errand)
        found = duty.notice_of(connection, errand.args["notice"], errand.args["link"])
        ways = worklist.ways(connection, found.staff, found.report) if found else []
        if found is None or not ways:
            return result("gone")
        if found.state in {"accepted", "passed"}:  # an old button takes nothing back; the console does
            return result(found.state, found.report)
        best = worklist.best(ways)
        if not case.accept(connection, found.report, best.queue, house.now()):
            return result("taken", found.report)
        duty.mark(connection, found.id, "accepted")
        staff.record(connection, found.staff, "accepted", report=found.report, queue=best.queue, now=house.now())
        return result("accepted", found.report)

    return desk.do(work).result()


def pass_back(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """The next queue reads it now; why, stands sealed in the case."""
    args = errand.args

    def work(connection: Connection) -> Mapping[str, JSON]:
        heard(connection, house, errand)
        found = duty.notice_of(connection, args["notice"], args["link"])
        ways = worklist.ways(connection, found.staff, found.report) if found else []
        if found is None or not ways:
            return result("gone")
        if found.state == "passed":
            return result("passed", found.report)
        best = worklist.best(ways)
        if best.holder is not None and best.holder != best.queue:
            return result("taken", found.report)
        if not passed(connection, house, found.staff, best, f"{found.report}.{errand.id}", args["why"]):
            return result("last", found.report)
        duty.mark(connection, found.id, "passed")
        return result("passed", found.report)

    return desk.do(work).result()


def heard(connection: Connection, house: House, errand: Errand) -> None:
    """Keep where this chat is reached as it is now: on WhatsApp that says until when it may be written to."""
    if "to" in errand.args:
        link = errand.args["link"]
        duty.move(connection, link, seal_chat(house, chat_of(errand), place_of(link)))


def result(name: str, report_id: str = "") -> Mapping[str, JSON]:
    """What came of an act, and the number it is told by."""
    return {"ok": True, "result": name, "number": number(report_id)}


def passed(connection: Connection, house: House, who: str, row: Any, item_id: str, why: str) -> bool:
    """Give a case to the next queue: raised, said in the case, trailed, told anew. False where nobody is next."""
    if not escalation.pass_back(connection, row.id, row.queue):
        return False
    one = sealed_item(row.id, bytes(row.public), item_id, "passed", why, row.queue)
    case.add(connection, row.id, one, house.now())
    case.wake(connection, row.id, due_seconds(house), house.now())
    duty.renew(connection, row.id, row.queue)
    staff.record(connection, who, "passed back", report=row.id, queue=row.queue, now=house.now())
    return True


def leave(house: House, desk: Desk, errand: Errand) -> Mapping[str, JSON]:
    """`hapus`, or STOP: this chat is told nothing any more, of no report and of no referral."""
    chat = chat_of(errand)
    keys = known_as(house, chat.person, chat.channel, chat.address)
    desk.do(lambda connection: subscription.leave(connection, keys)).result()
    let_go(house, desk, chat.person)
    return {"ok": True}


def let_go(house: House, desk: Desk, person: bytes) -> None:
    """Keep the address of a chat nowhere."""
    desk.do(lambda connection: subscription.leave(connection, [person])).result()
    erase(house, desk, person)
    unlink_chat(house, desk, person)


def unlink_chat(house: House, desk: Desk, person: bytes) -> None:
    """A chat that is gone gets no more notices."""
    with house.engine.connect().execution_options(reading=True) as connection:
        rows = duty.linked(connection)
    chats = {row.staff: open_chat(house, bytes(row.sealed), place_of(row.link)) for row in rows}
    gone = [who for who, chat in chats.items() if chat is None or chat.person == person]
    if gone:
        desk.do(lambda connection: duty.drop(connection, gone)).result()
