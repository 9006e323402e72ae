"""A leader on WhatsApp, by numbers: an alert for tomorrow, and what is said to one who is revoked meanwhile."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.revoking import revoke
from bot.service import Service
from bot.wake import SENDERS
from handlers.alert_draft import morning
from models import subscription
from models.alert_tables import alert
from models.subscription import Subscription
from tests.test_whatsapp_said import invited
from tests.whatsapp_phone import Phone

RAWAJATI = "31.74.08.1003"
TEXT = "Hati-hati, ada tawaran kerja yang menahan paspor. Tanya Suar dulu."
pytest_plugins = ("tests.whatsapp_suar",)
pytestmark = pytest.mark.usefixtures("no_pauses")


def subscribed(connection: sa.Connection) -> None:
    """Enough people to be written to."""
    for number in range(20):
        key = str(number).encode().ljust(32, b"x")
        subscription.subscribe(connection, Subscription(key, "telegram", "id", b"sealed", RAWAJATI))


def state(service: Service) -> tuple[str, int]:
    query = sa.select(alert.c.state, alert.c.send_at)
    return service.desk.do(lambda connection: tuple(connection.execute(query).one())).result()


def test_tomorrow_by_number_and_revoked_before(wati: Phone, plain: Service) -> None:
    plain.desk.do(subscribed).result()
    wati.say(f"ketua {invited(plain)}")
    for text in ("2", "tulis sendiri", TEXT, "1"):
        said = wati.say(text)
    assert "Kirim besok 07.00" in said
    said = wati.say("2")
    assert "Menunggu diperiksa petugas." in said and "Kalau disetujui, mulai dikirim" in said and "jam 07.00." in said
    assert state(plain) == ("waiting", morning(plain.house.now(), plain.house.shelf))
    assert plain.desk.do(lambda connection: revoke(connection, plain.house, "0" * 32, [RAWAJATI])).result()
    plain.house.wake.ring([SENDERS])
    told = wati.answer().text
    assert told == "Masa tugas Anda di sini sudah selesai. Info yang masih menunggu tidak dikirim."
    assert state(plain)[0] == "cancelled"
    assert "Kartu peringatan" not in wati.say("pengurus")
