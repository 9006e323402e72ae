"""What caseworkers do in the chat on duty, and leaders in theirs; reports and alerts that it is told of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot import duty as chats
from bot import notices
from bot.filing import sealed_item, wrapped
from bot.leaders import new_code
from bot.sealing import new_keypair
from bot.service import Service
from models import case, duty, leader, roster, subscription
from models.base import DAY, HOUR
from models.leader import Office
from models.subscription import Subscription
from tests.console_service import report_row
from tests.telegram_phone import Phone, buttons
from tests.telegram_server import Message

LEAD, NEXT, OVERSIGHT = "ppapp-jaksel", "upt-pppa", "pengawas"
READERS = {LEAD: "lead", NEXT: "next", OVERSIGHT: "oversight"}
ONLY = "Balas lewat konsol, bukan di sini."
MARKER = "kucing belang tiga di lantai dua"
RAWAJATI = "31.74.08.1003"
TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor. Ada yang berangkat besok. Tanya Suar dulu."
MONDAY_NOON = int(datetime(2026, 11, 23, 5, tzinfo=UTC).timestamp())
MONDAY_NIGHT = MONDAY_NOON + 12 * HOUR


def offered(service: Service, who: str, seconds: int = chats.CODE_SECONDS) -> str:
    """A code as the console makes it."""
    code, hash = chats.new_code(service.house.keys)
    until_then = service.house.now() + seconds
    service.desk.do(lambda connection: duty.offer(connection, who, hash, until_then)).result()
    return code


def linked(service: Service, phone: Phone, who: str) -> None:
    told = phone.say(f"dinas {offered(service, who)}")
    assert "Chat dinas tersambung" in told["text"] and ONLY in told["text"]


def filed(service: Service, letters: str, readers: dict[str, str] = READERS, **facts: Any) -> str:
    """An immediate report on the desks of its active readers."""
    pair, id = new_keypair(), f"{letters}{'a' * 26}"[:26]
    row = report_row(id, pair, service.house.now()) | {"urgency": "immediate"} | facts

    def work(connection: sa.Connection) -> None:
        queues = roster.queues(connection, list(readers))
        wraps = [wrapped(queue, role, queues[queue], pair.private, id) for queue, role in readers.items()]
        case.file(connection, row, wraps, sealed_item(id, pair.public, f"{id}.story", "story", "{}"))

    service.desk.do(work).result()
    return id


def only_in(service: Service, who: str, *queues: str) -> None:
    """Take somebody out of every other queue."""

    def work(connection: sa.Connection) -> None:
        for row in roster.memberships(connection, who):
            if row.queue not in queues:
                roster.remove_member(connection, who, row.queue)

    service.desk.do(work).result()


def announce(service: Service) -> None:
    """The clock's next run."""
    notices.announce(service.house, service.desk)


def labels(message: Message) -> list[str]:
    return [one["text"] for one in buttons(message)]


def subscribed(connection: sa.Connection) -> None:
    for number in range(20):
        key = str(number).encode().ljust(32, b"x")
        subscription.subscribe(connection, Subscription(key, "telegram", "id", b"sealed", RAWAJATI))


def lead(service: Service, phone: Phone) -> None:
    """Make this chat a leader's, with 20 subscribers in their kelurahan."""
    code, hash = new_code(service.house.keys)
    now = service.house.now()

    def work(connection: sa.Connection) -> None:
        leader.invite(connection, "l" * 32, Office("rw", RAWAJATI, "03", now + DAY), hash, now + DAY)
        subscribed(connection)

    service.desk.do(work).result()
    phone.say(f"ketua {code}")


def propose(phone: Phone) -> None:
    """Write and send an alert of people who leave soon."""
    phone.press("Kirim ke pelanggan di kelurahan")
    phone.press("Tulis sendiri")
    phone.say(TEXT)
    phone.press("Tanpa gambar")
    phone.press("Semua di Kelurahan Rawajati")
    assert "Menunggu diperiksa petugas" in phone.press("Kirim")["text"]
