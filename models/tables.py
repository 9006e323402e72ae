"""The tables; words, addresses and keys are sealed before they come here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.base import PRIVATE, Seconds, metadata


def text_in(column: str, *values: str) -> sa.CheckConstraint:
    """Plain strings with a CHECK: an enum type in the schema would tie the words to the engine."""
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


def only(rows: str) -> dict[str, Any]:
    """The part of a table that an index is made of, on both engines."""
    return {"sqlite_where": sa.text(rows), "postgresql_where": sa.text(rows)}


inbound = sa.Table(
    "inbound",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),  # keyed hash of channel and id
    sa.Column("day", Seconds, nullable=False, index=True),
    **PRIVATE,
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),  # HMAC(pepper, channel:address)
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("day", Seconds, nullable=False, index=True),
    sa.Column("place", sa.LargeBinary),
    sa.Column("place_until", Seconds, index=True),  # when silence ends the talk; null while an errand runs
    sa.Column("errand_at", Seconds, index=True),  # since when the talk waits for an errand
    sa.Column("lapsed", sa.Boolean, nullable=False),
    sa.Column("language", sa.Text, nullable=False, server_default="id"),  # outlives a talk, goes with the row
    text_in("language", "id", "en"),
    **PRIVATE,
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("person", sa.LargeBinary, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.LargeBinary),
    sa.Column("body", sa.LargeBinary),  # null once the channel has taken it
    sa.Column("bulk", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("until", Seconds),
    sa.Column("due", Seconds, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("alert", sa.Text),  # whose words these are: address and body stand elsewhere, once
    sa.Column("vendor", sa.LargeBinary),  # where an alert stands at the vendor, sealed, to correct it there
    text_in("state", "waiting", "sent", "delivered", "read", "gone", "refused", "uncertain"),
    sa.Index("ix_outbox_person_state_id", "person", "state", "id"),
    # Replies by themselves: a hundred thousand deliveries that wait cost whoever looks for a reply nothing.
    sa.Index("ix_outbox_due", "due", **only("alert IS NULL")),
    sa.Index("ix_outbox_state_channel_due", "state", "channel", "due", **only("alert IS NULL")),
    sa.Index("ix_outbox_alert_state", "alert", "state", "channel", "due", "id"),
    sa.Index("ix_outbox_alert_person", "alert", "person", unique=True, **only("alert IS NOT NULL")),
    sa.Index("ix_outbox_vendor", "alert", **only("vendor IS NOT NULL")),
    sa.Index("ix_outbox_until", "until", **only("until IS NOT NULL")),
    sqlite_autoincrement=True,  # a page asks for what came after an id: an id must never come again
)

sender = sa.Table(
    "sender",
    metadata,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", Seconds, nullable=False),
)

slot = sa.Table(
    "slot",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("slot", Seconds, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", Seconds, nullable=False),
    sa.Column("done_at", Seconds),
)

report = sa.Table(
    "report",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("locator", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("kdf", sa.Integer, nullable=False),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("code_wrap", sa.LargeBinary),
    sa.Column("questions", sa.Text, nullable=False),  # version of the questions it was asked
    sa.Column("kelurahan", sa.Text),
    sa.Column("kota", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("urgency", sa.Text, nullable=False),
    sa.Column("child", sa.Text, nullable=False),
    sa.Column("officials", sa.Text, nullable=False),  # sorted, comma between
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("lead", sa.Text, nullable=False),
    sa.Column("holder", sa.Text),  # queue that has accepted
    sa.Column("filed_at", Seconds, nullable=False),  # exact while a clock runs, then the hour
    sa.Column("due_at", Seconds, index=True),  # null: no clock runs
    sa.Column("escalated", sa.Integer, nullable=False),  # 0 none, 1 to the next queue, 2 to oversight
    sa.Column("asked_again", sa.Boolean, nullable=False),  # "Belum ada jawaban"
    sa.Column("no_contact", sa.Boolean, nullable=False),
    sa.Column("warned", sa.Boolean, nullable=False),  # staff were told that the story goes soon
    sa.Column("closed_at", Seconds, index=True),
    sa.Column("changed_at", Seconds, nullable=False),  # the hour of the last act
    text_in("state", "diterima", "dibaca", "ditangani", "diteruskan", "selesai"),
    text_in("urgency", "immediate", "high", "normal"),
    text_in("child", "yes", "no", "unknown"),
    **PRIVATE,
)

reader = sa.Table(
    "reader",
    metadata,
    sa.Column("report", sa.Text, sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("queue", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),  # an escalation queue sees the report when it is escalated
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("wrap", sa.LargeBinary, nullable=False),
    text_in("role", "lead", "next", "oversight", "awake"),
    sa.Index("ix_reader_queue_active", "queue", "active"),
    **PRIVATE,
)

item = sa.Table(
    "item",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("report", sa.Text, sa.ForeignKey("report.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("queue", sa.Text),  # who answered
    sa.Column("body", sa.LargeBinary, nullable=False),  # HPKE to the report's key
    sa.Column("hour", Seconds, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),  # order within a report
    sa.Column("seen", sa.Boolean, nullable=False),  # answers: read by code; words and told: seen by a caseworker
    text_in("kind", "story", "words", "correction", "told", "answer", "reason", "passed"),
    **PRIVATE,
)

file = sa.Table(
    "file",
    metadata,
    sa.Column("report", sa.Text, sa.ForeignKey("report.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # HPKE to the report's key
    text_in("kind", "photo", "voice"),
    **PRIVATE,
)

queue = sa.Table(
    "queue",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("recovery_wrap", sa.LargeBinary, nullable=False),
    sa.Column("previous", sa.LargeBinary),  # the key of the epoch before, sealed to this one
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("verifier", sa.LargeBinary, nullable=False),
    sa.Column("kdf", sa.Integer, nullable=False),
    sa.Column("locked", sa.LargeBinary, nullable=False),  # private key under the password; the printed key is the key
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("totp", sa.LargeBinary, nullable=False),
    sa.Column("totp_step", sa.BigInteger),
    sa.Column("admin", sa.Boolean, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

member = sa.Table(
    "member",
    metadata,
    sa.Column("staff", sa.Text, sa.ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("queue", sa.Text, sa.ForeignKey("queue.id"), primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("wrap", sa.LargeBinary),  # the queue's private key for this member; null until a holder approves
    text_in("role", "petugas", "koordinator"),
)

invite = sa.Table(
    "invite",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("queue", sa.Text, sa.ForeignKey("queue.id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("until", Seconds, nullable=False),
    text_in("role", "petugas", "koordinator"),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("hash", sa.LargeBinary, primary_key=True),
    sa.Column("staff", sa.Text, sa.ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("wrap", sa.LargeBinary),  # the member's key under the cookie
    sa.Column("proven", sa.Boolean, nullable=False),  # the second factor was given
    sa.Column("made_at", Seconds, nullable=False),
    sa.Column("seen_at", Seconds, nullable=False),
)

trail = sa.Table(
    "trail",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("hour", Seconds, nullable=False, index=True),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("content", sa.Text),  # JSON; null once forgotten, the chain stays whole
    sa.Column("digest", sa.LargeBinary, nullable=False),  # HMAC(salt, content)
    sa.Column("link", sa.LargeBinary),  # null until the clock has chained it
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("day", Seconds, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
)

# Fingerprints of keys, the recovery key's public half, when a backup was put back.
fact = sa.Table(
    "fact", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.LargeBinary, nullable=False)
)
